use std::error::Error as StdError;

use hardline::types::Timestamp;
use hardline::wire::{
    EncodeError, Error, ErrorCode, ErrorKind, FailureClass, UnexpectedResponse, OperationName, DecodeError,
    ServerError,
};
use http::header::LOCATION;

use crate::exit::Exit;
use crate::report::{Words, printable};

/// Why the command failed, and what to do about it.
#[derive(Debug)]
pub(crate) struct CliError {
    pub(crate) exit: Exit,
    what: String,
    pub(crate) errcode: Option<String>,
    /// What the server said, where it is not said in `what`.
    pub(crate) server_message: Option<String>,
    advice: String,
}

/// What was being done: the same errcode means different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    FindingTheHomeserver,
    AskingForVersions,
    Registering,
    LoggingIn,
    LoggingOut,
    AskingWhoItIs,
    RequestingTheText,
    RequestingTheMail,
    SubmittingTheCode,
    AddingTheNumber,
    ResettingThePassword,
    Listing,
    Removing,
    LookingUp,
    /// Any operation, of which nothing more is known.
    Calling,
}

impl CliError {
    pub(crate) fn new(exit: Exit, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            exit,
            what: what.into(),
            errcode: None,
            server_message: None,
            advice: advice.into(),
        }
    }

    /// Refused before anything was sent.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what, "")
    }

    /// Something on this machine failed.
    pub(crate) fn local(what: &str, error: &dyn StdError) -> Self {
        Self::new(Exit::Local, what, error.to_string())
    }

    /// The person does not want to go on, or is not there.
    pub(crate) fn given_up(what: &str, advice: &str) -> Self {
        Self::new(Exit::GivenUp, what, advice)
    }

    /// An error of the protocol.
    pub(crate) fn of(error: &Error, doing: Doing, now: Timestamp) -> Self {
        let mut trouble = match error.kind() {
            _ if error.is_rate_limited() => {
                let wait = error.retry_after(now);
                let advice = match wait {
                    Some(wait) => {
                        let seconds = wait.as_millis().div_ceil(1000);
                        format!("try again in {seconds} seconds")
                    }
                    None => "try again later".to_owned(),
                };
                Self::new(
                    Exit::RateLimited,
                    "the server had too many requests",
                    advice,
                )
            }
            ErrorKind::Encode(error) => encode(error),
            ErrorKind::Transport(failure) => transport(failure.class(), failure.source()),
            ErrorKind::Server(refused) => server(refused, doing),
            ErrorKind::Uia(challenge) => {
                let advice = match (&challenge.session, doing) {
                    (Some(session), Doing::Calling) => {
                        format!("say it in the member auth, with the session \"{session}\"")
                    }
                    (None, Doing::Calling) => "say it in the member auth".to_owned(),
                    _ => "do it with another client, or on the server's own page".to_owned(),
                };
                Self::new(Exit::Authentication, challenge.to_string(), advice)
            }
            ErrorKind::UnexpectedResponse(answer) => not_an_answer(answer),
            // The list of kinds may grow.
            _ => Self::new(Exit::Declined, error.to_string(), ""),
        };
        trouble.errcode = error.errcode().map(|code| printable(code.as_str()));
        if let ErrorKind::Server(refused) = error.kind() {
            trouble.server_message = refused.message.as_deref().map(printable);
        }
        trouble
    }

    /// The server wanted something once more, and there is no other.
    pub(crate) fn not_taken(error: &Error, exit: Exit, what: &str, advice: &str) -> Self {
        let mut trouble = Self::new(exit, what, advice);
        trouble.errcode = words(error).errcode;
        trouble
    }

    /// All of it in one sentence.
    pub(crate) fn sentence(&self) -> String {
        let mut sentence = printable(&self.what);
        if let Some(errcode) = &self.errcode {
            sentence = format!("{sentence} ({errcode})");
        }
        if !self.advice.is_empty() {
            sentence = format!("{sentence}: {}", printable(&self.advice));
        }
        sentence
    }
}

/// What the server said of a code or a password that it did not take.
pub(crate) fn words(error: &Error) -> Words {
    let said = match error.kind() {
        ErrorKind::Server(refused) => refused.message.clone(),
        ErrorKind::Uia(challenge) => challenge.message.clone(),
        _ => None,
    };
    let errcode = error.errcode().map(|code| printable(code.as_str()));
    let message = match (said, &errcode) {
        (Some(said), Some(errcode)) => format!("{} ({errcode})", printable(&said)),
        (Some(said), None) => printable(&said),
        (None, Some(errcode)) => errcode.clone(),
        (None, None) => printable(&error.to_string()),
    };
    Words { errcode, message }
}

