mod uris;

use hardline::oauth_api::{
    ApplicationType, GrantType, RegisterClient, RegisterClientResponse, ResponseType,
    TokenEndpointAuthMethod,
};
use hardline::types::ClientId;
use hardline::wire::OAuthErrorCode;
use hardline::wire::server::ErrorResponse;

use super::data::AuthorizationServerData;
use super::request_context::{RequestContext, bad_request};
use crate::handlers::Handlers;
use uris::ClientUri;
pub(super) use uris::is_redirect_uri_of;

pub(super) fn install(handlers: &mut Handlers<AuthorizationServerData>) {
    handlers.answer_with(register);
}

fn register(
    context: &mut RequestContext<'_>,
    register: RegisterClient,
) -> Result<RegisterClientResponse, ErrorResponse> {
    let metadata = checked(register)?;
    let now = context.now;
    let state = &mut *context.state;
    Ok(state.clients.register(now, &mut state.entropy, metadata))
}

/// What is registered of what a client says of itself. The client ID is a placeholder.
fn checked(asked: RegisterClient) -> Result<RegisterClientResponse, ErrorResponse> {
    let invalid = |why: &str| bad_request(OAuthErrorCode::InvalidClientMetadata, why);
    let client_uri = ClientUri::parse(&asked.client_uri).map_err(invalid)?;
    for (name, uri) in [
        ("tos_uri", &asked.tos_uri),
        ("policy_uri", &asked.policy_uri),
    ] {
        if let Some(uri) = uri {
            client_uri
                .check_page(uri)
                .map_err(|why| invalid(&format!("{name} {why}")))?;
        }
    }
    if let Some(uri) = &asked.logo_uri {
        client_uri
            .check_picture(uri)
            .map_err(|why| invalid(&format!("logo_uri {why}")))?;
    }
    let application_type = asked.application_type.unwrap_or(ApplicationType::Web);
    if !matches!(
        application_type,
        ApplicationType::Web | ApplicationType::Native
    ) {
        return Err(invalid("application_type is web or native"));
    }
    // A client that leaves it out means a secret; a server may register something else, and says so.
    let auth_method = asked.token_endpoint_auth_method;
    if !matches!(auth_method, None | Some(TokenEndpointAuthMethod::None)) {
        return Err(invalid(
            "token_endpoint_auth_method is none: there are no secrets",
        ));
    }
    let (grant_types, response_types) = grants(asked.grant_types, asked.response_types)?;
    let redirect_uris = asked.redirect_uris.unwrap_or_default();
    for uri in &redirect_uris {
        client_uri
            .check_redirect_uri(uri, &application_type)
            .map_err(|why| bad_request(OAuthErrorCode::InvalidRedirectUri, why))?;
    }
    if redirect_uris.is_empty() && grant_types.contains(&GrantType::AuthorizationCode) {
        return Err(bad_request(
            OAuthErrorCode::InvalidRedirectUri,
            "redirect_uris has at least one URI with the grant type authorization_code",
        ));
    }
    let placeholder = ClientId::parse("new").expect("three letters are printable ASCII");
    let mut metadata = RegisterClientResponse::new(placeholder);
    metadata.client_uri = Some(asked.client_uri);
    metadata.client_name = asked.client_name;
    metadata.logo_uri = asked.logo_uri;
    metadata.tos_uri = asked.tos_uri;
    metadata.policy_uri = asked.policy_uri;
    metadata.redirect_uris = Some(redirect_uris);
    metadata.response_types = Some(response_types);
    metadata.grant_types = Some(grant_types);
    metadata.token_endpoint_auth_method = Some(TokenEndpointAuthMethod::None);
    metadata.application_type = Some(application_type);
    Ok(metadata)
}

/// The grant types and the response types of a client, without those that there are not. They have to fit together.
fn grants(
    grant_types: Option<Vec<GrantType>>,
    response_types: Option<Vec<ResponseType>>,
) -> Result<(Vec<GrantType>, Vec<ResponseType>), ErrorResponse> {
    let mut grant_types = grant_types.unwrap_or_else(|| vec![GrantType::AuthorizationCode]);
    grant_types.retain(|grant_type| {
        matches!(
            grant_type,
            GrantType::AuthorizationCode | GrantType::RefreshToken | GrantType::DeviceCode
        )
    });
    let has_code = grant_types.contains(&GrantType::AuthorizationCode);
    let asks_for_code = response_types.map_or(has_code, |response_types| {
        response_types.contains(&ResponseType::Code)
    });
    match (has_code, asks_for_code) {
        (true, true) => Ok((grant_types, vec![ResponseType::Code])),
        (false, false) => Ok((grant_types, Vec::new())),
        _ => Err(bad_request(
            OAuthErrorCode::InvalidClientMetadata,
            "the response type code goes with the grant type authorization_code",
        )),
    }
}
