use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::json::DecodeWarnings;
use crate::wire::decode::body_fields::field;

/// The typed response to an operation, with everything that came with it.
///
/// ```
/// use hardline::client_api::threepid::GetAccount3pids;
/// use hardline::wire;
///
/// let body = r#"{"threepids": [{"medium": "msisdn", "address": "447700900001", "added_at": "?"}]}"#;
/// let response = wire::decode_response::<GetAccount3pids>(http::Response::new(body))?;
/// assert_eq!(response.value.threepids[0].address, "447700900001");
/// assert_eq!(response.field::<u64>("org.example"), None);
/// assert_eq!(response.warnings.iter().next().unwrap().to_string(), "/threepids/0/added_at is a string, not u64");
/// # Ok::<(), wire::Error>(())
/// ```
#[non_exhaustive]
pub struct ApiResponse<T> {
    /// The typed result.
    pub value: T,
    /// The HTTP status.
    pub status: StatusCode,
    /// The header fields of the response.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Bytes,
    /// The bad fields of the body, which were skipped and are missing from `value`.
    pub warnings: DecodeWarnings,
}

impl<T> ApiResponse<T> {
    /// A member of the body, including those that `T` does not know, if it is present and has the type `F`.
    pub fn field<F: DeserializeOwned>(&self, name: &str) -> Option<F> {
        field(&self.body, name)
    }
}

impl<T: fmt::Debug> fmt::Debug for ApiResponse<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiResponse")
            .field("value", &self.value)
            .field("status", &self.status)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}
