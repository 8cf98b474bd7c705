//! Adds a phone number to an account.
//!
//! ```text
//!                    resend                     M_THREEPID_AUTH_FAILED
//!             .--------------------.   .-----------------------------------------.
//!             v                    |   v                                         |
//! new --> Requesting --sid,--> AwaitingCode --enter_code--> Submitting --ok--> Adding <---------.
//!             |     submit_url     ^   .                        |                | | ^          |
//!             |                    '---|------- wrong code -----'          401,  | | '-- auth --|
//!             |                        |                                password | |            |
//!             '--sid alone--> AwaitingConfirmation --confirm--> Adding           v |            |
//!                                      ^------- M_THREEPID_AUTH_FAILED --'  AwaitingPassword    |
//!                                                                            enter_password ----'
//!
//! Requesting, Submitting, Adding --no answer, or none that counts--> Stalled --retry--> the same again
//! Requesting, Submitting, Adding --the server refuses--> done, with the error
//! Adding --200--> done
//! any --cancel--> done, cancelled
//! ```

use std::collections::VecDeque;
use std::error::Error as StdError;
use std::fmt;

use http::Request;

use super::attempts::{Attempts, Progress, Shared};
use super::uia::{Stage, Uia};
use super::{Exchange, Flow, Input, Output, RetryPolicy, Waiting};
use crate::client_api::threepid::{Add3pid, RequestTokenTo3pidMsisdn, SubmitToken, TokenSession};
use crate::client_api::{AuthData, UserIdentifier};
use crate::types::{ClientSecret, CountryCode, Password, Timestamp, UserId, ValidationToken};
use crate::wire::{AbsoluteUrl, EncodeError, Error, ErrorCode, ErrorKind, Homeserver, Target};

/// Adds a phone number to an account: asks for a text message, asks the person for the code in it, submits the code, and
/// adds the number after user-interactive authentication.
///
/// A wrong code and a wrong password are asked for again. A server that is down, hangs or answers nonsense
/// [stalls](AddPhoneNumberEvent::Stalled) the flow, which loses nothing: [`retry`](AddPhoneNumber::retry) goes on where
/// it stopped, with the same secret and without another text.
///
/// ```
/// use hardline::flow::{AddPhoneNumber, Flow, Output};
/// use hardline::types::{ClientSecret, CountryCode, Timestamp, UserId};
/// use hardline::wire::{BaseUrl, Homeserver};
///
/// let mut flow = AddPhoneNumber::new(
///     Timestamp::from_millis(0),
///     Homeserver::new(BaseUrl::parse("https://example.org")?),
///     UserId::parse("@alice:example.org")?,
///     CountryCode::parse("GB")?,
///     "07700900001".to_owned(),
///     // 32 bytes from the operating system's random number generator.
///     ClientSecret::from_entropy([7; 32]),
/// );
/// let Output::Send(_, request) = flow.poll_output() else { panic!("it begins with a request") };
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/account/3pid/msisdn/requestToken");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [adding account administrative contact information](https://spec.matrix.org/v1.19/client-server-api/#adding-account-administrative-contact-information).
#[derive(Debug)]
pub struct AddPhoneNumber {
    homeserver: Homeserver,
    user: UserIdentifier,
    request: RequestTokenTo3pidMsisdn,
    password: Option<Password>,
    session: Option<TokenSession>,
    shared: Shared,
    events: VecDeque<AddPhoneNumberEvent>,
    /// How many stages were submitted without the person: a server that is never content is not served for ever.
    unattended: u8,
    state: State,
}

/// More stages than any server has.
const UNATTENDED_STAGES: u8 = 8;

#[derive(Debug)]
enum State {
    Requesting(Attempts),
    AwaitingCode,
    AwaitingConfirmation,
    Submitting(Attempts, ValidationToken),
    Adding(Attempts, Option<AuthData>),
    AwaitingPassword(Uia),
    Stalled(Stalled),
    Finished(Box<Result<(), AddPhoneNumberError>>),
    Told,
}

/// Where it goes on after a stall.
#[derive(Debug)]
enum Stalled {
    Requesting,
    Submitting(ValidationToken),
    Adding(Option<AuthData>),
}

