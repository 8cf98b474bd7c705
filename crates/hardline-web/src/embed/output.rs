use hardline::embed::CoreOutput;
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

use super::pairs;
use crate::objects::{Members, number};

/// What to do next, as a plain object.
pub(super) fn output(output: &CoreOutput) -> JsValue {
    let millis = output.millis.map_or(JsValue::UNDEFINED, number);
    Members::new()
        .with("kind", output.kind.as_str())
        .with("flow", number(output.flow))
        .with("request", number(output.request))
        .with("method", output.method.as_str())
        .with("url", output.url.as_str())
        .with("headers", pairs::to_array(&output.headers))
        .with("body", Uint8Array::from(output.body.as_slice()))
        .with("millis", millis)
        .with("value", output.value.as_str())
        .into_value()
}
