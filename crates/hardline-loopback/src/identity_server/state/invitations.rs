use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hardline::identity_api::association::Threepid;
use hardline::identity_api::invitation::{
    InvitationKey, InvitationToken, StoreInviteV2, StoreInviteV2Response,
};
use hardline::identity_api::lookup::fold_email;
use hardline::identity_api::public_keys::{IsEphemeralPubKeyValidV2, IsPubKeyValidV2};
use hardline::types::{Medium, RoomId, ServerName, UserId, ValidationToken};
use hardline::wire::server::ErrorResponse;
use hardline::wire::{Endpoint, ErrorCode};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Key, State};
use crate::Message;
use crate::server_info::ServerInfo;

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
    room_id: RoomId,
    threepid: Threepid,
    is_accepted: bool,
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

impl State {
    /// Stores an invitation of the caller's and tells whoever has the address.
    pub(crate) fn store_invite(
        &mut self,
        server: &ServerInfo,
        caller: &UserId,
        invite: StoreInviteV2,
    ) -> Result<StoreInviteV2Response, ErrorResponse> {
        if invite.medium != Medium::Email {
            return Err(ErrorResponse::bad_request(
                ErrorCode::Unrecognized,
                "invitations go to e-mail addresses only",
            ));
        }
        if invite.sender != *caller {
            return Err(ErrorResponse::new(
                StatusCode::FORBIDDEN,
                ErrorCode::Unauthorized,
                "a user invites in their own name only",
            ));
        }
        let threepid = Threepid::new(Medium::Email, fold_email(&invite.address));
        if let Some(user_id) = self.bindings.get(&threepid) {
            return Err(ErrorResponse::bad_request(
                ErrorCode::ThreepidInUse,
                "the address is bound to a user",
            )
            .with("mxid", user_id));
        }
        if self.invitations.by_token.len() >= MOST {
            return Err(ErrorResponse::new(
                StatusCode::TOO_MANY_REQUESTS,
                ErrorCode::LimitExceeded,
                "the identity server has no place for more invitations",
            ));
        }
        let token = self.entropy.letters(32);
        let seed = self.entropy.bytes();
        let public_key = Key::from_seed(&seed).public();
        let invitation = Invitation {
            sender: invite.sender,
            public_key: public_key.clone(),
            room_id: invite.room_id,
            threepid: threepid.clone(),
            is_accepted: false,
        };
        self.invitations.by_token.insert(token.clone(), invitation);
        let display_name = redacted(&threepid.address);
        server.inbox().deliver(Message {
            medium: threepid.medium,
            address: threepid.address,
            text: format!(
                "You are invited to {}. Bind this address to your account, or sign with the token {token} and the key {}",
                invite.room_name.as_deref().unwrap_or("a room"),
                STANDARD_NO_PAD.encode(seed),
            ),
            token: ValidationToken::from(token.as_str()),
            link: None,
        });
        let base_url = server.base_url();
        let key = |public_key, path| InvitationKey::new(public_key, format!("{base_url}{path}"));
        Ok(StoreInviteV2Response::new(
            InvitationToken::from(token),
            vec![
                key(self.key.public(), IsPubKeyValidV2::OPERATION.path),
                key(public_key, IsEphemeralPubKeyValidV2::OPERATION.path),
            ],
            display_name,
        ))
    }
}

/// The part of an address that a room may see: `f...@b...`.
fn redacted(address: &str) -> String {
    let initial = |part: &str| part.chars().next().map_or_else(String::new, String::from);
    let (name, host) = address.rsplit_once('@').unwrap_or((address, ""));
    format!("{}...@{}...", initial(name), initial(host))
}
