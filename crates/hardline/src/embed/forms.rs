//! The forms: plain structs, each an object of JSON. Where `type` says which of several forms it is, the struct has the
//! members of all of them, and a table of [`TypedForm`]s says which belong to which.

pub(super) mod config;
pub(super) mod error;
pub(super) mod event;
pub(super) mod prompt;
pub(super) mod read;
pub(super) mod reply;
pub(super) mod session_reply;
pub(super) mod shared;
pub(super) mod typed;

use serde::Serialize;

use crate::json::JsonWriter;

/// The JSON of a form. What is not JSON in it was left out before.
pub(super) fn json<T: Serialize + ?Sized>(form: &T) -> String {
    let text = JsonWriter::text_of(form).ok();
    text.and_then(|text| String::from_utf8(text).ok())
        .unwrap_or_else(|| "null".to_owned())
}
