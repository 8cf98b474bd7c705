use std::fmt;
use std::time::Duration;

use http::HeaderMap;

use crate::json::JsonObject;

/// What a [`WithOptions`](crate::wire::WithOptions) adds to an operation. `Debug` shows names only.
#[derive(Clone, Default)]
pub struct ExtraParams {
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_response_bytes: Option<u64>,
    pub(crate) headers: HeaderMap,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) members: JsonObject,
}

impl fmt::Debug for ExtraParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query: Vec<_> = self.query.iter().map(|(name, _)| name).collect();
        f.debug_struct("ExtraParams")
            .field("timeout", &self.timeout)
            .field("max_response_bytes", &self.max_response_bytes)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("query", &query)
            .field("members", &self.members)
            .finish()
    }
}
