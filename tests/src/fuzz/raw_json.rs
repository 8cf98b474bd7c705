use std::collections::BTreeMap;

use bytes::Bytes;
use hardline::json::{JsonObject, RawJson};
use hardline::wire::{self, Endpoint, Operation, ResponseBody};
use http::Response;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A body with raw values: each must have the text that serde_json finds, and be a slice of the body.
pub fn raw_json(bytes: &[u8]) {
    let body = Bytes::copy_from_slice(without_mark(bytes));
    if let Some((ours, theirs)) = decoded::<List, Vec<&RawValue>>(&body) {
        assert_eq!(ours.len(), theirs.len());
        for (ours, theirs) in ours.iter().zip(theirs) {
            agree(&body, ours, theirs);
        }
    }
    if let Some((ours, theirs)) = decoded::<Map, BTreeMap<String, &RawValue>>(&body) {
        assert_eq!(ours.iter().count(), theirs.len());
        for (name, ours) in ours.iter() {
            agree(&body, ours, theirs[name]);
        }
    }
    if let Some((ours, theirs)) = decoded::<Fields, Theirs<'_>>(&body) {
        match (&ours.value, theirs.value) {
            (Some(ours), Some(theirs)) => agree(&body, ours, theirs),
            (ours, theirs) => assert_eq!(ours.is_some(), theirs.is_some()),
        }
        for (ours, theirs) in ours.values.iter().zip(theirs.values) {
            agree(&body, ours, theirs);
        }
    }
}

/// The bytes after all byte order marks: the decoder takes the first as white space, serde_json none.
pub(super) fn without_mark(mut bytes: &[u8]) -> &[u8] {
    while let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        bytes = rest;
    }
    bytes
}

/// What the decoder makes of a body without warnings, and what serde_json makes of it.
fn decoded<'b, E: Endpoint, T: Deserialize<'b>>(body: &'b Bytes) -> Option<(E::Response, T)> {
    let answer = wire::decode_response::<E>(Response::new(body.clone())).ok()?;
    if body.trim_ascii().is_empty() {
        // It counts as an empty object.
        return None;
    }
    let theirs = serde_json::from_slice(body);
    assert_eq!(answer.warnings.is_empty(), theirs.is_ok());
    Some((answer.value, theirs.ok()?))
}

fn agree(body: &Bytes, ours: &RawJson, theirs: &RawValue) {
    assert_eq!(ours.as_str(), theirs.get());
    assert_eq!(ours.as_bytes().as_ptr(), theirs.get().as_ptr());
    assert!(body.as_ptr_range().contains(&ours.as_bytes().as_ptr()));
    let mut copy = ours.clone();
    copy.detach();
    assert_eq!(&copy, ours);
    assert!(!body.as_ptr_range().contains(&copy.as_bytes().as_ptr()));
    let again: RawJson = ours.deserialize().expect("a value is JSON");
    assert_eq!(&again, ours);
    assert_eq!(serde_json::to_string(ours).unwrap(), ours.as_str());
}

#[derive(Serialize)]
struct List {}

impl Endpoint for List {
    const OPERATION: Operation =
        Operation::get("list", "/_example/list").response_body(ResponseBody::List);
    type Response = Vec<RawJson>;
}

#[derive(Serialize)]
struct Map {}

impl Endpoint for Map {
    const OPERATION: Operation = Operation::get("map", "/_example/map");
    type Response = JsonObject;
}

#[derive(Serialize)]
struct Fields {}

impl Endpoint for Fields {
    const OPERATION: Operation = Operation::get("fields", "/_example/fields");
    type Response = Ours;
}

#[derive(Deserialize)]
struct Ours {
    value: Option<RawJson>,
    #[serde(default)]
    values: Vec<RawJson>,
    // No integer: the decoder reads one from a whole float and from text, and serde_json does not.
    #[serde(default)]
    _flag: Option<bool>,
}

#[derive(Deserialize)]
struct Theirs<'b> {
    #[serde(borrow)]
    value: Option<&'b RawValue>,
    #[serde(borrow, default)]
    values: Vec<&'b RawValue>,
    #[serde(default)]
    _flag: Option<bool>,
}
