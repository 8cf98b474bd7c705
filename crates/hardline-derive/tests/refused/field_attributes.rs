use hardline_derive::{Persist, Request, Response, Shaped, Wire};

#[derive(Request)]
struct Alias {
    #[serde(alias = "other")]
    field: String,
}

#[derive(Response)]
struct Flattened {
    /// A comment.
    #[serde(rename = "name", flatten)]
    field: String,
}

#[derive(Wire)]
struct WithPath {
    #[serde(default = "path")]
    field: String,
}

#[derive(Wire)]
struct WrittenByHand {
    #[serde(with = "module")]
    field: String,
}

#[derive(Wire)]
struct SometimesWritten {
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

#[derive(Response)]
struct Skipped {
    #[serde(skip)]
    field: String,
}

#[derive(Persist)]
struct ReadByHand {
    #[serde(deserialize_with = "function")]
    field: String,
}

#[derive(Wire)]
struct TwoNames {
    #[serde(rename(serialize = "a", deserialize = "b"))]
    field: String,
}

#[derive(Wire)]
struct NameThatIsNoText {
    #[serde(rename = 5)]
    field: String,
}

#[derive(Wire)]
struct NameWithoutText {
    #[serde(rename)]
    field: String,
}

#[derive(Wire)]
struct Unfinished {
    #[serde]
    field: String,
}

#[derive(Wire)]
struct Unseparated {
    #[serde(default rename = "b")]
    field: String,
}

#[derive(Response)]
struct ExamplesOfNumbers {
    #[hardline(examples = "[0-9]+")]
    field: u64,
}

#[derive(Response)]
struct TrueText {
    #[hardline(only_true)]
    field: String,
}

#[derive(Response)]
struct StrictField {
    #[hardline(strict)]
    field: String,
}

#[derive(Wire)]
struct OtherText {
    #[hardline(others)]
    field: String,
}

#[derive(Request)]
struct OtherFieldsOfRequest {
    #[hardline(others)]
    field: JsonObject,
}

#[derive(Shaped)]
struct RenamedForOne {
    #[serde(alias = "other")]
    field: String,
}

#[derive(Wire)]
struct Newtype(#[serde(default)] String);

fn main() {}
