use hardline::flow::{RequestId, Ticket};
use http::Request;

/// A request in flight.
pub(super) enum Underway {
    /// A flow's request, with what is kept of it if it passed the token manager.
    Request(RequestId, Option<Box<Passed>>),
    /// The session's own request.
    Refresh(RequestId),
}

impl Underway {
    pub(super) fn is_of_flow(&self, id: RequestId) -> bool {
        matches!(self, Self::Request(other, _) if *other == id)
    }
}

/// What is kept of a request that passed the token manager.
pub(super) struct Passed {
    pub(super) ticket: Ticket,
    /// The request itself, while it may have to be sent again.
    pub(super) copy: Option<Request<Vec<u8>>>,
}
