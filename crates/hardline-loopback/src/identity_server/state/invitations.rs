use std::collections::BTreeMap;

use hardline::identity_api::association::Threepid;
use hardline::identity_api::invitation::InvitationToken;
use hardline::types::{RoomId, ServerName, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::key::Key;

/// How many invitations are stored.
const MOST: usize = 10_000;

/// The stored invitations, by token.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Invitations {
    by_token: BTreeMap<String, Invitation>,
    /// Those whose address has been bound to a user, of which the homeserver does not know yet.
    accepted: Vec<AcceptedInvitation>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Invitation {
    pub(crate) sender: UserId,
    pub(crate) public_key: String,
    pub(crate) room_id: RoomId,
    pub(crate) threepid: Threepid,
    pub(crate) is_accepted: bool,
}

/// An invitation to an address that a user has turned out to have.
#[derive(Serialize, Deserialize)]
pub(crate) struct AcceptedInvitation {
    pub(crate) room_id: RoomId,
    pub(crate) sender: UserId,
    pub(crate) user_id: UserId,
    /// That the identity server says so: the `signed` member of an invitation.
    pub(crate) signed: Value,
}

impl Invitations {
    /// Whether there is no place for more.
    pub(super) fn is_full(&self) -> bool {
        self.by_token.len() >= MOST
    }

    pub(super) fn add(&mut self, token: String, invitation: Invitation) {
        self.by_token.insert(token, invitation);
    }

    pub(crate) fn get(&self, token: &InvitationToken) -> Option<&Invitation> {
        self.by_token.get(token.reveal())
    }

    /// Whether a key was made for an invitation.
    pub(crate) fn has_key(&self, public_key: &str) -> bool {
        let mut invitations = self.by_token.values();
        invitations.any(|invitation| invitation.public_key == public_key)
    }

    /// The invitations that were accepted since the last call.
    pub(crate) fn take_accepted(&mut self) -> Vec<AcceptedInvitation> {
        std::mem::take(&mut self.accepted)
    }

    /// Signs the invitations that went to an address which a user has now.
    pub(super) fn accept(
        &mut self,
        key: &Key,
        server_name: &ServerName,
        threepid: &Threepid,
        user_id: &UserId,
    ) {
        let open = self.by_token.iter_mut();
        let open = open
            .filter(|(_, invitation)| invitation.threepid == *threepid && !invitation.is_accepted);
        for (token, invitation) in open {
            invitation.is_accepted = true;
            let signed = BTreeMap::from([
                ("mxid", Value::from(user_id.as_str())),
                ("token", token.as_str().into()),
            ]);
            let signatures = key.sign(server_name, &signed);
            self.accepted.push(AcceptedInvitation {
                room_id: invitation.room_id.clone(),
                sender: invitation.sender.clone(),
                user_id: user_id.clone(),
                signed: json!({"mxid": user_id, "token": token, "signatures": signatures}),
            });
        }
    }
}
