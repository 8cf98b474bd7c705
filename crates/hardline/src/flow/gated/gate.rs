use bytes::Bytes;
use http::{Request, Response};

use crate::flow::{RequestDecision, ResponseDecision, Ticket, TokenManager};
use crate::types::Timestamp;

/// The token manager, as far as a gated flow needs it. One that is shared behind a lock need not be locked while the
/// flow works.
pub(crate) trait Gate {
    /// As [`TokenManager::admit`].
    fn admit<B>(
        &mut self,
        now: Timestamp,
        ticket: Option<Ticket>,
        request: &mut Request<B>,
    ) -> RequestDecision;

    /// As [`TokenManager::pass`].
    fn pass(
        &mut self,
        now: Timestamp,
        ticket: Ticket,
        response: Response<Bytes>,
    ) -> ResponseDecision;

    /// As [`TokenManager::is_holding`].
    fn is_holding(&self) -> bool;
}

impl Gate for TokenManager {
    fn admit<B>(
        &mut self,
        now: Timestamp,
        ticket: Option<Ticket>,
        request: &mut Request<B>,
    ) -> RequestDecision {
        Self::admit(self, now, ticket, request)
    }

    fn pass(
        &mut self,
        now: Timestamp,
        ticket: Ticket,
        response: Response<Bytes>,
    ) -> ResponseDecision {
        Self::pass(self, now, ticket, response)
    }

    fn is_holding(&self) -> bool {
        Self::is_holding(self)
    }
}
