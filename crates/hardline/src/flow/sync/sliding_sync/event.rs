use std::fmt;

use super::sync_tokens::SlidingSyncTokens;
use crate::client_api::unstable::msc4186::SlidingSyncResponse;
use crate::flow::SyncStatus;
use crate::wire::ApiResponse;

/// What a [`SlidingSync`](crate::flow::SlidingSync) tells the program.
#[derive(Debug)]
#[non_exhaustive]
pub enum SlidingSyncEvent {
    /// What is new. The program stores it and says so: [`SlidingSync::taken`](crate::flow::SlidingSync::taken). Until then
    /// nothing else comes, and an answer that was not taken comes again after a crash.
    Answer(Box<SlidingSyncAnswer>),
    /// The server has forgotten the connection, and a new one begins: all rooms that are wanted come again. What was sent
    /// to the device goes on where it was.
    Restarted,
    /// How far the sync is.
    Status(SyncStatus),
}

/// What is new.
#[derive(Debug)]
#[non_exhaustive]
pub struct SlidingSyncAnswer {
    /// The server's response, whichever form of sliding sync it speaks.
    pub response: ApiResponse<SlidingSyncResponse>,
    /// Where the sync goes on after it, for a program that stores them together.
    pub tokens: SlidingSyncTokens,
}

impl SlidingSyncEvent {
    pub(super) fn is_live(&self) -> bool {
        matches!(self, Self::Status(SyncStatus::Live))
    }
}

impl From<SyncStatus> for SlidingSyncEvent {
    fn from(status: SyncStatus) -> Self {
        Self::Status(status)
    }
}

impl fmt::Display for SlidingSyncEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(answer) => {
                let rooms = answer.response.value.rooms.len();
                write!(f, "news of {rooms} rooms")
            }
            Self::Restarted => f.write_str("the server has forgotten the connection"),
            Self::Status(status) => status.fmt(f),
        }
    }
}
