use hardline::client_api::session::{
    GenerateLoginToken, GenerateLoginTokenResponse, GetLoginFlows, GetLoginFlowsResponse, Login,
    LoginFlow, LoginResponse, Logout, LogoutAll, Refresh, RefreshResponse,
};
use hardline::json::{Empty, JsonObject};
use hardline::types::UserId;
use hardline::wire::server::ErrorResponse;
use hardline::wire::{AuthType, ErrorCode};
use http::StatusCode;

use super::data::HomeserverData;
use super::errors::{unauthorized, wrong_password};
use super::request_context::RequestContext;
use super::state::LoginTokens;
use super::user_identifier::{identifier, user_of, user_with};
use super::{moderation, sso, uia};
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(login_flows);
    handlers.answer_with(login);
    handlers.answer_with(login_token);
    handlers.answer_with(refresh);
    handlers.answer_with(logout);
    handlers.answer_with(logout_all);
}

fn login_flows(
    context: &mut RequestContext<'_>,
    _: GetLoginFlows,
) -> Result<GetLoginFlowsResponse, ErrorResponse> {
    let mut answer = GetLoginFlowsResponse::default();
    let mut token = LoginFlow::new(AuthType::Token);
    token.get_login_token = Some(true);
    answer.flows = vec![LoginFlow::new(AuthType::Password), token, sso::login_flow()];
    if context.state.application_services.iter().next().is_some() {
        answer
            .flows
            .push(LoginFlow::new(AuthType::ApplicationService));
    }
    Ok(answer)
}

fn login(context: &mut RequestContext<'_>, login: Login) -> Result<LoginResponse, ErrorResponse> {
    let now = context.now();
    let user_id = match login.login_type {
        AuthType::Password => user_by_password(context, &login)?,
        AuthType::Token => user_by_token(context, &login)?,
        AuthType::ApplicationService => user_of_service(context, &login)?,
        _ => {
            return Err(ErrorResponse::bad_request(
                ErrorCode::Unknown,
                "unknown login type: use m.login.password or m.login.token",
            ));
        }
    };
    moderation::check_locked(context.state, &user_id)?;
    let can_refresh = login.refresh_token == Some(true);
    let (device_id, display_name) = (login.device_id, login.initial_device_display_name);
    let login = context
        .state
        .log_in(now, user_id, device_id, display_name, can_refresh);
    let mut answer = LoginResponse::new(login.user_id, login.access_token, login.device_id);
    if let Some(expiring) = login.expiring {
        answer.expires_in_ms = Some(expiring.millis_left(now));
        answer.refresh_token = Some(expiring.refresh_token);
    }
    answer.well_known = Some(context.discovery_information());
    Ok(answer)
}

fn user_by_password(context: &RequestContext<'_>, login: &Login) -> Result<UserId, ErrorResponse> {
    let identifier = identifier_of(login).ok_or_else(|| {
        ErrorResponse::bad_request(
            ErrorCode::MissingParam,
            "identifier is required but missing",
        )
    })?;
    let password = login.password.as_ref().ok_or_else(|| {
        ErrorResponse::bad_request(ErrorCode::MissingParam, "password is required but missing")
    })?;
    let server_name = context.server.server_name();
    let meant = user_of(&context.state.accounts, server_name, &identifier)?;
    if meant.is_some_and(|user_id| context.state.accounts.is_deactivated(&user_id)) {
        return Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::UserDeactivated,
            "the account is deactivated",
        ));
    }
    user_with(&context.state.accounts, server_name, &identifier, password)?
        .ok_or_else(wrong_password)
}

