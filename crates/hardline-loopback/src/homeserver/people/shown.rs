use hardline::json::{JsonObject, RawJson};
use serde_json::Value;

/// An object as operations have it.
pub(super) fn shown<'a>(members: impl IntoIterator<Item = (&'a String, &'a Value)>) -> JsonObject {
    let members = members.into_iter().map(|(name, value)| {
        let value = RawJson::new(value).expect("a JSON value has a JSON form");
        (name.clone(), value)
    });
    members.collect()
}
