mod delayed_events;

use hardline_derive::{Request, Response};

use crate::json::{Empty, RawJson};
use crate::types::text::text_enum;
use crate::types::{EventId, RoomId, TransactionId};
use crate::wire::{Auth, Body, Endpoint, Operation};

pub use delayed_events::{
    DelayedEvent, GetDelayedEvent, GetDelayedEventResponse, GetDelayedEvents,
    GetDelayedEventsResponse,
};

/// Sends an event to a room after a while, unless it is cancelled: flag `org.matrix.msc4140`. It is what a call's
/// member leaves behind when their connection breaks.
///
/// This is the form that servers speak; [`ScheduleDelayedEvent`] is the newer one. The capability
/// `org.matrix.msc4140.delayed_events` says how long the delay may be.
///
/// Errors worth handling: `M_MAX_DELAY_EXCEEDED` and `M_MAX_DELAYED_EVENTS_EXCEEDED` (also under names of the
/// proposal's own), `M_LIMIT_EXCEEDED`, `M_FORBIDDEN`. A server without the flag sends the event at once, and [says
/// so](DelayedEventId::event_id).
///
/// ```
/// use hardline::client_api::unstable::msc4140::SendDelayedEvent;
/// use hardline::json::RawJson;
/// use hardline::types::{AccessToken, RoomId, TransactionId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = SendDelayedEvent::new(
///     RoomId::parse("!room:example.org")?,
///     "org.example.left".to_owned(),
///     TransactionId::parse("1")?,
///     RawJson::new(&serde_json::json!({}))?,
///     30_000,
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().query(), Some("org.matrix.msc4140.delay=30000"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Proposal: [MSC4140](https://github.com/matrix-org/matrix-spec-proposals/pull/4140).
#[doc(alias = "msc4140SendDelayedEvent")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SendDelayedEvent {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The type of the event.
    #[serde(rename = "eventType")]
    pub event_type: String,
    /// Tells a repeated request from a new one: choose one for each new event.
    #[serde(rename = "txnId")]
    pub txn_id: TransactionId,
    /// The content: a JSON object.
    pub content: RawJson,
    /// After how long it is sent, in milliseconds.
    #[serde(rename = "org.matrix.msc4140.delay")]
    pub delay: u64,
    /// How long it is sticky once it is sent, in milliseconds: an hour at most, flag `org.matrix.msc4354`.
    #[serde(rename = "org.matrix.msc4354.sticky_duration_ms")]
    pub sticky_duration_ms: Option<u64>,
}

impl SendDelayedEvent {
    /// A request with the required fields.
    pub fn new(
        room_id: RoomId,
        event_type: String,
        txn_id: TransactionId,
        content: RawJson,
        delay: u64,
    ) -> Self {
        Self {
            room_id,
            event_type,
            txn_id,
            content,
            delay,
            sticky_duration_ms: None,
        }
    }
}

impl Endpoint for SendDelayedEvent {
    const OPERATION: Operation = Operation::put(
        "msc4140SendDelayedEvent",
        "/_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}",
    )
    .auth(Auth::Required)
    .query(&[DELAY, STICKY_DURATION])
    .distinctive_field(DELAY)
    .body(Body::Whole("content"))
    .repeatable();
    type Response = DelayedEventId;
}

/// Sets a piece of a room's state after a while, unless it is cancelled: flag `org.matrix.msc4140`.
///
/// Errors worth handling: as of [`SendDelayedEvent`].
///
/// Proposal: [MSC4140](https://github.com/matrix-org/matrix-spec-proposals/pull/4140).
#[doc(alias = "msc4140SetDelayedState")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SetDelayedState {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The type of the event.
    #[serde(rename = "eventType")]
    pub event_type: String,
    /// The key of the state among those of this type; often empty.
    #[serde(rename = "stateKey")]
    pub state_key: String,
    /// The content: a JSON object.
    pub content: RawJson,
    /// After how long it is set, in milliseconds.
    #[serde(rename = "org.matrix.msc4140.delay")]
    pub delay: u64,
}

impl SetDelayedState {
    /// A request with the required fields.
    pub fn new(
        room_id: RoomId,
        event_type: String,
        state_key: String,
        content: RawJson,
        delay: u64,
    ) -> Self {
        Self {
            room_id,
            event_type,
            state_key,
            content,
            delay,
        }
    }
}

impl Endpoint for SetDelayedState {
    const OPERATION: Operation = Operation::put(
        "msc4140SetDelayedState",
        "/_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}",
    )
    .auth(Auth::Required)
    .query(&[DELAY])
    .distinctive_field(DELAY)
    .may_be_empty("stateKey")
    .body(Body::Whole("content"));
    type Response = DelayedEventId;
}

/// Sends an event or sets a piece of state after a while, unless it is cancelled: the proposal's newer form, flag
/// `org.matrix.msc4140`.
///
/// Errors worth handling: `M_FORBIDDEN` (the delay is too long, or none is allowed), `M_LIMIT_EXCEEDED` (too many are
/// scheduled), `M_UNRECOGNIZED` (the server has only [`SendDelayedEvent`]).
///
/// Proposal: [MSC4140](https://github.com/matrix-org/matrix-spec-proposals/pull/4140).
#[doc(alias = "msc4140ScheduleDelayedEvent")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct ScheduleDelayedEvent {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The type of the event.
    #[serde(rename = "eventType")]
    pub event_type: String,
    /// Tells a repeated request from a new one: choose one for each new event.
    #[serde(rename = "txnId")]
    pub txn_id: TransactionId,
    /// After how long it is sent, in milliseconds: more than 0.
    pub delay_ms: u64,
    /// The state key, if it is state.
    pub state_key: Option<String>,
    /// The content: a JSON object.
    pub content: RawJson,
}

