use hardline_derive::Wire;

use crate::events::EventContent;
use crate::json::JsonObject;
use crate::types::RoomAliasId;

/// `m.room.canonical_alias`: the aliases that the room itself names. Whether they lead to it is for the alias' server to say.
///
/// ```
/// use hardline::events::{RawEvent, RoomCanonicalAlias};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.room.canonical_alias", "content": {"alias": "#tea:example.org"}}))?;
/// let aliases: RoomCanonicalAlias = event.content_as()?;
/// assert_eq!(aliases.alias().unwrap(), "#tea:example.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.canonical_alias`](https://spec.matrix.org/v1.19/client-server-api/#mroomcanonical_alias).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomCanonicalAlias {
    /// The main alias. [`alias`](Self::alias) knows which count.
    pub alias: Option<RoomAliasId>,
    /// Others that the room wants to be known by.
    pub alt_aliases: Option<Vec<RoomAliasId>>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl RoomCanonicalAlias {
    /// The room has this main alias; [`default`](Self::default) takes it away.
    pub fn new(alias: RoomAliasId) -> Self {
        Self {
            alias: Some(alias),
            alt_aliases: None,
            others: JsonObject::new(),
        }
    }

    /// The main alias. `None` if the room has none: it is absent, `null` or empty.
    pub fn alias(&self) -> Option<&RoomAliasId> {
        self.alias
            .as_ref()
            .filter(|alias| !alias.as_str().is_empty())
    }
}

impl EventContent for RoomCanonicalAlias {
    const TYPE: &'static str = "m.room.canonical_alias";
}

/// `m.room.aliases`: the aliases that a server had for the room, in old rooms. The state key is the server.
///
/// It means nothing any more: anybody could write it.
///
/// ```
/// use hardline::events::{RawEvent, RoomAliases};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.room.aliases", "content": {"aliases": ["#tea:example.org"]}}))?;
/// assert_eq!(event.content_as::<RoomAliases>()?.aliases, ["#tea:example.org"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [historical events](https://spec.matrix.org/v1.19/client-server-api/#historical-events).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RoomAliases {
    /// The aliases.
    #[serde(default)]
    pub aliases: Vec<RoomAliasId>,
}

impl RoomAliases {
    /// These aliases.
    pub fn new(aliases: Vec<RoomAliasId>) -> Self {
        Self { aliases }
    }
}

impl EventContent for RoomAliases {
    const TYPE: &'static str = "m.room.aliases";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;

    #[test]
    fn a_room_without_a_main_alias_says_so_in_several_ways() {
        for content in [
            "{}",
            r#"{"alias": null, "alt_aliases": null}"#,
            r#"{"alias": ""}"#,
        ] {
            let event: RawEvent =
                serde_json::from_str(&format!(r#"{{"content": {content}}}"#)).unwrap();
            let aliases: RoomCanonicalAlias = event.content_as_strict().unwrap();
            assert_eq!(aliases.alias(), None, "{content}");
        }
    }
}
