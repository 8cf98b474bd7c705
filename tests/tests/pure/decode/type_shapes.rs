//! What a bad value costs in types of every shape. They are a user's own, with serde's derive.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::fmt::Debug;
use std::marker::PhantomData;

use hardline::json::DecodeWarnings;
use hardline::wire::{self, Endpoint, Operation};
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serialize};

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
    #[serde(default = "none")]
    value: Option<T>,
}

fn none<T>() -> Option<T> {
    None
}

fn read<T: DeserializeOwned>(text: &str) -> (Option<T>, DecodeWarnings) {
    let body = format!("{{\"value\":{text}}}");
    let answer = wire::decode_response::<Ask<T>>(http::Response::new(body)).unwrap();
    (answer.value.value, answer.warnings)
}

/// Checks what is left of a value, and the pointers to what was skipped, without `/value`.
fn left<T: DeserializeOwned + Debug + PartialEq>(text: &str, value: Option<T>, skipped: &[&str]) {
    let (read, warnings) = read::<T>(text);
    assert_eq!(read, value, "{text}");
    let pointers = warnings.iter().map(|warning| &warning.pointer);
    let pointers: Vec<_> = pointers
        .map(|at| at.strip_prefix("/value").unwrap())
        .collect();
    assert_eq!(pointers, skipped, "{text}");
    assert_eq!(warnings.count(), skipped.len());
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
struct Item {
    id: u64,
    note: Option<String>,
}

fn item(id: u64) -> Item {
    Item { id, note: None }
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Unit,
    Newtype(Item),
    Tuple(u64, String),
    Struct { ids: Vec<u64>, note: Option<String> },
}

#[derive(Debug, PartialEq, Deserialize)]
struct Newtype(Vec<u64>);

#[derive(Debug, PartialEq, Deserialize)]
#[serde(transparent)]
struct Transparent(Item);

#[derive(Debug, PartialEq, Deserialize)]
#[serde(default)]
struct Defaults {
    size: u64,
    list: Vec<u64>,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            size: 7,
            list: vec![7],
        }
    }
}

/// A type with an implementation of its own: an even number.
#[derive(Debug, PartialEq)]
struct Even(u64);

impl<'de> Deserialize<'de> for Even {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            number if number.is_multiple_of(2) => Ok(Self(number)),
            _ => Err(D::Error::custom("it is odd")),
        }
    }
}

