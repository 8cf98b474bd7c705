//! Runs every flow: its requests in progress, their retries, and its saved form.

pub(crate) mod attempts;
pub(crate) mod callable;
#[cfg_attr(
    not(feature = "identity"),
    allow(dead_code, reason = "other calls come first only at identity servers")
)]
pub(crate) mod called;
mod core;
pub(crate) mod effort;
#[cfg(feature = "sync")]
pub(crate) mod eventful;
mod flow_context;
mod jitter;
mod part;
#[cfg(feature = "persist")]
pub(crate) mod persist;
pub(crate) mod request_id;
pub(crate) mod retry_policy;
pub(crate) mod retry_scheduled;
pub(crate) mod streaming;
#[cfg(test)]
#[cfg_attr(
    not(all(feature = "identity", feature = "oauth")),
    allow(
        dead_code,
        reason = "flows of one section may not need what those of another do"
    )
)]
pub(crate) mod test_harness;

use std::collections::VecDeque;
use std::fmt;
use std::task::Poll;

use super::{FlowError, FlowEvent, Input, NotAwaited, Output, Prompt, Reply, RetryPolicy};
use crate::flow::engine::attempts::FlowState;
use crate::flow::engine::core::{Core, FlowStep};
use crate::flow::engine::flow_context::Sent;
use crate::types::Timestamp;
pub(crate) use flow_context::{CallError, FlowContext};
pub(crate) use part::{Part, Replied};

/// What is particular to one conversation: its states and the transitions between them.
///
/// ```text
///        .--- the wait or pause is over, final response, reply ---.
///        v                                                        |
///  Ready: advance --call--> Calling (sent, or waiting to retry) --'
///        |                     '-- no final response --> Stalled --retry--> Ready
///        |--pause--> Pausing
///        |--Pending--> Awaiting --reply--> Ready
///        '--Poll::Ready--> Over           any --cancel--> Over
/// ```
///
/// A flow is a public struct around an [`Engine`] of its logic, [`interactive_flow!`] for the struct, and this trait and
/// [`Part`] for the logic. The logic's fields are all that survives: both are saved by deriving `Persist`, and their
/// `Debug` form shows no secret. `account/change_password.rs` asks, authenticates, and asks again where the server
/// refuses.
pub(crate) trait FlowLogic {
    /// The result on success.
    type Success;

    /// Its name in saved forms: that of the flow's type, as `SavedFlow` has it.
    #[cfg(feature = "persist")]
    const NAME: &'static str;

    /// Goes on as far as it can: reads like an `async fn`, with the state as its local variables. It is called again
    /// after every input, in the state it left; [`FlowContext::call`] and [`FlowContext::pause`] then resume where they
    /// were, so the same state makes the same call until that returns.
    ///
    /// Where it waits for a reply it has said so, once, on the way into that state ([`FlowEvent::Asks`], or
    /// [`FlowEvent::Rejected`] if the server refused the last reply), and returns [`Poll::Pending`] without a call or a
    /// pause. Retries, stalls and cancelling are none of its business.
    fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<Self::Success, FlowError>>;

    /// Which part speaks: the engine's prompt, reply and state are this part's.
    fn active(&self) -> &dyn Part;

    /// The same part as [`active`](FlowLogic::active), to be replied to.
    fn active_mut(&mut self) -> &mut dyn Part;

    /// Whether it has something to tell that is not an engine's event: then it is not saved. See [`eventful`].
    #[cfg_attr(
        not(feature = "sync"),
        allow(dead_code, reason = "flows that go on for ever need it")
    )]
    fn has_untold(&self) -> bool {
        false
    }
}

/// Runs a [`FlowLogic`]: everything that all flows have in common.
pub(crate) struct Engine<S: FlowLogic> {
    pub(super) logic: S,
    pub(super) core: Core,
    pub(super) outcome: Option<Box<Result<S::Success, FlowError>>>,
}

impl<S: FlowLogic> Engine<S> {
    /// Starts a conversation. `seed` varies the waits.
    pub(crate) fn new(now: Timestamp, logic: S, seed: u64) -> Self {
        Self {
            logic,
            core: Core {
                flow_state: FlowState::new(now, RetryPolicy::default(), seed),
                events: Vec::new(),
                step: FlowStep::Ready,
            },
            outcome: None,
        }
    }

