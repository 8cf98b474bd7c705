//! One interface for all transports, to hold them to the same promises.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::mpsc::Receiver;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use hardline::client::{Blocking, BoxTransport, Client, Clock, Next, Transport, transport_fn};
use hardline::flow::{Flow, FlowError, OperationFlow, RetryPolicy};
use hardline::types::AccessToken;
use hardline::wire::{ApiResponse, Endpoint, Error, Failure, Target};
use hardline_hyper::{HyperTransport, TokioClock};
use hardline_isahc::{BlockingClock, IsahcBlocking, IsahcClock, IsahcTransport};
use http::{Request, Response};

use crate::raw_socket::{self, Limits};
use crate::runner::Backend;

/// How a test wants a transport to be configured.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The limits that all of them have in common.
    pub limits: Limits,
    /// A certificate to trust, as PEM.
    pub root_certificate: Option<String>,
    /// A proxy.
    pub proxy: Option<String>,
    /// Whether to accept any server certificate.
    pub danger: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits {
                // Long enough that no test has to wait for it.
                total: Duration::from_secs(30),
                ..Limits::default()
            },
            root_certificate: None,
            proxy: None,
            danger: false,
        }
    }
}

/// A transport with the runtime that it needs.
pub struct Adapter {
    backend: Backend,
    transport: BoxTransport,
    runtime: tokio::runtime::Runtime,
}

impl Adapter {
    /// The transport of this backend.
    ///
    /// # Panics
    /// If it cannot be set up.
    pub fn new(backend: Backend, settings: &Settings) -> Self {
        Self::of(backend, transport(backend, settings))
    }

    /// This transport, which is one of this backend.
    ///
    /// # Panics
    /// If there can be no runtime.
    pub fn of(backend: Backend, transport: BoxTransport) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Self {
            backend,
            transport,
            runtime: runtime.expect("a runtime can be built"),
        }
    }

    /// Sends one request.
    ///
    /// # Errors
    /// The transport's error.
    pub fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        self.run(self.transport.send(request))
    }

    /// Sends many requests at once; the results come in their order.
    pub fn send_all(
        &self,
        requests: Vec<Request<Vec<u8>>>,
    ) -> Vec<Result<Response<Bytes>, Failure>> {
        if matches!(self.backend, Backend::IsahcBlocking | Backend::RawSocket) {
            return std::thread::scope(|scope| {
                let send = |request| scope.spawn(|| self.send_here(request));
                let threads: Vec<_> = requests.into_iter().map(send).collect();
                let results = threads.into_iter().map(|thread| thread.join());
                results
                    .map(|result| result.expect("no transport panics"))
                    .collect()
            });
        }
        let sends = requests
            .into_iter()
            .map(|request| self.transport.send(request));
        self.run(all(sends.collect()))
    }

    /// Waits for a message from a server while the transport's runtime keeps running.
    ///
    /// # Panics
    /// If none comes.
    pub fn hear<T: Send + 'static>(&self, word: Receiver<T>) -> T {
        let waiting = move || word.recv_timeout(Duration::from_secs(30));
        let heard = self.runtime.spawn_blocking(waiting);
        let heard = self
            .runtime
            .block_on(heard)
            .expect("waiting does not panic");
        heard.expect("the server has something to tell")
    }

    /// Does one operation, once.
    ///
    /// # Errors
    /// The operation's error.
    pub fn call<E: Endpoint>(
        &self,
        operation: E,
        target: Target,
        access_token: Option<AccessToken>,
    ) -> Result<ApiResponse<E::Response>, Error> {
        self.call_elsewhere(operation, target.clone(), target, access_token)
    }

    /// Does one operation, once, with a client that belongs to another server.
    ///
    /// # Errors
    /// The operation's error.
    pub fn call_elsewhere<E: Endpoint>(
        &self,
        operation: E,
        elsewhere: Target,
        home: Target,
        access_token: Option<AccessToken>,
    ) -> Result<ApiResponse<E::Response>, Error> {
        let mut policy = RetryPolicy::default();
        policy.attempts = 1;
        let flow = OperationFlow::new(raw_socket::now(), operation, elsewhere, 0)
            .with_policy(policy)
            .unattended();
        let outcome = match self.backend {
            Backend::Hyper => self.run_flow(TokioClock, flow, home, access_token),
            Backend::Isahc => self.run_flow(IsahcClock, flow, home, access_token),
            Backend::IsahcBlocking | Backend::RawSocket => {
                self.run_flow(BlockingClock, flow, home, access_token)
            }
        };
        outcome.map_err(FlowError::into_error)
    }

    fn run_flow<F: Flow>(
        &self,
        clock: impl Clock,
        flow: F,
        home: Target,
        access_token: Option<AccessToken>,
    ) -> F::Outcome {
        let client = Client::new(&self.transport, clock, home);
        client.set_access_token(access_token);
        let mut conversation = client.run(flow);
        self.run(async {
            loop {
                if let Next::Done(outcome) = conversation.next().await {
                    return outcome;
                }
            }
        })
    }

    /// Only hyper needs tokio.
    fn run<F: Future>(&self, future: F) -> F::Output {
        match self.backend {
            Backend::Hyper => self.runtime.block_on(future),
            Backend::Isahc | Backend::IsahcBlocking | Backend::RawSocket => {
                futures_lite::future::block_on(future)
            }
        }
    }

    /// On the calling thread.
    fn send_here(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        futures_lite::future::block_on(self.transport.send(request))
    }
}

