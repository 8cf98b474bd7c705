use hardline::wire::server::{ArbitraryEndpoint, encode_response};
use hardline::wire::{self};
use http::Response;

use super::check_error::look_at;

/// Decodes a response to the operation, encodes it and decodes it again.
pub(super) fn check<E: ArbitraryEndpoint>(response: Response<Vec<u8>>) {
    let answer = match wire::decode_response::<E>(response) {
        Ok(answer) => answer,
        Err(error) => return look_at(&error),
    };
    assert_eq!(answer.warnings.is_empty(), answer.warnings.count() == 0);
    assert!(answer.warnings.iter().count() <= answer.warnings.count());
    let shown = format!("{answer:?}");
    assert!(
        shown.len() < 64 * (answer.body.len() + 1024),
        "{}",
        shown.len()
    );
    for warning in answer.warnings.iter() {
        assert!(warning.to_string().len() <= 8 * (answer.body.len() + 256));
    }
    // A value that no header field can carry cannot be encoded again.
    let Ok(again) = encode_response::<E>(&answer.value) else {
        assert!(!E::OPERATION.response_headers.is_empty());
        return;
    };
    let again = wire::decode_response::<E>(again).expect("what was decoded can be decoded again");
    assert_eq!(again.value, answer.value);
    assert!(again.warnings.is_empty(), "{:?}", again.warnings);
}
