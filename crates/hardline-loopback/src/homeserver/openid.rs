use std::collections::BTreeMap;
use std::time::Duration;

use hardline::identity_api::account::OpenIdTokenType;
use hardline::types::{AccessToken, ServerName, Timestamp, UserId};
use hardline::wire::server::Refusal;
use hardline::wire::{Auth, Endpoint, ErrorCode, Operation, Release};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{Homeserver, Turn};
use crate::entropy::Entropy;

/// How long a token can be shown to others.
const LIFETIME: Duration = Duration::from_secs(60 * 60);

pub(super) fn install(homeserver: &mut Homeserver) {
    homeserver
        .handlers
        .route(const { &RequestOpenIdToken::OPERATION });
    homeserver.answer_with(request_token);
}

/// The tokens by which others learn who a user is, with the user and the end of their time.
#[derive(Default)]
pub(super) struct OpenIdTokens(BTreeMap<String, (UserId, Timestamp)>);

impl OpenIdTokens {
    fn add(&mut self, now: Timestamp, entropy: &mut Entropy, user_id: UserId) -> AccessToken {
        let token = format!("openid_{}", entropy.letters(32));
        self.0.insert(token.clone(), (user_id, now + LIFETIME));
        AccessToken::from(token)
    }

    pub(super) fn user(&self, now: Timestamp, token: &AccessToken) -> Option<&UserId> {
        let (user_id, end) = self.0.get(token.reveal())?;
        (now < *end).then_some(user_id)
    }
}

/// What a client gets to show an identity server: the operation of the section on OpenID, which the core does not have.
#[derive(Serialize, Deserialize)]
struct RequestOpenIdToken {
    #[serde(rename = "userId")]
    user_id: UserId,
}

#[derive(Serialize, Deserialize)]
struct OpenIdCredentials {
    access_token: AccessToken,
    token_type: OpenIdTokenType,
    matrix_server_name: ServerName,
    expires_in: u64,
}

impl Endpoint for RequestOpenIdToken {
    const OPERATION: Operation = Operation::post(
        "requestOpenIdToken",
        "/_matrix/client/v3/user/{userId}/openid/request_token",
    )
    .auth(Auth::Required)
    .since(Release::v1(1));
    type Response = OpenIdCredentials;
}

fn request_token(
    turn: &mut Turn<'_>,
    request: RequestOpenIdToken,
) -> Result<OpenIdCredentials, Refusal> {
    let user_id = turn.user_id()?;
    if request.user_id != user_id {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "a user gets tokens for themselves only",
        ));
    }
    let now = turn.now();
    let state = &mut *turn.state;
    Ok(OpenIdCredentials {
        access_token: state.openid.add(now, &mut state.entropy, user_id),
        token_type: OpenIdTokenType::Bearer,
        matrix_server_name: turn.homeserver.server_name().clone(),
        expires_in: LIFETIME.as_secs(),
    })
}
