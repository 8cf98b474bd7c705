use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use http_body_util::{Either, Full};
use serde_json::Value;

use super::live::EventStream;

/// The body of a response.
pub(crate) type PageBody = Either<Full<Bytes>, EventStream>;

pub(super) fn text(status: StatusCode, text: &'static str) -> Response<PageBody> {
    let mut response = file("text/plain; charset=utf-8", text.into());
    *response.status_mut() = status;
    response
}

pub(super) fn json(value: &Value) -> Response<PageBody> {
    file("application/json", value.to_string().into())
}

pub(super) fn file(content_type: &'static str, body: Bytes) -> Response<PageBody> {
    let mut response = Response::new(Either::Left(Full::new(body)));
    let content_type = HeaderValue::from_static(content_type);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
