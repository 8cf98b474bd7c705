use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use hardline::types::Base64;
use hardline::wire::server::{ArbitraryEndpoint, encode_response};
use hardline::wire::{self, ErrorKind, ResponseBody};
use http::{Request, Response};
use serde::Deserialize;
use serde_json::Value;

use super::compare::{lost, without_defaults};
use super::response;

/// A request that was sent to a real server, and its response.
#[derive(Clone, Debug, Deserialize)]
pub struct Exchange {
    /// Its number, or another name.
    pub n: Value,
    /// What it belongs to: `clients: NAME` if a client of that name sent it, and not a test of the server.
    #[serde(default)]
    pub group: String,
    /// Why it was sent.
    #[serde(default)]
    pub note: String,
    /// The operation, if whoever recorded it knew: `cs:login`.
    pub op: Option<String>,
    /// The HTTP method.
    pub method: String,
    /// The path and the query.
    pub path: String,
    /// The header fields of the request.
    #[serde(default)]
    pub request_headers: BTreeMap<String, String>,
    /// The body that was sent.
    pub request_body: Option<String>,
    /// The same, if it is not text: in base64.
    pub request_body_base64: Option<String>,
    /// The status; missing if the connection broke.
    pub status: Option<u16>,
    /// The header fields of the response.
    #[serde(default)]
    pub response_headers: Vec<(String, String)>,
    /// The body of the response.
    pub response_body: Option<String>,
    /// The same, if it is not text: in base64.
    pub response_body_base64: Option<String>,
}

impl Exchange {
    /// Whether a real client sent it, as it does every day.
    pub(super) fn is_of_a_client(&self) -> bool {
        self.group.starts_with("clients: ")
    }

    /// Whether a browser would show the response, or follow it.
    pub(super) fn is_page(&self) -> bool {
        let kind = self.header("content-type").unwrap_or_default();
        kind.starts_with("text/html") || self.header("location").is_some()
    }

    /// The first header field of this name, in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.response_headers.iter();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn response(&self) -> Result<Response<Bytes>, String> {
        let mut response = Response::builder().status(self.status.unwrap_or_default());
        for (name, value) in &self.response_headers {
            response = response.header(name, value);
        }
        let body = bytes(&self.response_body, &self.response_body_base64)?;
        response
            .body(body.into())
            .map_err(|error| format!("the row makes no response: {error}"))
    }

    pub(super) fn request(&self) -> Result<Request<Vec<u8>>, String> {
        let body = bytes(&self.request_body, &self.request_body_base64)?;
        // Recordings have their secrets masked, as in `<redacted>`, which is no part of a URL.
        let path = self.path.replace('<', "%3C").replace('>', "%3E");
        let mut request = Request::builder().method(self.method.as_str()).uri(path);
        for (name, value) in &self.request_headers {
            request = request.header(name, value);
        }
        request
            .body(body)
            .map_err(|error| format!("the row makes no request: {error}"))
    }
}

fn bytes(text: &Option<String>, base64: &Option<String>) -> Result<Vec<u8>, String> {
    match (text, base64) {
        (_, Some(base64)) => Base64::Standard
            .decode(base64)
            .map_err(|error| format!("the row's body is not base64: {error}")),
        (text, None) => Ok(text.clone().unwrap_or_default().into_bytes()),
    }
}

/// `response status number`
impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = match &self.n {
            Value::String(text) => text.clone(),
            number => number.to_string(),
        };
        let status = self.status.unwrap_or_default();
        write!(f, "response {status} {number}")
    }
}

/// What the decoder skipped in the server's response.
pub(super) fn warnings<E: ArbitraryEndpoint>(exchange: &Exchange) -> Vec<String> {
    let decoded = exchange.response().map(wire::decode_response::<E>);
    let Ok(Ok(answer)) = decoded else {
        return Vec::new();
    };
    answer.warnings.iter().map(ToString::to_string).collect()
}

/// Decodes the server's response: a response must decode, and an error must be the one in the body.
pub(super) fn check<E: ArbitraryEndpoint>(exchange: &Exchange) -> Result<(), String> {
    let status = exchange.status.unwrap_or_default();
    let response = exchange.response()?;
    let bytes = response.body().clone();
    let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let decoded = wire::decode_response::<E>(response);
    let is_answer = E::OPERATION.accepts(status)
        && !response::says_it_failed::<E>(&body)
        && match E::OPERATION.response_body {
            ResponseBody::Object => body.is_object() || bytes.is_empty(),
            ResponseBody::List => body.is_array(),
            ResponseBody::Bytes(_) | ResponseBody::Ignored => true,
        };
    match decoded {
        Ok(answer) if is_answer => {
            let again = encode_response::<E>(&answer.value)
                .map_err(|error| format!("the response cannot be encoded: {error}"))?;
            match E::OPERATION.response_body {
                ResponseBody::Ignored => return Ok(()),
                ResponseBody::Bytes(_) if again.body()[..] == bytes[..] => return Ok(()),
                ResponseBody::Bytes(_) => return Err("its bytes are changed".to_owned()),
                ResponseBody::Object | ResponseBody::List => {}
            }
            // The types do not know all that servers send; what they know must stay as it was sent.
            let again: Value = serde_json::from_slice(again.body())
                .map_err(|error| format!("the response is not encoded as JSON: {error}"))?;
            lost(&without_defaults(again, &body), &body)
                .map_or(Ok(()), |why| Err(format!("made up: {why}")))
        }
        Ok(_) => Err("what is no answer is read as one".to_owned()),
        Err(error) if is_answer => Err(format!("it does not decode as a response: {error}")),
        Err(error)
            if matches!(error.kind(), ErrorKind::UnexpectedResponse(_))
                && !body["errcode"].is_string()
                && !response::says_oauth_error::<E>(&body) =>
        {
            Ok(())
        }
        Err(error) => response::declined::<E>(status, &body, &error),
    }
}
