use hardline::oauth_api::{
    AuthorizationState, CodeChallenge, GrantType, PromptValue, ResponseMode, Scopes,
};
use hardline::types::ClientId;
use hardline::wire::server::{Router, decode_request};
use hardline::wire::{Endpoint, OAuthErrorCode, Operation, ResponseBody};
use http::Request;
use serde::{Deserialize, Serialize};

use super::declined::Declined;
use crate::authorization_server::pages::given;
use crate::authorization_server::paths::AUTHORIZE;
use crate::authorization_server::registration::is_redirect_uri_of;
use crate::authorization_server::scopes;
use crate::authorization_server::state::{Authorization, Client, Clients};

/// The request of an authorization, as the browser brings it. Where an error goes is known only once the client and the
/// redirect URI are; so everything may be missing.
#[derive(Serialize, Deserialize)]
pub(super) struct AskToAuthorize {
    client_id: Option<String>,
    redirect_uri: Option<String>,
    response_type: Option<String>,
    scope: Option<String>,
    state: Option<String>,
    response_mode: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    prompt: Option<String>,
}

impl Endpoint for AskToAuthorize {
    const OPERATION: Operation = Operation::get("askToAuthorize", AUTHORIZE)
        .query(&[
            "client_id",
            "redirect_uri",
            "response_type",
            "scope",
            "state",
            "response_mode",
            "code_challenge",
            "code_challenge_method",
            "prompt",
        ])
        .response_body(ResponseBody::Ignored);
    type Response = ();
}

/// Why the user is not asked.
pub(super) enum Invalid {
    /// Nobody knows where the browser would be sent to: it stays here.
    Untrusted(&'static str),
    /// The client is told.
    Declined(Declined),
}

impl AskToAuthorize {
    /// The request in the query of an authorization URL. `None` if a parameter is there twice.
    pub(super) fn in_query(query: &str) -> Option<Self> {
        let mut router = Router::new();
        router.add(const { &Self::OPERATION });
        let request = Request::get(format!("{AUTHORIZE}?{query}")).body([]).ok()?;
        let route = router.route(&request).ok()?;
        decode_request(&route, &request).ok()
    }

    /// Checks it: first what decides where an error goes.
    pub(super) fn check(self, clients: &Clients) -> Result<Authorization, Invalid> {
        let client_id = given(self.client_id).and_then(|id| ClientId::parse(id).ok());
        let (client_id, client) = client_id
            .and_then(|id| Some((id.clone(), clients.get(&id)?)))
            .ok_or(Invalid::Untrusted(
                "the client is not registered: begin anew in the application",
            ))?;
        let redirect_uri = given(self.redirect_uri)
            .filter(|uri| is_registered(client, uri))
            .ok_or(Invalid::Untrusted(
                "the redirect URI is not one of those that the client has registered",
            ))?;
        let state = given(self.state).and_then(|state| AuthorizationState::parse(state).ok());
        let asked_mode = given(self.response_mode).map(ResponseMode::from);
        let response_mode = match &asked_mode {
            Some(ResponseMode::Fragment) => ResponseMode::Fragment,
            _ => ResponseMode::Query,
        };
        let declined = |error, description| {
            Invalid::Declined(Declined {
                redirect_uri: redirect_uri.clone(),
                response_mode: response_mode.clone(),
                state: state.clone(),
                error,
                description,
            })
        };
        let invalid = |description| declined(OAuthErrorCode::InvalidRequest, description);
        if !matches!(
            asked_mode,
            None | Some(ResponseMode::Query | ResponseMode::Fragment)
        ) {
            return Err(invalid("response_mode is query or fragment"));
        }
        if !client.may_use(&GrantType::AuthorizationCode) {
            return Err(declined(
                OAuthErrorCode::UnauthorizedClient,
                "the client is not registered for this grant",
            ));
        }
        match given(self.response_type).as_deref() {
            Some("code") => {}
            Some(_) => {
                return Err(declined(
                    OAuthErrorCode::UnsupportedResponseType,
                    "response_type is code",
                ));
            }
            None => return Err(invalid("response_type is required but missing")),
        }
        if given(self.code_challenge_method).as_deref() != Some("S256") {
            return Err(invalid("code_challenge_method is S256"));
        }
        let code_challenge = given(self.code_challenge)
            .and_then(|challenge| CodeChallenge::parse(challenge).ok())
            .ok_or_else(|| invalid("code_challenge is the SHA-256 of a verifier"))?;
        let scope = scopes::granted(&Scopes::from(&*self.scope.unwrap_or_default()))
            .map_err(|why| declined(OAuthErrorCode::InvalidScope, why))?;
        let creates = match given(self.prompt).map(PromptValue::from) {
            None | Some(PromptValue::Login | PromptValue::Consent) => false,
            Some(PromptValue::Create) => true,
            Some(PromptValue::None) => {
                let login_required = OAuthErrorCode::from("login_required");
                return Err(declined(login_required, "nobody is ever logged in here"));
            }
            Some(_) => return Err(invalid("prompt is login, consent or create")),
        };
        let Some(state) = state.clone() else {
            return Err(invalid("state is printable ASCII, and is required"));
        };
        Ok(Authorization {
            client_id,
            client_name: client.name().to_owned(),
            scope,
            state,
            response_mode: response_mode.clone(),
            code_challenge,
            creates,
            redirect_uri: redirect_uri.clone(),
        })
    }
}

fn is_registered(client: &Client, uri: &str) -> bool {
    let mut registered = client.redirect_uris().iter();
    registered.any(|registered| is_redirect_uri_of(registered, uri))
}
