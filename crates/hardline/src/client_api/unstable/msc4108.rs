use hardline_derive::{Request, Response};

use crate::json::Empty;
use crate::types::RawBytes;
use crate::wire::{Body, Endpoint, Method, Operation, ResponseBody};

/// Opens a channel between two devices of a user, to sign one of them in by a QR code: flag `org.matrix.msc4108`. It
/// is a place for a message that either of them replaces by its next one. They encrypt it, so the server need not be
/// trusted.
///
/// A server may respond with a redirect (307), to another host too. The proposal's second form is
/// [MSC4388](crate::client_api::unstable::msc4388).
///
/// Errors worth handling: `M_LIMIT_EXCEEDED`, `M_TOO_LARGE` (status 413), `M_UNRECOGNIZED`.
///
/// ```
/// use hardline::client_api::unstable::msc4108::{CreateRendezvousSession, UpdateRendezvousSession};
/// use hardline::types::RawBytes;
/// use hardline::wire::{self, AbsoluteUrl, BaseUrl, Credentials, Target, WithOptions};
///
/// let create = CreateRendezvousSession::new(RawBytes::from(b"".as_slice()));
/// let request = wire::encode(&create, &Target::homeserver("https://example.org")?, &Credentials::None)?;
/// assert_eq!(request.headers()["content-type"], "text/plain");
///
/// let response = http::Response::builder().header("etag", "1").body(r#"{"url": "https://example.org/rz/abc"}"#)?;
/// let session = wire::decode::<CreateRendezvousSession>(response)?;
///
/// let url = AbsoluteUrl::given_by(&BaseUrl::parse("https://example.org")?, &session.url)?;
/// let update = WithOptions::new(UpdateRendezvousSession::new(RawBytes::from(b"hello".as_slice())))
///.header("if-match", &session.etag)?;
/// let request = wire::encode(&update, &Target::Url(url), &Credentials::None)?;
/// assert_eq!((request.uri().path(), &request.headers()["if-match"]), ("/rz/abc", &"1".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Proposal: [MSC4108](https://github.com/matrix-org/matrix-spec-proposals/pull/4108).
#[doc(alias = "msc4108CreateRendezvousSession")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct CreateRendezvousSession {
    /// The message: 4 KiB at most.
    pub data: RawBytes,
    /// The type of the message: servers take `text/plain` alone.
    pub content_type: Option<String>,
}

impl CreateRendezvousSession {
    /// A request with the required fields.
    pub fn new(data: RawBytes) -> Self {
        Self {
            data,
            content_type: Some(TEXT.to_owned()),
        }
    }
}

impl Endpoint for CreateRendezvousSession {
    const OPERATION: Operation = Operation::post(
        "msc4108CreateRendezvousSession",
        "/_matrix/client/unstable/org.matrix.msc4108/rendezvous",
    )
    .body(Body::Raw("data"))
    .response_headers(&[
        ("etag", "etag"),
        ("expires", "expires"),
        ("last-modified", "last_modified"),
    ]);
    type Response = CreateRendezvousSessionResponse;
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct CreateRendezvousSessionResponse {
    /// The session: the URL that the other operations are sent to, made a target by
    /// [`AbsoluteUrl::given_by`](crate::wire::AbsoluteUrl::given_by).
    pub url: String,
    /// Stands for the message that is there, from the header `ETag`.
    pub etag: String,
    /// When the session ends, as an HTTP date, from the header `Expires`.
    pub expires: Option<String>,
    /// When the message was written, as an HTTP date, from the header `Last-Modified`.
    pub last_modified: Option<String>,
}

impl CreateRendezvousSessionResponse {
    /// One with the required fields.
    pub fn new(url: String, etag: String) -> Self {
        Self {
            url,
            etag,
            expires: None,
            last_modified: None,
        }
    }
}

/// Reads the message of a session, at the session's URL. It needs no access token: do not send one.
///
/// With the header `If-None-Match` and the [`etag`](GetRendezvousSessionResponse::etag) that was read last
/// ([`WithOptions::header`](crate::wire::WithOptions::header)), an error with the status 304 says that the message is
/// the same still: wait, and ask again.
///
/// Errors worth handling: `M_NOT_FOUND` (the session has ended), `M_LIMIT_EXCEEDED`.
///
/// Proposal: [MSC4108](https://github.com/matrix-org/matrix-spec-proposals/pull/4108).
#[doc(alias = "msc4108GetRendezvousSession")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRendezvousSession {}

impl GetRendezvousSession {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetRendezvousSession {
    const OPERATION: Operation = Operation::new(Method::Get, "msc4108GetRendezvousSession", "")
        .response_headers(&[("etag", "etag")])
        .response_body(ResponseBody::Bytes("data"))
        .open_response();
    type Response = GetRendezvousSessionResponse;
}

/// The message of a session.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetRendezvousSessionResponse {
    /// The message.
    pub data: RawBytes,
    /// Stands for it, from the header `ETag`.
    pub etag: Option<String>,
}

impl GetRendezvousSessionResponse {
    /// One with the required fields.
    pub fn new(data: RawBytes) -> Self {
        Self { data, etag: None }
    }
}

/// Replaces the message of a session, at the session's URL. Servers require the header `If-Match` with the `etag` that
/// was read last ([`WithOptions::header`](crate::wire::WithOptions::header)).
///
/// Errors worth handling: the status 412 (the other device wrote in between: read, and decide again), `M_TOO_LARGE`
/// (status 413), `M_NOT_FOUND` (the session has ended), `M_LIMIT_EXCEEDED`.
///
/// Proposal: [MSC4108](https://github.com/matrix-org/matrix-spec-proposals/pull/4108).
#[doc(alias = "msc4108UpdateRendezvousSession")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct UpdateRendezvousSession {
    /// The message: 4 KiB at most.
    pub data: RawBytes,
    /// The type of the message: servers take `text/plain` alone.
    pub content_type: Option<String>,
}

impl UpdateRendezvousSession {
    /// A request with the required fields.
    pub fn new(data: RawBytes) -> Self {
        Self {
            data,
            content_type: Some(TEXT.to_owned()),
        }
    }
}

impl Endpoint for UpdateRendezvousSession {
    const OPERATION: Operation = Operation::new(Method::Put, "msc4108UpdateRendezvousSession", "")
        .body(Body::Raw("data"))
        .repeatable()
        .response_headers(&[("etag", "etag")])
        .response_body(ResponseBody::Ignored);
    type Response = UpdateRendezvousSessionResponse;
}

/// The message was replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct UpdateRendezvousSessionResponse {
    /// Stands for the new message, from the header `ETag`.
    pub etag: Option<String>,
}

/// Ends a session, at the session's URL.
///
/// Errors worth handling: `M_NOT_FOUND` (it has ended already).
///
/// Proposal: [MSC4108](https://github.com/matrix-org/matrix-spec-proposals/pull/4108).
#[doc(alias = "msc4108DeleteRendezvousSession")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct DeleteRendezvousSession {}

impl DeleteRendezvousSession {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for DeleteRendezvousSession {
    const OPERATION: Operation =
        Operation::new(Method::Delete, "msc4108DeleteRendezvousSession", "")
            .repeatable()
            .response_body(ResponseBody::Ignored);
    type Response = Empty;
}

const TEXT: &str = "text/plain";
