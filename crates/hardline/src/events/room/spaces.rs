use std::cmp::Ordering;

use hardline_derive::Wire;

use crate::events::{EventContent, RawEvent};
use crate::json::JsonObject;
use crate::types::{ServerName, SpaceChildOrder, Timestamp};

/// `m.space.child`: a room of the space. The state key is the room.
///
/// ```
/// use hardline::events::{RawEvent, SpaceChild};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.space.child", "state_key": "!room:example.org", "content": {
///     "via": ["example.org"], "order": "a", "suggested": true,
/// }}))?;
/// let child: SpaceChild = event.content_as()?;
/// assert!(child.is_child());
/// assert_eq!(child.order().unwrap(), "a");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.space.child`](https://spec.matrix.org/v1.19/client-server-api/#mspacechild).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct SpaceChild {
    /// Servers that the room can be joined through. Without it, the room is none of the space's.
    pub via: Option<Vec<ServerName>>,
    /// Where the room stands among the others. [`order`](Self::order) knows which count.
    pub order: Option<String>,
    /// Whether members of the space should see the room before others.
    pub suggested: Option<bool>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl SpaceChild {
    /// The room can be joined through these servers; [`default`](Self::default) takes it out of the space.
    pub fn new(via: Vec<ServerName>) -> Self {
        Self {
            via: Some(via),
            ..Self::default()
        }
    }

    /// Whether the room is one of the space's.
    pub fn is_child(&self) -> bool {
        self.via.is_some()
    }

    /// Where the room stands among the others. `None` if nothing valid is said of it.
    pub fn order(&self) -> Option<SpaceChildOrder> {
        SpaceChildOrder::parse(self.order.as_deref()?).ok()
    }
}

impl EventContent for SpaceChild {
    const TYPE: &'static str = "m.space.child";
}

/// What the rooms of a space are sorted by: their order, those without one last; then the age of the event; then the
/// room's ID.
///
/// ```
/// use hardline::events::{RawEvent, SpaceChildKey};
/// use serde_json::json;
///
/// let child = |room: &str, order: Option<&str>| {
///     RawEvent::new(&json!({"state_key": room, "origin_server_ts": 1, "content": {"via": ["a.org"], "order": order}}))
/// };
/// let mut children = vec![child("!c", None)?, child("!b", Some("b"))?, child("!a", Some("a"))?];
/// children.sort_by_cached_key(SpaceChildKey::of);
/// let rooms: Vec<_> = children.iter().filter_map(RawEvent::state_key).collect();
/// assert_eq!(rooms, ["!a", "!b", "!c"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [ordering of children](https://spec.matrix.org/v1.19/client-server-api/#ordering-of-children-within-a-space).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpaceChildKey {
    order: Option<SpaceChildOrder>,
    sent: Option<Timestamp>,
    room: String,
}

impl SpaceChildKey {
    /// The key of an `m.space.child` event.
    pub fn of(child: &RawEvent) -> Self {
        let content = child.content_as::<SpaceChild>().ok();
        Self {
            order: content.and_then(|content| content.order()),
            sent: child.origin_server_ts(),
            room: child.state_key().unwrap_or_default(),
        }
    }
}

impl Ord for SpaceChildKey {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |key: &'_ Self| (key.order.is_none(), key.sent.is_none());
        let ((no_order, no_time), (others_no_order, others_no_time)) = (key(self), key(other));
        no_order
            .cmp(&others_no_order)
            .then_with(|| self.order.cmp(&other.order))
            .then_with(|| no_time.cmp(&others_no_time))
            .then_with(|| self.sent.cmp(&other.sent))
            .then_with(|| self.room.cmp(&other.room))
    }
}

impl PartialOrd for SpaceChildKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// `m.space.parent`: a space that the room says it belongs to. The state key is the space.
///
/// It holds if the space says so too, or if the sender may add rooms to the space.
///
/// ```
/// use hardline::events::{RawEvent, SpaceParent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.space.parent", "state_key": "!space:example.org", "content": {
///     "via": ["example.org"], "canonical": true,
/// }}))?;
/// assert!(event.content_as::<SpaceParent>()?.is_canonical());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.space.parent`](https://spec.matrix.org/v1.19/client-server-api/#mspaceparent).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct SpaceParent {
    /// Servers that the space can be joined through. Without it, the space is none of the room's.
    pub via: Option<Vec<ServerName>>,
    /// Whether it is the main one. Of several, that with the lowest ID is.
    pub canonical: Option<bool>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl SpaceParent {
    /// The space can be joined through these servers; [`default`](Self::default) takes the room out of it.
    pub fn new(via: Vec<ServerName>) -> Self {
        Self {
            via: Some(via),
            canonical: None,
            others: JsonObject::new(),
        }
    }

    /// Whether the space is one of the room's.
    pub fn is_parent(&self) -> bool {
        self.via.is_some()
    }

    /// Whether it is a main one. Of several, that with the lowest ID is the one that counts.
    pub fn is_canonical(&self) -> bool {
        self.is_parent() && self.canonical == Some(true)
    }
}

impl EventContent for SpaceParent {
    const TYPE: &'static str = "m.space.parent";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn child(room: &str, sent: u64, content: &str) -> RawEvent {
        let text = format!(
            r#"{{"type": "m.space.child", "state_key": "{room}", "origin_server_ts": {sent}, "content": {content}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_room_without_servers_is_none_of_the_spaces() {
        for content in ["{}", r#"{"via": null}"#, r#"{"via": "a.org"}"#] {
            let child: SpaceChild = child("!a", 1, content).content_as().unwrap();
            assert!(!child.is_child(), "{content}");
        }
        let parent = SpaceParent {
            canonical: Some(true),
            ..SpaceParent::default()
        };
        assert!(!parent.is_canonical());
    }

    #[test]
    fn children_have_one_order_and_invalid_ones_count_as_none() {
        let long = "a".repeat(51);
        let mut children = [
            child("!none-late", 9, "{}"),
            child("!none-b", 5, r#"{"via": [], "order": "é"}"#),
            child("!none-a", 5, &format!(r#"{{"order": "{long}"}}"#)),
            child("!none-early", 1, r#"{"order": ""}"#),
            child("!z-late", 9, r#"{"order": "z"}"#),
            child("!z-early", 2, r#"{"order": "z"}"#),
            child("!first", 99, r#"{"order": " "}"#),
            child("!upper", 99, r#"{"order": "Z"}"#),
        ];
        children.sort_by_cached_key(SpaceChildKey::of);
        let rooms: Vec<_> = children.iter().filter_map(RawEvent::state_key).collect();
        assert_eq!(
            rooms,
            [
                "!first",
                "!upper",
                "!z-early",
                "!z-late",
                "!none-early",
                "!none-a",
                "!none-b",
                "!none-late"
            ]
        );
    }
}
