use std::borrow::Cow;

use bytes::Bytes;
use hardline_derive::Response;
use serde::de::DeserializeOwned;

use crate::json::{JsonObject, RawJson, Read, Reader, scan};
use crate::wire::decode::body_fields::last;
use crate::wire::{AuthType, ErrorCode, OAuthErrorCode, Operation, UiaFlow};

/// What a server says when it declines. Each member may be missing, or be something else.
#[derive(Debug, Default, Response)]
pub(crate) struct ErrorBody {
    pub(crate) errcode: Option<ErrorCode>,
    #[serde(rename = "error")]
    pub(crate) message: Option<String>,
}

impl ErrorBody {
    pub(crate) fn of(body: &Bytes) -> Self {
        if let Some(error) = sound::<Self>(body)
            && !error.errcode.as_ref().is_some_and(is_empty)
        {
            return error;
        }
        Self {
            errcode: errcode(body),
            message: last(body, "error", text),
        }
    }
}

/// What an authorization server says when it declines.
#[derive(Debug, Default)]
pub(crate) struct OAuthErrorBody {
    pub(crate) error: Option<OAuthErrorCode>,
    pub(crate) error_description: Option<String>,
}

impl OAuthErrorBody {
    /// The members are looked at one by one: the body may be cut short.
    pub(crate) fn of(body: &Bytes) -> Self {
        Self {
            error: some_text(body, "error").map(OAuthErrorCode::from),
            error_description: last(body, "error_description", text),
        }
    }
}

/// What a server says when it may want authentication.
#[derive(Debug, Default, Response)]
pub(crate) struct UiaBody {
    pub(crate) flows: Option<Vec<UiaFlow>>,
    #[serde(default)]
    pub(crate) completed: Vec<AuthType>,
    #[serde(default)]
    pub(crate) params: JsonObject,
    pub(crate) session: Option<String>,
    pub(crate) errcode: Option<ErrorCode>,
    #[serde(rename = "error")]
    pub(crate) message: Option<String>,
    /// Where Synapse says what the user has to do on the page of `m.oauth`.
    msg: Option<String>,
    /// It is only of interest whether it is there.
    retry_after_ms: Option<RawJson>,
}

impl UiaBody {
    /// Whether it says how long to wait.
    pub(crate) fn asks_to_wait(&self) -> bool {
        self.retry_after_ms.is_some()
    }

    pub(crate) fn of(body: &Bytes) -> Self {
        if let Some(mut uia) = sound::<Self>(body)
            && !uia.errcode.as_ref().is_some_and(is_empty)
        {
            uia.message = uia.message.or(uia.msg.take());
            return uia;
        }
        let ErrorBody { errcode, message } = ErrorBody::of(body);
        let msg = last(body, "msg", text);
        Self {
            flows: repaired(body, "flows"),
            completed: repaired(body, "completed").unwrap_or_default(),
            params: repaired(body, "params").unwrap_or_default(),
            session: last(body, "session", text),
            retry_after_ms: last(body, "retry_after_ms", |value| {
                Reader::decode_all(value).ok()
            }),
            errcode,
            message: message.or(msg),
            msg: None,
        }
    }
}

/// What a body says, if nothing in it has to be skipped: otherwise its members are looked at one by one, since one that
/// says nothing may follow one of its name that does, and the body may be cut short.
fn sound<T: DeserializeOwned>(body: &Bytes) -> Option<T> {
    let text = scan::body(body);
    if text.first() != Some(&b'{') {
        return None;
    }
    let read = Reader::decode(text, body).ok();
    read.filter(|read: &Read<T>| read.warnings.is_empty())
        .map(|read| read.value)
}

fn is_empty(errcode: &ErrorCode) -> bool {
    errcode.as_str().is_empty()
}

/// Whether the object in a successful response says that it is an error. An `errcode` that is null, empty or not a
/// string names no error, and neither does an authorization server's `error`.
pub(crate) fn says_error(operation: &Operation, body: &[u8]) -> bool {
    errcode(body).is_some() || operation.oauth && some_text(body, "error").is_some()
}

