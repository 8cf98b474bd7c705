//! Logs out of a session that an authorization server granted.
//!
//! ```text
//! new --> Revoking --200--> done
//! ```

use std::task::{Poll, ready};

use hardline_derive::Persist;

use crate::flow::engine::{
    CallError, Engine, FlowContext, FlowLogic, Part, Replied, interactive_flow,
};
use crate::flow::oauth::endpoint::endpoint;
use crate::flow::{FlowError, NotAwaited, OAuthGap, OAuthSession, Prompt, Reply, SessionTokens};
use crate::json::{Empty, scan};
use crate::oauth_api::{RevocableToken, RevokeToken};
use crate::types::Timestamp;
use crate::wire::{
    ApiResponse, DecodeError, Endpoint, Error, ErrorKind, Homeserver, Target, UnexpectedResponse,
};

/// Logs out of a session that an authorization server granted: revokes its tokens, so that the session ends and the
/// homeserver deletes the device.
///
/// It revokes the refresh token, and the access token of a session that has none: servers revoke nothing for an access
/// token that has expired. Whatever the server's response with status 200 says, the tokens are dead then, or were before. If
/// it cannot be reached, or somebody's HTML page comes in its place, the flow stalls, and can be saved to try again later.
///
/// Forget the tokens when this begins, whatever comes of it: [`TokenManager::end_session`] does, and returns those to
/// revoke. If a refresh is under way, wait for its end first, since another refresh token would live on; and look into a
/// store that other processes share ([`TokenManager::reload`]). [`Client::log_out`] does all of that.
///
/// ```
/// use hardline::flow::{Flow, OAuthLogout, OAuthSession, Output, SessionTokens};
/// use hardline::types::{AccessToken, ClientId, RefreshToken, Timestamp};
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let mut session = OAuthSession::new(ClientId::parse("s6BhdRkqt3")?, "https://account.example.org/token".to_owned());
/// session.revocation_endpoint = Some("https://account.example.org/revoke".to_owned());
/// let tokens = SessionTokens::new(AccessToken::from("mat_secret"))
///     .refreshed_with(RefreshToken::from("mar_secret"))
///     .granted_by(session);
/// let homeserver = Homeserver::new(BaseUrl::parse("https://matrix.example.org")?);
/// let mut flow = OAuthLogout::new(Timestamp::from_millis(0), homeserver, &tokens, 1).unwrap();
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it starts with a request") };
/// assert_eq!(request.uri(), "https://account.example.org/revoke");
/// assert_eq!(request.body(), b"token=mar_secret&client_id=s6BhdRkqt3");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It fails with [`FlowError::NotRevoked`] if the server refuses (`invalid_client`: it does not know the client any more),
/// and with [`FlowError::NoOAuth`] and [`OAuthGap::Revocation`] if it revokes no tokens. The user then has to end the session
/// on the account's page.
///
/// Specification: [token revocation](https://spec.matrix.org/v1.19/client-server-api/#token-revocation).
///
/// [`Client::log_out`]: crate::client::Client::log_out
/// [`TokenManager::end_session`]: crate::flow::TokenManager::end_session
/// [`TokenManager::reload`]: crate::flow::TokenManager::reload
#[derive(Debug, Persist)]
pub struct OAuthLogout(Engine<LoggingOut>);

#[derive(Debug, Persist)]
struct LoggingOut {
    homeserver: Target,
    session: OAuthSession,
    token: RevocableToken,
}

interactive_flow!(OAuthLogout, brings: ());

impl OAuthLogout {
    /// Starts the flow; `None` if the tokens are not of an authorization server. Then send
    /// [`Logout`](crate::client_api::session::Logout). `homeserver` is the session's. `seed` varies the waits; any number that
    /// differs between clients will do.
    pub fn new(
        now: Timestamp,
        homeserver: Homeserver,
        tokens: &SessionTokens,
        seed: u64,
    ) -> Option<Self> {
        Self::at(now, Target::Homeserver(homeserver), tokens, seed)
    }

    /// The same at the target of a client, whatever it is.
    pub(crate) fn at(
        now: Timestamp,
        target: Target,
        tokens: &SessionTokens,
        seed: u64,
    ) -> Option<Self> {
        let token = match &tokens.refresh_token {
            Some(refresh_token) => refresh_token.clone().into(),
            None => tokens.access_token.clone().into(),
        };
        let logic = LoggingOut {
            homeserver: target,
            session: tokens.oauth.clone()?,
            token,
        };
        Some(Self(Engine::new(now, logic, seed)))
    }
}

impl FlowLogic for LoggingOut {
    type Success = ();

    #[cfg(feature = "persist")]
    const NAME: &'static str = "OAuthLogout";

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<(), FlowError>> {
        let operation = const { &RevokeToken::OPERATION };
        let Some(url) = &self.session.revocation_endpoint else {
            return Poll::Ready(Err(FlowError::NoOAuth(OAuthGap::Revocation)));
        };
        let target = match endpoint(&self.homeserver, operation, url) {
            Ok(target) => target,
            Err(error) => return Poll::Ready(Err(FlowError::NotRevoked(error.into()))),
        };
        let revoke = RevokeToken::new(self.session.client_id.clone(), self.token.clone());
        match ready!(context.call_answer(&revoke, &target)) {
            Ok(answer) if is_page(&answer.body) => {
                context.stall(unexpected(answer));
                Poll::Pending
            }
            Ok(_) => Poll::Ready(Ok(())),
            // The status says all: RFC 7009, section 2.2.
            Err(CallError { error, .. })
                if error.oauth_error().is_some()
                    && error.status().is_some_and(|status| status.is_success()) =>
            {
                Poll::Ready(Ok(()))
            }
            Err(refusal) => Poll::Ready(Err(FlowError::NotRevoked(refusal.error))),
        }
    }

    fn active(&self) -> &dyn Part {
        self
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        self
    }
}

impl Part for LoggingOut {
    fn prompt(&self) -> Option<Prompt> {
        None
    }

    fn reply(&mut self, _: Reply, _: bool) -> Result<Replied, NotAwaited> {
        Err(NotAwaited)
    }

    fn state(&self) -> &'static str {
        "Revoking"
    }
}

/// Whether somebody else answers in the server's place: a captive portal, with a page of its own.
fn is_page(body: &[u8]) -> bool {
    scan::body(body).first() == Some(&b'<')
}

fn unexpected(answer: ApiResponse<Empty>) -> Error {
    ErrorKind::UnexpectedResponse(UnexpectedResponse {
        status: answer.status,
        error: DecodeError::Syntax,
        headers: answer.headers,
        body: answer.body,
    })
    .into()
}

#[cfg(test)]
mod tests;
