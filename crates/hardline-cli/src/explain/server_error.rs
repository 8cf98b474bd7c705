use hardline::wire::{ErrorCode, ServerError};

use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::printable::printable;

/// Explains what a server refused with an errcode.
pub(super) fn explain(refused: &ServerError, doing: Doing) -> CliError {
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
            "the server requires a better password",
            "choose a longer one, with more kinds of characters",
        ),
        (Some(Code::ThreepidInUse), RequestingTheMail) => (
            Exit::Declined,
            "the address already belongs to an account",
            "remove it there first, or use another address",
        ),
        (Some(Code::InvalidParam | Code::InvalidEmail | Code::BadJson), RequestingTheMail) => (
            Exit::Declined,
            "the server does not accept this as an e-mail address",
            "check it",
        ),
        (Some(Code::ThreepidMediumNotSupported | Code::Unrecognized), RequestingTheMail) => (
            Exit::Unsupported,
            "the server cannot send e-mail",
            "ask its administrator to set that up",
        ),
        (Some(Code::ThreepidNotFound), _) => (
            Exit::Declined,
            "it belongs to no account",
            "check it, or use another of the account's addresses",
        ),
        (Some(Code::UserInUse), _) => (
            Exit::Declined,
            "the user name is taken",
            "choose another with --user",
        ),
        (Some(Code::InvalidUsername | Code::Exclusive), _) => (
            Exit::Declined,
            "the server does not allow this user name",
            "choose another with --user, made of a-z, 0-9 and ._=-/+",
        ),
        (Some(Code::Forbidden), Registering) => (
            Exit::Unsupported,
            "the server does not allow registration",
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
            "the server does not accept this as a phone number",
            "check the number and the country",
        ),
        (Some(Code::DestinationRejected), _) => (
            Exit::Declined,
            "the server does not send texts to that country",
            "use a number from another country, or ask the server's administrator",
        ),
        (Some(Code::ThreepidMediumNotSupported), _)
        | (Some(Code::Unrecognized), RequestingTheText) => (
            Exit::Unsupported,
            "the server does not support phone numbers",
            "ask its administrator to set up text messages",
        ),
        (Some(Code::Unrecognized), _) => (
            Exit::Unsupported,
            "the server does not support this",
            "check that this is the address of a homeserver, or ask its administrator for an update",
        ),
        (Some(Code::NotFound), FindingTheHomeserver | AskingForVersions) => (
            Exit::NotMatrix,
            "there is no homeserver at that address",
            "check the address",
        ),
        (Some(Code::Forbidden | Code::Unauthorized | Code::UnknownToken), LoggingIn) => {
            return wrong_password();
        }
        (Some(Code::Forbidden), _) => (
            Exit::Authentication,
            "the server does not allow this",
            "ask the server's administrator",
        ),
        (Some(Code::UnknownToken | Code::MissingToken | Code::Unauthorized), _) => (
            Exit::Authentication,
            "the access token is not, or no longer, valid",
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
            "you have not proved to the server that the number is yours",
            "start again, and use the code from the newest text",
        ),
        (Some(Code::TokenIncorrect), _) => (
            Exit::Declined,
            "the code was wrong",
            "start again, and use the code from the newest text",
        ),
        (Some(Code::SessionExpired | Code::NoValidSession), _) => (
            Exit::Declined,
            "the code is too old",
            "start again with a new text",
        ),
        (Some(Code::TermsNotSigned), _) => (
            Exit::Declined,
            "you have not agreed to the server's terms of service",
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
        // Users of `call` know the operation, and learn more from the server's own words.
        let mut error = otherwise(refused);
        error.exit = exit;
        return error;
    }
    CliError::new(exit, what, advice)
}

pub(super) fn wrong_password() -> CliError {
    let what = "the user name or the password is wrong";
    CliError::new(Exit::Authentication, what, "check both")
}

/// There is no explanation for this errcode, so the server's own message has to do.
fn otherwise(refused: &ServerError) -> CliError {
    let what = if refused.status.is_server_error() {
        "the server failed"
    } else {
        "the server declined"
    };
    let advice = match &refused.message {
        Some(message) => format!("it says \"{}\"", printable(message)),
        None => format!("HTTP status {}", refused.status.as_u16()),
    };
    CliError::new(Exit::Declined, what, advice)
}
