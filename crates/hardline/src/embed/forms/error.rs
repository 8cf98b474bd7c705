use std::fmt;

use hardline_derive::Wire;

use super::json;
use crate::flow::{FlowError, NotAwaited};
use crate::json::JsonObject;
use crate::types::Timestamp;
use crate::wire::{
    DecodeError, EncodeError, Error, ErrorKind, FailureClass, ThreepidRefusal, UiaChallenge,
    UiaFlow,
};

/// An error, in plain fields: E in the [table of forms](crate::embed#errors).
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct ErrorForm {
    /// Who is at fault: `usage`, `encode`, `transport`, `server`, `uia`, `unexpected_response` or `flow`.
    pub kind: String,
    /// Which error it is: see [the codes](crate::embed#errors). They never change.
    pub code: u16,
    /// What to show to a developer.
    pub message: String,
    /// The operation that failed, such as `cs:login`.
    pub operation: Option<String>,
    /// The server's `M_` code.
    pub errcode: Option<String>,
    /// The authorization server's code.
    pub oauth_error: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// How long the server asks to wait.
    pub retry_after_ms: Option<u64>,
    /// The session is over, but its device still exists.
    pub soft_logout: Option<bool>,
    /// Whether another number or address may work (`rejected`), or none does (`unsupported`).
    pub threepid_refusal: Option<String>,
    /// The class of a transport's failure: see [`FailureClass::as_str`].
    pub class: Option<String>,
    /// Why the response is unexpected (`not_matrix`, `redirect`, `not_asked`, `encoded`, `syntax`, `shape`).
    pub reason: Option<String>,
    /// What the server's error says besides.
    pub body: Option<JsonObject>,
    /// The authentication that the server asks for.
    pub uia: Option<UiaForm>,
    /// The address's place among those that were given, from 0.
    pub index: Option<u64>,
    /// The login that was wanted.
    pub wanted: Option<String>,
    /// The logins that the server offers.
    pub offered: Option<Vec<String>>,
    /// The authorization server that users log in at.
    pub issuer: Option<String>,
}

/// The authentication that a server asks for.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct UiaForm {
    /// The ways to authenticate, each a list of stages.
    pub flows: Vec<UiaFlow>,
    /// The stages that are completed.
    pub completed: Vec<String>,
    /// The session.
    pub session: Option<String>,
    /// What stages need.
    pub params: JsonObject,
}

/// The codes of errors, with their kinds. Those of transports follow [`FailureClass::ALL`], from 200.
pub(crate) const CODES: &[(u16, &str, &str)] = &[
    (USAGE, "usage", "a call or a form is wrong"),
    (ENCODE, "encode", "the request cannot be built"),
    (
        NOT_AWAITED,
        "usage",
        "the flow does not expect this now, or is over",
    ),
    (NOT_NOW, "usage", "a flow is saved only while it waits"),
    (REFUSED, "usage", "the send queue did not do it"),
    (SERVER, "server", "the server declined"),
    (RATE_LIMITED, "server", "the server asks to wait"),
    (UIA, "uia", "the server asks for authentication"),
    (
        UNEXPECTED,
        "unexpected_response",
        "the response is not one of Matrix",
    ),
    (CANCELLED, "flow", "the flow was cancelled"),
    (
        UNKNOWN_AUTHENTICATION,
        "flow",
        "the program can complete none of the server's ways",
    ),
    (
        NO_SUCH_LOGIN,
        "flow",
        "the server does not offer this login",
    ),
    (
        NO_KNOWN_ALGORITHM,
        "flow",
        "the identity server has no algorithm that is known",
    ),
    (
        INVALID_ADDRESS,
        "flow",
        "no identity server knows an address of this form",
    ),
    (
        REQUIRES_OAUTH,
        "flow",
        "users log in at an authorization server",
    ),
    (NO_OAUTH, "flow", "the server lacks what this login needs"),
    (NOT_AUTHORIZED, "flow", "the user or the server refused"),
    (NOT_REVOKED, "flow", "the tokens were not revoked"),
    (
        UNANSWERED,
        "flow",
        "the flow asked while nobody could answer",
    ),
    (LOGGED_OUT, "flow", "the session is over: log in again"),
    (
        MEDIA,
        "flow",
        "a file is too large, not the right one, or out of reach",
    ),
];

