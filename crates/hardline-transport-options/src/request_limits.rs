use std::time::Duration;

use hardline::wire::RequestMeta;
use http::Method;
use http::request::Parts;

use crate::TransportOptions;

/// What the core says of one request, within the limits of the transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestLimits {
    /// Whether it may be sent again. Without a [`RequestMeta`] a GET may.
    pub may_resend: bool,
    /// How long the exchange may take; one whose body streams, how long nothing of it may move.
    pub timeout: Duration,
    /// The most bytes of the response, if the request says so itself.
    pub max_response_bytes: Option<u64>,
    of_transport: usize,
}

impl RequestLimits {
    /// Those of the request with this head.
    ///
    /// ```
    /// use hardline_transport_options::{RequestLimits, TransportOptions};
    ///
    /// let options = TransportOptions::new("my-transport/1.0");
    /// let (head, ()) = http::Request::get("https://example.org/").body(()).unwrap().into_parts();
    /// let limits = RequestLimits::of(&head, &options);
    /// assert!(limits.may_resend);
    /// assert_eq!(limits.in_memory(), options.max_response_bytes);
    /// ```
    pub fn of(head: &Parts, options: &TransportOptions) -> Self {
        let limits = Self {
            may_resend: head.method == Method::GET,
            timeout: options.timeout,
            max_response_bytes: None,
            of_transport: options.max_response_bytes,
        };
        match head.extensions.get::<RequestMeta>() {
            Some(meta) => Self {
                may_resend: meta.repeatable,
                timeout: meta.timeout.min(options.timeout),
                max_response_bytes: meta.max_response_bytes,
                ..limits
            },
            None => limits,
        }
    }

    /// The most bytes of a response that is held in memory: its own limit or the transport's.
    pub fn in_memory(&self) -> usize {
        let own = |cap| usize::try_from(cap).unwrap_or(usize::MAX);
        self.max_response_bytes.map_or(self.of_transport, own)
    }

    /// The same, where the flow has a limit too.
    pub fn in_memory_up_to(&self, cap: u64) -> usize {
        let cap = usize::try_from(cap).unwrap_or(usize::MAX);
        cap.min(self.in_memory())
    }
}
