//! The content repository: files, thumbnails of them, and previews of web pages.
//!
//! The body of an upload and of a download is a field, moved and never copied. Who streams it encodes an upload with an
//! empty [`RawBytes`](crate::types::RawBytes), and decodes the head of a download with an empty body: everything else is the
//! same.
//!
//! ```
//! use hardline::client_api::media::GetContentAuthed;
//! use hardline::wire;
//!
//! let head = http::Response::builder().header("content-type", "image/png").body("")?;
//! let file = wire::decode::<GetContentAuthed>(head)?;
//! assert_eq!(file.content_type.as_deref(), Some("image/png"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Specification: [content repository](https://spec.matrix.org/v1.19/client-server-api/#content-repository).

mod config;
mod content_disposition;
mod download;
mod file_name;
mod legacy_download;
mod legacy_thumbnail;
mod media_file;
mod thumbnail;
mod upload;
mod url_preview;

pub use config::{GetConfig, GetConfigAuthed, MediaConfig};
pub use content_disposition::ContentDisposition;
pub use download::{GetContentAuthed, GetContentOverrideNameAuthed};
pub use file_name::FileName;
pub use legacy_download::{GetContent, GetContentOverrideName};
pub use legacy_thumbnail::GetContentThumbnail;
pub use media_file::MediaFile;
pub use thumbnail::{GetContentThumbnailAuthed, ThumbnailMethod};
pub use upload::{
    CreateContent, CreateContentResponse, UploadContent, UploadContentResponse, UploadContentToMxc,
};
pub use url_preview::{GetUrlPreview, GetUrlPreviewAuthed, UrlPreview};

crate::wire::operations![
    CreateContent,
    GetConfig,
    GetConfigAuthed,
    GetContent,
    GetContentAuthed,
    GetContentOverrideName,
    GetContentOverrideNameAuthed,
    GetContentThumbnail,
    GetContentThumbnailAuthed,
    GetUrlPreview,
    GetUrlPreviewAuthed,
    UploadContent,
    UploadContentToMxc,
];
