//! What a sync loop does. Its states are in `sync_loop.rs`.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::mem;
use std::task::{Poll, ready};
use std::time::Duration;

use hardline_derive::Persist;
#[cfg(feature = "persist")]
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::client_api::sync::Sync;
use crate::flow::engine::eventful::EventfulLogic;
use crate::flow::engine::{FlowContext, Replied};
use crate::flow::sync::long_poll::{Answer, Attempted, Brought, LongPoll, PollLimit, ended};
use crate::flow::sync::sync_loop::answer::SyncAnswer;
use crate::flow::sync::sync_loop::filter::LoopFilter;
use crate::flow::{FlowError, NotAwaited, SyncEvent};
use crate::types::PresenceState;
use crate::wire::Target;

/// The logic of a [`SyncLoop`](crate::flow::SyncLoop): its state, and in which form it hands the answers over.
#[derive(Debug)]
pub(super) struct Syncing<R> {
    pub(super) state: SyncState,
    answer: PhantomData<fn() -> R>,
}

#[derive(Debug, Persist)]
pub(super) struct SyncState {
    target: Target,
    pub(super) since: Option<String>,
    pub(super) filter: LoopFilter,
    pub(super) wishes: Wishes,
    pub(super) polls: LongPoll,
    step: Step,
    wants_full_state: bool,
    is_paused: bool,
}

/// What the program wants of every sync.
#[derive(Debug, Persist)]
pub(super) struct Wishes {
    pub(super) timeout: Duration,
    pub(super) margin: Duration,
    pub(super) first_limit: Duration,
    pub(super) presence: Option<PresenceState>,
    pub(super) has_state_after: bool,
    pub(super) confirms_saves: bool,
}

#[derive(Debug, Persist)]
enum Step {
    Polling,
    /// The program has an answer, and has not taken it.
    InHand {
        next_batch: String,
        has_full_state: bool,
    },
    /// The program has taken an answer, and has not saved the flow.
    Saving,
}

impl<R> Syncing<R> {
    pub(super) fn new(state: SyncState) -> Self {
        Self {
            state,
            answer: PhantomData,
        }
    }
}

impl<R: SyncAnswer> EventfulLogic for Syncing<R> {
    type Event = SyncEvent<R>;
    type Success = ();

    #[cfg(feature = "persist")]
    const NAME: &'static str = "SyncLoop";

    fn advance(
        &mut self,
        context: &mut FlowContext<'_>,
        events: &mut VecDeque<SyncEvent<R>>,
    ) -> Poll<Result<(), FlowError>> {
        let state = &mut self.state;
        loop {
            if state.is_paused || !matches!(state.step, Step::Polling) {
                return Poll::Pending;
            }
            ready!(state.polls.rest(context, events));
            let (limit, target) = (state.limit(), &state.target);
            if let Some(define) = state.filter.to_define() {
                match ready!(state.polls.attempt(context, events, limit, &define, target)) {
                    Attempted::Answer(answer) => state.filter.defined(answer.response.value)?,
                    Attempted::Again => {}
                    Attempted::Refused(refusal) => return Poll::Ready(Err(ended(refusal))),
                }
                continue;
            }
            let sync = R::operation(state.operation());
            match ready!(state.polls.attempt(context, events, limit, &sync, target)) {
                Attempted::Answer(answer) => state.hand_over(answer, events),
                Attempted::Again => {}
                Attempted::Refused(refusal) if state.filter.forget(&refusal.error) => {}
                Attempted::Refused(refusal) => return Poll::Ready(Err(ended(refusal))),
            }
        }
    }

    fn state(&self) -> &'static str {
        let state = &self.state;
        match state.step {
            Step::InHand { .. } => "AnswerInHand",
            Step::Saving => "Saving",
            Step::Polling if state.is_paused => "Paused",
            Step::Polling if state.filter.to_define().is_some() => "StoringFilter",
            Step::Polling => state.polls.state(),
        }
    }

    // What was in hand comes again, and what was loaded had been saved.
    #[cfg(feature = "persist")]
    fn is_released_by_loading(&mut self) -> bool {
        self.state.step = Step::Polling;
        !self.state.is_paused
    }
}

#[cfg(feature = "persist")]
impl<R> Serialize for Syncing<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.state.serialize(serializer)
    }
}

#[cfg(feature = "persist")]
impl<'de, R> Deserialize<'de> for Syncing<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        SyncState::deserialize(deserializer).map(Self::new)
    }
}

