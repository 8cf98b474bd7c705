//! What a sliding sync does. Its states are in `sliding_sync.rs`.

use std::collections::VecDeque;
use std::task::{Poll, ready};
use std::time::Duration;

use hardline_derive::Persist;

use super::event::{SlidingSyncAnswer, SlidingSyncEvent};
use super::sync_tokens::SlidingSyncTokens;
use super::wanted::Wanted;
use crate::client_api::unstable::msc4186::{
    AccountDataChanges, EncryptionChanges, EventsByRoom, SlidingSyncResponse, SlidingSyncV4,
};
use crate::client_api::unstable::msc4308::ThreadSubscriptionChanges;
use crate::flow::engine::eventful::EventfulLogic;
use crate::flow::engine::{CallError, FlowContext, Replied};
use crate::flow::sync::long_poll::{Answer, Attempted, Brought, LongPoll, PollLimit, ended};
use crate::flow::{FlowError, NotAwaited};
use crate::types::UserId;
use crate::wire::Target;

/// The logic of a [`SlidingSync`](super::SlidingSync).
#[derive(Debug, Persist)]
pub(super) struct Following {
    target: Target,
    user_id: UserId,
    pub(super) wanted: Wanted,
    pub(super) tokens: SlidingSyncTokens,
    /// How long the server waits for news.
    pub(super) timeout: Duration,
    pub(super) confirms_saves: bool,
    pub(super) polls: LongPoll,
    state: State,
    is_paused: bool,
    /// How often in a row the server has forgotten the connection.
    restarts: u32,
}

#[derive(Debug, Persist)]
enum State {
    Polling,
    Restarting,
    /// These are the tokens of an answer that was told.
    AnswerInHand(SlidingSyncTokens),
    Saving,
}

/// How long the server waits for news, if the program does not say so.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How much longer than that an answer may take.
const MARGIN: Duration = Duration::from_secs(30);
/// How long an answer may take at most.
const LONGEST: Duration = Duration::from_secs(10 * 60);

impl EventfulLogic for Following {
    type Event = SlidingSyncEvent;
    type Success = ();

    #[cfg(feature = "persist")]
    const NAME: &'static str = "SlidingSync";

    fn advance(
        &mut self,
        context: &mut FlowContext<'_>,
        events: &mut VecDeque<SlidingSyncEvent>,
    ) -> Poll<Result<(), FlowError>> {
        loop {
            match self.state {
                State::AnswerInHand(_) | State::Saving => return Poll::Pending,
                _ if self.is_paused => return Poll::Pending,
                State::Restarting => {
                    // The first time, the connection may just have been too old.
                    if self.restarts > 1 {
                        let length = context.backoff(self.restarts - 1);
                        ready!(context.pause(length));
                    }
                    self.state = State::Polling;
                }
                State::Polling => {
                    ready!(self.polls.rest(context, events));
                    match ready!(self.attempt(context, events)) {
                        Attempted::Again => {}
                        Attempted::Answer(answer) => self.tell(answer, events),
                        Attempted::Refused(refusal) if self.is_forgotten(&refusal) => {
                            self.restart(events);
                        }
                        Attempted::Refused(refusal) => return Poll::Ready(Err(ended(refusal))),
                    }
                }
            }
        }
    }

    fn state(&self) -> &'static str {
        match self.state {
            State::AnswerInHand(_) => "AnswerInHand",
            State::Saving => "Saving",
            _ if self.is_paused => "Paused",
            State::Restarting => "Restarting",
            State::Polling => self.polls.state(),
        }
    }

    // What was in hand comes again, and what was loaded had been saved.
    #[cfg(feature = "persist")]
    fn is_released_by_loading(&mut self) -> bool {
        if matches!(self.state, State::AnswerInHand(_) | State::Saving) {
            self.state = State::Polling;
        }
        !self.is_paused
    }
}

impl Following {
    pub(super) fn new(target: Target, user_id: UserId) -> Self {
        Self {
            target,
            user_id,
            wanted: Wanted::default(),
            tokens: SlidingSyncTokens::new(),
            timeout: TIMEOUT,
            confirms_saves: false,
            polls: LongPoll::new(),
            state: State::Polling,
            is_paused: false,
            restarts: 0,
        }
    }

    fn attempt(
        &mut self,
        context: &mut FlowContext<'_>,
        events: &mut VecDeque<SlidingSyncEvent>,
    ) -> Poll<Attempted<SlidingSyncResponse>> {
        // What there is already is not to wait for what is new.
        let timeout = if self.polls.is_live() && self.wanted.is_complete() {
            self.timeout
        } else {
            Duration::ZERO
        };
        let limit = PollLimit {
            usual: timeout.saturating_add(MARGIN),
            longest: LONGEST,
        };
        let mut request = self.wanted.request(&self.tokens);
        let millis = u64::try_from(timeout.as_millis());
        request.timeout = Some(millis.unwrap_or(u64::MAX));
        let (polls, target) = (&mut self.polls, &self.target);
        if speaks_accepted_form(target) {
            let request = request.into_v4(&self.user_id);
            return polls.attempt(context, events, limit, &request, target);
        }
        polls.attempt(context, events, limit, &request, target)
    }

