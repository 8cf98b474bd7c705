use hardline_derive::Wire;

use crate::events::EventContent;
use crate::json::JsonMap;
use crate::types::{RoomId, UserId};

/// `m.direct`: the rooms in which the user talks to one other user. Read it, change it and write all of it.
///
/// ```
/// use hardline::events::{Direct, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.direct", "content": {"@bob:example.org": ["!room:example.org"]}}))?;
/// let Direct(rooms) = event.content_as()?;
/// assert_eq!(rooms["@bob:example.org"], ["!room:example.org"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Some clients store e-mail addresses and the like as users: they are kept.
///
/// Specification: [`m.direct`](https://spec.matrix.org/v1.19/client-server-api/#mdirect).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
pub struct Direct(pub JsonMap<UserId, Vec<RoomId>>);

impl Direct {
    /// Whether the user talks to another one in this room.
    pub fn has_room(&self, room: &RoomId) -> bool {
        self.0.values().any(|rooms| rooms.contains(room))
    }
}

impl EventContent for Direct {
    const TYPE: &'static str = "m.direct";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;

    #[test]
    fn a_users_bad_rooms_cost_no_others() {
        let event: RawEvent = serde_json::from_str(
            r#"{"content": {"@a:a.org": "!a", "bob@example.org": ["!b", 5, null], "@c:a.org": []}}"#,
        )
        .unwrap();
        let direct: Direct = event.content_as().unwrap();
        assert_eq!(direct.0.len(), 2);
        assert!(direct.has_room(&RoomId::parse("!b").unwrap()));
        assert!(!direct.has_room(&RoomId::parse("!a").unwrap()));
    }
}
