use hardline::client_api::Empty;
use hardline::client_api::threepid::{
    Add3pid, Delete3pidFromAccount, Delete3pidFromAccountResponse, GetAccount3pids,
    GetAccount3pidsResponse, RequestTokenTo3pidMsisdn, SubmitToken, SubmitTokenResponse,
    ThirdPartyIdentifier, TokenSession, UnbindResult,
};
use hardline::types::{ClientSecret, CountryCode, InvalidText, Medium, SessionId};
use hardline::wire::server::Refusal;
use hardline::wire::{AuthType, Endpoint, ErrorCode, Operation};
use serde::{Deserialize, Serialize};

use super::{Homeserver, Turn, uia};
use crate::{Message, phone_number};

pub(super) fn install(homeserver: &mut Homeserver) {
    homeserver.answer_with(request_token);
    homeserver
        .handlers
        .route(const { &SubmitTokenHere::OPERATION });
    homeserver.answer_with(submit_token);
    homeserver.answer_with(account_threepids);
    homeserver.answer_with(add);
    homeserver.answer_with(delete);
}

/// What stands behind the `submit_url`: the specification leaves the path to the homeserver. It is Synapse's.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct SubmitTokenHere(SubmitToken);

impl Endpoint for SubmitTokenHere {
    const OPERATION: Operation = Operation::post(
        "submitMsisdnToken",
        "/_matrix/client/unstable/add_threepid/msisdn/submit_token",
    );
    type Response = SubmitTokenResponse;
}

fn request_token(
    turn: &mut Turn<'_>,
    request: RequestTokenTo3pidMsisdn,
) -> Result<TokenSession, Refusal> {
    check_secret(&request.client_secret)?;
    CountryCode::parse(request.country.as_str()).map_err(invalid)?;
    if let Some(link) = &request.next_link
        && !(link.starts_with("http://") || link.starts_with("https://"))
    {
        return Err(Refusal::bad_request(
            ErrorCode::InvalidParam,
            "next_link is a URL of the web",
        ));
    }
    let msisdn =
        phone_number::msisdn(request.country.as_str(), &request.phone_number).ok_or_else(|| {
            Refusal::bad_request(ErrorCode::InvalidParam, "unable to parse phone number")
        })?;
    if turn.state.owner_of(&Medium::Msisdn, &msisdn).is_some() {
        return Err(in_use());
    }
    let now = turn.now();
    let begun = turn.state.validations.begin(
        now,
        &mut turn.state.entropy,
        &request.client_secret,
        &msisdn,
        request.send_attempt,
    );
    if let Some(token) = begun.text {
        turn.homeserver.inbox.deliver(Message {
            medium: Medium::Msisdn,
            address: msisdn,
            text: format!(
                "{} is the code to add this number to your account on {}",
                token.reveal(),
                turn.homeserver.server_name()
            ),
            token,
        });
    }
    let mut answer = TokenSession::new(begun.sid);
    answer.submit_url = Some(format!(
        "{}{}",
        turn.homeserver.base_url(),
        SubmitTokenHere::OPERATION.path()
    ));
    Ok(answer)
}

fn submit_token(
    turn: &mut Turn<'_>,
    SubmitTokenHere(submit): SubmitTokenHere,
) -> Result<SubmitTokenResponse, Refusal> {
    check_secret(&submit.client_secret)?;
    check_sid(&submit.sid)?;
    let now = turn.now();
    turn.state
        .validations
        .submit(now, &submit.sid, &submit.client_secret, &submit.token)?;
    Ok(SubmitTokenResponse::new())
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
    uia::authenticate(turn, add.auth.as_ref(), &AuthType::Password)?;
    let (now, user_id) = (turn.now(), turn.user_id()?);
    let validated = turn
        .state
        .validations
        .validated(now, &add.sid, &add.client_secret)
        .ok_or_else(|| {
            Refusal::bad_request(
                ErrorCode::ThreepidAuthFailed,
                "no validation session with this sid and client_secret is validated",
            )
        })?;
    let owner = turn.state.owner_of(&Medium::Msisdn, &validated.msisdn);
    if owner.is_some_and(|owner| *owner != user_id) {
        return Err(in_use());
    }
    let mut threepid = ThirdPartyIdentifier::new(Medium::Msisdn, validated.msisdn);
    threepid.validated_at = Some(validated.at);
    threepid.added_at = Some(now);
    turn.state.add_threepid(&user_id, threepid);
    Ok(Empty {})
}

fn delete(
    turn: &mut Turn<'_>,
    delete: Delete3pidFromAccount,
) -> Result<Delete3pidFromAccountResponse, Refusal> {
    if let Medium::Other(_) = delete.medium {
        return Err(Refusal::bad_request(
            ErrorCode::InvalidParam,
            "medium is email or msisdn",
        ));
    }
    let user_id = turn.user_id()?;
    turn.state
        .remove_threepid(&user_id, &delete.medium, &delete.address);
    let mut answer = Delete3pidFromAccountResponse::default();
    // Nothing is ever bound at an identity server from here.
    answer.id_server_unbind_result = Some(UnbindResult::NoSupport);
    Ok(answer)
}

fn in_use() -> Refusal {
    Refusal::bad_request(
        ErrorCode::ThreepidInUse,
        "the phone number belongs to an account",
    )
}

fn check_secret(secret: &ClientSecret) -> Result<(), Refusal> {
    ClientSecret::parse(secret.reveal())
        .map(drop)
        .map_err(invalid)
}

fn check_sid(sid: &SessionId) -> Result<(), Refusal> {
    SessionId::parse(sid.as_str()).map(drop).map_err(invalid)
}

fn invalid(error: InvalidText) -> Refusal {
    Refusal::bad_request(ErrorCode::InvalidParam, &error.to_string())
}
