//! A server whose session several programs share.

use std::cell::RefCell;

use bytes::Bytes;
use hardline::flow::SessionTokens;
use hardline::types::Timestamp;
use hardline_tests::simulation::oauth::OAuthWorld;
use http::{Request, Response};

use super::session_server::Server;

/// The server, and whether it still takes these tokens.
pub(super) trait SharedServer {
    fn answer(&self, now: Timestamp, request: Request<Vec<u8>>) -> Response<Bytes>;
    fn takes(&self, tokens: &SessionTokens) -> bool;
}

impl SharedServer for RefCell<Server> {
    fn answer(&self, now: Timestamp, request: Request<Vec<u8>>) -> Response<Bytes> {
        self.borrow_mut().answer(now, &request).map(Bytes::from)
    }

    fn takes(&self, tokens: &SessionTokens) -> bool {
        self.borrow().takes(tokens)
    }
}

impl SharedServer for OAuthWorld {
    fn answer(&self, now: Timestamp, request: Request<Vec<u8>>) -> Response<Bytes> {
        self.handle(now, &request.map(Bytes::from))
    }

    fn takes(&self, tokens: &SessionTokens) -> bool {
        let token = tokens.refresh_token.as_ref();
        token.is_some_and(|token| self.refreshes(token.reveal()))
    }
}
