use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// What TypeScript knows of the objects that cross the border. The members are named as those of `embed`.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("../../js/flows_types.d.ts");

/// The member with this name, if it is a text.
pub(super) fn text(object: &JsValue, name: &str) -> Option<String> {
    member(object, name).as_string()
}

/// The member with this name; undefined if there is none.
pub(super) fn member(object: &JsValue, name: &str) -> JsValue {
    // It fails for what is no object.
    js_sys::Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}
