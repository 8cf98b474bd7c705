use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use hardline::types::Timestamp;
use hardline::wire::OperationName;
use http::{Method, Request, Response};
use tokio::runtime::Handle;

use super::saving::Saving;
use super::waiters::Waiters;
use crate::faults::{Faults, Pace};
use crate::handlers::{Arrived, Errand, Reports, Undelivered, Wait};
use crate::page::{BegunRecording, Page};
use crate::{AuthorizationServer, Fault, Homeserver, IdentityServer};

pub(super) type Now = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// A running homeserver with the servers beside it, which the sockets and the transport share.
pub(super) struct Site {
    pub(super) homeserver: Arc<Homeserver>,
    pub(super) identity_server: IdentityServer,
    pub(super) authorization_server: Option<AuthorizationServer>,
    pub(super) faults: Faults,
    pub(super) now: Now,
    /// How long nothing may come of a body that is not whole.
    pub(super) body_timeout: Duration,
    /// Where what the servers remember is kept, if it is kept.
    pub(super) saving: Option<Saving>,
    pub(super) waiters: Waiters,
    /// What people see of it, if they are to.
    pub(super) page: Option<Arc<Page>>,
    /// Where requests without sockets wait for changes: on the thread of the sockets.
    pub(super) runtime: OnceLock<Handle>,
}

/// What becomes of a request.
pub(super) enum Served {
    Done(Outcome),
    /// Nothing yet: the same request is to be asked again when there are changes.
    Waiting(Waiting),
    /// Nothing yet: the same request is to be asked again when another server has responded.
    Asking(Asking),
}

impl Served {
    /// The body of the response, if there is one already, comes like this.
    fn with_pace(mut self, pace: Pace) -> Self {
        if let Self::Done(Outcome::Answer(response)) = &mut self {
            response.extensions_mut().insert(pace);
        }
        self
    }
}

/// The outcome of a request.
pub(super) enum Outcome {
    /// A response.
    Answer(Response<Vec<u8>>),
    /// The connection is closed.
    Closed,
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

/// A request whose response depends on another server's.
pub(super) struct Asking {
    request: Request<Bytes>,
    pub(super) errand: Errand,
}

impl Site {
    pub(super) fn serve(&self, mut request: Request<Bytes>) -> Served {
        request.extensions_mut().insert(Arrived((self.now)()));
        self.ask(request)
    }

    /// Begins to record an exchange, if there is a page that shows it.
    pub(super) fn record(&self, request: &Request<Bytes>) -> Option<BegunRecording> {
        self.page.as_ref()?;
        let operation = self.operation(request).map(|name| name.to_string());
        Some(BegunRecording::new((self.now)(), operation, request))
    }

    /// Ends what [`record`](Self::record) began.
    pub(super) fn recorded(&self, recording: Option<BegunRecording>, outcome: &Outcome) {
        if let (Some(page), Some(recording)) = (&self.page, recording) {
            let response = match outcome {
                Outcome::Answer(response) => Some(response),
                Outcome::Closed | Outcome::Hanging => None,
            };
            page.add(recording.end((self.now)(), response));
        }
    }

    /// Asks a request that waited again.
    pub(super) fn ask_again(&self, waiting: Waiting) -> Served {
        self.attend(waiting.request)
    }

    /// Asks a request again, with the response of another server.
    pub(super) fn report(
        &self,
        mut asking: Asking,
        report: Result<Response<Bytes>, Undelivered>,
    ) -> Served {
        let extensions = asking.request.extensions_mut();
        extensions.get_or_insert_default::<Reports>().0.push(report);
        self.attend(asking.request)
    }

    /// The size of the largest body that the request may have.
    pub(super) fn largest_body(&self, method: &Method, path: &str) -> usize {
        self.homeserver.largest_body(method, path)
    }

    fn ask(&self, request: Request<Bytes>) -> Served {
        let path = self.homeserver.info().operation_path(request.uri().path());
        let fault = path.and_then(|path| self.faults.next(path));
        match fault {
            None => self.attend(request),
            Some(Fault::Hang) => Served::Done(Outcome::Hanging),
            Some(Fault::Close) => Served::Done(Outcome::Closed),
            Some(Fault::LoseAnswer) => {
                self.handle(request);
                Served::Done(Outcome::Closed)
            }
            Some(fault) => {
                if let Some(pace) = fault.pace() {
                    return self.attend(request).with_pace(pace);
                }
                let response = fault.response();
                Served::Done(response.map_or(Outcome::Closed, Outcome::Answer))
            }
        }
    }

    /// Handles a request, which may have to wait.
    fn attend(&self, request: Request<Bytes>) -> Served {
        let mut response = self.handle(request.clone());
        let extensions = response.extensions_mut();
        if let Some(errand) = extensions.remove::<Errand>() {
            return Served::Asking(Asking { request, errand });
        }
        match extensions.remove::<Wait>() {
            Some(wait) => Served::Waiting(Waiting {
                request,
                wait,
                response,
            }),
            None => Served::Done(Outcome::Answer(response)),
        }
    }

    /// The name of the operation that a request is taken for.
    fn operation(&self, request: &Request<Bytes>) -> Option<OperationName> {
        let path = request.uri().path();
        if let Some(authorization_server) = &self.authorization_server
            && authorization_server.serves(path)
        {
            return authorization_server.operation(request);
        }
        let path = self.homeserver.info().operation_path(path)?;
        match IdentityServer::has_path(path) {
            true => self.identity_server.operation(request),
            false => self.homeserver.operation(request),
        }
    }

    fn handle(&self, request: Request<Bytes>) -> Response<Vec<u8>> {
        if let Some(saving) = &self.saving {
            saving.touch();
        }
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