#[test]
fn a_tuple_and_an_array_never_skip_an_element() {
    left(r#"["x", 7, "s", 9]"#, None::<(u64, String, u64)>, &[""]);
    left(r#"[7, "s"]"#, None::<(u64, String, u64)>, &[""]);
    left(r#"[7, "s", 9, 1]"#, None::<(u64, String, u64)>, &[""]);
    left(r#"[7, "s", 9]"#, Some((7_u64, "s".to_owned(), 9_u64)), &[]);
    left(r#"[1, "x", 2, 3]"#, None::<[u64; 3]>, &[""]);
    left("[1, 2, 3]", Some([1_u64, 2, 3]), &[]);
    left(
        r#"[[1, "a"], ["x", 2, "b"], [3, "c"]]"#,
        Some(vec![(1_u64, "a".to_owned()), (3, "c".to_owned())]),
        &["/1"],
    );
}

#[test]
fn a_list_in_a_tuple_skips_its_own_elements() {
    left(
        r#"[[1, "x", 2], [true]]"#,
        Some((vec![1_u64, 2], vec![true])),
        &["/0/1"],
    );
}

#[test]
fn nested_lists_skip_at_every_depth() {
    left(
        r#"[[1, "x"], 5, null, [2]]"#,
        Some(vec![Some(vec![1_u64]), None, Some(vec![2])]),
        &["/0/1", "/1"],
    );
    left(
        r#"[[[1, null], "x"], [["?"]], {}]"#,
        Some(vec![vec![vec![1_u64]], vec![vec![]]]),
        &["/0/0/1", "/0/1", "/1/0/0", "/2"],
    );
}

#[test]
fn an_enum_is_skipped_whole_but_what_it_holds_is_repaired() {
    left(
        r#"["unit", {"newtype": {"id": 1, "note": 5}}, {"tuple": [1, "a"]}, {"struct": {"ids": [1, "x"], "note": []}}]"#,
        Some(vec![
            Choice::Unit,
            Choice::Newtype(item(1)),
            Choice::Tuple(1, "a".to_owned()),
            Choice::Struct {
                ids: vec![1],
                note: None,
            },
        ]),
        &["/1/newtype/note", "/3/struct/ids/1", "/3/struct/note"],
    );
    left(
        r#"["other", {"other": 1}, {"tuple": ["x", 1, "a"]}, {"unit": null, "more": 1}, 5, "unit"]"#,
        Some(vec![Choice::Unit]),
        &["/0", "/1", "/2", "/3", "/4"],
    );
}

#[test]
fn newtypes_are_what_they_hold() {
    left(r#"[1, "x", 2]"#, Some(Newtype(vec![1, 2])), &["/1"]);
    left(
        r#"{"id": 1, "note": 2}"#,
        Some(Transparent(item(1))),
        &["/note"],
    );
    left("5", None::<Transparent>, &[""]);
    left(r#"[1, "x", 2]"#, Some(Box::new(vec![1_u64, 2])), &["/1"]);
}

#[test]
fn a_map_with_numbers_for_names_skips_what_is_none() {
    left(
        r#"{"1": true, "x": true, "2": "?", "-3": false, "4": false}"#,
        Some(BTreeMap::from([(1_u64, true), (4, false)])),
        &["/x", "/2", "/-3"],
    );
    left(
        r#"{"unit": 1, "other": 2}"#,
        Some(BTreeMap::from([(Unit::Unit, 1)])),
        &["/other"],
    );
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Unit {
    Unit,
}

#[test]
fn a_type_that_reads_itself_is_skipped_where_it_refuses() {
    left(
        "[2, 3, 4, \"x\"]",
        Some(vec![Even(2), Even(4)]),
        &["/1", "/3"],
    );
    left(
        r#"{"a": 3, "b": 4}"#,
        Some(BTreeMap::from([("b".to_owned(), Even(4))])),
        &["/a"],
    );
}

#[test]
fn a_member_with_a_default_has_it_when_its_value_is_bad() {
    left(
        r#"{"size": "x", "list": [1, null]}"#,
        Some(Defaults {
            size: 7,
            list: vec![1],
        }),
        &["/size", "/list/1"],
    );
    left(r#"{"list": 5}"#, Some(Defaults::default()), &["/list"]);
}

/// serde's own impls of std's collections ask for elements and entries by type, so that a bad one can be skipped.
#[test]
fn the_collections_of_std_skip_in_place() {
    let skipped = &["/1", "/2"];
    let list = r#"[1, "x", {"id": 1}, 2]"#;
    left(list, Some(vec![1_u64, 2]), skipped);
    left(list, Some(VecDeque::from([1_u64, 2])), skipped);
    left(list, Some(LinkedList::from([1_u64, 2])), skipped);
    left(list, Some(BTreeSet::from([1_u64, 2])), skipped);
    left(list, Some(HashSet::from([1_u64, 2])), skipped);
    left(list, Some(Box::<[u64]>::from([1, 2])), skipped);
    let (heap, warnings) = read::<BinaryHeap<u64>>(list);
    assert_eq!(
        (heap.unwrap().into_sorted_vec(), warnings.count()),
        (vec![1, 2], 2)
    );
    let map = r#"{"a": 1, "1": "x", "2": {"id": 1}, "b": 2}"#;
    let pairs = [("a".to_owned(), 1_u64), ("b".to_owned(), 2)];
    left(map, Some(BTreeMap::from(pairs.clone())), skipped);
    left(map, Some(HashMap::from(pairs)), skipped);
}

#[test]
fn a_struct_with_serdes_derive_is_read_again_without_its_bad_members() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Many {
        pad: String,
        a: Option<u64>,
        b: Option<u64>,
        list: Option<Vec<Item>>,
    }

    let pad = "p".repeat(2_000);
    left(
        &format!(r#"{{"list": [{{"id": 1}}, {{}}], "pad": "{pad}", "a": "?", "b": "?", "b": 4}}"#),
        Some(Many {
            pad,
            a: None,
            b: Some(4),
            list: Some(vec![item(1)]),
        }),
        &["/list/1", "/a", "/b"],
    );
}

#[test]
fn a_struct_with_too_many_bad_members_is_skipped_itself() {
    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Nine {
        a: u64,
        b: u64,
        c: u64,
        d: u64,
        e: u64,
        f: u64,
        g: u64,
        h: u64,
        i: u64,
    }

    let bad = |count: usize| {
        let members = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        let members = members[..count]
            .iter()
            .map(|name| format!("\"{name}\": null"));
        format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
    };
    let (value, warnings) = read::<Nine>(&bad(8));
    assert_eq!((value, warnings.count()), (Some(Nine::default()), 8));
    let (value, warnings) = read::<Nine>(&bad(9));
    assert_eq!((value, warnings.count()), (None, 9));
    let (value, warnings) = read::<Vec<Nine>>(&format!("[{}, {{\"a\": 1}}]", bad(9)));
    assert_eq!((value.unwrap().len(), warnings.count()), (1, 9));
}

#[test]
fn structs_in_each_other_are_not_read_again_for_each_that_encloses_them() {
    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Nested {
        inner: Option<Box<Self>>,
        list: Vec<Counted>,
        a: Option<u64>,
        b: Option<u64>,
    }

    /// Counts how often one is read.
    #[derive(Debug, PartialEq)]
    struct Counted;

    thread_local! {
        static READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    }

    impl<'de> Deserialize<'de> for Counted {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            READ.set(READ.get() + 1);
            bool::deserialize(deserializer).map(|_| Self)
        }
    }

    const ELEMENTS: usize = 50_000;
    let list = vec!["true"; ELEMENTS].join(",");
    let mut body = format!("{{\"list\":[{list}],\"a\":\"?\",\"b\":\"?\"}}");
    for _ in 0..100 {
        body = format!("{{\"inner\":{body},\"a\":\"?\",\"b\":\"?\"}}");
    }
    let (value, _) = read::<Nested>(&body);
    assert!(
        READ.get() <= 20 * ELEMENTS,
        "{} elements were read",
        READ.get()
    );
    assert_eq!(value, None, "an object around them is skipped instead");
}

#[test]
fn a_struct_is_never_read_from_a_list() {
    left(r#"[[1, "note"], {"id": 2}]"#, Some(vec![item(2)]), &["/0"]);
}

#[test]
fn numbers_as_text_are_integers_and_nothing_else() {
    left(
        r#"["3600", "3600.0", "-1", "x", "", " 7 ", "1.5", "1e2"]"#,
        Some(vec![3600_u64, 3600, 7, 100]),
        &["/2", "/3", "/4", "/6"],
    );
    left(r#"["3600", 1]"#, Some(vec![1.0_f64]), &["/0"]);
    left(r#"["true", true]"#, Some(vec![true]), &["/0"]);
    left(r#"[5, "5"]"#, Some(vec!["5".to_owned()]), &["/0"]);
}

#[test]
fn a_byte_order_mark_is_white_space() {
    let body = "\u{feff} {\"value\": [1, null]}";
    let answer = wire::decode_response::<Ask<Vec<u64>>>(http::Response::new(body)).unwrap();
    assert_eq!(answer.value.value, Some(vec![1]));
    assert_eq!(answer.warnings.iter().next().unwrap().pointer, "/value/1");
    let body = "{\"value\": \u{feff}1}";
    assert!(wire::decode_response::<Ask<u64>>(http::Response::new(body)).is_err());
}
