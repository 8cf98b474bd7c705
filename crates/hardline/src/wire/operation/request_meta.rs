use std::time::Duration;

use crate::wire::Operation;

/// How one request is to be delivered: what travels with it, in its [`http::Extensions`], from the core to the transport.
///
/// ```
/// use hardline::wire::RequestMeta;
///
/// # let request = http::Request::get("http://127.0.0.1/").body(Vec::<u8>::new()).unwrap();
/// let repeatable = request.extensions().get::<RequestMeta>().is_some_and(|dispatch| dispatch.repeatable);
/// assert!(!repeatable);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequestMeta {
    /// The operation, for logs, spans and the attaching of the token.
    pub operation: &'static Operation,
    /// 1 for the first attempt, one more for each repetition.
    pub attempt: u32,
    /// How long the core waits for the response. It gives up by itself; a library whose requests are not cancelled by
    /// dropping them should set its own limit to this.
    pub timeout: Duration,
    /// True where sending the request twice does no harm: a library that resends on its own may do so for these only.
    pub repeatable: bool,
}

impl RequestMeta {
    /// The delivery of a first attempt.
    pub fn new(operation: &'static Operation, timeout: Duration) -> Self {
        Self {
            operation,
            attempt: 1,
            timeout,
            repeatable: operation.repeatable,
        }
    }
}
