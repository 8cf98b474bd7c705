use hardline::wire::{Failure, FailureClass};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use js_sys::{Array, JsString};
use wasm_bindgen::JsCast;
use web_sys::ResponseType;

use super::failure::failure;

/// The head of a response, as much of it as fetch shows.
pub(super) fn head(fetched: &web_sys::Response) -> Result<Response<()>, Failure> {
    let mut response = Response::new(());
    if fetched.type_() == ResponseType::Opaqueredirect {
        // It shows nothing else, not even which of the redirects it is.
        *response.status_mut() = StatusCode::FOUND;
        return Ok(response);
    }
    *response.status_mut() = StatusCode::from_u16(fetched.status()).map_err(|_| {
        Failure::new(
            FailureClass::Malformed,
            "the browser shows no status of HTTP",
        )
    })?;
    *response.headers_mut() = fields(fetched)?;
    Ok(response)
}

fn fields(fetched: &web_sys::Response) -> Result<HeaderMap, Failure> {
    let malformed = |thrown| failure(FailureClass::Malformed, &thrown);
    let mut fields = HeaderMap::new();
    let entries = js_sys::try_iter(&fetched.headers()).map_err(malformed)?;
    for entry in entries.into_iter().flatten() {
        let entry: Array = entry.map_err(malformed)?.unchecked_into();
        let text = |index| -> JsString { entry.get(index).unchecked_into() };
        let name = HeaderName::try_from(String::from(text(0)));
        // Each character is a byte of the header field.
        let value: Vec<u8> = text(1).iter().map(|unit| unit as u8).collect();
        if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
            // There is no room for more than 32,768 of them, and browsers take fewer.
            let _ = fields.try_append(name, value);
        }
    }
    Ok(fields)
}

/// The browser has decoded the body: what the fields say of it as it was sent would be wrong.
pub(super) fn settle_length(response: &mut Response<()>, is_head: bool, length: usize) {
    let fields = response.headers_mut();
    let encoding = fields.remove(CONTENT_ENCODING);
    if !is_head && (encoding.is_some() || fields.contains_key(CONTENT_LENGTH)) {
        fields.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
}
