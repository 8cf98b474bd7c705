use hardline_derive::Request;

use crate::client_api::media::MediaFile;
use crate::types::ServerName;
use crate::types::text::text_enum;
use crate::wire::{Auth, Endpoint, Operation, ResponseBody, SpecVersion};

/// Downloads a smaller picture of a file. Servers have some sizes alone, and may give the file itself.
///
/// A server may respond with a redirect (307 or 308), to another host too: follow it without the access token.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such file), `M_UNKNOWN` (there are no pictures of such files, or
/// the size is not valid), `M_TOO_LARGE` (status 413: the file is too large to make one; 502: to fetch it),
/// `M_NOT_YET_UPLOADED` (status 504), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::media::GetContentThumbnailAuthed;
/// use hardline::types::{AccessToken, ServerName};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetContentThumbnailAuthed::new(ServerName::parse("example.org")?, "text".to_owned(), 96, 96);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v1/media/thumbnail/example.org/text");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /media/thumbnail/{serverName}/{mediaId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediathumbnailservernamemediaid).
#[doc(alias = "getContentThumbnailAuthed")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetContentThumbnailAuthed {
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
    /// How long to wait for a file that is not uploaded yet, in milliseconds, by default 20000. Since v1.7.
    pub timeout_ms: Option<u64>,
    /// Whether an animated picture is wished for, if the file is one. With false it stands still; without it, the
    /// server decides. Since v1.11.
    pub animated: Option<bool>,
}

impl GetContentThumbnailAuthed {
    /// A request with the required fields.
    pub fn new(server_name: ServerName, media_id: String, width: u64, height: u64) -> Self {
        Self {
            server_name,
            media_id,
            width,
            height,
            method: None,
            timeout_ms: None,
            animated: None,
        }
    }
}

impl Endpoint for GetContentThumbnailAuthed {
    const OPERATION: Operation = Operation::get(
        "getContentThumbnailAuthed",
        "/_matrix/client/v1/media/thumbnail/{serverName}/{mediaId}",
    )
    .auth(Auth::Required)
    .query(&["width", "height", "method", "timeout_ms", "animated"])
    .response_headers(&[
        ("content-disposition", "content_disposition"),
        ("content-type", "content_type"),
    ])
    .response_body(ResponseBody::Bytes("content"))
    .open_response()
    .since(SpecVersion::v1(11))
    .unstable(&[
        (
            "org.matrix.msc3916",
            "/_matrix/client/unstable/org.matrix.msc3916/media/thumbnail/{serverName}/{mediaId}",
        ),
        (
            "org.matrix.msc3916.stable",
            "/_matrix/client/v1/media/thumbnail/{serverName}/{mediaId}",
        ),
    ]);
    type Response = MediaFile;
}

text_enum! {
    /// How a picture is made smaller.
    ThumbnailMethod {
        /// Cut to the wished proportions.
        Crop = "crop",
        /// Scaled within the wished size, in its own proportions.
        Scale = "scale",
    }
}
