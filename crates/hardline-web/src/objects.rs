//! Objects of JavaScript, made member by member.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// An object in the making.
pub(crate) struct Members(Object);

impl Members {
    /// None so far.
    pub(crate) fn new() -> Self {
        Self(Object::new())
    }

    /// Those of an object that exists, such as an error.
    pub(crate) fn of(object: impl Into<Object>) -> Self {
        Self(object.into())
    }

    pub(crate) fn with(self, name: &str, value: impl Into<JsValue>) -> Self {
        // Only a frozen object refuses, and nobody has this one yet.
        let _ = Reflect::set(&self.0, &JsValue::from_str(name), &value.into());
        self
    }

    #[cfg(feature = "flows")]
    pub(crate) fn with_some(self, name: &str, value: Option<impl Into<JsValue>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    pub(crate) fn into_value(self) -> JsValue {
        self.0.into()
    }
}

/// Whole numbers below 2^53 are exact as numbers of JavaScript: IDs and times are.
pub(crate) fn number(whole: u64) -> JsValue {
    JsValue::from_f64(whole as f64)
}
