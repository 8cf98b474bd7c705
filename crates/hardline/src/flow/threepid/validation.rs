//! Proves that a phone number or an e-mail address belongs to the user.
//!
//! ```text
//!                    Resend, and if it is refused
//!             .----------------------------.
//!             v                            |
//! new --> Requesting --sid,-----------> AwaitingCode --Code--> Submitting --ok--> Validated --> done
//!         ^   |   submit_url               ^   ^                |      |             |  ^
//!  Resend |   |                            |   '-- wrong code --'      |             |  | an identity server
//!         |   |                            '--- the next step: not validated --------'  | says that it is
//!       Expired <------ the session has expired, whoever says it ------'                |
//!         ^   |                                                                         |
//!         |   '--sid alone--> AwaitingLink --by polling, or Done------> Supposed -------+--> done
//!         |                       ^---- the next step, or an identity ---'  |
//!         |                             server when polled: not validated,  |
//!         |                             or no answer                        |
//!         '--------------------- the session has expired -------------------'
//! ```

use std::sync::Arc;
use std::task::{Poll, ready};
use std::time::Duration;

use hardline_derive::Persist;
use http::StatusCode;

use crate::client_api::account::{
    RequestTokenToRegisterEmail, RequestTokenToRegisterMsisdn, RequestTokenToResetPasswordEmail,
    RequestTokenToResetPasswordMsisdn,
};
use crate::client_api::threepid::{
    RequestTokenTo3pidEmail, RequestTokenTo3pidMsisdn, SubmitToken, TokenSession,
};
use crate::flow::engine::called::Called;
use crate::flow::engine::effort::Effort;
use crate::flow::engine::{CallError, FlowContext, Part, Replied};
#[cfg(feature = "identity")]
use crate::flow::identity::identity_session::Introduction;
use crate::flow::{FlowError, FlowEvent, NotAwaited, Prompt, Reply, ThreepidInput};
#[cfg(feature = "identity")]
use crate::identity_api::association::GetValidated3pidV2;
#[cfg(feature = "identity")]
use crate::identity_api::email::EmailRequestTokenV2;
#[cfg(feature = "identity")]
use crate::identity_api::msisdn::{MsisdnRequestTokenV2, MsisdnSubmitTokenPostV2};
use crate::types::{ClientSecret, ValidationSessionId, ValidationToken};
use crate::wire::{
    AbsoluteUrl, Credentials, EncodeError, Endpoint, Error, ErrorCode, ErrorKind, InvalidUrl,
    Target,
};

/// The purpose of a validation, which determines the server to ask.
#[derive(Clone, Debug, Persist)]
pub(crate) enum Purpose {
    /// To add it to the account.
    Add,
    /// To register an account with it.
    Register,
    /// To reset the password of the account that has it.
    Reset,
    /// To bind or unbind it at the identity server of this session, which is asked directly.
    #[cfg(feature = "identity")]
    Bind(Box<Introduction>),
}

/// Proves that a phone number or an e-mail address belongs to the user: a part of the flows that need that.
#[derive(Debug, Persist)]
pub(crate) struct Validation {
    /// Shared with the flow that this is a part of.
    target: Arc<Target>,
    purpose: Purpose,
    threepid: ThreepidInput,
    client_secret: ClientSecret,
    send_attempt: u64,
    session: Option<TokenSession>,
    /// How often the next step was tried although the user did not say that they followed the link.
    polls: u32,
    /// The user's reply while the next step was being tried.
    wish: Option<Wish>,
    /// The session is over: what its message says is of no use.
    is_over: bool,
    state: State,
}

/// A session that proves it.
pub(crate) struct Validated {
    pub(crate) sid: ValidationSessionId,
    pub(crate) client_secret: ClientSecret,
}

#[derive(Debug, Persist)]
enum State {
    Requesting,
    AwaitingCode,
    Submitting(ValidationToken),
    AwaitingLink,
    Expired,
    /// The code was right.
    Validated,
    /// The next step will show whether the link was followed. The user either said that it was, or said nothing.
    Supposed {
        by_person: bool,
    },
}

#[derive(Clone, Copy, Debug, Persist)]
enum Wish {
    AskAgain,
    Resend,
}

/// Whether a server says that a session proves nothing, or no longer does.
pub(crate) fn is_unproved(error: &Error) -> bool {
    matches!(
        error.errcode(),
        Some(
            ErrorCode::SessionNotValidated
                | ErrorCode::SessionExpired
                | ErrorCode::NoValidSession
                | ErrorCode::ThreepidAuthFailed
        )
    )
}

