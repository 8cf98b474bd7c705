//! What an authorization server remembers.

use std::time::Duration;

use hardline::types::Timestamp;
use serde_json::{Map, Value};

use crate::simulation::oauth::decision::Decision;

/// A registered client.
pub(super) struct Client {
    pub(super) id: String,
    pub(super) metadata: Map<String, Value>,
    pub(super) redirect_uris: Vec<String>,
    pub(super) grants: Vec<String>,
}

/// A code that a browser brings back.
pub(super) struct Code {
    pub(super) text: String,
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    pub(super) scope: String,
    pub(super) device_id: String,
    pub(super) expires_at: Timestamp,
    /// How often it was sent here.
    pub(super) sent: u32,
    /// Its session, once it was used.
    pub(super) session: Option<usize>,
}

/// A device that waits for somebody.
pub(super) struct DeviceRequest {
    pub(super) device_code: String,
    pub(super) user_code: String,
    pub(super) client_id: String,
    pub(super) scope: String,
    pub(super) device_id: String,
    pub(super) expires_at: Timestamp,
    pub(super) interval: Duration,
    pub(super) asked_at: Option<Timestamp>,
    pub(super) polls: u32,
    /// What a person has decided to decide, after this many polls.
    pub(super) decides: Option<(Decision, u32)>,
    pub(super) is_over: bool,
}

/// Tokens that belong together.
pub(super) struct Pair {
    pub(super) access_token: String,
    pub(super) refresh_token: Option<String>,
    pub(super) expires_at: Timestamp,
    /// They were replaced by others, which were used.
    pub(super) is_replaced: bool,
}

/// What somebody has granted.
pub(super) struct Session {
    pub(super) client_id: String,
    pub(super) device_id: String,
    pub(super) scope: String,
    /// The tokens, the newest last.
    pub(super) pairs: Vec<Pair>,
    pub(super) is_over: bool,
}

/// What an access token is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::simulation::oauth) struct Active {
    pub(in crate::simulation::oauth) device_id: String,
}

impl Session {
    pub(super) fn end(&mut self) {
        self.is_over = true;
    }

    pub(super) fn is_alive(&self) -> bool {
        !self.is_over
    }

    pub(super) fn can_refresh(&self, token: &str) -> bool {
        let mut pairs = self.pairs.iter();
        pairs.any(|pair| pair.refresh_token.as_deref() == Some(token) && !pair.is_replaced)
    }

    pub(super) fn tokens(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().flat_map(|pair| {
            let refresh_token = pair.refresh_token.as_deref();
            refresh_token
                .into_iter()
                .chain([pair.access_token.as_str()])
        })
    }

    /// One of these tokens was used: those before are good for nothing more.
    pub(super) fn used(&mut self, index: usize) {
        for pair in &mut self.pairs[..index] {
            pair.is_replaced = true;
        }
    }
}
