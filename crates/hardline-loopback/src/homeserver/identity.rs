use hardline::client_api::discovery::{DiscoveryInformation, IdentityServerInformation};
use hardline::client_api::threepid::UnbindResult;
use hardline::client_api::threepid::{
    Bind3pid, Unbind3pidFromAccount, Unbind3pidFromAccountResponse,
};
use hardline::identity_api::association::Threepid;
use hardline::json::Empty;
use hardline::types::{
    AccessToken, ClientSecret, ServerName, ValidationSessionId, ValidationToken,
};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use serde_json::json;

use super::data::HomeserverData;
use super::request_context::RequestContext;
use super::threepid::check_medium;
use crate::handlers::Handlers;
use crate::identity_server::Trusted;
use crate::validations::{Asked, Begun, Validated, check_secret, check_sid};

/// What the homeserver does at the identity server that it trusts.
pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(bind);
    handlers.answer_with(unbind);
}

impl<'a> RequestContext<'a> {
    /// What clients learn before they log in.
    pub(super) fn discovery_information(&self) -> DiscoveryInformation {
        let base_url = self.server.base_url().to_owned();
        let mut information = DiscoveryInformation::new(base_url.clone());
        if self.trusted.is_some() {
            information.identity_server = Some(IdentityServerInformation::new(base_url));
        }
        // As clients looked for it before there was `auth_metadata`, and Synapse still has it.
        if let Some(metadata) = &self.state.auth_metadata {
            let named = json!({
                "issuer": metadata["issuer"],
                "account": metadata["account_management_uri"],
            });
            information
                .other
                .insert("org.matrix.msc2965.authentication", &named)
                .expect("a JSON value has a JSON form");
        }
        information
    }

    /// The identity server of this name, which is the homeserver's or what its base URL says.
    pub(super) fn identity_server(&self, name: &ServerName) -> Result<&'a Trusted, ErrorResponse> {
        let is_ours = name == self.server.server_name() || name.as_str() == self.server.authority();
        let trusted = self.trusted.filter(|_| is_ours);
        trusted.ok_or_else(|| {
            ErrorResponse::bad_request(
                ErrorCode::ServerNotTrusted,
                "this homeserver does not trust the identity server",
            )
        })
    }

    /// Begins a validation session at the identity server.
    pub(super) fn delegate(
        &mut self,
        identity_server: &Trusted,
        access_token: AccessToken,
        asked: Asked,
    ) -> Result<Begun, ErrorResponse> {
        let begun = identity_server.begin(self.now(), &access_token, asked)?;
        let sid = begun.sid.as_str().to_owned();
        self.state.delegated.insert(sid, access_token);
        Ok(begun)
    }

    /// Accepts a token for a session, here or at the identity server that it was delegated to.
    pub(super) fn submit(
        &mut self,
        sid: &ValidationSessionId,
        client_secret: &ClientSecret,
        token: &ValidationToken,
    ) -> Result<Option<String>, ErrorResponse> {
        let now = self.now();
        match self.trusted {
            Some(identity_server) if self.state.delegated.contains_key(sid.as_str()) => {
                identity_server.submit(now, sid, client_secret, token)
            }
            _ => self
                .state
                .validations
                .submit(now, sid, client_secret, token),
        }
    }

    /// The address that a session has validated, here or at the identity server that it was delegated to.
    pub(super) fn validated(
        &self,
        sid: &ValidationSessionId,
        client_secret: &ClientSecret,
    ) -> Result<Validated, ErrorResponse> {
        let now = self.now();
        let delegated = self.state.delegated.get(sid.as_str());
        match self.trusted.zip(delegated) {
            Some((identity_server, access_token)) => {
                identity_server.validated(now, access_token, sid, client_secret)
            }
            None => self.state.validations.validated(now, sid, client_secret),
        }
    }

    /// Unbinds a user's identifier at the identity server in the request, or at the only one that may know it.
    pub(super) fn unbind(
        &self,
        id_server: Option<&ServerName>,
        threepid: &Threepid,
    ) -> Result<UnbindResult, ErrorResponse> {
        let user_id = self.user_id()?;
        let unbound = match id_server {
            // It gives the same response if nothing is bound.
            Some(name) => {
                self.identity_server(name)?.unbind(&user_id, threepid);
                true
            }
            None => {
                let trusted = self.trusted;
                trusted.is_some_and(|trusted| trusted.unbind(&user_id, threepid))
            }
        };
        Ok(if unbound {
            UnbindResult::Success
        } else {
            UnbindResult::NoSupport
        })
    }

    /// Unbinds everything that a user has bound. Having bound nothing is a success.
    pub(super) fn unbind_all(
        &self,
        id_server: Option<&ServerName>,
    ) -> Result<UnbindResult, ErrorResponse> {
        let user_id = self.user_id()?;
        if let Some(trusted) = self.trusted {
            trusted.unbind_all(&user_id);
        }
        let is_elsewhere = id_server.is_some_and(|name| self.identity_server(name).is_err());
        Ok(if is_elsewhere {
            UnbindResult::NoSupport
        } else {
            UnbindResult::Success
        })
    }
}

fn bind(context: &mut RequestContext<'_>, bind: Bind3pid) -> Result<Empty, ErrorResponse> {
    check_secret(&bind.client_secret)?;
    check_sid(&bind.sid)?;
    context.identity_server(&bind.id_server)?.bind(
        context.now(),
        context.server.server_name(),
        (context.user_id()?, &bind.id_access_token),
        (&bind.sid, &bind.client_secret),
    )?;
    context.accept_invitations();
    Ok(Empty {})
}

fn unbind(
    context: &mut RequestContext<'_>,
    unbind: Unbind3pidFromAccount,
) -> Result<Unbind3pidFromAccountResponse, ErrorResponse> {
    check_medium(&unbind.medium)?;
    let threepid = Threepid::new(unbind.medium, unbind.address);
    let mut answer = Unbind3pidFromAccountResponse::default();
    answer.id_server_unbind_result = Some(context.unbind(unbind.id_server.as_ref(), &threepid)?);
    Ok(answer)
}
