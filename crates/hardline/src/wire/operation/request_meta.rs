use std::time::Duration;

use http::Request;

use crate::wire::Operation;

/// The most bytes of a response's body, in the extensions of a request that was encoded so and has no metadata yet.
#[derive(Clone, Copy)]
pub(crate) struct MaxResponseBytes(pub(crate) u64);

/// How a transport should deliver a request. The core attaches it to the request's [`http::Extensions`].
///
/// ```
/// use hardline::wire::RequestMeta;
///
/// # let request = http::Request::get("http://127.0.0.1/").body(Vec::<u8>::new()).unwrap();
/// let repeatable = request.extensions().get::<RequestMeta>().is_some_and(|meta| meta.repeatable);
/// assert!(!repeatable);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequestMeta {
    /// The operation: for logs and spans, and for attaching the token.
    pub operation: &'static Operation,
    /// 1 for the first attempt, one more for each repetition.
    pub attempt: u32,
    /// How long the core waits for the response. A client gives up by itself where the transport is a future, and a flow when
    /// it is told the time. A transport that blocks must end by itself, and a library that does not cancel requests when they
    /// are dropped should: this is their limit.
    pub timeout: Duration,
    /// True if sending the request twice does no harm. A library that resends on its own may do so only for these.
    pub repeatable: bool,
    /// The most bytes of the response's body, instead of the transport's own cap. A body that streams into a sink has no
    /// other.
    pub max_response_bytes: Option<u64>,
}

impl RequestMeta {
    /// The metadata of a first attempt.
    pub fn new(operation: &'static Operation, timeout: Duration) -> Self {
        Self {
            operation,
            attempt: 1,
            timeout,
            repeatable: operation.repeatable,
            max_response_bytes: None,
        }
    }

    /// With what [`WithOptions`](crate::wire::WithOptions) set for this request, which was encoded. Flows do this.
    ///
    /// ```
    /// use std::time::Duration;
    /// use hardline::client_api::discovery::GetVersions;
    /// use hardline::wire::{self, Credentials, Endpoint, RequestMeta, Target, WithOptions};
    ///
    /// let versions = WithOptions::new(GetVersions::new()).max_response_bytes(65_536);
    /// let target = Target::homeserver("https://example.org")?;
    /// let mut request = wire::encode(&versions, &target, &Credentials::None)?;
    /// let meta = RequestMeta::new(const { &GetVersions::OPERATION }, Duration::from_secs(10));
    /// let meta = meta.with_options_of(&mut request);
    /// assert_eq!(meta.max_response_bytes, Some(65_536));
    /// request.extensions_mut().insert(meta);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_options_of<B>(mut self, request: &mut Request<B>) -> Self {
        let cap = request.extensions_mut().remove::<MaxResponseBytes>();
        self.max_response_bytes = cap.map(|MaxResponseBytes(most)| most);
        self
    }
}
