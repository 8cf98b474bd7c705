use hardline_derive::Wire;

use crate::events::EventContent;
use crate::json::{JsonMap, JsonObject};
use crate::types::RoomId;

/// `m.image_pack.rooms`: the rooms whose [image packs](crate::events::RoomImagePack) the user has everywhere.
///
/// ```
/// use hardline::events::{ImagePackRooms, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.image_pack.rooms",
///     "content": {"rooms": {"!room:example.org": {"": {}, "stickers": {}}}},
/// }))?;
/// let packs: ImagePackRooms = event.content_as()?;
/// assert!(packs.rooms["!room:example.org"].contains_key("stickers"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.image_pack.rooms`](https://spec.matrix.org/v1.19/client-server-api/#mimage_packrooms).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ImagePackRooms {
    /// For each room the packs, by their state keys, each with an object that other clients may put something into.
    #[serde(default)]
    pub rooms: JsonMap<RoomId, JsonMap<String, JsonObject>>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl ImagePackRooms {
    /// These packs of these rooms.
    pub fn new(rooms: JsonMap<RoomId, JsonMap<String, JsonObject>>) -> Self {
        Self {
            rooms,
            others: JsonObject::new(),
        }
    }
}

impl EventContent for ImagePackRooms {
    const TYPE: &'static str = "m.image_pack.rooms";
    const OTHER_TYPES: &'static [&'static str] = &["im.ponies.emote_rooms"];
}
