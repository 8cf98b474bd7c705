use hardline_derive::Wire;

use crate::events::EventContent;
use crate::types::EventId;

/// `m.room.pinned_events`: the events that everybody in the room should see.
///
/// ```
/// use hardline::events::{RawEvent, RoomPinnedEvents};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.room.pinned_events", "content": {"pinned": ["$event"]}}))?;
/// assert_eq!(event.content_as::<RoomPinnedEvents>()?.pinned, ["$event"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.pinned_events`](https://spec.matrix.org/v1.19/client-server-api/#mroompinned_events).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomPinnedEvents {
    /// The events, in order. Empty also if the content was redacted.
    #[serde(default)]
    pub pinned: Vec<EventId>,
}

impl RoomPinnedEvents {
    /// These are pinned, and no others.
    pub fn new(pinned: Vec<EventId>) -> Self {
        Self { pinned }
    }
}

impl EventContent for RoomPinnedEvents {
    const TYPE: &'static str = "m.room.pinned_events";
}
