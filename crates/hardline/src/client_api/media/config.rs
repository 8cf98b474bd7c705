use hardline_derive::{Request, Response};

use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// What a homeserver allows in uploads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct MediaConfig {
    /// The size of the largest upload in bytes. `None`: the server does not say.
    #[serde(rename = "m.upload.size")]
    pub upload_size: Option<u64>,
}

/// Asks what the homeserver allows in uploads. A proxy in front of it may allow less.
///
/// Errors worth handling: `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::media::GetConfigAuthed;
/// use hardline::wire;
///
/// let config = wire::decode::<GetConfigAuthed>(http::Response::new(r#"{"m.upload.size": 50000000}"#))?;
/// assert_eq!(config.upload_size, Some(50_000_000));
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /media/config`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediaconfig).
#[doc(alias = "getConfigAuthed")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetConfigAuthed {}

impl GetConfigAuthed {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetConfigAuthed {
    const OPERATION: Operation =
        Operation::get("getConfigAuthed", "/_matrix/client/v1/media/config")
            .auth(Auth::Required)
            .since(SpecVersion::v1(11))
            .unstable(&[
                (
                    "org.matrix.msc3916",
                    "/_matrix/client/unstable/org.matrix.msc3916/media/config",
                ),
                (
                    "org.matrix.msc3916.stable",
                    "/_matrix/client/v1/media/config",
                ),
            ]);
    type Response = MediaConfig;
}

/// Deprecated: asks what the homeserver allows in uploads. Use [`GetConfigAuthed`].
///
/// Errors worth handling: `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::media::GetConfig;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetConfig::new();
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/media/v3/config");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /config`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3config).
#[doc(alias = "getConfig")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetConfig {}

impl GetConfig {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetConfig {
    const OPERATION: Operation = Operation::get("getConfig", "/_matrix/media/v3/config")
        .auth(Auth::Required)
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/media/r0/config")]);
    type Response = MediaConfig;
}
