pub(crate) mod call_limit;

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::flow::engine::effort::call_limit::CallLimit;
use crate::types::Timestamp;
use crate::wire::{Error, ErrorKind};

/// How hard a call is tried, where the policy alone does not say it.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// The limit of all attempts together.
    pub(crate) limit: Option<&'static CallLimit>,
    /// Since when the limit counts, if it is not for this call alone.
    since: Option<Timestamp>,
    /// Whether it is sent once only, also if the flow is saved and loaded meanwhile.
    pub(crate) is_single: bool,
    /// How long to wait for a response, if neither the operation nor the policy decides that.
    pub(crate) timeout: Option<Duration>,
    /// Which errors are final, though the policy would send the request again.
    pub(crate) is_final: fn(&Error) -> bool,
}

impl Effort {
    /// As the policy says.
    pub(crate) const USUAL: Self = Self {
        limit: None,
        since: None,
        is_single: false,
        timeout: None,
        is_final: |_| false,
    };

    /// For a secret that a person may have mistyped. A server that answers has looked at it, whatever the status: the same
    /// secret would only use up another of the few tries that some servers allow.
    pub(crate) const SECRET: Self = Self {
        limit: None,
        since: None,
        is_single: false,
        timeout: None,
        is_final: |error| !error.is_rate_limited() && is_verdict(error),
    };

    /// For what a person asked for and can do without: any refusal is told at once.
    pub(crate) const WISH: Self = Self {
        limit: None,
        since: None,
        is_single: false,
        timeout: None,
        is_final: is_verdict,
    };

    /// For one of many attempts that the flow logic makes in its own time.
    #[cfg_attr(
        not(feature = "oauth"),
        allow(dead_code, reason = "device codes are asked for in this way")
    )]
    pub(crate) const ONCE: Self = Self {
        limit: None,
        since: None,
        is_single: true,
        timeout: None,
        is_final: |_| true,
    };

    /// For a poll, which the flow logic repeats itself: it may be in flight whenever the flow is saved.
    #[cfg_attr(not(feature = "sync"), allow(dead_code, reason = "syncs are polls"))]
    pub(crate) const POLL: Self = Self {
        is_single: false,
        ..Self::ONCE
    };

    /// The same with so much time for a response.
    #[cfg_attr(
        not(feature = "sync"),
        allow(dead_code, reason = "a poll takes as long as it says itself")
    )]
    pub(crate) const fn lasting(self, timeout: Duration) -> Self {
        Self {
            timeout: Some(timeout),
            ..self
        }
    }

    /// The same, where these errors are final.
    #[cfg_attr(
        not(feature = "media"),
        allow(dead_code, reason = "a file that is yet to be uploaded is waited for")
    )]
    pub(crate) const fn unless(self, is_final: fn(&Error) -> bool) -> Self {
        Self { is_final, ..self }
    }

    /// The same within a limit.
    pub(crate) const fn within(self, limit: &'static CallLimit) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }

    /// The same within a limit that holds for what came before too.
    pub(crate) const fn since(self, begun: Timestamp) -> Self {
        Self {
            since: Some(begun),
            ..self
        }
    }

    /// What is left of the limit's time.
    pub(crate) fn left(&self, limit: &CallLimit, now: Timestamp) -> Duration {
        let passed = self.since.map_or(Duration::ZERO, |begun| now - begun);
        // Nobody waited all the time if the machine slept, or the flow was saved.
        match limit.total.saturating_sub(passed) {
            Duration::ZERO => limit.total,
            left => left,
        }
    }
}

/// Whether a server, rather than what stands before it, refused the request. Not all of their errors have an errcode.
fn is_verdict(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Server(_) => true,
        ErrorKind::UnexpectedResponse(response) => {
            let status = response.status;
            let is_object = response.body.trim_ascii_start().starts_with(b"{");
            status.is_client_error() && status != StatusCode::REQUEST_TIMEOUT
                || status.is_server_error() && is_object
        }
        _ => false,
    }
}

impl fmt::Debug for Effort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Effort")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
