use hardline_derive::Wire;

use crate::events::EventContent;
use crate::types::RoomId;

/// `m.room.tombstone`: another room replaces this one.
///
/// ```
/// use hardline::events::{RawEvent, RoomTombstone};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.room.tombstone", "content": {
///     "body": "This room has been replaced",
///     "replacement_room": "!new:example.org",
/// }}))?;
/// let tombstone: RoomTombstone = event.content_as()?;
/// assert_eq!(tombstone.replacement_room.unwrap(), "!new:example.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The new room has to name this one as its predecessor, or anybody could lead its members elsewhere.
///
/// Specification: [`m.room.tombstone`](https://spec.matrix.org/v1.19/client-server-api/#mroomtombstone).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomTombstone {
    /// A message for people. A redacted event lacks it.
    pub body: Option<String>,
    /// The room that replaces this one. A redacted event lacks it.
    pub replacement_room: Option<RoomId>,
}

impl RoomTombstone {
    /// This room replaces it.
    pub fn new(body: String, replacement_room: RoomId) -> Self {
        Self {
            body: Some(body),
            replacement_room: Some(replacement_room),
        }
    }
}

impl EventContent for RoomTombstone {
    const TYPE: &'static str = "m.room.tombstone";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;

    #[test]
    fn a_redacted_event_replaces_the_room_by_none() {
        let event: RawEvent = serde_json::from_str(r#"{"content": {}}"#).unwrap();
        let tombstone: RoomTombstone = event.content_as_strict().unwrap();
        assert_eq!(tombstone.replacement_room, None);
    }
}
