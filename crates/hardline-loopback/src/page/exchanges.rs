use std::collections::VecDeque;

use bytes::Bytes;
use hardline::types::Timestamp;
use hardline_har::MaskedExchange;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, Response};
use serde_json::{Value, json};

use crate::shortened::shortened;

/// How many exchanges are kept.
const MOST: usize = 100;
/// Longer bodies are left out: secrets are only found in what is whole.
const LARGEST_BODY: usize = 128 * 1024;
/// How many bytes of a request or a response are kept.
const LONGEST: usize = 16 * 1024;
/// How many bytes of a path are shown in the list.
const LONGEST_TARGET: usize = 512;

/// The last exchanges, without their secrets.
#[derive(Default)]
pub(super) struct Exchanges {
    exchanges: VecDeque<Exchange>,
    /// How many there ever were.
    total: u64,
}

struct Exchange {
    number: u64,
    recording: Recording,
}

impl Exchanges {
    pub(super) fn add(&mut self, recording: Recording) {
        if self.exchanges.len() == MOST {
            self.exchanges.pop_front();
        }
        self.exchanges.push_back(Exchange {
            number: self.total,
            recording,
        });
        self.total += 1;
    }

    pub(super) fn clear(&mut self) {
        self.exchanges.clear();
    }

    /// The list, the newest first, without what was sent.
    pub(super) fn overview(&self) -> Value {
        let newest_first = self.exchanges.iter().rev();
        let exchanges: Vec<_> = newest_first.map(Exchange::overview).collect();
        json!({ "exchanges": exchanges })
    }

    /// What was sent in an exchange, while it is in the list.
    pub(super) fn texts(&self, number: u64) -> Option<Value> {
        let first = self.exchanges.front()?.number;
        let index = usize::try_from(number.checked_sub(first)?).ok()?;
        let recording = &self.exchanges.get(index)?.recording;
        Some(json!({ "request": recording.request, "response": recording.response }))
    }
}

impl Exchange {
    fn overview(&self) -> Value {
        let recording = &self.recording;
        json!({
            "number": self.number,
            "at": recording.begun,
            "millis": recording.ended.as_millis().saturating_sub(recording.begun.as_millis()),
            "operation": recording.operation,
            "method": recording.method,
            "target": recording.target,
            "status": recording.status,
        })
    }
}

/// An exchange as it is shown.
pub(crate) struct Recording {
    begun: Timestamp,
    ended: Timestamp,
    operation: Option<String>,
    method: String,
    target: String,
    request: String,
    /// `None` without a response.
    status: Option<u16>,
    response: Option<String>,
}

/// An exchange that has no response yet.
pub(crate) struct BegunRecording {
    masked: MaskedExchange,
    recording: Recording,
}

impl BegunRecording {
    pub(crate) fn new(now: Timestamp, operation: Option<String>, request: &Request<Bytes>) -> Self {
        let (body, note) = shown_body(request.headers(), request.body());
        let mut copy = Request::new(body.to_vec());
        *copy.method_mut() = request.method().clone();
        *copy.uri_mut() = request.uri().clone();
        *copy.headers_mut() = request.headers().clone();
        let masked = MaskedExchange::of(&copy);
        let text = masked.request();
        let target = text.split([' ', '\n']).nth(1).unwrap_or_default();
        let recording = Recording {
            begun: now,
            ended: now,
            operation,
            method: request.method().to_string(),
            target: shown(target, LONGEST_TARGET),
            request: shown(text, LONGEST) + &note,
            status: None,
            response: None,
        };
        Self { masked, recording }
    }

    /// The exchange with its response, or without one.
    pub(crate) fn end(self, now: Timestamp, response: Option<&Response<Vec<u8>>>) -> Recording {
        let Self {
            masked,
            mut recording,
        } = self;
        recording.ended = now;
        recording.status = response.map(|response| response.status().as_u16());
        recording.response = response.map(|response| {
            let (body, note) = shown_body(response.headers(), response.body());
            let mut copy = Response::new(Bytes::copy_from_slice(body));
            *copy.status_mut() = response.status();
            *copy.headers_mut() = response.headers().clone();
            shown(&masked.response(&copy), LONGEST) + &note
        });
        recording
    }
}

