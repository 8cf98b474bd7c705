use hardline::client_api::discovery::{AccountManagementAction, AuthMetadata, GetAuthMetadata};
use hardline::oauth_api::{
    GetAuthorizationServerMetadata, GetOpenIdConfiguration, GrantType, PromptValue,
};
use hardline::wire::server::encode_response;
use serde_json::{Value, json};

use super::data::AuthorizationServerData;
use super::paths::{ACCOUNT, AUTHORIZE, DEVICE, LINK, REGISTRATION, REVOCATION, TOKEN};
use crate::handlers::Handlers;
use crate::json_document::json_document;

pub(super) fn install(handlers: &mut Handlers<AuthorizationServerData>) {
    handlers.show::<GetAuthorizationServerMetadata>(|exchange, _, _| {
        Ok(json_document(&document(
            exchange.server.homeserver.base_url(),
        )))
    });
    handlers.show::<GetOpenIdConfiguration>(|exchange, _, _| {
        Ok(json_document(&document(
            exchange.server.homeserver.base_url(),
        )))
    });
}

/// The issuer of the tokens.
pub(super) fn issuer(base_url: &str) -> String {
    format!("{base_url}/")
}

/// The page on which users type the code of a device.
pub(super) fn verification_uri(base_url: &str) -> String {
    format!("{base_url}{LINK}")
}

/// The metadata, the same wherever it is asked for.
pub(super) fn document(base_url: &str) -> Value {
    let at = |path: &str| format!("{base_url}{path}");
    let mut metadata = AuthMetadata::new(
        issuer(base_url),
        at(AUTHORIZE),
        at(TOKEN),
        at(REVOCATION),
        at(REGISTRATION),
    );
    metadata
        .grant_types_supported
        .push(GrantType::DeviceCode.as_str().to_owned());
    metadata.device_authorization_endpoint = Some(at(DEVICE));
    let prompts = [
        PromptValue::Login,
        PromptValue::Consent,
        PromptValue::Create,
    ];
    metadata.prompt_values_supported = Some(
        prompts
            .iter()
            .map(|prompt| prompt.as_str().to_owned())
            .collect(),
    );
    metadata.account_management_uri = Some(at(ACCOUNT));
    metadata.account_management_actions_supported = Some(vec![
        AccountManagementAction::Profile,
        AccountManagementAction::DevicesList,
        AccountManagementAction::DeviceView,
        AccountManagementAction::DeviceDelete,
        AccountManagementAction::AccountDeactivate,
        AccountManagementAction::CrossSigningReset,
    ]);
    metadata.authorization_response_iss_parameter_supported = Some(true);
    let response = encode_response::<GetAuthMetadata>(&metadata).expect("it has a form in JSON");
    let mut document: Value =
        serde_json::from_slice(response.body()).expect("a response has a body of JSON");
    // Left out, it would mean that clients need a secret.
    for methods in [
        "token_endpoint_auth_methods_supported",
        "revocation_endpoint_auth_methods_supported",
    ] {
        document[methods] = json!(["none"]);
    }
    document
}
