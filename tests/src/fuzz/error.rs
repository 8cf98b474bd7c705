use http::StatusCode;

use super::input::Input;
use super::operations::operation;

/// An operation and an unexpected response: an errcode in it survives, whatever else is wrong.
pub fn error_any(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let fuzzed = operation(&mut input);
    let mut response = input.response();
    let status = response.status().as_u16();
    if fuzzed.operation.accepts(status) {
        *response.status_mut() = StatusCode::IM_A_TEAPOT;
    }
    (fuzzed.error)(response);
}
