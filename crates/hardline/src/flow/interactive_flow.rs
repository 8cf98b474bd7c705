use std::error::Error as StdError;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::ThreepidInput;
use super::{Flow, HomeserverAddress, RetryScheduled, SignOnPage, TermsDocument};
#[cfg(feature = "identity")]
use crate::identity_api::lookup::NoKnownAlgorithm;
use crate::types::{LoginToken, Medium, Password, RegistrationToken, Timestamp, ValidationToken};
use crate::wire::AuthData;
use crate::wire::{AuthType, Error, OperationName};

/// A conversation in which a person or a program takes part: what is asked of them is a [`Prompt`], what they say to it
/// is a [`Reply`].
///
/// One loop serves all of them: wait for an [`FlowEvent`], answer what it asks for.
///
/// ```
/// use hardline::flow::{InteractiveFlow, FlowEvent, NotAwaited, Prompt, Reply};
/// use hardline::types::Timestamp;
///
/// # fn read(question: &str) -> String { String::new() }
/// fn answer(flow: &mut impl InteractiveFlow, event: &FlowEvent, now: Timestamp) -> Result<(), NotAwaited> {
///     match event {
///         FlowEvent::Asks(prompt) | FlowEvent::Rejected { prompt, .. } => match prompt {
///             Prompt::Code { .. } => flow.reply(now, Reply::Code(read("code: ").into())),
///             Prompt::Password => flow.reply(now, Reply::Password(read("password: ").into())),
///             Prompt::Confirmation { .. } => flow.reply(now, Reply::Done),
///             _ => flow.cancel(now),
///         },
///         FlowEvent::Stalled(_) => flow.retry(now),
///         _ => Ok(()),
///     }
/// }
/// ```
pub trait InteractiveFlow:
    Flow<Event = FlowEvent, Outcome = Result<Self::Success, FlowError>>
{
    /// What it brings.
    type Success;

    /// What is awaited from the person or the program, if anything: after every event, and after loading too.
    fn prompt(&self) -> Option<Prompt>;

    /// What the person or the program says to the prompt.
    ///
    /// # Errors
    /// [`NotAwaited`] where it is no reply to what is awaited; nothing changed.
    fn reply(&mut self, now: Timestamp, reply: Reply) -> Result<(), NotAwaited>;

    /// Tries again what stalled.
    ///
    /// # Errors
    /// [`NotAwaited`] where nothing stalled.
    fn retry(&mut self, now: Timestamp) -> Result<(), NotAwaited>;

    /// Leaves it: it is done, with [`FlowError::Cancelled`]. What is under way is dropped; the server may act on it.
    ///
    /// # Errors
    /// [`NotAwaited`] where it is over.
    fn cancel(&mut self, now: Timestamp) -> Result<(), NotAwaited>;
}

/// What the person or the program must know or do.
#[derive(Debug)]
#[non_exhaustive]
pub enum FlowEvent {
    /// Something is asked for: [`reply`](InteractiveFlow::reply).
    Asks(Prompt),
    /// The last reply did not do. The same is asked for again.
    Rejected {
        /// What is asked for.
        prompt: Prompt,
        /// Why the last one did not do.
        error: Error,
    },
    /// The phone number or e-mail address is the person's: the code was right.
    Validated,
    /// It did not work and is tried again by itself.
    RetryScheduled(RetryScheduled),
    /// It did not work and is not tried again by itself: [`retry`](InteractiveFlow::retry) when that may help.
    Stalled(Error),
}

