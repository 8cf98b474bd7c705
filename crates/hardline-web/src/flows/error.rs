use std::fmt;

use hardline::client::Clock;
use hardline::flow::FlowError;
use hardline::wire::{Error, ErrorKind};
use wasm_bindgen::JsValue;

use crate::BrowserClock;
use crate::objects::Members;

/// A mistake of the caller.
pub(super) fn usage(message: impl fmt::Display) -> JsValue {
    thrown("usage", &message).into_value()
}

/// The error of an operation.
pub(super) fn of_error(error: &Error) -> JsValue {
    let kind = match error.kind() {
        ErrorKind::Encode(_) => "encode",
        ErrorKind::Transport(_) => "transport",
        ErrorKind::Server(_) => "server",
        ErrorKind::Uia(_) => "uia",
        // What the response is that is none of Matrix.
        _ => "unexpected_response",
    };
    with_members(thrown(kind, error), error).into_value()
}

/// Why a flow failed.
pub(super) fn of_flow_error(error: &FlowError) -> JsValue {
    match error {
        FlowError::Refused { source, .. } => of_error(source),
        FlowError::UnknownAuthentication(source) | FlowError::LoggedOut(source) => {
            with_members(thrown("flow", error), source).into_value()
        }
        _ => thrown("flow", error).into_value(),
    }
}

fn thrown(kind: &str, message: &dyn fmt::Display) -> Members {
    Members::of(js_sys::Error::new(&message.to_string()))
        .with("name", "HardlineError")
        .with("kind", kind)
}

fn with_members(members: Members, error: &Error) -> Members {
    let retry_after = error.retry_after(BrowserClock.now());
    members
        .with_some("errcode", error.errcode().map(|code| code.as_str()))
        .with_some("status", error.status().map(|status| status.as_u16()))
        .with_some(
            "retry_after_ms",
            retry_after.map(|wait| wait.as_millis() as f64),
        )
        .with_some(
            "class",
            error.failure().map(|failure| failure.class().as_str()),
        )
}
