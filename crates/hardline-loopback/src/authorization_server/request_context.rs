use std::sync::MutexGuard;

use hardline::oauth_api::GrantType;
use hardline::types::{ClientId, Timestamp};
use hardline::wire::OAuthErrorCode;
use hardline::wire::server::{ErrorResponse, ServerEndpoint};
use http::StatusCode;

use super::data::AuthorizationServerData;
use super::origin;
use super::state::{Client, State};
use crate::Homeserver;
use crate::handlers::Handlers;
use crate::html::Page;

/// What a handler works with during one request. The state is locked meanwhile.
pub(super) struct RequestContext<'a> {
    pub(super) state: MutexGuard<'a, State>,
    pub(super) homeserver: &'a Homeserver,
    pub(super) now: Timestamp,
}

impl RequestContext<'_> {
    /// The client, if it is registered for this grant.
    pub(super) fn client(
        &self,
        client_id: &ClientId,
        grant_type: &GrantType,
    ) -> Result<&Client, ErrorResponse> {
        let client = self.state.clients.get(client_id).ok_or_else(|| {
            ErrorResponse::oauth(
                StatusCode::UNAUTHORIZED,
                OAuthErrorCode::InvalidClient,
                "the client is not registered: register it",
            )
        })?;
        if !client.may_use(grant_type) {
            return Err(bad_request(
                OAuthErrorCode::UnauthorizedClient,
                "the client is not registered for this grant",
            ));
        }
        Ok(client)
    }
}

/// Status 400, as RFC 6749 has it for most errors.
pub(super) fn bad_request(error: OAuthErrorCode, description: &str) -> ErrorResponse {
    ErrorResponse::oauth(StatusCode::BAD_REQUEST, error, description)
}

impl Handlers<AuthorizationServerData> {
    /// Handles an operation with a function of the state.
    pub(super) fn answer_with<E: ServerEndpoint>(
        &mut self,
        answer: fn(&mut RequestContext<'_>, E) -> Result<E::Response, ErrorResponse>,
    ) {
        self.add(move |exchange, caller, operation| {
            let mut context = RequestContext {
                state: exchange.server.state(),
                homeserver: &exchange.server.homeserver,
                now: caller.now,
            };
            answer(&mut context, operation)
        });
    }

    /// Handles a page's request with a function of the state. What may change the state comes from a page of this server.
    pub(super) fn show_with<E: ServerEndpoint>(
        &mut self,
        show: fn(&mut RequestContext<'_>, E) -> Result<Page, ErrorResponse>,
    ) {
        self.show(move |exchange, caller, operation| {
            let homeserver = &exchange.server.homeserver;
            origin::check(homeserver.info().origin(), exchange.request)?;
            let mut context = RequestContext {
                state: exchange.server.state(),
                homeserver,
                now: caller.now,
            };
            show(&mut context, operation)
        });
    }
}
