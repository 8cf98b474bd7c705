use crate::types::Timestamp;
use crate::wire::Error;

/// An attempt failed, and the next one is scheduled.
#[derive(Debug)]
#[non_exhaustive]
pub struct RetryScheduled {
    /// What went wrong.
    pub error: Error,
    /// When the next attempt is made.
    pub until: Timestamp,
}
