use std::fmt::Debug;

use hardline::json::DecodeWarnings;
use hardline::wire;
use hardline::wire::server::{ArbitraryEndpoint, encode_response};
use http::Response;

use super::check_error::look_at;

/// Decodes a response to the operation, encodes it and decodes it again.
pub(super) fn check<E: ArbitraryEndpoint>(response: Response<Vec<u8>>) {
    let answer = match wire::decode_response::<E>(response) {
        Ok(answer) => answer,
        Err(error) => return look_at(&error),
    };
    look_at_warnings(&answer.warnings, answer.body.len());
    is_shown_shortly(&answer, answer.body.len());
    // A value that no header field can carry cannot be encoded again.
    let Ok(again) = encode_response::<E>(&answer.value) else {
        assert!(!E::OPERATION.response_headers.is_empty());
        return;
    };
    let again = wire::decode_response::<E>(again).expect("what was decoded can be decoded again");
    assert_eq!(again.value, answer.value);
    assert!(again.warnings.is_empty(), "{:?}", again.warnings);
}

fn look_at_warnings(warnings: &DecodeWarnings, body: usize) {
    assert_eq!(warnings.is_empty(), warnings.count() == 0);
    assert!(warnings.iter().count() <= warnings.count());
    for warning in warnings.iter() {
        assert!(warning.to_string().len() <= 8 * (body + 256));
    }
}

fn is_shown_shortly(answer: &dyn Debug, body: usize) {
    let shown = format!("{answer:?}");
    assert!(shown.len() < 64 * (body + 1024), "{}", shown.len());
}
