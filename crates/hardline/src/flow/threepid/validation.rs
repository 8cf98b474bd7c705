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
//!
//! What servers are asked is in `requests.rs`, and what they say of a validation in `refusal.rs`.

mod refusal;
mod requests;

use std::sync::Arc;
use std::task::{Poll, ready};
use std::time::Duration;

use hardline_derive::Persist;

use crate::client_api::threepid::TokenSession;
use crate::flow::engine::called::Called;
use crate::flow::engine::effort::Effort;
use crate::flow::engine::{FlowContext, Part, Replied};
#[cfg(feature = "identity")]
use crate::flow::identity::identity_session::Introduction;
use crate::flow::{FlowError, FlowEvent, NotAwaited, Prompt, Reply, ThreepidInput};
use crate::types::{ClientSecret, ValidationSessionId, ValidationToken};
use crate::wire::{Error, ErrorCode, Target};
use refusal::is_expired;
pub(crate) use refusal::{is_unproved, says_nothing};

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
