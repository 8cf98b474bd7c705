//! When the server is asked at all, whatever the room.
//!
//! ```text
//!            429                    the wait is over
//! Open ------------------> Limited ------------------> Open
//!  | '-- not reached --> Offline --- an answer ------> Open
//!  |                      '--- the wait is over: one room tries ---> Offline
//!  '-- the session is over --> LoggedOut --- new_device ---> Open
//! ```

use std::time::Duration;

use hardline_derive::Persist;

use crate::flow::engine::attempts::FlowState;
use crate::types::Timestamp;

/// When the server is asked.
#[derive(Debug, Default, Persist)]
pub(super) struct Pace {
    limited_until: Option<Timestamp>,
    /// How often in a row the server limited the rate.
    limits: u32,
    offline: Option<Offline>,
    is_logged_out: bool,
    /// How many answers of the server have come.
    #[serde(skip)]
    answers: u64,
}

#[derive(Debug, Persist)]
struct Offline {
    until: Timestamp,
    failures: u32,
}

/// How many rooms try at a time whether the server can be reached: two, since one of them may be what it fails at.
const PROBES: usize = 2;

impl Pace {
    /// How many answers have come so far: a request that fails without another answer meanwhile failed for the network's
    /// sake.
    pub(super) fn answers(&self) -> u64 {
        self.answers
    }

    pub(super) fn is_offline(&self) -> bool {
        self.offline.is_some()
    }

    pub(super) fn is_logged_out(&self) -> bool {
        self.is_logged_out
    }

    /// Until when nobody may ask.
    pub(super) fn blocked_until(&self, now: Timestamp) -> Option<Timestamp> {
        let offline = self.offline.as_ref().map(|offline| offline.until);
        let until = self.limited_until.max(offline);
        until.filter(|until| *until > now)
    }

    pub(super) fn is_limited(&self, now: Timestamp) -> bool {
        self.limited_until.is_some_and(|until| until > now)
    }

    /// Whether somebody may ask now.
    pub(super) fn is_open(&self, now: Timestamp) -> bool {
        !self.is_logged_out && self.blocked_until(now).is_none()
    }

    /// How many rooms may ask at a time.
    pub(super) fn most_at_a_time(&self, usual: usize) -> usize {
        let usual = usual.max(1);
        if self.limits > 0 {
            1
        } else if self.is_offline() {
            PROBES.min(usual)
        } else {
            usual
        }
    }

    /// The server answered. Returns whether it was not reached before.
    pub(super) fn answered(&mut self) -> bool {
        self.answers += 1;
        self.offline.take().is_some()
    }

    /// The server did what it was asked to do.
    pub(super) fn succeeded(&mut self) {
        self.limits = 0;
    }

    /// The server limits the rate. Returns until when.
    pub(super) fn limit(
        &mut self,
        flow_state: &mut FlowState,
        asked: Option<Duration>,
    ) -> Timestamp {
        self.limits += 1;
        let until = flow_state.now + wait(flow_state, asked, self.limits);
        let until = self.limited_until.max(Some(until)).unwrap_or(until);
        self.limited_until = Some(until);
        until
    }

    /// The server was not reached. Returns until when nobody asks, if it was reached before.
    pub(super) fn not_reached(
        &mut self,
        flow_state: &mut FlowState,
        asked: Option<Duration>,
    ) -> Option<Timestamp> {
        let failures = match &self.offline {
            // Others that were under way at the time fail too.
            Some(offline) if offline.until > flow_state.now => return None,
            Some(offline) => offline.failures.saturating_add(1),
            None => 1,
        };
        let until = flow_state.now + wait(flow_state, bearable(asked), failures);
        let before = self.offline.replace(Offline { until, failures });
        before.is_none().then_some(until)
    }

    /// The session is over. Returns whether it was not before.
    pub(super) fn log_out(&mut self) -> bool {
        !std::mem::replace(&mut self.is_logged_out, true)
    }

    /// Somebody is logged in.
    pub(super) fn log_in(&mut self) {
        self.is_logged_out = false;
    }

    /// There may be a network again. What the server asked for stays.
    pub(super) fn nudge(&mut self, now: Timestamp) {
        if let Some(offline) = &mut self.offline {
            offline.until = now;
            offline.failures = 0;
        }
    }

    pub(super) fn deadlines_mut(&mut self) -> impl Iterator<Item = &mut Timestamp> {
        let offline = self.offline.as_mut().map(|offline| &mut offline.until);
        self.limited_until.as_mut().into_iter().chain(offline)
    }
}

/// A server that is broken may ask for anything.
pub(super) fn bearable(asked: Option<Duration>) -> Option<Duration> {
    asked.map(|asked| asked.min(LONGEST))
}

/// The longest that a server which was not reached, or which failed, is left alone.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// How long to wait after this many failures in a row: as long as the server asked for, or ever longer.
pub(super) fn wait(flow_state: &mut FlowState, asked: Option<Duration>, failures: u32) -> Duration {
    match asked {
        Some(asked) => asked,
        None => {
            let wait = flow_state.policy.backoff(failures);
            flow_state.jitter.spread(wait)
        }
    }
}