/// What the person or the program must know or do.
#[derive(Debug)]
#[non_exhaustive]
pub enum AddPhoneNumberEvent {
    /// A text is on its way. Ask for the code in it: [`enter_code`](AddPhoneNumber::enter_code), or
    /// [`resend`](AddPhoneNumber::resend).
    CodeSent {
        /// How many texts were asked for: 1 at first.
        send_attempt: u64,
    },
    /// The server takes no code: it learns by itself that the person has the message (by a link in it, say). Ask to
    /// follow what the message says, then [`confirm`](AddPhoneNumber::confirm).
    ConfirmationNeeded,
    /// The server did not take the code. Ask for it again.
    CodeRejected(Error),
    /// The server does not know yet that the person has the message.
    NotConfirmed(Error),
    /// The code was right.
    CodeAccepted,
    /// The server wants the account's password: [`enter_password`](AddPhoneNumber::enter_password).
    PasswordNeeded,
    /// The password was wrong. Ask for it again.
    PasswordRejected(Error),
    /// It did not work and is tried again by itself.
    Waiting(Waiting),
    /// It did not work and is not tried again by itself: [`retry`](AddPhoneNumber::retry) when that may help.
    Stalled(Error),
}

/// What is awaited from the person or the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddPhoneNumberPrompt {
    /// The code of the text message, or the wish for another.
    Code,
    /// That the person has done what the message says.
    Confirmation,
    /// The account's password.
    Password,
    /// The wish to try again what stalled.
    Retry,
}

/// The steps that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddPhoneNumberStep {
    /// The text message was asked for.
    RequestToken,
    /// The code was submitted.
    SubmitToken,
    /// The number was to be added.
    Add,
}

/// How adding a phone number fails.
#[derive(Debug)]
#[non_exhaustive]
pub enum AddPhoneNumberError {
    /// The server refused, and would refuse again; or the request could not be built.
    Refused {
        /// What was being done.
        step: AddPhoneNumberStep,
        /// What the server said.
        source: Error,
    },
    /// The server wants authentication that is not by password: another client, or its web page, has to do it. The
    /// stages are in [`Error::uia`].
    UnknownAuthentication(Error),
    /// It was cancelled.
    Cancelled,
}

/// What was done is not awaited now; nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAwaited;

type Sent = Result<(Exchange, Request<Vec<u8>>), EncodeError>;

