use hardline_derive::Wire;

use crate::events::EventContent;
use crate::types::EventId;

/// `m.room.redaction`: takes the content of another event away. It is never encrypted.
///
/// In rooms of versions 1 to 10 the event has `redacts` beside its content instead of in it, and servers give clients both:
/// [`RawEvent::redacts`](crate::events::RawEvent::redacts) reads either.
///
/// ```
/// use hardline::events::{RawEvent, RoomRedaction};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.room.redaction",
///     "redacts": "$message",
///     "content": {"reason": "spam"},
/// }))?;
/// assert_eq!(event.redacts().unwrap(), "$message");
/// assert_eq!(event.content_as::<RoomRedaction>()?.reason.as_deref(), Some("spam"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.redaction`](https://spec.matrix.org/v1.19/client-server-api/#mroomredaction).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomRedaction {
    /// The event whose content goes. From room version 11 on it is here.
    pub redacts: Option<EventId>,
    /// Why.
    pub reason: Option<String>,
}

impl RoomRedaction {
    /// Redacts this event.
    pub fn new(redacts: EventId) -> Self {
        Self {
            redacts: Some(redacts),
            reason: None,
        }
    }
}

impl EventContent for RoomRedaction {
    const TYPE: &'static str = "m.room.redaction";
}
