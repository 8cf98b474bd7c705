//! Proves that a phone number or an e-mail address belongs to the user.
//!
//! ```text
//!                    Resend
//!             .------------------.
//!             v                  |
//! new --> Requesting --sid,--> AwaitingCode --Code--> Submitting --ok--> Validated --> done
//!             |   submit_url     ^   ^                    |                 |  ^
//!             |                  |   '--- wrong code -----'                 |  | an identity server
//!             |                  '-------- the next step: not validated ----'  | says that it is
//!             |                                                                |
//!             '--sid alone--> AwaitingLink --by polling, or Done------> Supposed --> done
//!                                  ^---- the next step, or an identity ---'
//!                                        server when polled: not validated

use std::sync::Arc;
use std::task::{Poll, ready};
use std::time::Duration;

use hardline_derive::Persist;

use crate::client_api::account::{
    RequestTokenToRegisterEmail, RequestTokenToRegisterMsisdn, RequestTokenToResetPasswordEmail,
    RequestTokenToResetPasswordMsisdn,
};
use crate::client_api::threepid::{
    RequestTokenTo3pidEmail, RequestTokenTo3pidMsisdn, SubmitToken, TokenSession,
};
use crate::flow::engine::called::Called;
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
#[cfg(feature = "identity")]
use crate::wire::ErrorCode;
use crate::wire::{AbsoluteUrl, EncodeError, Endpoint, Error, ErrorKind, InvalidUrl, Target};

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

