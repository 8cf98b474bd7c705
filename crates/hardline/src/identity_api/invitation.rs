//! Inviting somebody known only by a phone number or an e-mail address.
//!
//! Specification: [invitation storage](https://spec.matrix.org/v1.19/identity-service-api/#invitation-storage) and
//! [ephemeral invitation signing](https://spec.matrix.org/v1.19/identity-service-api/#ephemeral-invitation-signing).

use super::Signatures;
use crate::types::text::secret_type;
use crate::types::{Medium, MxcUri, RoomAliasId, RoomId, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};
use hardline_derive::{Request, Response};

crate::wire::operations![StoreInviteV2, BlindlySignStuffV2,];

/// Stores an invitation for the user that the phone number or e-mail address will be bound to. Homeservers send this;
/// the identity server notifies the invitee.
///
/// Errors worth handling: `M_THREEPID_IN_USE` (it is already bound to the user in the error's member `mxid`: invite
/// them), `M_UNRECOGNIZED` (the server does not support that medium), `M_TERMS_NOT_SIGNED`.
///
/// ```
/// use hardline::identity_api::invitation::StoreInviteV2;
/// use hardline::types::{AccessToken, Medium, RoomId, UserId};
/// use hardline::wire::{self, BaseUrl, Credentials, Target};
///
/// let mut operation = StoreInviteV2::new(
///     Medium::Email,
///     "bob@example.org".to_owned(),
///     RoomId::parse("!room:example.org")?,
///     UserId::parse("@alice:example.org")?,
/// );
/// operation.room_name = Some("Bob's party".to_owned());
/// let target = Target::IdentityServer(BaseUrl::parse("https://is.example.org")?);
/// let credentials = Credentials::Token(AccessToken::from("is_secret"));
/// let request = wire::encode(&operation, &target, &credentials)?;
/// assert_eq!(request.uri(), "https://is.example.org/_matrix/identity/v2/store-invite");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /store-invite`](https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2store-invite).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct StoreInviteV2 {
    /// Whether it is a phone number or an e-mail address; servers only have to support `email`.
    pub medium: Medium,
    /// The e-mail address, or the digits of the phone number's international form.
    pub address: String,
    /// The room.
    pub room_id: RoomId,
    /// The user who invites.
    pub sender: UserId,
    /// The room's alias.
    pub room_alias: Option<RoomAliasId>,
    /// The room's avatar.
    pub room_avatar_url: Option<MxcUri>,
    /// The `join_rule` of the room, such as `public`.
    pub room_join_rules: Option<String>,
    /// The room's name.
    pub room_name: Option<String>,
    /// The `type` that the room was created with, such as `m.space`.
    pub room_type: Option<String>,
    /// The display name of the user who invites.
    pub sender_display_name: Option<String>,
    /// The avatar of the user who invites.
    pub sender_avatar_url: Option<MxcUri>,
}

impl StoreInviteV2 {
    /// A request with the required fields.
    pub fn new(medium: Medium, address: String, room_id: RoomId, sender: UserId) -> Self {
        Self {
            medium,
            address,
            room_id,
            sender,
            room_alias: None,
            room_avatar_url: None,
            room_join_rules: None,
            room_name: None,
            room_type: None,
            sender_display_name: None,
            sender_avatar_url: None,
        }
    }
}

impl Endpoint for StoreInviteV2 {
    const OPERATION: Operation =
        Operation::post("storeInviteV2", "/_matrix/identity/v2/store-invite")
            .auth(Auth::Identity)
            .since(SpecVersion::r0(3));
    type Response = StoreInviteV2Response;
}

secret_type! {
    /// The token for accepting an invitation: only the invitee gets it.
    InvitationToken, token
}

secret_type! {
    /// An ed25519 key that signs, in unpadded base64.
    SigningKey, opaque
}

/// A stored invitation.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct StoreInviteV2Response {
    /// The invitation's token; it goes into the room's `m.room.third_party_invite` event.
    pub token: InvitationToken,
    /// The identity server's key, and the one that it created for this invitation.
    #[serde(default)]
    pub public_keys: Vec<InvitationKey>,
    /// What the room may see of the address: `f...@b...`.
    pub display_name: Option<String>,
}

impl StoreInviteV2Response {
    /// An invitation.
    pub fn new(
        token: InvitationToken,
        public_keys: Vec<InvitationKey>,
        display_name: String,
    ) -> Self {
        Self {
            token,
            public_keys,
            display_name: Some(display_name),
        }
    }
}

