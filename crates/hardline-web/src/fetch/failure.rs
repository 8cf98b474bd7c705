use hardline::wire::{Failure, FailureClass};
use js_sys::Error;
use wasm_bindgen::{JsCast, JsValue};

/// A failure with the message of whatever JavaScript threw.
pub(super) fn failure(class: FailureClass, thrown: &JsValue) -> Failure {
    let message = match thrown.dyn_ref::<Error>() {
        Some(error) => String::from(error.message()),
        None => "the browser does not say why".to_owned(),
    };
    Failure::new(class, message)
}