impl SyncState {
    pub(super) fn new(target: Target) -> Self {
        Self {
            target,
            since: None,
            filter: LoopFilter::All,
            wishes: Wishes {
                timeout: Duration::from_secs(30),
                margin: Duration::from_secs(30),
                first_limit: Duration::from_secs(10 * 60),
                presence: None,
                has_state_after: false,
                confirms_saves: false,
            },
            polls: LongPoll::new(),
            step: Step::Polling,
            wants_full_state: false,
            is_paused: false,
        }
    }

    pub(super) fn taken(&mut self, token: &str) -> Result<Replied, NotAwaited> {
        match &mut self.step {
            Step::InHand {
                next_batch,
                has_full_state,
            } if next_batch == token => {
                self.wants_full_state &= !*has_full_state;
                self.since = Some(mem::take(next_batch));
            }
            _ => return Err(NotAwaited),
        }
        self.step = if self.wishes.confirms_saves {
            Step::Saving
        } else {
            Step::Polling
        };
        Ok(Replied::Restart)
    }

    pub(super) fn saved(&mut self, token: &str) -> Result<Replied, NotAwaited> {
        if !matches!(self.step, Step::Saving) || self.since.as_deref() != Some(token) {
            return Err(NotAwaited);
        }
        self.step = Step::Polling;
        Ok(Replied::Restart)
    }

    pub(super) fn nudge(&mut self, in_flight: Option<Duration>) -> Replied {
        // To make the first answer may take minutes.
        self.polls.nudge(in_flight.filter(|_| self.since.is_some()))
    }

    pub(super) fn set_presence(
        &mut self,
        presence: Option<PresenceState>,
        in_flight: Option<Duration>,
    ) -> Replied {
        if self.wishes.presence == presence {
            return Replied::Continue;
        }
        self.wishes.presence = presence;
        self.ask_anew(in_flight)
    }

    pub(super) fn request_full_state(&mut self, in_flight: Option<Duration>) -> Replied {
        if mem::replace(&mut self.wants_full_state, true) {
            return Replied::Continue;
        }
        self.ask_anew(in_flight)
    }

    pub(super) fn pause(&mut self) -> Replied {
        self.is_paused = true;
        Replied::Restart
    }

    pub(super) fn resume(&mut self) -> Replied {
        if !mem::replace(&mut self.is_paused, false) {
            return Replied::Continue;
        }
        self.polls.nudge(None);
        Replied::Restart
    }

    /// What is wanted has changed, so the sync in flight asks for the wrong thing.
    fn ask_anew(&self, in_flight: Option<Duration>) -> Replied {
        // To make the first answer may take minutes, and it has the full state.
        let is_worth_it = self.since.is_some() && self.filter.to_define().is_none();
        if in_flight.is_some() && is_worth_it {
            Replied::Restart
        } else {
            Replied::Continue
        }
    }

    fn operation(&self) -> Sync {
        let mut sync = Sync::new();
        sync.filter = self.filter.parameter();
        sync.since = self.since.clone();
        sync.full_state = self.wants_full_state.then_some(true);
        sync.set_presence = self.wishes.presence.clone();
        sync.timeout = u64::try_from(self.wait().as_millis()).ok();
        if self.wishes.has_state_after {
            sync = sync.with_state_after();
        }
        sync
    }

    /// How long the server is to wait for something new.
    fn wait(&self) -> Duration {
        if self.polls.is_live() {
            self.wishes.timeout
        } else {
            Duration::ZERO
        }
    }

    fn limit(&self) -> PollLimit {
        let has_everything = self.since.is_none() || self.wants_full_state;
        let usual = if has_everything {
            self.wishes.first_limit
        } else {
            self.wait() + self.wishes.margin
        };
        PollLimit {
            usual,
            longest: self.wishes.first_limit,
        }
    }

    fn hand_over<R: SyncAnswer>(&mut self, answer: Answer<R>, events: &mut VecDeque<SyncEvent<R>>) {
        let Answer { response, took } = answer;
        let new = &response.value;
        self.filter.worked();
        let next_batch = new.next_batch().to_owned();
        let is_repeated = self.since.as_ref() == Some(&next_batch);
        let brought = Brought {
            // A server tells so many of them at once, and no more.
            is_behind: new.has_to_device(),
            is_void: is_repeated || new.is_empty(),
            took,
        };
        // Before the first answer there is nothing that could be missing.
        if self.since.is_some() {
            let gaps = new.gaps();
            if !gaps.is_empty() {
                events.push_back(SyncEvent::Gaps(gaps));
            }
        }
        events.push_back(SyncEvent::Answer(Box::new(response)));
        self.polls.brought(events, brought);
        self.step = Step::InHand {
            next_batch,
            has_full_state: self.wants_full_state,
        };
    }
}
