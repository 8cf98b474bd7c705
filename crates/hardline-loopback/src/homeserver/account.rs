use hardline::client_api::account::{
    ChangePassword, CheckUsernameAvailability, CheckUsernameAvailabilityResponse,
    DeactivateAccount, DeactivateAccountResponse, GetTokenOwner, GetTokenOwnerResponse, Register,
    RegisterResponse, RegistrationKind, RegistrationTokenValidity,
    RegistrationTokenValidityResponse,
};
use hardline::json::Empty;
use hardline::wire::server::ErrorResponse;
use hardline::wire::{AuthType, ErrorCode};
use http::StatusCode;

use super::data::HomeserverData;
use super::errors::in_use;
use super::request_context::RequestContext;
use super::{threepid, uia};
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(register);
    handlers.answer_with(is_available);
    handlers.answer_with(is_token_valid);
    handlers.answer_with(token_owner);
    handlers.answer_with(change_password);
    handlers.answer_with(deactivate);
}

fn register(
    context: &mut RequestContext<'_>,
    register: Register,
) -> Result<RegisterResponse, ErrorResponse> {
    match register.kind {
        None | Some(RegistrationKind::User) => {}
        Some(RegistrationKind::Guest) => return register_guest(context, register),
        Some(_) => {
            return Err(ErrorResponse::bad_request(
                ErrorCode::InvalidParam,
                "the kind of an account is user or guest",
            ));
        }
    }
    if register.login_type == Some(AuthType::ApplicationService) {
        return register_bridged(context, register);
    }
    // A name that is not available is refused before the client completes the stages for it.
    let server_name = context.server.server_name();
    let wanted = match &register.username {
        Some(username) => {
            let services = &context.state.application_services;
            services.check_user_name(username, None)?;
            Some(context.state.accounts.new_user_id(server_name, username)?)
        }
        None => None,
    };
    let flows = context.state.registration.flows.clone();
    let proof = uia::authenticate(context, register.auth.as_ref(), &flows)?;
    let password = register.password.ok_or_else(|| {
        ErrorResponse::bad_request(ErrorCode::MissingParam, "password is required but missing")
    })?;
    let user_id = match wanted {
        Some(user_id) => user_id,
        None => {
            let made_up = context.state.entropy.letters(12).to_ascii_lowercase();
            context.state.accounts.new_user_id(server_name, &made_up)?
        }
    };
    // Somebody else may have taken the name since the stages were completed.
    for validated in &proof.threepids {
        let threepid = &validated.threepid;
        let owner = context
            .state
            .accounts
            .owner_of(&threepid.medium, &threepid.address);
        if owner.is_some() {
            return Err(in_use(&threepid.medium));
        }
    }
    if let Some(token) = &proof.registration_token
        && !context.state.registration.spend(token)
    {
        return Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "the registration token is used up",
        ));
    }
    context.state.add_account(user_id.clone(), &password);
    for validated in proof.threepids {
        threepid::give(context, &user_id, validated)?;
    }
    let mut answer = RegisterResponse::new(user_id.clone());
    if register.inhibit_login != Some(true) {
        let can_refresh = register.refresh_token == Some(true);
        let now = context.now();
        let (device_id, name) = (register.device_id, register.initial_device_display_name);
        let login = context
            .state
            .log_in(now, user_id, device_id, name, can_refresh);
        if let Some(expiring) = login.expiring {
            answer.expires_in_ms = Some(expiring.millis_left(now));
            answer.refresh_token = Some(expiring.refresh_token);
        }
        answer.access_token = Some(login.access_token);
        answer.device_id = Some(login.device_id);
    }
    Ok(answer)
}

/// A user of an application service, which proves who it is with its token.
fn register_bridged(
    context: &mut RequestContext<'_>,
    register: Register,
) -> Result<RegisterResponse, ErrorResponse> {
    let username = register.username.ok_or_else(|| {
        ErrorResponse::bad_request(ErrorCode::MissingParam, "username is required but missing")
    })?;
    let service = context.application_service()?;
    if !service.has_user(&username.to_ascii_lowercase()) {
        return Err(ErrorResponse::bad_request(
            ErrorCode::Exclusive,
            "the user name is not in a namespace of the application service",
        ));
    }
    let services = &context.state.application_services;
    services.check_user_name(&username, Some(service))?;
    let server_name = context.server.server_name();
    let user_id = context.state.accounts.new_user_id(server_name, &username)?;
    context.state.accounts.add_bridged(user_id.clone());
    let mut answer = RegisterResponse::new(user_id.clone());
    if register.inhibit_login != Some(true) {
        let now = context.now();
        let (device_id, name) = (register.device_id, register.initial_device_display_name);
        let login = context.state.log_in(now, user_id, device_id, name, false);
        answer.access_token = Some(login.access_token);
        answer.device_id = Some(login.device_id);
    }
    Ok(answer)
}

