//! Polls that wait at the server, one after the other and for ever: what all syncs have in common.
//!
//! ```text
//!                .--answer, nothing missed--.   .--- answer ---.
//!                |                          v   v              |
//! new --> CatchingUp <---- long ago ---- Live ----> Resting ---'
//!           ^  |  ^--- answer --.          |    no news, too soon
//!           |  |                |          |
//!           |  '--no answer--> BackingOff <'
//!           |                   |     ^ no answer
//!    answer |        the wait is over |
//!           |         or nudge  v     |
//!           '----------------- Reconnecting
//! ```

use std::collections::VecDeque;
use std::task::{Poll, ready};
use std::time::Duration;

use hardline_derive::Persist;

use crate::flow::engine::callable::Callable;
use crate::flow::engine::effort::Effort;
use crate::flow::engine::{CallError, FlowContext, Replied};
use crate::flow::{FlowError, Offline, SyncStatus};
use crate::types::Timestamp;
use crate::wire::{ApiResponse, Credentials, Error, ErrorCode, FailureClass, Target};

/// The state of the polls, whatever they ask for.
///
/// A logic calls [`rest`](LongPoll::rest) before every request that it makes, [`attempt`](LongPoll::attempt) to make it,
/// and [`brought`](LongPoll::brought) once it has told the answer.
#[derive(Debug, Persist)]
pub(crate) struct LongPoll {
    wait: Wait,
    connection: Connection,
    /// How many attempts failed in a row.
    failures: u32,
    /// How many of the attempts since the last answer took too long.
    timeouts: u32,
    /// When the last answer came.
    heard_at: Timestamp,
}

/// What comes before the next request.
#[derive(Clone, Copy, Debug, Persist)]
enum Wait {
    Nothing,
    BackingOff(Duration),
    /// The server asks for it.
    Asked(Duration),
    /// The answers bring nothing, and come too soon after each other.
    Resting(Duration),
}

#[derive(Clone, Copy, Debug, PartialEq, Persist)]
enum Connection {
    New,
    CatchingUp,
    Live,
    Offline { since: Timestamp },
}

/// How long an answer may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PollLimit {
    /// Usually.
    pub(crate) usual: Duration,
    /// At most: each attempt that took too long lets the next one take twice as long, since the server may begin from
    /// the start again.
    pub(crate) longest: Duration,
}

/// What an attempt led to.
pub(crate) enum Attempted<T> {
    /// The server answered.
    Answer(Answer<T>),
    /// It did not; the logic goes on with [`LongPoll::rest`].
    Again,
    /// It refused, and would refuse again; or the request could not be built.
    Refused(CallError),
}

/// An answer.
pub(crate) struct Answer<T> {
    pub(crate) response: ApiResponse<T>,
    pub(crate) took: Duration,
}

/// What an answer brought.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Brought {
    /// The server may have more that the program missed.
    pub(crate) is_behind: bool,
    /// Nothing is in it, or it would come again.
    pub(crate) is_void: bool,
    /// How long it took.
    pub(crate) took: Duration,
}

/// Two polls that bring nothing begin no sooner after each other than this.
const SHORTEST: Duration = Duration::from_secs(1);
/// The shortest wait after a failure, whatever the policy says.
const SHORTEST_BACKOFF: Duration = Duration::from_millis(100);
/// The longest wait that a server may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(60 * 60);
/// Whoever has heard nothing for so long has missed something.
const LONG_AGO: Duration = Duration::from_secs(60);

impl LongPoll {
    pub(crate) const fn new() -> Self {
        Self {
            wait: Wait::Nothing,
            connection: Connection::New,
            failures: 0,
            timeouts: 0,
            heard_at: Timestamp::from_millis(0),
        }
    }

    /// Waits until the next request may be made, and tells if the program is behind. What the request asks for may depend
    /// on [`is_live`](LongPoll::is_live) then.
    pub(crate) fn rest(
        &mut self,
        context: &mut FlowContext<'_>,
        events: &mut VecDeque<impl From<SyncStatus>>,
    ) -> Poll<()> {
        if let Wait::BackingOff(length) | Wait::Asked(length) | Wait::Resting(length) = self.wait {
            let until = context.now() + length;
            ready!(context.pause_until(until, length));
            self.wait = Wait::Nothing;
        }
        let is_behind = match self.connection {
            Connection::New => true,
            Connection::Live => context.now() - self.heard_at > LONG_AGO,
            Connection::CatchingUp | Connection::Offline { .. } => false,
        };
        // A poll that is in flight was behind when it was sent, or was not.
        if is_behind && context.sent_at().is_none() {
            self.connection = Connection::CatchingUp;
            events.push_back(SyncStatus::CatchingUp.into());
        }
        Poll::Ready(())
    }

