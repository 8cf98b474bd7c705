use hardline_derive::Wire;

use crate::events::EventContent;
use crate::json::JsonMap;
use crate::types::RoomTag;

/// `m.tag`: the tags that the user gave a room. They are set by operations of their own, and not as account data.
///
/// ```
/// use hardline::events::{RawEvent, Tag};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.tag", "content": {"tags": {"u.work": {"order": 0.9}}}}))?;
/// let Tag { tags, .. } = event.content_as()?;
/// assert_eq!(tags["u.work"].order(), Some(0.9));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.tag`](https://spec.matrix.org/v1.19/client-server-api/#mtag).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct Tag {
    /// The tags by their names.
    #[serde(default)]
    pub tags: JsonMap<String, RoomTag>,
}

impl Tag {
    /// These tags.
    pub fn new(tags: JsonMap<String, RoomTag>) -> Self {
        Self { tags }
    }
}

impl EventContent for Tag {
    const TYPE: &'static str = "m.tag";
}