    fn tell(
        &mut self,
        answer: Answer<SlidingSyncResponse>,
        events: &mut VecDeque<SlidingSyncEvent>,
    ) {
        let Answer { response, took } = answer;
        let new = &response.value;
        if self.tokens.pos.is_some() {
            self.restarts = 0;
        }
        let grows = self.wanted.on_answer(&new.lists);
        let brought = Brought {
            // A server tells so many of them at once, and no more.
            is_behind: !self.wanted.is_complete() || has_to_device(new),
            is_void: !grows && !has_news(new),
            took,
        };
        let tokens = self.tokens.after(new);
        self.state = State::AnswerInHand(tokens.clone());
        let answer = SlidingSyncAnswer { response, tokens };
        events.push_back(SlidingSyncEvent::Answer(Box::new(answer)));
        self.polls.brought(events, brought);
    }

    /// Whether the server has forgotten the connection.
    fn is_forgotten(&self, refusal: &CallError) -> bool {
        let errcode = refusal.errcode();
        self.tokens.pos.is_some() && errcode.is_some_and(|code| code.as_str() == "M_UNKNOWN_POS")
    }

    /// Begins a new connection. What was sent to the device, and sticky events, go on where they were.
    fn restart(&mut self, events: &mut VecDeque<SlidingSyncEvent>) {
        self.tokens.pos = None;
        self.wanted.begin_anew();
        self.polls = LongPoll::new();
        self.restarts = self.restarts.saturating_add(1);
        self.state = State::Restarting;
        events.push_back(SlidingSyncEvent::Restarted);
    }

    pub(super) fn taken(&mut self, pos: &str) -> Result<Replied, NotAwaited> {
        match &mut self.state {
            State::AnswerInHand(tokens) if tokens.pos.as_deref() == Some(pos) => {
                self.tokens = std::mem::take(tokens);
                self.state = if self.confirms_saves {
                    State::Saving
                } else {
                    State::Polling
                };
                Ok(Replied::Restart)
            }
            _ => Err(NotAwaited),
        }
    }

    pub(super) fn saved(&mut self, pos: &str) -> Result<Replied, NotAwaited> {
        match self.state {
            State::Saving if self.tokens.pos.as_deref() == Some(pos) => {
                self.state = State::Polling;
                Ok(Replied::Restart)
            }
            _ => Err(NotAwaited),
        }
    }

    pub(super) fn nudge(&mut self, in_flight: Option<Duration>) -> Replied {
        match self.state {
            // The first answer costs the server much.
            State::Polling => self
                .polls
                .nudge(in_flight.filter(|_| self.tokens.pos.is_some())),
            State::Restarting => {
                self.state = State::Polling;
                Replied::Restart
            }
            _ => Replied::Continue,
        }
    }

    pub(super) fn set_paused(&mut self, is_paused: bool) -> Replied {
        if is_paused == self.is_paused {
            return Replied::Continue;
        }
        self.is_paused = is_paused;
        self.nudge(None);
        Replied::Restart
    }
}

fn speaks_accepted_form(target: &Target) -> bool {
    match target {
        Target::Homeserver(homeserver) => {
            let supported = homeserver.supported.as_ref();
            supported.is_some_and(SlidingSyncV4::is_spoken_by)
        }
        _ => false,
    }
}

fn has_to_device(response: &SlidingSyncResponse) -> bool {
    let told = response.extensions.to_device.as_ref();
    told.is_some_and(|told| !told.events.is_empty())
}

/// Whether anything in a response is new.
fn has_news(response: &SlidingSyncResponse) -> bool {
    let extensions = &response.extensions;
    let has_devices = |changes: &EncryptionChanges| {
        let lists = &changes.device_lists;
        !(lists.changed.is_empty() && lists.left.is_empty())
    };
    let has_data =
        |changes: &AccountDataChanges| !(changes.global.is_empty() && changes.rooms.is_empty());
    let has_threads = |changes: &ThreadSubscriptionChanges| {
        !(changes.subscribed.is_empty() && changes.unsubscribed.is_empty())
    };
    let is_of_rooms = |events: &EventsByRoom| !events.rooms.is_empty();
    !response.rooms.is_empty()
        || has_to_device(response)
        || extensions.e2ee.as_ref().is_some_and(has_devices)
        || extensions.account_data.as_ref().is_some_and(has_data)
        || extensions.receipts.as_ref().is_some_and(is_of_rooms)
        || extensions.typing.as_ref().is_some_and(is_of_rooms)
        || (extensions.thread_subscriptions.as_ref()).is_some_and(has_threads)
        || (extensions.profiles.as_ref()).is_some_and(|profiles| !profiles.users.is_empty())
        || (extensions.sticky_events.as_ref()).is_some_and(|sticky| !sticky.rooms.is_empty())
}
