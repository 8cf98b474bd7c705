use hardline_derive::{Request, Response};

use crate::json::{Empty, JsonMap};
use crate::types::{RoomId, RoomTag, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Lists the tags that the user gave a room.
///
/// Errors worth handling: `M_FORBIDDEN` (it is another user).
///
/// ```
/// use hardline::client_api::user_data::GetRoomTags;
/// use hardline::wire;
///
/// let body = r#"{"tags": {"m.favourite": {"order": 0.25}, "u.work": {}}}"#;
/// let tags = wire::decode::<GetRoomTags>(http::Response::new(body))?.tags;
/// assert_eq!(tags["m.favourite"].order(), Some(0.25));
/// assert_eq!(tags["u.work"].order(), None);
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /user/{userId}/rooms/{roomId}/tags`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridroomsroomidtags).
#[doc(alias = "getRoomTags")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRoomTags {
    /// The user: that of the access token.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
}

impl GetRoomTags {
    /// A request with the required fields.
    pub fn new(user_id: UserId, room_id: RoomId) -> Self {
        Self { user_id, room_id }
    }
}

impl Endpoint for GetRoomTags {
    const OPERATION: Operation = Operation::get(
        "getRoomTags",
        "/_matrix/client/v3/user/{userId}/rooms/{roomId}/tags",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/user/{userId}/rooms/{roomId}/tags",
    )]);
    type Response = GetRoomTagsResponse;
}

/// The tags that a user gave a room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetRoomTagsResponse {
    /// The tags by their names.
    #[serde(default)]
    pub tags: JsonMap<String, RoomTag>,
}

/// Tags a room for the user, or changes its place among the rooms with the tag.
///
/// Errors worth handling: `M_FORBIDDEN` (it is another user, or the user was never in the room).
///
/// ```
/// use hardline::client_api::user_data::SetRoomTag;
/// use hardline::types::{AccessToken, RoomId, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = SetRoomTag::new(
///     UserId::parse("@alice:example.org")?,
///     RoomId::parse("!room:example.org")?,
///     "u.work".to_owned(),
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(
///     request.uri().path(),
///     "/_matrix/client/v3/user/%40alice%3Aexample.org/rooms/%21room%3Aexample.org/tags/u.work",
/// );
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /user/{userId}/rooms/{roomId}/tags/{tag}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3useruseridroomsroomidtagstag).
#[doc(alias = "setRoomTag")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SetRoomTag {
    /// The user: that of the access token.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The tag: `m.favourite`, `m.lowpriority`, or one of the user's own, `u.` and its name. At most 255 bytes.
    pub tag: String,
    /// Where the room stands among those with the tag, from 0 to 1. Rooms without it come last.
    pub order: Option<f64>,
}

impl SetRoomTag {
    /// A request with the required fields.
    pub fn new(user_id: UserId, room_id: RoomId, tag: String) -> Self {
        Self {
            user_id,
            room_id,
            tag,
            order: None,
        }
    }
}

impl Endpoint for SetRoomTag {
    const OPERATION: Operation = Operation::put(
        "setRoomTag",
        "/_matrix/client/v3/user/{userId}/rooms/{roomId}/tags/{tag}",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/user/{userId}/rooms/{roomId}/tags/{tag}",
    )]);
    type Response = Empty;
}

/// Takes a tag from a room for the user. Taking one that it does not have succeeds.
///
/// Errors worth handling: `M_FORBIDDEN` (it is another user).
///
/// ```
/// use hardline::client_api::user_data::DeleteRoomTag;
/// use hardline::types::{AccessToken, RoomId, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = DeleteRoomTag::new(
///     UserId::parse("@alice:example.org")?,
///     RoomId::parse("!room:example.org")?,
///     "u.work".to_owned(),
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(
///     request.uri().path(),
///     "/_matrix/client/v3/user/%40alice%3Aexample.org/rooms/%21room%3Aexample.org/tags/u.work",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`DELETE /user/{userId}/rooms/{roomId}/tags/{tag}`](https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3useruseridroomsroomidtagstag).
#[doc(alias = "deleteRoomTag")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct DeleteRoomTag {
    /// The user: that of the access token.
    #[serde(rename = "userId")]
    pub user_id: UserId,
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The tag: `m.favourite`, `m.lowpriority`, or one of the user's own, `u.` and its name. At most 255 bytes.
    pub tag: String,
}

impl DeleteRoomTag {
    /// A request with the required fields.
    pub fn new(user_id: UserId, room_id: RoomId, tag: String) -> Self {
        Self {
            user_id,
            room_id,
            tag,
        }
    }
}

impl Endpoint for DeleteRoomTag {
    const OPERATION: Operation = Operation::delete(
        "deleteRoomTag",
        "/_matrix/client/v3/user/{userId}/rooms/{roomId}/tags/{tag}",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/user/{userId}/rooms/{roomId}/tags/{tag}",
    )]);
    type Response = Empty;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    #[test]
    fn whatever_a_client_stored_as_the_order_is_read_without_a_warning() {
        let body = r#"{"tags": {"a": {"order": "0.5"}, "b": {"order": null}, "c": {"order": 1}, "d": {"x": {}, "order": "?"}}}"#;
        let answer = wire::decode_response::<GetRoomTags>(http::Response::new(body)).unwrap();
        let orders: Vec<_> = answer.value.tags.values().map(RoomTag::order).collect();
        assert_eq!(orders, [Some(0.5), None, Some(1.0), None]);
        assert!(answer.warnings.is_empty());
        let none = wire::decode_response::<GetRoomTags>(http::Response::new(r#"{"tags": null}"#));
        assert!(none.unwrap().warnings.is_empty());
    }
}