/// What is awaited from the person or the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Prompt {
    /// The code of a message that was sent: [`Reply::Code`], or [`Reply::Resend`].
    Code {
        /// How many messages were asked for: 1 at first.
        send_attempt: u64,
    },
    /// The server takes no code: it learns by itself that the person has the message, by a link in it, say. Ask to follow
    /// what the message says. The server is asked now and then; [`Reply::Done`] asks at once. Or [`Reply::Resend`].
    Confirmation {
        /// How many messages were asked for: 1 at first.
        send_attempt: u64,
    },
    /// The password of the account: [`Reply::Password`].
    Password,
    /// A password for the account from now on: [`Reply::Password`].
    NewPassword,
    /// A name for the account, the part of the user ID between `@` and `:`: [`Reply::Username`].
    Username,
    /// An e-mail address or a phone number, of this kind, that the server wants to know: [`Reply::Threepid`].
    Threepid(Medium),
    /// A token that logs in once: [`Reply::LoginToken`].
    LoginToken {
        /// Where the person gets one by single sign-on: the page that they choose sends their browser to the redirect URL,
        /// with the token as `loginToken` in its query. Empty: a device that is logged in shows one.
        pages: Vec<SignOnPage>,
    },
    /// Agreement with these documents: [`Reply::Done`].
    Terms(Vec<TermsDocument>),
    /// A token that an administrator gave out: [`Reply::RegistrationToken`].
    RegistrationToken,
    /// A solved captcha of Google's: [`Reply::Captcha`].
    Captcha {
        /// The site's public key.
        public_key: String,
    },
    /// The person is to open this page and do what it says: [`Reply::Done`] after that.
    Browser {
        /// The page.
        url: String,
    },
    /// A stage of authentication that the program said it can complete: [`Reply::Stage`].
    Stage(AuthType),
    /// Where the homeserver is, as far as the person knows: [`Reply::Homeserver`].
    Homeserver,
    /// The wish to try again what stalled: [`retry`](InteractiveFlow::retry).
    Retry,
}

/// What the person or the program says to a [`Prompt`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Reply {
    /// The code of a message.
    Code(ValidationToken),
    /// Another message is wanted.
    Resend,
    /// What was asked for is done: the message's link is followed, the documents are agreed to, the page has no more to ask.
    Done,
    /// The password of the account, or the new one.
    Password(Password),
    /// The name for the account.
    Username(String),
    /// The e-mail address or phone number. While an account is registered or a password reset also to [`Prompt::Code`] and
    /// [`Prompt::Confirmation`], for a message to another address of that kind; it is not awaited for the moments in which
    /// the server is asked whether a link was followed.
    Threepid(ThreepidInput),
    /// The token that logs in once.
    LoginToken(LoginToken),
    /// The token for registering.
    RegistrationToken(RegistrationToken),
    /// What the captcha gave for its solution.
    Captcha(String),
    /// The stage, as it is to be submitted. The session is added.
    Stage(AuthData),
    /// Where the homeserver is. A URL is taken as it is.
    Homeserver(HomeserverAddress),
}

/// How a conversation fails.
#[derive(Debug)]
#[non_exhaustive]
pub enum FlowError {
    /// The server refused, and would refuse again; or the request could not be built.
    Refused {
        /// What was asked of it.
        operation: OperationName,
        /// What it said.
        source: Error,
    },
    /// The server wants authentication of which the program said that it cannot do it. The stages are in [`Error::uia`].
    UnknownAuthentication(Error),
    /// The identity server takes addresses in no form that this library knows.
    NoKnownAlgorithm,
    /// The server does not log anybody in this way.
    NoSuchLogin {
        /// The way that was wanted.
        wanted: AuthType,
        /// The ways that there are.
        offered: Vec<AuthType>,
    },
    /// It was cancelled.
    Cancelled,
}

/// What was done is not awaited now; nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAwaited;

impl fmt::Display for FlowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { operation, source } => write!(f, "{operation}: {source}"),
            Self::UnknownAuthentication(source) => {
                write!(
                    f,
                    "{source}; none of it can be done here: use the server's own page or another client"
                )
            }
            Self::NoKnownAlgorithm => f.write_str(
                "the identity server takes neither sha256 nor none: use another one for lookups",
            ),
            Self::NoSuchLogin { wanted, offered } => {
                write!(f, "the server does not log in by {wanted}; ")?;
                if offered.is_empty() {
                    return f.write_str("it offers no other way here: use its own page");
                }
                f.write_str("use what it offers:")?;
                offered.iter().try_for_each(|way| write!(f, " {way}"))
            }
            Self::Cancelled => f.write_str("the conversation was cancelled"),
        }
    }
}

impl StdError for FlowError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Refused { source, .. } | Self::UnknownAuthentication(source) => Some(source),
            Self::NoKnownAlgorithm | Self::NoSuchLogin { .. } | Self::Cancelled => None,
        }
    }
}

#[cfg(feature = "identity")]
impl From<NoKnownAlgorithm> for FlowError {
    fn from(NoKnownAlgorithm: NoKnownAlgorithm) -> Self {
        Self::NoKnownAlgorithm
    }
}

impl fmt::Display for NotAwaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not awaited now: see what the flow prompts for")
    }
}

impl StdError for NotAwaited {}
