use hardline_derive::Request;
use serde::Serialize;
use serde::ser::Error;

use crate::client_api::room_events::SentEvent;
use crate::events::{RawEvent, check_event_size};
use crate::json::{JsonObject, RawJson, RawList};
use crate::types::RoomId;
use crate::types::text::text_enum;
use crate::wire::{Auth, Body, Endpoint, Operation, ResponseBody, SpecVersion};

/// Sets a piece of a room's state.
///
/// Errors worth handling: `M_FORBIDDEN` (the user may not, or is not in the room), `M_BAD_ALIAS` and `M_INVALID_PARAM`
/// (an alias of `m.room.canonical_alias` does not lead to the room), `M_INVITE_BLOCKED`, `M_TOO_LARGE`,
/// `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::room_events::SetRoomStateWithKey;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
/// use serde_json::json;
///
/// let room = RoomId::parse("!room:example.org")?;
/// let operation = SetRoomStateWithKey::event(room, "m.room.topic", "", &json!({"topic": "Tea"}))?;
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/state/m.room.topic/");
/// assert_eq!(request.body(), br#"{"topic":"Tea"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /rooms/{roomId}/state/{eventType}/{stateKey}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidstateeventtypestatekey).
#[doc(alias = "setRoomStateWithKey")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SetRoomStateWithKey {
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
}

impl SetRoomStateWithKey {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, event_type: String, state_key: String, content: RawJson) -> Self {
        Self {
            room_id,
            event_type,
            state_key,
            content,
        }
    }
}

impl Endpoint for SetRoomStateWithKey {
    const OPERATION: Operation = Operation::put(
        "setRoomStateWithKey",
        "/_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}",
    )
    .auth(Auth::Required)
    .may_be_empty("stateKey")
    .body(Body::Whole("content"))
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/rooms/{roomId}/state/{eventType}/{stateKey}",
    )]);
    type Response = SentEvent;
}

impl SetRoomStateWithKey {
    /// Sets a piece of state to this content: whatever serializes as a JSON object.
    ///
    /// # Errors
    /// The content has no JSON form, or servers would refuse the event for its size:
    /// [`check_event_size`](crate::events::check_event_size).
    pub fn event<C: Serialize + ?Sized>(
        room_id: RoomId,
        event_type: &str,
        state_key: &str,
        content: &C,
    ) -> Result<Self, serde_json::Error> {
        let content = RawJson::new(content)?;
        check_event_size(event_type, Some(state_key), &content).map_err(Error::custom)?;
        let (event_type, state_key) = (event_type.to_owned(), state_key.to_owned());
        Ok(Self::new(room_id, event_type, state_key, content))
    }
}

/// Fetches a piece of a room's state: its content, or the whole event, for which there is
/// [`RawEvent::new`](crate::events::RawEvent::new).
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such state; some servers say it of rooms that the user may not
/// see, too), `M_FORBIDDEN` (the user never was in the room).
///
/// ```
/// use hardline::client_api::room_events::GetRoomStateWithKey;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let room = RoomId::parse("!room:example.org")?;
/// let operation = GetRoomStateWithKey::new(room, "m.room.name".to_owned(), String::new());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/state/m.room.name/");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /rooms/{roomId}/state/{eventType}/{stateKey}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidstateeventtypestatekey).
#[doc(alias = "getRoomStateWithKey")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRoomStateWithKey {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The type of the event.
    #[serde(rename = "eventType")]
    pub event_type: String,
    /// The key of the state among those of this type; often empty.
    #[serde(rename = "stateKey")]
    pub state_key: String,
    /// What is wanted: the content by default. A server before v1.16 may know only that.
    pub format: Option<StateFormat>,
}

impl GetRoomStateWithKey {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, event_type: String, state_key: String) -> Self {
        Self {
            room_id,
            event_type,
            state_key,
            format: None,
        }
    }
}

impl Endpoint for GetRoomStateWithKey {
    const OPERATION: Operation = Operation::get(
        "getRoomStateWithKey",
        "/_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}",
    )
    .auth(Auth::Required)
    .query(&["format"])
    .may_be_empty("stateKey")
    .open_response()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/rooms/{roomId}/state/{eventType}/{stateKey}",
    )]);
    type Response = JsonObject;
}

text_enum! {
    /// What is fetched of a piece of state.
    StateFormat {
        /// Its content.
        Content = "content",
        /// The whole event.
        Event = "event",
    }
}

/// Fetches the whole state of a room: as it is, or as it was when the user left.
///
/// It is large in a large room. Each event is read when it is asked for.
///
/// Errors worth handling: `M_FORBIDDEN` (the user never was in the room).
///
/// ```
/// use hardline::client_api::room_events::GetRoomState;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetRoomState::new(RoomId::parse("!room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/state");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /rooms/{roomId}/state`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidstate).
#[doc(alias = "getRoomState")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRoomState {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
}

impl GetRoomState {
    /// A request with the required fields.
    pub fn new(room_id: RoomId) -> Self {
        Self { room_id }
    }
}

impl Endpoint for GetRoomState {
    const OPERATION: Operation =
        Operation::get("getRoomState", "/_matrix/client/v3/rooms/{roomId}/state")
            .auth(Auth::Required)
            .response_body(ResponseBody::List)
            .since(SpecVersion::v1(1))
            .older(&[(
                SpecVersion::r0(4),
                "/_matrix/client/r0/rooms/{roomId}/state",
            )]);
    type Response = RawList<RawEvent>;
}
