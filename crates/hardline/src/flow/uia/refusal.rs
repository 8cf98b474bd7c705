//! What a refusal of a stage means. Servers agree neither on its status nor on its errcode, and often say it in words
//! alone.

use std::borrow::Cow;

use http::StatusCode;

use crate::json::JsonObject;
use crate::wire::{AuthType, Error, ErrorCode, ErrorKind};

/// Whether the server requires a stronger password.
pub(crate) fn is_weak(error: &Error) -> bool {
    matches!(
        error.errcode(),
        Some(
            ErrorCode::WeakPassword
                | ErrorCode::PasswordTooShort
                | ErrorCode::PasswordNoDigit
                | ErrorCode::PasswordNoUppercase
                | ErrorCode::PasswordNoLowercase
                | ErrorCode::PasswordNoSymbol
                | ErrorCode::PasswordInDictionary
        )
    )
}

/// Whether the server does not accept what the user answered, so that another answer is what helps. Only for a request
/// with an answer: otherwise the same error says that nobody may do this.
pub(crate) fn rejects_answer(error: &Error) -> bool {
    let Some(status) = error.status() else {
        return false;
    };
    if is_about_something_else(error) || is_about_account(error) {
        return false;
    }
    match error.kind() {
        ErrorKind::Uia(_) => is_refusal(status) || is_usual(error),
        // A gateway that checks passwords itself has no errcodes, and may answer with a page.
        ErrorKind::UnexpectedResponse(_) => {
            is_refusal(status) || status == StatusCode::BAD_REQUEST && says_wrong(error)
        }
        ErrorKind::Server(_) if is_refusal(status) => {
            error.errcode() != Some(&ErrorCode::Unrecognized)
        }
        ErrorKind::Server(_) if status.is_client_error() || status.is_success() => {
            is_usual(error) || says_wrong(error)
        }
        _ => false,
    }
}

/// Whether the server does not know the session of the stages, or no longer does, so that a new one is what helps. Only
/// for a request with a session, and this stage.
pub(super) fn forgets_session(error: &Error, stage: Option<&AuthType>) -> bool {
    let is_unknown = error.errcode() == Some(&ErrorCode::Unknown);
    let may_forget = match error.status().map(|status| status.as_u16()) {
        Some(400 | 401 | 403 | 404 | 410) => {
            // An address is validated in a session of its own.
            let is_validated = matches!(stage, Some(AuthType::EmailIdentity | AuthType::Msisdn));
            if !is_validated && names_session(error) {
                return true;
            }
            !is_about_something_else(error)
        }
        Some(500) => is_unknown,
        _ => false,
    };
    if !may_forget {
        return false;
    }
    match message(error).map(|words| words.to_lowercase()) {
        Some(words) if !words.is_empty() => {
            words.contains("session")
                // Palpo looks for the session in its database, and says no more.
                || is_unknown && words.contains("unknown db error")
        }
        // Synapse's code for it, though for much else too.
        _ => is_unknown && error.status() == Some(StatusCode::BAD_REQUEST) && error.uia().is_none(),
    }
}

/// Whether the error's code is one of those for a wrong answer, whatever its status and its words.
fn is_usual(error: &Error) -> bool {
    match error.errcode() {
        Some(
            ErrorCode::Forbidden
            | ErrorCode::Unauthorized
            | ErrorCode::CaptchaInvalid
            | ErrorCode::CaptchaNeeded,
        ) => true,
        Some(ErrorCode::Other(code)) => names_secret(code),
        _ => false,
    }
}

/// Whether a code that the specification does not have is about a secret.
fn names_secret(code: &str) -> bool {
    const PARTS: [&str; 4] = ["ACCESS_DENIED", "PASSWORD", "CREDENTIAL", "CAPTCHA"];
    PARTS.iter().any(|part| code.contains(part))
}

/// Whether the error's code is about a session.
fn names_session(error: &Error) -> bool {
    match error.errcode() {
        Some(ErrorCode::SessionExpired | ErrorCode::NoValidSession) => true,
        Some(ErrorCode::Other(code)) => code.contains("SESSION"),
        _ => false,
    }
}

