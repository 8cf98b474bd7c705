use super::input::Input;
use super::operations::operation;

/// An operation and a response to it: the decoder accepts it or says why not, and what it accepts stays the same when
/// it is encoded and decoded again.
pub fn decode_any(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let fuzzed = operation(&mut input);
    (fuzzed.decode)(input.response());
}
