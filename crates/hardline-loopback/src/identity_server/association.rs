use std::collections::BTreeMap;
use std::time::Duration;

use hardline::identity_api::association::{
    BindV2, BindV2Response, GetValidated3pidV2, GetValidated3pidV2Response, Threepid, UnbindV2,
};
use hardline::types::{Empty, ServerName, Timestamp, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;
use serde_json::Value;

use super::state::State;
use super::{IdentityServer, RequestContext};
use crate::validations::Validated;

/// How long an association is said to hold: a hundred years.
const VALIDITY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

pub(super) fn install(server: &mut IdentityServer) {
    server.answer_with(validated);
    server.answer_with(bind_own);
    server.answer_with(unbind_own);
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

fn bind_own(context: &mut RequestContext<'_>, asked: BindV2) -> Result<BindV2Response, ErrorResponse> {
    if asked.mxid != *context.user_id()? {
        return Err(another_user());
    }
    let now = context.now();
    let validated = context
        .state
        .validations
        .validated(now, &asked.sid, &asked.client_secret)?;
    let server_name = context.homeserver.server_name();
    Ok(bind(context.state, now, server_name, asked.mxid, validated))
}

pub(super) fn another_user() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::FORBIDDEN,
        ErrorCode::Unauthorized,
        "a user binds to themselves only",
    )
}

/// Binds what a user has shown to be theirs, and signs that.
pub(super) fn bind(
    state: &mut State,
    now: Timestamp,
    server_name: &ServerName,
    user_id: UserId,
    validated: Validated,
) -> BindV2Response {
    let threepid = validated.threepid;
    let (not_after, ts) = (now + VALIDITY, validated.at);
    let signed = BTreeMap::from([
        ("address", Value::from(threepid.address.as_str())),
        ("medium", threepid.medium.as_str().into()),
        ("mxid", user_id.as_str().into()),
        ("not_after", not_after.as_millis().into()),
        ("not_before", now.as_millis().into()),
        ("ts", ts.as_millis().into()),
    ]);
    let signatures = state.key.sign(server_name, &signed);
    state.bindings.insert(threepid.clone(), user_id.clone());
    let mut answer = BindV2Response::new(threepid.medium, threepid.address, user_id);
    answer.not_before = Some(now);
    answer.not_after = Some(not_after);
    answer.ts = Some(ts);
    answer.signatures = signatures;
    answer
}

/// The session has to prove whose the identifier is: homeservers' signatures are not checked here, and so not taken.
fn unbind_own(context: &mut RequestContext<'_>, asked: UnbindV2) -> Result<Empty, ErrorResponse> {
    let forbidden = |message| ErrorResponse::new(StatusCode::FORBIDDEN, ErrorCode::Forbidden, message);
    let (Some(sid), Some(client_secret)) = (&asked.sid, &asked.client_secret) else {
        return Err(forbidden("sid and client_secret are needed to unbind"));
    };
    let now = context.now();
    let validated = context.state.validations.validated(now, sid, client_secret)?;
    if validated.threepid != asked.threepid || asked.mxid != *context.user_id()? {
        return Err(forbidden("the session is not that of this identifier"));
    }
    unbind(context.state, &asked.mxid, &asked.threepid);
    Ok(Empty {})
}

/// Ends a binding, where it is that user's. Tells whether there was one.
pub(super) fn unbind(state: &mut State, user_id: &UserId, threepid: &Threepid) -> bool {
    let is_theirs = state.bindings.get(threepid) == Some(user_id);
    if is_theirs {
        state.bindings.remove(threepid);
    }
    is_theirs
}
