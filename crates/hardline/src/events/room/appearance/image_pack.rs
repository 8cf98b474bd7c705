use hardline_derive::Wire;

use crate::events::{EventContent, ImageInfo};
use crate::json::{JsonMap, JsonObject};
use crate::types::text::text_enum;
use crate::types::{MxcUri, Shortcode};

/// `m.room.image_pack`: pictures for messages and stickers. The state key tells the packs of a room apart; the empty one is
/// a pack like the others.
///
/// Account data of the type `im.ponies.user_emotes`, which is not specified, has the same content: a user's own pack.
///
/// ```
/// use hardline::events::{ImagePackUsage, RawEvent, RoomImagePack};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.room.image_pack", "state_key": "", "content": {
///     "images": {"wave": {"url": "mxc://example.org/wave"}},
///     "pack": {"display_name": "Greetings", "usage": ["sticker"]},
/// }}))?;
/// let pack: RoomImagePack = event.content_as()?;
/// assert_eq!(pack.images["wave"].url, "mxc://example.org/wave");
/// assert!(pack.is_for(&ImagePackUsage::Sticker) && !pack.is_for(&ImagePackUsage::Emoticon));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.image_pack`](https://spec.matrix.org/v1.19/client-server-api/#mroomimage_pack).
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct RoomImagePack {
    /// The pictures by their shortcodes. Show those with malformed ones too.
    #[serde(default)]
    pub images: JsonMap<Shortcode, PackImage>,
    /// What is known of the pack.
    pub pack: Option<ImagePackInfo>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl RoomImagePack {
    /// A pack of these pictures.
    pub fn new(images: JsonMap<Shortcode, PackImage>) -> Self {
        Self {
            images,
            pack: None,
            others: JsonObject::new(),
        }
    }

    /// Whether the pictures are for this. A pack that says nothing, or nothing that is known, is for everything.
    pub fn is_for(&self, usage: &ImagePackUsage) -> bool {
        let pack = self.pack.as_ref();
        let usages = pack
            .and_then(|pack| pack.usage.as_deref())
            .unwrap_or_default();
        usages.is_empty() || usages.contains(usage)
    }
}

impl EventContent for RoomImagePack {
    const TYPE: &'static str = "m.room.image_pack";
    const OTHER_TYPES: &'static [&'static str] =
        &["im.ponies.room_emotes", "im.ponies.user_emotes"];
}

/// A picture of a pack.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct PackImage {
    /// The picture.
    pub url: MxcUri,
    /// What stands for it where it cannot be shown. Without it, the shortcode does.
    pub body: Option<String>,
    /// What is known of it.
    pub info: Option<ImageInfo>,
    /// What it is for, in packs from before they were specified.
    pub usage: Option<Vec<ImagePackUsage>>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl PackImage {
    /// A picture.
    pub fn new(url: MxcUri) -> Self {
        Self {
            url,
            body: None,
            info: None,
            usage: None,
            others: JsonObject::new(),
        }
    }
}

/// What is known of a pack of pictures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ImagePackInfo {
    /// What it is called.
    pub display_name: Option<String>,
    /// Its picture. Without it, the room's.
    pub avatar_url: Option<MxcUri>,
    /// What the pictures are for: [`RoomImagePack::is_for`].
    pub usage: Option<Vec<ImagePackUsage>>,
    /// Who made it, and where it is from.
    pub attribution: Option<String>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl ImagePackInfo {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }
}

text_enum! {
    /// What a picture is for.
    ImagePackUsage {
        /// In the text of a message.
        Emoticon = "emoticon",
        /// As a message of its own.
        Sticker = "sticker",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;

    #[test]
    fn packs_from_before_they_were_specified_are_packs() {
        let event: RawEvent = serde_json::from_str(
            r#"{"type": "im.ponies.room_emotes", "content": {"pack": {"usage": []}, "images": {
                "not a shortcode": {"url": "mxc://a.org/a", "usage": ["emoticon"], "info": {"w": 1, "h": 2}},
                "broken": {"body": "no picture"}}}}"#,
        )
        .unwrap();
        let pack: RoomImagePack = event.content_as().unwrap();
        assert_eq!(pack.images.len(), 1);
        assert!(pack.is_for(&ImagePackUsage::Emoticon) && pack.is_for(&ImagePackUsage::Sticker));
        let image = &pack.images["not a shortcode"];
        assert_eq!(
            image.usage.as_deref(),
            Some(&[ImagePackUsage::Emoticon][..])
        );
        assert_eq!(image.info.as_ref().unwrap().h, Some(2));
    }

    #[test]
    fn a_redacted_pack_has_no_pictures() {
        let event: RawEvent = serde_json::from_str(r#"{"content": {}}"#).unwrap();
        let pack: RoomImagePack = event.content_as_strict().unwrap();
        assert!(pack.images.is_empty());
    }
}
