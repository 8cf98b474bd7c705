use std::error::Error as StdError;
use std::fmt;

use super::{
    Flow, HomeserverAddress, MediaError, RetryScheduled, SignOnPage, TermsDocument, ThreepidInput,
};
#[cfg(feature = "oauth")]
use crate::flow::OAuthGap;
#[cfg(feature = "identity")]
use crate::identity_api::lookup::AddressLookupError;
use crate::json::Printable;
#[cfg(feature = "oauth")]
use crate::oauth_api::{AuthorizationError, AuthorizationUrl, RedirectedUrl, UserCode};
use crate::types::{
    InvalidText, LoginToken, Medium, Password, RegistrationToken, Timestamp, ValidationToken,
};
use crate::wire::{AuthData, AuthType, Error, Failure, FailureClass, OperationName};
use hardline_derive::Persist;

/// A conversation that involves a user or a program: it asks with a [`Prompt`], and they answer with a [`Reply`].
///
/// One loop serves all of them: wait for a [`FlowEvent`], then reply to its prompt.
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
///         FlowEvent::Stalled(error) => match read(&format!("{error}; again? ")).as_str() {
///             "yes" => flow.retry(now),
///             _ => flow.cancel(now),
///         },
///         _ => Ok(()),
///     }
/// }
/// ```
pub trait InteractiveFlow:
    Flow<Event = FlowEvent, Outcome = Result<Self::Success, FlowError>>
{
    /// The result on success.
    type Success;

    /// What the flow waits for from the user or the program, if anything: available after every event, and after
    /// loading.
    fn prompt(&self) -> Option<Prompt>;

    /// Replies to the prompt.
    ///
    /// # Errors
    /// [`NotAwaited`] if the flow does not expect this reply; nothing changes.
    fn reply(&mut self, now: Timestamp, reply: Reply) -> Result<(), NotAwaited>;

    /// Tries again what stalled.
    ///
    /// # Errors
    /// [`NotAwaited`] if nothing has stalled.
    fn retry(&mut self, now: Timestamp) -> Result<(), NotAwaited>;

    /// Ends the flow with [`FlowError::Cancelled`]. A request in flight is dropped, though the server may still act on
    /// it.
    ///
    /// # Errors
    /// [`NotAwaited`] if the flow is over.
    fn cancel(&mut self, now: Timestamp) -> Result<(), NotAwaited>;
}

/// What the user or the program must know or do.
#[derive(Debug)]
#[non_exhaustive]
pub enum FlowEvent {
    /// The flow asks for something: [`reply`](InteractiveFlow::reply).
    Asks(Prompt),
    /// The last reply was not accepted, and the flow asks again: the answer was wrong, or another message was not sent
    /// ([`Reply::Resend`]), so that what the one before says is still good.
    Rejected {
        /// What it asks for.
        prompt: Prompt,
        /// Why the last reply was not accepted. Of a wrong code many servers say no more than that it is none, without an
        /// errcode: tell the user what the prompt says. If the server asks for a wait ([`Error::retry_after`]), the flow keeps it
        /// before it sends the next reply.
        error: Error,
    },
    /// The phone number or e-mail address belongs to the user: the code was right.
    Validated,
    /// A file is on its way: so many bytes of it have been sent, or are in the sink. Told a few times a second at most, and
    /// at the end. It begins anew, at 0 or where it was interrupted, with each attempt.
    Progress {
        /// The bytes so far, counted from the file's beginning.
        bytes: u64,
        /// How many there are, if the server says so.
        total: Option<u64>,
    },
    /// An attempt failed, or the server asks to wait before the next; the flow continues by itself.
    RetryScheduled(RetryScheduled),
    /// An attempt failed, and the flow does not retry by itself: call [`retry`](InteractiveFlow::retry) when that may
    /// help, such as when the user says so or after a while. It tries at once, so whoever calls it each time without a
    /// pause asks a server that is broken thousands of times a second. If it was sending what the user replied, such as a password, another reply of that kind is taken too.
    Stalled(Error),
}

