use hardline_derive::Wire;

use crate::events::EventContent;

/// `m.room.name`: what the room is called.
///
/// ```
/// use hardline::events::{RawEvent, RoomName};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.room.name", "state_key": "", "content": {"name": "Tea"}}))?;
/// assert_eq!(event.content_as::<RoomName>()?.name(), Some("Tea"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.name`](https://spec.matrix.org/v1.19/client-server-api/#mroomname).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomName {
    /// The name, at most 255 bytes. [`name`](Self::name) knows which count.
    pub name: Option<String>,
}

impl RoomName {
    /// The room has this name. An empty one takes the name away.
    pub fn new(name: String) -> Self {
        Self { name: Some(name) }
    }

    /// The name. `None` if the room has none: it is absent, `null` or empty.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref().filter(|name| !name.is_empty())
    }
}

impl EventContent for RoomName {
    const TYPE: &'static str = "m.room.name";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;

    #[test]
    fn a_room_without_a_name_says_so_in_several_ways() {
        for content in ["{}", r#"{"name": null}"#, r#"{"name": ""}"#] {
            let event: RawEvent =
                serde_json::from_str(&format!(r#"{{"content": {content}}}"#)).unwrap();
            let name: RoomName = event.content_as_strict().unwrap();
            assert_eq!(name.name(), None, "{content}");
        }
    }
}