/// Whether an error says nothing about a link, since it is about the way to the server, or its state: a later poll may
/// get an answer.
pub(crate) fn says_nothing(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Transport(_) | ErrorKind::UnexpectedResponse(_) => true,
        // What was asked is there: this is a gateway, or a server that starts.
        ErrorKind::Server(declined) if error.errcode() == Some(&ErrorCode::Unrecognized) => {
            let status = declined.status;
            status == StatusCode::NOT_FOUND || status == StatusCode::METHOD_NOT_ALLOWED
        }
        ErrorKind::Server(declined) => declined.status.is_server_error() || error.is_rate_limited(),
        ErrorKind::Uia(_) => error.is_rate_limited(),
        ErrorKind::Encode(_) => false,
    }
}

/// Whether the session is too old. Synapse, which has no code for it, does not say so either. If the words leave open
/// whether the code was wrong ("not found or has expired"), it was: the user can still ask for another message.
fn is_expired(error: &Error) -> bool {
    const WRONG: [&str; 5] = ["not found", "invalid", "incorrect", "wrong", "not valid"];
    let ErrorKind::Server(declined) = error.kind() else {
        return false;
    };
    if error.errcode() == Some(&ErrorCode::SessionExpired) {
        return true;
    }
    let words = declined.message.as_deref().unwrap_or_default();
    let words = words.to_lowercase();
    !declined.status.is_server_error()
        && words.contains("expired")
        && !WRONG.iter().any(|wrong| words.contains(wrong))
}

/// A seed for the jitter of the waits: clients have different secrets.
pub(crate) fn seed_of(client_secret: &ClientSecret) -> u64 {
    client_secret.reveal().bytes().fold(0, |seed: u64, byte| {
        seed.wrapping_mul(31).wrapping_add(u64::from(byte))
    })
}

/// The pause before the first poll for a followed link; it doubles, up to the policy's longest wait.
const FIRST_POLL: Duration = Duration::from_secs(5);

/// After this many polls, about ten minutes, the user has to say that they followed the link.
const POLLS: u32 = 24;

impl Validation {
    pub(crate) fn new(
        target: impl Into<Arc<Target>>,
        purpose: Purpose,
        threepid: ThreepidInput,
        client_secret: ClientSecret,
    ) -> Self {
        Self {
            target: target.into(),
            purpose,
            threepid,
            client_secret,
            send_attempt: 1,
            session: None,
            polls: 0,
            wish: None,
            is_over: false,
            state: State::Requesting,
        }
    }

    /// The session at the identity server to ask, if there is one.
    #[cfg(feature = "identity")]
    pub(crate) fn introduction_mut(&mut self) -> Option<&mut Introduction> {
        match &mut self.purpose {
            Purpose::Bind(introduction) => Some(introduction),
            _ => None,
        }
    }

    /// The stage of user-interactive authentication that it completes.
    pub(crate) fn stage(&self) -> crate::wire::AuthType {
        self.threepid.stage()
    }

    /// Continues until the validation is proved, or may be: if the server takes no code, only the next step shows it.
    pub(crate) fn advance(
        &mut self,
        context: &mut FlowContext<'_>,
    ) -> Poll<Result<Validated, FlowError>> {
        loop {
            match (&self.state, &self.session) {
                // Without a session there is nothing else to do.
                (State::Requesting, _) | (_, None) => {
                    let refusal = match ready!(self.request(context)) {
                        Called::Done(session) => match self.take(session) {
                            Ok(()) => {
                                context.emit(FlowEvent::Asks(self.await_user()));
                                continue;
                            }
                            Err(refusal) => refusal,
                        },
                        Called::Refused(refusal) => refusal,
                        Called::Failed(error) => return Poll::Ready(Err(error)),
                    };
                    if self.session.is_none() {
                        return Poll::Ready(Err(refusal.into()));
                    }
                    // What the first message says is still good.
                    self.ask_again(context, refusal.error);
                }
                (State::AwaitingCode | State::Expired, _) => return Poll::Pending,
                (State::Submitting(token), Some(session)) => {
                    let (session, token) = (self.proved_by(session), token.clone());
                    match ready!(self.submit(context, session, token)) {
                        Called::Done(()) => {
                            context.emit(FlowEvent::Validated);
                            self.state = State::Validated;
                        }
                        // Servers have many errors for a wrong code: Synapse says M_UNKNOWN, as it does for an expired
                        // session, and Sydent M_NO_VALID_SESSION, or M_UNKNOWN with status 500.
                        Called::Refused(refusal) if (Effort::SECRET.is_final)(&refusal.error) => {
                            self.is_over = is_expired(&refusal.error);
                            self.ask_again(context, refusal.error);
                        }
                        Called::Refused(refusal) => return Poll::Ready(Err(refusal.into())),
                        Called::Failed(error) => return Poll::Ready(Err(error)),
                    }
                }
                (State::AwaitingLink, _) if self.polls == POLLS => return Poll::Pending,
                (State::AwaitingLink, _) => {
                    let length = self.poll_after(context);
                    ready!(context.pause(length));
                    self.polls += 1;
                    self.state = State::Supposed { by_person: false };
                }
                #[cfg(feature = "identity")]
                (State::Supposed { .. }, Some(session))
                    if matches!(self.purpose, Purpose::Bind(_)) =>
                {
                    let validated = self.proved_by(session);
                    match ready!(self.look(context, &validated)) {
                        Called::Done(()) => {
                            context.emit(FlowEvent::Validated);
                            self.state = State::Validated;
                        }
                        Called::Refused(refusal)
                            if is_unproved(&refusal.error) || says_nothing(&refusal.error) =>
                        {
                            self.not_yet(context, refusal.error);
                        }
                        Called::Refused(refusal) => return Poll::Ready(Err(refusal.into())),
                        Called::Failed(error) => return Poll::Ready(Err(error)),
                    }
                }
                (State::Validated | State::Supposed { .. }, Some(session)) => {
                    return Poll::Ready(Ok(self.proved_by(session)));
                }
            }
        }
    }

