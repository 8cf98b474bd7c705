use std::collections::BTreeMap;
use std::time::Duration;

use hardline::client_api::openid::{RequestOpenIdToken, RequestOpenIdTokenResponse};
use hardline::types::{AccessToken, Timestamp, UserId};
use hardline::wire::server::Refusal;
use hardline::wire::{Endpoint, ErrorCode, Operation};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{Homeserver, Turn, unauthorized};

/// How long a proof of who somebody is is good.
const LIFETIME: Duration = Duration::from_secs(60 * 60);

pub(super) fn install(homeserver: &mut Homeserver) {
    homeserver.answer_with(request_token);
    homeserver.router.add(const { &UserInfo::OPERATION });
    homeserver.answer_with(user_info);
}

/// The proofs that were given out: whose they are, and until when.
#[derive(Default)]
pub(super) struct OpenIdTokens(BTreeMap<String, (UserId, Timestamp)>);

impl OpenIdTokens {
    pub(super) fn forget(&mut self, user_id: &UserId) {
        self.0.retain(|_, (owner, _)| owner != user_id);
    }
}

/// What an identity server asks to learn whose a token is: an operation of the Server-Server API.
#[derive(Serialize, Deserialize)]
struct UserInfo {
    access_token: AccessToken,
}

#[derive(Serialize, Deserialize)]
struct UserInfoResponse {
    sub: UserId,
}

impl Endpoint for UserInfo {
    const OPERATION: Operation = Operation::get(
        "exchangeOpenIdToken",
        "/_matrix/federation/v1/openid/userinfo",
    )
    .query(&["access_token"]);
    type Response = UserInfoResponse;
}

fn request_token(
    turn: &mut Turn<'_>,
    request: RequestOpenIdToken,
) -> Result<RequestOpenIdTokenResponse, Refusal> {
    let user_id = turn.user_id()?;
    if request.user_id != user_id {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "the token is another user's",
        ));
    }
    let token = format!("loopback_openid_{}", turn.state.entropy.letters(32));
    let until = turn.now() + LIFETIME;
    turn.state
        .openid_tokens
        .0
        .insert(token.clone(), (user_id, until));
    Ok(RequestOpenIdTokenResponse::new(
        AccessToken::from(token),
        turn.homeserver.server_name().clone(),
        LIFETIME.as_secs(),
    ))
}

fn user_info(turn: &mut Turn<'_>, request: UserInfo) -> Result<UserInfoResponse, Refusal> {
    let known = turn
        .state
        .openid_tokens
        .0
        .get(request.access_token.reveal());
    let user_id = known
        .filter(|(_, until)| turn.now() < *until)
        .map(|(user_id, _)| user_id.clone());
    user_id
        .map(|sub| UserInfoResponse { sub })
        .ok_or_else(|| unauthorized(ErrorCode::UnknownToken, "the token is not known here"))
}