/// The user as whom an application service logs in.
fn user_of_service(context: &RequestContext<'_>, login: &Login) -> Result<UserId, ErrorResponse> {
    let identifier = identifier_of(login).ok_or_else(|| {
        ErrorResponse::bad_request(
            ErrorCode::MissingParam,
            "identifier is required but missing",
        )
    })?;
    let service = context.application_service()?;
    let server_name = context.server.server_name();
    let user_id = user_of(&context.state.accounts, server_name, &identifier)?;
    user_id
        .filter(|user_id| service.has_user(user_id.localpart()))
        .ok_or_else(|| {
            ErrorResponse::new(
                StatusCode::FORBIDDEN,
                ErrorCode::Forbidden,
                "the user is not the application service's",
            )
        })
}

fn user_by_token(context: &mut RequestContext<'_>, login: &Login) -> Result<UserId, ErrorResponse> {
    let token = login.token.as_ref().ok_or_else(|| {
        ErrorResponse::bad_request(ErrorCode::MissingParam, "token is required but missing")
    })?;
    let now = context.now();
    context.state.login_tokens.spend(now, token).ok_or_else(|| {
        ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "the login token is not, or no longer, good",
        )
    })
}

fn login_token(
    context: &mut RequestContext<'_>,
    request: GenerateLoginToken,
) -> Result<GenerateLoginTokenResponse, ErrorResponse> {
    uia::authenticate(context, request.auth.as_ref(), &[vec![AuthType::Password]])?;
    let (now, user_id) = (context.now(), context.user_id()?);
    let token = context
        .state
        .login_tokens
        .make(now, &mut context.state.entropy, user_id);
    Ok(GenerateLoginTokenResponse::new(
        token,
        LoginTokens::LIFETIME_MS,
    ))
}

fn refresh(
    context: &mut RequestContext<'_>,
    refresh: Refresh,
) -> Result<RefreshResponse, ErrorResponse> {
    let now = context.now();
    let login = context.state.refresh(now, &refresh.refresh_token);
    let login = login.ok_or_else(|| {
        unauthorized(
            ErrorCode::UnknownToken,
            "the refresh token is not known here",
        )
        .with("soft_logout", &false)
    })?;
    let mut answer = RefreshResponse::new(login.access_token);
    if let Some(expiring) = login.expiring {
        answer.expires_in_ms = Some(expiring.millis_left(now));
        answer.refresh_token = Some(expiring.refresh_token);
    }
    Ok(answer)
}

fn logout(context: &mut RequestContext<'_>, _: Logout) -> Result<Empty, ErrorResponse> {
    refuse_oauth(context)?;
    let (user_id, device_id) = context.login()?;
    let (user_id, device_id) = (user_id.clone(), device_id.clone());
    context.state.log_out_device(&user_id, &device_id);
    Ok(Empty {})
}

fn logout_all(context: &mut RequestContext<'_>, _: LogoutAll) -> Result<Empty, ErrorResponse> {
    refuse_oauth(context)?;
    let user_id = context.user_id()?;
    context.state.log_out_all(&user_id, None);
    Ok(Empty {})
}

/// Refuses the tokens of the authorization server, which clients have to revoke there.
fn refuse_oauth(context: &RequestContext<'_>) -> Result<(), ErrorResponse> {
    let token = context.caller.access_token.as_ref();
    let session = token.and_then(|token| context.state.oauth_sessions.of_token(token.reveal()));
    match session {
        None => Ok(()),
        Some(_) => Err(unauthorized(
            ErrorCode::UnknownToken,
            "the session was begun with OAuth 2.0: revoke its token",
        )
        .with("soft_logout", &false)),
    }
}

/// The user who logs in, from clients of any age.
fn identifier_of(login: &Login) -> Option<JsonObject> {
    if let Some(identifier) = &login.identifier {
        return Some(identifier.members().clone());
    }
    let members: &[(&str, &str)] = match (&login.user, &login.medium, &login.address) {
        (Some(user), ..) => &[("type", "m.id.user"), ("user", user)],
        (None, Some(medium), Some(address)) => &[
            ("type", "m.id.thirdparty"),
            ("medium", medium),
            ("address", address),
        ],
        _ => return None,
    };
    identifier(members)
}