    /// The next step says that the address is not proved, or that of a poll got no answer.
    pub(crate) fn not_yet(&mut self, context: &mut FlowContext<'_>, error: Error) {
        self.is_over = is_expired(&error) || error.errcode() == Some(&ErrorCode::NoValidSession);
        match (&self.state, self.wish.take()) {
            (State::Supposed { .. }, Some(Wish::Resend)) => self.resend(),
            _ if self.is_over => self.ask_again(context, error),
            (State::Supposed { .. }, Some(Wish::AskAgain)) => {
                self.state = State::Supposed { by_person: true };
            }
            (State::Supposed { by_person: false }, None) if !says_nothing(&error) => {
                self.state = State::AwaitingLink;
            }
            (State::Supposed { by_person: false }, None) if self.polls < POLLS => {
                let asked = error.retry_after(context.now()).unwrap_or_default();
                let asked = asked.min(context.longest_wait());
                let length = self.poll_after(context).max(asked);
                context.pause_after(error, length);
                self.state = State::AwaitingLink;
            }
            _ => self.ask_again(context, error),
        }
    }

    /// Whether the next step is tried although the user did not say that they followed the link.
    pub(crate) fn is_polling(&self) -> bool {
        matches!(self.state, State::Supposed { by_person: false })
    }

    /// Which part of it speaks.
    pub(crate) fn active(&self) -> &dyn Part {
        match &self.purpose {
            #[cfg(feature = "identity")]
            Purpose::Bind(introduction) if introduction.is_asking() => &**introduction,
            _ => self,
        }
    }

    /// The same part, to be replied to.
    pub(crate) fn active_mut(&mut self) -> &mut dyn Part {
        #[cfg(feature = "identity")]
        if self.is_agreeing() {
            return match self.purpose {
                Purpose::Bind(ref mut introduction) => &mut **introduction,
                _ => self,
            };
        }
        self
    }

    /// Whether it asks the user for something, which it may also do while the next step is tried.
    pub(crate) fn is_asking(&self) -> bool {
        #[cfg(feature = "identity")]
        if self.is_agreeing() {
            return true;
        }
        matches!(
            self.state,
            State::AwaitingCode
                | State::AwaitingLink
                | State::Expired
                | State::Supposed { by_person: false }
        )
    }

    /// Whether the identity server's terms are to be accepted.
    #[cfg(feature = "identity")]
    fn is_agreeing(&self) -> bool {
        matches!(&self.purpose, Purpose::Bind(introduction) if introduction.is_asking())
    }

    fn resend(&mut self) {
        self.send_attempt += 1;
        self.polls = 0;
        self.state = State::Requesting;
    }

    fn ask_again(&mut self, context: &mut FlowContext<'_>, error: Error) {
        let prompt = self.await_user();
        context.emit(FlowEvent::Rejected { prompt, error });
    }

    /// What the user is asked for next.
    fn await_user(&mut self) -> Prompt {
        let (prompt, state) = if self.is_over {
            (self.new_message(), State::Expired)
        } else if self.takes_code() {
            (self.code(), State::AwaitingCode)
        } else {
            (self.confirmation(), State::AwaitingLink)
        };
        self.state = state;
        prompt
    }

    /// The pause before the next poll.
    fn poll_after(&self, context: &FlowContext<'_>) -> Duration {
        let length = FIRST_POLL.saturating_mul(2_u32.saturating_pow(self.polls));
        length.min(context.longest_wait())
    }

    fn new_message(&self) -> Prompt {
        Prompt::NewMessage {
            send_attempt: self.send_attempt,
        }
    }

    fn code(&self) -> Prompt {
        Prompt::Code {
            send_attempt: self.send_attempt,
        }
    }

    fn confirmation(&self) -> Prompt {
        Prompt::Confirmation {
            send_attempt: self.send_attempt,
        }
    }

