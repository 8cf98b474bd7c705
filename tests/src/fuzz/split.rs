use std::collections::BTreeMap;

use bytes::Bytes;
use hardline::json::{RawJson, RawList, RawMap};
use hardline::wire::{self, Endpoint, Operation, ResponseBody};
use http::Response;
use serde::Serialize;
use serde_json::value::RawValue;

use super::raw_json::without_mark;

/// A list or a map that stays undecoded: it is split as serde_json splits it, and what serde_json refuses is refused
/// when it is decoded, checked or serialized.
pub fn split(bytes: &[u8]) {
    let bytes = without_mark(bytes);
    let body = Bytes::copy_from_slice(bytes);
    let text = trimmed(&body);
    let is_json = serde_json::from_slice::<&RawValue>(&body).is_ok();
    if let Some(list) = decoded::<List>(&body) {
        assert_eq!(list.clone().check().is_ok(), is_json);
        agree_on_list(text, &list, is_json);
    } else {
        assert!(serde_json::from_slice::<Vec<&RawValue>>(&body).is_err());
    }
    if let Some(map) = decoded::<Map>(&body) {
        assert_eq!(map.clone().check().is_ok(), is_json);
        agree_on_map(&body, &map);
    } else {
        assert!(
            text.is_empty()
                || serde_json::from_slice::<BTreeMap<String, &RawValue>>(&body).is_err()
        );
    }
}

fn decoded<E: Endpoint>(body: &Bytes) -> Option<E::Response> {
    if trimmed(body).is_empty() {
        // It counts as an empty object.
        return None;
    }
    let answer = wire::decode_response::<E>(Response::new(body.clone())).ok()?;
    assert!(answer.warnings.is_empty());
    Some(answer.value)
}

fn agree_on_list(text: &[u8], list: &RawList<RawJson>, is_json: bool) {
    let elements: Vec<_> = list.raw().collect();
    assert_eq!(elements.len(), list.len());
    if is_json {
        let theirs: Vec<&RawValue> = serde_json::from_slice(text).unwrap();
        let theirs: Vec<_> = theirs.into_iter().map(RawValue::get).collect();
        assert_eq!(
            elements.iter().map(RawJson::as_str).collect::<Vec<_>>(),
            theirs
        );
    }
    // Rejoined, with what is between them, the elements are the list.
    let mut rejoined = Vec::new();
    let mut rest = text;
    for (index, element) in elements.iter().enumerate() {
        let begin = element.as_bytes().as_ptr() as usize - rest.as_ptr() as usize;
        let between = &rest[..begin];
        assert_eq!(trimmed(between), if index == 0 { b"[" } else { b"," });
        rejoined.extend_from_slice(between);
        rejoined.extend_from_slice(element.as_bytes());
        rest = &rest[begin + element.as_bytes().len()..];
    }
    rejoined.extend_from_slice(rest);
    assert_eq!(rejoined, text);
    assert_eq!(*rest.last().unwrap(), b']');
    // Each is decoded or reported, and serialized or refused.
    let (values, warnings) = list.decode_all();
    assert_eq!(values.len() + warnings.count(), elements.len());
    for (index, element) in elements.iter().enumerate() {
        let is_sound = serde_json::from_slice::<&RawValue>(element.as_bytes()).is_ok();
        let decoded = list.get(index).unwrap();
        assert_eq!(decoded.is_ok(), is_sound);
        assert_eq!(element.deserialize::<RawJson>().is_ok(), is_sound);
        match serde_json::to_string(element) {
            Ok(written) => assert_eq!(written.as_bytes(), element.as_bytes()),
            Err(_) => assert!(!is_sound),
        }
    }
    assert_eq!(serde_json::to_vec(list).is_ok(), warnings.is_empty());
    assert!(list.get(elements.len()).is_none());
}

fn agree_on_map(body: &[u8], map: &RawMap<String, RawJson>) {
    let (values, warnings) = map.decode_all();
    assert_eq!(values.len() + warnings.count(), map.len());
    if let Ok(theirs) = serde_json::from_slice::<BTreeMap<String, &RawValue>>(body) {
        assert!(warnings.is_empty());
        assert_eq!(values.len(), theirs.len());
        for (name, value) in &values {
            assert_eq!(value.as_str(), theirs[name].get());
            assert_eq!(map.get(name).unwrap().unwrap().value, *value);
            assert_eq!(map.get_raw(name).as_ref(), Some(value));
        }
    }
    assert_eq!(serde_json::to_vec(map).is_ok(), warnings.is_empty());
}

/// Without JSON's white space.
fn trimmed(text: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| b" \t\n\r".contains(byte);
    let begin = text.iter().take_while(|byte| is_space(byte)).count();
    let rest = &text[begin..];
    &rest[..rest.len() - rest.iter().rev().take_while(|byte| is_space(byte)).count()]
}

#[derive(Serialize)]
struct List {}

impl Endpoint for List {
    const OPERATION: Operation =
        Operation::get("list", "/_example/list").response_body(ResponseBody::List);
    type Response = RawList<RawJson>;
}

#[derive(Serialize)]
struct Map {}

impl Endpoint for Map {
    const OPERATION: Operation = Operation::get("map", "/_example/map");
    type Response = RawMap<String, RawJson>;
}
