use hardline_derive::Wire;

use crate::events::EventContent;
use crate::types::EventId;

/// `m.fully_read`: up to where the user has read everything in a room. It is set by
/// [`SetReadMarker`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidread_markers) alone.
///
/// ```
/// use hardline::events::{FullyRead, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.fully_read", "content": {"event_id": "$event"}}))?;
/// assert_eq!(event.content_as::<FullyRead>()?.event_id, "$event");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.fully_read`](https://spec.matrix.org/v1.19/client-server-api/#mfully_read).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct FullyRead {
    /// The last event that was read.
    pub event_id: EventId,
}

impl FullyRead {
    /// This event was read, and all before it.
    pub fn new(event_id: EventId) -> Self {
        Self { event_id }
    }
}

impl EventContent for FullyRead {
    const TYPE: &'static str = "m.fully_read";
}

/// `m.marked_unread`: whether the user wants a room to look unread, whatever was read.
///
/// ```
/// use hardline::events::{MarkedUnread, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "com.famedly.marked_unread", "content": {"unread": true}}))?;
/// assert!(event.content_as::<MarkedUnread>()?.unread);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.marked_unread`](https://spec.matrix.org/v1.19/client-server-api/#mmarked_unread).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct MarkedUnread {
    /// Whether it should look unread.
    pub unread: bool,
}

impl MarkedUnread {
    /// It should look unread, or not.
    pub fn new(unread: bool) -> Self {
        Self { unread }
    }
}

impl EventContent for MarkedUnread {
    const TYPE: &'static str = "m.marked_unread";
    const OTHER_TYPES: &'static [&'static str] = &["com.famedly.marked_unread"];
}