/// The body as far as it can be shown, and what is said instead of it.
fn shown_body<'a>(headers: &HeaderMap, body: &'a [u8]) -> (&'a [u8], String) {
    let content_type = headers.get(CONTENT_TYPE).map(|value| value.as_bytes());
    // What is secret in a form is not known by its name.
    let is_page = content_type.is_some_and(|value| value.starts_with(b"text/html"));
    let left_out = match body.len() {
        length if length > LARGEST_BODY => format!("\n\n({length} bytes, too many to be shown)"),
        length if is_page => format!("\n\n(a page of {length} bytes)"),
        _ => return (body, String::new()),
    };
    (&[], left_out)
}

fn shown(text: &str, most: usize) -> String {
    let shown = shortened(text, most);
    match text.len() - shown.len() {
        0 => text.to_owned(),
        more => format!("{shown}… and {more} bytes more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1000);

    fn request(target: &str, body: &str) -> Request<Bytes> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        Request::post(target).body(body).unwrap()
    }

    fn recorded(request: &Request<Bytes>, response: &Response<Vec<u8>>) -> Recording {
        let begun = BegunRecording::new(START, Some("cs:login".to_owned()), request);
        begun.end(Timestamp::from_millis(1040), Some(response))
    }

    #[test]
    fn the_oldest_exchange_makes_place_for_the_newest() {
        let mut exchanges = Exchanges::default();
        for number in 0..MOST + 5 {
            let request = request(&format!("/{number}"), "{}");
            exchanges.add(recorded(&request, &Response::default()));
        }
        let overview = exchanges.overview();
        let listed = overview["exchanges"].as_array().unwrap();
        assert_eq!(listed.len(), MOST);
        assert_eq!(listed[0]["target"], format!("/{}", MOST + 4));
        assert_eq!(listed[0]["millis"], 40);
        assert_eq!(listed[0]["operation"], "cs:login");
        assert!(exchanges.texts(4).is_none());
        let oldest = exchanges.texts(5).unwrap();
        assert!(oldest["request"].as_str().unwrap().starts_with("POST /5"));
        assert!(exchanges.texts(MOST as u64 + 5).is_none());
        exchanges.clear();
        assert!(exchanges.texts(5).is_none());
    }

    #[test]
    fn an_exchange_has_no_secrets() {
        let mut request = request(
            "/_matrix/client/v3/login?token=s3cret-1",
            r#"{"password": "s3cret-2", "user": "alice"}"#,
        );
        let token = http::HeaderValue::from_static("Bearer s3cret-3");
        request.headers_mut().insert("authorization", token);
        let body = br#"{"access_token": "s3cret-4", "error": "not s3cret-2"}"#;
        let response = Response::new(body.to_vec());
        let mut exchanges = Exchanges::default();
        exchanges.add(recorded(&request, &response));
        let shown = format!("{}{}", exchanges.overview(), exchanges.texts(0).unwrap());
        assert!(
            shown.contains("alice") && shown.contains("masked"),
            "{shown}"
        );
        assert!(!shown.contains("s3cret"), "{shown}");
    }

    #[test]
    fn what_is_too_long_is_shortened_or_left_out() {
        let long = format!("\"{}\"", "ä".repeat(LONGEST));
        let recording = recorded(&request("/", &long), &Response::default());
        assert!(recording.request.len() < LONGEST + 64);
        assert!(recording.request.ends_with("bytes more"));
        let longer = "x".repeat(LARGEST_BODY + 1);
        let response = Response::new(longer.clone().into_bytes());
        let target = format!("/{}", "x".repeat(LONGEST));
        let recording = recorded(&request(&target, &longer), &response);
        assert!(recording.target.len() < LONGEST_TARGET + 64);
        assert!(recording.request.len() < LONGEST + 128);
        let response = recording.response.unwrap();
        assert!(
            response.ends_with("(131073 bytes, too many to be shown)"),
            "{response}"
        );
    }

    #[test]
    fn a_page_with_a_form_is_left_out() {
        let mut response = Response::new(b"<input name=\"token\" value=\"s3cret\">".to_vec());
        let html = http::HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, html);
        let response = recorded(&request("/", ""), &response).response.unwrap();
        assert!(response.ends_with("(a page of 35 bytes)"), "{response}");
    }
}
