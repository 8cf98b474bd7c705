use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};
use serde_json::{Value, json};

/// The fields of a form.
pub(super) type Form = BTreeMap<String, String>;

/// Reads a form, which may have each field once.
pub(super) fn form(request: &Request<Bytes>) -> Option<Form> {
    let kind = request.headers().get(CONTENT_TYPE)?;
    if kind != "application/x-www-form-urlencoded" {
        return None;
    }
    fields(request.body())
}

/// The fields of a query or of a form, each once.
pub(super) fn fields(text: &[u8]) -> Option<Form> {
    let mut fields = Form::new();
    for (name, value) in url::form_urlencoded::parse(text) {
        if fields.insert(name.into(), value.into()).is_some() {
            return None;
        }
    }
    Some(fields)
}

pub(super) fn json(status: u16, body: &Value) -> Response<Bytes> {
    respond(status, "application/json", body.to_string())
}

/// An error in OAuth's terms.
pub(super) fn error(status: u16, error: &str) -> Response<Bytes> {
    json(status, &json!({"error": error}))
}

pub(super) fn page(status: u16, title: &str) -> Response<Bytes> {
    let body = format!("<!doctype html><html><title>{title}</title></html>");
    respond(status, "text/html; charset=utf-8", body)
}

fn respond(status: u16, kind: &'static str, body: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = StatusCode::from_u16(status).expect("it is a status");
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
