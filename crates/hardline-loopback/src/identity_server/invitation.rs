use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hardline::identity_api::association::Threepid;
use hardline::identity_api::invitation::{
    BlindlySignStuffV2, BlindlySignStuffV2Response, InvitationKey, InvitationToken, StoreInviteV2,
    StoreInviteV2Response,
};
use hardline::identity_api::lookup::fold_email;
use hardline::identity_api::public_keys::{IsEphemeralPubKeyValidV2, IsPubKeyValidV2};
use hardline::types::{Medium, ValidationToken};
use hardline::wire::server::ErrorResponse;
use hardline::wire::{Endpoint, ErrorCode};
use http::StatusCode;
use serde_json::Value;

use super::data::IdentityServerData;
use super::request_context::RequestContext;
use super::state::{Invitation, Key};
use crate::Message;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<IdentityServerData>) {
    handlers.answer_with(store);
    handlers.answer_with(sign);
}

fn store(
    context: &mut RequestContext<'_>,
    invite: StoreInviteV2,
) -> Result<StoreInviteV2Response, ErrorResponse> {
    if invite.medium != Medium::Email {
        return Err(ErrorResponse::bad_request(
            ErrorCode::Unrecognized,
            "invitations go to e-mail addresses only",
        ));
    }
    if invite.sender != *context.user_id()? {
        return Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Unauthorized,
            "a user invites in their own name only",
        ));
    }
    let threepid = Threepid::new(Medium::Email, fold_email(&invite.address));
    if let Some(user_id) = context.state.bindings.get(&threepid) {
        return Err(ErrorResponse::bad_request(
            ErrorCode::ThreepidInUse,
            "the address is bound to a user",
        )
        .with("mxid", user_id));
    }
    let token = context.state.entropy.letters(32);
    let seed = context.state.entropy.bytes();
    let public_key = Key::from_seed(&seed).public();
    let invitation = Invitation {
        sender: invite.sender,
        public_key: public_key.clone(),
    };
    context.state.invitations.add(token.clone(), invitation);
    let display_name = redacted(&threepid.address);
    context.server.inbox().deliver(Message {
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
    let base_url = context.server.base_url();
    let key = |public_key, path| InvitationKey::new(public_key, format!("{base_url}{path}"));
    Ok(StoreInviteV2Response::new(
        InvitationToken::from(token),
        vec![
            key(context.state.key.public(), IsPubKeyValidV2::OPERATION.path),
            key(public_key, IsEphemeralPubKeyValidV2::OPERATION.path),
        ],
        display_name,
    ))
}

fn sign(
    context: &mut RequestContext<'_>,
    sign: BlindlySignStuffV2,
) -> Result<BlindlySignStuffV2Response, ErrorResponse> {
    let invitation = context.state.invitations.get(&sign.token);
    let invitation = invitation.ok_or_else(|| {
        ErrorResponse::new(
            StatusCode::NOT_FOUND,
            ErrorCode::Unrecognized,
            "no invitation has this token",
        )
    })?;
    let key = Key::parse(&sign.private_key).ok_or_else(|| {
        ErrorResponse::bad_request(
            ErrorCode::InvalidParam,
            "private_key is an ed25519 key in unpadded base64",
        )
    })?;
    let sender = invitation.sender.clone();
    let signed = BTreeMap::from([
        ("mxid", Value::from(sign.mxid.as_str())),
        ("sender", sender.as_str().into()),
        ("token", sign.token.reveal().into()),
    ]);
    let signatures = key.sign(context.server.server_name(), &signed);
    Ok(BlindlySignStuffV2Response::new(
        sign.mxid, sender, sign.token, signatures,
    ))
}

/// The part of an address that a room may see: `f...@b...`.
fn redacted(address: &str) -> String {
    let initial = |part: &str| part.chars().next().map_or_else(String::new, String::from);
    let (name, host) = address.rsplit_once('@').unwrap_or((address, ""));
    format!("{}...@{}...", initial(name), initial(host))
}
