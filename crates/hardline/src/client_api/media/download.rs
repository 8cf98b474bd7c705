use hardline_derive::Request;

use crate::client_api::media::MediaFile;
use crate::types::ServerName;
use crate::wire::{Auth, Endpoint, Operation, ResponseBody, SpecVersion};

/// Downloads a file.
///
/// A server may respond with a redirect (307 or 308), to another host too: follow it without the access token.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such file), `M_NOT_YET_UPLOADED` (status 504: the file was not
/// uploaded within [`timeout_ms`](Self::timeout_ms)), `M_TOO_LARGE` (status 502: the server does not fetch it, as it
/// is too large), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::media::GetContentAuthed;
/// use hardline::types::{AccessToken, ServerName};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetContentAuthed::new(ServerName::parse("example.org")?, "text".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v1/media/download/example.org/text");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /media/download/{serverName}/{mediaId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediadownloadservernamemediaid).
#[doc(alias = "getContentAuthed")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetContentAuthed {
    /// The server that has the file: that of the `mxc://` URI.
    #[serde(rename = "serverName")]
    pub server_name: ServerName,
    /// The file, on that server.
    #[serde(rename = "mediaId")]
    pub media_id: String,
    /// How long to wait for a file that is not uploaded yet, in milliseconds, by default 20000. Since v1.7.
    pub timeout_ms: Option<u64>,
}

impl GetContentAuthed {
    /// A request with the required fields.
    pub fn new(server_name: ServerName, media_id: String) -> Self {
        Self {
            server_name,
            media_id,
            timeout_ms: None,
        }
    }
}

impl Endpoint for GetContentAuthed {
    const OPERATION: Operation = Operation::get(
        "getContentAuthed",
        "/_matrix/client/v1/media/download/{serverName}/{mediaId}",
    )
    .auth(Auth::Required)
    .query(&["timeout_ms"])
    .response_headers(&[
        ("content-type", "content_type"),
        ("content-disposition", "content_disposition"),
    ])
    .response_body(ResponseBody::Bytes("content"))
    .open_response()
    .since(SpecVersion::v1(11))
    .unstable(&[
        (
            "org.matrix.msc3916",
            "/_matrix/client/unstable/org.matrix.msc3916/media/download/{serverName}/{mediaId}",
        ),
        (
            "org.matrix.msc3916.stable",
            "/_matrix/client/v1/media/download/{serverName}/{mediaId}",
        ),
    ]);
    type Response = MediaFile;
}

/// Downloads a file under another name.
///
/// A server may respond with a redirect (307 or 308), to another host too: follow it without the access token.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such file), `M_NOT_YET_UPLOADED` (status 504: the file was not
/// uploaded within [`timeout_ms`](Self::timeout_ms)), `M_TOO_LARGE` (status 502: the server does not fetch it, as it
/// is too large), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::media::GetContentOverrideNameAuthed;
/// use hardline::types::{AccessToken, ServerName};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetContentOverrideNameAuthed::new(
///     ServerName::parse("example.org")?,
///     "text".to_owned(),
///     "text".to_owned(),
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v1/media/download/example.org/text/text");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /media/download/{serverName}/{mediaId}/{fileName}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediadownloadservernamemediaidfilename).
#[doc(alias = "getContentOverrideNameAuthed")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetContentOverrideNameAuthed {
    /// The server that has the file: that of the `mxc://` URI.
    #[serde(rename = "serverName")]
    pub server_name: ServerName,
    /// The file, on that server.
    #[serde(rename = "mediaId")]
    pub media_id: String,
    /// The name that the response gives the file.
    #[serde(rename = "fileName")]
    pub file_name: String,
    /// How long to wait for a file that is not uploaded yet, in milliseconds, by default 20000. Since v1.7.
    pub timeout_ms: Option<u64>,
}

impl GetContentOverrideNameAuthed {
    /// A request with the required fields.
    pub fn new(server_name: ServerName, media_id: String, file_name: String) -> Self {
        Self {
            server_name,
            media_id,
            file_name,
            timeout_ms: None,
        }
    }
}

impl Endpoint for GetContentOverrideNameAuthed {
    const OPERATION: Operation = Operation::get("getContentOverrideNameAuthed", "/_matrix/client/v1/media/download/{serverName}/{mediaId}/{fileName}").auth(Auth::Required).query(&["timeout_ms"]).response_headers(&[("content-type", "content_type"), ("content-disposition", "content_disposition")]).response_body(ResponseBody::Bytes("content")).open_response().since(SpecVersion::v1(11)).unstable(&[("org.matrix.msc3916", "/_matrix/client/unstable/org.matrix.msc3916/media/download/{serverName}/{mediaId}/{fileName}"), ("org.matrix.msc3916.stable", "/_matrix/client/v1/media/download/{serverName}/{mediaId}/{fileName}")]);
    type Response = MediaFile;
}
