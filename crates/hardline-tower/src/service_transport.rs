use std::error::Error;
use std::fmt;
use std::marker::PhantomData;

use hardline::client::Transport;
use hardline::wire::FailureClass;
use hardline_tracing::{ExchangeSpan, Instrumented};
use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use crate::classify::{BoxError, Classify};
use crate::service_future::ServiceFuture;

/// How large a response may be: 256 MiB, more than a large account's first `/sync`.
pub const DEFAULT_MAX_RESPONSE_BYTES: usize = 256 * 1024 * 1024;

/// A tower [`Service`] as a [`Transport`].
///
/// The service takes an `http::Request` whose body `B` is made from a `Vec<u8>` (`Full<Bytes>`, `reqwest::Body`,
/// `Vec<u8>` itself) and returns an `http::Response` whose body is any [`http_body::Body`]. It is cloned for each
/// exchange, as tower's services are meant to be; wrap one that is not `Clone` in `tower::buffer::Buffer`. The
/// request keeps its extensions, so that a layer can read the [`RequestMeta`](hardline::wire::RequestMeta).
///
/// ```
/// use bytes::Bytes;
/// use hardline::client::Transport;
/// use hardline_tower::ServiceTransport;
/// use http_body_util::Full;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let service = tower::service_fn(|request: http::Request<Full<Bytes>>| async move {
///     assert_eq!(request.uri().path(), "/_matrix/client/versions");
///     Ok::<_, std::io::Error>(http::Response::new(Full::<Bytes>::from(r#"{"versions": ["v1.19"]}"#)))
/// });
/// let transport = ServiceTransport::new(service).max_response_bytes(1024);
/// let request = http::Request::get("https://example.org/_matrix/client/versions").body(Vec::new())?;
/// assert_eq!(transport.send(request).await?.body(), r#"{"versions": ["v1.19"]}"#);
/// # Ok(())
/// # }
/// ```
///
/// The service opens the connections: it is responsible for verifying TLS, for following no redirect and for stopping
/// when its future is dropped.
pub struct ServiceTransport<S, B> {
    service: S,
    max_response_bytes: usize,
    classify: Classify,
    body: PhantomData<fn(B)>,
}

impl<S, B> ServiceTransport<S, B> {
    /// The service as a transport.
    pub fn new(service: S) -> Self {
        Self {
            service,
            max_response_bytes: DEFAULT_MAX_RESPONSE_BYTES,
            classify: Classify::default(),
            body: PhantomData,
        }
    }

    /// How large the body of a response may be; [`DEFAULT_MAX_RESPONSE_BYTES`] by default. A larger one fails as
    /// [`FailureClass::TooLarge`], as soon as the server announces or sends more.
    #[must_use]
    pub fn max_response_bytes(mut self, cap: usize) -> Self {
        self.max_response_bytes = cap;
        self
    }

    /// Sets a closure that gives the class of an error if it knows it. It sees the error of the outermost layer; the
    /// causes are under [`source`](Error::source).
    ///
    /// Without it, or if it returns `None`: a [`Failure`](hardline::wire::Failure) keeps its class, a refused
    /// connection is [`FailureClass::Refused`], and everything else is [`FailureClass::Interrupted`], after which the
    /// core retries only what is safe to retry.
    ///
    /// ```
    /// use hardline::wire::FailureClass;
    /// use hardline_tower::ServiceTransport;
    /// use tower::timeout::error::Elapsed;
    /// # use bytes::Bytes;
    /// # use http_body_util::Full;
    /// # let service = tower::service_fn(|_: http::Request<Full<Bytes>>| async {
    /// #     Ok::<_, std::io::Error>(http::Response::new(Full::<Bytes>::default()))
    /// # });
    ///
    /// let transport = ServiceTransport::new(service)
    ///     .classify(|error| error.is::<Elapsed>().then_some(FailureClass::TimedOutAfterSend));
    /// # fn is_transport(_: impl hardline::client::Transport) {}
    /// # is_transport(transport);
    /// ```
    #[must_use]
    pub fn classify(
        mut self,
        classify: impl Fn(&(dyn Error + 'static)) -> Option<FailureClass> + Send + Sync + 'static,
    ) -> Self {
        self.classify = Classify::by(classify);
        self
    }
}

impl<S, B, R> Transport for ServiceTransport<S, B>
where
    S: Service<Request<B>, Response = Response<R>, Error: Into<BoxError>> + Clone,
    B: From<Vec<u8>>,
    R: Body<Error: Into<BoxError>>,
{
    type Future = Instrumented<ServiceFuture<S, B, R>>;

    fn send(&self, request: Request<Vec<u8>>) -> Self::Future {
        let span = ExchangeSpan::of(&request);
        span.instrument(ServiceFuture::new(
            self.service.clone(),
            request.map(B::from),
            self.max_response_bytes,
            self.classify.clone(),
        ))
    }
}

impl<S: Clone, B> Clone for ServiceTransport<S, B> {
    fn clone(&self) -> Self {
        Self {
            service: self.service.clone(),
            max_response_bytes: self.max_response_bytes,
            classify: self.classify.clone(),
            body: PhantomData,
        }
    }
}

impl<S, B> fmt::Debug for ServiceTransport<S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceTransport")
            .field("max_response_bytes", &self.max_response_bytes)
            .field("classify", &self.classify)
            .finish_non_exhaustive()
    }
}
