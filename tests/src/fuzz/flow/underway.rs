use hardline::flow::{RequestId, Ticket};
use http::Request;

/// A request that is at a server.
pub(super) enum Underway {
    /// One of the flow; where it went through a gate, with what is kept of it there.
    Request(RequestId, Option<Box<Passed>>),
    /// The session's own.
    Refresh(RequestId),
}

impl Underway {
    pub(super) fn is_of_flow(&self, id: RequestId) -> bool {
        matches!(self, Self::Request(other, _) if *other == id)
    }
}

/// What is kept of a request that passed the gate.
pub(super) struct Passed {
    pub(super) ticket: Ticket,
    /// The request itself, as long as it may have to be sent again.
    pub(super) copy: Option<Request<Vec<u8>>>,
}
