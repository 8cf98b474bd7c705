use hardline_derive::Wire;

use crate::events::EventContent;
use crate::json::JsonObject;
use crate::types::{EventId, RoomId, RoomType, RoomVersionId, UserId};

/// `m.room.create`: the first event of a room. It never changes.
///
/// ```
/// use hardline::events::{RawEvent, RoomCreate};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.room.create",
///     "sender": "@alice:example.org",
///     "content": {"room_version": "12", "additional_creators": ["@bob:example.org"]},
/// }))?;
/// let create: RoomCreate = event.content_as()?;
/// assert_eq!(create.creators(event.sender()), ["@alice:example.org", "@bob:example.org"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.create`](https://spec.matrix.org/v1.19/client-server-api/#mroomcreate).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomCreate {
    /// Who created the room, up to room version 10. After that it is the sender: [`creators`](Self::creators).
    pub creator: Option<UserId>,
    /// Whether users of other servers may be in the room. Missing stands for `true`.
    #[serde(rename = "m.federate")]
    pub federate: Option<bool>,
    /// The version of the room. Missing stands for 1: [`room_version`](Self::room_version).
    pub room_version: Option<RoomVersionId>,
    /// What the room is for, if it is not for talking.
    #[serde(rename = "type")]
    pub room_type: Option<RoomType>,
    /// The room that this one replaces.
    pub predecessor: Option<PreviousRoom>,
    /// Who else is a creator. It means something from room version 12 on: [`creators`](Self::creators). Since v1.16.
    pub additional_creators: Option<Vec<UserId>>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl RoomCreate {
    /// A room of this version.
    pub fn new(room_version: RoomVersionId) -> Self {
        Self {
            room_version: Some(room_version),
            ..Self::default()
        }
    }

    /// The version of the room. Versions have no order; [`RoomVersionId`] is any text.
    pub fn room_version(&self) -> RoomVersionId {
        let first = || RoomVersionId::parse("1").expect("it follows the grammar");
        self.room_version.clone().unwrap_or_else(first)
    }

    /// Whether users of other servers may be in the room.
    pub fn is_federated(&self) -> bool {
        self.federate.unwrap_or(true)
    }

    /// Who created the room, given the sender of this event: each once, the sender first.
    ///
    /// Up to room version 10 it is the `creator`, or the sender where that is missing. From version 12 on, which unknown
    /// versions count as, the additional creators are creators too.
    pub fn creators(&self, sender: Option<UserId>) -> Vec<UserId> {
        let version = self.room_version();
        let first = match version.as_str() {
            "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "10" => {
                self.creator.clone().or(sender)
            }
            _ => sender,
        };
        let mut creators = Vec::from_iter(first);
        if creators_outrank_levels(&version) {
            for creator in self.additional_creators.iter().flatten() {
                if !creators.contains(creator) {
                    creators.push(creator.clone());
                }
            }
        }
        creators
    }
}

/// Whether the creators of rooms of this version outrank every power level, from 12 on. Unknown versions count as the
/// newest.
pub(super) fn creators_outrank_levels(version: &RoomVersionId) -> bool {
    !matches!(
        version.as_str(),
        "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "10" | "11"
    )
}

impl EventContent for RoomCreate {
    const TYPE: &'static str = "m.room.create";
}

/// A room that another one replaces.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct PreviousRoom {
    /// The room.
    pub room_id: RoomId,
    /// The last event in it that the creator knew. Deprecated since v1.16.
    pub event_id: Option<EventId>,
}

impl PreviousRoom {
    /// This room.
    pub fn new(room_id: RoomId) -> Self {
        Self {
            room_id,
            event_id: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;

    fn create(content: &str) -> (RoomCreate, Vec<UserId>) {
        let text = format!(r#"{{"sender": "@sender:a.org", "content": {content}}}"#);
        let event: RawEvent = serde_json::from_str(&text).unwrap();
        let create: RoomCreate = event.content_as().unwrap();
        let creators = create.creators(event.sender());
        (create, creators)
    }

    #[test]
    fn a_room_without_a_version_is_of_version_1() {
        let (create, creators) = create(r#"{"creator": "@creator:a.org"}"#);
        assert_eq!(create.room_version(), "1");
        assert!(create.is_federated());
        assert_eq!(creators, ["@creator:a.org"]);
    }

    #[test]
    fn who_created_a_room_depends_on_its_version() {
        let everybody = r#""creator": "@creator:a.org", "additional_creators": ["@b:a.org", "@sender:a.org", "@b:a.org"]"#;
        for (version, expected) in [
            ("1", &["@creator:a.org"][..]),
            ("10", &["@creator:a.org"]),
            ("11", &["@sender:a.org"]),
            ("12", &["@sender:a.org", "@b:a.org"]),
            ("org.example.new", &["@sender:a.org", "@b:a.org"]),
        ] {
            let (_, creators) = create(&format!(r#"{{"room_version": "{version}", {everybody}}}"#));
            assert_eq!(creators, expected, "{version}");
        }
        assert_eq!(create(r#"{"room_version": "6"}"#).1, ["@sender:a.org"]);
    }

    #[test]
    fn a_predecessor_need_not_name_its_last_event() {
        let (create, _) = create(r#"{"room_version": 11, "predecessor": {"room_id": "!old"}}"#);
        assert_eq!(create.room_version(), "11");
        assert_eq!(
            create.predecessor,
            Some(PreviousRoom::new(RoomId::parse("!old").unwrap()))
        );
    }
}
