//! Events of rooms: sending and redacting them, state and members, history, relations, threads and search.
//!
//! Lists of events are [`RawList`](crate::json::RawList)s of [`RawEvent`](crate::events::RawEvent)s: an event is read when it
//! is asked for.
//!
//! Specification: [sending events](https://spec.matrix.org/v1.19/client-server-api/#sending-events-to-a-room),
//! [redactions](https://spec.matrix.org/v1.19/client-server-api/#redactions),
//! [threading](https://spec.matrix.org/v1.19/client-server-api/#threading).

mod members;
mod messages;
mod one_event;
mod relations;
mod search;
mod sending;
mod state;
mod threads;

pub use members::{
    GetJoinedMembersByRoom, GetJoinedMembersByRoomResponse, GetMembersByRoom,
    GetMembersByRoomResponse, RoomMember,
};
pub use messages::{Direction, GetRoomEvents, GetRoomEventsResponse};
pub use one_event::{
    GetEventByTimestamp, GetEventByTimestampResponse, GetEventContext, GetEventContextResponse,
    GetOneRoomEvent,
};
pub use relations::{
    GetRelatingEvents, GetRelatingEventsWithRelType, GetRelatingEventsWithRelTypeAndEventType,
    RelatingEvents,
};
pub use search::{
    EventsAround, RoomEventResults, Search, SearchCategories, SearchContext, SearchCriteria,
    SearchGroup, SearchGroupKey, SearchGrouping, SearchGroupings, SearchGroups, SearchKey,
    SearchOrder, SearchResponse, SearchResult, SearchResults, SenderProfile,
};
pub use sending::{RedactEvent, RedactEventResponse, SendMessage, SentEvent};
pub use state::{GetRoomState, GetRoomStateWithKey, SetRoomStateWithKey, StateFormat};
pub use threads::{GetThreadRoots, GetThreadRootsResponse, ThreadsIncluded};

crate::wire::operations![
    GetEventByTimestamp,
    GetEventContext,
    GetJoinedMembersByRoom,
    GetMembersByRoom,
    GetOneRoomEvent,
    GetRelatingEvents,
    GetRelatingEventsWithRelType,
    GetRelatingEventsWithRelTypeAndEventType,
    GetRoomEvents,
    GetRoomState,
    GetRoomStateWithKey,
    GetThreadRoots,
    RedactEvent,
    Search,
    SendMessage,
    SetRoomStateWithKey,
];
