use hardline::client_api::Empty;
use hardline::client_api::account::{
    ChangePassword, CheckUsernameAvailability, CheckUsernameAvailabilityResponse,
    DeactivateAccount, DeactivateAccountResponse, GetTokenOwner, GetTokenOwnerResponse, Register,
    RegisterResponse, RegistrationKind, RegistrationTokenValidity,
    RegistrationTokenValidityResponse,
};
use hardline::wire::server::Refusal;
use hardline::wire::{AuthType, ErrorCode};
use http::StatusCode;

use super::request_token::in_use;
use super::session::millis_until;
use super::{Homeserver, Turn, threepid, uia};

pub(super) fn install(homeserver: &mut Homeserver) {
    homeserver.answer_with(register);
    homeserver.answer_with(is_available);
    homeserver.answer_with(is_token_valid);
    homeserver.answer_with(token_owner);
    homeserver.answer_with(change_password);
    homeserver.answer_with(deactivate);
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
    let flows = turn.state.registration.flows.clone();
    let proof = uia::authenticate(turn, register.auth.as_ref(), &flows)?;
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
    // Somebody else may have come first since the stages were completed.
    for validated in &proof.threepids {
        let threepid = &validated.threepid;
        let owner = turn.state.owner_of(&threepid.medium, &threepid.address);
        if owner.is_some() {
            return Err(in_use(&threepid.medium));
        }
    }
    if let Some(token) = &proof.registration_token
        && !turn.state.registration.spend(token)
    {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "the registration token is used up",
        ));
    }
    turn.state.add_account(user_id.clone(), &password);
    for validated in proof.threepids {
        threepid::give(turn, &user_id, validated)?;
    }
    let mut answer = RegisterResponse::new(user_id.clone());
    if register.inhibit_login != Some(true) {
        let can_refresh = register.refresh_token == Some(true);
        let now = turn.now();
        let login = turn
            .state
            .log_in(now, user_id, register.device_id, can_refresh);
        if let Some(expiring) = login.expiring {
            answer.expires_in_ms = Some(millis_until(now, expiring.at));
            answer.refresh_token = Some(expiring.refresh_token);
        }
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

fn is_available(
    turn: &mut Turn<'_>,
    asked: CheckUsernameAvailability,
) -> Result<CheckUsernameAvailabilityResponse, Refusal> {
    let server_name = turn.homeserver.server_name();
    turn.state.new_user_id(server_name, &asked.username)?;
    Ok(CheckUsernameAvailabilityResponse::new())
}

fn is_token_valid(
    turn: &mut Turn<'_>,
    asked: RegistrationTokenValidity,
) -> Result<RegistrationTokenValidityResponse, Refusal> {
    let valid = turn.state.registration.is_valid(&asked.token);
    Ok(RegistrationTokenValidityResponse::new(valid))
}

fn change_password(turn: &mut Turn<'_>, change: ChangePassword) -> Result<Empty, Refusal> {
    if change.new_password.reveal().is_empty() {
        return Err(Refusal::bad_request(
            ErrorCode::WeakPassword,
            "a password has at least one character",
        ));
    }
    let auth = change.auth.as_ref();
    let (user_id, device_id) = match turn.login() {
        Ok((user_id, device_id)) => {
            let whose = (user_id.clone(), Some(device_id.clone()));
            uia::authenticate(turn, auth, &[vec![AuthType::Password]])?;
            whose
        }
        // Who has no token has forgotten the password, and shows in another way whose account it is.
        Err(_) => {
            let flows = [vec![AuthType::EmailIdentity], vec![AuthType::Msisdn]];
            let proof = uia::authenticate(turn, auth, &flows)?;
            let mut shown = proof.threepids.iter().map(|shown| &shown.threepid);
            let owner = shown.find_map(|shown| turn.state.owner_of(&shown.medium, &shown.address));
            let owner = owner.ok_or_else(|| {
                Refusal::bad_request(ErrorCode::ThreepidNotFound, "no account has it")
            })?;
            (owner.clone(), None)
        }
    };
    turn.state.set_password(&user_id, &change.new_password);
    if change.logout_devices != Some(false) {
        turn.state.log_out_all(&user_id, device_id.as_ref());
    }
    Ok(Empty {})
}

fn deactivate(
    turn: &mut Turn<'_>,
    deactivate: DeactivateAccount,
) -> Result<DeactivateAccountResponse, Refusal> {
    let user_id = turn.user_id()?;
    uia::authenticate(turn, deactivate.auth.as_ref(), &[vec![AuthType::Password]])?;
    turn.state.deactivate(&user_id);
    let mut answer = DeactivateAccountResponse::default();
    answer.id_server_unbind_result = Some(turn.unbind_all(deactivate.id_server.as_ref())?);
    Ok(answer)
}
