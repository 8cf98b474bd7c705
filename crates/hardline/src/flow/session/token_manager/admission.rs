use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response, StatusCode};

use super::TokenManager;
use crate::client_api::account::DeactivateAccount;
use crate::client_api::session::{Logout, LogoutAll};
use crate::flow::{RequestDecision, ResponseDecision, Ticket};
use crate::json::scan;
use crate::types::Timestamp;
use crate::wire::{
    Auth, Endpoint, ErrorCode, Failure, FailureClass, Operation, RequestMeta, Target, authorize,
    declined,
};

/// Which requests and responses pass.
impl TokenManager {
    /// Attaches the access token if the operation takes one, but never for another server than the target.
    ///
    /// `ticket` is the ticket of a request that was held, or whose response was.
    pub fn admit<B>(
        &mut self,
        now: Timestamp,
        ticket: Option<Ticket>,
        request: &mut Request<B>,
    ) -> RequestDecision {
        self.set_now(now);
        let mut admitted = Ticket {
            generation: self.generation,
            sent: false,
            returns: ticket.map_or(0, |ticket| ticket.returns + u8::from(ticket.sent)),
            logs_out: false,
        };
        let operation = match self.wants_token(request, admitted.returns > 0) {
            Ok(Some(operation)) => operation,
            Ok(None) => return RequestDecision::Go(admitted),
            // The response that was held says it better.
            Err(_) if admitted.returns > 0 && self.tokens.is_none() => {
                return RequestDecision::Deliver;
            }
            Err(failure) => return RequestDecision::Refuse(failure),
        };
        // Held requests use the new token even if it is short-lived: refreshing again would never end.
        if !self.is_holding() && ticket.is_none() && self.expires_soon() {
            self.begin();
        }
        if self.is_holding() {
            return RequestDecision::Hold(ticket.unwrap_or(admitted));
        }
        // The server refused this very token, and there is no other.
        if admitted.returns > 0 && ticket.is_some_and(|ticket| ticket.generation == self.generation)
        {
            return RequestDecision::Refuse(Failure::not_admitted());
        }
        let Some(tokens) = &self.tokens else {
            return RequestDecision::Go(admitted);
        };
        admitted.sent = true;
        admitted.logs_out = logs_out(operation);
        match authorize(request, &tokens.access_token) {
            Ok(()) => RequestDecision::Go(admitted),
            Err(error) => RequestDecision::Refuse(unsendable(error.to_string())),
        }
    }

    /// Inspects a response before its flow does: whether the token of its request was no longer valid.
    pub fn pass(
        &mut self,
        now: Timestamp,
        ticket: Ticket,
        response: Response<Bytes>,
    ) -> ResponseDecision {
        self.set_now(now);
        let is_of_session = ticket.generation >= self.session && self.tokens.is_some();
        if !ticket.sent || !is_of_session {
            return ResponseDecision::Deliver(response);
        }
        let status = response.status();
        let is_current = ticket.generation == self.generation;
        let refusal = match status {
            StatusCode::UNAUTHORIZED => declined(&response),
            _ => None,
        };
        match refusal {
            Some(refusal) if refusal.errcode == Some(ErrorCode::UnknownToken) => {
                if is_current {
                    self.refuse_access_token(refusal);
                }
                if ticket.may_return() && self.tokens.is_some() {
                    return ResponseDecision::Hold(response);
                }
            }
            _ if ticket.logs_out && is_success(&response) => self.log_out(None),
            _ if is_current && is_past_token(&response) => self.fresh_until = None,
            _ => {}
        }
        ResponseDecision::Deliver(response)
    }

    /// The operation, if its request is to have the session's token; an error if it must not be sent.
    fn wants_token<B>(
        &self,
        request: &Request<B>,
        had_token: bool,
    ) -> Result<Option<&'static Operation>, Failure> {
        let meta = request.extensions().get::<RequestMeta>();
        // The caller attached a token already.
        if !had_token && request.headers().contains_key(AUTHORIZATION) {
            return Ok(None);
        }
        let Some(RequestMeta { operation, .. }) = meta else {
            return Err(unsendable(
                "whether it needs the access token is unknown: add a RequestMeta to its extensions, or attach a token"
                    .to_owned(),
            ));
        };
        let is_ours = match (operation.auth, &self.target) {
            (Auth::None, _) => return Ok(None),
            (Auth::Required | Auth::Optional, Target::Homeserver(homeserver)) => {
                homeserver.base_url.is_origin_of(request.uri())
            }
            (Auth::Identity, Target::IdentityServer(base_url)) => {
                base_url.is_origin_of(request.uri())
            }
            _ => false,
        };
        let name = operation.name();
        match (&self.tokens, operation.auth) {
            (Some(tokens), _) if is_ours && tokens.oauth.is_some() && is_legacy(operation) => {
                Err(unsendable(format!(
                    "{name} is for sessions that the homeserver granted itself, and an authorization server granted this one: revoke its tokens with OAuthLogout"
                )))
            }
            (Some(_), _) if is_ours => Ok(Some(operation)),
            (None, _) if had_token => Err(unsendable(format!(
                "{name} lost its access token: log in first"
            ))),
            // It is sent without a token, as for somebody who is not logged in.
            (_, Auth::Optional) => Ok(None),
            (None, _) => Err(Failure::not_logged_in(name)),
            (Some(_), _) => Err(unsendable(format!(
                "{name} would send the access token to a server other than the client's: use a client for that server"
            ))),
        }
    }
}

fn unsendable(why: String) -> Failure {
    Failure::new(FailureClass::Unsendable, why)
}

/// Whether the server forgets the token that the operation is sent with.
fn logs_out(operation: &Operation) -> bool {
    is_legacy(operation) || operation.name() == const { DeactivateAccount::OPERATION.name() }
}

/// Whether the operation ends sessions of the homeserver's own, and must not see an authorization server's tokens. A
/// server that does not know them there says that they are not valid, and the session would live on.
fn is_legacy(operation: &Operation) -> bool {
    let name = operation.name();
    name == const { Logout::OPERATION.name() } || name == const { LogoutAll::OPERATION.name() }
}

/// Whether it is the server's own response to an operation that returns an object, and not a gateway's page.
fn is_success(response: &Response<Bytes>) -> bool {
    let is_object = matches!(scan::body(response.body()).first(), None | Some(b'{'));
    response.status().is_success() && is_object && declined(response).is_none()
}

/// Whether the server has looked at the token and gone on: with other statuses a gateway may have answered in its place.
fn is_past_token(response: &Response<Bytes>) -> bool {
    match response.status() {
        StatusCode::UNAUTHORIZED => {
            let mut flows = scan::members_named(scan::body(response.body()), "flows");
            flows.next().is_some()
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => false,
        status => !status.is_server_error(),
    }
}
