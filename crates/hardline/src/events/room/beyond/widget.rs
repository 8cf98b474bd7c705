use hardline_derive::Wire;

use crate::events::EventContent;
use crate::json::JsonObject;
use crate::types::{MxcUri, UserId};

/// `im.vector.modular.widgets`: a web page within the room. The state key is its ID. A widget without a URL was removed.
///
/// ```
/// use hardline::events::{RawEvent, Widget};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "im.vector.modular.widgets", "state_key": "pad", "content": {
///     "type": "m.etherpad", "url": "https://pad.example.org/$matrix_room_id", "creatorUserId": "@alice:example.org",
/// }}))?;
/// let widget: Widget = event.content_as()?;
/// assert_eq!(widget.widget_type.as_deref(), Some("m.etherpad"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Proposal: [MSC1236](https://github.com/matrix-org/matrix-spec-proposals/pull/1236).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct Widget {
    /// The ID again.
    pub id: Option<String>,
    /// What it is: `m.etherpad`, `m.jitsi`, `m.custom`.
    #[serde(rename = "type")]
    pub widget_type: Option<String>,
    /// The page, with placeholders such as `$matrix_room_id`. Others wrote it.
    pub url: Option<String>,
    /// What it is called.
    pub name: Option<String>,
    /// Its picture.
    pub avatar_url: Option<MxcUri>,
    /// Who made it.
    #[serde(rename = "creatorUserId")]
    pub creator_user_id: Option<UserId>,
    /// Whether the page is ready when it is loaded. Otherwise it says so.
    #[serde(rename = "waitForIframeLoad")]
    pub wait_for_iframe_load: Option<bool>,
    /// What the type needs, and what replaces placeholders.
    pub data: Option<JsonObject>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl Widget {
    /// A widget; [`default`](Self::default) removes one.
    pub fn new(widget_type: String, url: String) -> Self {
        Self {
            widget_type: Some(widget_type),
            url: Some(url),
            ..Self::default()
        }
    }
}

impl EventContent for Widget {
    const TYPE: &'static str = "im.vector.modular.widgets";
    const OTHER_TYPES: &'static [&'static str] = &["m.widget"];
}
