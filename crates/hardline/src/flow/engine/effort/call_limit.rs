use std::time::Duration;

/// How long a call may take in all and how often it is sent, if the flow's policy does not say less. A person who waits
/// is answered in seconds.
#[derive(Debug)]
pub(crate) struct CallLimit {
    /// From the first attempt to the end of the last.
    pub(crate) total: Duration,
    /// The most often it is sent, including the first time.
    pub(crate) attempts: u32,
    /// Whether a wait that the server asks for counts. If not, the call goes on after it for as long as before.
    pub(crate) counts_asked_waits: bool,
}

impl CallLimit {
    /// For a step that the flow can do without: `.well-known`, or an identity server that somebody suggests.
    pub(crate) const OPTIONAL: Self = Self {
        total: Duration::from_secs(5),
        attempts: 2,
        counts_asked_waits: true,
    };

    /// For a step that decides how the flow goes on: whether there is a homeserver at all.
    pub(crate) const DECISIVE: Self = Self {
        total: Duration::from_secs(10),
        attempts: 4,
        counts_asked_waits: false,
    };
}
