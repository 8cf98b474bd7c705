//! Conversations that tell a program of other things than [`FlowEvent`](crate::flow::FlowEvent)s, and that nobody replies
//! to: syncs, for ever. Their states are in `sync/sync_loop.rs` and the files beside it.

use std::collections::VecDeque;
use std::fmt;
use std::task::Poll;

#[cfg(feature = "persist")]
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::flow::engine::{Engine, FlowContext, FlowLogic, Part, Replied};
use crate::flow::{FlowError, NotAwaited, Output, Prompt, Reply};

/// A [`FlowLogic`] with events of its own, which it puts into a queue. The engine gives them to the program before it says
/// anything else but what is sent in the same step; while the queue holds any, the flow is not saved.
///
/// Its flow is a public struct around an [`Engine`] of [`Eventful`] of the logic, and [`eventful_flow!`] for the struct. The
/// program says what it wants by methods of the struct, which [`change`](Engine::change) the logic. The logic makes its
/// attempts itself ([`Effort::ONCE`](super::effort::Effort::ONCE), [`Effort::POLL`](super::effort::Effort::POLL)), so that
/// the engine has nothing to tell of them. `sync/sync_loop.rs` is one.
pub(crate) trait EventfulLogic {
    /// What the program is told.
    type Event;

    /// The result on success.
    type Success;

    /// Its name in saved forms: that of the flow's type, as `SavedFlow` has it.
    #[cfg(feature = "persist")]
    const NAME: &'static str;

    /// As [`FlowLogic::advance`]. It waits for the program where it returns [`Poll::Pending`] without a call or a pause.
    fn advance(
        &mut self,
        context: &mut FlowContext<'_>,
        events: &mut VecDeque<Self::Event>,
    ) -> Poll<Result<Self::Success, FlowError>>;

    /// As [`Part::state`].
    fn state(&self) -> &'static str;

    /// It was loaded, and the program no longer has what it was told. True if the logic goes on by itself once the time is
    /// known, though it waited for the program or for a response.
    #[cfg(feature = "persist")]
    fn is_released_by_loading(&mut self) -> bool;
}

/// A logic, and what it has to tell.
pub(crate) struct Eventful<L: EventfulLogic> {
    pub(crate) logic: L,
    events: VecDeque<L::Event>,
}

impl<L: EventfulLogic> Eventful<L> {
    pub(crate) fn new(logic: L) -> Self {
        Self {
            logic,
            events: VecDeque::new(),
        }
    }

    /// What the program is to be told.
    pub(crate) fn untold(&self) -> impl Iterator<Item = &L::Event> {
        self.events.iter()
    }
}

impl<L: EventfulLogic> FlowLogic for Eventful<L> {
    type Success = L::Success;

    #[cfg(feature = "persist")]
    const NAME: &'static str = L::NAME;

    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<L::Success, FlowError>> {
        self.logic.advance(context, &mut self.events)
    }

    fn active(&self) -> &dyn Part {
        self
    }

    fn active_mut(&mut self) -> &mut dyn Part {
        self
    }

    fn has_untold(&self) -> bool {
        !self.events.is_empty()
    }
}

impl<L: EventfulLogic> Part for Eventful<L> {
    fn prompt(&self) -> Option<Prompt> {
        None
    }

    fn reply(&mut self, _: Reply, _: bool) -> Result<Replied, NotAwaited> {
        Err(NotAwaited)
    }

    fn state(&self) -> &'static str {
        self.logic.state()
    }
}

impl<L: EventfulLogic> Engine<Eventful<L>> {
    /// Lets a loaded logic go on, if it does.
    #[cfg(feature = "persist")]
    pub(crate) fn release_after_loading(&mut self) {
        if self.logic.logic.is_released_by_loading() {
            self.go_on_after_loading();
        }
    }

