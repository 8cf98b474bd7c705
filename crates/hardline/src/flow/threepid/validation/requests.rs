use std::task::{Poll, ready};

use super::{Purpose, Validated, Validation};
use crate::client_api::account::{
    RequestTokenToRegisterEmail, RequestTokenToRegisterMsisdn, RequestTokenToResetPasswordEmail,
    RequestTokenToResetPasswordMsisdn,
};
use crate::client_api::threepid::{
    RequestTokenTo3pidEmail, RequestTokenTo3pidMsisdn, SubmitToken, TokenSession,
};
use crate::flow::ThreepidInput;
use crate::flow::engine::called::Called;
use crate::flow::engine::effort::Effort;
use crate::flow::engine::{CallError, FlowContext};
#[cfg(feature = "identity")]
use crate::flow::identity::identity_session::Introduction;
#[cfg(feature = "identity")]
use crate::identity_api::association::GetValidated3pidV2;
#[cfg(feature = "identity")]
use crate::identity_api::email::EmailRequestTokenV2;
#[cfg(feature = "identity")]
use crate::identity_api::msisdn::{MsisdnRequestTokenV2, MsisdnSubmitTokenPostV2};
use crate::types::ValidationToken;
use crate::wire::{AbsoluteUrl, Credentials, EncodeError, Endpoint, InvalidUrl, Target};

/// What servers are asked.
impl Validation {
    /// Requests a message. If another one is refused, the flow does not stall: the user has the first one.
    pub(super) fn request(&mut self, context: &mut FlowContext<'_>) -> Poll<Called<TokenSession>> {
        let secret = self.client_secret.clone();
        let attempt = self.send_attempt;
        let is_first = self.session.is_none();
        let target = &self.target;
        match (&mut self.purpose, self.threepid.clone()) {
            (Purpose::Add, ThreepidInput::Phone { country, number }) => {
                let request = RequestTokenTo3pidMsisdn::new(secret, country, number, attempt);
                request_of(context, &request, target, is_first)
            }
            (Purpose::Add, ThreepidInput::Email(address)) => {
                let request = RequestTokenTo3pidEmail::new(secret, address, attempt);
                request_of(context, &request, target, is_first)
            }
            (Purpose::Register, ThreepidInput::Phone { country, number }) => {
                let request = RequestTokenToRegisterMsisdn::new(secret, country, number, attempt);
                request_of(context, &request, target, is_first)
            }
            (Purpose::Register, ThreepidInput::Email(address)) => {
                let request = RequestTokenToRegisterEmail::new(secret, address, attempt);
                request_of(context, &request, target, is_first)
            }
            (Purpose::Reset, ThreepidInput::Phone { country, number }) => {
                let request =
                    RequestTokenToResetPasswordMsisdn::new(secret, country, number, attempt);
                request_of(context, &request, target, is_first)
            }
            (Purpose::Reset, ThreepidInput::Email(address)) => {
                let request = RequestTokenToResetPasswordEmail::new(secret, address, attempt);
                request_of(context, &request, target, is_first)
            }
            #[cfg(feature = "identity")]
            (Purpose::Bind(introduction), ThreepidInput::Phone { country, number }) => {
                let request = MsisdnRequestTokenV2::new(secret, country, number, attempt);
                let called = introduced(context, introduction, &request, is_first);
                called.map(|called| called.map(|session| TokenSession::new(session.sid)))
            }
            #[cfg(feature = "identity")]
            (Purpose::Bind(introduction), ThreepidInput::Email(address)) => {
                let request = EmailRequestTokenV2::new(secret, address, attempt);
                let called = introduced(context, introduction, &request, is_first);
                called.map(|called| called.map(|session| TokenSession::new(session.sid)))
            }
        }
    }

    /// Takes the session of a message. A code that could not be submitted is never asked for.
    pub(super) fn take(&mut self, mut session: TokenSession) -> Result<(), CallError> {
        let known = self.session.as_ref();
        match (session.submit_url(), known) {
            (Some(url), _) => {
                let url = self.resolved(url).map_err(unsubmittable)?;
                session.submit_url = Some(url.to_string());
            }
            // Some servers give it only once.
            (None, Some(known)) if known.sid == session.sid => {
                session.submit_url.clone_from(&known.submit_url);
            }
            (None, _) => {}
        }
        self.session = Some(session);
        self.is_over = false;
        Ok(())
    }

