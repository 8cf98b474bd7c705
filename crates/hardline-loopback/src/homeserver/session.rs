use hardline::client_api::session::{
    GetLoginFlows, GetLoginFlowsResponse, Login, LoginFlow, LoginResponse, Logout,
};
use hardline::client_api::{DiscoveryInformation, Empty};
use hardline::types::{JsonObject, Medium, Password, ServerName, UserId};
use hardline::wire::server::Refusal;
use hardline::wire::{AuthType, ErrorCode};
use http::StatusCode;

use super::state::State;
use super::{Homeserver, Turn};
use crate::phone_number;

pub(super) fn install(homeserver: &mut Homeserver) {
    homeserver.answer_with(login_flows);
    homeserver.answer_with(login);
    homeserver.answer_with(logout);
}

fn login_flows(_: &mut Turn<'_>, _: GetLoginFlows) -> Result<GetLoginFlowsResponse, Refusal> {
    let mut answer = GetLoginFlowsResponse::default();
    answer.flows.push(LoginFlow::new(AuthType::Password));
    Ok(answer)
}

fn login(turn: &mut Turn<'_>, login: Login) -> Result<LoginResponse, Refusal> {
    if login.login_type != AuthType::Password {
        return Err(Refusal::bad_request(
            ErrorCode::Unknown,
            "unknown login type: use m.login.password",
        ));
    }
    let identifier = identifier_of(&login).ok_or_else(|| {
        Refusal::bad_request(
            ErrorCode::MissingParam,
            "identifier is required and missing",
        )
    })?;
    let password = login.password.ok_or_else(|| {
        Refusal::bad_request(ErrorCode::MissingParam, "password is required and missing")
    })?;
    let user_id = user_with(
        turn.state,
        turn.homeserver.server_name(),
        &identifier,
        &password,
    )?
    .ok_or_else(|| {
        Refusal::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "invalid username or password",
        )
    })?;
    let login = turn.state.log_in(user_id, login.device_id);
    let mut answer = LoginResponse::new(login.user_id, login.access_token, login.device_id);
    let base_url = turn.homeserver.base_url().to_owned();
    answer.well_known = Some(DiscoveryInformation::new(base_url));
    Ok(answer)
}

fn logout(turn: &mut Turn<'_>, _: Logout) -> Result<Empty, Refusal> {
    if let Some(access_token) = &turn.caller.access_token {
        turn.state.log_out(access_token);
    }
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
) -> Result<Option<UserId>, Refusal> {
    let user_id = user_of(state, server_name, identifier)?;
    Ok(user_id.filter(|user_id| state.has_password(user_id, password)))
}

fn user_of(
    state: &State,
    server_name: &ServerName,
    identifier: &JsonObject,
) -> Result<Option<UserId>, Refusal> {
    let text = |name: &str| {
        identifier.field::<String>(name).ok_or_else(|| {
            Refusal::bad_request(
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
            // Synapse knows the second name only.
            let phone = text("phone").or_else(|refusal| text("number").map_err(|_| refusal))?;
            let msisdn = phone_number::msisdn(&text("country")?, &phone).ok_or_else(|| {
                Refusal::bad_request(ErrorCode::InvalidParam, "unable to parse phone number")
            })?;
            Ok(state.owner_of(&Medium::Msisdn, &msisdn).cloned())
        }
        _ => Err(Refusal::bad_request(
            ErrorCode::Unknown,
            "unknown login identifier type",
        )),
    }
}
