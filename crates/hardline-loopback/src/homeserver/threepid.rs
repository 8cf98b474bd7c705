use hardline::client_api::Empty;
use hardline::client_api::threepid::{
    Add3pid, Delete3pidFromAccount, Delete3pidFromAccountResponse, GetAccount3pids,
    GetAccount3pidsResponse, Post3pids, Post3pidsResponse, ThirdPartyIdentifier,
};
use hardline::identity_api::association::Threepid;
use hardline::types::{Medium, UserId};
use hardline::wire::server::Refusal;
use hardline::wire::{AuthType, ErrorCode};
use http::StatusCode;

use super::request_token::in_use;
use super::{Homeserver, Turn, uia};
use crate::validations::{Validated, check_secret, check_sid};

pub(super) fn install(homeserver: &mut Homeserver) {
    homeserver.answer_with(account_threepids);
    homeserver.answer_with(add);
    homeserver.answer_with(post);
    homeserver.answer_with(delete);
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
    let validated = turn
        .validated(&add.sid, &add.client_secret)
        .map_err(|_| not_validated(StatusCode::BAD_REQUEST))?;
    let user_id = turn.user_id()?;
    give(turn, &user_id, validated)?;
    Ok(Empty {})
}

fn post(turn: &mut Turn<'_>, post: Post3pids) -> Result<Post3pidsResponse, Refusal> {
    let credentials = &post.three_pid_creds;
    let (sid, client_secret) = (&credentials.sid, &credentials.client_secret);
    // Whichever identity server is named: what was validated here is known here, as with Synapse.
    let validated = turn.validated(sid, client_secret).or_else(|_| {
        let identity_server = turn.homeserver.identity_server(&credentials.id_server)?;
        identity_server.validated(turn.now(), &credentials.id_access_token, sid, client_secret)
    });
    let validated = validated.map_err(|_| not_validated(StatusCode::FORBIDDEN))?;
    let user_id = turn.user_id()?;
    give(turn, &user_id, validated)?;
    Ok(Post3pidsResponse::default())
}

fn not_validated(status: StatusCode) -> Refusal {
    Refusal::new(
        status,
        ErrorCode::ThreepidAuthFailed,
        "no validation session with this sid and client_secret is validated",
    )
}

/// Adds to an account what somebody has shown to be theirs.
pub(super) fn give(
    turn: &mut Turn<'_>,
    user_id: &UserId,
    validated: Validated,
) -> Result<(), Refusal> {
    let Validated { threepid, at } = validated;
    let owner = turn.state.owner_of(&threepid.medium, &threepid.address);
    if owner.is_some_and(|owner| owner != user_id) {
        return Err(in_use(&threepid.medium));
    }
    let mut threepid = ThirdPartyIdentifier::new(threepid.medium, threepid.address);
    threepid.validated_at = Some(at);
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
    let threepid = Threepid::new(delete.medium, delete.address);
    let mut answer = Delete3pidFromAccountResponse::default();
    answer.id_server_unbind_result = Some(turn.unbind(delete.id_server.as_ref(), &threepid)?);
    turn.state
        .remove_threepid(&user_id, &threepid.medium, &threepid.address);
    Ok(answer)
}

pub(super) fn check_medium(medium: &Medium) -> Result<(), Refusal> {
    match medium {
        Medium::Other(_) => Err(Refusal::bad_request(
            ErrorCode::InvalidParam,
            "medium is email or msisdn",
        )),
        _ => Ok(()),
    }
}
