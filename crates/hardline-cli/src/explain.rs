mod oauth_error;
mod room_error;
mod server_error;

use hardline::flow::FlowError;
use hardline::types::Timestamp;
use hardline::wire::{
    DecodeError, EncodeError, Error, ErrorCode, ErrorKind, Failure, FailureClass, OAuthErrorCode,
    UnexpectedResponse,
};
use http::header::LOCATION;

use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::printable::printable;

pub(crate) use oauth_error::{expired, explain_authorization, explain_gap, requires_oauth};

/// Explains an error of the protocol: what it means for the user, and what to do about it.
pub(crate) fn explain(error: &Error, doing: Doing, now: Timestamp) -> CliError {
    let mut explained = match error.kind() {
        _ if error.is_rate_limited() => {
            let wait = error.retry_after(now);
            let advice = match wait {
                Some(wait) => {
                    let seconds = wait.as_millis().div_ceil(1000);
                    format!("try again in {seconds} seconds")
                }
                None => "try again later".to_owned(),
            };
            CliError::new(
                Exit::RateLimited,
                "the server received too many requests",
                advice,
            )
        }
        // A gateway that checks passwords itself has no errcodes.
        ErrorKind::Server(_) | ErrorKind::UnexpectedResponse(_)
            if doing == Doing::LoggingIn
                && error.errcode().is_none()
                && error.oauth_error().is_none()
                && matches!(
                    error.status().map(|status| status.as_u16()),
                    Some(401 | 403)
                ) =>
        {
            server_error::wrong_password()
        }
        ErrorKind::Encode(error) => encode(error),
        ErrorKind::Transport(failure) => transport(failure),
        ErrorKind::Server(refused) => match &refused.oauth_error {
            Some(code) => oauth_error::explain(code, refused, doing),
            None => room_error::explain(refused, doing)
                .unwrap_or_else(|| server_error::explain(refused, doing)),
        },
        ErrorKind::Uia(challenge) => {
            let advice = match (&challenge.session, doing) {
                (Some(session), Doing::Calling) => {
                    format!("send it in the field auth, with the session \"{session}\"")
                }
                (None, Doing::Calling) => "send it in the field auth".to_owned(),
                _ => "do it with another client, or on the server's own page".to_owned(),
            };
            CliError::new(Exit::Authentication, challenge.to_string(), advice)
        }
        ErrorKind::UnexpectedResponse(answer) => not_an_answer(answer),
        // There may be more kinds in the future.
        _ => CliError::new(Exit::Declined, error.to_string(), ""),
    };
    let oauth_error = || error.oauth_error().map(OAuthErrorCode::as_str);
    let code = error.errcode().map(ErrorCode::as_str).or_else(oauth_error);
    explained.errcode = code.map(printable);
    if let ErrorKind::Server(refused) = error.kind() {
        explained.server_message = refused.message.as_deref().map(printable);
    }
    explained
}

fn encode(error: &EncodeError) -> CliError {
    match error {
        EncodeError::Unsupported { .. } => CliError::new(
            Exit::Unsupported,
            "the server does not offer this",
            "it advertises no version that has it, so it needs an update",
        ),
        EncodeError::UnsendableToken => CliError::new(
            Exit::Usage,
            "the access token is empty or contains characters that cannot be sent",
            "copy it again, without spaces or line breaks",
        ),
        EncodeError::Url(error) => CliError::new(
            Exit::NotMatrix,
            "the server gave an unusable address",
            error.to_string(),
        ),
        other => CliError::usage(other.to_string()),
    }
}

fn transport(failure: &Failure) -> CliError {
    if let Some(FlowError::NoOAuth(gap)) = failure.cause().downcast_ref() {
        return explain_gap(*gap);
    }
    let class = failure.class();
    let what = format!("{class} ({})", failure.cause());
    let (exit, advice) = match class {
        FailureClass::Dns => (
            Exit::Unreachable,
            "check the server's name, and whether this machine is online",
        ),
        FailureClass::Refused => (
            Exit::Unreachable,
            "check the address and its port, and whether the server is running",
        ),
        FailureClass::Tls => (
            Exit::Unreachable,
            "check the server's certificate and this machine's clock, and whether the address should begin with http://",
        ),
        FailureClass::Proxy => (
            Exit::Unreachable,
            "check the proxy, or name this server in the variable no_proxy",
        ),
        FailureClass::TimedOutBeforeSend | FailureClass::TimedOutAfterSend => (
            Exit::Unreachable,
            "try again, or wait longer with --timeout",
        ),
        FailureClass::TooLarge | FailureClass::Malformed => (
            Exit::NotMatrix,
            "check that this is the address of a homeserver",
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
    if let DecodeError::Redirect = answer.error {
        let location = answer.headers.get(LOCATION);
        let place = location.and_then(|location| location.to_str().ok());
        let place = place.map_or("another address", |place| {
            // A query may hold secrets that are meant for the new place alone.
            place.split(['?', '#']).next().unwrap_or_default()
        });
        return CliError::new(
            Exit::NotMatrix,
            format!("the server redirects to {place}"),
            "give the homeserver's own address with --homeserver",
        );
    }
    let advice = if answer.status.is_server_error() {
        "the homeserver may be down, so try again later, or check the address"
    } else {
        "check that this is the address of a homeserver"
    };
    CliError::new(Exit::NotMatrix, answer.to_string(), advice)
}

#[cfg(test)]
mod tests {
    use hardline::client_api::threepid::RequestTokenTo3pidMsisdn;
    use hardline::wire;

    use super::*;

    fn declined(status: u16, body: &'static str, doing: Doing) -> CliError {
        let mut response = http::Response::new(body);
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
        let error = wire::decode::<RequestTokenTo3pidMsisdn>(response).unwrap_err();
        explain(&error, doing, Timestamp::from_millis(0))
    }

    #[test]
    fn a_number_in_use_is_one_sentence_with_advice() {
        let body = r#"{"errcode": "M_THREEPID_IN_USE", "error": "MSISDN is already in use"}"#;
        let explained = declined(400, body, Doing::RequestingTheText);
        assert_eq!(
            explained.sentence(),
            "the number already belongs to an account (M_THREEPID_IN_USE): remove it there first, or use another number"
        );
        assert_eq!(explained.exit, Exit::Declined);
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
            (
                401,
                r#"{"error":"Invalid password"}"#,
                LoggingIn,
                Exit::Authentication,
            ),
            (401, "<html>", LoggingIn, Exit::Authentication),
            (401, "<html>", Listing, Exit::NotMatrix),
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
            let explained = declined(status, body, doing);
            assert_eq!(
                explained.exit,
                exit,
                "{status} {body}: {}",
                explained.sentence()
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
            let explained = explain(&error, Doing::Listing, Timestamp::from_millis(0));
            assert_eq!(explained.exit, exit, "{class:?}");
            assert!(explained.sentence().contains("detail"));
        }
    }

    #[test]
    fn what_a_server_says_cannot_move_the_cursor() {
        let body = r#"{"errcode":"M_\u001b[2J","error":"a\u001b[31m\nb"}"#;
        let sentence = declined(400, body, Doing::Listing).sentence();
        assert!(!sentence.contains(['\u{1b}', '\n']), "{sentence:?}");
    }
}
