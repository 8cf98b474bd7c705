//! Runs every flow: its requests in progress, their retries, and its saved form.

pub(crate) mod attempts;
pub(crate) mod call_limit;
pub(crate) mod callable;
#[cfg_attr(
    not(feature = "identity"),
    allow(dead_code, reason = "other calls come first only at identity servers")
)]
pub(crate) mod called;
pub(crate) mod effort;
mod jitter;
mod part;
#[cfg(feature = "persist")]
pub(crate) mod persist;
pub(crate) mod request_id;
pub(crate) mod retry_policy;
pub(crate) mod retry_scheduled;
mod streaming;
#[cfg(test)]
#[cfg_attr(
    not(feature = "identity"),
    allow(
        dead_code,
        reason = "flows of one section may not need what those of another do"
    )
)]
pub(crate) mod test_harness;

use std::collections::VecDeque;
use std::fmt;
use std::task::{Poll, ready};
use std::time::Duration;

use http::{Request, StatusCode};

use super::{
    BodyDirection, FlowError, FlowEvent, Input, NotAwaited, Output, Prompt, Reply, RequestId,
    RetryPolicy, RetryScheduled,
};
use crate::flow::engine::attempts::{Answered, Attempts, FlowState};
use crate::flow::engine::call_limit::CallLimit;
use crate::flow::engine::callable::Callable;
use crate::flow::engine::effort::Effort;
use crate::flow::engine::streaming::Received;
use crate::types::Timestamp;
use crate::wire::{
    ApiResponse, Auth, AuthData, Credentials, EncodeError, Error, ErrorCode, ErrorKind, Operation,
    OperationName, Target,
};
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
}

/// Runs a [`FlowLogic`]: everything that all flows have in common.
pub(crate) struct Engine<S: FlowLogic> {
    pub(super) logic: S,
    pub(super) core: Core,
    pub(super) outcome: Option<Box<Result<S::Success, FlowError>>>,
}

/// The part that does not depend on the flow logic.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) flow_state: FlowState,
    /// They are few: a queue would take more memory than it saves moves.
    pub(super) events: Vec<FlowEvent>,
    pub(super) step: FlowStep,
}

/// What is in progress.
#[derive(Debug)]
pub(super) enum FlowStep {
    /// The flow logic can continue.
    Ready,
    /// Nothing: the flow waits for a reply.
    Awaiting,
    /// A request that was sent or will be sent again. It remembers the operation: no response is read as another's.
    Calling(Attempts),
    /// A pause that lasts until this time.
    Pausing(Timestamp),
    /// Nothing: a request failed and is sent again only on request.
    Stalled,
    /// The flow is over.
    Over,
}

/// What the flow logic gets to continue with.
pub(crate) struct FlowContext<'a> {
    core: &'a mut Core,
    input: Option<Input>,
    /// Where to put a request, while one can be sent.
    sent: Option<&'a mut Option<Sent>>,
}

type Sent = (RequestId, Request<Vec<u8>>, Option<BodyDirection>);

/// The server refused an operation, or the request could not be built.
#[derive(Debug)]
pub(crate) struct CallError {
    pub(crate) operation: OperationName,
    pub(crate) error: Error,
}

