use hardline_derive::Wire;

use super::compose_relations::{reply_relation, thread_relation};
use crate::events::{
    ComposeError, EncryptedFile, EventContent, ImageInfo, Mentions, RawEvent, RelatesTo,
};
use crate::json::JsonObject;
use crate::types::{EventId, MxcUri};

/// `m.sticker`: a small picture instead of words.
///
/// The picture is not encrypted, even where the event is; some clients encrypt it all the same.
///
/// ```
/// use hardline::events::{ImageInfo, Sticker};
/// use hardline::types::MxcUri;
///
/// let picture = MxcUri::parse("mxc://example.org/wave")?;
/// let sticker = Sticker::new("a wave".to_owned(), ImageInfo::new(), picture);
/// assert_eq!(sticker.body.as_deref(), Some("a wave"));
/// # Ok::<(), hardline::types::InvalidText>(())
/// ```
///
/// Specification: [`m.sticker`](https://spec.matrix.org/v1.19/client-server-api/#msticker).
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct Sticker {
    /// What is in the picture, in words. A redacted event has nothing of this.
    pub body: Option<String>,
    /// What is known about the picture.
    pub info: Option<Box<ImageInfo>>,
    /// The picture.
    pub url: Option<MxcUri>,
    /// The picture, encrypted. It is no part of the specification.
    pub file: Option<Box<EncryptedFile>>,
    /// To what it relates.
    #[serde(rename = "m.relates_to")]
    pub relates_to: Option<RelatesTo>,
    /// Whom it notifies.
    #[serde(rename = "m.mentions")]
    pub mentions: Option<Mentions>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl Sticker {
    /// This picture.
    pub fn new(body: String, info: ImageInfo, url: MxcUri) -> Self {
        Self {
            body: Some(body),
            info: Some(Box::new(info)),
            url: Some(url),
            ..Self::default()
        }
    }

    /// The same as a reply to this event, which stays in the thread of that event, if that is in one.
    ///
    /// ```
    /// use hardline::events::{RawEvent, Sticker};
    /// use serde_json::json;
    ///
    /// let question = RawEvent::new(&json!({"type": "m.room.message", "event_id": "$question"}))?;
    /// let sticker = Sticker::default().reply_to(&question)?;
    /// assert_eq!(sticker.relates_to.unwrap().reply_to().unwrap(), "$question");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The event has no ID.
    ///
    /// Specification: [rich replies](https://spec.matrix.org/v1.19/client-server-api/#rich-replies).
    pub fn reply_to(mut self, event: &RawEvent) -> Result<Self, ComposeError> {
        self.relates_to = Some(reply_relation(event)?);
        Ok(self)
    }

    /// The same in the thread with this root. Clients that know no threads show it as a reply to the latest message in it; a
    /// [reply](Self::reply_to) stays one.
    ///
    /// ```
    /// use hardline::events::Sticker;
    /// use hardline::types::EventId;
    ///
    /// let sticker = Sticker::default().in_thread(EventId::parse("$root")?, EventId::parse("$latest")?);
    /// assert_eq!(sticker.relates_to.unwrap().thread_root().unwrap(), "$root");
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [threading](https://spec.matrix.org/v1.19/client-server-api/#threading).
    #[must_use]
    pub fn in_thread(mut self, root: EventId, latest: EventId) -> Self {
        self.relates_to = Some(thread_relation(self.relates_to.take(), root, latest));
        self
    }
}

impl EventContent for Sticker {
    const TYPE: &'static str = "m.sticker";
}