/// A guest proves nothing and chooses nothing but the name of the device.
fn register_guest(
    context: &mut RequestContext<'_>,
    register: Register,
) -> Result<RegisterResponse, ErrorResponse> {
    if !context.state.switches.lets_guests_in {
        return Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::GuestAccessForbidden,
            "guests may not register here",
        ));
    }
    let user_id = context.state.add_guest(context.server.server_name())?;
    let name = register.initial_device_display_name;
    let now = context.now();
    let login = context.state.log_in(now, user_id, None, name, false);
    let mut answer = RegisterResponse::new(login.user_id);
    answer.access_token = Some(login.access_token);
    answer.device_id = Some(login.device_id);
    Ok(answer)
}

fn token_owner(
    context: &mut RequestContext<'_>,
    _: GetTokenOwner,
) -> Result<GetTokenOwnerResponse, ErrorResponse> {
    let (user_id, _) = context.login()?;
    let mut answer = GetTokenOwnerResponse::new(user_id.clone());
    answer.device_id.clone_from(&context.caller.device_id);
    answer.is_guest = Some(context.state.accounts.is_guest(user_id));
    Ok(answer)
}

fn is_available(
    context: &mut RequestContext<'_>,
    asked: CheckUsernameAvailability,
) -> Result<CheckUsernameAvailabilityResponse, ErrorResponse> {
    let server_name = context.server.server_name();
    let services = &context.state.application_services;
    services.check_user_name(&asked.username, None)?;
    context
        .state
        .accounts
        .new_user_id(server_name, &asked.username)?;
    Ok(CheckUsernameAvailabilityResponse::new())
}

fn is_token_valid(
    context: &mut RequestContext<'_>,
    asked: RegistrationTokenValidity,
) -> Result<RegistrationTokenValidityResponse, ErrorResponse> {
    let valid = context.state.registration.is_valid(&asked.token);
    Ok(RegistrationTokenValidityResponse::new(valid))
}

fn change_password(
    context: &mut RequestContext<'_>,
    change: ChangePassword,
) -> Result<Empty, ErrorResponse> {
    if change.new_password.reveal().is_empty() {
        return Err(ErrorResponse::bad_request(
            ErrorCode::WeakPassword,
            "a password has at least one character",
        ));
    }
    let auth = change.auth.as_ref();
    let (user_id, device_id) = match context.login() {
        Ok((user_id, device_id)) => {
            let whose = (user_id.clone(), Some(device_id.clone()));
            uia::authenticate(context, auth, &[vec![AuthType::Password]])?;
            whose
        }
        // A user without a token has forgotten the password, and proves in another way whose account it is.
        Err(_) => {
            let flows = [vec![AuthType::EmailIdentity], vec![AuthType::Msisdn]];
            let proof = uia::authenticate(context, auth, &flows)?;
            let mut shown = proof.threepids.iter().map(|shown| &shown.threepid);
            let owner = shown.find_map(|shown| {
                context
                    .state
                    .accounts
                    .owner_of(&shown.medium, &shown.address)
            });
            let owner = owner.ok_or_else(|| {
                ErrorResponse::bad_request(ErrorCode::ThreepidNotFound, "no account has it")
            })?;
            (owner.clone(), None)
        }
    };
    context.state.set_password(&user_id, &change.new_password);
    if change.logout_devices != Some(false) {
        context.state.log_out_all(&user_id, device_id.as_ref());
    }
    Ok(Empty {})
}

fn deactivate(
    context: &mut RequestContext<'_>,
    deactivate: DeactivateAccount,
) -> Result<DeactivateAccountResponse, ErrorResponse> {
    let user_id = context.user_id()?;
    uia::authenticate(
        context,
        deactivate.auth.as_ref(),
        &[vec![AuthType::Password]],
    )?;
    let now = context.now();
    context.state.deactivate(now, &user_id);
    let mut answer = DeactivateAccountResponse::default();
    answer.id_server_unbind_result = Some(context.unbind_all(deactivate.id_server.as_ref())?);
    Ok(answer)
}
