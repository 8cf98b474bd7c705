use bytes::{Bytes, BytesMut};
use hardline::wire::{Failure, FailureClass};
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, Response};

use super::failure::failure;

/// Reads the body, of which no more than so many bytes come.
pub(super) async fn read(
    fetched: &Response,
    fields: &HeaderMap,
    cap: usize,
) -> Result<Bytes, Failure> {
    let Some(stream) = fetched.body() else {
        return Ok(Bytes::new());
    };
    let announced = fields.get(CONTENT_LENGTH).and_then(length);
    if announced.is_some_and(|length| length > cap) {
        return Err(too_large(cap));
    }
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let broken = |thrown| failure(FailureClass::Interrupted, &thrown);
    let mut body = BytesMut::new();
    loop {
        let read = JsFuture::from(reader.read()).await.map_err(broken)?;
        let value = Reflect::get(&read, &JsValue::from_str("value")).map_err(broken)?;
        // It is over when there is none.
        let Some(chunk) = value.dyn_ref::<Uint8Array>() else {
            return Ok(body.freeze());
        };
        // `u32` fits: pointers have as many bits here.
        let length = chunk.length() as usize;
        if length > cap - body.len() {
            return Err(too_large(cap));
        }
        let end = body.len();
        body.resize(end + length, 0);
        chunk.copy_to(&mut body[end..]);
    }
}

fn length(value: &http::HeaderValue) -> Option<usize> {
    value.to_str().ok()?.parse().ok()
}

fn too_large(cap: usize) -> Failure {
    let why = format!("it has more than {cap} bytes");
    Failure::new(FailureClass::TooLarge, why)
}
