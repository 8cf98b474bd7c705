use hardline_derive::Request;

use crate::json::Empty;
use crate::types::{AccessToken, Medium, RoomId, ServerName, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Invites a user to a room.
///
/// Errors worth handling: `M_FORBIDDEN` (they are banned or in the room already, or the user may not invite),
/// `M_BAD_STATE` (some servers say so of those who are banned), `M_INVITE_BLOCKED` (they take no invitations from the
/// user), `M_UNSUPPORTED_ROOM_VERSION` (their server does not know the room's version), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::membership::InviteUser;
/// use hardline::types::{AccessToken, RoomId, UserId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = InviteUser::new(RoomId::parse("!room:example.org")?, UserId::parse("@alice:example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/invite");
/// assert_eq!(request.body(), br#"{"user_id":"@alice:example.org"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /rooms/{roomId}/invite`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidinvite).
#[doc(alias = "inviteUser")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct InviteUser {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// Who is invited.
    pub user_id: UserId,
    /// Why, for people to read. Since v1.1.
    pub reason: Option<String>,
}

impl InviteUser {
    /// A request with the required fields.
    pub fn new(room_id: RoomId, user_id: UserId) -> Self {
        Self {
            room_id,
            user_id,
            reason: None,
        }
    }
}

impl Endpoint for InviteUser {
    const OPERATION: Operation =
        Operation::post("inviteUser", "/_matrix/client/v3/rooms/{roomId}/invite")
            .auth(Auth::Required)
            .distinctive_field("user_id")
            .since(SpecVersion::v1(1))
            .older(&[(
                SpecVersion::r0(4),
                "/_matrix/client/r0/rooms/{roomId}/invite",
            )]);
    type Response = Empty;
}

/// Invites whoever an e-mail address or a phone number belongs to. If the identity server knows of nobody, it stores
/// the invitation, and tells them by e-mail or a text message.
///
/// Errors worth handling: `M_FORBIDDEN` (they are banned or in the room already, or the user may not invite),
/// `M_THREEPID_DENIED` and `M_NOT_FOUND` (the server does not do this), `M_INVITE_BLOCKED`, `M_LIMIT_EXCEEDED`. If the
/// identity server refuses, Synapse responds with the status 500.
///
/// ```
/// use hardline::client_api::membership::InviteBy3pid;
/// use hardline::types::{AccessToken, Medium, RoomId, ServerName};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = InviteBy3pid::new(
///     RoomId::parse("!room:example.org")?,
///     ServerName::parse("example.org")?,
///     AccessToken::from("syt_secret"),
///     Medium::Email,
///     "text".to_owned(),
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/rooms/%21room%3Aexample.org/invite");
/// assert_eq!(
///     request.body(),
///     br#"{"id_server":"example.org","id_access_token":"syt_secret","medium":"email","address":"text"}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /rooms/{roomId}/invite`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidinvite).
#[doc(alias = "inviteBy3PID")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct InviteBy3pid {
    /// The room.
    #[serde(rename = "roomId")]
    pub room_id: RoomId,
    /// The identity server that is asked who it is.
    pub id_server: ServerName,
    /// The access token of that identity server.
    pub id_access_token: AccessToken,
    /// What kind of address it is.
    pub medium: Medium,
    /// The e-mail address, or the phone number: country code and digits without a `+`.
    pub address: String,
}

impl InviteBy3pid {
    /// A request with the required fields.
    pub fn new(
        room_id: RoomId,
        id_server: ServerName,
        id_access_token: AccessToken,
        medium: Medium,
        address: String,
    ) -> Self {
        Self {
            room_id,
            id_server,
            id_access_token,
            medium,
            address,
        }
    }
}

impl Endpoint for InviteBy3pid {
    const OPERATION: Operation =
        Operation::post("inviteBy3PID", "/_matrix/client/v3/rooms/{roomId}/invite")
            .auth(Auth::Required)
            .distinctive_field("address")
            .since(SpecVersion::v1(1))
            .older(&[(
                SpecVersion::r0(4),
                "/_matrix/client/r0/rooms/{roomId}/invite",
            )]);
    type Response = Empty;
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::*;
    use crate::wire::server::Router;

    #[test]
    fn the_body_tells_whom_an_invitation_names() {
        let mut router = Router::new();
        router.add(&InviteUser::OPERATION);
        router.add(&InviteBy3pid::OPERATION);
        for (body, id) in [
            (r#"{"user_id": "@a:b"}"#, "inviteUser"),
            (
                r#"{"address": "a@b", "medium": "email", "id_server": "b", "id_access_token": "c"}"#,
                "inviteBy3PID",
            ),
            // It is refused for what it lacks.
            ("{}", "inviteUser"),
            ("not JSON", "inviteUser"),
        ] {
            let request = http::Request::post("/_matrix/client/v3/rooms/!a/invite")
                .body(body)
                .unwrap();
            let route = router.route(&request).unwrap();
            assert_eq!(route.operation.id, id, "{body}");
        }
    }
}
