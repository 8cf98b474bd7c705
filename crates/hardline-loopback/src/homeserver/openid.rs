use std::collections::BTreeMap;
use std::time::Duration;

use hardline::client_api::openid::{RequestOpenIdToken, RequestOpenIdTokenResponse};
use hardline::types::{AccessToken, Timestamp, UserId};
use hardline::wire::server::ErrorResponse;
use hardline::wire::{Endpoint, ErrorCode, Operation};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{Homeserver, RequestContext, unauthorized};
use crate::entropy::Entropy;

/// How long a proof of who somebody is is good.
const LIFETIME: Duration = Duration::from_secs(60 * 60);

pub(super) fn install(homeserver: &mut Homeserver) {
    homeserver.answer_with(request_token);
    homeserver.handlers.route(const { &UserInfo::OPERATION });
    homeserver.answer_with(user_info);
}

/// The proofs that were given out: whose they are, and until when.
#[derive(Default)]
pub(super) struct OpenIdTokens(BTreeMap<String, (UserId, Timestamp)>);

impl OpenIdTokens {
    fn add(&mut self, now: Timestamp, entropy: &mut Entropy, user_id: UserId) -> AccessToken {
        let token = format!("loopback_openid_{}", entropy.letters(32));
        self.0.insert(token.clone(), (user_id, now + LIFETIME));
        AccessToken::from(token)
    }

    /// Whose token that is, while it is good.
    pub(super) fn user(&self, now: Timestamp, token: &AccessToken) -> Option<&UserId> {
        let (user_id, until) = self.0.get(token.reveal())?;
        (now < *until).then_some(user_id)
    }

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
    context: &mut RequestContext<'_>,
    request: RequestOpenIdToken,
) -> Result<RequestOpenIdTokenResponse, ErrorResponse> {
    let user_id = context.user_id()?;
    if request.user_id != user_id {
        return Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "the token is another user's",
        ));
    }
    let now = context.now();
    let token = context
        .state
        .openid_tokens
        .add(now, &mut context.state.entropy, user_id);
    Ok(RequestOpenIdTokenResponse::new(
        token,
        context.homeserver.server_name().clone(),
        LIFETIME.as_secs(),
    ))
}

fn user_info(context: &mut RequestContext<'_>, request: UserInfo) -> Result<UserInfoResponse, ErrorResponse> {
    let user_id = context
        .state
        .openid_tokens
        .user(context.now(), &request.access_token);
    user_id
        .map(|user_id| UserInfoResponse {
            sub: user_id.clone(),
        })
        .ok_or_else(|| unauthorized(ErrorCode::UnknownToken, "the token is not known here"))
}
