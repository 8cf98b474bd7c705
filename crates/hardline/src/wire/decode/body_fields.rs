use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::json::{JsonObject, RawJson, ReadEntries, Reader, scan};

/// The members of a body, as far as it has any: an error that is cut short still says what it can. Of two members with
/// the same name the last counts.
pub(crate) fn members(body: &[u8]) -> JsonObject {
    let mut members = ReadEntries::default();
    for (name, value) in scan::members(scan::body(body)) {
        if let Some(name) = scan::unescaped(name) {
            let text = String::from_utf8_lossy(value);
            let value = Reader::decode_all::<RawJson>(text.as_bytes()).ok();
            members.push(name.into_owned(), value);
        }
    }
    members.into_map().into()
}

/// A member of a body, if it is present and has that type.
pub(crate) fn field<T: DeserializeOwned>(body: &Bytes, name: &str) -> Option<T> {
    last(body, name, |value| Reader::decode_all_of(body, value).ok())
}

/// What the function reads from a member. Of several members with that name it is the last that it can read: what an
/// error says must not be lost because the server says it once more in another form.
pub(crate) fn last<T>(body: &[u8], name: &str, read: impl FnMut(&[u8]) -> Option<T>) -> Option<T> {
    scan::members_named(scan::body(body), name)
        .filter_map(read)
        .last()
}
