use hardline_derive::Request;

use crate::client_api::media::MediaFile;
use crate::types::ServerName;
use crate::wire::{Endpoint, Operation, ResponseBody, SpecVersion};

/// Deprecated: downloads a file without saying who asks. Use [`GetContentAuthed`](super::GetContentAuthed).
///
/// Servers keep files from this that were uploaded since they have authenticated media (`M_NOT_FOUND`).
///
/// A server may respond with a redirect (307 or 308), to another host too: follow it without the access token.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such file), `M_NOT_YET_UPLOADED` (status 504: the file was not
/// uploaded within [`timeout_ms`](Self::timeout_ms)), `M_TOO_LARGE` (status 502: the server does not fetch it, as it
/// is too large), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::media::GetContent;
/// use hardline::types::ServerName;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetContent::new(ServerName::parse("example.org")?, "text".to_owned());
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.uri().path(), "/_matrix/media/v3/download/example.org/text");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /download/{serverName}/{mediaId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3downloadservernamemediaid).
#[doc(alias = "getContent")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetContent {
    /// The server that has the file: that of the `mxc://` URI.
    #[serde(rename = "serverName")]
    pub server_name: ServerName,
    /// The file, on that server.
    #[serde(rename = "mediaId")]
    pub media_id: String,
    /// Whether the server may fetch a file of another server, by default true. With false it says no more than whether
    /// it has it.
    pub allow_remote: Option<bool>,
    /// How long to wait for a file that is not uploaded yet, in milliseconds, by default 20000. Since v1.7.
    pub timeout_ms: Option<u64>,
    /// Whether the server may redirect to where the file is, by default false. Since v1.7.
    pub allow_redirect: Option<bool>,
}

impl GetContent {
    /// A request with the required fields.
    pub fn new(server_name: ServerName, media_id: String) -> Self {
        Self {
            server_name,
            media_id,
            allow_remote: None,
            timeout_ms: None,
            allow_redirect: None,
        }
    }
}

impl Endpoint for GetContent {
    const OPERATION: Operation = Operation::get(
        "getContent",
        "/_matrix/media/v3/download/{serverName}/{mediaId}",
    )
    .query(&["allow_remote", "timeout_ms", "allow_redirect"])
    .response_headers(&[
        ("content-type", "content_type"),
        ("content-disposition", "content_disposition"),
    ])
    .response_body(ResponseBody::Bytes("content"))
    .open_response()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/media/r0/download/{serverName}/{mediaId}",
    )]);
    type Response = MediaFile;
}

/// Deprecated: downloads a file under another name without saying who asks. Use
/// [`GetContentOverrideNameAuthed`](super::GetContentOverrideNameAuthed).
///
/// Servers keep files from this that were uploaded since they have authenticated media (`M_NOT_FOUND`).
///
/// A server may respond with a redirect (307 or 308), to another host too: follow it without the access token.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such file), `M_NOT_YET_UPLOADED` (status 504: the file was not
/// uploaded within [`timeout_ms`](Self::timeout_ms)), `M_TOO_LARGE` (status 502: the server does not fetch it, as it
/// is too large), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::media::GetContentOverrideName;
/// use hardline::types::ServerName;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetContentOverrideName::new(
///     ServerName::parse("example.org")?,
///     "text".to_owned(),
///     "text".to_owned(),
/// );
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.uri().path(), "/_matrix/media/v3/download/example.org/text/text");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /download/{serverName}/{mediaId}/{fileName}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3downloadservernamemediaidfilename).
#[doc(alias = "getContentOverrideName")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetContentOverrideName {
    /// The server that has the file: that of the `mxc://` URI.
    #[serde(rename = "serverName")]
    pub server_name: ServerName,
    /// The file, on that server.
    #[serde(rename = "mediaId")]
    pub media_id: String,
    /// The name that the response gives the file.
    #[serde(rename = "fileName")]
    pub file_name: String,
    /// Whether the server may fetch a file of another server, by default true. With false it says no more than whether
    /// it has it.
    pub allow_remote: Option<bool>,
    /// How long to wait for a file that is not uploaded yet, in milliseconds, by default 20000. Since v1.7.
    pub timeout_ms: Option<u64>,
    /// Whether the server may redirect to where the file is, by default false. Since v1.7.
    pub allow_redirect: Option<bool>,
}

impl GetContentOverrideName {
    /// A request with the required fields.
    pub fn new(server_name: ServerName, media_id: String, file_name: String) -> Self {
        Self {
            server_name,
            media_id,
            file_name,
            allow_remote: None,
            timeout_ms: None,
            allow_redirect: None,
        }
    }
}

impl Endpoint for GetContentOverrideName {
    const OPERATION: Operation = Operation::get(
        "getContentOverrideName",
        "/_matrix/media/v3/download/{serverName}/{mediaId}/{fileName}",
    )
    .query(&["allow_remote", "timeout_ms", "allow_redirect"])
    .response_headers(&[
        ("content-type", "content_type"),
        ("content-disposition", "content_disposition"),
    ])
    .response_body(ResponseBody::Bytes("content"))
    .open_response()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/media/r0/download/{serverName}/{mediaId}/{fileName}",
    )]);
    type Response = MediaFile;
}