const USAGE: u16 = 100;
const ENCODE: u16 = 101;
const NOT_AWAITED: u16 = 102;
const NOT_NOW: u16 = 103;
const REFUSED: u16 = 104;
const TRANSPORT: u16 = 200;
const SERVER: u16 = 300;
const RATE_LIMITED: u16 = 301;
const UIA: u16 = 302;
const UNEXPECTED: u16 = 303;
const CANCELLED: u16 = 400;
const UNKNOWN_AUTHENTICATION: u16 = 401;
const NO_SUCH_LOGIN: u16 = 402;
const NO_KNOWN_ALGORITHM: u16 = 403;
const INVALID_ADDRESS: u16 = 404;
const REQUIRES_OAUTH: u16 = 405;
const NO_OAUTH: u16 = 406;
const NOT_AUTHORIZED: u16 = 407;
const NOT_REVOKED: u16 = 408;
const UNANSWERED: u16 = 409;
const LOGGED_OUT: u16 = 410;
const MEDIA: u16 = 411;

impl ErrorForm {
    fn new(code: u16, message: impl fmt::Display) -> Self {
        let kinds = CODES.iter().find(|(known, ..)| *known == code);
        Self {
            kind: kinds.map_or("transport", |(_, kind, _)| kind).to_owned(),
            code,
            message: message.to_string(),
            operation: None,
            errcode: None,
            oauth_error: None,
            status: None,
            retry_after_ms: None,
            soft_logout: None,
            threepid_refusal: None,
            class: None,
            reason: None,
            body: None,
            uia: None,
            index: None,
            wanted: None,
            offered: None,
            issuer: None,
        }
    }

    /// The code of a transport's failure.
    pub(crate) fn code_of(class: FailureClass) -> u16 {
        let place = FailureClass::ALL.iter().position(|other| *other == class);
        TRANSPORT
            + place
                .and_then(|place| u16::try_from(place).ok())
                .unwrap_or_default()
    }

    /// An error of an operation, at this time.
    pub(crate) fn of_error(now: Timestamp, error: &Error) -> Self {
        let code = match error.kind() {
            ErrorKind::Encode(_) => ENCODE,
            ErrorKind::Transport(failure) => Self::code_of(failure.class()),
            ErrorKind::Server(_) if error.is_rate_limited() => RATE_LIMITED,
            ErrorKind::Server(_) => SERVER,
            ErrorKind::Uia(_) => UIA,
            ErrorKind::UnexpectedResponse(_) => UNEXPECTED,
        };
        let retry_after = error.retry_after(now).map(|wait| wait.as_millis());
        Self {
            errcode: error.errcode().map(|code| code.as_str().to_owned()),
            oauth_error: error.oauth_error().map(|code| code.as_str().to_owned()),
            status: error.status().map(|status| status.as_u16()),
            retry_after_ms: retry_after.and_then(|millis| u64::try_from(millis).ok()),
            soft_logout: error.is_soft_logout().then_some(true),
            threepid_refusal: error.threepid_refusal().map(|refusal| {
                let text = match refusal {
                    ThreepidRefusal::Unsupported => "unsupported",
                    ThreepidRefusal::Rejected => "rejected",
                };
                text.to_owned()
            }),
            class: error
                .failure()
                .map(|failure| failure.class().as_str().to_owned()),
            reason: match error.kind() {
                ErrorKind::UnexpectedResponse(response) => Some(reason(&response.error).to_owned()),
                _ => None,
            },
            body: match error.kind() {
                ErrorKind::Server(error) => Some(only_json(&error.members())),
                _ => None,
            },
            uia: error.uia().map(UiaForm::of),
            ..Self::new(code, error)
        }
    }

