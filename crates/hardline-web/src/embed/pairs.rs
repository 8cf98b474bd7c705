use js_sys::{Array, JsString};
use wasm_bindgen::{JsCast, JsValue};

/// Header fields as pairs of texts.
pub(super) fn to_array(fields: &[(String, String)]) -> Array {
    let pair = |(name, value): &(String, String)| {
        Array::of2(&JsValue::from_str(name), &JsValue::from_str(value))
    };
    fields.iter().map(pair).collect()
}

/// What an iterable of pairs has, such as `Headers`; what is no pair of texts is left out.
pub(super) fn from_iterable(fields: &JsValue) -> Result<Vec<(String, String)>, JsValue> {
    let mut found = Vec::new();
    for entry in js_sys::try_iter(fields)?.into_iter().flatten() {
        let entry: Array = entry?.dyn_into()?;
        let text = |index| entry.get(index).dyn_into::<JsString>();
        if let (Ok(name), Ok(value)) = (text(0), text(1)) {
            found.push((name.into(), value.into()));
        }
    }
    Ok(found)
}
