use hardline::types::AccessToken;
use hardline::wire::server::{ArbitraryEndpoint, Router, decode_request};
use hardline::wire::{self, Body, Credentials, Endpoint, Operation};
use http::Request;
use http::header::CONTENT_TYPE;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

use super::Row;
use super::compare::differs;
use crate::registries;

/// Stands for a parameter that an example leaves open.
const STAND_IN: &str = "a value of no meaning";

/// Decodes the request of the row and encodes it again: the method, the path segments, the query pairs and the body
/// must stay the same.
pub(super) fn check<E: ArbitraryEndpoint>(router: &Router, row: &Row) -> Result<(), String> {
    let sent = request_of(row)?;
    let route = router
        .route(&sent)
        .map_err(|_| format!("{} {} has no route", sent.method(), sent.uri().path()))?;
    let (found, expected) = (route.operation.name(), E::OPERATION.name());
    if found != expected {
        return Err(format!("its path leads to {found}"));
    }
    let operation = decode_request::<E>(&route, &sent).map_err(|refusal| {
        format!(
            "the request is refused: {}",
            body_of(&refusal.into_response())
        )
    })?;
    let again = encode(&operation)?;
    same(&sent, &again, const { &E::OPERATION })
}

/// Encodes an operation for a server that supports the newest version.
pub(super) fn encode<E: ArbitraryEndpoint>(operation: &E) -> Result<Request<Vec<u8>>, String> {
    let target = registries::target(const { &E::OPERATION });
    let credentials = Credentials::Token(AccessToken::from("syt_conformance"));
    wire::encode(&Unchecked(operation), &target, &credentials)
        .map_err(|error| format!("the request cannot be encoded: {error}"))
}

/// An operation without its checks: examples in the specification break rules from its prose that callers must obey,
/// such as `id_server` without `id_access_token`.
#[derive(Serialize)]
#[serde(transparent)]
struct Unchecked<'a, E>(&'a E);

impl<E: ArbitraryEndpoint> Endpoint for Unchecked<'_, E> {
    const OPERATION: Operation = E::OPERATION.required_together(&[]);
    type Response = E::Response;
}

fn request_of(row: &Row) -> Result<Request<Vec<u8>>, String> {
    let open = |name: &str| row.params_without_example.iter().any(|open| open == name);
    let mut uri = String::new();
    let mut rest = row.path.as_str();
    while let Some((literal, after)) = rest.split_once('{') {
        let (name, after) = after
            .split_once('}')
            .ok_or_else(|| format!("{{{after} has no end in the row's path"))?;
        let value = match row.path_params.get(name) {
            Some(value) => text_of(value),
            None if open(name) => STAND_IN.to_owned(),
            None => return Err(format!("the row says nothing for {{{name}}}")),
        };
        uri.push_str(literal);
        uri.push_str(&encoded(&value));
        rest = after;
    }
    uri.push_str(rest);
    let mut separator = '?';
    for (name, value) in pairs_of(row) {
        uri.push_str(&format!(
            "{separator}{}={}",
            encoded(&name),
            encoded(&value)
        ));
        separator = '&';
    }
    let mut request = Request::builder().method(row.method.as_str()).uri(uri);
    if let Some(content_type) = &row.content_type {
        request = request.header(CONTENT_TYPE, content_type);
    }
    request
        .body(row.body_text())
        .map_err(|error| format!("the row makes no request: {error}"))
}

/// The query pairs, with a placeholder for those that the example leaves open.
fn pairs_of(row: &Row) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (name, value) in &row.query_params {
        match value {
            Value::Null => {}
            Value::Array(values) => {
                pairs.extend(values.iter().map(|value| (name.clone(), text_of(value))));
            }
            value => pairs.push((name.clone(), text_of(value))),
        }
    }
    for name in &row.params_without_example {
        let is_in_path = row.path.contains(&format!("{{{name}}}"));
        if !is_in_path && !row.query_params.contains_key(name) {
            pairs.push((name.clone(), STAND_IN.to_owned()));
        }
    }
    pairs
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn same(
    sent: &Request<Vec<u8>>,
    again: &Request<Vec<u8>>,
    operation: &Operation,
) -> Result<(), String> {
    if sent.method() != again.method() {
        return Err(format!("{} became {}", sent.method(), again.method()));
    }
    let (was, is) = (segments(sent), segments(again));
    if was != is {
        return Err(format!("the path became /{}", is[1..].join("/")));
    }
    let (was, is) = (query(sent), query(again));
    if let Some((name, _)) = was.iter().find(|pair| !is.contains(pair)) {
        return Err(format!("{name} is lost from the query, or changed"));
    }
    if was != is {
        return Err(format!("the query became {is:?}"));
    }
    if let Body::Raw(_) = operation.body {
        let content_type = |request: &Request<_>| request.headers().get(CONTENT_TYPE).cloned();
        let is_same = sent.body() == again.body() && content_type(sent) == content_type(again);
        return is_same
            .then_some(())
            .ok_or("the bytes or their type are changed".to_owned());
    }
    let (was, is) = (body(sent)?, body(again)?);
    differs(&was, &is).map_or(Ok(()), |why| Err(format!("in the body, {why}")))
}

fn segments(request: &Request<Vec<u8>>) -> Vec<String> {
    request.uri().path().split('/').map(decoded).collect()
}

/// The pairs of a query.
pub(super) fn query(request: &Request<Vec<u8>>) -> Vec<(String, String)> {
    pairs(request.uri().query().unwrap_or_default())
}

/// Sorted by name; values of a repeated name keep their order, which has a meaning.
fn pairs(text: &str) -> Vec<(String, String)> {
    let text = text.replace('+', " ");
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<_> = pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect();
    pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
    pairs
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// No body means the same as an empty object, and a form as an object of texts.
pub(super) fn body(request: &Request<Vec<u8>>) -> Result<Value, String> {
    if request.body().is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    let content_type = request.headers().get(CONTENT_TYPE);
    if content_type.is_some_and(|kind| kind == "application/x-www-form-urlencoded") {
        return Ok(form(request));
    }
    serde_json::from_slice(request.body())
        .map_err(|error| format!("a request's body is not JSON: {error}"))
}

/// A form as an object of texts.
pub(super) fn form(request: &Request<Vec<u8>>) -> Value {
    let form = String::from_utf8_lossy(request.body());
    let pairs = pairs(&form).into_iter();
    pairs
        .map(|(name, text)| (name, Value::String(text)))
        .collect()
}

pub(super) fn body_of(response: &http::Response<Vec<u8>>) -> String {
    String::from_utf8_lossy(response.body()).into_owned()
}
