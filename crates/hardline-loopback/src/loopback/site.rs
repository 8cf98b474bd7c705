use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use hardline::types::Timestamp;
use http::{Request, Response};
use tokio::runtime::Handle;

use super::long_poll::Waiters;
use crate::faults::DecodeWarnings;
use crate::handlers::{Arrived, Wait};
use crate::{AuthorizationServer, Fault, Homeserver, IdentityServer};

pub(super) type Now = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// A running homeserver with the servers beside it, which the sockets and the transport share.
pub(super) struct Site {
    pub(super) homeserver: Arc<Homeserver>,
    pub(super) identity_server: IdentityServer,
    pub(super) authorization_server: Option<AuthorizationServer>,
    pub(super) faults: DecodeWarnings,
    pub(super) now: Now,
    /// How long nothing may come of a body that is not whole.
    pub(super) body_timeout: Duration,
    pub(super) waiters: Waiters,
    /// Where requests without sockets wait for changes: on the thread of the sockets.
    pub(super) runtime: OnceLock<Handle>,
}

/// The outcome of a request.
pub(super) enum Served {
    /// A response.
    Answer(Response<Vec<u8>>),
    /// The connection is closed.
    Closed,
    /// Nothing yet: the same request is to be asked again when there are changes.
    Waiting(Waiting),
    /// Nothing, ever.
    Hanging,
}

/// A request that waits for changes.
pub(super) struct Waiting {
    request: Request<Bytes>,
    pub(super) wait: Wait,
    /// What it is told meanwhile, if nothing comes.
    pub(super) response: Response<Vec<u8>>,
}

impl Site {
    pub(super) fn serve(&self, mut request: Request<Bytes>) -> Served {
        request.extensions_mut().insert(Arrived((self.now)()));
        self.ask(request)
    }

    /// Asks a request that waited again.
    pub(super) fn ask_again(&self, waiting: Waiting) -> Served {
        self.attend(waiting.request)
    }

    fn ask(&self, request: Request<Bytes>) -> Served {
        let path = self.homeserver.info().operation_path(request.uri().path());
        let fault = path.and_then(|path| self.faults.next(path));
        match fault {
            None => self.attend(request),
            Some(Fault::Hang) => Served::Hanging,
            Some(Fault::Close) => Served::Closed,
            Some(Fault::LoseAnswer) => {
                self.handle(request);
                Served::Closed
            }
            Some(fault) => fault.response().map_or(Served::Closed, Served::Answer),
        }
    }

    /// Handles a request, which may have to wait.
    fn attend(&self, request: Request<Bytes>) -> Served {
        let mut response = self.handle(request.clone());
        match response.extensions_mut().remove::<Wait>() {
            Some(wait) => Served::Waiting(Waiting {
                request,
                wait,
                response,
            }),
            None => Served::Answer(response),
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
