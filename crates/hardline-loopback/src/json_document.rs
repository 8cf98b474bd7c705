use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};
use serde_json::Value;

/// A response with more in it than the type of an operation's response has.
pub(crate) fn json_document(value: &Value) -> Response<Vec<u8>> {
    let mut response = Response::new(value.to_string().into_bytes());
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
