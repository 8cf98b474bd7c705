use hardline_derive::Request;

use crate::json::{Empty, JsonObject, RawJson};
use crate::types::{RoomId, UserId};
use crate::wire::{Auth, Body, Endpoint, Operation, SpecVersion};

/// Fetches a piece of the account's data, which only the user sees, undecoded.
///
/// Any client of the account may have stored it, so its members can be of any type. `/sync` tells of changes.
///
/// Errors worth handling: `M_NOT_FOUND` (nothing of that type is stored), `M_FORBIDDEN` (it is another user).
///
/// ```
/// use hardline::client_api::user_data::GetAccountData;
/// use hardline::wire;
///
/// let answer = wire::decode::<GetAccountData>(http::Response::new(r#"{"colour": "green"}"#))?;
/// assert_eq!(answer.field::<String>("colour").as_deref(), Some("green"));
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /user/{userId}/account_data/{type}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridaccount_datatype).
#[doc(alias = "getAccountData")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetAccountData {
    /// The user: that of the access token.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// The type: `m.direct`, or one of your own.
    #[serde(rename = "type")]
    pub event_type: String,
}

impl GetAccountData {
    /// A request with the required fields.
    pub fn new(user_id: UserId, event_type: String) -> Self {
        Self {
            user_id,
            event_type,
        }
    }
}

impl Endpoint for GetAccountData {
    const OPERATION: Operation = Operation::get(
        "getAccountData",
        "/_matrix/client/v3/user/{userId}/account_data/{type}",
    )
    .auth(Auth::Required)
    .open_response()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(5),
        "/_matrix/client/r0/user/{userId}/account_data/{type}",
    )]);
    type Response = JsonObject;
}

/// Stores a piece of the account's data, which only the user sees, in place of what is there of the type.
///
/// An empty object stands for a piece that is removed. `m.fully_read` and `m.push_rules` cannot be set like this.
///
/// Errors worth handling: `M_FORBIDDEN` (it is another user), `M_BAD_JSON` (with the status 405: the server keeps this
/// type itself; Dendrite says `M_FORBIDDEN`), `M_TOO_LARGE`.
///
/// ```
/// use hardline::client_api::user_data::SetAccountData;
/// use hardline::json::RawJson;
/// use hardline::types::{AccessToken, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = SetAccountData::new(UserId::parse("@alice:example.org")?, "org.example.config".to_owned(), RawJson::new(&serde_json::json!({"colour": "green"}))?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/user/%40alice%3Aexample.org/account_data/org.example.config");
/// assert_eq!(request.body(), br#"{"colour":"green"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /user/{userId}/account_data/{type}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3useruseridaccount_datatype).
#[doc(alias = "setAccountData")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SetAccountData {
    /// The user: that of the access token.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// The type: `m.direct`, or one of your own.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The content: a JSON object.
    pub content: RawJson,
}

impl SetAccountData {
    /// A request with the required fields.
    pub fn new(user_id: UserId, event_type: String, content: RawJson) -> Self {
        Self {
            user_id,
            event_type,
            content,
        }
    }
}

impl Endpoint for SetAccountData {
    const OPERATION: Operation = Operation::put(
        "setAccountData",
        "/_matrix/client/v3/user/{userId}/account_data/{type}",
    )
    .auth(Auth::Required)
    .body(Body::Whole("content"))
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/user/{userId}/account_data/{type}",
    )]);
    type Response = Empty;
}

/// Fetches a piece of the account's data for one room, which only the user sees, undecoded.
///
/// Errors worth handling: `M_NOT_FOUND` (nothing of that type is stored), `M_FORBIDDEN` (it is another user),
/// `M_INVALID_PARAM` (it is no room ID).
///
/// ```
/// use hardline::client_api::user_data::GetAccountDataPerRoom;
/// use hardline::types::{AccessToken, RoomId, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetAccountDataPerRoom::new(
///     UserId::parse("@alice:example.org")?,
///     RoomId::parse("!room:example.org")?,
///     "org.example.config".to_owned(),
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(
///     request.uri().path(),
///     "/_matrix/client/v3/user/%40alice%3Aexample.org/rooms/%21room%3Aexample.org/account_data/org.example.config",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /user/{userId}/rooms/{roomId}/account_data/{type}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridroomsroomidaccount_datatype).
#[doc(alias = "getAccountDataPerRoom")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetAccountDataPerRoom {
    /// The user: that of the access token.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The type: `m.direct`, or one of your own.
    #[serde(rename = "type")]
    pub event_type: String,
}

impl GetAccountDataPerRoom {
    /// A request with the required fields.
    pub fn new(user_id: UserId, room_id: RoomId, event_type: String) -> Self {
        Self {
            user_id,
            room_id,
            event_type,
        }
    }
}

impl Endpoint for GetAccountDataPerRoom {
    const OPERATION: Operation = Operation::get(
        "getAccountDataPerRoom",
        "/_matrix/client/v3/user/{userId}/rooms/{roomId}/account_data/{type}",
    )
    .auth(Auth::Required)
    .open_response()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(5),
        "/_matrix/client/r0/user/{userId}/rooms/{roomId}/account_data/{type}",
    )]);
    type Response = JsonObject;
}

/// Stores a piece of the account's data for one room, which only the user sees, in place of what is there of the type.
///
/// An empty object stands for a piece that is removed. `m.fully_read` and `m.push_rules` cannot be set like this.
///
/// Errors worth handling: `M_FORBIDDEN` (it is another user), `M_INVALID_PARAM` (it is no room ID), `M_BAD_JSON` (with
/// the status 405: the server keeps this type itself), `M_TOO_LARGE`.
///
/// ```
/// use hardline::client_api::user_data::SetAccountDataPerRoom;
/// use hardline::json::RawJson;
/// use hardline::types::{AccessToken, RoomId, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = SetAccountDataPerRoom::new(
///     UserId::parse("@alice:example.org")?,
///     RoomId::parse("!room:example.org")?,
///     "org.example.config".to_owned(),
///     RawJson::new(&serde_json::json!({"colour": "green"}))?,
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(
///     request.uri().path(),
///     "/_matrix/client/v3/user/%40alice%3Aexample.org/rooms/%21room%3Aexample.org/account_data/org.example.config",
/// );
/// assert_eq!(request.body(), br#"{"colour":"green"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /user/{userId}/rooms/{roomId}/account_data/{type}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3useruseridroomsroomidaccount_datatype).
#[doc(alias = "setAccountDataPerRoom")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SetAccountDataPerRoom {
    /// The user: that of the access token.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The type: `m.direct`, or one of your own.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The content: a JSON object.
    pub content: RawJson,
}

impl SetAccountDataPerRoom {
    /// A request with the required fields.
    pub fn new(user_id: UserId, room_id: RoomId, event_type: String, content: RawJson) -> Self {
        Self {
            user_id,
            room_id,
            event_type,
            content,
        }
    }
}

impl Endpoint for SetAccountDataPerRoom {
    const OPERATION: Operation = Operation::put(
        "setAccountDataPerRoom",
        "/_matrix/client/v3/user/{userId}/rooms/{roomId}/account_data/{type}",
    )
    .auth(Auth::Required)
    .body(Body::Whole("content"))
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/user/{userId}/rooms/{roomId}/account_data/{type}",
    )]);
    type Response = Empty;
}