    /// Makes one attempt, and tells if it fails and the one before did not.
    pub(crate) fn attempt<O: Callable>(
        &mut self,
        context: &mut FlowContext<'_>,
        events: &mut VecDeque<impl From<SyncStatus>>,
        limit: PollLimit,
        operation: &O,
        target: &Target,
    ) -> Poll<Attempted<O::Response>> {
        let sent_at = context.sent_at().unwrap_or(context.now());
        let effort = Effort::POLL.lasting(limit.after(self.timeouts));
        let answer = context.attempt_as(effort, operation, None, target, &Credentials::Deferred);
        Poll::Ready(match ready!(answer) {
            Ok(response) => {
                let took = context.now() - sent_at;
                self.heard(context.now(), events);
                Attempted::Answer(Answer { response, took })
            }
            Err(refusal) if refusal.error.may_pass() => {
                self.failed(context, events, refusal.error);
                Attempted::Again
            }
            Err(refusal) => Attempted::Refused(refusal),
        })
    }

    /// Goes on after an answer that was told, and tells if the program has everything now.
    pub(crate) fn brought(
        &mut self,
        events: &mut VecDeque<impl From<SyncStatus>>,
        brought: Brought,
    ) {
        let was_live = self.is_live();
        if !brought.is_behind && !was_live {
            self.connection = Connection::Live;
            events.push_back(SyncStatus::Live.into());
        }
        let is_waiting = was_live || brought.is_behind;
        if brought.is_void && is_waiting && brought.took < SHORTEST {
            self.wait = Wait::Resting(SHORTEST - brought.took);
        }
    }

    /// The network may have changed: a wait of the flow's own is over, and a request that has been in flight for so long
    /// may hang on a connection that is dead. What the server asked for is kept.
    pub(crate) fn nudge(&mut self, in_flight: Option<Duration>) -> Replied {
        if let Wait::BackingOff(_) = self.wait {
            self.wait = Wait::Nothing;
            self.failures = 0;
            return Replied::Restart;
        }
        match in_flight {
            Some(in_flight) if in_flight >= SHORTEST => Replied::Restart,
            _ => Replied::Continue,
        }
    }

    /// Whether the program has everything, so that a poll may wait for what is new.
    pub(crate) fn is_live(&self) -> bool {
        self.connection == Connection::Live
    }

    /// Since when the server has not answered, if it does not.
    pub(crate) fn offline_since(&self) -> Option<Timestamp> {
        match self.connection {
            Connection::Offline { since } => Some(since),
            _ => None,
        }
    }

    pub(crate) fn state(&self) -> &'static str {
        match (self.wait, self.connection) {
            (Wait::BackingOff(_) | Wait::Asked(_), _) => "BackingOff",
            (Wait::Resting(_), _) => "Resting",
            (Wait::Nothing, Connection::Live) => "Live",
            (Wait::Nothing, Connection::Offline { .. }) => "Reconnecting",
            (Wait::Nothing, Connection::New | Connection::CatchingUp) => "CatchingUp",
        }
    }

    fn heard(&mut self, now: Timestamp, events: &mut VecDeque<impl From<SyncStatus>>) {
        self.failures = 0;
        self.timeouts = 0;
        self.heard_at = now;
        if let Connection::Offline { .. } = self.connection {
            self.connection = Connection::CatchingUp;
            events.push_back(SyncStatus::CatchingUp.into());
        }
    }

    fn failed(
        &mut self,
        context: &mut FlowContext<'_>,
        events: &mut VecDeque<impl From<SyncStatus>>,
        error: Error,
    ) {
        let class = error.failure().map(|failure| failure.class());
        let took_too_long = class == Some(FailureClass::TimedOutAfterSend);
        self.timeouts = self.timeouts.saturating_add(took_too_long.into());
        self.failures = self.failures.saturating_add(1);
        let now = context.now();
        let (length, wait) = match error.retry_after(now) {
            // The server's own wait is kept exactly; ours gets jitter.
            Some(asked) => {
                let asked = asked.min(LONGEST_ASKED);
                (asked, Wait::Asked(asked))
            }
            None => {
                let length = context.spread(context.backoff(self.failures));
                let length = length.max(SHORTEST_BACKOFF);
                (length, Wait::BackingOff(length))
            }
        };
        self.wait = wait;
        if self.offline_since().is_some() {
            return;
        }
        self.connection = Connection::Offline { since: now };
        let until = now + length;
        let since = now;
        let offline = Offline {
            since,
            error,
            until,
        };
        events.push_back(SyncStatus::Offline(offline).into());
    }
}

impl PollLimit {
    fn after(self, timeouts: u32) -> Duration {
        let doubled = self.usual.saturating_mul(2_u32.saturating_pow(timeouts));
        doubled.min(self.longest).max(self.usual)
    }
}

/// Why a sync ends that was refused.
pub(crate) fn ended(refusal: CallError) -> FlowError {
    match refusal.errcode() {
        Some(ErrorCode::UnknownToken | ErrorCode::MissingToken) => {
            FlowError::LoggedOut(refusal.error)
        }
        _ => refusal.into(),
    }
}
