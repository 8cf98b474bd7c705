use std::fmt;

use crate::types::Timestamp;
use crate::wire::Error;

/// How far a sync is: each change is told once.
#[derive(Debug)]
#[non_exhaustive]
pub enum SyncStatus {
    /// What the program has missed is being fetched: at first, after the server could not be reached, and after the flow
    /// was paused or the machine slept.
    CatchingUp,
    /// The program has everything that there was; what is new comes as it happens.
    Live,
    /// The server could not be reached, or did not answer. The flow tries again by itself, less and less often.
    Offline(Offline),
}

/// Why the server does not answer.
#[derive(Debug)]
#[non_exhaustive]
pub struct Offline {
    /// When the first attempt failed.
    pub since: Timestamp,
    /// Why it failed. Those after it are not told.
    pub error: Error,
    /// When the next attempt is made, if the network does not change before.
    pub until: Timestamp,
}

impl fmt::Display for SyncStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CatchingUp => f.write_str("catching up"),
            Self::Live => f.write_str("live"),
            Self::Offline(offline) => write!(f, "offline: {}", offline.error),
        }
    }
}