impl Doing {
    /// What an operation of a conversation is for, where it is for something of its own.
    pub(crate) fn of(operation: OperationName) -> Option<Self> {
        match operation.id {
            "requestTokenTo3PIDMSISDN"
            | "requestTokenToRegisterMSISDN"
            | "requestTokenToResetPasswordMSISDN" => Some(Self::RequestingTheText),
            "requestTokenTo3PIDEmail"
            | "requestTokenToRegisterEmail"
            | "requestTokenToResetPasswordEmail" => Some(Self::RequestingTheMail),
            "submitToken" => Some(Self::SubmittingTheCode),
            _ => None,
        }
    }

    /// What is waited for.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::FindingTheHomeserver => "finding the homeserver",
            Self::AskingForVersions => "asking the homeserver for its versions",
            Self::Registering => "registering",
            Self::LoggingIn => "logging in",
            Self::LoggingOut => "logging out",
            Self::AskingWhoItIs => "asking whose the access token is",
            Self::RequestingTheText => "asking for a text message",
            Self::RequestingTheMail => "asking for an e-mail",
            Self::SubmittingTheCode => "submitting the code",
            Self::AddingTheNumber => "adding it",
            Self::ResettingThePassword => "setting the new password",
            Self::Listing => "asking for the list",
            Self::Removing => "removing it",
            Self::LookingUp => "looking them up",
            Self::Calling => "waiting for the answer",
        }
    }
}

fn encode(error: &EncodeError) -> CliError {
    match error {
        EncodeError::Unsupported { .. } => CliError::new(
            Exit::Unsupported,
            "the server does not offer this",
            "none of the versions that it advertises has it, so it needs an update",
        ),
        EncodeError::UnsendableToken => CliError::new(
            Exit::Usage,
            "the access token has characters that cannot be sent",
            "copy it again, without spaces or line breaks",
        ),
        EncodeError::Url(error) => CliError::new(
            Exit::NotMatrix,
            "the server gave an address that cannot be used",
            error.to_string(),
        ),
        other => CliError::usage(other.to_string()),
    }
}

