use std::collections::BTreeSet;

use hardline::wire::Operation;
use http::{HeaderMap, Request, Response, Uri};
use serde_json::{Value, json};

use crate::exchange::{Exchange, Headers};

pub(crate) const SERVER: &str = "https://example.org";
pub(crate) const TOKEN: &str = "a-token";

/// The request of an exchange, as a server receives it.
pub(crate) fn incoming_request(
    operation: &Operation,
    exchange: &Exchange,
) -> Request<&'static str> {
    let mut request = Request::builder()
        .method(http::Method::from(operation.method))
        .uri(exchange.path)
        .header("authorization", format!("Bearer {TOKEN}"));
    for (name, value) in exchange.request_headers {
        request = request.header(*name, *value);
    }
    request.body(exchange.request.unwrap_or_default()).unwrap()
}

/// The response of an exchange, as a client receives it.
pub(crate) fn incoming_response(
    exchange: &Exchange,
    status: u16,
    body: &'static str,
) -> Response<&'static str> {
    let mut response = Response::builder().status(status);
    for (name, value) in exchange.answer_headers {
        response = response.header(*name, *value);
    }
    response.body(body).unwrap()
}

/// The parts of a request that a server acts on. A missing and an empty body are the same to it.
pub(crate) fn seen_request(exchange: &Exchange, request: &Request<Vec<u8>>) -> Value {
    let body = match body_of(request.body()) {
        Value::String(text) if text.is_empty() => json!({}),
        body => body,
    };
    let mut seen = json!({
        "method": request.method().as_str(),
        "path": segments(request.uri().path()),
        "query": pairs_of(request.uri()),
        "body": if body == json!({}) { Value::Null } else { body },
        "authorization": request.headers().get("authorization").map(|value| value.to_str().unwrap()),
    });
    if !exchange.request_headers.is_empty() {
        seen["headers"] = headers_of(request.headers(), exchange.request_headers);
    }
    seen
}

/// The parts of a response that a client acts on.
pub(crate) fn seen_response(exchange: &Exchange, response: &Response<Vec<u8>>) -> Value {
    let body = body_of(response.body());
    if exchange.answer_headers.is_empty() {
        return body;
    }
    json!({
        "body": body,
        "headers": headers_of(response.headers(), exchange.answer_headers),
    })
}

/// JSON as it is, anything else as text.
fn body_of(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| json!(String::from_utf8_lossy(body)))
}

fn headers_of(all: &HeaderMap, compared: Headers) -> Value {
    compared
        .iter()
        .filter_map(|(name, _)| Some((*name, all.get(*name)?.to_str().unwrap())))
        .collect()
}

pub(crate) fn segments(path: &str) -> Vec<String> {
    let decode = |segment| percent_encoding::percent_decode_str(segment).decode_utf8_lossy();
    path.split('/')
        .map(|segment| decode(segment).into_owned())
        .collect()
}

fn pairs_of(uri: &Uri) -> BTreeSet<String> {
    let query = uri.query().unwrap_or_default().replace('+', " ");
    let decode = |pair| percent_encoding::percent_decode_str(pair).decode_utf8_lossy();
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| decode(pair).into_owned())
        .collect()
}