/// What the flow waits for from the user or the program.
#[derive(Clone, Debug, PartialEq, Eq, Persist)]
#[non_exhaustive]
pub enum Prompt {
    /// The code from a message: [`Reply::Code`], or [`Reply::Resend`].
    Code {
        /// How many messages were requested so far: 1 at first.
        send_attempt: u64,
    },
    /// The server takes no code: it notices by itself that the user got the message, for example when they follow a
    /// link in it. Ask them to do what the message says. The flow polls the server from time to time; [`Reply::Done`]
    /// polls at once, [`Reply::Resend`] requests another message.
    Confirmation {
        /// How many messages were requested so far: 1 at first.
        send_attempt: u64,
    },
    /// Whether to send another message: what the last one says is of no use, since its session has expired. [`Reply::Resend`]
    /// sends one.
    NewMessage {
        /// How many messages were requested so far.
        send_attempt: u64,
    },
    /// Whether to go on, since the account cannot be restored: [`Reply::Done`] deactivates it.
    Deactivation,
    /// The account's password: [`Reply::Password`].
    Password,
    /// A new password for the account: [`Reply::Password`].
    NewPassword,
    /// A name for the account, the part of the user ID between `@` and `:`: [`Reply::Username`].
    Username,
    /// An e-mail address or a phone number, of this kind, that the server requires: [`Reply::Threepid`].
    Threepid(Medium),
    /// A token that logs in once: [`Reply::LoginToken`].
    LoginToken {
        /// Where the user gets one by single sign-on: the page they choose sends their browser to the redirect URL,
        /// with the token as `loginToken` in its query. Empty if a device that is logged in shows the token.
        pages: Vec<SignOnPage>,
    },
    /// Consent to these documents: [`Reply::Done`].
    Terms(Vec<TermsDocument>),
    /// A token given out by an administrator: [`Reply::RegistrationToken`].
    RegistrationToken,
    /// A solved Google captcha: [`Reply::Captcha`].
    Captcha {
        /// The site's public key.
        public_key: String,
    },
    /// The user must open this page and do what it says: [`Reply::Done`] after that.
    Browser {
        /// The URL of the page.
        url: String,
    },
    /// A stage of authentication that the program said it can complete: [`Reply::Stage`].
    Stage(AuthType),
    /// Where the homeserver is, as far as the user knows: [`Reply::Homeserver`].
    Homeserver,
    /// The user must log in, or register, on this page, which sends the browser to the redirect URI in the end. The URL
    /// that it ends on is the [`Reply::Redirected`].
    #[cfg(feature = "oauth")]
    Authorization {
        /// The page, a secret: nobody else may open it.
        url: AuthorizationUrl,
        /// What the URL begins with that the browser is sent to.
        redirect_uri: String,
    },
    /// The user must open a page, on any device, and type the code there. No reply: the flow asks the server from time to
    /// time whether the user has decided.
    #[cfg(feature = "oauth")]
    DeviceAuthorization {
        /// The code.
        user_code: UserCode,
        /// The page.
        verification_uri: String,
        /// The page with the code in its URL, for a QR code. The user still has to see the code, to compare it.
        verification_uri_complete: Option<String>,
        /// When the code expires. `None`: the server does not say.
        expires_at: Option<Timestamp>,
    },
    /// A decision to try again what stalled: [`retry`](InteractiveFlow::retry).
    Retry,
}

/// What the user or the program replies to a [`Prompt`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Reply {
    /// The code from a message.
    Code(ValidationToken),
    /// A request for another message.
    Resend,
    /// The request is fulfilled: the link in the message was followed, the documents are accepted, the page has nothing
    /// left to do, the account is to be deactivated.
    Done,
    /// The account's password, or the new one.
    Password(Password),
    /// The name for the account.
    Username(String),
    /// The e-mail address or phone number. While registering an account or resetting a password, this also answers
    /// [`Prompt::Code`] and [`Prompt::Confirmation`], to send a message to another address of that kind; not while the
    /// flow is asking the server whether a link was followed.
    Threepid(ThreepidInput),
    /// The token that logs in once.
    LoginToken(LoginToken),
    /// The registration token.
    RegistrationToken(RegistrationToken),
    /// The response that the captcha gave when it was solved.
    Captcha(String),
    /// The stage, ready to submit. The flow adds the session.
    Stage(AuthData),
    /// Where the homeserver is. A URL is used as it is.
    Homeserver(HomeserverAddress),
    /// The URL that the browser was sent to: the whole of it, or its parts from the path, the query or the fragment on.
    #[cfg(feature = "oauth")]
    Redirected(RedirectedUrl),
}