/// Whether an identity server says, itself or through the homeserver, that its session proves nothing, or no longer
/// does.
#[cfg(feature = "identity")]
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
            match (&self.state, self.validated()) {
                // Without a session there is nothing else to do.
                (State::Requesting, _) | (_, None) => {
                    self.session = Some(ready!(self.request(context))?);
                    let prompt = if self.takes_code() {
                        self.state = State::AwaitingCode;
                        self.code()
                    } else {
                        self.state = State::AwaitingLink;
                        self.confirmation()
                    };
                    context.emit(FlowEvent::Asks(prompt));
                }
                (State::AwaitingCode, _) => return Poll::Pending,
                (State::Submitting(token), Some(session)) => {
                    let token = token.clone();
                    match ready!(self.submit(context, session, token)) {
                        Called::Done(()) => {
                            context.emit(FlowEvent::Validated);
                            self.state = State::Validated;
                        }
                        // Servers have many errors for a wrong code: Synapse says M_UNKNOWN, as it does for an expired
                        // session.
                        Called::Refused(refusal)
                            if matches!(refusal.error.kind(), ErrorKind::Server(_)) =>
                        {
                            self.ask_again(context, refusal.error);
                        }
                        Called::Refused(refusal) => return Poll::Ready(Err(refusal.into())),
                        Called::Failed(error) => return Poll::Ready(Err(error)),
                    }
                }
                (State::AwaitingLink, _) if self.polls == POLLS => return Poll::Pending,
                (State::AwaitingLink, _) => {
                    let length = FIRST_POLL.saturating_mul(2_u32.saturating_pow(self.polls));
                    ready!(context.pause(length.min(context.longest_wait())));
                    self.polls += 1;
                    self.state = State::Supposed { by_person: false };
                }
                #[cfg(feature = "identity")]
                (State::Supposed { .. }, Some(validated))
                    if matches!(self.purpose, Purpose::Bind(_)) =>
                {
                    match ready!(self.look(context, &validated)) {
                        Called::Done(()) => {
                            context.emit(FlowEvent::Validated);
                            self.state = State::Validated;
                        }
                        Called::Refused(refusal) if is_unproved(&refusal.error) => {
                            self.not_yet(context, refusal.error);
                        }
                        Called::Refused(refusal) => return Poll::Ready(Err(refusal.into())),
                        Called::Failed(error) => return Poll::Ready(Err(error)),
                    }
                }
                (State::Validated | State::Supposed { .. }, Some(validated)) => {
                    return Poll::Ready(Ok(validated));
                }
            }
        }
    }

    /// The next step says that the address is not proved.
    pub(crate) fn not_yet(&mut self, context: &mut FlowContext<'_>, error: Error) {
        match (&self.state, self.wish.take()) {
            (State::Supposed { .. }, Some(Wish::Resend)) => self.resend(),
            (State::Supposed { .. }, Some(Wish::AskAgain)) => {
                self.state = State::Supposed { by_person: true };
            }
            (State::Supposed { by_person: false }, None) => self.state = State::AwaitingLink,
            _ => self.ask_again(context, error),
        }
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
            State::AwaitingCode | State::AwaitingLink | State::Supposed { by_person: false }
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
        let (prompt, state) = if self.takes_code() {
            (self.code(), State::AwaitingCode)
        } else {
            (self.confirmation(), State::AwaitingLink)
        };
        context.emit(FlowEvent::Rejected { prompt, error });
        self.state = state;
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

    fn request(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<TokenSession, FlowError>> {
        let secret = self.client_secret.clone();
        let attempt = self.send_attempt;
        let target = &self.target;
        let session = match (&mut self.purpose, self.threepid.clone()) {
            (Purpose::Add, ThreepidInput::Phone { country, number }) => context.call(
                &RequestTokenTo3pidMsisdn::new(secret, country, number, attempt),
                target,
            ),
            (Purpose::Add, ThreepidInput::Email(address)) => context.call(
                &RequestTokenTo3pidEmail::new(secret, address, attempt),
                target,
            ),
            (Purpose::Register, ThreepidInput::Phone { country, number }) => context.call(
                &RequestTokenToRegisterMsisdn::new(secret, country, number, attempt),
                target,
            ),
            (Purpose::Register, ThreepidInput::Email(address)) => context.call(
                &RequestTokenToRegisterEmail::new(secret, address, attempt),
                target,
            ),
            (Purpose::Reset, ThreepidInput::Phone { country, number }) => context.call(
                &RequestTokenToResetPasswordMsisdn::new(secret, country, number, attempt),
                target,
            ),
            (Purpose::Reset, ThreepidInput::Email(address)) => context.call(
                &RequestTokenToResetPasswordEmail::new(secret, address, attempt),
                target,
            ),
            #[cfg(feature = "identity")]
            (Purpose::Bind(introduction), ThreepidInput::Phone { country, number }) => {
                let request = MsisdnRequestTokenV2::new(secret, country, number, attempt);
                return introduction.call(context, &request).map(|called| {
                    called
                        .map(|session| TokenSession::new(session.sid))
                        .into_result()
                });
            }
            #[cfg(feature = "identity")]
            (Purpose::Bind(introduction), ThreepidInput::Email(address)) => {
                let request = EmailRequestTokenV2::new(secret, address, attempt);
                return introduction.call(context, &request).map(|called| {
                    called
                        .map(|session| TokenSession::new(session.sid))
                        .into_result()
                });
            }
        };
        session.map_err(FlowError::from)
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
            return introduction
                .call(context, &submit)
                .map(|called| called.map(drop));
        }
        let url = self.submit_url().unwrap_or_default();
        let url = match self.target.base_url() {
            Some(base_url) => AbsoluteUrl::given_by(base_url, url),
            None => Err(InvalidUrl::new("target", "it has no base URL")),
        };
        let url = match url {
            Ok(url) => url,
            Err(error) => {
                return Poll::Ready(Called::Refused(CallError {
                    operation: SubmitToken::OPERATION.name(),
                    error: EncodeError::from(error).into(),
                }));
            }
        };
        let operation = SubmitToken::new(session.sid, session.client_secret, token);
        context
            .call(&operation, &Target::Url(url))
            .map(|answer| answer.map(drop).into())
    }

    /// Polls an identity server for whether the link was followed.
    #[cfg(feature = "identity")]
    fn look(&mut self, context: &mut FlowContext<'_>, session: &Validated) -> Poll<Called<()>> {
        let Purpose::Bind(introduction) = &mut self.purpose else {
            return Poll::Ready(Called::Done(()));
        };
        let (sid, secret) = (session.sid.clone(), session.client_secret.clone());
        introduction
            .call(context, &GetValidated3pidV2::new(sid, secret))
            .map(|called| called.map(drop))
    }

    fn validated(&self) -> Option<Validated> {
        Some(Validated {
            sid: self.session.as_ref()?.sid.clone(),
            client_secret: self.client_secret.clone(),
        })
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

impl Part for Validation {
    fn prompt(&self) -> Option<Prompt> {
        match self.state {
            State::AwaitingCode => Some(self.code()),
            State::AwaitingLink | State::Supposed { by_person: false } => Some(self.confirmation()),
            _ => None,
        }
    }

    fn reply(&mut self, reply: Reply, is_calling: bool) -> Result<Replied, NotAwaited> {
        match (&self.state, reply) {
            (State::AwaitingCode, Reply::Code(token)) => self.state = State::Submitting(token),
            // The code of the first message is valid too if another message could not be sent.
            (State::Requesting, Reply::Code(token))
                if !is_calling && self.submit_url().is_some() =>
            {
                self.state = State::Submitting(token);
            }
            (State::Requesting, Reply::Done)
                if !is_calling && self.session.is_some() && self.submit_url().is_none() =>
            {
                self.state = State::Supposed { by_person: true };
            }
            // After submitting a code stalled, the user may enter it again or request another message.
            (State::Submitting(_), Reply::Code(token)) if !is_calling => {
                self.state = State::Submitting(token);
            }
            (State::Submitting(_), Reply::Resend) if !is_calling => self.resend(),
            (State::AwaitingCode | State::AwaitingLink, Reply::Resend) => self.resend(),
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
            State::Validated => "Validated",
            State::Supposed { .. } => "Supposed",
        }
    }
}
