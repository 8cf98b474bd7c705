//! The core's own reader of JSON and serde_json agree on everything that both read.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::marker::PhantomData;

use hardline::wire::{self, DecodeError, Endpoint, ErrorKind, Operation};
use proptest::prelude::*;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

#[derive(Serialize)]
struct Ask<T> {
    #[serde(skip)]
    for_a: PhantomData<T>,
}

impl<T: DeserializeOwned> Endpoint for Ask<T> {
    const OPERATION: Operation = Operation::get("ask", "/_matrix/client/v1/ask");
    type Response = Told<T>;
}

#[derive(Debug, PartialEq, Deserialize)]
struct Told<T> {
    value: T,
}

/// The value, if nothing in it was skipped.
fn read<T: DeserializeOwned>(body: impl Into<Vec<u8>>) -> Option<T> {
    let answer = wire::decode_response::<Ask<T>>(http::Response::new(body.into())).ok()?;
    answer.warnings.is_empty().then_some(answer.value.value)
}

fn is_json(result: &Result<(), wire::Error>) -> bool {
    match result.as_ref().map_err(wire::Error::kind) {
        Err(ErrorKind::UnexpectedResponse(answer)) => !matches!(answer.error, DecodeError::Syntax),
        _ => true,
    }
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..5).prop_map(Value::from_iter),
        ]
    })
}

proptest! {
    #[test]
    fn every_value_is_read_as_it_was_written(value in anything(), is_pretty in any::<bool>()) {
        let text = if is_pretty {
            serde_json::to_string_pretty(&value)
        } else {
            serde_json::to_string(&value)
        };
        let body = format!("\n{{ \"value\" : {} }} ", text.unwrap());
        prop_assert_eq!(read::<Value>(body).unwrap(), value);
    }

    #[test]
    fn exactly_the_invalid_json_is_rejected(
        value in anything(),
        place in any::<prop::sample::Index>(),
        change in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..3),
            "[\\[\\]{}:,\"\\\\u0-9eE+.tfn -]{0,3}".prop_map(String::into_bytes),
        ],
        is_inserted in any::<bool>(),
    ) {
        let mut body = format!("{{\"other\":{value},\"value\":{value}}}").into_bytes();
        let place = place.index(body.len() - 1) + 1;
        let end = if is_inserted { place } else { (place + change.len()).min(body.len()) };
        body.splice(place..end, change);
        let json = serde_json::from_slice::<IgnoredAny>(&body).is_ok();
        let typed = wire::decode::<Ask<Value>>(http::Response::new(body.clone())).map(drop);
        let ignored = wire::decode::<Ask<IgnoredAny>>(http::Response::new(body.clone())).map(drop);
        prop_assert_eq!(is_json(&typed), json, "{:?}", String::from_utf8_lossy(&body));
        prop_assert_eq!(is_json(&ignored), json, "{:?}", String::from_utf8_lossy(&body));
    }
}

/// Checks that each text is, or is not, of this type, as serde_json decides.
fn agree<T: DeserializeOwned + Debug + PartialEq>(texts: &[&str]) {
    for text in texts {
        let body = format!("{{\"value\":{text}}}");
        let theirs = serde_json::from_str::<Told<T>>(&body).map(|told| told.value);
        assert_eq!(read::<T>(body), theirs.ok(), "{text}");
    }
}

#[derive(Debug, PartialEq, Deserialize)]
enum Shape {
    Unit,
    Newtype(u8),
    Tuple(u8, String),
    Struct { a: u8 },
}