fn transport(backend: Backend, settings: &Settings) -> BoxTransport {
    let limits = settings.limits.clone();
    match backend {
        Backend::Hyper => BoxTransport::new(hyper(settings)),
        Backend::Isahc => BoxTransport::new(isahc(settings)),
        Backend::IsahcBlocking => BoxTransport::new(Blocking(IsahcBlocking::from(isahc(settings)))),
        Backend::RawSocket => BoxTransport::new(transport_fn(move |request| {
            let response = raw_socket::exchange(&request, &limits);
            async { response }
        })),
    }
}

pub(crate) fn hyper(settings: &Settings) -> HyperTransport {
    let limits = &settings.limits;
    let mut builder = HyperTransport::builder()
        .connect_timeout(limits.connect)
        .read_idle_timeout(limits.read_idle)
        .timeout(limits.total)
        .max_response_bytes(limits.body);
    if let Some(pem) = &settings.root_certificate {
        builder = builder.add_root_certificate(pem.as_str());
    }
    if let Some(proxy) = &settings.proxy {
        builder = builder.proxy(proxy);
    }
    if settings.danger {
        builder = builder.danger_accept_invalid_certificates();
    }
    builder.build().expect("hyper can be set up")
}

pub(crate) fn isahc(settings: &Settings) -> IsahcTransport {
    let limits = &settings.limits;
    let mut builder = IsahcTransport::builder()
        .connect_timeout(limits.connect)
        .read_idle_timeout(limits.read_idle)
        .timeout(limits.total)
        .max_response_bytes(limits.body);
    if let Some(pem) = &settings.root_certificate {
        builder = builder.add_root_certificate(pem.as_str());
    }
    if let Some(proxy) = &settings.proxy {
        builder = builder.proxy(proxy);
    }
    if settings.danger {
        builder = builder.danger_accept_invalid_certificates();
    }
    builder.build().expect("isahc can be set up")
}

/// Waits for all of them.
async fn all<F: Future + Unpin>(futures: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.into_iter().map(Some).collect();
    let mut outputs: Vec<_> = running.iter().map(|_| None).collect();
    poll_fn(|cx| {
        for (running, output) in running.iter_mut().zip(&mut outputs) {
            if let Some(future) = running
                && let Poll::Ready(ready) = Pin::new(future).poll(cx)
            {
                *output = Some(ready);
                *running = None;
            }
        }
        if running.iter().all(Option::is_none) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    outputs.into_iter().flatten().collect()
}
