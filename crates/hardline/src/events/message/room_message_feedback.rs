use hardline_derive::Wire;

use crate::events::EventContent;
use crate::types::EventId;
use crate::types::text::text_enum;

/// `m.room.message.feedback`: a receipt of old. It means nothing today, and is there to read history.
///
/// ```
/// use hardline::events::{FeedbackType, RawEvent, RoomMessageFeedback};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.room.message.feedback",
///     "content": {"type": "delivered", "target_event_id": "$message"},
/// }))?;
/// let feedback: RoomMessageFeedback = event.content_as()?;
/// assert_eq!(feedback.feedback_type, Some(FeedbackType::Delivered));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [historical events](https://spec.matrix.org/v1.19/client-server-api/#historical-events).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomMessageFeedback {
    /// The message.
    pub target_event_id: Option<EventId>,
    /// What happened to it.
    #[serde(rename = "type")]
    pub feedback_type: Option<FeedbackType>,
}

impl EventContent for RoomMessageFeedback {
    const TYPE: &'static str = "m.room.message.feedback";
}

text_enum! {
    /// What happened to a message.
    ///
    /// Specification: [historical events](https://spec.matrix.org/v1.19/client-server-api/#historical-events).
    FeedbackType {
        /// It came to a device: `delivered`.
        Delivered = "delivered",
        /// Somebody read it: `read`.
        Read = "read",
    }
}
