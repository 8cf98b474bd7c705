use hardline_derive::{Request, Response, Wire};

use crate::json::JsonMap;
use crate::types::{RoomId, RoomOrAliasId, ServerName, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Joins a room by its ID or by an alias. Joining a room that the user is in succeeds.
///
/// To join a room that no user of the server is in takes other servers, and may take minutes: give the request a long
/// time. Dendrite responds after 20 seconds with the status 202 and an error `M_UNKNOWN`, and goes on: the room comes
/// with a sync.
///
/// Errors worth handling: `M_FORBIDDEN` (the user is banned, or the room's rules do not let them in), `M_NOT_FOUND`
/// (there is no such room or alias), `M_INCOMPATIBLE_ROOM_VERSION` (the server does not know the room's version),
/// `M_UNABLE_TO_AUTHORISE_JOIN` and `M_UNABLE_TO_GRANT_JOIN` (another server has to let the user in: try one of its
/// servers in [`via`](Self::via)), `M_CONSENT_NOT_GIVEN`, `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::membership::JoinRoom;
/// use hardline::types::{AccessToken, RoomOrAliasId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = JoinRoom::new(RoomOrAliasId::parse("#room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/join/%23room%3Aexample.org");
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /join/{roomIdOrAlias}`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3joinroomidoralias).
#[doc(alias = "joinRoom")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct JoinRoom {
    /// The room, by its ID or by an alias.
    #[serde(rename = "roomIdOrAlias")]
    pub room_id_or_alias: RoomOrAliasId,
    /// Servers that may know the room, if it is named by its ID. Since v1.12; send `server_name` besides to older
    /// servers, with [`WithOptions`](crate::wire::WithOptions).
    #[serde(default)]
    pub via: Vec<ServerName>,
    /// What proves that an invitation to an e-mail address or a phone number is for this user.
    pub third_party_signed: Option<ThirdPartySigned>,
    /// Why, for people to read. Since v1.1.
    pub reason: Option<String>,
}

impl JoinRoom {
    /// A request with the required fields.
    pub fn new(room_id_or_alias: RoomOrAliasId) -> Self {
        Self {
            room_id_or_alias,
            via: Default::default(),
            third_party_signed: None,
            reason: None,
        }
    }
}

impl Endpoint for JoinRoom {
    const OPERATION: Operation =
        Operation::post("joinRoom", "/_matrix/client/v3/join/{roomIdOrAlias}")
            .auth(Auth::Required)
            .query(&["via"])
            .since(SpecVersion::v1(1))
            .older(&[(
                SpecVersion::r0(4),
                "/_matrix/client/r0/join/{roomIdOrAlias}",
            )]);
    type Response = JoinedRoomId;
}

/// Joins a room by its ID. The server has to know the room, from an invitation for instance: otherwise use
/// [`JoinRoom`], which can say who knows it.
///
/// Errors worth handling: `M_FORBIDDEN` (the user is banned, or the room's rules do not let them in), `M_NOT_FOUND`,
/// `M_INCOMPATIBLE_ROOM_VERSION`, `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::membership::JoinRoomById;
/// use hardline::types::{AccessToken, RoomId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = JoinRoomById::new(RoomId::parse("!room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/join");
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /rooms/{roomId}/join`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidjoin).
#[doc(alias = "joinRoomById")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct JoinRoomById {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// What proves that an invitation to an e-mail address or a phone number is for this user.
    pub third_party_signed: Option<ThirdPartySigned>,
    /// Why, for people to read. Since v1.1.
    pub reason: Option<String>,
}

impl JoinRoomById {
    /// A request with the required fields.
    pub fn new(room_id: RoomId) -> Self {
        Self {
            room_id,
            third_party_signed: None,
            reason: None,
        }
    }
}

impl Endpoint for JoinRoomById {
    const OPERATION: Operation =
        Operation::post("joinRoomById", "/_matrix/client/v3/rooms/{roomId}/join")
            .auth(Auth::Required)
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/rooms/{roomId}/join")]);
    type Response = JoinedRoomId;
}

/// Asks the members of a room to be let in. They may invite the user, who then joins, or reject them. Knocking at a
/// room where the user has knocked succeeds.
///
/// Errors worth handling: `M_FORBIDDEN` (the user is banned, or the room's rules do not allow it), `M_NOT_FOUND` (there
/// is no such room or alias), `M_INCOMPATIBLE_ROOM_VERSION`, `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::membership::KnockRoom;
/// use hardline::types::{AccessToken, RoomOrAliasId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = KnockRoom::new(RoomOrAliasId::parse("#room:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/knock/%23room%3Aexample.org");
/// assert_eq!(request.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /knock/{roomIdOrAlias}`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3knockroomidoralias).
#[doc(alias = "knockRoom")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct KnockRoom {
    /// The room, by its ID or by an alias.
    #[serde(rename = "roomIdOrAlias")]
    pub room_id_or_alias: RoomOrAliasId,
    /// Servers that may know the room. Since v1.12; send `server_name` besides to older servers, with
    /// [`WithOptions`](crate::wire::WithOptions).
    #[serde(default)]
    pub via: Vec<ServerName>,
    /// Why, for the members to read.
    pub reason: Option<String>,
}

