use hardline::embed::EmbedError;
use js_sys::{JSON, Object};
use wasm_bindgen::{JsCast, JsValue};

use crate::objects::Members;

/// An error of JavaScript with all fields of this one.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(super) fn thrown(error: EmbedError) -> JsValue {
    let thrown = js_sys::Error::new(&error.to_string());
    let thrown = Members::of(thrown)
        .with("name", "HardlineError")
        .into_value();
    if let Ok(fields) = JSON::parse(&error.to_json()) {
        let (to, from): (&Object, &Object) = (thrown.unchecked_ref(), fields.unchecked_ref());
        Object::assign(to, from);
    }
    thrown
}
