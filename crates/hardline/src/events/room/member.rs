use hardline_derive::Wire;

use crate::events::EventContent;
use crate::json::{JsonMap, JsonObject};
use crate::types::{Membership, MxcUri, ServerName, SigningKeyId, UserId};

/// `m.room.member`: what a user is to the room. The state key is the user; the sender may be another.
///
/// ```
/// use hardline::events::{RawEvent, RoomMember};
/// use hardline::types::Membership;
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.room.member",
///     "state_key": "@alice:example.org",
///     "content": {"membership": "join", "displayname": "Alice", "avatar_url": null},
/// }))?;
/// let member: RoomMember = event.content_as()?;
/// assert_eq!(member.membership, Membership::Join);
/// assert_eq!(member.displayname.as_deref(), Some("Alice"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Do not send again what you received: `join_authorised_via_users_server` belongs to one join.
///
/// Specification: [`m.room.member`](https://spec.matrix.org/v1.19/client-server-api/#mroommember).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomMember {
    /// The user's picture.
    pub avatar_url: Option<MxcUri>,
    /// What the user is called in the room. Others may be called the same.
    pub displayname: Option<String>,
    /// What the user is to the room.
    pub membership: Membership,
    /// Of an invitation: whether the room is meant for talking to the user alone.
    pub is_direct: Option<bool>,
    /// Of a join in a room that restricts them: a user who could have invited this one, whose server vouched for the
    /// join. Since v1.2.
    pub join_authorised_via_users_server: Option<UserId>,
    /// Why, for people to read. Since v1.1.
    pub reason: Option<String>,
    /// The invitation to an e-mail address or a phone number that became this one.
    pub third_party_invite: Option<ThirdPartyInvite>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl RoomMember {
    /// The user is this to the room.
    pub fn new(membership: Membership) -> Self {
        Self {
            avatar_url: None,
            displayname: None,
            membership,
            is_direct: None,
            join_authorised_via_users_server: None,
            reason: None,
            third_party_invite: None,
            others: JsonObject::new(),
        }
    }

    /// What the user is called in the room. `None` if it is absent, `null` or empty.
    pub fn displayname(&self) -> Option<&str> {
        self.displayname.as_deref().filter(|name| !name.is_empty())
    }
}

impl EventContent for RoomMember {
    const TYPE: &'static str = "m.room.member";
}

/// An invitation to an e-mail address or a phone number that became one to a user.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ThirdPartyInvite {
    /// What the room may see of the address. A redacted event lacks it.
    pub display_name: Option<String>,
    /// What the identity server signed.
    pub signed: Option<SignedThirdPartyInvite>,
}

impl ThirdPartyInvite {
    /// An invitation.
    pub fn new(display_name: String, signed: SignedThirdPartyInvite) -> Self {
        Self {
            display_name: Some(display_name),
            signed: Some(signed),
        }
    }
}

/// What an identity server signed: that an address belongs to a user. Nothing of it is skipped: one with a wrong value is
/// skipped whole.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct SignedThirdPartyInvite {
    /// The user.
    pub mxid: UserId,
    /// The signatures in unpadded base64: for each identity server, by the key that made them.
    pub signatures: JsonMap<ServerName, JsonMap<SigningKeyId, String>>,
    /// The token of the invitation: the state key of its `m.room.third_party_invite`.
    pub token: String,
}

impl SignedThirdPartyInvite {
    /// What was signed.
    pub fn new(
        mxid: UserId,
        signatures: JsonMap<ServerName, JsonMap<SigningKeyId, String>>,
        token: String,
    ) -> Self {
        Self {
            mxid,
            signatures,
            token,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;

    fn event(content: &str) -> RawEvent {
        serde_json::from_str(&format!(r#"{{"content": {content}}}"#)).unwrap()
    }

    #[test]
    fn members_of_a_servers_own_and_other_memberships_change_nothing() {
        let event = event(
            r#"{"membership": "org.example.lurk", "kind": "guest", "displayname": "", "com.example.x": [1]}"#,
        );
        let member: RoomMember = event.content_as_strict().unwrap();
        assert_eq!(member.membership, Membership::from("org.example.lurk"));
        assert_eq!(member.displayname(), None);
    }

    #[test]
    fn a_redacted_invitation_has_what_was_signed_alone() {
        let event = event(
            r#"{"membership": "invite", "third_party_invite": {"signed": {"mxid": "@a:a.org", "token": "t",
                "signatures": {"magic.forest": {"ed25519:3": "abc"}}}}}"#,
        );
        let member: RoomMember = event.content_as_strict().unwrap();
        let invite = member.third_party_invite.unwrap();
        assert_eq!(invite.display_name, None);
        let signed = invite.signed.unwrap();
        assert_eq!(signed.signatures["magic.forest"]["ed25519:3"], "abc");
    }

    #[test]
    fn a_bad_signature_costs_all_that_was_signed_and_no_more() {
        let event = event(
            r#"{"membership": "invite", "third_party_invite": {"display_name": "a", "signed": {"mxid": "@a:a.org",
                "token": "t", "signatures": {"a.org": {"ed25519:3": 5}}}}}"#,
        );
        let member: RoomMember = event.content_as().unwrap();
        assert_eq!(member.third_party_invite.unwrap().signed, None);
        let warnings = event.content_warnings::<RoomMember>().unwrap();
        assert_eq!(warnings.count(), 1);
    }

    #[test]
    fn a_member_needs_a_membership() {
        assert!(
            event(r#"{"displayname": "a"}"#)
                .content_as::<RoomMember>()
                .is_err()
        );
        assert!(
            event(r#"{"membership": 5}"#)
                .content_as::<RoomMember>()
                .is_err()
        );
    }
}
