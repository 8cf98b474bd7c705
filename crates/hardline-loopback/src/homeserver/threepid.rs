use hardline::client_api::Empty;
use hardline::client_api::threepid::{
    Add3pid, Bind3pid, Delete3pidFromAccount, Delete3pidFromAccountResponse, GetAccount3pids,
    GetAccount3pidsResponse, Post3pids, Post3pidsResponse, ThirdPartyIdentifier,
    Unbind3pidFromAccount, Unbind3pidFromAccountResponse, UnbindResult,
};
use hardline::identity_api::association::Threepid;
use hardline::types::{ClientSecret, Medium, ServerName, SessionId, UserId};
use hardline::wire::server::Refusal;
use hardline::wire::{AuthType, ErrorCode};
use http::StatusCode;

use super::request_token::{check_secret, check_sid, in_use};
use super::validations::Validated;
use super::{Homeserver, Turn, uia};
use crate::identity_server::Trust;

pub(super) fn install(homeserver: &mut Homeserver) {
    homeserver.answer_with(account_threepids);
    homeserver.answer_with(add);
    homeserver.answer_with(post);
    homeserver.answer_with(delete);
    homeserver.answer_with(bind);
    homeserver.answer_with(unbind);
}

fn account_threepids(
    turn: &mut Turn<'_>,
    _: GetAccount3pids,
) -> Result<GetAccount3pidsResponse, Refusal> {
    let mut answer = GetAccount3pidsResponse::default();
    answer.threepids = turn.state.threepids(&turn.user_id()?).to_vec();
    Ok(answer)
}

fn add(turn: &mut Turn<'_>, add: Add3pid) -> Result<Empty, Refusal> {
    check_secret(&add.client_secret)?;
    check_sid(&add.sid)?;
    uia::authenticate(turn, add.auth.as_ref(), &[vec![AuthType::Password]])?;
    let validated = validated(turn, &add.sid, &add.client_secret, StatusCode::BAD_REQUEST)?;
    let user_id = turn.user_id()?;
    give(turn, &user_id, validated)?;
    Ok(Empty {})
}

fn post(turn: &mut Turn<'_>, post: Post3pids) -> Result<Post3pidsResponse, Refusal> {
    // Whichever identity server is named: what was validated here is known here, as with Synapse.
    let credentials = &post.three_pid_creds;
    let (sid, client_secret) = (&credentials.sid, &credentials.client_secret);
    let validated = validated(turn, sid, client_secret, StatusCode::FORBIDDEN)?;
    let user_id = turn.user_id()?;
    give(turn, &user_id, validated)?;
    Ok(Post3pidsResponse::default())
}

fn validated(
    turn: &Turn<'_>,
    sid: &SessionId,
    client_secret: &ClientSecret,
    status: StatusCode,
) -> Result<Validated, Refusal> {
    let validations = &turn.state.validations;
    validations
        .validated(turn.now(), sid, client_secret)
        .ok_or_else(|| {
            Refusal::new(
                status,
                ErrorCode::ThreepidAuthFailed,
                "no validation session with this sid and client_secret is validated",
            )
        })
}

/// Adds to an account what somebody has shown to be theirs.
pub(super) fn give(
    turn: &mut Turn<'_>,
    user_id: &UserId,
    validated: Validated,
) -> Result<(), Refusal> {
    let owner = turn.state.owner_of(&validated.medium, &validated.address);
    if owner.is_some_and(|owner| owner != user_id) {
        return Err(in_use(&validated.medium));
    }
    let mut threepid = ThirdPartyIdentifier::new(validated.medium, validated.address);
    threepid.validated_at = Some(validated.at);
    threepid.added_at = Some(turn.now());
    turn.state.add_threepid(user_id, threepid);
    Ok(())
}

fn delete(
    turn: &mut Turn<'_>,
    delete: Delete3pidFromAccount,
) -> Result<Delete3pidFromAccountResponse, Refusal> {
    check_medium(&delete.medium)?;
    let user_id = turn.user_id()?;
    turn.state
        .remove_threepid(&user_id, &delete.medium, &delete.address);
    let threepid = Threepid::new(delete.medium, delete.address);
    let unbound = unbind_at(turn, delete.id_server.as_ref(), &user_id, &threepid);
    let mut answer = Delete3pidFromAccountResponse::default();
    answer.id_server_unbind_result = Some(unbound);
    Ok(answer)
}

fn bind(turn: &mut Turn<'_>, bind: Bind3pid) -> Result<Empty, Refusal> {
    let trust = trusted(turn, Some(&bind.id_server)).ok_or_else(|| {
        Refusal::bad_request(
            ErrorCode::ServerNotTrusted,
            "this homeserver does not trust that identity server",
        )
    })?;
    let session = (bind.sid, bind.client_secret);
    trust.bind(turn.homeserver, turn.caller, bind.id_access_token, session)?;
    Ok(Empty {})
}

fn unbind(
    turn: &mut Turn<'_>,
    unbind: Unbind3pidFromAccount,
) -> Result<Unbind3pidFromAccountResponse, Refusal> {
    check_medium(&unbind.medium)?;
    let user_id = turn.user_id()?;
    let threepid = Threepid::new(unbind.medium, unbind.address);
    let unbound = unbind_at(turn, unbind.id_server.as_ref(), &user_id, &threepid);
    let mut answer = Unbind3pidFromAccountResponse::default();
    answer.id_server_unbind_result = Some(unbound);
    Ok(answer)
}

/// Unbinds something at this identity server, or at the one that is trusted if it is bound there.
fn unbind_at(
    turn: &Turn<'_>,
    id_server: Option<&ServerName>,
    user_id: &UserId,
    threepid: &Threepid,
) -> UnbindResult {
    match trusted(turn, id_server) {
        Some(trust) if trust.unbind(user_id, threepid) || id_server.is_some() => {
            UnbindResult::Success
        }
        _ => UnbindResult::NoSupport,
    }
}

/// The identity server of this name, if that is the one that is trusted: it has the homeserver's own name.
fn trusted<'a>(turn: &Turn<'a>, id_server: Option<&ServerName>) -> Option<&'a Trust> {
    let is_meant = id_server.is_none_or(|name| name == turn.homeserver.server_name());
    turn.homeserver.identity_server.get().filter(|_| is_meant)
}

fn check_medium(medium: &Medium) -> Result<(), Refusal> {
    match medium {
        Medium::Other(_) => Err(Refusal::bad_request(
            ErrorCode::InvalidParam,
            "medium is email or msisdn",
        )),
        _ => Ok(()),
    }
}