impl ScheduleDelayedEvent {
    /// A request with the required fields.
    pub fn new(
        room_id: RoomId,
        event_type: String,
        txn_id: TransactionId,
        delay_ms: u64,
        content: RawJson,
    ) -> Self {
        Self {
            room_id,
            event_type,
            txn_id,
            delay_ms,
            state_key: None,
            content,
        }
    }
}

impl Endpoint for ScheduleDelayedEvent {
    const OPERATION: Operation = Operation::put("msc4140ScheduleDelayedEvent", "/_matrix/client/unstable/org.matrix.msc4140/rooms/{roomId}/delayed_event/{eventType}/{txnId}").auth(Auth::Required).repeatable().unstable(&[("org.matrix.msc4140.stable", "/_matrix/client/v3/rooms/{roomId}/delayed_event/{eventType}/{txnId}")]);
    type Response = DelayedEventId;
}

/// An event that was scheduled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct DelayedEventId {
    /// Its ID until it is sent. Who knows it can cancel the event: keep it secret.
    pub delay_id: Option<String>,
    /// Instead, the event that was sent at once, by a server that does not know of delays.
    pub event_id: Option<EventId>,
}

/// Sends a scheduled event now, cancels it, or lets its time begin anew: flag `org.matrix.msc4140`. It needs no access
/// token: the ID is enough.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such event, or it was sent or cancelled), `M_UNKNOWN` with the
/// status 409 (something else has been done with it), `M_LIMIT_EXCEEDED`.
///
/// Proposal: [MSC4140](https://github.com/matrix-org/matrix-spec-proposals/pull/4140).
#[doc(alias = "msc4140UpdateDelayedEvent")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct UpdateDelayedEvent {
    /// The event.
    pub delay_id: String,
    /// What is to be done with it.
    pub action: DelayedEventAction,
}

impl UpdateDelayedEvent {
    /// A request with the required fields.
    pub fn new(delay_id: String, action: DelayedEventAction) -> Self {
        Self { delay_id, action }
    }
}

impl Endpoint for UpdateDelayedEvent {
    const OPERATION: Operation = Operation::post(
        "msc4140UpdateDelayedEvent",
        "/_matrix/client/unstable/org.matrix.msc4140/delayed_events/{delay_id}/{action}",
    )
    .auth(Auth::Optional)
    .repeatable()
    .unstable(&[(
        "org.matrix.msc4140.stable",
        "/_matrix/client/v1/delayed_events/{delay_id}/{action}",
    )]);
    type Response = Empty;
}

/// Sends a scheduled event now, cancels it, or lets its time begin anew: the proposal's older form, which has the
/// action in the body. Synapse speaks both; older servers have this one alone.
///
/// Errors worth handling: as of [`UpdateDelayedEvent`].
///
/// Proposal: [MSC4140](https://github.com/matrix-org/matrix-spec-proposals/pull/4140).
#[doc(alias = "msc4140UpdateDelayedEventByBody")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct UpdateDelayedEventByBody {
    /// The event.
    pub delay_id: String,
    /// What is to be done with it.
    pub action: DelayedEventAction,
}

impl UpdateDelayedEventByBody {
    /// A request with the required fields.
    pub fn new(delay_id: String, action: DelayedEventAction) -> Self {
        Self { delay_id, action }
    }
}

impl Endpoint for UpdateDelayedEventByBody {
    const OPERATION: Operation = Operation::post(
        "msc4140UpdateDelayedEventByBody",
        "/_matrix/client/unstable/org.matrix.msc4140/delayed_events/{delay_id}",
    )
    .auth(Auth::Optional)
    .repeatable();
    type Response = Empty;
}

text_enum! {
    /// What is to be done with a scheduled event.
    DelayedEventAction {
        /// Send it now.
        Send = "send",
        /// Do not send it.
        Cancel = "cancel",
        /// Begin its time anew.
        Restart = "restart",
    }
}

const DELAY: &str = "org.matrix.msc4140.delay";
const STICKY_DURATION: &str = "org.matrix.msc4354.sticky_duration_ms";

#[cfg(all(test, feature = "room_events", feature = "server"))]
mod tests {
    use super::*;
    use crate::client_api::room_events::SendMessage;
    use crate::wire::server::Router;

    #[test]
    fn a_delay_makes_a_message_a_delayed_one() {
        let mut router = Router::new();
        router.add(&SendMessage::OPERATION);
        router.add(&SendDelayedEvent::OPERATION);
        for (query, id) in [
            ("", "sendMessage"),
            ("?org.matrix.msc4140.delay=5", "msc4140SendDelayedEvent"),
        ] {
            let uri = format!("/_matrix/client/v3/rooms/!a/send/m.room.message/1{query}");
            let request = http::Request::put(uri).body("{}").unwrap();
            assert_eq!(router.route(&request).unwrap().operation.id, id);
        }
    }
}
