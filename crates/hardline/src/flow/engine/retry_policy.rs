use std::ops::Deref;
use std::time::Duration;

use hardline_derive::Persist;
use http::StatusCode;
#[cfg(feature = "persist")]
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::types::Timestamp;
use crate::wire::{Error, ErrorKind, FailureClass};

/// Whether and when to send a failed request again: a pure function of whether it may be repeated, what went wrong, and
/// how often it was sent.
///
/// ```
/// use std::time::Duration;
/// use hardline::flow::{RetryDecision, RetryPolicy, FailureKind};
/// use hardline::wire::FailureClass;
///
/// let policy = RetryPolicy::default();
/// let interrupted = FailureKind::Failed(FailureClass::Interrupted);
/// assert_eq!(policy.decide(false, interrupted, 1), RetryDecision::GiveUp);
/// assert_eq!(policy.decide(true, interrupted, 1), RetryDecision::Wait(Duration::from_millis(500)));
/// let limited = FailureKind::Limited(Some(Duration::from_secs(3)));
/// assert_eq!(policy.decide(false, limited, 1), RetryDecision::Wait(Duration::from_secs(3)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Persist)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The most often a request is sent, including the first time. 4 by default.
    pub attempts: u32,
    /// How long to wait for a response. 60 seconds by default: servers that text a code wait for other servers.
    pub timeout: Duration,
    /// The wait before the second attempt; it doubles with each further one. 500 milliseconds by default.
    pub first_wait: Duration,
    /// The longest wait. If a server asks for a longer one, the flow gives up. 30 seconds by default.
    pub longest_wait: Duration,
}

static DEFAULT: RetryPolicy = RetryPolicy {
    attempts: 4,
    timeout: Duration::from_secs(60),
    first_wait: Duration::from_millis(500),
    longest_wait: Duration::from_secs(30),
};

impl Default for RetryPolicy {
    fn default() -> Self {
        DEFAULT.clone()
    }
}

/// The policy of one flow, among many that have the default: that one takes no memory.
#[derive(Debug)]
pub(crate) struct FlowPolicy(Option<Box<RetryPolicy>>);

impl From<RetryPolicy> for FlowPolicy {
    fn from(policy: RetryPolicy) -> Self {
        Self((policy != DEFAULT).then(|| Box::new(policy)))
    }
}

impl Deref for FlowPolicy {
    type Target = RetryPolicy;

    fn deref(&self) -> &RetryPolicy {
        self.0.as_deref().unwrap_or(&DEFAULT)
    }
}

#[cfg(feature = "persist")]
impl Serialize for FlowPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

#[cfg(feature = "persist")]
impl<'de> Deserialize<'de> for FlowPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RetryPolicy::deserialize(deserializer).map(Self::from)
    }
}

/// Why a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// The transport failed.
    Failed(FailureClass),
    /// The server, or a proxy in front of it, is broken or not ready: an HTTP status of 500 or above. With the wait
    /// that it asked for.
    Broken(Option<Duration>),
    /// The server limits its request rate. With the wait that it asked for.
    Limited(Option<Duration>),
    /// Sending the request again would fail the same way.
    Final,
}

/// What to do after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryDecision {
    /// Send it again after this wait.
    Wait(Duration),
    /// Do not send it again.
    GiveUp,
}

impl RetryPolicy {
    /// Decides whether and when to send a request again. `repeatable` says that the server may act on it twice without
    /// harm, `attempt` how often it was sent.
    pub fn decide(&self, repeatable: bool, failure: FailureKind, attempt: u32) -> RetryDecision {
        let asked = match failure {
            FailureKind::Failed(class)
                if class.is_transient() && (class.never_sent() || repeatable) =>
            {
                None
            }
            FailureKind::Broken(asked) if repeatable => asked,
            // The server did not act on the request, whatever it is.
            FailureKind::Limited(asked) => asked,
            FailureKind::Failed(_) | FailureKind::Broken(_) | FailureKind::Final => {
                return RetryDecision::GiveUp;
            }
        };
        let wait = asked.unwrap_or_else(|| self.backoff(attempt));
        if attempt >= self.attempts || wait > self.longest_wait {
            RetryDecision::GiveUp
        } else {
            RetryDecision::Wait(wait)
        }
    }

    pub(crate) fn backoff(&self, attempt: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        self.first_wait
            .saturating_mul(doubled)
            .min(self.longest_wait)
    }
}

impl FailureKind {
    /// What an error means for sending the request again.
    pub fn of(error: &Error, now: Timestamp) -> Self {
        if error.is_rate_limited() {
            return Self::Limited(error.retry_after(now));
        }
        match error.kind() {
            ErrorKind::Transport(failure) => Self::Failed(failure.class()),
            _ if error.status().is_some_and(|status| {
                status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
            }) =>
            {
                Self::Broken(error.retry_after(now))
            }
            _ => Self::Final,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn waits_double_up_to_the_longest() {
        let policy = RetryPolicy {
            attempts: 20,
            ..RetryPolicy::default()
        };
        let wait = |attempt| policy.decide(true, FailureKind::Broken(None), attempt);
        assert_eq!(wait(1), RetryDecision::Wait(SECOND / 2));
        assert_eq!(wait(3), RetryDecision::Wait(SECOND * 2));
        assert_eq!(wait(19), RetryDecision::Wait(policy.longest_wait));
        assert_eq!(wait(20), RetryDecision::GiveUp);
    }

    #[test]
    fn only_requests_that_cannot_have_arrived_are_always_sent_again() {
        let policy = RetryPolicy::default();
        for (class, again) in [
            (FailureClass::Connect, true),
            (FailureClass::Dns, true),
            (FailureClass::Refused, true),
            (FailureClass::TimedOutBeforeSend, true),
            (FailureClass::TimedOutAfterSend, false),
            (FailureClass::Interrupted, false),
            (FailureClass::NetworkError, false),
            (FailureClass::Tls, false),
            (FailureClass::TooLarge, false),
            (FailureClass::Malformed, false),
            (FailureClass::Unsendable, false),
        ] {
            let decision = policy.decide(false, FailureKind::Failed(class), 1);
            assert_eq!(decision != RetryDecision::GiveUp, again, "{class:?}");
        }
    }

    #[test]
    fn it_gives_up_when_the_server_asks_for_too_long_a_wait() {
        let policy = RetryPolicy::default();
        assert_eq!(
            policy.decide(true, FailureKind::Limited(Some(SECOND * 31)), 1),
            RetryDecision::GiveUp
        );
        assert_eq!(
            policy.decide(false, FailureKind::Limited(Some(SECOND * 30)), 1),
            RetryDecision::Wait(SECOND * 30)
        );
        assert_eq!(
            policy.decide(false, FailureKind::Broken(Some(SECOND)), 1),
            RetryDecision::GiveUp
        );
        assert_eq!(
            policy.decide(true, FailureKind::Final, 1),
            RetryDecision::GiveUp
        );
    }
}
