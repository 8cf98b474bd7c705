use hardline_derive::Wire;

use super::error::ErrorForm;
use super::prompt::PromptForm;
use super::typed::TypedForm;
use crate::flow::{FlowEvent, RetryScheduled, SessionEvent, SessionTokens};
use crate::types::Timestamp;
use crate::wire::Error;

/// What an interactive flow, or the session, tells: in the [table of forms](crate::embed#events) each type has its
/// members.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct EventForm {
    /// What happened.
    #[serde(rename = "type")]
    pub event_type: String,
    /// What is asked for.
    pub prompt: Option<PromptForm>,
    /// What went wrong.
    pub error: Option<ErrorForm>,
    /// When the next attempt is made.
    pub until_ms: Option<Timestamp>,
    /// The new tokens.
    pub session: Option<SessionTokens>,
    /// The session is over, but its device still exists.
    pub soft: Option<bool>,
    /// How many bytes of a file have passed.
    pub bytes: Option<u64>,
    /// How many there are.
    pub total: Option<u64>,
}

/// The types of events of interactive flows.
pub(crate) const EVENTS: &[TypedForm] = &[
    TypedForm::new("asks", &["prompt"]),
    TypedForm::new("rejected", &["prompt", "error"]),
    TypedForm::new("validated", &[]),
    TypedForm::new("progress", &["bytes"]).or(&["total"]),
    TypedForm::new("waiting", &["error", "until_ms"]),
    TypedForm::new("stalled", &["error"]),
];

/// The types of events of the session, which is flow 0.
pub(crate) const SESSION_EVENTS: &[TypedForm] = &[
    TypedForm::new("load_tokens", &[]),
    TypedForm::new("refreshed", &["session"]),
    TypedForm::new("waiting", &["error", "until_ms"]),
    TypedForm::new("refresh_failed", &["error"]),
    TypedForm::new("refresh_refused", &["error"]),
    TypedForm::new("logged_out", &["soft"]).or(&["error"]),
];

impl EventForm {
    fn new(event_type: &str) -> Self {
        Self {
            event_type: event_type.to_owned(),
            ..Self::default()
        }
    }

    fn with_error(event_type: &str, now: Timestamp, error: &Error) -> Self {
        Self {
            error: Some(ErrorForm::of_error(now, error)),
            ..Self::new(event_type)
        }
    }

    fn waiting(now: Timestamp, scheduled: &RetryScheduled) -> Self {
        Self {
            until_ms: Some(scheduled.until),
            ..Self::with_error("waiting", now, &scheduled.error)
        }
    }

    /// An event of an interactive flow, at this time.
    pub(crate) fn of_flow(now: Timestamp, event: FlowEvent) -> Self {
        match event {
            FlowEvent::Asks(prompt) => Self {
                prompt: Some(prompt.into()),
                ..Self::new("asks")
            },
            FlowEvent::Rejected { prompt, error } => Self {
                prompt: Some(prompt.into()),
                ..Self::with_error("rejected", now, &error)
            },
            FlowEvent::Validated => Self::new("validated"),
            FlowEvent::Progress { bytes, total } => Self {
                bytes: Some(bytes),
                total,
                ..Self::new("progress")
            },
            FlowEvent::RetryScheduled(scheduled) => Self::waiting(now, &scheduled),
            FlowEvent::Stalled(error) => Self::with_error("stalled", now, &error),
        }
    }

    /// An event of the session, at this time.
    pub(crate) fn of_session(now: Timestamp, event: SessionEvent) -> Self {
        match event {
            SessionEvent::LoadTokens => Self::new("load_tokens"),
            SessionEvent::Refreshed(tokens) => Self {
                session: Some(tokens),
                ..Self::new("refreshed")
            },
            SessionEvent::RetryScheduled(scheduled) => Self::waiting(now, &scheduled),
            SessionEvent::RefreshFailed(error) => Self::with_error("refresh_failed", now, &error),
            SessionEvent::RefreshRefused(error) => Self::with_error("refresh_refused", now, &error),
            SessionEvent::LoggedOut { error } => Self {
                soft: Some(error.as_ref().is_some_and(Error::is_soft_logout)),
                error: error.map(|error| ErrorForm::of_error(now, &error)),
                ..Self::new("logged_out")
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embed::forms::json;
    use crate::embed::forms::read::names;
    use crate::flow::Prompt;
    use crate::types::AccessToken;
    use crate::wire::{Failure, FailureClass};

    fn error() -> Error {
        Failure::new(FailureClass::Refused, "it is down").into()
    }

    fn scheduled() -> RetryScheduled {
        RetryScheduled {
            error: error(),
            until: Timestamp::from_millis(7),
        }
    }

    fn check(forms: &'static [TypedForm], form: &EventForm) {
        let given = names(&json(form));
        let given = given.iter().map(String::as_str);
        TypedForm::check(forms, "the event", &form.event_type, given).unwrap();
    }

    #[test]
    fn every_event_has_the_members_of_its_type() {
        let now = Timestamp::default();
        let rejected = FlowEvent::Rejected {
            prompt: Prompt::Password,
            error: error(),
        };
        for event in [
            FlowEvent::Asks(Prompt::Password),
            rejected,
            FlowEvent::Validated,
            FlowEvent::Progress {
                bytes: 5,
                total: Some(7),
            },
            FlowEvent::Progress {
                bytes: 5,
                total: None,
            },
            FlowEvent::RetryScheduled(scheduled()),
            FlowEvent::Stalled(error()),
        ] {
            check(EVENTS, &EventForm::of_flow(now, event));
        }
        for event in [
            SessionEvent::LoadTokens,
            SessionEvent::Refreshed(SessionTokens::new(AccessToken::from("t"))),
            SessionEvent::RetryScheduled(scheduled()),
            SessionEvent::RefreshFailed(error()),
            SessionEvent::RefreshRefused(error()),
            SessionEvent::LoggedOut {
                error: Some(error()),
            },
            SessionEvent::LoggedOut { error: None },
        ] {
            check(SESSION_EVENTS, &EventForm::of_session(now, event));
        }
    }

    #[test]
    fn an_error_is_told_in_plain_fields() {
        let form = EventForm::of_flow(Timestamp::default(), FlowEvent::Stalled(error()));
        assert_eq!(
            json(&form),
            r#"{"type":"stalled","error":{"kind":"transport","code":202,"message":"the server refused the connection: it is down","class":"refused"}}"#
        );
    }
}