    /// The same conversation with another logic, before it starts.
    #[cfg_attr(
        not(feature = "sync"),
        allow(
            dead_code,
            reason = "a sync hands its answers over in one of two forms"
        )
    )]
    pub(crate) fn map_logic<T: FlowLogic>(self, map: impl FnOnce(S) -> T) -> Engine<T> {
        Engine {
            logic: map(self.logic),
            core: self.core,
            outcome: None,
        }
    }

    pub(crate) fn set_policy(&mut self, policy: RetryPolicy) {
        self.core.flow_state.policy = policy.into();
    }

    /// The flow logic, to be completed before the flow starts.
    pub(crate) fn logic_mut(&mut self) -> &mut S {
        &mut self.logic
    }

    pub(crate) fn prompt(&self) -> Option<Prompt> {
        match self.core.step {
            FlowStep::Over => None,
            FlowStep::Stalled => Some(Prompt::Retry),
            _ => self.logic.active().prompt(),
        }
    }

    pub(crate) fn state(&self) -> &'static str {
        match self.core.step {
            FlowStep::Over => "Over",
            FlowStep::Stalled => "Stalled",
            _ => self.logic.active().state(),
        }
    }

    pub(crate) fn reply(&mut self, now: Timestamp, reply: Reply) -> Result<(), NotAwaited> {
        self.core.set_now(now);
        if matches!(self.core.step, FlowStep::Over) {
            return Err(NotAwaited);
        }
        let is_calling = matches!(self.core.step, FlowStep::Calling(_));
        if self.logic.active_mut().reply(reply, is_calling)? == Replied::Restart {
            self.core.abandon();
            self.core.step = FlowStep::Ready;
        }
        Ok(())
    }

    /// Lets a loaded flow go on that waited for the program or for a response, once the next input tells the time.
    #[cfg(feature = "persist")]
    #[cfg_attr(
        not(feature = "sync"),
        allow(dead_code, reason = "flows that go on for ever need it")
    )]
    pub(crate) fn go_on_after_loading(&mut self) {
        if matches!(self.core.step, FlowStep::Awaiting | FlowStep::Calling(_)) {
            self.core.step = FlowStep::Pausing(self.core.flow_state.now);
        }
    }

    /// Lets the program change what the logic wants. The change is given how long the request in progress has been in
    /// flight, if one is.
    ///
    /// # Errors
    /// [`NotAwaited`] if the flow is over, or as the change says.
    #[cfg(feature = "sync")]
    pub(crate) fn change(
        &mut self,
        now: Timestamp,
        change: impl FnOnce(&mut S, Option<std::time::Duration>) -> Result<Replied, NotAwaited>,
    ) -> Result<(), NotAwaited> {
        self.core.set_now(now);
        let in_flight = match &self.core.step {
            FlowStep::Over => return Err(NotAwaited),
            FlowStep::Calling(attempts) => attempts.sent_at().map(|sent_at| now - sent_at),
            _ => None,
        };
        if change(&mut self.logic, in_flight)? == Replied::Restart {
            self.core.abandon();
            self.core.step = FlowStep::Ready;
        }
        Ok(())
    }

    /// Ends the conversation, as the program wants.
    ///
    /// # Errors
    /// [`NotAwaited`] if the flow is over.
    pub(crate) fn end(
        &mut self,
        now: Timestamp,
        result: Result<S::Success, FlowError>,
    ) -> Result<(), NotAwaited> {
        self.core.set_now(now);
        if matches!(self.core.step, FlowStep::Over) {
            return Err(NotAwaited);
        }
        self.core.abandon();
        self.finish(result);
        Ok(())
    }

    pub(crate) fn retry(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.core.set_now(now);
        match self.core.step {
            FlowStep::Stalled => {
                self.core.step = FlowStep::Ready;
                Ok(())
            }
            _ => Err(NotAwaited),
        }
    }

    pub(crate) fn cancel(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.end(now, Err(FlowError::Cancelled))
    }

    pub(crate) fn poll_output(&mut self) -> Output<FlowEvent, Result<S::Success, FlowError>> {
        match self.go_on() {
            Some(sent) => sending(sent),
            None => self.report(),
        }
    }

    /// Goes on as far as it can without an input. Returns what is to be sent now.
    fn go_on(&mut self) -> Option<Sent> {
        let mut sent = None;
        // Cancellations go out before the next request.
        if self.core.flow_state.cancelled.is_empty() && self.core.events.is_empty() && self.is_due()
        {
            self.advance(None, Some(&mut sent));
        }
        sent
    }

    /// Says what there is to say but requests.
    fn report(&mut self) -> Output<FlowEvent, Result<S::Success, FlowError>> {
        if let Some(id) = self.core.flow_state.cancelled.pop_front() {
            return Output::Cancel(id);
        }
        if let FlowStep::Calling(attempts) = &mut self.core.step
            && let Some((id, body)) = attempts.take_receive()
        {
            return Output::Receive(id, body);
        }
        if !self.core.events.is_empty() {
            return Output::Event(self.core.events.remove(0));
        }
        if let Some(outcome) = self.outcome.take() {
            return Output::Done(*outcome);
        }
        // A flow may wait for hours, among many others, so it keeps no unused memory.
        self.core.events = Vec::new();
        self.core.flow_state.cancelled = VecDeque::new();
        Output::Wait(match &self.core.step {
            FlowStep::Calling(attempts) => attempts.deadline(),
            FlowStep::Pausing(until) => Some(*until),
            _ => None,
        })
    }

    pub(crate) fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.core.set_now(now);
        // If nothing is in progress, the input is late.
        if matches!(self.core.step, FlowStep::Calling(_) | FlowStep::Pausing(_)) {
            self.advance(Some(input), None);
        }
    }

    /// Whether there is something to do before the next input.
    fn is_due(&self) -> bool {
        match &self.core.step {
            FlowStep::Ready => true,
            FlowStep::Calling(attempts) => attempts.is_due(),
            _ => false,
        }
    }

    fn advance(&mut self, input: Option<Input>, sent: Option<&mut Option<Sent>>) {
        let mut context = FlowContext {
            core: &mut self.core,
            input,
            sent,
        };
        match self.logic.advance(&mut context) {
            Poll::Ready(result) => self.finish(result),
            // The logic neither calls nor pauses, so it waits for a reply.
            Poll::Pending if matches!(self.core.step, FlowStep::Ready) => {
                self.core.step = FlowStep::Awaiting;
            }
            Poll::Pending => {}
        }
    }

    fn finish(&mut self, result: Result<S::Success, FlowError>) {
        self.core.step = FlowStep::Over;
        self.outcome = Some(Box::new(result));
    }
}

