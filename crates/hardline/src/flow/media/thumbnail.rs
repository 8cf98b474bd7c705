use hardline_derive::Persist;

use crate::client_api::media::ThumbnailMethod;

/// A smaller picture of a file that is wished for.
#[derive(Clone, Debug, PartialEq, Persist)]
#[non_exhaustive]
pub struct Thumbnail {
    /// The wished width in pixels. The picture may be larger or smaller.
    pub width: u64,
    /// The wished height in pixels. The picture may be larger or smaller.
    pub height: u64,
    /// How the picture is made smaller. By default it is scaled.
    pub method: Option<ThumbnailMethod>,
    /// Whether an animated picture is wished for, if the file is one. Without it, the server decides.
    pub animated: Option<bool>,
    /// Whether to download the file itself where the server has no picture of it, which may be much larger: by default
    /// true. [`Downloaded::is_thumbnail`](crate::flow::Downloaded::is_thumbnail) tells.
    pub or_file: bool,
}

impl Thumbnail {
    /// A picture of about this size, or the file itself.
    pub fn new(width: u64, height: u64) -> Self {
        Self {
            width,
            height,
            method: None,
            animated: None,
            or_file: true,
        }
    }
}
