//! Which events a filter lets through.

use hardline::client_api::sync::{EventFilter, RoomEventFilter};
use hardline::types::{RoomId, UserId};

use super::super::state::Event;

/// Whether an event of a room is one that the filter is for.
pub(in crate::homeserver) fn fits(
    event: &Event,
    room_id: &RoomId,
    filter: &RoomEventFilter,
) -> bool {
    let has_url = event
        .content
        .get("url")
        .is_some_and(serde_json::Value::is_string);
    fits_section(&event.event_type, Some(&event.sender), room_id, filter)
        && filter.contains_url.is_none_or(|wanted| wanted == has_url)
}

/// Whether the filter of a section of rooms lets events of this type and sender through.
pub(in crate::homeserver) fn fits_section(
    event_type: &str,
    sender: Option<&UserId>,
    room_id: &RoomId,
    filter: &RoomEventFilter,
) -> bool {
    is_of_type(
        event_type,
        filter.types.as_deref(),
        filter.not_types.as_deref(),
    ) && sender.is_none_or(|sender| {
        is_of(
            sender,
            filter.senders.as_deref(),
            filter.not_senders.as_deref(),
        )
    }) && is_of(
        room_id,
        filter.rooms.as_deref(),
        filter.not_rooms.as_deref(),
    )
}

/// Whether an event outside of rooms is one that the filter is for.
pub(in crate::homeserver) fn fits_plain(
    event_type: &str,
    sender: Option<&UserId>,
    filter: &EventFilter,
) -> bool {
    is_of_type(
        event_type,
        filter.types.as_deref(),
        filter.not_types.as_deref(),
    ) && sender.is_none_or(|sender| {
        is_of(
            sender,
            filter.senders.as_deref(),
            filter.not_senders.as_deref(),
        )
    })
}

pub(in crate::homeserver) fn is_of<T: PartialEq>(
    value: &T,
    only: Option<&[T]>,
    not: Option<&[T]>,
) -> bool {
    only.is_none_or(|only| only.contains(value)) && !not.is_some_and(|not| not.contains(value))
}

fn is_of_type(event_type: &str, only: Option<&[String]>, not: Option<&[String]>) -> bool {
    let matches = |patterns: &[String]| {
        let mut patterns = patterns.iter();
        patterns.any(|pattern| matches_type(pattern, event_type))
    };
    only.is_none_or(matches) && !not.is_some_and(matches)
}

/// Whether a type matches a pattern, in which `*` stands for any characters.
fn matches_type(pattern: &str, event_type: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == event_type;
    };
    let Some(mut left) = event_type.strip_prefix(first) else {
        return false;
    };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return left.ends_with(part);
        }
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters_of_a_type() {
        for (pattern, event_type, expected) in [
            ("m.room.message", "m.room.message", true),
            ("m.room.message", "m.room.messages", false),
            ("m.room.*", "m.room.message", true),
            ("m.room.*", "m.roomy", false),
            ("*", "", true),
            ("*.message", "m.room.message", true),
            ("m.*.m*e", "m.room.message", true),
            ("m.*.m*x", "m.room.message", false),
            ("a*a", "a", false),
        ] {
            assert_eq!(
                matches_type(pattern, event_type),
                expected,
                "{pattern} {event_type}"
            );
        }
    }
}
