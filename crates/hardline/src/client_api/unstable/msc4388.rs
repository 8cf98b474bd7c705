use hardline_derive::{Request, Response};

use crate::json::Empty;
use crate::wire::{Auth, Endpoint, Operation};

/// Asks whether the server lets a channel be opened by which two devices of a user exchange what signs the second one
/// in. Servers say by no flag that they have it: this is how to ask.
///
/// It works without an access token, and may say another thing with one.
///
/// Errors worth handling: `M_UNRECOGNIZED` (the server does not have it), `M_FORBIDDEN`, `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::unstable::msc4388::GetRendezvousAvailability;
/// use hardline::wire;
///
/// let answer = wire::decode::<GetRendezvousAvailability>(http::Response::new(r#"{"create_available": true}"#))?;
/// assert!(answer.create_available);
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Proposal: [MSC4388](https://github.com/matrix-org/matrix-spec-proposals/pull/4388).
#[doc(alias = "msc4388GetRendezvousAvailability")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRendezvousAvailability {}

impl GetRendezvousAvailability {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetRendezvousAvailability {
    const OPERATION: Operation = Operation::get(
        "msc4388GetRendezvousAvailability",
        "/_matrix/client/unstable/io.element.msc4388/rendezvous",
    )
    .auth(Auth::Optional);
    type Response = RendezvousAvailability;
}

/// Whether a session may be created.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct RendezvousAvailability {
    /// Whether a session may be created.
    pub create_available: bool,
}

impl RendezvousAvailability {
    /// One with the required fields.
    pub fn new(create_available: bool) -> Self {
        Self { create_available }
    }
}

/// Opens a channel between two devices of a user: a place for a text that either of them replaces by its next message.
/// They encrypt it, so the server need not be trusted.
///
/// Errors worth handling: `M_TOO_LARGE`, `M_FORBIDDEN` (not without an access token, or not at all),
/// `M_LIMIT_EXCEEDED`, `M_UNRECOGNIZED`.
///
/// Proposal: [MSC4388](https://github.com/matrix-org/matrix-spec-proposals/pull/4388).
#[doc(alias = "msc4388CreateRendezvous")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct CreateRendezvous {
    /// What the other device is to read first: 4,096 bytes at most.
    pub data: String,
}

impl CreateRendezvous {
    /// A request with the required fields.
    pub fn new(data: String) -> Self {
        Self { data }
    }
}

impl Endpoint for CreateRendezvous {
    const OPERATION: Operation = Operation::post(
        "msc4388CreateRendezvous",
        "/_matrix/client/unstable/io.element.msc4388/rendezvous",
    )
    .auth(Auth::Optional);
    type Response = CreateRendezvousResponse;
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct CreateRendezvousResponse {
    /// The session: who knows it can read and replace the text.
    pub id: String,
    /// Stands for the text that is there: [`UpdateRendezvous::sequence_token`].
    pub sequence_token: String,
    /// How long the session lasts, in milliseconds.
    pub expires_in_ms: u64,
}

impl CreateRendezvousResponse {
    /// One with the required fields.
    pub fn new(id: String, sequence_token: String, expires_in_ms: u64) -> Self {
        Self {
            id,
            sequence_token,
            expires_in_ms,
        }
    }
}

/// Reads the text of a session. It is what the other device wrote if the
/// [token](GetRendezvousResponse::sequence_token) is another than that of one's own text.
///
/// Errors worth handling: `M_NOT_FOUND` (the session has ended), `M_FORBIDDEN` (the request looks like that of a page
/// in a browser), `M_LIMIT_EXCEEDED`.
///
/// Proposal: [MSC4388](https://github.com/matrix-org/matrix-spec-proposals/pull/4388).
#[doc(alias = "msc4388GetRendezvous")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRendezvous {
    /// The session.
    #[serde(rename = "rendezvousId")]
    pub rendezvous_id: String,
}

impl GetRendezvous {
    /// A request with the required fields.
    pub fn new(rendezvous_id: String) -> Self {
        Self { rendezvous_id }
    }
}

impl Endpoint for GetRendezvous {
    const OPERATION: Operation = Operation::get(
        "msc4388GetRendezvous",
        "/_matrix/client/unstable/io.element.msc4388/rendezvous/{rendezvousId}",
    );
    type Response = GetRendezvousResponse;
}

/// The text of a session.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetRendezvousResponse {
    /// The text.
    pub data: String,
    /// Stands for this text.
    pub sequence_token: String,
    /// How long the session still lasts, in milliseconds.
    pub expires_in_ms: u64,
}

impl GetRendezvousResponse {
    /// One with the required fields.
    pub fn new(data: String, sequence_token: String, expires_in_ms: u64) -> Self {
        Self {
            data,
            sequence_token,
            expires_in_ms,
        }
    }
}

/// Replaces the text of a session. The same text once more is a success.
///
/// Errors worth handling: `M_CONCURRENT_WRITE` with the status 409 (the other device wrote in between: read, and
/// decide again), `M_NOT_FOUND` (the session has ended), `M_TOO_LARGE`.
///
/// Proposal: [MSC4388](https://github.com/matrix-org/matrix-spec-proposals/pull/4388).
#[doc(alias = "msc4388UpdateRendezvous")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct UpdateRendezvous {
    /// The session.
    #[serde(rename = "rendezvousId")]
    pub rendezvous_id: String,
    /// Stands for the text that was read last: it is replaced.
    pub sequence_token: String,
    /// The new text: 4,096 bytes at most.
    pub data: String,
}

impl UpdateRendezvous {
    /// A request with the required fields.
    pub fn new(rendezvous_id: String, sequence_token: String, data: String) -> Self {
        Self {
            rendezvous_id,
            sequence_token,
            data,
        }
    }
}

impl Endpoint for UpdateRendezvous {
    const OPERATION: Operation = Operation::put(
        "msc4388UpdateRendezvous",
        "/_matrix/client/unstable/io.element.msc4388/rendezvous/{rendezvousId}",
    )
    .repeatable();
    type Response = UpdateRendezvousResponse;
}

/// The text was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct UpdateRendezvousResponse {
    /// Stands for the new text.
    pub sequence_token: String,
}

impl UpdateRendezvousResponse {
    /// One with the required fields.
    pub fn new(sequence_token: String) -> Self {
        Self { sequence_token }
    }
}

/// Ends a session.
///
/// Errors worth handling: `M_NOT_FOUND` (it has ended already).
///
/// Proposal: [MSC4388](https://github.com/matrix-org/matrix-spec-proposals/pull/4388).
#[doc(alias = "msc4388DeleteRendezvous")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct DeleteRendezvous {
    /// The session.
    #[serde(rename = "rendezvousId")]
    pub rendezvous_id: String,
}

impl DeleteRendezvous {
    /// A request with the required fields.
    pub fn new(rendezvous_id: String) -> Self {
        Self { rendezvous_id }
    }
}

impl Endpoint for DeleteRendezvous {
    const OPERATION: Operation = Operation::delete(
        "msc4388DeleteRendezvous",
        "/_matrix/client/unstable/io.element.msc4388/rendezvous/{rendezvousId}",
    )
    .repeatable();
    type Response = Empty;
}