fn errcode(body: &[u8]) -> Option<ErrorCode> {
    some_text(body, "errcode").map(ErrorCode::from)
}

/// A member that is a string and not empty.
fn some_text(body: &[u8], name: &str) -> Option<String> {
    last(body, name, |value| {
        text(value).filter(|text| !text.is_empty())
    })
}

/// A string. Broken characters in it do not cost the rest.
fn text(value: &[u8]) -> Option<String> {
    let value: Cow<'_, str> = String::from_utf8_lossy(value);
    Reader::decode_all(value.as_bytes()).ok()
}

/// A member without those of its parts that do not fit.
fn repaired<T: DeserializeOwned>(body: &Bytes, name: &str) -> Option<T> {
    last(body, name, |value| {
        Reader::decode(value, body).map(|read| read.value).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MATRIX: Operation = Operation::get("getThing", "/_matrix/client/v3/thing");

    #[test]
    fn an_errcode_is_a_text_that_is_not_empty() {
        for (body, expected) in [
            (r#"{"errcode": "M_FORBIDDEN"}"#, Some("M_FORBIDDEN")),
            (
                r#" {"error": 5, "errcode": "ORG_EXAMPLE"} "#,
                Some("ORG_EXAMPLE"),
            ),
            (
                "\u{feff}{\"errcode\": \"M_FORBIDDEN\", \"error\": \"x\"}",
                Some("M_FORBIDDEN"),
            ),
            (r#"{"errcode": null}"#, None),
            (r#"{"errcode": ""}"#, None),
            (r#"{"errcode": 403}"#, None),
            (r#"{"errcode": true}"#, None),
            (r#"{"errcode": ["M_FORBIDDEN"]}"#, None),
            (r#"{"errcode": {"code": "M_FORBIDDEN"}}"#, None),
            (r#"{"other": {"errcode": "M_FORBIDDEN"}}"#, None),
            (r#"["errcode", "M_FORBIDDEN"]"#, None),
            (r#""errcode""#, None),
            ("", None),
        ] {
            let read = ErrorBody::of(&Bytes::from_static(body.as_bytes())).errcode;
            assert_eq!(read.as_ref().map(ErrorCode::as_str), expected, "{body}");
            let says_error = says_error(&MATRIX, body.as_bytes());
            assert_eq!(says_error, expected.is_some(), "{body}");
        }
    }

    #[test]
    fn the_last_of_two_members_counts_if_it_can_be_read() {
        for body in [
            r#"{"errcode": "M_UNKNOWN", "error": "a", "errcode": "M_FORBIDDEN", "error": "b"}"#,
            r#"{"errcode": "M_UNKNOWN", "error": "a", "errcode": "M_FORBIDDEN", "error": "b", "x": "cut"#,
            r#"{"errcode": "M_FORBIDDEN", "error": "b", "errcode": null, "error": {}}"#,
            r#"{"\u0065rrcode": "M_FORBIDDEN", "error": "b", "errcode": 5, "error": "cut"#,
        ] {
            let read = ErrorBody::of(&Bytes::from_static(body.as_bytes()));
            assert_eq!(read.errcode, Some(ErrorCode::Forbidden), "{body}");
            assert_eq!(read.message.as_deref(), Some("b"), "{body}");
        }
    }

    #[test]
    fn an_errcode_is_found_behind_any_length_of_other_members() {
        let long = "x".repeat(100_000);
        let body = format!(r#"{{"a": "{long}", "errcode": "M_UNKNOWN"}}"#);
        assert!(says_error(&MATRIX, body.as_bytes()));
        let within = format!(r#"{{"a": "{long}", "b": {{"errcode": "M_UNKNOWN"}}}}"#);
        assert!(!says_error(&MATRIX, within.as_bytes()));
    }
}
