use crate::types::Timestamp;
use crate::wire::Error;

/// An attempt failed, and the next one is made at this time.
#[derive(Debug)]
#[non_exhaustive]
pub struct RetryScheduled {
    /// What went wrong.
    pub error: Error,
    /// When it is tried again.
    pub until: Timestamp,
}
