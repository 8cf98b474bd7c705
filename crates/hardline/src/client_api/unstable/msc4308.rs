use hardline_derive::{Request, Response};

use crate::json::JsonMap;
use crate::types::{EventId, RoomId};
use crate::wire::{Auth, Endpoint, Operation};

/// Lists what has changed of subscriptions to threads, the newest change first, page by page: flag
/// `org.matrix.msc4308`, on Synapse `org.matrix.msc4306`. It fills the gap where the extension of a sliding sync
/// leaves one.
///
/// Errors worth handling: `M_INVALID_PARAM` (a token is not valid), `M_UNRECOGNIZED`.
///
/// Proposal: [MSC4308](https://github.com/matrix-org/matrix-spec-proposals/pull/4308).
#[doc(alias = "msc4308GetThreadSubscriptionChanges")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetThreadSubscriptionChanges {
    /// Where the page begins: the token of an earlier response, or [`ThreadSubscriptionChanges::prev_batch`]. Without
    /// it, with the newest change.
    pub from: Option<String>,
    /// Where to end: the position of a sliding sync.
    pub to: Option<String>,
    /// The maximum number of changes: 100 by default.
    pub limit: Option<u64>,
}

impl GetThreadSubscriptionChanges {
    /// The request; no field is required.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetThreadSubscriptionChanges {
    const OPERATION: Operation = Operation::get(
        "msc4308GetThreadSubscriptionChanges",
        "/_matrix/client/unstable/io.element.msc4308/thread_subscriptions",
    )
    .auth(Auth::Required)
    .query(&["dir", "from", "to", "limit"])
    .fixed_fields(&[("dir", "b")])
    .unstable(&[
        (
            "org.matrix.msc4308.stable",
            "/_matrix/client/v1/thread_subscriptions",
        ),
        (
            "org.matrix.msc4306.stable",
            "/_matrix/client/v1/thread_subscriptions",
        ),
    ]);
    type Response = GetThreadSubscriptionChangesResponse;
}

/// What has changed of subscriptions to threads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetThreadSubscriptionChangesResponse {
    /// The threads that the user subscribed to, by their rooms and first events.
    #[serde(default)]
    pub subscribed: JsonMap<RoomId, JsonMap<EventId, ThreadSubscribed>>,
    /// The threads that the user unsubscribed from.
    #[serde(default)]
    pub unsubscribed: JsonMap<RoomId, JsonMap<EventId, ThreadUnsubscribed>>,
    /// Where the next page begins. Missing on the last one.
    pub end: Option<String>,
}

/// The same in a sliding sync.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct ThreadSubscriptionChanges {
    /// The threads that the user subscribed to, by their rooms and first events.
    #[serde(default)]
    pub subscribed: JsonMap<RoomId, JsonMap<EventId, ThreadSubscribed>>,
    /// The threads that the user unsubscribed from.
    #[serde(default)]
    pub unsubscribed: JsonMap<RoomId, JsonMap<EventId, ThreadUnsubscribed>>,
    /// Where earlier changes begin that are not here: [`GetThreadSubscriptionChanges::from`].
    pub prev_batch: Option<String>,
}

/// A subscription to a thread.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct ThreadSubscribed {
    /// Whether the client subscribed by itself.
    #[serde(default)]
    pub automatic: bool,
    /// The order of changes: of two, the one with the greater counts.
    pub bump_stamp: u64,
}

impl ThreadSubscribed {
    /// One with the required fields.
    pub fn new(bump_stamp: u64) -> Self {
        Self {
            automatic: Default::default(),
            bump_stamp,
        }
    }
}

/// The end of a subscription to a thread.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct ThreadUnsubscribed {
    /// The order of changes: of two, the one with the greater counts.
    pub bump_stamp: u64,
}

impl ThreadUnsubscribed {
    /// One with the required fields.
    pub fn new(bump_stamp: u64) -> Self {
        Self { bump_stamp }
    }
}
