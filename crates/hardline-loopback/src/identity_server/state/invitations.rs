use std::collections::BTreeMap;

use hardline::identity_api::invitation::InvitationToken;
use hardline::types::UserId;

/// The stored invitations, by token. Nobody is notified when their identifier is bound: identity servers tell
/// homeservers, outside the client's APIs.
#[derive(Default)]
pub(crate) struct Invitations(BTreeMap<String, Invitation>);

pub(crate) struct Invitation {
    pub(crate) sender: UserId,
    pub(crate) public_key: String,
}

impl Invitations {
    pub(crate) fn add(&mut self, token: String, invitation: Invitation) {
        self.0.insert(token, invitation);
    }

    pub(crate) fn get(&self, token: &InvitationToken) -> Option<&Invitation> {
        self.0.get(token.reveal())
    }

    /// Whether a key was made for an invitation.
    pub(crate) fn has_key(&self, public_key: &str) -> bool {
        let mut invitations = self.0.values();
        invitations.any(|invitation| invitation.public_key == public_key)
    }
}