impl KnockRoom {
    /// A request with the required fields.
    pub fn new(room_id_or_alias: RoomOrAliasId) -> Self {
        Self {
            room_id_or_alias,
            via: Default::default(),
            reason: None,
        }
    }
}

impl Endpoint for KnockRoom {
    const OPERATION: Operation =
        Operation::post("knockRoom", "/_matrix/client/v3/knock/{roomIdOrAlias}")
            .auth(Auth::Required)
            .query(&["via"])
            .since(SpecVersion::v1(1));
    type Response = JoinedRoomId;
}

/// The room that was joined, or that was knocked at.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct JoinedRoomId {
    /// The room.
    pub room_id: RoomId,
}

impl JoinedRoomId {
    /// The room.
    pub fn new(room_id: RoomId) -> Self {
        Self { room_id }
    }
}

/// What an identity server signed: that an invitation to an e-mail address or a phone number is for a user.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ThirdPartySigned {
    /// Who invited them.
    pub sender: UserId,
    /// Who was invited.
    pub mxid: UserId,
    /// The token of the `m.room.third_party_invite` event, which is its state key.
    pub token: String,
    /// The signatures: for each identity server, by the key that made them.
    pub signatures: JsonMap<String, JsonMap<String, String>>,
}

impl ThirdPartySigned {
    /// One with the required fields.
    pub fn new(
        sender: UserId,
        mxid: UserId,
        token: String,
        signatures: JsonMap<String, JsonMap<String, String>>,
    ) -> Self {
        Self {
            sender,
            mxid,
            token,
            signatures,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    #[test]
    fn a_join_that_goes_on_in_the_background_is_an_error_that_keeps_its_code() {
        let body = r#"{"errcode": "M_UNKNOWN", "error": "The room join will continue in the background."}"#;
        let response = http::Response::builder().status(202).body(body).unwrap();
        let error = wire::decode::<JoinRoom>(response).unwrap_err();
        assert_eq!(error.errcode(), Some(&wire::ErrorCode::Unknown));
        assert_eq!(error.status(), Some(http::StatusCode::ACCEPTED));
    }

    #[cfg(feature = "server")]
    #[test]
    fn a_join_without_a_body_is_one() {
        use crate::wire::server::{Router, decode_request};

        let mut router = Router::new();
        router.add(&JoinRoomById::OPERATION);
        let request = http::Request::post("/_matrix/client/v3/rooms/!a/join");
        let request = request.body("").unwrap();
        let route = router.route(&request).unwrap();
        let join = decode_request::<JoinRoomById>(&route, &request).unwrap();
        assert_eq!(join, JoinRoomById::new(RoomId::parse("!a").unwrap()));
    }
}
