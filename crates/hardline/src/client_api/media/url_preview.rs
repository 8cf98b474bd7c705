use hardline_derive::{Request, Wire};

use crate::json::JsonObject;
use crate::types::{MxcUri, Timestamp};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// What is behind a URL: OpenGraph properties, most of which the page itself chose. Servers send what they found, and `null`
/// for what they did not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
pub struct UrlPreview(JsonObject);

impl UrlPreview {
    /// A preview with these properties.
    pub fn new(properties: JsonObject) -> Self {
        Self(properties)
    }

    /// `og:title`: the title.
    pub fn title(&self) -> Option<String> {
        self.0.field("og:title")
    }

    /// `og:description`: the description.
    pub fn description(&self) -> Option<String> {
        self.0.field("og:description")
    }

    /// `og:image`: a picture, which the server has downloaded.
    pub fn image(&self) -> Option<MxcUri> {
        self.0.field("og:image")
    }

    /// `matrix:image:size`: the size of the picture in bytes.
    pub fn image_size(&self) -> Option<u64> {
        self.0.field("matrix:image:size")
    }

    /// All properties, undecoded.
    pub fn members(&self) -> &JsonObject {
        &self.0
    }
}

/// Asks what is behind a URL, for a preview of it.
///
/// The homeserver sees the URL: in encrypted rooms, ask the user first.
///
/// Errors worth handling: `M_UNRECOGNIZED` (the server has no previews), `M_FORBIDDEN` (it gives none of this URL;
/// Synapse says `M_UNKNOWN`), `M_UNKNOWN` (with the status 502: it did not reach the page), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::media::GetUrlPreviewAuthed;
/// use hardline::wire;
///
/// let body = r#"{"og:title": "Matrix", "og:image": "mxc://example.com/ascERGshawAWawugaAcauga", "matrix:image:size": 102400}"#;
/// let preview = wire::decode::<GetUrlPreviewAuthed>(http::Response::new(body))?;
/// assert_eq!(preview.title().as_deref(), Some("Matrix"));
/// assert_eq!(preview.image_size(), Some(102_400));
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /media/preview_url`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediapreview_url).
#[doc(alias = "getUrlPreviewAuthed")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetUrlPreviewAuthed {
    /// The URL.
    pub url: String,
    /// The time of the preview that is wished for, in Unix milliseconds. The server may give a newer one.
    pub ts: Option<Timestamp>,
}

impl GetUrlPreviewAuthed {
    /// A request with the required fields.
    pub fn new(url: String) -> Self {
        Self { url, ts: None }
    }
}

impl Endpoint for GetUrlPreviewAuthed {
    const OPERATION: Operation = Operation::get(
        "getUrlPreviewAuthed",
        "/_matrix/client/v1/media/preview_url",
    )
    .auth(Auth::Required)
    .query(&["url", "ts"])
    .open_response()
    .since(SpecVersion::v1(11))
    .unstable(&[
        (
            "org.matrix.msc3916",
            "/_matrix/client/unstable/org.matrix.msc3916/media/preview_url",
        ),
        (
            "org.matrix.msc3916.stable",
            "/_matrix/client/v1/media/preview_url",
        ),
    ]);
    type Response = UrlPreview;
}

/// Deprecated: asks what is behind a URL. Use [`GetUrlPreviewAuthed`].
///
/// The homeserver sees the URL: in encrypted rooms, ask the user first.
///
/// Errors worth handling: `M_UNRECOGNIZED` (the server has no previews), `M_FORBIDDEN` (it gives none of this URL;
/// Synapse says `M_UNKNOWN`), `M_UNKNOWN` (with the status 502: it did not reach the page), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::media::GetUrlPreview;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetUrlPreview::new("https://matrix.org".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/media/v3/preview_url");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /preview_url`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3preview_url).
#[doc(alias = "getUrlPreview")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetUrlPreview {
    /// The URL.
    pub url: String,
    /// The time of the preview that is wished for, in Unix milliseconds. The server may give a newer one.
    pub ts: Option<Timestamp>,
}

impl GetUrlPreview {
    /// A request with the required fields.
    pub fn new(url: String) -> Self {
        Self { url, ts: None }
    }
}

impl Endpoint for GetUrlPreview {
    const OPERATION: Operation = Operation::get("getUrlPreview", "/_matrix/media/v3/preview_url")
        .auth(Auth::Required)
        .query(&["url", "ts"])
        .open_response()
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/media/r0/preview_url")]);
    type Response = UrlPreview;
}
