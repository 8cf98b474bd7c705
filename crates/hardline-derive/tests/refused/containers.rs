use hardline_derive::{Persist, Request, Response, Shaped, Wire};

#[derive(Request)]
#[serde(rename_all = "camelCase")]
struct Renamed {
    field: String,
}

#[derive(Response)]
#[serde(default)]
struct Defaults {
    field: String,
}

#[derive(Wire)]
#[serde(transparent)]
struct TransparentStruct {
    field: String,
}

#[derive(Wire)]
#[hardline(strict)]
struct StrictNewtype(String);

#[derive(Wire)]
#[hardline(lenient)]
struct Lenient {}

#[derive(Persist)]
#[serde(tag = "type")]
enum Tagged {
    A,
}

#[derive(Persist)]
#[serde(bound(deserialize = "T: Default"))]
struct Bound<T> {
    field: T,
}

#[derive(Persist)]
enum Variants {
    #[serde(rename = "b")]
    A,
}

#[derive(Shaped)]
#[serde(rename_all = "camelCase")]
struct Operation {
    field: String,
}

fn main() {}
