use hardline::identity_api::public_keys::{
    GetPubKeyV2, GetPubKeyV2Response, IsEphemeralPubKeyValidV2, IsPubKeyValidV2, KeyValidity,
};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;

use super::data::IdentityServerData;
use super::request_context::RequestContext;
use super::state::Key;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<IdentityServerData>) {
    handlers.answer_with(public_key);
    handlers.answer_with::<IsPubKeyValidV2>(|context, asked| {
        Ok(KeyValidity::new(
            context.state.key.public() == asked.public_key,
        ))
    });
    handlers.answer_with::<IsEphemeralPubKeyValidV2>(|context, asked| {
        Ok(KeyValidity::new(
            context.state.invitations.has_key(&asked.public_key),
        ))
    });
}

fn public_key(
    context: &mut RequestContext<'_>,
    asked: GetPubKeyV2,
) -> Result<GetPubKeyV2Response, ErrorResponse> {
    if asked.key_id.as_str() != Key::ID {
        return Err(ErrorResponse::new(
            StatusCode::NOT_FOUND,
            ErrorCode::NotFound,
            "the public key was not found",
        ));
    }
    Ok(GetPubKeyV2Response::new(context.state.key.public()))
}
