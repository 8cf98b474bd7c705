use hardline_derive::Wire;

use crate::events::{EncryptedFile, EventContent, ImageInfo, Mentions, RelatesTo};
use crate::json::JsonObject;
use crate::types::MxcUri;

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
}

impl EventContent for Sticker {
    const TYPE: &'static str = "m.sticker";
}
