use bytes::Bytes;
use futures_lite::future::block_on;
use hardline::client::{BlockingTransport, Transport};
use hardline::wire::Failure;
use http::{Request, Response};

use crate::transport::IsahcTransport;

/// A [`BlockingTransport`] over isahc, for programs without an executor. Clones share their connections.
///
/// ```no_run
/// use hardline::client::BlockingTransport;
/// use hardline_isahc::IsahcBlocking;
///
/// let transport = IsahcBlocking::new()?;
/// let request = http::Request::get("https://matrix.org/_matrix/client/versions").body(Vec::new())?;
/// let response = transport.send(request)?;
/// assert_eq!(response.status(), 200);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct IsahcBlocking(IsahcTransport);

impl IsahcBlocking {
    pub(crate) fn transport(&self) -> &IsahcTransport {
        &self.0
    }
}

/// The same connections and limits, with blocking exchanges.
impl From<IsahcTransport> for IsahcBlocking {
    fn from(transport: IsahcTransport) -> Self {
        Self(transport)
    }
}

impl BlockingTransport for IsahcBlocking {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        // isahc has threads of its own: it is enough to park this one.
        block_on(self.0.send(request))
    }
}
