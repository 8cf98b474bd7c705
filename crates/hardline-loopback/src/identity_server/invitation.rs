use std::collections::BTreeMap;

use hardline::identity_api::invitation::{
    BlindlySignStuffV2, BlindlySignStuffV2Response, StoreInviteV2, StoreInviteV2Response,
};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;
use serde_json::Value;

use super::data::IdentityServerData;
use super::request_context::RequestContext;
use super::state::Key;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<IdentityServerData>) {
    handlers.answer_with(store);
    handlers.answer_with(sign);
}

fn store(
    context: &mut RequestContext<'_>,
    invite: StoreInviteV2,
) -> Result<StoreInviteV2Response, ErrorResponse> {
    let caller = context.user_id()?.clone();
    context.state.store_invite(context.server, &caller, invite)
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
