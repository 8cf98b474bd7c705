use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use hardline::client::{BlockingTransport, Transport};
use hardline::wire::{Failure, FailureClass};
use http::{Request, Response};
use tokio::sync::oneshot;

use super::long_poll;
use super::site::{Outcome, Served, Site};
use crate::faults::Pace;

/// Hands requests to the homeserver without sockets. Made by [`Loopback::transport`](crate::Loopback::transport).
///
/// It resolves no names: this homeserver responds whatever the URL's origin is. Its futures never block, so it works with
/// any executor, and all but those of a `/sync` that waits and of what another server is asked for are ready immediately, so that it works with none. A [`Fault`](crate::Fault) without a response is a
/// [`Failure`] at once: a closed connection is an interruption, an endless wait is a timeout.
///
/// ```
/// use hardline::client::BlockingTransport;
/// use hardline::wire::{self, Credentials, Target};
/// use hardline::client_api::discovery::GetVersions;
/// use hardline_loopback::Loopback;
///
/// let loopback = Loopback::start()?;
/// let target = Target::homeserver(loopback.url())?;
/// let request = wire::encode(&GetVersions::new(), &target, &Credentials::None)?;
/// let response = loopback.transport().send(request)?;
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

    /// The outcome of a request, or where it will come from.
    fn exchange(&self, request: Request<Vec<u8>>) -> Exchange {
        let request = request.map(Bytes::from);
        let recording = self.0.record(&request);
        let served = match self.0.serve(request) {
            Served::Done(outcome) => {
                self.0.recorded(recording, &outcome);
                return Exchange(State::Ready(Some(received(outcome))));
            }
            served @ (Served::Waiting(_) | Served::Asking(_)) => served,
        };
        let Some(runtime) = self.0.runtime.get() else {
            return Exchange(State::Ready(Some(stopped())));
        };
        let (sender, receiver) = oneshot::channel();
        let site = Arc::clone(&self.0);
        runtime.spawn(async move {
            let outcome = long_poll::outcome(&site, served).await;
            site.recorded(recording, &outcome);
            // Whoever dropped the future does not want it.
            let _ = sender.send(received(outcome));
        });
        Exchange(State::Waiting(receiver))
    }
}

/// What a transport makes of the outcome of a request.
fn received(outcome: Outcome) -> Received {
    match outcome {
        Outcome::Answer(response) if is_cut(&response) => received(Outcome::Closed),
        Outcome::Answer(response) => Ok(response.map(Bytes::from)),
        Outcome::Closed => Err(Failure::new(
            FailureClass::Interrupted,
            "the loopback was told to close the connection",
        )),
        Outcome::Hanging => Err(Failure::new(
            FailureClass::TimedOutAfterSend,
            "the loopback was told never to answer",
        )),
    }
}

/// Whether the connection is closed before the end of the body.
fn is_cut(response: &Response<Vec<u8>>) -> bool {
    let pace = response.extensions().get::<Pace>();
    pace.is_some_and(|pace| matches!(pace, Pace::Cut { after } if *after < response.body().len()))
}

type Received = Result<Response<Bytes>, Failure>;

/// A request to the homeserver under way. Made by [`LoopbackTransport`].
#[must_use = "a future does nothing until it is polled"]
pub struct Exchange(State);

enum State {
    /// `None` once it was taken.
    Ready(Option<Received>),
    Waiting(oneshot::Receiver<Received>),
}

impl Exchange {
    /// The outcome, for whoever has no executor.
    fn wait(self) -> Received {
        match self.0 {
            State::Ready(outcome) => outcome.unwrap_or_else(stopped),
            State::Waiting(receiver) => receiver.blocking_recv().unwrap_or_else(|_| stopped()),
        }
    }
}

impl Future for Exchange {
    type Output = Received;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Received> {
        match &mut self.0 {
            State::Ready(outcome) => Poll::Ready(outcome.take().unwrap_or_else(stopped)),
            State::Waiting(receiver) => Pin::new(receiver)
                .poll(context)
                .map(|outcome| outcome.unwrap_or_else(|_| stopped())),
        }
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exchange")
    }
}

fn stopped() -> Received {
    Err(Failure::new(
        FailureClass::Interrupted,
        "the loopback has stopped",
    ))
}

impl Transport for LoopbackTransport {
    type Future = Exchange;

    fn send(&self, request: Request<Vec<u8>>) -> Self::Future {
        self.exchange(request)
    }
}

impl BlockingTransport for LoopbackTransport {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        self.exchange(request).wait()
    }
}

impl fmt::Debug for LoopbackTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoopbackTransport")
    }
}
