use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hardline::identity_api::association::Threepid;
use hardline::identity_api::invitation::{
    InvitationKey, InvitationToken, StoreInviteV2, StoreInviteV2Response,
};
use hardline::identity_api::lookup::fold_email;
use hardline::identity_api::public_keys::{IsEphemeralPubKeyValidV2, IsPubKeyValidV2};
use hardline::types::{Medium, UserId, ValidationToken};
use hardline::wire::server::ErrorResponse;
use hardline::wire::{Endpoint, ErrorCode};
use http::StatusCode;

use super::invitations::Invitation;
use super::{Key, State};
use crate::Message;
use crate::server_info::ServerInfo;

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
        if self.invitations.is_full() {
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
        self.invitations.add(token.clone(), invitation);
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
