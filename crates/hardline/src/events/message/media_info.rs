use hardline_derive::Wire;

use crate::events::{EncryptedFile, ThumbnailInfo};
use crate::json::JsonObject;
use crate::types::MxcUri;

/// What a message says about the file, picture, sound or film that it has: `info`. The sender claims it; the file itself
/// may be another.
///
/// ```
/// use hardline::events::MediaInfo;
///
/// let mut info = MediaInfo::new();
/// info.mimetype = Some("image/png".to_owned());
/// (info.w, info.h) = (Some(640), Some(480));
/// ```
///
/// Specification: [`m.image`](https://spec.matrix.org/v1.19/client-server-api/#mimage),
/// [`m.file`](https://spec.matrix.org/v1.19/client-server-api/#mfile),
/// [`m.audio`](https://spec.matrix.org/v1.19/client-server-api/#maudio),
/// [`m.video`](https://spec.matrix.org/v1.19/client-server-api/#mvideo).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct MediaInfo {
    /// The type: `image/jpeg`.
    pub mimetype: Option<String>,
    /// The size in bytes.
    pub size: Option<u64>,
    /// The width in pixels in which it is meant to be shown, of a picture or a film.
    pub w: Option<u64>,
    /// The height in pixels in which it is meant to be shown.
    pub h: Option<u64>,
    /// How long a sound or a film is, in milliseconds.
    pub duration: Option<u64>,
    /// Whether a picture moves. It is a hint. Since v1.18.
    pub is_animated: Option<bool>,
    /// The preview picture.
    pub thumbnail_url: Option<MxcUri>,
    /// The preview picture, encrypted.
    pub thumbnail_file: Option<Box<EncryptedFile>>,
    /// What is known about the preview picture.
    pub thumbnail_info: Option<Box<ThumbnailInfo>>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl MediaInfo {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawJson;

    #[test]
    fn sizes_are_read_however_they_are_written() {
        let text = r#"{"w": 640.0, "h": "480", "size": -1, "duration": 1.5, "xyz.amorgan.blurhash": "LKO2"}"#;
        let raw: RawJson = serde_json::from_str(text).unwrap();
        let read = raw.deserialize_lenient::<MediaInfo>().unwrap();
        let info = read.value;
        assert_eq!((info.w, info.h), (Some(640), Some(480)));
        assert_eq!((info.size, info.duration), (None, None));
        assert_eq!(read.warnings.count(), 2);
        let hash: Option<String> = info.others.field("xyz.amorgan.blurhash");
        assert_eq!(hash.as_deref(), Some("LKO2"));
    }
}