    /// The URL that the homeserver gave, which may be relative to its own.
    fn resolved(&self, url: &str) -> Result<AbsoluteUrl, InvalidUrl> {
        let base_url = self
            .target
            .base_url()
            .ok_or(InvalidUrl::new("target", "it has no base URL"))?;
        // Nearly every server gives a whole URL.
        if !url.contains("/.")
            && let Ok(url) = AbsoluteUrl::given_by(base_url, url)
        {
            return Ok(url);
        }
        let base = AbsoluteUrl::given_by(base_url, &format!("{base_url}/"))?;
        AbsoluteUrl::given_by(base_url, &base.resolve(url)?.to_string())
    }

    /// Submits the code.
    pub(super) fn submit(
        &mut self,
        context: &mut FlowContext<'_>,
        session: Validated,
        token: ValidationToken,
    ) -> Poll<Called<()>> {
        #[cfg(feature = "identity")]
        if let Purpose::Bind(introduction) = &mut self.purpose {
            let (sid, secret) = (session.sid, session.client_secret);
            let submit = MsisdnSubmitTokenPostV2::new(sid, secret, token);
            let called = ready!(introduction.attempt(context, Effort::SECRET, &submit));
            return settled::<MsisdnSubmitTokenPostV2>(context, called.map(drop));
        }
        let url = match self.resolved(self.submit_url().unwrap_or_default()) {
            Ok(url) => url,
            Err(error) => return Poll::Ready(Called::Refused(unsubmittable(error))),
        };
        let submit = SubmitToken::new(session.sid, session.client_secret, token);
        let (target, credentials) = (Target::Url(url), Credentials::Deferred);
        let answer = ready!(context.attempt_with(Effort::SECRET, &submit, &target, &credentials));
        settled::<SubmitToken>(context, answer.map(drop).into())
    }

    /// Polls an identity server for whether the link was followed.
    #[cfg(feature = "identity")]
    pub(super) fn look(
        &mut self,
        context: &mut FlowContext<'_>,
        session: &Validated,
    ) -> Poll<Called<()>> {
        let is_poll = self.is_polling();
        let Purpose::Bind(introduction) = &mut self.purpose else {
            return Poll::Ready(Called::Done(()));
        };
        let (sid, secret) = (session.sid.clone(), session.client_secret.clone());
        let look = GetValidated3pidV2::new(sid, secret);
        let called = if is_poll {
            // Polling goes on whatever one poll gets.
            introduction.attempt(context, Effort::USUAL, &look)
        } else {
            introduction.call(context, &look)
        };
        called.map(|called| called.map(drop))
    }
}

/// Requests a message from the homeserver.
fn request_of<E: Endpoint<Response = TokenSession>>(
    context: &mut FlowContext<'_>,
    request: &E,
    target: &Target,
    is_first: bool,
) -> Poll<Called<TokenSession>> {
    let answer = if is_first {
        context.call(request, target)
    } else {
        context.attempt_with(Effort::WISH, request, target, &Credentials::Deferred)
    };
    answer.map(Called::from)
}

/// The same from an identity server.
#[cfg(feature = "identity")]
fn introduced<E: Endpoint>(
    context: &mut FlowContext<'_>,
    introduction: &mut Introduction,
    request: &E,
    is_first: bool,
) -> Poll<Called<E::Response>> {
    if is_first {
        introduction.call(context, request)
    } else {
        introduction.attempt(context, Effort::WISH, request)
    }
}

/// What the server said of a code. If it was not the server that spoke, the flow stalls.
fn settled<E: Endpoint>(context: &mut FlowContext<'_>, called: Called<()>) -> Poll<Called<()>> {
    match called {
        Called::Refused(refusal) if !(Effort::SECRET.is_final)(&refusal.error) => context
            .settle(const { &E::OPERATION }, refusal, &Credentials::None)
            .map(Called::Refused),
        called => Poll::Ready(called),
    }
}

/// There is no URL that a code can be sent to.
fn unsubmittable(error: InvalidUrl) -> CallError {
    CallError {
        operation: SubmitToken::OPERATION.name(),
        error: EncodeError::from(error).into(),
    }
}
