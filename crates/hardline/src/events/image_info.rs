use hardline_derive::Wire;

use crate::events::EncryptedFile;
use crate::types::MxcUri;

/// What is known of an image before it is downloaded. The sender says it: check it before you rely on it.
///
/// Specification: [`m.image`](https://spec.matrix.org/v1.19/client-server-api/#mimage).
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct ImageInfo {
    /// How high it is shown, in pixels.
    pub h: Option<u64>,
    /// How wide it is shown, in pixels.
    pub w: Option<u64>,
    /// The media type: `image/jpeg`.
    pub mimetype: Option<String>,
    /// The size in bytes.
    pub size: Option<u64>,
    /// A smaller image, if it is not encrypted.
    pub thumbnail_url: Option<MxcUri>,
    /// A smaller image, if it is encrypted.
    pub thumbnail_file: Option<EncryptedFile>,
    /// What is known of the smaller image.
    pub thumbnail_info: Option<ThumbnailInfo>,
    /// Whether it moves. Since v1.18.
    pub is_animated: Option<bool>,
}

impl ImageInfo {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }
}

/// What is known of a smaller image that stands for another file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ThumbnailInfo {
    /// How high it is shown, in pixels.
    pub h: Option<u64>,
    /// How wide it is shown, in pixels.
    pub w: Option<u64>,
    /// The media type: `image/jpeg`.
    pub mimetype: Option<String>,
    /// The size in bytes.
    pub size: Option<u64>,
}

impl ThumbnailInfo {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }
}
