#[cfg(feature = "unstable")]
use std::time::Duration;

use serde::Serialize;

#[cfg(feature = "unstable")]
use super::delay::Delay;
use super::entry::{Reference, What};
use crate::events::EventContent;
use crate::json::RawJson;
use crate::types::{EventId, RoomId};

/// An event that a [`SendQueue`](crate::flow::SendQueue) is to send: anything but state, which has no transaction ID and
/// would overwrite what others have set meanwhile.
///
/// ```
/// use hardline::flow::OutgoingEvent;
/// use hardline::types::{EventId, RoomId};
/// use serde_json::json;
///
/// let room = RoomId::parse("!room:example.org")?;
/// let hello = json!({"msgtype": "m.text", "body": "hello"});
/// let events = [
///     OutgoingEvent::new(room.clone(), "m.room.message", &hello)?,
///     // Its content comes when the picture has been uploaded.
///     OutgoingEvent::awaiting_content(room.clone(), "m.room.message"),
///     OutgoingEvent::redaction(room, EventId::parse("$event")?, Some("a typing error")),
/// ];
/// # drop(events);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct OutgoingEvent {
    pub(super) room_id: RoomId,
    pub(super) what: What,
}

impl OutgoingEvent {
    /// An event of this type with this content: whatever serializes as a JSON object. The queue checks its size.
    ///
    /// # Errors
    /// The content has no JSON form.
    pub fn new<C: Serialize + ?Sized>(
        room_id: RoomId,
        event_type: &str,
        content: &C,
    ) -> Result<Self, serde_json::Error> {
        let content = Some(RawJson::new(content)?);
        let event_type = event_type.to_owned();
        let what = What::Event {
            event_type,
            content,
        };
        Ok(Self { room_id, what })
    }

    /// An event with this content, of the type that such events have.
    ///
    /// # Errors
    /// The content has no JSON form.
    ///
    /// ```
    /// # #[cfg(feature = "events")] {
    /// use hardline::events::RoomMessage;
    /// use hardline::flow::OutgoingEvent;
    /// use hardline::types::RoomId;
    ///
    /// let room = RoomId::parse("!room:example.org")?;
    /// let event = OutgoingEvent::of(room, &RoomMessage::text("hello"))?;
    /// # drop(event);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of<C: EventContent>(room_id: RoomId, content: &C) -> Result<Self, serde_json::Error> {
        Self::new(room_id, C::TYPE, content)
    }

    /// An event whose content is not known yet, since it waits for something: an upload, or a room key. It keeps its place,
    /// and the room's later events wait, until [`provide`](crate::flow::SendQueue::provide) gives it.
    pub fn awaiting_content(room_id: RoomId, event_type: &str) -> Self {
        let what = What::Event {
            event_type: event_type.to_owned(),
            content: None,
        };
        Self { room_id, what }
    }

    /// The redaction of an event that is in the room. One that is still in the queue is
    /// [discarded](crate::flow::SendQueue::discard).
    pub fn redaction(room_id: RoomId, event_id: EventId, reason: Option<&str>) -> Self {
        let what = What::Redaction {
            of: Reference::Event(event_id),
            reason: reason.map(str::to_owned),
        };
        Self { room_id, what }
    }

    /// The same event, which the server sends after this delay: flag `org.matrix.msc4140`. Without that flag the server
    /// sends it at once. A redaction has no delay.
    ///
    /// Proposal: [MSC4140](https://github.com/matrix-org/matrix-spec-proposals/pull/4140).
    #[cfg(feature = "unstable")]
    #[must_use]
    pub fn delayed(self, length: Duration) -> Self {
        self.with_delay(Delay {
            length,
            is_kept_alive: false,
        })
    }

    /// The same event, which the server sends when it has not heard of this program for so long: the delay begins anew
    /// every half of it. It is what a call's member leaves behind.
    ///
    /// Proposal: [MSC4140](https://github.com/matrix-org/matrix-spec-proposals/pull/4140).
    #[cfg(feature = "unstable")]
    #[must_use]
    pub fn kept_alive(self, length: Duration) -> Self {
        self.with_delay(Delay {
            length,
            is_kept_alive: true,
        })
    }

    #[cfg(feature = "unstable")]
    fn with_delay(mut self, delay: Delay) -> Self {
        self.what = match self.what {
            What::Event {
                event_type,
                content,
            }
            | What::Delayed {
                event_type,
                content,
                ..
            } => What::Delayed {
                event_type,
                content,
                delay,
                wanted: None,
            },
            other => other,
        };
        self
    }

    /// The room.
    pub fn room_id(&self) -> &RoomId {
        &self.room_id
    }
}
