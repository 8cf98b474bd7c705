use hardline_derive::Wire;

use crate::events::EventContent;
use crate::json::JsonObject;
use crate::types::text::text_enum;

/// `io.element.msc4278.media_preview_config`: whether media is shown without being asked for.
///
/// ```
/// use hardline::events::{MediaPreviewConfig, MediaPreviews, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "io.element.msc4278.media_preview_config",
///     "content": {"media_previews": "private", "invite_avatars": "off"},
/// }))?;
/// let config: MediaPreviewConfig = event.content_as()?;
/// assert_eq!(config.media_previews, Some(MediaPreviews::Private));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Proposal: [MSC4278](https://github.com/matrix-org/matrix-spec-proposals/pull/4278).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct MediaPreviewConfig {
    /// Of media in rooms.
    pub media_previews: Option<MediaPreviews>,
    /// Of the pictures of rooms and users in invitations.
    pub invite_avatars: Option<MediaPreviews>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl MediaPreviewConfig {
    /// Nothing is said: the client chooses.
    pub fn new() -> Self {
        Self::default()
    }
}

impl EventContent for MediaPreviewConfig {
    const TYPE: &'static str = "io.element.msc4278.media_preview_config";
    const OTHER_TYPES: &'static [&'static str] = &["m.media_preview_config"];
}

text_enum! {
    /// Where media is shown without being asked for.
    MediaPreviews {
        /// Everywhere.
        On = "on",
        /// In rooms that not everybody can join.
        Private = "private",
        /// Nowhere.
        Off = "off",
    }
}
