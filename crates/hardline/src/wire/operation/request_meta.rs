use std::time::Duration;

use crate::wire::Operation;

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
    /// How long the core waits for the response. The core gives up by itself; a library that does not cancel requests
    /// when they are dropped should use this as its own limit.
    pub timeout: Duration,
    /// True if sending the request twice does no harm. A library that resends on its own may do so only for these.
    pub repeatable: bool,
}

impl RequestMeta {
    /// The metadata of a first attempt.
    pub fn new(operation: &'static Operation, timeout: Duration) -> Self {
        Self {
            operation,
            attempt: 1,
            timeout,
            repeatable: operation.repeatable,
        }
    }
}
