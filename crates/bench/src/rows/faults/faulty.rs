use std::collections::BTreeMap;

use hardline::json::JsonMap;
use hardline::wire::{Endpoint, Operation};
use hardline_derive::{Request, Response};

/// An operation whose response has something of every kind that can be bad.
#[derive(Request)]
pub(super) struct Faulty {}

impl Endpoint for Faulty {
    const OPERATION: Operation = Operation::get("faulty", "/_matrix/client/v1/faulty");
    type Response = FaultyResponse;
}

#[derive(Response)]
#[expect(dead_code, reason = "it is only parsed")]
pub(super) struct FaultyResponse {
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    flags: JsonMap<String, bool>,
    #[serde(default)]
    numbers: BTreeMap<u64, bool>,
    #[serde(default)]
    lists: Vec<Vec<Vec<u64>>>,
    size: Option<u64>,
    nested: Option<Box<Nested>>,
    a: Option<u64>,
    b: Option<u64>,
    c: Option<u64>,
    d: Option<u64>,
    e: Option<u64>,
    f: Option<u64>,
    g: Option<u64>,
    h: Option<u64>,
}

#[derive(Response)]
#[expect(dead_code, reason = "it is only parsed")]
struct Item {
    id: String,
    size: Option<u64>,
}

#[derive(Response)]
#[expect(dead_code, reason = "it is only parsed")]
struct Nested {
    nested: Option<Box<Nested>>,
    #[serde(default)]
    items: Vec<Item>,
    a: Option<u64>,
    b: Option<u64>,
    c: Option<u64>,
    d: Option<u64>,
}
