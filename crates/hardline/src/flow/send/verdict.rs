use std::time::Duration;

use http::StatusCode;

use crate::types::Timestamp;
use crate::wire::{Error, ErrorCode, ErrorKind, FailureClass};

/// What an error means for the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The server wants fewer requests, in all rooms. It did not act on this one.
    Limited(Option<Duration>),
    /// Nobody is logged in.
    LoggedOut,
    /// The server was not reached, or what stands before it answered.
    Unreachable {
        asked: Option<Duration>,
        never_sent: bool,
    },
    /// The server failed at this event.
    Broken(Option<Duration>),
    /// The event would be refused again.
    Refused(Refuser),
}

/// Who refuses an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refuser {
    /// The server, which would have said so if it had the event already.
    Server,
    /// Something before the server.
    Proxy,
    /// This side: the request cannot be sent.
    Sender,
}

impl Verdict {
    pub(super) fn of(error: &Error, now: Timestamp) -> Self {
        let asked = error.retry_after(now);
        if error.is_rate_limited() {
            return Self::Limited(asked);
        }
        match error.kind() {
            ErrorKind::Encode(_) => Self::Refused(Refuser::Sender),
            ErrorKind::Transport(failure) if failure.is_not_logged_in() => Self::LoggedOut,
            ErrorKind::Transport(failure) => match failure.class() {
                FailureClass::Unsendable => Self::Refused(Refuser::Sender),
                class => Self::Unreachable {
                    asked,
                    never_sent: class.never_sent(),
                },
            },
            ErrorKind::Server(_)
                if matches!(
                    error.errcode(),
                    Some(ErrorCode::UnknownToken | ErrorCode::MissingToken)
                ) =>
            {
                Self::LoggedOut
            }
            ErrorKind::Server(refused) => Self::by_status(refused.status, asked, Refuser::Server),
            ErrorKind::Uia(challenge) => Self::by_status(challenge.status, asked, Refuser::Server),
            ErrorKind::UnexpectedResponse(response) => {
                Self::by_status(response.status, asked, Refuser::Proxy)
            }
        }
    }

    fn by_status(status: StatusCode, asked: Option<Duration>, refuser: Refuser) -> Self {
        let passes = [
            StatusCode::REQUEST_TIMEOUT,
            StatusCode::TOO_EARLY,
            StatusCode::BAD_GATEWAY,
            StatusCode::SERVICE_UNAVAILABLE,
            StatusCode::GATEWAY_TIMEOUT,
        ];
        match (status, refuser) {
            (StatusCode::NOT_IMPLEMENTED, Refuser::Server) => Self::Refused(refuser),
            _ if status.is_client_error() && !passes.contains(&status) => Self::Refused(refuser),
            // An error with a status of success was sent by somebody who knows what they refuse.
            _ if status.is_success() && refuser == Refuser::Server => Self::Refused(refuser),
            _ if status.is_server_error()
                && refuser == Refuser::Server
                && !passes.contains(&status) =>
            {
                Self::Broken(asked)
            }
            _ => Self::Unreachable {
                asked,
                never_sent: false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Response;

    use super::*;
    use crate::client_api::room_events::SendMessage;
    use crate::wire::{Failure, decode};

    const UNREACHABLE: Verdict = Verdict::Unreachable {
        asked: None,
        never_sent: false,
    };

    #[test]
    fn what_the_server_says_of_the_event_is_told_from_what_may_pass() {
        let second = Some(Duration::from_secs(1));
        let server = Verdict::Refused(Refuser::Server);
        let proxy = Verdict::Refused(Refuser::Proxy);
        for (status, body, verdict) in [
            (400, r#"{"errcode":"M_BAD_JSON"}"#, server),
            (403, r#"{"errcode":"M_FORBIDDEN"}"#, server),
            (404, r#"{"errcode":"M_NOT_FOUND"}"#, server),
            (413, r#"{"errcode":"M_TOO_LARGE"}"#, server),
            (501, r#"{"errcode":"M_UNRECOGNIZED"}"#, server),
            (413, "<html>", proxy),
            (403, "<html>", proxy),
            (401, r#"{"errcode":"M_UNKNOWN_TOKEN"}"#, Verdict::LoggedOut),
            (401, r#"{"errcode":"M_MISSING_TOKEN"}"#, Verdict::LoggedOut),
            (429, "slow down", Verdict::Limited(None)),
            (
                429,
                r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1000}"#,
                Verdict::Limited(second),
            ),
            (500, r#"{"errcode":"M_UNKNOWN"}"#, Verdict::Broken(None)),
            (503, r#"{"errcode":"M_UNKNOWN"}"#, UNREACHABLE),
            (500, "<html>", UNREACHABLE),
            (502, "<html>", UNREACHABLE),
            (408, "", UNREACHABLE),
            (200, "<html>", UNREACHABLE),
            (302, "", UNREACHABLE),
        ] {
            let mut response = Response::new(body);
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            let error = decode::<SendMessage>(response).unwrap_err();
            let now = Timestamp::default();
            assert_eq!(Verdict::of(&error, now), verdict, "{status} {body}");
        }
    }

    #[test]
    fn a_failure_of_the_transport_may_pass_if_the_request_can_be_sent_at_all() {
        for class in FailureClass::ALL {
            let error = Error::from(Failure::new(*class, "on purpose"));
            let verdict = Verdict::of(&error, Timestamp::default());
            let expected = match class {
                FailureClass::Unsendable => Verdict::Refused(Refuser::Sender),
                class => Verdict::Unreachable {
                    asked: None,
                    never_sent: class.never_sent(),
                },
            };
            assert_eq!(verdict, expected, "{class:?}");
        }
        let name = <SendMessage as crate::wire::Endpoint>::OPERATION.name();
        let error = Error::from(Failure::not_logged_in(name));
        let verdict = Verdict::of(&error, Timestamp::default());
        assert_eq!(verdict, Verdict::LoggedOut);
    }
}
