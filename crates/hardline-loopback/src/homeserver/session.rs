use hardline::client_api::Empty;
use hardline::client_api::session::{
    GenerateLoginToken, GenerateLoginTokenResponse, GetLoginFlows, GetLoginFlowsResponse, Login,
    LoginFlow, LoginResponse, Logout, LogoutAll, Refresh, RefreshResponse,
};
use hardline::types::{JsonObject, Medium, Password, ServerName, Timestamp, UserId};
use hardline::wire::server::ErrorResponse;
use hardline::wire::{AuthType, ErrorCode};
use http::StatusCode;

use super::state::State;
use super::{Homeserver, RequestContext, login_tokens, sso, uia, unauthorized};
use crate::phone_number;

pub(super) fn install(homeserver: &mut Homeserver) {
    homeserver.answer_with(login_flows);
    homeserver.answer_with(login);
    homeserver.answer_with(login_token);
    homeserver.answer_with(refresh);
    homeserver.answer_with(logout);
    homeserver.answer_with(logout_all);
}

fn login_flows(_: &mut RequestContext<'_>, _: GetLoginFlows) -> Result<GetLoginFlowsResponse, ErrorResponse> {
    let mut answer = GetLoginFlowsResponse::default();
    let mut token = LoginFlow::new(AuthType::Token);
    token.get_login_token = Some(true);
    answer.flows = vec![LoginFlow::new(AuthType::Password), token, sso::login_flow()];
    Ok(answer)
}

fn login(context: &mut RequestContext<'_>, login: Login) -> Result<LoginResponse, ErrorResponse> {
    let now = context.now();
    let user_id = match login.login_type {
        AuthType::Password => user_by_password(context, &login)?,
        AuthType::Token => user_by_token(context, &login)?,
        _ => {
            return Err(ErrorResponse::bad_request(
                ErrorCode::Unknown,
                "unknown login type: use m.login.password or m.login.token",
            ));
        }
    };
    let can_refresh = login.refresh_token == Some(true);
    let login = context
        .state
        .log_in(now, user_id, login.device_id, can_refresh);
    let mut answer = LoginResponse::new(login.user_id, login.access_token, login.device_id);
    if let Some(expiring) = login.expiring {
        answer.expires_in_ms = Some(millis_until(now, expiring.at));
        answer.refresh_token = Some(expiring.refresh_token);
    }
    answer.well_known = Some(context.homeserver.discovery_information());
    Ok(answer)
}

fn user_by_password(context: &RequestContext<'_>, login: &Login) -> Result<UserId, ErrorResponse> {
    let identifier = identifier_of(login).ok_or_else(|| {
        ErrorResponse::bad_request(
            ErrorCode::MissingParam,
            "identifier is required and missing",
        )
    })?;
    let password = login.password.as_ref().ok_or_else(|| {
        ErrorResponse::bad_request(ErrorCode::MissingParam, "password is required and missing")
    })?;
    let server_name = context.homeserver.server_name();
    let meant = user_of(context.state, server_name, &identifier)?;
    if meant.is_some_and(|user_id| context.state.is_deactivated(&user_id)) {
        return Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::UserDeactivated,
            "the account is deactivated",
        ));
    }
    user_with(context.state, server_name, &identifier, password)?.ok_or_else(|| {
        ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "invalid username or password",
        )
    })
}

fn user_by_token(context: &mut RequestContext<'_>, login: &Login) -> Result<UserId, ErrorResponse> {
    let token = login.token.as_ref().ok_or_else(|| {
        ErrorResponse::bad_request(ErrorCode::MissingParam, "token is required and missing")
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

/// How many milliseconds there are until then.
pub(super) fn millis_until(now: Timestamp, then: Timestamp) -> u64 {
    then.as_millis().saturating_sub(now.as_millis())
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
    let expires_in_ms = millis_until(now, now + login_tokens::LIFETIME);
    Ok(GenerateLoginTokenResponse::new(token, expires_in_ms))
}

fn refresh(context: &mut RequestContext<'_>, refresh: Refresh) -> Result<RefreshResponse, ErrorResponse> {
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
        answer.expires_in_ms = Some(millis_until(now, expiring.at));
        answer.refresh_token = Some(expiring.refresh_token);
    }
    Ok(answer)
}

fn logout(context: &mut RequestContext<'_>, _: Logout) -> Result<Empty, ErrorResponse> {
    if let Some(access_token) = &context.caller.access_token {
        context.state.log_out(access_token);
    }
    Ok(Empty {})
}

fn logout_all(context: &mut RequestContext<'_>, _: LogoutAll) -> Result<Empty, ErrorResponse> {
    let user_id = context.user_id()?;
    context.state.log_out_all(&user_id, None);
    Ok(Empty {})
}

/// Who logs in, of whichever age the client is.
fn identifier_of(login: &Login) -> Option<JsonObject> {
    if let Some(identifier) = &login.identifier {
        return Some(identifier.members().clone());
    }
    let texts: &[(&str, &str)] = match (&login.user, &login.medium, &login.address) {
        (Some(user), ..) => &[("type", "m.id.user"), ("user", user)],
        (None, Some(medium), Some(address)) => &[
            ("type", "m.id.thirdparty"),
            ("medium", medium),
            ("address", address),
        ],
        _ => return None,
    };
    object(texts)
}

/// An object of strings.
pub(super) fn object(texts: &[(&str, &str)]) -> Option<JsonObject> {
    let mut object = JsonObject::new();
    for (name, text) in texts {
        object.insert(name, text).ok()?;
    }
    Some(object)
}

/// The user that the identifier means, if that is their password. Nothing tells an unknown user from a wrong password.
pub(super) fn user_with(
    state: &State,
    server_name: &ServerName,
    identifier: &JsonObject,
    password: &Password,
) -> Result<Option<UserId>, ErrorResponse> {
    let user_id = user_of(state, server_name, identifier)?;
    Ok(user_id.filter(|user_id| state.has_password(user_id, password)))
}

fn user_of(
    state: &State,
    server_name: &ServerName,
    identifier: &JsonObject,
) -> Result<Option<UserId>, ErrorResponse> {
    let text = |name: &str| {
        identifier.field::<String>(name).ok_or_else(|| {
            ErrorResponse::bad_request(
                ErrorCode::MissingParam,
                &format!("{name} is required in the identifier and missing"),
            )
        })
    };
    match text("type")?.as_str() {
        "m.id.user" => {
            let user = text("user")?;
            let user_id = if user.starts_with('@') {
                UserId::parse(user)
            } else {
                UserId::parse(format!("@{user}:{server_name}"))
            };
            Ok(user_id.ok())
        }
        "m.id.thirdparty" => {
            let (medium, address) = (Medium::from(text("medium")?), text("address")?);
            Ok(state.owner_of(&medium, &address).cloned())
        }
        "m.id.phone" => {
            // Clients of Synapse say the second name, without which it fails.
            let phone = text("phone").or_else(|refusal| text("number").map_err(|_| refusal))?;
            let msisdn = phone_number::msisdn(&text("country")?, &phone).ok_or_else(|| {
                ErrorResponse::bad_request(ErrorCode::InvalidParam, "unable to parse phone number")
            })?;
            Ok(state.owner_of(&Medium::Msisdn, &msisdn).cloned())
        }
        _ => Err(ErrorResponse::bad_request(
            ErrorCode::Unknown,
            "unknown login identifier type",
        )),
    }
}
