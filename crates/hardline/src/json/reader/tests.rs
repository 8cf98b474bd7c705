use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::*;

#[derive(Debug, PartialEq, Deserialize)]
struct Root {
    id: String,
    count: Option<u64>,
    #[serde(default)]
    list: Vec<Item>,
    #[serde(default)]
    map: BTreeMap<String, bool>,
    inner: Option<Inner>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Item {
    x: u64,
    y: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Inner {
    #[serde(default)]
    lists: Vec<Vec<u64>>,
    needed: bool,
}

fn decode<T: DeserializeOwned>(text: &str) -> Result<(T, Vec<String>), String> {
    match Reader::decode(text.as_bytes(), &Bytes::new()) {
        Ok(read) => {
            let warnings = read.warnings.iter().map(ToString::to_string);
            Ok((read.value, warnings.collect()))
        }
        Err(ReadError::Shape(warning)) => Err(warning.to_string()),
        Err(problem) => Err(format!("{problem:?}")),
    }
}

fn root(text: &str) -> (Root, Vec<String>) {
    decode(text).unwrap()
}

fn item(x: u64) -> Item {
    Item { x, y: None }
}

#[test]
fn a_bad_optional_member_costs_itself() {
    let (value, warnings) = root(r#"{"count": "many", "id": "a", "list": [{"x": 1}]}"#);
    assert_eq!(
        (value.id.as_str(), value.count, value.list),
        ("a", None, vec![item(1)])
    );
    assert_eq!(warnings, ["/count is a string, not u64"]);
    let (value, warnings) = root(r#"{"id": "a", "list": {"x": 1}, "count": 2}"#);
    assert_eq!((value.count, value.list), (Some(2), vec![]));
    assert_eq!(warnings, ["/list is an object, not a sequence"]);
}

#[test]
fn a_bad_element_costs_itself() {
    let (value, warnings) = root(
        "{\n \"id\": \"a\",\n \"list\": [\n {\"x\": 1}, null, {\"x\": \"?\"},\n {\"x\": 2, \"y\": 3}, {}, 5, [] , [9, \"y\"],{\"x\": 4}]}",
    );
    assert_eq!(value.list, [item(1), item(2), item(4)]);
    assert_eq!(
        warnings,
        [
            "/list/1 is null, not struct Item",
            "/list/2/x is a string, not u64",
            "/list/2 lacks x",
            "/list/3/y is a number, not a string",
            "/list/4 lacks x",
            "/list/5 is a number, not struct Item",
            "/list/6 is a list, not struct Item",
            "/list/7 is a list, not struct Item",
        ]
    );
}

#[test]
fn a_bad_map_entry_costs_itself() {
    let (value, warnings) =
        root(r#"{"map": {"a": true, "b/~": 1, "c": false, "d": [1]}, "id": "a"}"#);
    assert_eq!(
        value.map,
        BTreeMap::from([("a".to_owned(), true), ("c".to_owned(), false)])
    );
    assert_eq!(
        warnings,
        [
            "/map/b~1~0 is a number, not a boolean",
            "/map/d is a list, not a boolean"
        ]
    );
}

#[test]
fn a_struct_that_lacks_a_required_member_is_skipped_whole() {
    let (value, warnings) =
        root(r#"{"id": "a", "inner": {"lists": [[1, -1], ["x"], 2, [3]]}, "count": 1}"#);
    assert_eq!((value.inner, value.count), (None, Some(1)));
    assert_eq!(warnings.last().unwrap(), "/inner lacks needed");
    let (value, _) =
        root(r#"{"id": "a", "inner": {"needed": true, "lists": [[1, -1], ["x"], 2, [3]]}}"#);
    assert_eq!(
        value.inner,
        Some(Inner {
            lists: vec![vec![1], vec![], vec![3]],
            needed: true
        })
    );
    let (value, _) =
        root(r#"{"id": "a", "inner": {"lists": [[1, -1], ["x"], 2, [3]], "needed": true}}"#);
    assert_eq!(
        value.inner,
        Some(Inner {
            lists: vec![vec![1], vec![], vec![3]],
            needed: true
        })
    );
}

#[test]
fn the_later_of_two_members_with_one_name_is_skipped() {
    let (value, warnings) =
        root(r#"{"id": "a", "count": 1, "id": "b", "count": 2, "i\u0064": "c"}"#);
    assert_eq!((value.id.as_str(), value.count), ("a", Some(1)));
    assert_eq!(
        warnings,
        [
            "/id appears twice",
            "/count appears twice",
            "/id appears twice"
        ]
    );
}

#[test]
fn a_missing_member_of_the_root_is_the_error() {
    assert_eq!(
        decode::<Root>(r#"{"count": 1}"#).unwrap_err(),
        "the response lacks id"
    );
    assert_eq!(
        decode::<Root>(r#"{"count": "x", "list": [1]}"#).unwrap_err(),
        "the response lacks id"
    );
    assert_eq!(
        decode::<Root>(r#"{"id": 5}"#).unwrap_err(),
        "the response lacks id"
    );
    assert_eq!(
        decode::<Root>("5").unwrap_err(),
        "the response is a number, not struct Root"
    );
}

#[test]
fn broken_strings_and_numbers_cost_themselves() {
    let (value, warnings) =
        root(r#"{"id": "a", "list": [{"x": 1, "y": "\ud800"}, {"x": 1e999}, {"x": 2}]}"#);
    assert_eq!(value.list, [item(1), item(2)]);
    assert_eq!(warnings.len(), 3);
}

#[test]
fn long_names_do_not_cost_the_time_of_their_length() {
    let name = "n".repeat(5_000);
    let text = format!(r#"{{"id": "a", "map": {{"{name}": 1, "b": true, "{name}": 2}}}}"#);
    let (value, warnings) = root(&text);
    assert_eq!(value.map, BTreeMap::from([("b".to_owned(), true)]));
    assert_eq!(warnings.len(), 2);
}
