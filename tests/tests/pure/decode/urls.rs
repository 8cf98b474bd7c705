//! Values in paths and queries arrive unchanged, or are refused.

use hardline::wire::BaseUrl;
use hardline_tests::fuzz::{Everywhere, urls_agree};
use proptest::prelude::*;

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

proptest! {
    #[test]
    fn every_value_survives(operation in everywhere()) {
        urls_agree(&operation, "https://example.org");
    }

    #[test]
    fn awkward_values_survive(first in awkward(), second in awkward(), text in awkward(), list in prop::collection::vec(awkward(), 0..3)) {
        let operation = Everywhere { first, second, text: Some(text), list, number: None, is_on: None };
        urls_agree(&operation, "https://example.org:8448/matrix/");
    }

    #[test]
    fn no_base_url_panics_and_accepted_ones_are_kept(text in any::<String>(), path in "(/[a-zA-Z0-9%._~-]{0,8}){0,4}") {
        if let Ok(base) = BaseUrl::parse(&text) {
            prop_assert_eq!(BaseUrl::parse(&base.to_string()).unwrap(), base);
        }
        let text = format!("https://example.org{path}");
        if let Ok(base) = BaseUrl::parse(&text) {
            prop_assert_eq!(base.to_string(), text.trim_end_matches('/'));
        }
    }
}