fn transport(class: FailureClass, detail: Option<&(dyn StdError + 'static)>) -> CliError {
    let what = match detail {
        Some(detail) => format!("{class} ({detail})"),
        None => class.to_string(),
    };
    let (exit, advice) = match class {
        FailureClass::Dns => (
            Exit::Unreachable,
            "check the server's name, and whether this machine is online",
        ),
        FailureClass::Refused => (
            Exit::Unreachable,
            "check the address and its port, and whether the server runs",
        ),
        FailureClass::Tls => (
            Exit::Unreachable,
            "check the server's certificate and this machine's clock, or whether the address is to begin with http://",
        ),
        FailureClass::TimedOutBeforeSend | FailureClass::TimedOutAfterSend => (
            Exit::Unreachable,
            "try again, or wait longer with --timeout",
        ),
        FailureClass::TooLarge | FailureClass::Malformed => (
            Exit::NotMatrix,
            "check that the address is that of a homeserver",
        ),
        FailureClass::Unsendable => (Exit::Usage, "check the arguments"),
        _ => (
            Exit::Unreachable,
            "check the address, and whether this machine is online",
        ),
    };
    CliError::new(exit, what, advice)
}

fn not_an_answer(answer: &UnexpectedResponse) -> CliError {
    if let DecodeError::Redirect = answer.problem {
        let location = answer.headers.get(LOCATION);
        let place = location.and_then(|location| location.to_str().ok());
        let place = place.map_or("another address", |place| {
            // A query may carry what is for the new place alone.
            place.split(['?', '#']).next().unwrap_or_default()
        });
        return CliError::new(
            Exit::NotMatrix,
            format!("the server sends the request on to {place}"),
            "give the homeserver's own address with --homeserver",
        );
    }
    let advice = if answer.status.is_server_error() {
        "the homeserver behind it may be down, so try again later, or check the address"
    } else {
        "check that the address is that of a homeserver"
    };
    CliError::new(Exit::NotMatrix, answer.to_string(), advice)
}

fn server(refused: &ServerError, doing: Doing) -> CliError {
    use Doing::*;
    use ErrorCode as Code;
    let (exit, what, advice) = match (&refused.errcode, doing) {
        (
            Some(
                Code::WeakPassword
                | Code::PasswordTooShort
                | Code::PasswordNoDigit
                | Code::PasswordNoUppercase
                | Code::PasswordNoLowercase
                | Code::PasswordNoSymbol
                | Code::PasswordInDictionary,
            ),
            _,
        ) => (
            Exit::Declined,
            "the server wants a better password",
            "choose a longer one, of more kinds of characters",
        ),
        (Some(Code::ThreepidInUse), RequestingTheMail) => (
            Exit::Declined,
            "the address already belongs to an account",
            "remove it there first, or use another address",
        ),
        (Some(Code::InvalidParam | Code::InvalidEmail | Code::BadJson), RequestingTheMail) => (
            Exit::Declined,
            "the server does not take this for an e-mail address",
            "check it",
        ),
        (Some(Code::ThreepidMediumNotSupported | Code::Unrecognized), RequestingTheMail) => (
            Exit::Unsupported,
            "the server sends no e-mail",
            "its administrator would have to set that up",
        ),
        (Some(Code::ThreepidNotFound), _) => (
            Exit::Declined,
            "no account has it",
            "check it, or use another of the account's addresses",
        ),
        (Some(Code::UserInUse), _) => (
            Exit::Declined,
            "the user name is taken",
            "choose another with --user",
        ),
        (Some(Code::InvalidUsername | Code::Exclusive), _) => (
            Exit::Declined,
            "the server does not take this user name",
            "choose another with --user: of a-z, 0-9 and ._=-/+",
        ),
        (Some(Code::Forbidden), Registering) => (
            Exit::Unsupported,
            "the server registers nobody",
            "ask its administrator for an account",
        ),
        (Some(Code::ThreepidInUse), _) => (
            Exit::Declined,
            "the number already belongs to an account",
            "remove it there first, or use another number",
        ),
        (Some(Code::ThreepidDenied), _) => (
            Exit::Declined,
            "the server does not accept this number",
            "use another number, or ask the server's administrator",
        ),
        (Some(Code::InvalidPhoneNumber), _)
        | (Some(Code::InvalidParam | Code::BadJson), RequestingTheText) => (
            Exit::Declined,
            "the server does not take this for a phone number",
            "check the number and the country",
        ),
        (Some(Code::DestinationRejected), _) => (
            Exit::Declined,
            "the server sends no texts to that country",
            "use a number of another country, or ask the server's administrator",
        ),
        (Some(Code::ThreepidMediumNotSupported), _)
        | (Some(Code::Unrecognized), RequestingTheText) => (
            Exit::Unsupported,
            "the server adds no phone numbers",
            "its administrator would have to set up the sending of texts",
        ),
        (Some(Code::Unrecognized), _) => (
            Exit::Unsupported,
            "the server does not have this",
            "check that the address is that of a homeserver, or ask its administrator for an update",
        ),
        (Some(Code::NotFound), FindingTheHomeserver | AskingForVersions) => (
            Exit::NotMatrix,
            "there is no homeserver at that address",
            "check the address",
        ),
        (Some(Code::Forbidden), LoggingIn) => (
            Exit::Authentication,
            "the server does not know that user name with that password",
            "check both",
        ),
        (Some(Code::Forbidden), _) => (
            Exit::Authentication,
            "the server does not allow this",
            "ask the server's administrator",
        ),
        (Some(Code::UnknownToken | Code::MissingToken | Code::Unauthorized), _) => (
            Exit::Authentication,
            "the access token is not valid, or no longer",
            "log in again, or use the password",
        ),
        (Some(Code::UserDeactivated), _) => (
            Exit::Authentication,
            "the account is deactivated",
            "use another account",
        ),
        (Some(Code::UserLocked | Code::UserSuspended), _) => (
            Exit::Authentication,
            "the account is locked or suspended",
            "ask the server's administrator",
        ),
        (Some(Code::ThreepidAuthFailed | Code::SessionNotValidated), _) => (
            Exit::Declined,
            "the server does not know that the number is yours",
            "begin again, and take the code of the newest text",
        ),
        (Some(Code::TokenIncorrect), _) => (
            Exit::Declined,
            "the code was wrong",
            "begin again, and take the code of the newest text",
        ),
        (Some(Code::SessionExpired | Code::NoValidSession), _) => (
            Exit::Declined,
            "the code is too old",
            "begin again, with a new text",
        ),
        (Some(Code::TermsNotSigned), _) => (
            Exit::Declined,
            "the server's terms of service are not agreed to",
            "agree to them with another client",
        ),
        (Some(Code::ServerNotTrusted), _) => (
            Exit::Declined,
            "the homeserver does not trust the server that would send the text",
            "ask the homeserver's administrator",
        ),
        _ => return otherwise(refused),
    };
    if doing == Calling {
        // Who knows the operation is told more by the server's own words.
        return CliError {
            exit,
            ..otherwise(refused)
        };
    }
    CliError::new(exit, what, advice)
}

/// An errcode without advice of its own: the server's words are all there is.
fn otherwise(refused: &ServerError) -> CliError {
    let what = if refused.status.is_server_error() {
        "something went wrong on the server"
    } else {
        "the server declined"
    };
    let advice = match &refused.message {
        Some(message) => format!("it says \"{}\"", printable(message)),
        None => format!("HTTP status {}", refused.status.as_u16()),
    };
    CliError::new(Exit::Declined, what, advice)
}

#[cfg(test)]
mod tests {
    use hardline::client_api::threepid::RequestTokenTo3pidMsisdn;
    use hardline::wire;
    use hardline::wire::Failure;

    use super::*;

    fn declined(status: u16, body: &'static str, doing: Doing) -> CliError {
        let mut response = http::Response::new(body);
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
        let error = wire::decode::<RequestTokenTo3pidMsisdn>(response).unwrap_err();
        CliError::of(&error, doing, Timestamp::from_millis(0))
    }

    #[test]
    fn a_number_in_use_is_one_sentence_with_advice() {
        let body = r#"{"errcode": "M_THREEPID_IN_USE", "error": "MSISDN is already in use"}"#;
        let trouble = declined(400, body, Doing::RequestingTheText);
        assert_eq!(
            trouble.sentence(),
            "the number already belongs to an account (M_THREEPID_IN_USE): remove it there first, or use another number"
        );
        assert_eq!(trouble.exit, Exit::Declined);
    }

    #[test]
    fn the_kind_of_failure_decides_the_exit_code() {
        use Doing::*;
        for (status, body, doing, exit) in [
            (
                403,
                r#"{"errcode":"M_FORBIDDEN"}"#,
                LoggingIn,
                Exit::Authentication,
            ),
            (
                401,
                r#"{"errcode":"M_UNKNOWN_TOKEN"}"#,
                Listing,
                Exit::Authentication,
            ),
            (
                400,
                r#"{"errcode":"M_THREEPID_MEDIUM_NOT_SUPPORTED"}"#,
                RequestingTheText,
                Exit::Unsupported,
            ),
            (
                404,
                r#"{"errcode":"M_UNRECOGNIZED"}"#,
                RequestingTheText,
                Exit::Unsupported,
            ),
            (
                429,
                r#"{"errcode":"M_LIMIT_EXCEEDED"}"#,
                LoggingIn,
                Exit::RateLimited,
            ),
            (429, "<html>", LoggingIn, Exit::RateLimited),
            (502, "<html>", AskingForVersions, Exit::NotMatrix),
            (302, "", AskingForVersions, Exit::NotMatrix),
            (200, "<html>", AskingForVersions, Exit::NotMatrix),
            (
                418,
                r#"{"errcode":"ORG_EXAMPLE_TEAPOT"}"#,
                Listing,
                Exit::Declined,
            ),
            (
                500,
                r#"{"errcode":"M_UNKNOWN","error":"oops"}"#,
                Listing,
                Exit::Declined,
            ),
        ] {
            let trouble = declined(status, body, doing);
            assert_eq!(
                trouble.exit,
                exit,
                "{status} {body}: {}",
                trouble.sentence()
            );
        }
    }

    #[test]
    fn failures_of_the_way_there_are_told_apart() {
        for (class, exit) in [
            (FailureClass::Refused, Exit::Unreachable),
            (FailureClass::TimedOutAfterSend, Exit::Unreachable),
            (FailureClass::Malformed, Exit::NotMatrix),
            (FailureClass::Unsendable, Exit::Usage),
        ] {
            let error = Failure::new(class, "detail").into();
            let trouble = CliError::of(&error, Doing::Listing, Timestamp::from_millis(0));
            assert_eq!(trouble.exit, exit, "{class:?}");
            assert!(trouble.sentence().contains("detail"));
        }
    }

    #[test]
    fn what_a_server_says_cannot_move_the_cursor() {
        let body = r#"{"errcode":"M_\u001b[2J","error":"a\u001b[31m\nb"}"#;
        let sentence = declined(400, body, Doing::Listing).sentence();
        assert!(!sentence.contains(['\u{1b}', '\n']), "{sentence:?}");
    }
}