    /// As [`poll_output`](Engine::poll_output), with the logic's events instead of the engine's.
    pub(crate) fn poll_events(&mut self) -> Output<L::Event, Result<L::Success, FlowError>> {
        loop {
            if let Some(event) = self.logic.events.pop_front() {
                return Output::Event(event);
            }
            if let Some(sent) = self.go_on() {
                return super::sending(sent);
            }
            // It went on, and may have something to tell.
            if self.logic.has_untold() {
                continue;
            }
            return match self.report() {
                Output::Event(event) => {
                    debug_assert!(false, "the logic left it to the engine to tell {event:?}");
                    continue;
                }
                Output::Wait(until) => {
                    // As the engine does: it may wait for hours, among many others.
                    self.logic.events = VecDeque::new();
                    Output::Wait(until)
                }
                Output::Send(id, request) => Output::Send(id, request),
                Output::SendStreaming(id, parts, direction) => {
                    Output::SendStreaming(id, parts, direction)
                }
                Output::Receive(id, body) => Output::Receive(id, body),
                Output::Cancel(id) => Output::Cancel(id),
                Output::Done(outcome) => Output::Done(outcome),
            };
        }
    }
}

impl<L: EventfulLogic + fmt::Debug> fmt::Debug for Eventful<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Eventful")
            .field("logic", &self.logic)
            .field("events", &self.events.len())
            .finish()
    }
}

#[cfg(feature = "persist")]
impl<L: EventfulLogic + Serialize> Serialize for Eventful<L> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.logic.serialize(serializer)
    }
}

#[cfg(feature = "persist")]
impl<'de, L: EventfulLogic + Deserialize<'de>> Deserialize<'de> for Eventful<L> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        L::deserialize(deserializer).map(Self::new)
    }
}

/// Gives a flow that wraps an engine of an [`Eventful`] in its field 0 what all of them have: `with_policy`, `stop`, `Flow`
/// and its saved form, all by way of the engine. `tells` is its logic's event; its success is `()`.
macro_rules! eventful_flow {
    ($flow:ident $(<$parameter:ident: $bound:path>)?, tells: $event:ty) => {
        #[cfg(feature = "persist")]
        const _: () = assert!(
            $crate::flow::SavedFlow::is_listed(stringify!($flow)),
            "add the flow to SavedFlow and FLOWS in flow/engine/persist/saved_flow.rs"
        );

        impl $(<$parameter: $bound>)? $flow $(<$parameter>)? {
            /// Sets another retry policy. Its waits are those between failed attempts; there is no last attempt.
            #[must_use]
            pub fn with_policy(mut self, policy: $crate::flow::RetryPolicy) -> Self {
                self.0.set_policy(policy);
                self
            }

            /// Ends the flow: its outcome is `Ok`. A request in flight is dropped.
            ///
            /// # Errors
            /// [`NotAwaited`]($crate::flow::NotAwaited) if the flow is over.
            pub fn stop(
                &mut self,
                now: $crate::types::Timestamp,
            ) -> Result<(), $crate::flow::NotAwaited> {
                self.0.end(now, Ok(()))
            }
        }

        impl $(<$parameter: $bound>)? $crate::flow::Flow for $flow $(<$parameter>)? {
            type Event = $event;
            type Outcome = Result<(), $crate::flow::FlowError>;

            fn poll_output(&mut self) -> $crate::flow::Output<Self::Event, Self::Outcome> {
                self.0.poll_events()
            }

            fn handle_input(&mut self, now: $crate::types::Timestamp, input: $crate::flow::Input) {
                self.0.handle_input(now, input);
            }

            fn state(&self) -> &'static str {
                self.0.state()
            }
        }

        #[cfg(feature = "persist")]
        impl $(<$parameter: $bound>)? serde::Serialize for $flow $(<$parameter>)? {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        #[cfg(feature = "persist")]
        impl<'de, $($parameter: $bound)?> serde::Deserialize<'de> for $flow $(<$parameter>)? {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let mut engine: $crate::flow::engine::Engine<_> =
                    serde::Deserialize::deserialize(deserializer)?;
                engine.release_after_loading();
                Ok(Self(engine))
            }
        }
    };
}

pub(crate) use eventful_flow;
