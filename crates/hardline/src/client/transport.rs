mod bodies;
mod sink;
mod source;
mod streaming;

use std::fmt;
use std::future::{Future, Ready, ready};
use std::pin::Pin;

use bytes::Bytes;
use http::{Request, Response};

use crate::wire::Failure;

pub use bodies::Bodies;
pub use sink::{BodySink, MemorySink, Sink, WriteSink};
pub use source::{BodyReader, BodySource, Once, Opening, ReadBody, Source};
pub use streaming::{
    BlockingExchange, BlockingStreamingTransport, Streamed, StreamingExchange, StreamingTransport,
};

/// Moves one request to the server and its response back.
///
/// The request is complete but for what HTTP itself adds: its URI is absolute, and it has neither `Host` nor
/// `Content-Length`. A transport passes on every header in both directions, caps the response while it reads, follows no redirect,
/// verifies TLS and, if its library can, stops when its future is dropped. It does not repeat a request: the core does,
/// since it knows whether repeating is safe. A [`RequestMeta`](crate::wire::RequestMeta) in the request's extensions
/// holds what a transport may want to know (the operation, the time limit).
///
/// Thanks to the associated future, everything built on a transport is `Send` exactly when the transport's future is.
pub trait Transport {
    /// What [`send`](Transport::send) returns.
    type Future: Future<Output = Result<Response<Bytes>, Failure>>;

    /// Sends the request. Nothing happens before the future is polled.
    fn send(&self, request: Request<Vec<u8>>) -> Self::Future;
}

impl<T: Transport + ?Sized> Transport for &T {
    type Future = T::Future;

    fn send(&self, request: Request<Vec<u8>>) -> Self::Future {
        (**self).send(request)
    }
}

impl<T: Transport + ?Sized> Transport for std::sync::Arc<T> {
    type Future = T::Future;

    fn send(&self, request: Request<Vec<u8>>) -> Self::Future {
        (**self).send(request)
    }
}

/// Makes a closure a [`Transport`].
///
/// ```
/// use bytes::Bytes;
/// use hardline::client::{Transport, transport_fn};
///
/// let transport = transport_fn(|request: http::Request<Vec<u8>>| async move {
///     assert_eq!(request.uri().path(), "/_matrix/client/versions");
///     Ok(http::Response::new(Bytes::from_static(br#"{"versions":["v1.19"]}"#)))
/// });
/// let future = transport.send(http::Request::get("/_matrix/client/versions").body(Vec::new()).unwrap());
/// # drop(future);
/// ```
pub fn transport_fn<F, Fut>(send: F) -> TransportFn<F>
where
    F: Fn(Request<Vec<u8>>) -> Fut,
    Fut: Future<Output = Result<Response<Bytes>, Failure>>,
{
    TransportFn(send)
}

/// A closure as a transport; made by [`transport_fn`] or [`blocking_transport_fn`].
#[derive(Clone, Copy)]
pub struct TransportFn<F>(F);

/// Makes a closure a [`BlockingTransport`], for a [`BlockingClient`](crate::client::BlockingClient).
///
/// ```
/// use bytes::Bytes;
/// use hardline::client::{BlockingTransport, blocking_transport_fn};
/// use hardline::wire::{Failure, FailureClass};
///
/// # fn send_with_your_library(_: http::Request<Vec<u8>>) -> std::io::Result<(u16, Vec<u8>)> { Ok((200, b"{}".to_vec())) }
/// let transport = blocking_transport_fn(|request| match send_with_your_library(request) {
///     Ok((status, body)) => {
///         let mut response = http::Response::new(Bytes::from(body));
///         *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
///         // Copy the header fields as well: `Retry-After` and redirects are read from them.
///         Ok(response)
///     }
///     // Nothing was sent, so every request may be sent again.
///     Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
///         Err(Failure::new(FailureClass::Refused, error))
///     }
///     // The server may have acted on it: only what is safe to repeat is sent again.
///     Err(error) => Err(Failure::new(FailureClass::Interrupted, error)),
/// });
/// assert_eq!(transport.send(http::Request::new(Vec::new()))?.status(), 200);
/// # Ok::<(), Failure>(())
/// ```
pub fn blocking_transport_fn<F>(send: F) -> TransportFn<F>
where
    F: Fn(Request<Vec<u8>>) -> Result<Response<Bytes>, Failure>,
{
    TransportFn(send)
}