impl AddPhoneNumber {
    /// Begins. The first request is ready at once.
    ///
    /// `phone_number` is as people of that country write it, or in its international form. The secret also seeds the
    /// spreading of waits.
    pub fn new(
        now: Timestamp,
        homeserver: Homeserver,
        user: UserId,
        country: CountryCode,
        phone_number: String,
        client_secret: ClientSecret,
    ) -> Self {
        let seed = client_secret.reveal().bytes().fold(0, |seed: u64, byte| {
            seed.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        Self {
            homeserver,
            user: UserIdentifier::user(user.as_str()),
            request: RequestTokenTo3pidMsisdn::new(client_secret, country, phone_number, 1),
            password: None,
            session: None,
            shared: Shared::new(now, RetryPolicy::default(), seed),
            events: VecDeque::new(),
            unattended: 0,
            state: State::Requesting(Attempts::new()),
        }
    }

    /// The same with another policy of trying again.
    #[must_use]
    pub fn with_policy(mut self, policy: RetryPolicy) -> Self {
        self.shared.policy = policy;
        self
    }

    /// The same with the account's password, so that it need not be asked for. A wrong one is asked for.
    #[must_use]
    pub fn with_password(mut self, password: Password) -> Self {
        self.password = Some(password);
        self
    }

    /// What is awaited from the person or the program, if anything.
    pub fn prompt(&self) -> Option<AddPhoneNumberPrompt> {
        match self.state {
            State::AwaitingCode => Some(AddPhoneNumberPrompt::Code),
            State::AwaitingConfirmation => Some(AddPhoneNumberPrompt::Confirmation),
            State::AwaitingPassword(_) => Some(AddPhoneNumberPrompt::Password),
            State::Stalled(_) => Some(AddPhoneNumberPrompt::Retry),
            _ => None,
        }
    }

    /// The person typed the code of the text message.
    ///
    /// # Errors
    /// [`NotAwaited`] where no code is awaited. One can be entered anew after submitting it stalled.
    pub fn enter_code(&mut self, now: Timestamp, code: ValidationToken) -> Result<(), NotAwaited> {
        self.shared.now = now;
        match self.state {
            State::AwaitingCode | State::Stalled(Stalled::Submitting(_)) => {
                self.state = State::Submitting(Attempts::new(), code);
                Ok(())
            }
            _ => Err(NotAwaited),
        }
    }

    /// The person asks for another text: the same secret, the next `send_attempt`.
    ///
    /// # Errors
    /// [`NotAwaited`] where no text was sent yet, or the code is already accepted.
    pub fn resend(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.shared.now = now;
        match self.state {
            State::AwaitingCode
            | State::AwaitingConfirmation
            | State::Stalled(Stalled::Submitting(_)) => {
                self.request.send_attempt += 1;
                self.state = State::Requesting(Attempts::new());
                Ok(())
            }
            _ => Err(NotAwaited),
        }
    }

    /// The person has done what the message says.
    ///
    /// # Errors
    /// [`NotAwaited`] where no confirmation is awaited.
    pub fn confirm(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.shared.now = now;
        match self.state {
            State::AwaitingConfirmation => {
                self.state = State::Adding(Attempts::new(), None);
                Ok(())
            }
            _ => Err(NotAwaited),
        }
    }

    /// The person typed the account's password.
    ///
    /// # Errors
    /// [`NotAwaited`] where no password is awaited.
    pub fn enter_password(
        &mut self,
        now: Timestamp,
        password: &Password,
    ) -> Result<(), NotAwaited> {
        self.shared.now = now;
        match &self.state {
            State::AwaitingPassword(uia) => {
                let auth = uia.password(&self.user, password);
                self.state = State::Adding(Attempts::new(), Some(auth));
                Ok(())
            }
            _ => Err(NotAwaited),
        }
    }

    /// Tries again what stalled.
    ///
    /// # Errors
    /// [`NotAwaited`] where nothing stalled.
    pub fn retry(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.shared.now = now;
        match std::mem::replace(&mut self.state, State::Told) {
            State::Stalled(stalled) => {
                self.state = match stalled {
                    Stalled::Requesting => State::Requesting(Attempts::new()),
                    Stalled::Submitting(code) => State::Submitting(Attempts::new(), code),
                    Stalled::Adding(auth) => State::Adding(Attempts::new(), auth),
                };
                Ok(())
            }
            other => {
                self.state = other;
                Err(NotAwaited)
            }
        }
    }

    /// Leaves it. The number is not added, unless the request to add it was already under way.
    ///
    /// # Errors
    /// [`NotAwaited`] where it is over.
    pub fn cancel(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.shared.now = now;
        match &self.state {
            State::Finished(_) | State::Told => return Err(NotAwaited),
            State::Requesting(attempts)
            | State::Submitting(attempts, _)
            | State::Adding(attempts, _) => {
                attempts.abandon(&mut self.shared);
            }
            _ => {}
        }
        self.finish(Err(AddPhoneNumberError::Cancelled));
        Ok(())
    }

    fn submit(&mut self, attempts: &mut Attempts, code: &ValidationToken) -> Sent {
        let session = self.session.as_ref().ok_or(EncodeError::MissingSegment {
            field: "sid".to_owned(),
        })?;
        let url = self.submit_url().unwrap_or_default();
        let url = AbsoluteUrl::given_by(&self.homeserver.base_url, url)?;
        let operation = SubmitToken::new(
            session.sid.clone(),
            self.request.client_secret.clone(),
            code.clone(),
        );
        attempts.send(&mut self.shared, &operation, &Target::Url(url))
    }

    fn add(&mut self, attempts: &mut Attempts, auth: Option<&AuthData>) -> Sent {
        let session = self.session.as_ref().ok_or(EncodeError::MissingSegment {
            field: "sid".to_owned(),
        })?;
        let mut operation = Add3pid::new(self.request.client_secret.clone(), session.sid.clone());
        operation.auth = auth.cloned();
        let target = self.target();
        attempts.send(&mut self.shared, &operation, &target)
    }

    fn sent(
        &mut self,
        step: AddPhoneNumberStep,
        sent: Sent,
    ) -> Output<AddPhoneNumberEvent, Result<(), AddPhoneNumberError>> {
        match sent {
            Ok((exchange, request)) => Output::Send(exchange, request),
            Err(error) => {
                self.state = State::Told;
                Output::Done(Err(AddPhoneNumberError::Refused {
                    step,
                    source: error.into(),
                }))
            }
        }
    }

    fn deadline(&self) -> Option<Timestamp> {
        match &self.state {
            State::Requesting(attempts)
            | State::Submitting(attempts, _)
            | State::Adding(attempts, _) => attempts.deadline(),
            _ => None,
        }
    }

    fn wait(&mut self, waiting: Waiting, state: State) {
        self.events.push_back(AddPhoneNumberEvent::Waiting(waiting));
        self.state = state;
    }

    fn target(&self) -> Target {
        Target::Homeserver(self.homeserver.clone())
    }

    /// The URL that the server gave for the code; an empty one is none.
    fn submit_url(&self) -> Option<&str> {
        self.session
            .as_ref()?
            .submit_url
            .as_deref()
            .filter(|url| !url.is_empty())
    }

    fn requested(&mut self, result: Result<TokenSession, Error>) {
        match result {
            Ok(session) => {
                self.session = Some(session);
                if self.submit_url().is_some() {
                    self.events.push_back(AddPhoneNumberEvent::CodeSent {
                        send_attempt: self.request.send_attempt,
                    });
                    self.state = State::AwaitingCode;
                } else {
                    self.events
                        .push_back(AddPhoneNumberEvent::ConfirmationNeeded);
                    self.state = State::AwaitingConfirmation;
                }
            }
            Err(error) if may_pass(&error) => self.stall(error, Stalled::Requesting),
            Err(error) => self.refuse(AddPhoneNumberStep::RequestToken, error),
        }
    }

    fn submitted(&mut self, result: Result<(), Error>, code: ValidationToken) {
        match result {
            Ok(()) => {
                self.events.push_back(AddPhoneNumberEvent::CodeAccepted);
                self.state = State::Adding(Attempts::new(), None);
            }
            Err(error) if may_pass(&error) => self.stall(error, Stalled::Submitting(code)),
            // Servers have many words for a wrong code: Synapse says M_UNKNOWN, as it does for a session that expired.
            Err(error) if matches!(error.kind(), ErrorKind::Server(_)) => {
                self.events
                    .push_back(AddPhoneNumberEvent::CodeRejected(error));
                self.state = State::AwaitingCode;
            }
            Err(error) => self.refuse(AddPhoneNumberStep::SubmitToken, error),
        }
    }

    fn added(&mut self, result: Result<(), Error>, auth: Option<AuthData>) {
        let error = match result {
            Ok(()) => return self.finish(Ok(())),
            Err(error) => error,
        };
        if let Some(challenge) = error.uia() {
            let (uia, stage) = Uia::challenged(challenge);
            return self.challenged(uia, stage, error, auth.is_some());
        }
        match error.errcode() {
            Some(ErrorCode::ThreepidAuthFailed) if self.submit_url().is_some() => {
                self.events
                    .push_back(AddPhoneNumberEvent::CodeRejected(error));
                self.state = State::AwaitingCode;
            }
            Some(ErrorCode::ThreepidAuthFailed) => {
                self.events
                    .push_back(AddPhoneNumberEvent::NotConfirmed(error));
                self.state = State::AwaitingConfirmation;
            }
            _ if may_pass(&error) => self.stall(error, Stalled::Adding(auth)),
            _ => self.refuse(AddPhoneNumberStep::Add, error),
        }
    }

    fn challenged(&mut self, uia: Uia, stage: Stage, error: Error, answered: bool) {
        match stage {
            Stage::Submit(_) if self.unattended == UNATTENDED_STAGES => {
                self.refuse(AddPhoneNumberStep::Add, error);
            }
            Stage::Submit(auth) => {
                self.unattended += 1;
                self.state = State::Adding(Attempts::new(), Some(auth));
            }
            Stage::Password => {
                // A password that was given beforehand is tried once.
                if let Some(password) = self.password.take() {
                    let auth = uia.password(&self.user, &password);
                    self.state = State::Adding(Attempts::new(), Some(auth));
                    return;
                }
                let is_wrong = answered && error.errcode().is_some();
                self.events.push_back(if is_wrong {
                    AddPhoneNumberEvent::PasswordRejected(error)
                } else {
                    AddPhoneNumberEvent::PasswordNeeded
                });
                self.state = State::AwaitingPassword(uia);
            }
            Stage::Unknown => self.finish(Err(AddPhoneNumberError::UnknownAuthentication(error))),
        }
    }

    fn stall(&mut self, error: Error, stalled: Stalled) {
        self.events.push_back(AddPhoneNumberEvent::Stalled(error));
        self.state = State::Stalled(stalled);
    }

    fn refuse(&mut self, step: AddPhoneNumberStep, source: Error) {
        self.finish(Err(AddPhoneNumberError::Refused { step, source }));
    }

    fn finish(&mut self, result: Result<(), AddPhoneNumberError>) {
        self.state = State::Finished(Box::new(result));
    }
}

impl Flow for AddPhoneNumber {
    type Event = AddPhoneNumberEvent;
    type Outcome = Result<(), AddPhoneNumberError>;

    fn poll_output(&mut self) -> Output<AddPhoneNumberEvent, Self::Outcome> {
        if let Some(exchange) = self.shared.cancelled.pop_front() {
            return Output::Cancel(exchange);
        }
        if let Some(event) = self.events.pop_front() {
            return Output::Event(event);
        }
        match std::mem::replace(&mut self.state, State::Told) {
            State::Requesting(mut attempts) if attempts.is_due() => {
                let target = self.target();
                let sent = attempts.send(&mut self.shared, &self.request, &target);
                self.state = State::Requesting(attempts);
                self.sent(AddPhoneNumberStep::RequestToken, sent)
            }
            State::Submitting(mut attempts, code) if attempts.is_due() => {
                let sent = self.submit(&mut attempts, &code);
                self.state = State::Submitting(attempts, code);
                self.sent(AddPhoneNumberStep::SubmitToken, sent)
            }
            State::Adding(mut attempts, auth) if attempts.is_due() => {
                let sent = self.add(&mut attempts, auth.as_ref());
                self.state = State::Adding(attempts, auth);
                self.sent(AddPhoneNumberStep::Add, sent)
            }
            State::Finished(result) => Output::Done(*result),
            state => {
                self.state = state;
                Output::Wait(self.deadline())
            }
        }
    }

    fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.shared.now = now;
        match std::mem::replace(&mut self.state, State::Told) {
            State::Requesting(mut attempts) => {
                match attempts.handle::<RequestTokenTo3pidMsisdn>(&mut self.shared, input) {
                    Progress::Finished(result) => self.requested(result.map(|answer| answer.value)),
                    Progress::Again(waiting) => self.wait(waiting, State::Requesting(attempts)),
                    Progress::None => self.state = State::Requesting(attempts),
                }
            }
            State::Submitting(mut attempts, code) => {
                match attempts.handle::<SubmitToken>(&mut self.shared, input) {
                    Progress::Finished(result) => self.submitted(result.map(drop), code),
                    Progress::Again(waiting) => {
                        self.wait(waiting, State::Submitting(attempts, code))
                    }
                    Progress::None => self.state = State::Submitting(attempts, code),
                }
            }
            State::Adding(mut attempts, auth) => {
                match attempts.handle::<Add3pid>(&mut self.shared, input) {
                    Progress::Finished(result) => self.added(result.map(drop), auth),
                    Progress::Again(waiting) => self.wait(waiting, State::Adding(attempts, auth)),
                    Progress::None => self.state = State::Adding(attempts, auth),
                }
            }
            // Nothing is under way, so this is late.
            state => self.state = state,
        }
    }
}

/// Whether it may work another time, or with another access token, though nothing else changes.
fn may_pass(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Transport(_) | ErrorKind::Answer(_) => true,
        ErrorKind::Server(refused) => {
            let token = matches!(
                error.errcode(),
                Some(ErrorCode::UnknownToken | ErrorCode::MissingToken)
            );
            token || error.is_rate_limited() || refused.status.is_server_error()
        }
        ErrorKind::Encode(_) | ErrorKind::Uia(_) => false,
    }
}

impl fmt::Display for AddPhoneNumberStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RequestToken => "asking for the text message",
            Self::SubmitToken => "submitting the code",
            Self::Add => "adding the number to the account",
        })
    }
}

impl fmt::Display for AddPhoneNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { step, source } => write!(f, "{step}: {source}"),
            Self::UnknownAuthentication(source) => {
                write!(
                    f,
                    "{source}; none of it is by password: use the server's own page or another client"
                )
            }
            Self::Cancelled => f.write_str("adding the phone number was cancelled"),
        }
    }
}

impl StdError for AddPhoneNumberError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Refused { source, .. } | Self::UnknownAuthentication(source) => Some(source),
            Self::Cancelled => None,
        }
    }
}

impl fmt::Display for NotAwaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not awaited now: see what the flow prompts for")
    }
}

impl StdError for NotAwaited {}

#[cfg(test)]
mod tests;