/// What is read of an answer that may be a page.
const LONGEST_MESSAGE: usize = 1000;

/// Whether the error says in words that something secret is wrong.
fn says_wrong(error: &Error) -> bool {
    const WRONG: [&str; 10] = [
        "wrong",
        "incorrect",
        "invalid",
        "bad ",
        "not match",
        "not correct",
        "not valid",
        "mismatch",
        "denied",
        "failed",
    ];
    const SECRETS: [&str; 4] = ["password", "credential", "token", "captcha"];
    let words = match error.kind() {
        ErrorKind::UnexpectedResponse(response) => {
            let beginning = &response.body[..response.body.len().min(LONGEST_MESSAGE)];
            String::from_utf8_lossy(beginning).to_lowercase()
        }
        _ => message(error).as_deref().unwrap_or_default().to_lowercase(),
    };
    let has = |list: &[&str]| list.iter().any(|word| words.contains(word));
    has(&WRONG) && has(&SECRETS)
}

/// Whether the error says that no answer helps: nobody may log in in this way, or this account may not.
fn is_about_account(error: &Error) -> bool {
    const STATES: [&str; 4] = ["DISABLED", "DEACTIVATED", "SUSPENDED", "LOCKED"];
    const WHOSE: [&str; 5] = [
        "ACCOUNT",
        "USER",
        "LOG",
        "REGISTRATION HAS",
        "REGISTRATION IS",
    ];
    let has = |text: &str, list: &[&str]| list.iter().any(|part| text.contains(part));
    let is_code = matches!(error.errcode(), Some(ErrorCode::Other(code)) if has(code, &STATES));
    let words = message(error).unwrap_or_default().to_uppercase();
    // Some servers do not tell which of both it is.
    (is_code || has(&words, &STATES) && has(&words, &WHOSE)) && !says_wrong(error)
}

/// Whether the error's code says that it is about neither the answer nor the session.
fn is_about_something_else(error: &Error) -> bool {
    is_weak(error)
        || error.is_rate_limited()
        // Codes from before the specification had one, such as ORG_MATRIX_MSC3939_USER_LOCKED.
        || matches!(error.errcode(), Some(ErrorCode::Other(code)) if code.contains("USER_") && !names_secret(code))
        || matches!(
            error.errcode(),
            Some(
                ErrorCode::ConsentNotGiven
                    | ErrorCode::Exclusive
                    | ErrorCode::GuestAccessForbidden
                    | ErrorCode::InvalidUsername
                    | ErrorCode::MissingToken
                    | ErrorCode::NoValidSession
                    | ErrorCode::ResourceLimitExceeded
                    | ErrorCode::ServerNotTrusted
                    | ErrorCode::SessionExpired
                    | ErrorCode::SessionNotValidated
                    | ErrorCode::TermsNotSigned
                    | ErrorCode::ThreepidAuthFailed
                    | ErrorCode::ThreepidDenied
                    | ErrorCode::ThreepidInUse
                    | ErrorCode::ThreepidMediumNotSupported
                    | ErrorCode::ThreepidNotFound
                    | ErrorCode::UnknownToken
                    | ErrorCode::UserDeactivated
                    | ErrorCode::UserInUse
                    | ErrorCode::UserLimitExceeded
                    | ErrorCode::UserLocked
                    | ErrorCode::UserSuspended
            )
        )
}

