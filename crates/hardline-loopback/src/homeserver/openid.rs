use hardline::client_api::integrations::{RequestOpenIdToken, RequestOpenIdTokenResponse};
use hardline::types::{AccessToken, UserId};
use hardline::wire::server::ErrorResponse;
use hardline::wire::{Endpoint, ErrorCode, Operation};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::data::HomeserverData;
use super::errors::unauthorized;
use super::request_context::RequestContext;
use super::state::OpenIdTokens;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(request_token);
    handlers.route(const { &UserInfo::OPERATION });
    handlers.answer_with(user_info);
}

/// Asks whose token this is, for identity servers: an operation of the Server-Server API.
#[derive(Serialize, Deserialize)]
struct UserInfo {
    access_token: Option<AccessToken>,
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
        context.server.server_name().clone(),
        OpenIdTokens::LIFETIME.as_secs(),
    ))
}

fn user_info(
    context: &mut RequestContext<'_>,
    request: UserInfo,
) -> Result<UserInfoResponse, ErrorResponse> {
    let token = request
        .access_token
        .ok_or_else(|| unauthorized(ErrorCode::MissingToken, "the request has no access token"))?;
    let user_id = context.state.openid_tokens.user(context.now(), &token);
    user_id
        .map(|user_id| UserInfoResponse {
            sub: user_id.clone(),
        })
        .ok_or_else(|| unauthorized(ErrorCode::UnknownToken, "the token is not known here"))
}
