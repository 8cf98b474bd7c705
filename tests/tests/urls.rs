//! Values in paths and queries come through exactly, or are refused.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hardline::wire::server::{Router, decode_request};
use hardline::wire::{self, BaseUrl, Credentials, EncodeError, Endpoint, Operation, Target};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Everywhere {
    first: String,
    second: String,
    text: Option<String>,
    #[serde(default)]
    list: Vec<String>,
    number: Option<u64>,
    is_on: Option<bool>,
}

impl Endpoint for Everywhere {
    const OPERATION: Operation =
        Operation::get("everywhere", "/_matrix/client/v1/a/{first}/b/{second}")
            .query(&["text", "list", "number", "is_on"]);
    type Response = ();
}

fn everywhere() -> impl Strategy<Value = Everywhere> {
    let list = prop::collection::vec(any::<String>(), 0..4);
    (
        any::<(String, String, Option<String>)>(),
        list,
        any::<(Option<u64>, Option<bool>)>(),
    )
        .prop_map(
            |((first, second, text), list, (number, is_on))| Everywhere {
                first,
                second,
                text,
                list,
                number,
                is_on,
            },
        )
}

/// Texts that URL parsers are known to change.
fn awkward() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "%", "%2F", "%2e", "/", "\\", "#", "?", "&", "=", "+", " ", ".", "..", ":", "@", ";", "\t",
        "\n", "\0", "é", "𝕏", "\u{202e}", "a", "{", "}", "[", "]", "|", "^", "`", "'", "\"", "<",
        ">", "~", "%00", "%zz",
    ]);
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

fn check(operation: &Everywhere, base: &str) -> Result<(), TestCaseError> {
    let target = Target::homeserver(base).unwrap();
    let is_folded = |value: &str| matches!(value, "" | "." | "..");
    let request = match wire::encode(operation, &target, &Credentials::None) {
        Ok(request) => request,
        Err(EncodeError::UnsendableSegment { .. }) => {
            prop_assert!(is_folded(&operation.first) || is_folded(&operation.second));
            return Ok(());
        }
        Err(error) => return Err(TestCaseError::fail(error.to_string())),
    };
    prop_assert!(!is_folded(&operation.first) && !is_folded(&operation.second));

    // A parser of the other kind, browsers', finds the same URL in it.
    let text = request.uri().to_string();
    let parsed = url::Url::parse(&text).unwrap();
    prop_assert_eq!(parsed.as_str(), &text);
    prop_assert_eq!(parsed.path(), request.uri().path());

    let mut router = Router::new();
    router.add(const { &Everywhere::OPERATION });
    let path = request
        .uri()
        .path()
        .strip_prefix(BaseUrl::parse(base).unwrap().path())
        .unwrap();
    let route = router.find(request.method(), path).unwrap();
    let decoded: Everywhere = decode_request(&route, &request).unwrap();
    prop_assert_eq!(&decoded, operation);
    Ok(())
}

proptest! {
    #[test]
    fn every_value_survives(operation in everywhere()) {
        check(&operation, "https://example.org")?;
    }

    #[test]
    fn awkward_values_survive(first in awkward(), second in awkward(), text in awkward(), list in prop::collection::vec(awkward(), 0..3)) {
        let operation = Everywhere { first, second, text: Some(text), list, number: None, is_on: None };
        check(&operation, "https://example.org:8448/matrix/")?;
    }

    #[test]
    fn no_base_url_panics_and_what_is_taken_is_kept(text in any::<String>(), path in "(/[a-zA-Z0-9%._~-]{0,8}){0,4}") {
        if let Ok(base) = BaseUrl::parse(&text) {
            prop_assert_eq!(BaseUrl::parse(&base.to_string()).unwrap(), base);
        }
        let text = format!("https://example.org{path}");
        if let Ok(base) = BaseUrl::parse(&text) {
            prop_assert_eq!(base.to_string(), text.trim_end_matches('/'));
        }
    }
}