    /// Why a flow failed, at this time.
    pub(crate) fn of_flow_error(now: Timestamp, error: &FlowError) -> Self {
        let of = |code, source: Option<&Error>| Self {
            code,
            kind: "flow".to_owned(),
            message: error.to_string(),
            ..source.map_or_else(|| Self::new(code, ""), |source| Self::of_error(now, source))
        };
        match error {
            FlowError::Refused { operation, source } => Self {
                operation: Some(operation.to_string()),
                ..Self::of_error(now, source)
            },
            FlowError::UnknownAuthentication(source) => of(UNKNOWN_AUTHENTICATION, Some(source)),
            FlowError::NoKnownAlgorithm => of(NO_KNOWN_ALGORITHM, None),
            FlowError::InvalidAddress { index, .. } => Self {
                index: u64::try_from(*index).ok(),
                ..of(INVALID_ADDRESS, None)
            },
            FlowError::NoSuchLogin { wanted, offered } => Self {
                wanted: Some(wanted.as_str().to_owned()),
                offered: Some(
                    offered
                        .iter()
                        .map(|login| login.as_str().to_owned())
                        .collect(),
                ),
                ..of(NO_SUCH_LOGIN, None)
            },
            FlowError::RequiresOAuth { issuer } => Self {
                issuer: Some(issuer.clone()),
                ..of(REQUIRES_OAUTH, None)
            },
            #[cfg(feature = "oauth")]
            FlowError::NoOAuth(_) => of(NO_OAUTH, None),
            #[cfg(feature = "oauth")]
            FlowError::NotAuthorized(refusal) => Self {
                oauth_error: Some(refusal.error.as_str().to_owned()),
                ..of(NOT_AUTHORIZED, None)
            },
            #[cfg(feature = "oauth")]
            FlowError::NotRevoked(source) => of(NOT_REVOKED, Some(source)),
            FlowError::LoggedOut(source) => of(LOGGED_OUT, Some(source)),
            FlowError::Media(_) => of(MEDIA, None),
            FlowError::Unanswered { source, .. } => of(UNANSWERED, source.as_ref()),
            FlowError::Cancelled => of(CANCELLED, None),
        }
    }
}

impl UiaForm {
    fn of(challenge: &UiaChallenge) -> Self {
        Self {
            flows: challenge.flows.clone(),
            completed: challenge
                .completed
                .iter()
                .map(|stage| stage.as_str().to_owned())
                .collect(),
            session: challenge.session.clone(),
            params: only_json(&challenge.params),
        }
    }
}

fn reason(error: &DecodeError) -> &'static str {
    match error {
        DecodeError::NotMatrix => "not_matrix",
        DecodeError::Redirect => "redirect",
        DecodeError::NotAsked => "not_asked",
        DecodeError::Encoded(_) => "encoded",
        DecodeError::Syntax => "syntax",
        DecodeError::Shape(_) => "shape",
    }
}

/// The members that are JSON.
fn only_json(members: &JsonObject) -> JsonObject {
    let members = members.iter().filter(|(_, value)| value.checked().is_ok());
    members
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect()
}

/// Why a call of a [`Core`](crate::embed::Core) did nothing. `Display` is its [message](ErrorForm::message).
#[derive(Clone, PartialEq)]
pub struct EmbedError(Box<ErrorForm>);

impl EmbedError {
    /// Its fields.
    pub fn form(&self) -> &ErrorForm {
        &self.0
    }

    /// Its JSON.
    pub fn to_json(&self) -> String {
        json(&*self.0)
    }

    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        ErrorForm::new(USAGE, message).into()
    }

    pub(crate) fn not_now(message: impl fmt::Display) -> Self {
        ErrorForm::new(NOT_NOW, message).into()
    }

    #[cfg(feature = "room_events")]
    pub(crate) fn refused(why: &crate::flow::SendQueueError) -> Self {
        ErrorForm::new(REFUSED, why).into()
    }

    pub(crate) fn no_such_flow(id: u64) -> Self {
        let message = format_args!("no flow {id} is open: it is over, or never was");
        ErrorForm::new(NOT_AWAITED, message).into()
    }
}

impl From<ErrorForm> for EmbedError {
    fn from(form: ErrorForm) -> Self {
        Self(Box::new(form))
    }
}

impl From<NotAwaited> for EmbedError {
    fn from(error: NotAwaited) -> Self {
        ErrorForm::new(NOT_AWAITED, error).into()
    }
}

impl From<EncodeError> for EmbedError {
    fn from(error: EncodeError) -> Self {
        ErrorForm::new(ENCODE, error).into()
    }
}

impl fmt::Debug for EmbedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for EmbedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for EmbedError {}
