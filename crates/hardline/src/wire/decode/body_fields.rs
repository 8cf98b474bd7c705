use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::json::{JsonObject, Reader, scan};

/// The members of a body, as far as it has any: an error that is cut short still says what it can. Of two members with
/// the same name the first counts.
pub(crate) fn members(body: &[u8]) -> JsonObject {
    let mut members = JsonObject::new();
    for (name, value) in scan::members(body) {
        let Ok(name) = Reader::decode_all::<String>(name) else {
            continue;
        };
        let text = String::from_utf8_lossy(value);
        if let (None, Ok(value)) = (members.raw(&name), Reader::decode_all(text.as_bytes())) {
            members.insert_raw(name, value);
        }
    }
    members
}

/// A member of a body, if it is present and has that type.
pub(crate) fn field<T: DeserializeOwned>(body: &Bytes, name: &str) -> Option<T> {
    Reader::decode_all_of(body, scan::member(body, name)?).ok()
}