/// Why a conversation failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum FlowError {
    /// The server refused and would refuse again, or the request could not be built.
    Refused {
        /// The operation that was refused.
        operation: OperationName,
        /// Why.
        source: Error,
    },
    /// The server requires authentication that the program said it cannot do. The stages are in [`Error::uia`].
    UnknownAuthentication(Error),
    /// The identity server supports no lookup algorithm that this library knows.
    NoKnownAlgorithm,
    /// A phone number or e-mail address is in a form in which no identity server knows it; nothing was sent.
    InvalidAddress {
        /// Its place among the addresses that were given, from 0.
        index: usize,
        /// What is wrong with it.
        source: InvalidText,
    },
    /// The server does not offer this kind of login.
    NoSuchLogin {
        /// The kind of login that was wanted.
        wanted: AuthType,
        /// The kinds that the server offers.
        offered: Vec<AuthType>,
    },
    /// The server has its users log in by OAuth 2.0, on pages of its own: use `OAuthLogin`, or `DeviceLogin` where there
    /// is no browser.
    RequiresOAuth {
        /// The issuer: the URL of the authorization server.
        issuer: String,
    },
    /// The server offers no OAuth 2.0 that this login, or this logout, can use.
    #[cfg(feature = "oauth")]
    NoOAuth(OAuthGap),
    /// The user, or the authorization server, refused to log this client in.
    #[cfg(feature = "oauth")]
    NotAuthorized(AuthorizationError),
    /// The authorization server did not revoke the tokens, so the session goes on there.
    #[cfg(feature = "oauth")]
    NotRevoked(Error),
    /// The file is not what it should be, or cannot be had.
    Media(MediaError),
    /// The flow asked for something while there was nobody to ask.
    Unanswered {
        /// What it asked for; [`Prompt::Retry`] if it stalled.
        prompt: Prompt,
        /// What went wrong before that, if anything: the reply was not accepted, or a request failed.
        source: Option<Error>,
    },
    /// The session is over, and nothing renews it: log in again.
    LoggedOut(Error),
    /// The flow was cancelled.
    Cancelled,
}

/// The flow does not expect this now; nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAwaited;

impl FlowError {
    /// The error of the operation that failed. A conversation that failed for another reason counts as
    /// [`FailureClass::Unsendable`].
    pub fn into_error(self) -> Error {
        match self {
            Self::Refused { source, .. }
            | Self::UnknownAuthentication(source)
            | Self::LoggedOut(source)
            | Self::Unanswered {
                source: Some(source),
                ..
            } => source,
            #[cfg(feature = "oauth")]
            Self::NotRevoked(source) => source,
            other => Failure::new(FailureClass::Unsendable, other).into(),
        }
    }
}