fn sending<E, T>((id, request, direction): Sent) -> Output<E, T> {
    match direction {
        None => Output::Send(id, request),
        Some(direction) => Output::SendStreaming(id, request.into_parts().0, direction),
    }
}

// The outcome may be of a type whose `Debug` shows secrets.
impl<S: FlowLogic + fmt::Debug> fmt::Debug for Engine<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("logic", &self.logic)
            .field("core", &self.core)
            .finish_non_exhaustive()
    }
}

/// Gives a flow that wraps an engine in its field 0 what all flows have: `with_policy`, `Flow` and `InteractiveFlow`, all
/// by way of the engine. `brings` is its logic's [`FlowLogic::Success`].
macro_rules! interactive_flow {
    ($flow:ident $(<$parameter:ident: $bound:path>)?, brings: $success:ty) => {
        #[cfg(feature = "persist")]
        const _: () = assert!(
            $crate::flow::SavedFlow::is_listed(stringify!($flow)),
            "add the flow to SavedFlow and FLOWS in flow/engine/persist/saved_flow.rs"
        );

        impl $(<$parameter: $bound>)? $flow $(<$parameter>)? {
            /// Sets another retry policy.
            #[must_use]
            pub fn with_policy(mut self, policy: $crate::flow::RetryPolicy) -> Self {
                self.0.set_policy(policy);
                self
            }
        }

        impl $(<$parameter: $bound>)? $crate::flow::InteractiveFlow for $flow $(<$parameter>)? {
            type Success = $success;

            fn prompt(&self) -> Option<$crate::flow::Prompt> {
                self.0.prompt()
            }

            fn reply(
                &mut self,
                now: $crate::types::Timestamp,
                reply: $crate::flow::Reply,
            ) -> Result<(), $crate::flow::NotAwaited> {
                self.0.reply(now, reply)
            }

            fn retry(
                &mut self,
                now: $crate::types::Timestamp,
            ) -> Result<(), $crate::flow::NotAwaited> {
                self.0.retry(now)
            }

            fn cancel(
                &mut self,
                now: $crate::types::Timestamp,
            ) -> Result<(), $crate::flow::NotAwaited> {
                self.0.cancel(now)
            }
        }

        impl $(<$parameter: $bound>)? $crate::flow::Flow for $flow $(<$parameter>)? {
            type Event = $crate::flow::FlowEvent;
            type Outcome = Result<$success, $crate::flow::FlowError>;

            fn poll_output(&mut self) -> $crate::flow::Output<Self::Event, Self::Outcome> {
                self.0.poll_output()
            }

            fn handle_input(&mut self, now: $crate::types::Timestamp, input: $crate::flow::Input) {
                self.0.handle_input(now, input);
            }

            fn state(&self) -> &'static str {
                self.0.state()
            }
        }
    };
}

pub(crate) use interactive_flow;

#[cfg(test)]
mod tests;
