/// Hardline's operations without a pair, and why.
pub(crate) const NOT_IN_RUMA: &[(&str, &str)] = &[
    (
        "cs:getEvents",
        "Ruma's `/events` requires `room_id`, which makes it cs:peekEvents.",
    ),
    ("cs:getOneEvent", "Deprecated, and not in Ruma."),
    ("cs:initialSync", "Deprecated, and not in Ruma."),
    (
        "cs:post3PIDs",
        "Deprecated in favour of cs:add3PID and cs:bind3PID, and not in Ruma.",
    ),
];
