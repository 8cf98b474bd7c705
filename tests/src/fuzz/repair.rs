use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use hardline::json::{DecodeWarnings, WarningReason};
use hardline::wire::{self, Endpoint, Operation};
use http::Response;
use serde::de::{DeserializeOwned, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many warnings are kept one by one.
const TOLD: usize = 64;

/// A body with bad values: what is left of it is what serde_json reads of the body without the values that were
/// reported.
pub fn repair(bytes: &[u8]) {
    let Ok(answer) = wire::decode_response::<Ask>(Response::new(bytes.to_vec())) else {
        return;
    };
    let Ok(body) = serde_json::from_slice::<Value>(bytes) else {
        // The empty body, and numbers that serde_json holds to be too great.
        return;
    };
    if let Ok(strict) = serde_json::from_slice::<Told>(bytes) {
        assert!(answer.warnings.is_empty());
        assert_eq!(answer.value, strict);
    }
    if has_unique_names(bytes) && answer.warnings.count() <= TOLD {
        assert_eq!(answer.value, expected(body, &answer.warnings));
    }
    let again = serde_json::to_vec(&answer.value).unwrap();
    let again = wire::decode_response::<Ask>(Response::new(again)).unwrap();
    assert_eq!((again.value, again.warnings.count()), (answer.value, 0));
}

/// What is left of a body without the values that were reported.
fn expected<T: DeserializeOwned>(mut body: Value, warnings: &DecodeWarnings) -> T {
    let mut skipped: Vec<Vec<String>> = Vec::new();
    for warning in warnings.iter() {
        assert_ne!(warning.reason, WarningReason::Duplicate);
        let steps = warning.pointer.split('/').skip(1);
        skipped.push(steps.map(unescaped).collect());
    }
    // From the end, so that the places of earlier elements stay as they are, and what is inside goes before its own.
    skipped.sort_by(|a, b| in_order(b, a));
    for steps in skipped {
        remove(&mut body, &steps);
    }
    serde_json::from_value(body).expect("what is left has its type")
}

fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// Compares numbers as numbers.
fn in_order(a: &[String], b: &[String]) -> std::cmp::Ordering {
    let key = |step: &String| (step.parse::<usize>().ok(), step.clone());
    a.iter().map(key).cmp(b.iter().map(key))
}

fn remove(value: &mut Value, steps: &[String]) {
    let [step, inner @ ..] = steps else {
        panic!("the whole body was skipped");
    };
    let index = step.parse::<usize>();
    match (value, inner) {
        (Value::Object(members), []) => {
            members.remove(step).expect("a reported member is there");
        }
        (Value::Array(elements), []) => {
            elements.remove(index.unwrap());
        }
        (Value::Object(members), _) => {
            remove(
                members.get_mut(step).expect("it holds what was reported"),
                inner,
            );
        }
        (Value::Array(elements), _) => remove(&mut elements[index.unwrap()], inner),
        _ => panic!("a reported value is nowhere"),
    }
}

/// Whether no object has two members of one name: types with serde's derive refuse the second.
fn has_unique_names(text: &[u8]) -> bool {
    serde_json::from_slice::<Unique>(text).is_ok()
}

struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without doubled names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut names = BTreeSet::new();
        while let Some((name, Self)) = members.next_entry::<String, Self>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a name is there twice"));
            }
        }
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self, A::Error> {
        while let Some(Self) = elements.next_element()? {}
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }
}

#[derive(Serialize)]
struct Ask {}

impl Endpoint for Ask {
    const OPERATION: Operation = Operation::get("ask", "/_example/ask");
    type Response = Told;
}

// No integers: text that is one is read as one, and serde_json refuses it.

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Told {
    #[serde(default)]
    list: Vec<Item>,
    #[serde(default)]
    map: BTreeMap<String, Vec<Choice>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<Box<Item>>,
    #[serde(default)]
    pairs: Vec<(bool, String)>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Item {
    id: String,
    flag: Option<bool>,
    #[serde(default)]
    lists: Vec<Vec<bool>>,
    inner: Option<Box<Self>>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Choice {
    A,
    B(Vec<bool>),
    C(bool, String),
    D { item: Option<Item>, flag: bool },
}
