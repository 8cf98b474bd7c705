use hardline_derive::Request;

use crate::client_api::media::{MediaFile, ThumbnailMethod};
use crate::types::ServerName;
use crate::wire::{Endpoint, Operation, ResponseBody, SpecVersion};

/// Deprecated: downloads a smaller picture of a file without saying who asks. Use
/// [`GetContentThumbnailAuthed`](super::GetContentThumbnailAuthed).
///
/// Servers keep files from this that were uploaded since they have authenticated media (`M_NOT_FOUND`).
///
/// A server may respond with a redirect (307 or 308), to another host too: follow it without the access token.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such file), `M_UNKNOWN` (there are no pictures of such files, or
/// the size is not valid), `M_TOO_LARGE` (status 413: the file is too large to make one; 502: to fetch it),
/// `M_NOT_YET_UPLOADED` (status 504), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::media::GetContentThumbnail;
/// use hardline::types::ServerName;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetContentThumbnail::new(ServerName::parse("example.org")?, "text".to_owned(), 1, 1);
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.uri().path(), "/_matrix/media/v3/thumbnail/example.org/text");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /thumbnail/{serverName}/{mediaId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3thumbnailservernamemediaid).
#[doc(alias = "getContentThumbnail")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetContentThumbnail {
    /// The server that has the file: that of the `mxc://` URI.
    #[serde(rename = "serverName")]
    pub server_name: ServerName,
    /// The file, on that server.
    #[serde(rename = "mediaId")]
    pub media_id: String,
    /// The wished width in pixels. The picture may be larger or smaller.
    pub width: u64,
    /// The wished height in pixels. The picture may be larger or smaller.
    pub height: u64,
    /// How the picture is made smaller. By default it is scaled.
    pub method: Option<ThumbnailMethod>,
    /// Whether the server may fetch a file of another server, by default true. With false it says no more than whether
    /// it has it.
    pub allow_remote: Option<bool>,
    /// How long to wait for a file that is not uploaded yet, in milliseconds, by default 20000. Since v1.7.
    pub timeout_ms: Option<u64>,
    /// Whether the server may redirect to where the file is, by default false. Since v1.7.
    pub allow_redirect: Option<bool>,
    /// Whether an animated picture is wished for, if the file is one. With false it stands still; without it, the
    /// server decides. Since v1.11.
    pub animated: Option<bool>,
}

impl GetContentThumbnail {
    /// A request with the required fields.
    pub fn new(server_name: ServerName, media_id: String, width: u64, height: u64) -> Self {
        Self {
            server_name,
            media_id,
            width,
            height,
            method: None,
            allow_remote: None,
            timeout_ms: None,
            allow_redirect: None,
            animated: None,
        }
    }
}

impl Endpoint for GetContentThumbnail {
    const OPERATION: Operation = Operation::get(
        "getContentThumbnail",
        "/_matrix/media/v3/thumbnail/{serverName}/{mediaId}",
    )
    .query(&[
        "width",
        "height",
        "method",
        "allow_remote",
        "timeout_ms",
        "allow_redirect",
        "animated",
    ])
    .response_headers(&[
        ("content-disposition", "content_disposition"),
        ("content-type", "content_type"),
    ])
    .response_body(ResponseBody::Bytes("content"))
    .open_response()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/media/r0/thumbnail/{serverName}/{mediaId}",
    )]);
    type Response = MediaFile;
}
