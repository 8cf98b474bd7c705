//! What is new: syncs and their filters; and what came before them, which is deprecated.
//!
//! Lists of events are [`RawList`](crate::json::RawList)s of [`RawEvent`](crate::events::RawEvent)s: an event is read when it
//! is asked for.
//!
//! Specification: [syncing](https://spec.matrix.org/v1.19/client-server-api/#syncing),
//! [filtering](https://spec.matrix.org/v1.19/client-server-api/#filtering),
//! [lazy loading of members](https://spec.matrix.org/v1.19/client-server-api/#lazy-loading-room-members).

mod event_stream;
mod filter;
mod filters;
mod initial_sync;
mod rooms;
mod sync_request;
mod sync_response;

pub use event_stream::{EventStreamPage, GetEvents, GetOneEvent, PeekEvents};
pub use filter::{EventFilter, EventFormat, Filter, RoomEventFilter, RoomFilter};
pub use filters::{DefineFilter, DefineFilterResponse, GetFilter};
pub use initial_sync::{
    InitialSync, InitialSyncResponse, PaginationChunk, RoomInfo, RoomInitialSync,
    RoomInitialSyncResponse,
};
pub use rooms::{
    DeviceLists, Events, InvitedRoom, JoinedRoom, KnockedRoom, LeftRoom, RoomSummary, Timeline,
    UnreadNotificationCounts,
};
pub use sync_request::{RawRooms, Sync, SyncFilter, SyncWithRawRooms, SyncWithRawRoomsResponse};
pub use sync_response::{Rooms, SyncResponse};

crate::wire::operations![
    DefineFilter,
    GetEvents,
    GetFilter,
    GetOneEvent,
    InitialSync,
    PeekEvents,
    RoomInitialSync,
    Sync,
];
