use crate::flow::SyncStatus;
use crate::types::RoomId;
use crate::wire::ApiResponse;

/// What a [`SyncLoop`](crate::flow::SyncLoop) tells.
#[derive(Debug)]
#[non_exhaustive]
pub enum SyncEvent<R> {
    /// How far the sync is.
    Status(SyncStatus),
    /// What happened in these rooms between the answer before and the one that follows is missing in it, because it was
    /// too much; of a room that the answer before did not have, what happened before its timeline. The answer with
    /// everything, which has the end of each timeline, has none. Fetch it from the rooms' history
    /// ([`GetRoomEvents`](crate::client_api::room_events::GetRoomEvents)) where it is wanted. It comes again if the answer
    /// does.
    Gaps(Vec<TimelineGap>),
    /// What is new. Store it together with its token, and say that it is [`taken`](crate::flow::SyncLoop::taken): the flow
    /// waits for that.
    Answer(Box<ApiResponse<R>>),
}

/// Events of a room's timeline that are missing in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimelineGap {
    /// The room.
    pub room_id: RoomId,
    /// Where the missing events end: the `from` of a request for the room's history, backward. `None` if the server does not
    /// say.
    pub prev_batch: Option<String>,
}

impl<R> SyncEvent<R> {
    pub(super) fn is_live(&self) -> bool {
        matches!(self, Self::Status(SyncStatus::Live))
    }
}

impl<R> From<SyncStatus> for SyncEvent<R> {
    fn from(status: SyncStatus) -> Self {
        Self::Status(status)
    }
}
