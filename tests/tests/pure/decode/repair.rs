//! One bad field never costs the response: every good element survives, and nothing else.

use std::collections::BTreeMap;

use hardline::wire::{self, Endpoint, Operation};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Serialize)]
struct Ask {}

impl Endpoint for Ask {
    const OPERATION: Operation = Operation::get("ask", "/_matrix/client/v1/ask");
    type Response = Told;
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Told {
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    flags: BTreeMap<String, bool>,
    #[serde(default)]
    groups: BTreeMap<String, Vec<Item>>,
    note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Item {
    id: String,
    size: Option<u64>,
}

/// A JSON value, and the expected result of decoding it as a `T`.
#[derive(Clone, Debug)]
struct Sent<T> {
    value: Value,
    kept: Option<T>,
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(".{0,4}", inner, 0..3).prop_map(|map| json!(map)),
        ]
    })
}

fn item() -> impl Strategy<Value = Sent<Item>> {
    let good = (".{0,6}", any::<Option<u64>>()).prop_map(|(id, size)| {
        let item = Item { id, size };
        Sent {
            value: json!(item),
            kept: Some(item),
        }
    });
    let bad_size = (".{0,6}", anything()).prop_map(|(id, size)| Sent {
        value: json!({"id": id, "size": size}),
        kept: Some(Item {
            id,
            size: size.as_u64(),
        }),
    });
    let no_id = anything().prop_map(|id| Sent {
        kept: id.as_str().map(|id| Item {
            id: id.to_owned(),
            size: None,
        }),
        value: json!({"id": id}),
    });
    // serde accepts a list for a struct, in the order of its fields.
    let other = anything().prop_filter("a list is another matter", |value| {
        !value.is_array() && value.get("id").is_none()
    });
    prop_oneof![3 => good, 2 => bad_size, 2 => no_id, 2 => other.prop_map(|value| Sent { value, kept: None })]
}

fn flag() -> impl Strategy<Value = Sent<bool>> {
    anything().prop_map(|value| Sent {
        kept: value.as_bool(),
        value,
    })
}

fn kept<T: Clone>(sent: &[Sent<T>]) -> Vec<T> {
    sent.iter().filter_map(|sent| sent.kept.clone()).collect()
}

fn values<T>(sent: &[Sent<T>]) -> Vec<&Value> {
    sent.iter().map(|sent| &sent.value).collect()
}

proptest! {
    #[test]
    fn every_good_element_survives_and_no_other(
        items in prop::collection::vec(item(), 0..12),
        flags in prop::collection::btree_map(".{0,4}", flag(), 0..6),
        groups in prop::collection::btree_map(".{0,4}", prop::collection::vec(item(), 0..4), 0..4),
        note in anything(),
        unknown in anything(),
        is_pretty in any::<bool>(),
    ) {
        let body = json!({
            "a": unknown,
            "flags": flags.iter().map(|(name, flag)| (name, &flag.value)).collect::<BTreeMap<_, _>>(),
            "groups": groups.iter().map(|(name, items)| (name, values(items))).collect::<BTreeMap<_, _>>(),
            "items": values(&items),
            "note": note,
            "z": unknown,
        });
        let expected = Told {
            items: kept(&items),
            flags: flags.iter().filter_map(|(name, flag)| Some((name.clone(), flag.kept?))).collect(),
            groups: groups.iter().map(|(name, items)| (name.clone(), kept(items))).collect(),
            note: note.as_str().map(str::to_owned),
        };
        let text = if is_pretty { serde_json::to_string_pretty(&body) } else { serde_json::to_string(&body) };
        let answer = wire::decode_response::<Ask>(http::Response::new(text.unwrap())).unwrap();
        prop_assert_eq!(&answer.value, &expected);
        prop_assert_eq!(answer.warnings.is_empty(), serde_json::from_value::<Told>(body.clone()).is_ok());
        for warning in answer.warnings.iter() {
            prop_assert!(body.pointer(&warning.pointer).is_some(), "{} is nowhere", warning.pointer);
        }
    }

    #[test]
    fn no_body_panics_and_no_errcode_is_lost(
        errcode in "M_[A-Z_]{1,12}",
        members in prop::collection::vec(("[a-z_]{1,8}", anything()), 0..5),
        status in 400..600_u16,
        cut in any::<prop::sample::Index>(),
        noise in any::<Vec<u8>>(),
    ) {
        let mut body = format!("{{\"errcode\":\"{errcode}\"").into_bytes();
        let whole = body.len();
        for (name, value) in members {
            body.extend_from_slice(format!(",\"{name}\":{value}").as_bytes());
        }
        body.truncate(whole + cut.index(body.len() - whole + 1));
        body.extend_from_slice(&noise);
        let response = http::Response::builder().status(status).body(body).unwrap();
        let error = wire::decode::<Ask>(response).unwrap_err();
        prop_assert_eq!(error.errcode().map(|errcode| errcode.as_str()), Some(errcode.as_str()));
        let _ = wire::decode::<Ask>(http::Response::new(noise));
    }
}
