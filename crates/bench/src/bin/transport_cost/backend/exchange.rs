use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::Request;

pub(crate) type Outcome = Result<Bytes, Box<dyn Error + Send + Sync>>;

/// Sends a request and reads the response to its end.
pub(crate) type Exchange =
    Arc<dyn Fn(Request<Vec<u8>>) -> Pin<Box<dyn Future<Output = Outcome> + Send>> + Send + Sync>;