impl fmt::Display for FlowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { operation, source } => write!(f, "{operation}: {source}"),
            Self::UnknownAuthentication(source) => {
                write!(
                    f,
                    "{source}; this program can complete none of the server's authentication flows: use the server's own page or another client"
                )
            }
            Self::NoKnownAlgorithm => f.write_str(
                "the identity server looks up by neither sha256 nor none: use another identity server",
            ),
            Self::InvalidAddress { index, source } => write!(f, "address {}: {source}", index + 1),
            Self::NoSuchLogin { wanted, offered } => {
                let wanted = Printable(wanted.as_str());
                write!(f, "the server does not offer login by {wanted}; ")?;
                if offered.is_empty() {
                    return f.write_str("it offers no other login: use its own page");
                }
                f.write_str("use one that it offers:")?;
                let mut ways = offered.iter().map(|way| Printable(way.as_str()));
                ways.try_for_each(|way| write!(f, " {way}"))
            }
            Self::RequiresOAuth { issuer } => write!(
                f,
                "the server logs in by OAuth 2.0 on the pages of {}: log in with a browser or with a device code",
                Printable(issuer)
            ),
            #[cfg(feature = "oauth")]
            Self::NoOAuth(gap) => gap.fmt(f),
            #[cfg(feature = "oauth")]
            Self::NotAuthorized(error) => error.fmt(f),
            #[cfg(feature = "oauth")]
            Self::NotRevoked(source) => {
                write!(f, "{source}; the tokens were not revoked: end the session on the account's page")
            }
            Self::Media(error) => error.fmt(f),
            Self::Unanswered { prompt, source } => {
                if let Some(source) = source {
                    write!(f, "{source}; ")?;
                }
                let what = match prompt {
                    Prompt::Code { .. } => "asks for the code from a message",
                    Prompt::Confirmation { .. } => "waits for the link in a message to be followed",
                    Prompt::NewMessage { .. } => "asks whether to send another message",
                    Prompt::Deactivation => "asks whether to deactivate the account",
                    Prompt::Password => "asks for the password",
                    Prompt::NewPassword => "asks for a new password",
                    Prompt::Username => "asks for a user name",
                    Prompt::Threepid(Medium::Email) => "asks for an e-mail address",
                    Prompt::Threepid(Medium::Msisdn) => "asks for a phone number",
                    Prompt::Threepid(_) => "asks for an address",
                    Prompt::LoginToken { .. } => "asks for a login token",
                    Prompt::Terms(_) => "asks for consent to documents",
                    Prompt::RegistrationToken => "asks for a registration token",
                    Prompt::Captcha { .. } => "asks for a solved captcha",
                    Prompt::Browser { .. } => "asks to open a page in a browser",
                    Prompt::Stage(_) => "asks for a stage of authentication",
                    Prompt::Homeserver => "asks for the address of the homeserver",
                    #[cfg(feature = "oauth")]
                    Prompt::Authorization { .. } => "asks to log in on a page in a browser",
                    #[cfg(feature = "oauth")]
                    Prompt::DeviceAuthorization { .. } => "asks to type a code on a page",
                    Prompt::Retry => "asks whether to try again",
                };
                write!(
                    f,
                    "the flow {what}, and nobody answers: reply to its prompts, or start it again later"
                )
            }
            Self::LoggedOut(source) => write!(f, "{source}; the session is over: log in again"),
            Self::Cancelled => f.write_str("the flow was cancelled"),
        }
    }
}

impl StdError for FlowError {
    /// What is behind the error of the operation: that one is displayed already.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Refused { source, .. }
            | Self::UnknownAuthentication(source)
            | Self::LoggedOut(source) => source.source(),
            Self::Unanswered { source, .. } => source.as_ref()?.source(),
            Self::NoKnownAlgorithm
            | Self::InvalidAddress { .. }
            | Self::NoSuchLogin { .. }
            | Self::RequiresOAuth { .. }
            | Self::Media(_)
            | Self::Cancelled => None,
            #[cfg(feature = "oauth")]
            Self::NotRevoked(source) => source.source(),
            // Both are displayed.
            #[cfg(feature = "oauth")]
            Self::NoOAuth(_) | Self::NotAuthorized(_) => None,
        }
    }
}

#[cfg(feature = "identity")]
impl From<AddressLookupError> for FlowError {
    fn from(error: AddressLookupError) -> Self {
        match error {
            AddressLookupError::NoKnownAlgorithm => Self::NoKnownAlgorithm,
            AddressLookupError::InvalidAddress { index, source } => {
                Self::InvalidAddress { index, source }
            }
        }
    }
}

impl fmt::Display for NotAwaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the flow does not expect this now: check its prompt")
    }
}

impl StdError for NotAwaited {}
