use std::collections::BTreeMap;
use std::time::Duration;

use hardline::identity_api::association::{
    BindV2, BindV2Response, GetValidated3pidV2, GetValidated3pidV2Response, UnbindV2,
};
use hardline::types::Empty;
use hardline::wire::ErrorCode;
use hardline::wire::server::Refusal;
use http::StatusCode;
use serde_json::Value;

use super::{IdentityServer, Turn};

/// How long an association is said to hold: a hundred years.
const VALIDITY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

pub(super) fn install(server: &mut IdentityServer) {
    server.answer_with(validated);
    server.answer_with(bind);
    server.answer_with(unbind);
}

fn validated(
    turn: &mut Turn<'_>,
    asked: GetValidated3pidV2,
) -> Result<GetValidated3pidV2Response, Refusal> {
    let now = turn.now();
    let validated = turn
        .state
        .validations
        .validated(now, &asked.sid, &asked.client_secret)?;
    let threepid = validated.threepid;
    let mut answer = GetValidated3pidV2Response::new(threepid.medium, threepid.address);
    answer.validated_at = Some(validated.at);
    Ok(answer)
}

pub(super) fn bind(turn: &mut Turn<'_>, bind: BindV2) -> Result<BindV2Response, Refusal> {
    if bind.mxid != *turn.user_id()? {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Unauthorized,
            "a user binds to themselves only",
        ));
    }
    let now = turn.now();
    let validated = turn
        .state
        .validations
        .validated(now, &bind.sid, &bind.client_secret)?;
    let threepid = validated.threepid;
    let (not_after, ts) = (now + VALIDITY, validated.at);
    let signed = BTreeMap::from([
        ("address", Value::from(threepid.address.as_str())),
        ("medium", threepid.medium.as_str().into()),
        ("mxid", bind.mxid.as_str().into()),
        ("not_after", not_after.as_millis().into()),
        ("not_before", now.as_millis().into()),
        ("ts", ts.as_millis().into()),
    ]);
    let signatures = turn.state.key.sign(turn.homeserver.server_name(), &signed);
    turn.state
        .bindings
        .insert(threepid.clone(), bind.mxid.clone());
    let mut answer = BindV2Response::new(threepid.medium, threepid.address, bind.mxid);
    answer.not_before = Some(now);
    answer.not_after = Some(not_after);
    answer.ts = Some(ts);
    answer.signatures = signatures;
    Ok(answer)
}

/// The session has to prove whose the identifier is: homeservers' signatures are not checked here, and so not taken.
fn unbind(turn: &mut Turn<'_>, unbind: UnbindV2) -> Result<Empty, Refusal> {
    let forbidden = |message| Refusal::new(StatusCode::FORBIDDEN, ErrorCode::Forbidden, message);
    let (Some(sid), Some(client_secret)) = (&unbind.sid, &unbind.client_secret) else {
        return Err(forbidden("sid and client_secret are needed to unbind"));
    };
    let now = turn.now();
    let validated = turn.state.validations.validated(now, sid, client_secret)?;
    if validated.threepid != unbind.threepid || unbind.mxid != *turn.user_id()? {
        return Err(forbidden("the session is not that of this identifier"));
    }
    if turn.state.bindings.get(&unbind.threepid) == Some(&unbind.mxid) {
        turn.state.bindings.remove(&unbind.threepid);
    }
    Ok(Empty {})
}