    /// Requests a message. If another one is refused, the flow does not stall: the user has the first one.
    fn request(&mut self, context: &mut FlowContext<'_>) -> Poll<Called<TokenSession>> {
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
                let called = match is_first {
                    true => introduction.call(context, &request),
                    false => introduction.attempt(context, Effort::WISH, &request),
                };
                called.map(|called| called.map(|session| TokenSession::new(session.sid)))
            }
            #[cfg(feature = "identity")]
            (Purpose::Bind(introduction), ThreepidInput::Email(address)) => {
                let request = EmailRequestTokenV2::new(secret, address, attempt);
                let called = match is_first {
                    true => introduction.call(context, &request),
                    false => introduction.attempt(context, Effort::WISH, &request),
                };
                called.map(|called| called.map(|session| TokenSession::new(session.sid)))
            }
        }
    }

    /// Takes the session of a message. A code that could not be submitted is never asked for.
    fn take(&mut self, mut session: TokenSession) -> Result<(), CallError> {
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
    fn submit(
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
    fn look(&mut self, context: &mut FlowContext<'_>, session: &Validated) -> Poll<Called<()>> {
        let Purpose::Bind(introduction) = &mut self.purpose else {
            return Poll::Ready(Called::Done(()));
        };
        let (sid, secret) = (session.sid.clone(), session.client_secret.clone());
        let look = GetValidated3pidV2::new(sid, secret);
        let called = match self.state {
            // Polling goes on whatever one poll gets.
            State::Supposed { by_person: false } => {
                introduction.attempt(context, Effort::USUAL, &look)
            }
            _ => introduction.call(context, &look),
        };
        called.map(|called| called.map(drop))
    }

    fn proved_by(&self, session: &TokenSession) -> Validated {
        Validated {
            sid: session.sid.clone(),
            client_secret: self.client_secret.clone(),
        }
    }

    /// Whether the user has a message that is of use.
    fn has_message(&self) -> bool {
        self.session.is_some() && !self.is_over
    }

    /// Whether the user is asked for a code, rather than to follow a link.
    fn takes_code(&self) -> bool {
        match self.purpose {
            #[cfg(feature = "identity")]
            Purpose::Bind(_) => matches!(self.threepid, ThreepidInput::Phone { .. }),
            _ => self.submit_url().is_some(),
        }
    }

    /// The URL that the server gave for submitting the code; an empty one counts as none.
    fn submit_url(&self) -> Option<&str> {
        let session = self.session.as_ref()?;
        session.submit_url.as_deref().filter(|url| !url.is_empty())
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

impl Part for Validation {
    fn prompt(&self) -> Option<Prompt> {
        match self.state {
            State::AwaitingCode => Some(self.code()),
            State::AwaitingLink | State::Supposed { by_person: false } => Some(self.confirmation()),
            State::Expired => Some(self.new_message()),
            _ => None,
        }
    }

    fn reply(&mut self, reply: Reply, is_calling: bool) -> Result<Replied, NotAwaited> {
        match (&self.state, reply) {
            (State::AwaitingCode, Reply::Code(token)) => self.state = State::Submitting(token),
            // Before another message could be requested, something else stalled.
            (State::Requesting, Reply::Code(token))
                if !is_calling && self.has_message() && self.takes_code() =>
            {
                self.state = State::Submitting(token);
            }
            (State::Requesting, Reply::Done)
                if !is_calling && self.has_message() && !self.takes_code() =>
            {
                self.state = State::Supposed { by_person: true };
            }
            // After submitting a code stalled, the user may enter it again or request another message.
            (State::Submitting(_), Reply::Code(token)) if !is_calling => {
                self.state = State::Submitting(token);
            }
            (State::Submitting(_), Reply::Resend) if !is_calling => self.resend(),
            (State::AwaitingCode | State::AwaitingLink | State::Expired, Reply::Resend) => {
                self.resend();
            }
            (State::AwaitingLink, Reply::Done) => {
                self.state = State::Supposed { by_person: true };
            }
            // The next step is not dropped: nobody would know whether the server accepted it.
            (State::Supposed { by_person: false }, Reply::Done) => {
                self.wish = Some(Wish::AskAgain);
                return Ok(Replied::Continue);
            }
            (State::Supposed { by_person: false }, Reply::Resend) => {
                self.wish = Some(Wish::Resend);
                return Ok(Replied::Continue);
            }
            _ => return Err(NotAwaited),
        }
        Ok(Replied::Restart)
    }

    fn state(&self) -> &'static str {
        match self.state {
            State::Requesting => "Requesting",
            State::AwaitingCode => "AwaitingCode",
            State::Submitting(_) => "Submitting",
            State::AwaitingLink => "AwaitingLink",
            State::Expired => "Expired",
            State::Validated => "Validated",
            State::Supposed { .. } => "Supposed",
        }
    }
}
