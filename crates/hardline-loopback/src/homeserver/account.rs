use hardline::client_api::account::{
    GetTokenOwner, GetTokenOwnerResponse, Register, RegisterResponse, RegistrationKind,
};
use hardline::wire::server::Refusal;
use hardline::wire::{AuthType, ErrorCode};
use http::StatusCode;

use super::{Homeserver, Turn, uia};

pub(super) fn install(homeserver: &mut Homeserver) {
    homeserver.answer_with(register);
    homeserver.answer_with(token_owner);
}

fn register(turn: &mut Turn<'_>, register: Register) -> Result<RegisterResponse, Refusal> {
    match register.kind {
        None | Some(RegistrationKind::User) => {}
        Some(RegistrationKind::Guest) => {
            return Err(Refusal::new(
                StatusCode::FORBIDDEN,
                ErrorCode::Forbidden,
                "guest access is disabled",
            ));
        }
        Some(_) => {
            return Err(Refusal::bad_request(
                ErrorCode::InvalidParam,
                "the kind of an account is user or guest",
            ));
        }
    }
    // A name that cannot be had is told before the client goes through the stages for it.
    let server_name = turn.homeserver.server_name();
    let wanted = match &register.username {
        Some(username) => Some(turn.state.new_user_id(server_name, username)?),
        None => None,
    };
    uia::authenticate(turn, register.auth.as_ref(), &AuthType::Dummy)?;
    let password = register.password.ok_or_else(|| {
        Refusal::bad_request(ErrorCode::MissingParam, "password is required and missing")
    })?;
    let user_id = match wanted {
        Some(user_id) => user_id,
        None => {
            let made_up = turn.state.entropy.letters(12).to_ascii_lowercase();
            turn.state.new_user_id(server_name, &made_up)?
        }
    };
    turn.state.add_account(user_id.clone(), &password);
    let mut answer = RegisterResponse::new(user_id.clone());
    if register.inhibit_login != Some(true) {
        let login = turn.state.log_in(user_id, register.device_id);
        answer.access_token = Some(login.access_token);
        answer.device_id = Some(login.device_id);
    }
    Ok(answer)
}

fn token_owner(turn: &mut Turn<'_>, _: GetTokenOwner) -> Result<GetTokenOwnerResponse, Refusal> {
    let (user_id, device_id) = turn.login()?;
    let mut answer = GetTokenOwnerResponse::new(user_id.clone());
    answer.device_id = Some(device_id.clone());
    answer.is_guest = Some(false);
    Ok(answer)
}
