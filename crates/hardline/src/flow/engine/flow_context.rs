use std::task::{Poll, ready};
use std::time::Duration;

use http::{Request, StatusCode};

use crate::flow::engine::attempts::{Answered, Attempts};
use crate::flow::engine::callable::Callable;
use crate::flow::engine::core::{Core, FlowStep};
use crate::flow::engine::effort::Effort;
use crate::flow::engine::streaming::{Received, SinkPart};
use crate::flow::{BodyDirection, FlowError, FlowEvent, Input, RequestId, RetryScheduled};
use crate::types::Timestamp;
use crate::wire::{
    ApiResponse, Auth, AuthData, Credentials, EncodeError, Error, ErrorCode, ErrorKind, Operation,
    OperationName, SentSecrets, Target,
};

/// What the flow logic gets to continue with.
pub(crate) struct FlowContext<'a> {
    pub(super) core: &'a mut Core,
    pub(super) input: Option<Input>,
    /// Where to put a request, while one can be sent.
    pub(super) sent: Option<&'a mut Option<Sent>>,
}

pub(super) type Sent = (RequestId, Request<Vec<u8>>, Option<BodyDirection>);

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

    /// The same with everything that comes with the response.
    pub(crate) fn call_answer<O: Callable>(
        &mut self,
        operation: &O,
        target: &Target,
    ) -> Poll<Result<ApiResponse<O::Response>, CallError>> {
        let credentials = &Credentials::Deferred;
        let answer = self.attempt_answer(operation, None, target, credentials);
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
        self.attempt_as(effort, operation, None, target, credentials)
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
        self.attempt_as(Effort::USUAL, operation, auth, target, credentials)
    }

    /// The same with an effort of its own.
    pub(crate) fn attempt_as<O: Callable>(
        &mut self,
        effort: Effort,
        operation: &O,
        auth: Option<&AuthData>,
        target: &Target,
        credentials: &Credentials,
    ) -> Poll<Result<ApiResponse<O::Response>, CallError>> {
        let encode = || operation.encode(auth, target, credentials);
        let (attempts, answered) = self.on_input(operation.operation());
        let failure = match answered {
            Answered::Nothing | Answered::Received(_) => None,
            Answered::Response(response) => match operation.decode(response) {
                Ok(response) => return Poll::Ready(Ok(response)),
                Err(error) => Some(without_secrets_of(&encode, error)),
            },
            Answered::Failure(error) => Some(error),
        };
        self.try_with(
            effort,
            operation.operation(),
            attempts,
            failure,
            effort.timeout.or_else(|| operation.timeout()),
            &encode,
        )
        .map(Err)
    }

    /// Tries on as hard as `effort` says. It is separate from [`attempt_as`](FlowContext::attempt_as) because that one is
    /// compiled for each operation.
    fn try_with(
        &mut self,
        effort: Effort,
        operation: &'static Operation,
        mut attempts: Attempts,
        failure: Option<Error>,
        timeout: Option<Duration>,
        encode: &dyn Fn() -> Result<Request<Vec<u8>>, EncodeError>,
    ) -> Poll<CallError> {
        if let Some(limit) = effort.limit {
            attempts.limit_to(limit, effort.left(limit, self.now()));
        }
        if effort.is_single {
            attempts.send_once();
        }
        match failure {
            Some(error) if (effort.is_final)(&error) => {
                let operation = operation.name();
                Poll::Ready(CallError { operation, error })
            }
            failure => self.try_on(operation, attempts, failure, timeout, encode),
        }
    }

    /// Calls one operation whose request's body, of this length, comes from the program's source. `operation` has none of
    /// its own.
    #[cfg_attr(
        not(feature = "media"),
        allow(dead_code, reason = "files are uploaded by it")
    )]
    pub(crate) fn upload<O: Callable>(
        &mut self,
        effort: Effort,
        operation: &O,
        target: &Target,
        length: u64,
    ) -> Poll<Result<O::Response, CallError>> {
        self.stream(operation.operation(), |attempts| attempts.upload(length));
        self.attempt_with(effort, operation, target, &Credentials::Deferred)
    }

    /// Calls one operation whose response's body goes to the program's sink, which holds this part of it; how far it
    /// comes is written there. A body that is larger than the cap is not taken. Any response that is not the operation's
    /// answer comes as an error.
    #[cfg_attr(
        not(feature = "media"),
        allow(dead_code, reason = "files are downloaded by it")
    )]
    pub(crate) fn download<O: Callable>(
        &mut self,
        effort: Effort,
        operation: &O,
        target: &Target,
        part: &mut SinkPart,
        cap: Option<u64>,
    ) -> Poll<Result<Received, CallError>> {
        self.stream(operation.operation(), |attempts| {
            attempts.download(part, cap)
        });
        let (attempts, answered) = self.on_input(operation.operation());
        part.clone_from(attempts.sink_part());
        let failure = match answered {
            Answered::Nothing => None,
            Answered::Received(received) => return Poll::Ready(Ok(*received)),
            Answered::Response(response) => operation.decode(response).err(),
            Answered::Failure(error) => Some(error),
        };
        let encode = || operation.encode(None, target, &Credentials::Deferred);
        let refused = self.try_with(
            effort,
            operation.operation(),
            attempts,
            failure,
            operation.timeout(),
            &encode,
        );
        if let FlowStep::Calling(attempts) = &self.core.step {
            part.clone_from(attempts.sink_part());
        }
        refused.map(Err)
    }

    /// The body of the call that begins or goes on now streams.
    fn stream(&mut self, operation: &'static Operation, streams: impl FnOnce(&mut Attempts)) {
        let step = &mut self.core.step;
        match step {
            FlowStep::Calling(attempts) if attempts.may_be_of(operation) => streams(attempts),
            FlowStep::Calling(_) => {}
            _ => {
                let mut attempts = Attempts::new();
                streams(&mut attempts);
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
        core.events
            .extend(attempts.take_progress(core.flow_state.now));
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

    /// A wait of between half of this length and all of it.
    #[cfg_attr(
        not(feature = "sync"),
        allow(dead_code, reason = "a loop backs off in its own time")
    )]
    pub(crate) fn spread(&mut self, length: Duration) -> Duration {
        self.core.flow_state.jitter.spread(length)
    }

    /// Emits an event for the user or the program.
    pub(crate) fn emit(&mut self, event: FlowEvent) {
        self.core.events.push(event);
    }

    /// The time of the latest input.
    pub(crate) fn now(&self) -> Timestamp {
        self.core.flow_state.now
    }

    /// How often the request in progress was sent. To be asked before the call goes on, since an answer ends it.
    #[cfg_attr(
        not(feature = "media"),
        allow(dead_code, reason = "an upload that was repeated may be there already")
    )]
    pub(crate) fn times_sent(&self) -> u32 {
        match &self.core.step {
            FlowStep::Calling(attempts) => attempts.count(),
            _ => 0,
        }
    }

    /// When the request in flight was sent. To be asked before the call goes on, since an answer ends it.
    #[cfg_attr(
        not(any(feature = "oauth", feature = "sync")),
        allow(dead_code, reason = "a token's lifetime counts from then on")
    )]
    pub(crate) fn sent_at(&self) -> Option<Timestamp> {
        match &self.core.step {
            FlowStep::Calling(attempts) => attempts.sent_at(),
            _ => None,
        }
    }

    /// The flow does not go on by itself. On a retry, `advance` is called in the state that the logic is in.
    #[cfg_attr(
        not(feature = "oauth"),
        allow(dead_code, reason = "a device code may expire")
    )]
    pub(crate) fn stall(&mut self, error: Error) {
        self.core.stall(error);
    }

    /// How long the policy waits for a response.
    #[cfg_attr(
        not(feature = "media"),
        allow(dead_code, reason = "a server may wait for a file so long")
    )]
    pub(crate) fn response_timeout(&self) -> Duration {
        self.core.flow_state.policy.timeout
    }

    /// The longest wait that the policy allows.
    pub(crate) fn longest_wait(&self) -> Duration {
        self.core.flow_state.policy.longest_wait
    }

    /// The wait that the policy has after so many failed attempts.
    #[cfg_attr(
        not(feature = "sync"),
        allow(dead_code, reason = "a loop backs off in its own time")
    )]
    pub(crate) fn backoff(&self, attempt: u32) -> Duration {
        self.core.flow_state.policy.backoff(attempt)
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

/// An error that does not repeat the secrets of the request that it answers.
fn without_secrets_of(
    encode: &dyn Fn() -> Result<Request<Vec<u8>>, EncodeError>,
    error: Error,
) -> Error {
    match encode() {
        Ok(request) => error.hiding(&SentSecrets::of(&request)),
        Err(_) => error,
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
