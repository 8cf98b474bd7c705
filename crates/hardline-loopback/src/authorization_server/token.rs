use hardline::oauth_api::{
    CodeChallenge, ExchangeCode, ExchangeDeviceCode, GrantType, RefreshAccessToken, Scopes,
    TokenResponse,
};
use hardline::types::{ClientId, UserId};
use hardline::wire::OAuthErrorCode;
use hardline::wire::server::ErrorResponse;

use super::data::AuthorizationServerData;
use super::request_context::{RequestContext, bad_request};
use super::state::{Code, Poll};
use crate::handlers::Handlers;
use crate::homeserver::{IssuedTokens, OAuthSession};

pub(super) fn install(handlers: &mut Handlers<AuthorizationServerData>) {
    handlers.answer_with(exchange_code);
    handlers.answer_with(refresh);
    handlers.answer_with(exchange_device_code);
}

fn exchange_code(
    context: &mut RequestContext<'_>,
    exchange: ExchangeCode,
) -> Result<TokenResponse, ErrorResponse> {
    context.client(&exchange.client_id, &GrantType::AuthorizationCode)?;
    let invalid = |why| bad_request(OAuthErrorCode::InvalidGrant, why);
    let code: Code = context
        .state
        .codes
        .get(&exchange.code)
        .filter(|code| code.client_id == exchange.client_id)
        .cloned()
        .ok_or_else(|| invalid("the code is not known, or is another client's"))?;
    if let Some(session) = &code.session {
        // One of the two who have it may have stolen it.
        context.homeserver.end_oauth_session(session);
        return Err(invalid("the code was used before: its tokens are revoked"));
    }
    if code.expires_at <= context.now {
        return Err(invalid("the code has expired"));
    }
    if code.redirect_uri != exchange.redirect_uri {
        return Err(invalid("the redirect URI is not that of the authorization"));
    }
    if code.code_challenge != CodeChallenge::s256(&exchange.code_verifier) {
        return Err(invalid("the verifier is not that of the authorization"));
    }
    let (session, tokens) = log_in(context, exchange.client_id, code.user_id, code.scope)?;
    context.state.codes.used(&exchange.code, session);
    Ok(tokens)
}

fn refresh(
    context: &mut RequestContext<'_>,
    refresh: RefreshAccessToken,
) -> Result<TokenResponse, ErrorResponse> {
    context.client(&refresh.client_id, &GrantType::RefreshToken)?;
    let tokens = context.homeserver.refresh_oauth_session(
        context.now,
        context.state.lifetimes.access_token,
        &refresh.client_id,
        &refresh.refresh_token,
    );
    tokens.map(response).ok_or_else(|| {
        bad_request(
            OAuthErrorCode::InvalidGrant,
            "the refresh token is not valid, or is another client's",
        )
    })
}

fn exchange_device_code(
    context: &mut RequestContext<'_>,
    exchange: ExchangeDeviceCode,
) -> Result<TokenResponse, ErrorResponse> {
    context.client(&exchange.client_id, &GrantType::DeviceCode)?;
    let poll =
        context
            .state
            .device_grants
            .poll(context.now, &exchange.client_id, &exchange.device_code);
    let (error, why) = match poll {
        Poll::Approved(user_id, scope) => {
            let (_, tokens) = log_in(context, exchange.client_id, user_id, scope)?;
            return Ok(tokens);
        }
        Poll::Pending => (
            OAuthErrorCode::AuthorizationPending,
            "the user has not decided yet",
        ),
        Poll::SlowDown => (
            OAuthErrorCode::SlowDown,
            "wait five seconds longer from now on",
        ),
        Poll::Expired => (OAuthErrorCode::ExpiredToken, "the device code has expired"),
        Poll::Denied => (OAuthErrorCode::AccessDenied, "the user has refused"),
        Poll::Unknown => (
            OAuthErrorCode::InvalidGrant,
            "the device code is not known, was used before, or is another client's",
        ),
    };
    Err(bad_request(error, why))
}

/// Begins the session of what a user has approved.
fn log_in(
    context: &mut RequestContext<'_>,
    client_id: ClientId,
    user_id: UserId,
    scope: Scopes,
) -> Result<(String, TokenResponse), ErrorResponse> {
    let gone = || {
        bad_request(
            OAuthErrorCode::InvalidGrant,
            "the user who has approved it is gone",
        )
    };
    let client = context.state.clients.get(&client_id);
    let session = OAuthSession {
        user_id,
        device_id: scope.device_id().cloned().ok_or_else(gone)?,
        display_name: client.map(|client| client.name().to_owned()),
        can_refresh: client.is_some_and(|client| client.may_use(&GrantType::RefreshToken)),
        client_id,
        scope,
    };
    let lifetime = context.state.lifetimes.access_token;
    let (id, tokens) = context
        .homeserver
        .begin_oauth_session(context.now, lifetime, session)
        .ok_or_else(gone)?;
    Ok((id, response(tokens)))
}

fn response(tokens: IssuedTokens) -> TokenResponse {
    let mut response = TokenResponse::new(tokens.access_token);
    response.expires_in = Some(tokens.expires_in.as_secs());
    response.refresh_token = tokens.refresh_token;
    response.scope = Some(tokens.scope);
    response
}
