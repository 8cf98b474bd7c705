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
    (
        "cs:msc3814GetDehydratedDeviceEvents",
        "Ruma has the proposal's older form alone, cs:msc3814PostDehydratedDeviceEvents.",
    ),
    ("oauth:authorize", AUTHORIZATION_SERVER),
    ("oauth:authorizeDevice", AUTHORIZATION_SERVER),
    ("oauth:exchangeCode", AUTHORIZATION_SERVER),
    ("oauth:exchangeDeviceCode", AUTHORIZATION_SERVER),
    ("oauth:getAuthorizationServerMetadata", AUTHORIZATION_SERVER),
    ("oauth:getOpenIdConfiguration", AUTHORIZATION_SERVER),
    ("oauth:refreshAccessToken", AUTHORIZATION_SERVER),
    ("oauth:registerClient", AUTHORIZATION_SERVER),
    ("oauth:revokeToken", AUTHORIZATION_SERVER),
];

const AUTHORIZATION_SERVER: &str = "Ruma has no operations of authorization servers.";
