use hardline_derive::Wire;

use crate::events::{EventContent, ImageInfo};
use crate::types::MxcUri;

/// `m.room.avatar`: the room's picture, which is never encrypted.
///
/// ```
/// use hardline::events::{RawEvent, RoomAvatar};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.room.avatar", "content": {"url": "mxc://example.org/abc"}}))?;
/// let avatar: RoomAvatar = event.content_as()?;
/// assert_eq!(avatar.url().unwrap().media_id(), Some("abc"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.avatar`](https://spec.matrix.org/v1.19/client-server-api/#mroomavatar).
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct RoomAvatar {
    /// The picture. [`url`](Self::url) knows which count.
    pub url: Option<MxcUri>,
    /// What is known of it.
    pub info: Option<ImageInfo>,
}

impl RoomAvatar {
    /// The room has this picture; [`default`](Self::default) takes it away.
    pub fn new(url: MxcUri) -> Self {
        Self {
            url: Some(url),
            info: None,
        }
    }

    /// The picture. `None` if the room has none: it is absent, `null` or empty.
    pub fn url(&self) -> Option<&MxcUri> {
        self.url.as_ref().filter(|url| !url.as_str().is_empty())
    }
}

impl EventContent for RoomAvatar {
    const TYPE: &'static str = "m.room.avatar";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;

    #[test]
    fn a_room_without_a_picture_says_so_in_several_ways() {
        for content in ["{}", r#"{"url": null}"#, r#"{"url": "", "info": null}"#] {
            let event: RawEvent =
                serde_json::from_str(&format!(r#"{{"content": {content}}}"#)).unwrap();
            let avatar: RoomAvatar = event.content_as_strict().unwrap();
            assert_eq!(avatar.url(), None, "{content}");
        }
    }
}
