use hardline::identity_api::association::{
    BindV2, BindV2Response, GetValidated3pidV2, GetValidated3pidV2Response, Threepid, UnbindV2,
};
use hardline::json::Empty;
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;

use super::data::IdentityServerData;
use super::request_context::RequestContext;
use crate::email_address;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<IdentityServerData>) {
    handlers.answer_with(validated);
    handlers.answer_with(bind_own);
    handlers.answer_with(unbind_own);
}

fn validated(
    context: &mut RequestContext<'_>,
    asked: GetValidated3pidV2,
) -> Result<GetValidated3pidV2Response, ErrorResponse> {
    let now = context.now();
    let validated = context
        .state
        .validations
        .validated(now, &asked.sid, &asked.client_secret)?;
    let threepid = validated.threepid;
    let mut answer = GetValidated3pidV2Response::new(threepid.medium, threepid.address);
    answer.validated_at = Some(validated.at);
    Ok(answer)
}

fn bind_own(
    context: &mut RequestContext<'_>,
    asked: BindV2,
) -> Result<BindV2Response, ErrorResponse> {
    let user_id = context.user_id()?.clone();
    context.state.bind(
        context.caller.now,
        context.server.server_name(),
        &user_id,
        asked.mxid,
        (&asked.sid, &asked.client_secret),
    )
}

/// The session has to prove whose the identifier is: homeservers' signatures are not checked here, so they are not
/// accepted.
fn unbind_own(context: &mut RequestContext<'_>, asked: UnbindV2) -> Result<Empty, ErrorResponse> {
    let forbidden =
        |message| ErrorResponse::new(StatusCode::FORBIDDEN, ErrorCode::Forbidden, message);
    let (Some(sid), Some(client_secret)) = (&asked.sid, &asked.client_secret) else {
        return Err(forbidden("sid and client_secret are needed to unbind"));
    };
    let now = context.now();
    let validated = context
        .state
        .validations
        .validated(now, sid, client_secret)?;
    let Threepid {
        medium, address, ..
    } = &asked.threepid;
    let named = Threepid::new(medium.clone(), email_address::canonical(medium, address));
    if validated.threepid != named || asked.mxid != *context.user_id()? {
        return Err(forbidden("the session is not that of this identifier"));
    }
    context.state.unbind(&asked.mxid, &asked.threepid);
    Ok(Empty {})
}
