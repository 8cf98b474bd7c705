use std::fmt;

use bytes::Bytes;
use http::Response;

use crate::flow::Ticket;
use crate::flow::shown::{ShownResponse, shown_variant};
use crate::wire::Failure;

/// What to do with a request.
#[derive(Debug)]
#[must_use = "the caller must send, hold or fail the request"]
pub enum RequestDecision {
    /// Send it as it is now. [`pass`](crate::flow::TokenManager::pass) takes the ticket with the response.
    Go(Ticket),
    /// Keep the request, and admit it again with this ticket when requests are no longer
    /// [held](crate::flow::TokenManager::is_holding).
    Hold(Ticket),
    /// The request cannot be sent: report this failure to its flow.
    Refuse(Failure),
    /// The session is over: give the flow the response that was kept.
    Deliver,
}

/// What to do with a response. `Debug` shows neither its header fields nor its body.
#[must_use = "the caller must deliver or keep the response"]
pub enum ResponseDecision {
    /// Give it to the flow.
    Deliver(Response<Bytes>),
    /// The token was no longer valid, and a new one exists or may come: keep the response, and admit the request again
    /// with its ticket.
    Hold(Response<Bytes>),
}

impl fmt::Debug for ResponseDecision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, response) = match self {
            Self::Deliver(response) => ("Deliver", response),
            Self::Hold(response) => ("Hold", response),
        };
        shown_variant(f, name, &[&ShownResponse::from(response)])
    }
}
