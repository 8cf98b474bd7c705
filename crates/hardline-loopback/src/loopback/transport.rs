use std::fmt;
use std::future::{Ready, ready};
use std::sync::Arc;

use bytes::Bytes;
use hardline::client::{BlockingTransport, Transport};
use hardline::wire::{Failure, FailureClass};
use http::{Request, Response};

use super::site::{Served, Site};

/// Hands requests to the homeserver without sockets. Made by [`Loopback::transport`](crate::Loopback::transport).
///
/// It resolves no names: this homeserver responds whatever the URL's origin is. Its futures are ready immediately and
/// never block, so it works with any executor and with none. A [`Fault`](crate::Fault) without a response is a
/// [`Failure`] at once: a closed connection is an interruption, an endless wait is a timeout.
///
/// ```
/// use hardline::client::Transport;
/// use hardline::wire::{self, Credentials, Target};
/// use hardline::client_api::discovery::GetVersions;
/// use hardline_loopback::Loopback;
///
/// let loopback = Loopback::start()?;
/// let target = Target::homeserver(loopback.url())?;
/// let request = wire::encode(&GetVersions::new(), &target, &Credentials::None)?;
/// let response = loopback.transport().send(request).into_inner()?;
/// let versions = wire::decode::<GetVersions>(response)?;
/// assert!(versions.versions.contains(&"v1.19".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct LoopbackTransport(Arc<Site>);

impl LoopbackTransport {
    pub(super) fn new(site: Arc<Site>) -> Self {
        Self(site)
    }

    fn exchange(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        match self.0.serve(request.map(Bytes::from)) {
            Served::Answer(response) => Ok(response.map(Bytes::from)),
            Served::Closed => Err(Failure::new(
                FailureClass::Interrupted,
                "the loopback was told to close the connection",
            )),
            Served::Hanging => Err(Failure::new(
                FailureClass::TimedOutAfterSend,
                "the loopback was told never to answer",
            )),
        }
    }
}

impl Transport for LoopbackTransport {
    type Future = Ready<Result<Response<Bytes>, Failure>>;

    fn send(&self, request: Request<Vec<u8>>) -> Self::Future {
        ready(self.exchange(request))
    }
}

impl BlockingTransport for LoopbackTransport {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        self.exchange(request)
    }
}

impl fmt::Debug for LoopbackTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoopbackTransport")
    }
}