impl<F> fmt::Debug for TransportFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TransportFn")
    }
}

impl<F, Fut> Transport for TransportFn<F>
where
    F: Fn(Request<Vec<u8>>) -> Fut,
    Fut: Future<Output = Result<Response<Bytes>, Failure>>,
{
    type Future = Fut;

    fn send(&self, request: Request<Vec<u8>>) -> Fut {
        (self.0)(request)
    }
}

type BoxFuture = Pin<Box<dyn Future<Output = Result<Response<Bytes>, Failure>> + Send>>;

/// Any transport whose futures are `Send`, with its type erased.
///
/// ```
/// use bytes::Bytes;
/// use hardline::client::{BoxTransport, transport_fn};
///
/// let erased = BoxTransport::new(transport_fn(|_| async { Ok(http::Response::new(Bytes::new())) }));
/// # drop(erased);
/// ```
pub struct BoxTransport(Box<dyn Transport<Future = BoxFuture> + Send + Sync>);

impl BoxTransport {
    /// Erases the type of a transport.
    pub fn new<T>(transport: T) -> Self
    where
        T: Transport<Future: Send + 'static> + Send + Sync + 'static,
    {
        Self(Box::new(Erased(transport)))
    }
}

impl fmt::Debug for BoxTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoxTransport")
    }
}

impl Transport for BoxTransport {
    type Future = BoxFuture;

    fn send(&self, request: Request<Vec<u8>>) -> BoxFuture {
        self.0.send(request)
    }
}

struct Erased<T>(T);

impl<T: Transport<Future: Send + 'static>> Transport for Erased<T> {
    type Future = BoxFuture;

    fn send(&self, request: Request<Vec<u8>>) -> BoxFuture {
        Box::pin(self.0.send(request))
    }
}

/// A transport that blocks until the response has arrived. [`Blocking`] makes it a [`Transport`].
///
/// It owes what a [`Transport`] does, and one thing more: nobody can end it from outside, so it fails by itself when
/// [`RequestMeta::timeout`](crate::wire::RequestMeta::timeout) is over
/// ([`TimedOutAfterSend`](crate::wire::FailureClass::TimedOutAfterSend), or before it). A policy's time limit ends nothing
/// else.
pub trait BlockingTransport {
    /// Sends the request and waits for the response.
    ///
    /// # Errors
    /// A [`Failure`] if no response came.
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure>;
}

impl<T: BlockingTransport + ?Sized> BlockingTransport for &T {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        (**self).send(request)
    }
}

impl<T: BlockingTransport + ?Sized> BlockingTransport for std::sync::Arc<T> {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        (**self).send(request)
    }
}

/// A [`BlockingTransport`] as a [`Transport`] whose futures are ready when they are made: no executor, no thread and no
/// second copy of the loop that runs operations and flows. An exchange that streams is wrapped in it too.
#[derive(Clone, Copy, Debug)]
pub struct Blocking<T>(pub T);

impl<T: BlockingTransport> Transport for Blocking<T> {
    type Future = Ready<Result<Response<Bytes>, Failure>>;

    fn send(&self, request: Request<Vec<u8>>) -> Self::Future {
        ready(self.0.send(request))
    }
}

impl<F> BlockingTransport for TransportFn<F>
where
    F: Fn(Request<Vec<u8>>) -> Result<Response<Bytes>, Failure>,
{
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        (self.0)(request)
    }
}
