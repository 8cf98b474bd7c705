use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long what was given is valid.
#[derive(Serialize, Deserialize)]
pub(crate) struct Lifetimes {
    pub(crate) access_token: Duration,
    pub(crate) code: Duration,
    pub(crate) device_code: Duration,
    /// How long a device has to wait before it asks again.
    pub(crate) interval: Duration,
}

impl Default for Lifetimes {
    /// As matrix-authentication-service has them.
    fn default() -> Self {
        Self {
            access_token: Duration::from_secs(300),
            code: Duration::from_secs(60),
            device_code: Duration::from_secs(1200),
            interval: Duration::from_secs(5),
        }
    }
}
