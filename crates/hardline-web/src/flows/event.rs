use hardline::client::{Client, Clock, Transport};
use hardline::flow::{FlowEvent, Prompt, SessionEvent, TermsDocument};
use js_sys::Array;
use wasm_bindgen::JsValue;

use super::error::of_error;
use super::session::with_tokens;
use crate::objects::{Members, number};

fn typed(name: &str) -> Members {
    Members::new().with("type", name)
}

/// What a flow tells.
pub(super) fn event(event: FlowEvent) -> JsValue {
    match event {
        FlowEvent::Asks(prompt) => typed("asks").with("prompt", self::prompt(prompt)),
        FlowEvent::Rejected { prompt, error } => typed("rejected")
            .with("prompt", self::prompt(prompt))
            .with("error", of_error(&error)),
        FlowEvent::Validated => typed("validated"),
        FlowEvent::RetryScheduled(scheduled) => typed("waiting")
            .with("error", of_error(&scheduled.error))
            .with("until_ms", number(scheduled.until.as_millis())),
        FlowEvent::Stalled(error) => typed("stalled").with("error", of_error(&error)),
        _ => typed("other"),
    }
    .into_value()
}

/// The last event of a flow.
pub(super) fn done() -> JsValue {
    typed("done").into_value()
}

fn prompt(prompt: Prompt) -> JsValue {
    let sent = |name, attempt| typed(name).with("send_attempt", number(attempt));
    match prompt {
        Prompt::Code { send_attempt } => sent("code", send_attempt),
        Prompt::Confirmation { send_attempt } => sent("confirmation", send_attempt),
        Prompt::NewMessage { send_attempt } => sent("new_message", send_attempt),
        Prompt::Password => typed("password"),
        Prompt::RegistrationToken => typed("registration_token"),
        Prompt::Terms(documents) => {
            let policies: Array = documents.iter().map(policy).collect();
            typed("terms").with("policies", policies)
        }
        Prompt::Retry => typed("retry"),
        _ => typed("other"),
    }
    .into_value()
}

fn policy(document: &TermsDocument) -> JsValue {
    let mut languages = Members::new();
    for (language, translation) in document.languages.iter() {
        let members = Members::new()
            .with("name", translation.name.as_str())
            .with("url", translation.url.as_str());
        languages = languages.with(language, members.into_value());
    }
    Members::new()
        .with("id", document.id.as_str())
        .with("version", document.version.as_str())
        .with("languages", languages.into_value())
        .into_value()
}

/// What happened to the session of a client.
pub(super) fn session_event(
    client: &Client<impl Transport, impl Clock>,
    event: &SessionEvent,
) -> JsValue {
    match event {
        SessionEvent::Refreshed(tokens) => {
            typed("refreshed").with("session", with_tokens(client, tokens))
        }
        SessionEvent::RetryScheduled(scheduled) => typed("waiting")
            .with("error", of_error(&scheduled.error))
            .with("until_ms", number(scheduled.until.as_millis())),
        SessionEvent::RefreshFailed(error) => {
            typed("refresh_failed").with("error", of_error(error))
        }
        SessionEvent::RefreshRefused(error) => {
            typed("refresh_refused").with("error", of_error(error))
        }
        SessionEvent::LoggedOut { error } => {
            typed("logged_out").with_some("error", error.as_ref().map(of_error))
        }
        _ => typed("other"),
    }
    .into_value()
}