#[test]
fn types_of_every_kind_are_read_as_serde_json_reads_them() {
    agree::<Shape>(&[
        r#""Unit""#,
        r#"{"Unit": null}"#,
        r#"{"Newtype": 1}"#,
        r#"{"Newtype": 300}"#,
        r#"{"Tuple": [1, "x"]}"#,
        r#"{"Tuple": [1]}"#,
        r#"{"Tuple": [1, "x", 2]}"#,
        r#"{"Struct": {"a": 1}}"#,
        r#"{"Struct": {}}"#,
        r#"{"Struct": {"a": 1}, "Unit": null}"#,
        r#""Other""#,
        "5",
        "{}",
    ]);
    agree::<BTreeMap<u64, bool>>(&[
        r#"{"1": true}"#,
        r#"{"-1": true}"#,
        r#"{"": true}"#,
        r#"{"1 ": true}"#,
        r#"{"01": true}"#,
        r#"{"a": true}"#,
    ]);
    agree::<BTreeMap<bool, u8>>(&[r#"{"true": 1, "false": 2}"#, r#"{"True": 1}"#]);
    agree::<(u8, Option<char>)>(&[
        r#"[1, "é"]"#,
        "[1, null]",
        "[1]",
        r#"[1, "ab"]"#,
        "[1, null, 2]",
    ]);
    agree::<()>(&["null", "{}", "0"]);
    agree::<Option<Option<u8>>>(&["null", "1", "-1"]);
    agree::<i64>(&[
        "-9223372036854775808",
        "9223372036854775807",
        "9223372036854775808",
        "1.5",
        "1e-2",
        "true",
    ]);
    agree::<u64>(&[
        "18446744073709551615",
        "18446744073709551616",
        "0",
        "00",
        "-1",
    ]);
    agree::<f64>(&[
        "1",
        "-0",
        "1.5e3",
        "1E-2",
        "18446744073709551616",
        "1e400",
        "-1e-400",
        "1.",
        ".5",
        "1e",
    ]);
    agree::<String>(&[
        r#""a\n\u00e9\ud83d\ude00""#,
        r#""\ud800""#,
        r#""\q""#,
        "\"\t\"",
        "\"\u{7f}\"",
        "null",
    ]);
    agree::<Vec<u8>>(&["[]", "[1,2]", "[1,]", "[,1]", "[1 2]", "[256]"]);
}

#[test]
fn a_whole_number_is_an_integer_however_it_is_written() {
    for (text, number) in [("1.0", 1), ("1e2", 100), ("-0", 0), ("-2.50e1", -25)] {
        let body = format!("{{\"value\":{text}}}");
        assert_eq!(read::<i64>(body.clone()), Some(number), "{text}");
        assert_eq!(read::<f64>(body), Some(number as f64), "{text}");
    }
}

#[test]
fn raw_values_of_serde_json_are_read_too() {
    let raw: Box<RawValue> = read(r#"{"value": { "a" : 1.0 } }"#).unwrap();
    assert_eq!(raw.get(), r#"{ "a" : 1.0 }"#);
}

#[test]
fn ignored_values_may_nest_arbitrarily_deep_and_others_are_skipped() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read::<IgnoredAny>(format!("{{\"value\":{deep}}}")).is_some());
    let body = format!("{{\"value\":[1],\"other\":{deep}}}");
    assert_eq!(read::<Value>(body).unwrap(), Value::from(vec![1]));
    let answer =
        wire::decode_response::<Ask<Value>>(http::Response::new(format!("{{\"value\":{deep}}}")));
    assert_eq!(answer.unwrap().warnings.count(), 1);
}

#[test]
fn brackets_in_ignored_values_must_match() {
    for depth in 1..200 {
        // Lists and objects, in an order that does not repeat.
        let is_object = |level: usize| (level * level / 3).is_multiple_of(2);
        let begin: String = (0..depth)
            .map(|level| if is_object(level) { "{\"a\":" } else { "[" })
            .collect();
        let closing = |level| if is_object(level) { "}" } else { "]" };
        let end: Vec<&str> = (0..depth).rev().map(closing).collect();
        let body = |end: &[&str]| format!("{{\"value\":{begin}1{}}}", end.concat());
        assert!(read::<IgnoredAny>(body(&end)).is_some(), "{depth}");
        for wrong in [0, depth / 2, depth - 1] {
            let mut end = end.clone();
            end[wrong] = if end[wrong] == "}" { "]" } else { "}" };
            assert!(read::<IgnoredAny>(body(&end)).is_none(), "{depth} {wrong}");
        }
    }
}
