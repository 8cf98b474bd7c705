use hardline::oauth_api::{AuthorizeDevice, AuthorizeDeviceResponse, GrantType};
use hardline::wire::OAuthErrorCode;
use hardline::wire::server::ErrorResponse;

use super::data::AuthorizationServerData;
use super::metadata::verification_uri;
use super::request_context::{RequestContext, bad_request};
use super::scopes;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<AuthorizationServerData>) {
    handlers.answer_with(authorize_device);
}

fn authorize_device(
    context: &mut RequestContext<'_>,
    asked: AuthorizeDevice,
) -> Result<AuthorizeDeviceResponse, ErrorResponse> {
    let client = context.client(&asked.client_id, &GrantType::DeviceCode)?;
    let client = (asked.client_id, client.name().to_owned());
    let scope = scopes::granted(&asked.scope)
        .map_err(|why| bad_request(OAuthErrorCode::InvalidScope, why))?;
    let now = context.now;
    let state = &mut *context.state;
    let (device_code, user_code) =
        state
            .device_grants
            .begin(now, &mut state.entropy, &state.lifetimes, client, scope);
    let verification_uri = verification_uri(context.homeserver.base_url());
    let complete = format!("{verification_uri}?code={user_code}");
    let mut response = AuthorizeDeviceResponse::new(device_code, user_code, verification_uri);
    response.verification_uri_complete = Some(complete);
    response.expires_in = Some(context.state.lifetimes.device_code.as_secs());
    response.interval = Some(context.state.lifetimes.interval.as_secs());
    Ok(response)
}
