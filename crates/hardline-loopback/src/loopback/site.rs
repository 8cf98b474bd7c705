use std::sync::Arc;

use bytes::Bytes;
use hardline::types::Timestamp;
use http::{Request, Response};

use crate::faults::DecodeWarnings;
use crate::{AuthorizationServer, Fault, Homeserver, IdentityServer};

pub(super) type Now = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// A running homeserver with the servers beside it, which the sockets and the transport share.
pub(super) struct Site {
    pub(super) homeserver: Arc<Homeserver>,
    pub(super) identity_server: IdentityServer,
    pub(super) authorization_server: Option<AuthorizationServer>,
    pub(super) faults: DecodeWarnings,
    pub(super) now: Now,
}

/// The outcome of a request.
pub(super) enum Served {
    /// A response.
    Answer(Response<Vec<u8>>),
    /// The connection is closed.
    Closed,
    /// Nothing, ever.
    Hanging,
}

impl Site {
    pub(super) fn serve(&self, request: Request<Bytes>) -> Served {
        let path = self.homeserver.info().operation_path(request.uri().path());
        let fault = path.and_then(|path| self.faults.next(path));
        match fault {
            None => Served::Answer(self.handle(request)),
            Some(Fault::Hang) => Served::Hanging,
            Some(Fault::Close) => Served::Closed,
            Some(Fault::LoseAnswer) => {
                self.handle(request);
                Served::Closed
            }
            Some(fault) => fault.response().map_or(Served::Closed, Served::Answer),
        }
    }

    fn handle(&self, request: Request<Bytes>) -> Response<Vec<u8>> {
        let now = (self.now)();
        let path = request.uri().path();
        if let Some(authorization_server) = &self.authorization_server
            && authorization_server.serves(path)
        {
            return authorization_server.handle(now, request);
        }
        let path = self.homeserver.info().operation_path(path);
        if path.is_some_and(IdentityServer::has_path) {
            self.identity_server.handle(now, request)
        } else {
            self.homeserver.handle(now, request)
        }
    }
}
