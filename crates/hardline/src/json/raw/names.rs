use std::borrow::Cow;
use std::cmp::Ordering;

use crate::json::scan;

/// What names are compared by: the name itself, or its quoted text if that has broken escapes.
pub(super) fn key(name: &[u8]) -> Cow<'_, [u8]> {
    let plain = name
        .get(1..name.len().saturating_sub(1))
        .unwrap_or_default();
    if !plain.contains(&b'\\') {
        return Cow::Borrowed(plain);
    }
    match scan::unescaped(name) {
        Some(name) => Cow::Owned(name.into_owned().into_bytes()),
        None => Cow::Borrowed(name),
    }
}

pub(super) fn compare(one: &[u8], other: &[u8]) -> Ordering {
    key(one).cmp(&key(other))
}

/// A name for people.
pub(super) fn shown(name: &[u8]) -> Cow<'_, str> {
    scan::unescaped(name).unwrap_or(Cow::Borrowed("\u{fffd}"))
}

/// Where a member is: a JSON pointer.
pub(super) fn pointer(name: &[u8]) -> String {
    format!("/{}", shown(name).replace('~', "~0").replace('/', "~1"))
}
