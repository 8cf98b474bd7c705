use hardline_derive::Wire;

use crate::json::JsonObject;

/// A tag of a room. Clients may store members of their own in it.
///
/// Specification: [events](https://spec.matrix.org/v1.19/client-server-api/#mtag).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
pub struct RoomTag(JsonObject);

impl RoomTag {
    /// A tag with these members.
    pub fn new(members: JsonObject) -> Self {
        Self(members)
    }

    /// Where the room stands among those with the tag, from 0 to 1. Rooms without it come last.
    ///
    /// Servers return what a client stored: a number in quotes is that number, anything else is none.
    pub fn order(&self) -> Option<f64> {
        let text = || self.0.field::<String>("order")?.parse().ok();
        self.0.field("order").or_else(text)
    }

    /// All members.
    pub fn members(&self) -> &JsonObject {
        &self.0
    }
}