fn is_refusal(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

/// What the error says in words, which a gateway's may do without a code.
fn message(error: &Error) -> Option<Cow<'_, str>> {
    match error.kind() {
        ErrorKind::Server(error) => error.message.as_deref().map(Cow::from),
        ErrorKind::Uia(challenge) => challenge.message.as_deref().map(Cow::from),
        ErrorKind::UnexpectedResponse(response) => {
            let object: JsonObject = serde_json::from_slice(&response.body).ok()?;
            object.field::<String>("error").map(Cow::from)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client_api::account::ChangePassword;
    use crate::wire;

    fn error(status: u16, body: &'static str) -> Error {
        let response = http::Response::builder().status(status).body(body).unwrap();
        wire::decode::<ChangePassword>(response).unwrap_err()
    }

    #[test]
    fn a_wrong_answer_is_told_from_other_refusals() {
        for (status, body, is_wrong) in [
            (
                403,
                r#"{"errcode":"M_FORBIDDEN","error":"The username or password was incorrect or the account does not exist."}"#,
                true,
            ),
            (403, r#"{"errcode":"M_FORBIDDEN"}"#, true),
            (
                401,
                r#"{"errcode":"M_UNAUTHORIZED","error":"Unauthorized."}"#,
                true,
            ),
            (
                401,
                r#"{"errcode":"M_BAD_JSON","error":"Captcha Auth Failed"}"#,
                true,
            ),
            (401, r#"{"errcode":"ORG_EXAMPLE_NO"}"#, true),
            (
                401,
                r#"{"errcode":"M_FORBIDDEN","flows":[],"session":"s"}"#,
                true,
            ),
            (
                403,
                r#"{"errcode":"M_ACCESS_DENIED","error":"Incorrect password."}"#,
                true,
            ),
            (403, r#"{"errcode":"M_UNKNOWN","error":"no"}"#, true),
            (400, r#"{"errcode":"M_FORBIDDEN","error":"no"}"#, true),
            (400, r#"{"errcode":"M_CAPTCHA_INVALID"}"#, true),
            (
                400,
                r#"{"errcode":"M_UNKNOWN","error":"Invalid password"}"#,
                true,
            ),
            (
                400,
                r#"{"errcode":"M_INVALID_PARAM","error":"The registration token is incorrect"}"#,
                true,
            ),
            (401, r#"{"error":"Invalid password"}"#, true),
            (400, r#"{"error":"Invalid password"}"#, true),
            (401, "<html>Unauthorized</html>", true),
            (403, "", true),
            (
                400,
                r#"{"errcode":"M_UNKNOWN","error":"Bad password"}"#,
                true,
            ),
            (
                400,
                r#"{"errcode":"M_UNKNOWN","error":"Password verification failed"}"#,
                true,
            ),
            (
                422,
                r#"{"errcode":"M_FORBIDDEN","error":"Invalid password"}"#,
                true,
            ),
            (200, r#"{"errcode":"M_FORBIDDEN","error":"no"}"#, true),
            (403, r#"{"errcode":"IO_EXAMPLE_BAD_LOGIN"}"#, true),
            (
                403,
                r#"{"errcode":"IO_EXAMPLE_BAD_USER_OR_PASSWORD"}"#,
                true,
            ),
            (403, r#"{"errcode":"FORBIDDEN","error":"no"}"#, true),
            (403, r#"{"errcode":"M_NOT_FOUND","error":"no"}"#, true),
            (
                403,
                r#"{"errcode":"M_FORBIDDEN","error":"Wrong password, or the account is locked"}"#,
                true,
            ),
            (
                400,
                r#"{"errcode":"M_UNKNOWN","error":"Password login has been disabled."}"#,
                false,
            ),
            (
                403,
                r#"{"errcode":"M_FORBIDDEN","error":"Password login has been disabled."}"#,
                false,
            ),
            (
                401,
                r#"{"errcode":"M_UNAUTHORIZED","error":"This account is suspended."}"#,
                false,
            ),
            // Another one may do.
            (
                401,
                r#"{"errcode":"M_UNAUTHORIZED","error":"This registration token is disabled."}"#,
                true,
            ),
            (403, r#"{"errcode":"M_UNRECOGNIZED"}"#, false),
            (400, r#"{"errcode":"M_BAD_JSON","error":"x"}"#, false),
            (
                400,
                r#"{"errcode":"M_INVALID_PARAM","error":"Invalid username"}"#,
                false,
            ),
            (
                403,
                r#"{"errcode":"M_USER_DEACTIVATED","error":"Invalid password"}"#,
                false,
            ),
            (
                401,
                r#"{"errcode":"M_USER_LOCKED","soft_logout":true}"#,
                false,
            ),
            (
                401,
                r#"{"errcode":"ORG_MATRIX_MSC3939_USER_LOCKED"}"#,
                false,
            ),
            (403, r#"{"errcode":"M_THREEPID_DENIED"}"#, false),
            (403, r#"{"errcode":"M_REGISTRATION_DISABLED"}"#, false),
            (403, r#"{"errcode":"M_LIMIT_EXCEEDED"}"#, false),
            (
                400,
                r#"{"errcode":"M_WEAK_PASSWORD","error":"invalid password"}"#,
                false,
            ),
            (
                404,
                r#"{"errcode":"M_UNRECOGNIZED","error":"Unrecognized identifier"}"#,
                false,
            ),
            (500, r#"{"errcode":"M_FORBIDDEN"}"#, false),
            (502, "<html>Bad Gateway</html>", false),
            (400, "<html>Bad Request</html>", false),
        ] {
            assert_eq!(
                rejects_answer(&error(status, body)),
                is_wrong,
                "{status} {body}"
            );
        }
    }

    #[test]
    fn a_forgotten_session_is_known_by_its_words() {
        for (status, body, is_forgotten) in [
            (
                400,
                r#"{"errcode":"M_UNKNOWN","error":"Unknown session ID: nope"}"#,
                true,
            ),
            (
                403,
                r#"{"errcode":"M_FORBIDDEN","error":"UIAA session does not exist."}"#,
                true,
            ),
            (
                400,
                r#"{"errcode":"M_INVALID_PARAM","error":"Invalid session"}"#,
                true,
            ),
            (
                400,
                r#"{"errcode":"M_UNRECOGNIZED","error":"Invalid session key"}"#,
                true,
            ),
            (
                500,
                r#"{"errcode":"M_UNKNOWN","error":"unknown db error"}"#,
                true,
            ),
            (
                404,
                r#"{"errcode":"M_NOT_FOUND","error":"No such session"}"#,
                true,
            ),
            (
                401,
                r#"{"errcode":"M_UNKNOWN","error":"Session expired","flows":[],"session":"t"}"#,
                true,
            ),
            (400, r#"{"errcode":"M_UNKNOWN"}"#, true),
            (
                410,
                r#"{"errcode":"M_UNKNOWN","error":"Unknown session"}"#,
                true,
            ),
            (400, r#"{"errcode":"M_UNKNOWN_SESSION"}"#, true),
            (404, r#"{"errcode":"M_NO_VALID_SESSION","error":"x"}"#, true),
            (
                400,
                r#"{"errcode":"M_SESSION_EXPIRED","error":"This session has expired"}"#,
                true,
            ),
            // From a gateway.
            (400, r#"{"error":"Unknown session"}"#, true),
            (401, r#"{"error":"Invalid password","session":"u"}"#, false),
            (
                400,
                r#"{"errcode":"M_UNKNOWN","error":"Password login has been disabled."}"#,
                false,
            ),
            (
                401,
                r#"{"flows":[{"stages":["m.login.password"]}],"session":"t"}"#,
                false,
            ),
            (403, r#"{"errcode":"M_FORBIDDEN"}"#, false),
            (
                400,
                r#"{"errcode":"M_THREEPID_AUTH_FAILED","error":"No validated 3pid session found"}"#,
                false,
            ),
            (
                401,
                r#"{"errcode":"M_UNKNOWN_TOKEN","error":"The session has expired"}"#,
                false,
            ),
            (
                500,
                r#"{"errcode":"M_UNKNOWN","error":"Internal server error"}"#,
                false,
            ),
            (502, "<html>no session</html>", false),
        ] {
            assert_eq!(
                forgets_session(&error(status, body), Some(&AuthType::Password)),
                is_forgotten,
                "{status} {body}"
            );
        }
    }

    #[test]
    fn the_session_of_a_validation_is_another_one() {
        for body in [
            r#"{"errcode":"M_SESSION_EXPIRED","error":"This validation session has expired"}"#,
            r#"{"errcode":"M_NO_VALID_SESSION","error":"x"}"#,
        ] {
            for stage in [AuthType::EmailIdentity, AuthType::Msisdn] {
                assert!(!forgets_session(&error(400, body), Some(&stage)), "{body}");
            }
        }
    }
}
