use hardline_derive::{Request, Response};

use crate::json::Empty;
use crate::types::{MxcUri, RawBytes, ServerName, Timestamp};
use crate::wire::{Auth, Body, Endpoint, Operation, SpecVersion};

/// Uploads a file.
///
/// Errors worth handling: `M_TOO_LARGE` (status 413: [`GetConfigAuthed`](super::GetConfigAuthed) says how large it may
/// be), `M_FORBIDDEN` (the user may not upload, or not this type of file; a quota is used up), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::media::UploadContent;
/// use hardline::types::{AccessToken, RawBytes};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = UploadContent::new(RawBytes::from(b"bytes".as_slice()));
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/media/v3/upload");
/// assert_eq!(request.body(), b"bytes");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /upload`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixmediav3upload).
#[doc(alias = "uploadContent")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct UploadContent {
    /// The name of the file, for those who download it.
    pub filename: Option<String>,
    /// The bytes.
    pub content: RawBytes,
    /// Their type, such as `image/png`. Without it, servers take `application/octet-stream`.
    pub content_type: Option<String>,
}

impl UploadContent {
    /// A request with the required fields.
    pub fn new(content: RawBytes) -> Self {
        Self {
            filename: None,
            content,
            content_type: None,
        }
    }
}

impl Endpoint for UploadContent {
    const OPERATION: Operation = Operation::post("uploadContent", "/_matrix/media/v3/upload")
        .auth(Auth::Required)
        .query(&["filename"])
        .body(Body::Raw("content"))
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/media/r0/upload")]);
    type Response = UploadContentResponse;
}

/// The uploaded file.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct UploadContentResponse {
    /// The `mxc://` URI of the file.
    pub content_uri: MxcUri,
}

impl UploadContentResponse {
    /// A file.
    pub fn new(content_uri: MxcUri) -> Self {
        Self { content_uri }
    }
}

/// Creates a URI for a file that is uploaded later: it can be sent before the upload is done. Since v1.7.
///
/// Upload to it with [`UploadContentToMxc`].
///
/// Errors worth handling: `M_LIMIT_EXCEEDED` (too many URIs wait for their files, for up to a day), `M_FORBIDDEN` (the
/// user may not upload), `M_UNRECOGNIZED` (the server has no such uploads).
///
/// ```
/// use hardline::client_api::media::CreateContent;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = CreateContent::new();
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/media/v1/create");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /create`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixmediav1create).
#[doc(alias = "createContent")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct CreateContent {}

impl CreateContent {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for CreateContent {
    const OPERATION: Operation = Operation::post("createContent", "/_matrix/media/v1/create")
        .auth(Auth::Required)
        .body(Body::Empty)
        .since(SpecVersion::v1(7))
        .unstable(&[
            (
                "fi.mau.msc2246",
                "/_matrix/media/unstable/fi.mau.msc2246/create",
            ),
            ("fi.mau.msc2246.stable", "/_matrix/media/v1/create"),
        ]);
    type Response = CreateContentResponse;
}

/// A URI without a file.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct CreateContentResponse {
    /// The `mxc://` URI of the file.
    pub content_uri: MxcUri,
    /// When the URI expires if nothing is uploaded to it, in Unix milliseconds.
    pub unused_expires_at: Option<Timestamp>,
}

impl CreateContentResponse {
    /// A URI that does not expire.
    pub fn new(content_uri: MxcUri) -> Self {
        Self {
            content_uri,
            unused_expires_at: None,
        }
    }
}

/// Uploads a file to a URI that [`CreateContent`] created. Since v1.7.
///
/// It cannot be repeated blindly: if a response was lost, the file may be there, and the second time is an error.
///
/// Errors worth handling: `M_CANNOT_OVERWRITE_MEDIA` (status 409: there is a file already), `M_NOT_FOUND` (the URI
/// expired, or never was), `M_FORBIDDEN` (it is another user's), `M_TOO_LARGE` (status 413), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::media::UploadContentToMxc;
/// use hardline::types::{AccessToken, RawBytes, ServerName};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = UploadContentToMxc::new(
///     ServerName::parse("example.org")?,
///     "text".to_owned(),
///     RawBytes::from(b"bytes".as_slice()),
/// );
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/media/v3/upload/example.org/text");
/// assert_eq!(request.body(), b"bytes");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /upload/{serverName}/{mediaId}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixmediav3uploadservernamemediaid).
#[doc(alias = "uploadContentToMXC")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct UploadContentToMxc {
    /// The server: that of the `mxc://` URI.
    #[serde(rename = "serverName")]
    pub server_name: ServerName,
    /// The file: from the `mxc://` URI.
    #[serde(rename = "mediaId")]
    pub media_id: String,
    /// The name of the file, for those who download it.
    pub filename: Option<String>,
    /// The bytes.
    pub content: RawBytes,
    /// Their type, such as `image/png`. Without it, servers take `application/octet-stream`.
    pub content_type: Option<String>,
}

impl UploadContentToMxc {
    /// A request with the required fields.
    pub fn new(server_name: ServerName, media_id: String, content: RawBytes) -> Self {
        Self {
            server_name,
            media_id,
            filename: None,
            content,
            content_type: None,
        }
    }
}

impl Endpoint for UploadContentToMxc {
    const OPERATION: Operation = Operation::put(
        "uploadContentToMXC",
        "/_matrix/media/v3/upload/{serverName}/{mediaId}",
    )
    .auth(Auth::Required)
    .query(&["filename"])
    .body(Body::Raw("content"))
    .since(SpecVersion::v1(7))
    .unstable(&[
        (
            "fi.mau.msc2246",
            "/_matrix/media/unstable/fi.mau.msc2246/upload/{serverName}/{mediaId}",
        ),
        (
            "fi.mau.msc2246.stable",
            "/_matrix/media/v3/upload/{serverName}/{mediaId}",
        ),
    ]);
    type Response = Empty;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::AccessToken;
    use crate::wire::{self, Credentials, Target};

    #[test]
    fn the_head_of_an_upload_is_the_same_without_its_bytes() {
        let encoded = |content: &'static [u8]| {
            let mut upload = UploadContent::new(RawBytes::from(content));
            upload.content_type = Some("image/png".to_owned());
            upload.filename = Some("caté 1.png".to_owned());
            let target = Target::homeserver("https://example.org").unwrap();
            let credentials = Credentials::Token(AccessToken::from("t"));
            wire::encode(&upload, &target, &credentials)
                .unwrap()
                .into_parts()
        };
        let (head, body) = encoded(b"\x89PNG");
        let (head_alone, none) = encoded(b"");
        assert_eq!((&body[..], &none[..]), (&b"\x89PNG"[..], &b""[..]));
        assert_eq!(head.uri, head_alone.uri);
        assert_eq!(head.headers, head_alone.headers);
        assert_eq!(head.headers["content-type"], "image/png");
        assert_eq!(head.uri.query(), Some("filename=cat%C3%A9%201.png"));
    }
}