impl FlowContext<'_> {
    /// Calls one operation, retrying when that is safe and the policy allows it. If it gets no final response, the flow
    /// stalls. An error is final: the server's refusal, or a request that could not be built. Tell a refusal that another
    /// reply mends by its [`errcode`](CallError::errcode), and pass on any other with `?` or `into`. An operation that
    /// requires user-interactive authentication is called by way of `Uia::call`.
    pub(crate) fn call<O: Callable>(
        &mut self,
        operation: &O,
        target: &Target,
    ) -> Poll<Result<O::Response, CallError>> {
        self.call_as(operation, target, &Credentials::Deferred)
    }

    /// The same with a stage of authentication, and with everything that comes with the response.
    pub(crate) fn call_answer<O: Callable>(
        &mut self,
        operation: &O,
        auth: Option<&AuthData>,
        target: &Target,
    ) -> Poll<Result<ApiResponse<O::Response>, CallError>> {
        let credentials = &Credentials::Deferred;
        let answer = self.attempt_answer(operation, auth, target, credentials);
        self.settled(operation, credentials, answer)
    }

    /// The same with credentials that the flow logic holds itself: those of another server than the account's. An
    /// expired token does not stall the flow then, since only the flow logic can get another one.
    pub(crate) fn call_as<O: Callable>(
        &mut self,
        operation: &O,
        target: &Target,
        credentials: &Credentials,
    ) -> Poll<Result<O::Response, CallError>> {
        let answer = self.attempt(operation, target, credentials);
        self.settled(operation, credentials, answer)
    }

    fn settled<O: Callable, T>(
        &mut self,
        operation: &O,
        credentials: &Credentials,
        answer: Poll<Result<T, CallError>>,
    ) -> Poll<Result<T, CallError>> {
        match ready!(answer) {
            Ok(response) => Poll::Ready(Ok(response)),
            Err(refusal) => self
                .settle(operation.operation(), refusal, credentials)
                .map(Err),
        }
    }

    /// Decides what an error means for a call: if it may go away, the flow stalls.
    pub(crate) fn settle(
        &mut self,
        operation: &Operation,
        refusal: CallError,
        credentials: &Credentials,
    ) -> Poll<CallError> {
        if may_pass(&refusal.error, operation, credentials) {
            self.core.stall(refusal.error);
            return Poll::Pending;
        }
        Poll::Ready(refusal)
    }

    /// Calls one operation whose result, good or bad, is handed to the flow logic: nothing stalls.
    pub(crate) fn attempt<O: Callable>(
        &mut self,
        operation: &O,
        target: &Target,
        credentials: &Credentials,
    ) -> Poll<Result<O::Response, CallError>> {
        self.attempt_with(Effort::USUAL, operation, target, credentials)
    }

    /// The same with an effort of its own.
    pub(crate) fn attempt_with<O: Callable>(
        &mut self,
        effort: Effort,
        operation: &O,
        target: &Target,
        credentials: &Credentials,
    ) -> Poll<Result<O::Response, CallError>> {
        let limit = effort.limit.map(|limit| (limit, limit.total));
        let Effort { is_final, .. } = effort;
        self.attempt_under(limit, is_final, operation, None, target, credentials)
            .map_ok(|answer| answer.value)
    }

    /// The same with a limit for all attempts together, and for what came before: `begun` says since when, if not since
    /// now.
    pub(crate) fn attempt_within<O: Callable>(
        &mut self,
        limit: &'static CallLimit,
        begun: Option<Timestamp>,
        operation: &O,
        target: &Target,
        credentials: &Credentials,
    ) -> Poll<Result<O::Response, CallError>> {
        let passed = begun.map_or(Duration::ZERO, |begun| self.now() - begun);
        // Nobody waited all the time if the machine slept, or the flow was saved.
        let left = match limit.total.saturating_sub(passed) {
            Duration::ZERO => limit.total,
            left => left,
        };
        let (limit, is_final) = (Some((limit, left)), Effort::USUAL.is_final);
        self.attempt_under(limit, is_final, operation, None, target, credentials)
            .map_ok(|answer| answer.value)
    }

    /// Like [`attempt`](FlowContext::attempt), with a stage of authentication, and with everything that comes with the
    /// response.
    pub(crate) fn attempt_answer<O: Callable>(
        &mut self,
        operation: &O,
        auth: Option<&AuthData>,
        target: &Target,
        credentials: &Credentials,
    ) -> Poll<Result<ApiResponse<O::Response>, CallError>> {
        let is_final = Effort::USUAL.is_final;
        self.attempt_under(None, is_final, operation, auth, target, credentials)
    }

    fn attempt_under<O: Callable>(
        &mut self,
        limit: Option<(&'static CallLimit, Duration)>,
        is_final: fn(&Error) -> bool,
        operation: &O,
        auth: Option<&AuthData>,
        target: &Target,
        credentials: &Credentials,
    ) -> Poll<Result<ApiResponse<O::Response>, CallError>> {
        let (mut attempts, answered) = self.on_input(operation.operation());
        if let Some((limit, left)) = limit {
            attempts.limit_to(limit, left);
        }
        let failure = match answered {
            Answered::Nothing | Answered::Received(_) => None,
            Answered::Response(response) => match operation.decode(response) {
                Ok(response) => return Poll::Ready(Ok(response)),
                Err(error) => Some(error),
            },
            Answered::Failure(error) => Some(error),
        };
        let failure = match failure {
            Some(error) if is_final(&error) => {
                let operation = operation.operation().name();
                return Poll::Ready(Err(CallError { operation, error }));
            }
            failure => failure,
        };
        let encode = || operation.encode(auth, target, credentials);
        self.try_on(
            operation.operation(),
            attempts,
            failure,
            operation.timeout(),
            &encode,
        )
        .map(Err)
    }

    /// Calls one operation whose request's body comes from the program's source. `operation` has none of its own.
    #[cfg_attr(not(test), expect(dead_code, reason = "media will be uploaded by it"))]
    pub(crate) fn upload<O: Callable>(
        &mut self,
        operation: &O,
        target: &Target,
        credentials: &Credentials,
    ) -> Poll<Result<O::Response, CallError>> {
        self.stream(operation.operation(), BodyDirection::Upload { at: 0 });
        self.attempt(operation, target, credentials)
    }

    /// Calls one operation whose response's body goes to the program's sink. Any response that is not its answer comes
    /// as an error.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "media will be downloaded by it")
    )]
    pub(crate) fn download<O: Callable>(
        &mut self,
        operation: &O,
        target: &Target,
        credentials: &Credentials,
    ) -> Poll<Result<Received, CallError>> {
        self.stream(operation.operation(), BodyDirection::Download);
        let (attempts, answered) = self.on_input(operation.operation());
        let failure = match answered {
            Answered::Nothing => None,
            Answered::Received(received) => return Poll::Ready(Ok(*received)),
            Answered::Response(response) => operation.decode(response).err(),
            Answered::Failure(error) => Some(error),
        };
        let encode = || operation.encode(None, target, credentials);
        self.try_on(
            operation.operation(),
            attempts,
            failure,
            operation.timeout(),
            &encode,
        )
        .map(Err)
    }

    /// The body of the call that begins or goes on now streams.
    fn stream(&mut self, operation: &'static Operation, direction: BodyDirection) {
        let step = &mut self.core.step;
        match step {
            FlowStep::Calling(attempts) if attempts.may_be_of(operation) => {
                attempts.stream(direction);
            }
            FlowStep::Calling(_) => {}
            _ => {
                let mut attempts = Attempts::new();
                attempts.stream(direction);
                *step = FlowStep::Calling(attempts);
            }
        }
    }

    /// The request in progress, if any, and what the input means for it.
    fn on_input(&mut self, operation: &'static Operation) -> (Attempts, Answered) {
        let core = &mut *self.core;
        let mut attempts = match std::mem::replace(&mut core.step, FlowStep::Ready) {
            FlowStep::Calling(attempts) if attempts.may_be_of(operation) => attempts,
            FlowStep::Calling(attempts) => {
                // The logic forgot what it waits for. Its answer, which may be the input, is nobody's now.
                debug_assert!(false, "{attempts:?} is not of {}", operation.name());
                attempts.abandon(&mut core.flow_state);
                self.input = None;
                Attempts::new()
            }
            _ => Attempts::new(),
        };
        let answered = attempts.on_input(&mut core.flow_state, self.input.take());
        (attempts, answered)
    }

    /// Sends the request if it is time and waits otherwise, until nothing is left to try. It is separate from
    /// [`attempt`](FlowContext::attempt) because that one is compiled for each operation.
    fn try_on(
        &mut self,
        operation: &'static Operation,
        mut attempts: Attempts,
        failure: Option<Error>,
        own_timeout: Option<Duration>,
        encode: &dyn Fn() -> Result<Request<Vec<u8>>, EncodeError>,
    ) -> Poll<CallError> {
        let core = &mut *self.core;
        let refused = |error| {
            Poll::Ready(CallError {
                operation: operation.name(),
                error,
            })
        };
        if let Some(error) = failure {
            match attempts.after(&mut core.flow_state, operation, error) {
                Ok(waiting) => core.events.push(FlowEvent::RetryScheduled(waiting)),
                Err(error) => return refused(error),
            }
        }
        // If a request could not be built, another may be sent in its place.
        if attempts.is_due()
            && let Some(sent) = &mut self.sent
            && sent.is_none()
        {
            match encode() {
                Ok(request) => {
                    let flow_state = &mut core.flow_state;
                    let (id, request) = attempts.sent(flow_state, operation, own_timeout, request);
                    **sent = Some((id, request, attempts.direction()));
                }
                Err(error) => return refused(error.into()),
            }
        }
        core.step = FlowStep::Calling(attempts);
        Poll::Pending
    }

    /// Waits for between half of this length and all of it.
    pub(crate) fn pause(&mut self, length: Duration) -> Poll<()> {
        let core = &mut *self.core;
        let now = core.flow_state.now;
        match core.step {
            FlowStep::Pausing(until) if until <= now => {
                core.step = FlowStep::Ready;
                return Poll::Ready(());
            }
            FlowStep::Pausing(_) => {}
            _ => {
                debug_assert!(matches!(core.step, FlowStep::Ready), "{:?}", core.step);
                core.abandon();
                core.step = FlowStep::Pausing(now + core.flow_state.jitter.spread(length));
            }
        }
        Poll::Pending
    }

    /// Waits until this time, which is no further away than this length: the clock may have been set back since the time
    /// was determined.
    pub(crate) fn pause_until(&mut self, until: Timestamp, length: Duration) -> Poll<()> {
        if matches!(self.core.step, FlowStep::Ready) {
            let now = self.core.flow_state.now;
            self.core.step = FlowStep::Pausing(until.min(now + length));
        }
        // A pause that has begun keeps its end.
        self.pause(length)
    }

    /// Begins a pause before the next of many attempts, of between half of this length and all of it, and says why.
    pub(crate) fn pause_after(&mut self, error: Error, length: Duration) {
        let core = &mut *self.core;
        let until = core.flow_state.now + core.flow_state.jitter.spread(length);
        core.step = FlowStep::Pausing(until);
        self.emit(FlowEvent::RetryScheduled(RetryScheduled { error, until }));
    }

    /// Emits an event for the user or the program.
    pub(crate) fn emit(&mut self, event: FlowEvent) {
        self.core.events.push(event);
    }

    /// The time of the latest input.
    pub(crate) fn now(&self) -> Timestamp {
        self.core.flow_state.now
    }

    /// The longest wait that the policy allows.
    pub(crate) fn longest_wait(&self) -> Duration {
        self.core.flow_state.policy.longest_wait
    }
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
        self.core.set_now(now);
        if matches!(self.core.step, FlowStep::Over) {
            return Err(NotAwaited);
        }
        self.core.abandon();
        self.finish(Err(FlowError::Cancelled));
        Ok(())
    }

    pub(crate) fn poll_output(&mut self) -> Output<FlowEvent, Result<S::Success, FlowError>> {
        let mut sent = None;
        // Cancellations go out before the next request.
        if self.core.flow_state.cancelled.is_empty() && self.core.events.is_empty() && self.is_due()
        {
            self.advance(None, Some(&mut sent));
        }
        match sent {
            Some((id, request, None)) => return Output::Send(id, request),
            Some((id, request, Some(direction))) => {
                return Output::SendStreaming(id, request.into_parts().0, direction);
            }
            None => {}
        }
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

impl Core {
    /// Takes over the time, for everything that the flow waits for.
    fn set_now(&mut self, now: Timestamp) {
        let pending = match &mut self.step {
            FlowStep::Calling(attempts) => attempts.deadline_mut(),
            FlowStep::Pausing(until) => Some(until),
            _ => None,
        };
        self.flow_state.set_now(now, pending);
    }

    /// Drops what is in progress.
    fn abandon(&mut self) {
        if let FlowStep::Calling(attempts) = &self.step {
            attempts.abandon(&mut self.flow_state);
        }
    }

    pub(super) fn stall(&mut self, error: Error) {
        self.step = FlowStep::Stalled;
        self.events.push(FlowEvent::Stalled(error));
    }
}

// The outcome may be of a type whose `Debug` shows secrets.
impl<S: FlowLogic + fmt::Debug> fmt::Debug for Engine<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("script", &self.logic)
            .field("core", &self.core)
            .finish_non_exhaustive()
    }
}

impl CallError {
    /// The error code that the server gave.
    pub(crate) fn errcode(&self) -> Option<&ErrorCode> {
        self.error.errcode()
    }
}

impl From<CallError> for FlowError {
    fn from(refusal: CallError) -> Self {
        Self::Refused {
            operation: refusal.operation,
            source: refusal.error,
        }
    }
}

/// Whether the same request may succeed later, or with another access token.
fn may_pass(error: &Error, operation: &Operation, credentials: &Credentials) -> bool {
    match error.kind() {
        ErrorKind::Transport(_) | ErrorKind::UnexpectedResponse(_) => true,
        ErrorKind::Server(refused) => {
            let is_later =
                operation.auth != Auth::None && matches!(credentials, Credentials::Deferred);
            let token = is_later
                && matches!(
                    error.errcode(),
                    Some(ErrorCode::UnknownToken | ErrorCode::MissingToken)
                );
            // What a server has not implemented will not be there later.
            let is_broken =
                refused.status.is_server_error() && refused.status != StatusCode::NOT_IMPLEMENTED;
            token || error.is_rate_limited() || is_broken
        }
        ErrorKind::Uia(_) => error.is_rate_limited(),
        ErrorKind::Encode(_) => false,
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
