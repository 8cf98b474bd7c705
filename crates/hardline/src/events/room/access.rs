use hardline_derive::Wire;

use crate::events::EventContent;
use crate::types::text::text_enum;

/// `m.room.history_visibility`: who may read the room's history. It holds for events after it.
///
/// ```
/// use hardline::events::{HistoryVisibility, RawEvent, RoomHistoryVisibility};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.room.history_visibility",
///     "content": {"history_visibility": "world_readable"},
/// }))?;
/// let content: RoomHistoryVisibility = event.content_as()?;
/// assert_eq!(content.history_visibility, HistoryVisibility::WorldReadable);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.history_visibility`](https://spec.matrix.org/v1.19/client-server-api/#mroomhistory_visibility).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomHistoryVisibility {
    /// Who may read it. A room without the event is as with [`HistoryVisibility::Shared`].
    pub history_visibility: HistoryVisibility,
}

impl RoomHistoryVisibility {
    /// These may read it.
    pub fn new(history_visibility: HistoryVisibility) -> Self {
        Self { history_visibility }
    }
}

impl EventContent for RoomHistoryVisibility {
    const TYPE: &'static str = "m.room.history_visibility";
}

text_enum! {
    /// Who may read a room's history.
    HistoryVisibility {
        /// Members, from when they were invited.
        Invited = "invited",
        /// Members, from when they joined.
        Joined = "joined",
        /// Members, all of it.
        Shared = "shared",
        /// Everybody, in the room or not.
        WorldReadable = "world_readable",
    }
}

/// `m.room.guest_access`: whether guests can join the room.
///
/// ```
/// use hardline::events::{RawEvent, RoomGuestAccess};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.room.guest_access", "content": {"guest_access": "can_join"}}))?;
/// assert!(event.content_as::<RoomGuestAccess>()?.can_join());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.guest_access`](https://spec.matrix.org/v1.19/client-server-api/#mroomguest_access).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomGuestAccess {
    /// Whether they can. A redacted event lacks it.
    pub guest_access: Option<GuestAccess>,
}

impl RoomGuestAccess {
    /// They can or cannot.
    pub fn new(guest_access: GuestAccess) -> Self {
        Self {
            guest_access: Some(guest_access),
        }
    }

    /// Whether guests can join. They cannot where nothing is said of it.
    pub fn can_join(&self) -> bool {
        self.guest_access == Some(GuestAccess::CanJoin)
    }
}

impl EventContent for RoomGuestAccess {
    const TYPE: &'static str = "m.room.guest_access";
}

text_enum! {
    /// Whether guests can join a room.
    GuestAccess {
        /// They can.
        CanJoin = "can_join",
        /// They cannot.
        Forbidden = "forbidden",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;

    #[test]
    fn guests_cannot_join_unless_it_is_said_that_they_can() {
        for content in [
            "{}",
            r#"{"guest_access": "forbidden"}"#,
            r#"{"guest_access": "x"}"#,
            r#"{"guest_access": 5}"#,
        ] {
            let event: RawEvent =
                serde_json::from_str(&format!(r#"{{"content": {content}}}"#)).unwrap();
            let access: RoomGuestAccess = event.content_as().unwrap();
            assert!(!access.can_join(), "{content}");
        }
    }
}