/// A key that may sign the acceptance of an invitation. One with a wrong value is skipped whole: a wrong
/// `key_validity_url` must not read as none.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[hardline(strict)]
#[non_exhaustive]
pub struct InvitationKey {
    /// The key in unpadded base64.
    pub public_key: String,
    /// The URL that says whether the key is still valid.
    pub key_validity_url: Option<String>,
}

impl InvitationKey {
    /// A key.
    pub fn new(public_key: String, key_validity_url: String) -> Self {
        Self {
            public_key,
            key_validity_url: Some(key_validity_url),
        }
    }
}

/// Has the identity server sign that a user accepts an invitation, with the invitation's key. The server sees the key:
/// it signs for clients that cannot.
///
/// Errors worth handling: `M_UNRECOGNIZED` (404: no invitation has that token), `M_TERMS_NOT_SIGNED`.
///
/// ```
/// use hardline::identity_api::invitation::{BlindlySignStuffV2, InvitationToken, SigningKey};
/// use hardline::types::UserId;
/// use hardline::wire;
///
/// let operation = BlindlySignStuffV2::new(
///     UserId::parse("@bob:example.org")?,
///     InvitationToken::from("abc123"),
///     SigningKey::from("secret"),
/// );
/// assert!(!format!("{operation:?}").contains("secret"));
///
/// let body = r#"{"mxid": "@bob:example.org", "sender": "@alice:example.org", "token": "abc123",
///     "signatures": {"is.example.org": {"ed25519:0": "def987"}}}"#;
/// let signed = wire::decode::<BlindlySignStuffV2>(http::Response::new(body))?;
/// assert_eq!(signed.sender.localpart(), "alice");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /sign-ed25519`](https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2sign-ed25519).
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct BlindlySignStuffV2 {
    /// The user who accepts the invitation.
    pub mxid: UserId,
    /// The invitation.
    pub token: InvitationToken,
    /// The key to sign with.
    pub private_key: SigningKey,
}

impl BlindlySignStuffV2 {
    /// A request with the required fields.
    pub fn new(mxid: UserId, token: InvitationToken, private_key: SigningKey) -> Self {
        Self {
            mxid,
            token,
            private_key,
        }
    }
}

impl Endpoint for BlindlySignStuffV2 {
    const OPERATION: Operation =
        Operation::post("blindlySignStuffV2", "/_matrix/identity/v2/sign-ed25519")
            .auth(Auth::Identity)
            .since(SpecVersion::r0(3));
    type Response = BlindlySignStuffV2Response;
}

/// The signed acceptance of an invitation: it goes into the user's `m.room.member` event. All of it is signed, so
/// nothing of it is skipped.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[hardline(strict)]
#[non_exhaustive]
pub struct BlindlySignStuffV2Response {
    /// The user who accepts the invitation.
    pub mxid: UserId,
    /// The user who invited.
    pub sender: UserId,
    /// The invitation.
    pub token: InvitationToken,
    /// The signatures of all of this.
    pub signatures: Signatures,
}

impl BlindlySignStuffV2Response {
    /// The signed members, with their signatures.
    pub fn new(
        mxid: UserId,
        sender: UserId,
        token: InvitationToken,
        signatures: Signatures,
    ) -> Self {
        Self {
            mxid,
            sender,
            token,
            signatures,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{self, ErrorCode, ErrorKind};

    #[test]
    fn the_error_says_whom_an_address_is_bound_to() {
        let body = r#"{"errcode": "M_THREEPID_IN_USE", "error": "Binding already known", "mxid": "@alice:example.com"}"#;
        let mut response = http::Response::new(body);
        *response.status_mut() = http::StatusCode::BAD_REQUEST;
        let error = wire::decode::<StoreInviteV2>(response).unwrap_err();
        assert_eq!(error.errcode(), Some(&ErrorCode::ThreepidInUse));
        let ErrorKind::Server(error) = error.kind() else {
            panic!("{error}")
        };
        assert_eq!(
            error.field::<UserId>("mxid").unwrap().as_str(),
            "@alice:example.com"
        );
    }

    #[test]
    fn an_invitation_has_two_keys() {
        let body = r#"{"token": "sometoken", "public_keys": [
            {"public_key": "a", "key_validity_url": "https://example.com/_matrix/identity/v2/pubkey/isvalid"},
            {"public_key": "b", "key_validity_url": "https://example.com/_matrix/identity/v2/pubkey/ephemeral/isvalid"}],
            "display_name": "f...@b..."}"#;
        let answer = wire::decode::<StoreInviteV2>(http::Response::new(body)).unwrap();
        assert_eq!(answer.public_keys.len(), 2);
        assert!(!format!("{answer:?}").contains("sometoken"));
    }
}
