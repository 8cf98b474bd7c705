use std::fmt;
use std::time::Duration;

use hardline_derive::Persist;

/// After how long a server sends an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Persist)]
pub(super) struct Delay {
    pub(super) length: Duration,
    /// The time begins anew before it is over, for as long as the program runs.
    pub(super) is_kept_alive: bool,
}

impl Delay {
    pub(super) fn millis(self) -> u64 {
        u64::try_from(self.length.as_millis()).unwrap_or(u64::MAX)
    }
}

/// What the program wants done with an event that is scheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Persist)]
pub(super) enum Wanted {
    Cancel,
    Send,
}

/// By what a scheduled event is known. Who knows it can cancel the event.
#[derive(Clone, Persist)]
pub(super) struct DelayId(pub(super) String);

impl fmt::Debug for DelayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DelayId(…)")
    }
}
