//! Does one operation that is called by its name.
//!
//! Its states are in `operation_flow.rs`.

use crate::by_name::NamedOperation;
use crate::flow::engine::attempts::{Attempts, FlowState, Progress};
use crate::flow::{Flow, Input, Output, RetryPolicy, RetryScheduled};
use crate::json::{JsonObject, RawJson};
use crate::types::Timestamp;
use crate::wire::{ApiResponse, Credentials, Error, Target};

/// Like [`OperationFlow`](crate::flow::OperationFlow), for an operation that is called by its name.
///
/// [`Client::call_by_name`](crate::client::Client::call_by_name) runs one.
///
/// ```
/// use hardline::by_name::Operations;
/// use hardline::flow::{Flow, Input, NamedFlow, Output, RetryPolicy};
/// use hardline::json::JsonObject;
/// use hardline::types::Timestamp;
/// use hardline::wire::Target;
///
/// let versions = *Operations::all().find("cs:getVersions")?;
/// let target = Target::homeserver("https://example.org")?;
/// let now = Timestamp::from_millis(0);
/// let mut flow = NamedFlow::new(now, versions, JsonObject::new(), target, RetryPolicy::default(), 1);
/// let Output::Send(id, request) = flow.poll_output() else { unreachable!("it is sent at once") };
/// assert_eq!(request.uri().path(), "/_matrix/client/versions");
/// let response = http::Response::new(r#"{"versions": ["v1.19"]}"#.into());
/// flow.handle_input(now, Input::Response(id, response));
/// let Output::Done(result) = flow.poll_output() else { unreachable!("the response has arrived") };
/// assert_eq!(result?.value.as_str(), r#"{"versions":["v1.19"],"unstable_features":{}}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct NamedFlow {
    operation: NamedOperation,
    arguments: JsonObject,
    target: Target,
    flow_state: FlowState,
    state: State,
}

#[derive(Debug)]
enum State {
    Running(Attempts),
    /// The attempt failed and will be repeated; the event is still to be returned.
    Again(Attempts, RetryScheduled),
    Finished(Box<Result<ApiResponse<RawJson>, Error>>),
    Told,
}

impl NamedFlow {
    /// A flow that sends an operation to this target; the members of `arguments` are the operation's fields. `seed`
    /// varies the waits; any number that differs between clients will do.
    pub fn new(
        now: Timestamp,
        operation: NamedOperation,
        arguments: JsonObject,
        target: Target,
        policy: RetryPolicy,
        seed: u64,
    ) -> Self {
        Self {
            operation,
            arguments,
            target,
            flow_state: FlowState::new(now, policy, seed),
            state: State::Running(Attempts::new()),
        }
    }
}

impl Flow for NamedFlow {
    type Event = RetryScheduled;
    type Outcome = Result<ApiResponse<RawJson>, Error>;

    fn poll_output(&mut self) -> Output<RetryScheduled, Self::Outcome> {
        if let Some(id) = self.flow_state.cancelled.pop_front() {
            return Output::Cancel(id);
        }
        match std::mem::replace(&mut self.state, State::Told) {
            State::Running(mut attempts) => {
                let output = if attempts.is_due() {
                    let Self {
                        operation,
                        arguments,
                        target,
                        flow_state,
                        ..
                    } = self;
                    match operation.encode(arguments, target, &Credentials::Deferred) {
                        Ok(request) => {
                            let (id, request) =
                                attempts.sent(flow_state, operation.operation(), None, request);
                            Output::Send(id, request)
                        }
                        Err(error) => return Output::Done(Err(error.into())),
                    }
                } else {
                    Output::Wait(attempts.deadline())
                };
                self.state = State::Running(attempts);
                output
            }
            State::Again(attempts, waiting) => {
                self.state = State::Running(attempts);
                Output::Event(waiting)
            }
            State::Finished(result) => Output::Done(*result),
            State::Told => Output::Wait(None),
        }
    }

    fn handle_input(&mut self, now: Timestamp, input: Input) {
        let State::Running(attempts) = &mut self.state else {
            return;
        };
        self.flow_state.set_now(now, attempts.deadline_mut());
        let operation = self.operation;
        let decode = |response| operation.decode(response);
        match attempts.handle_with(&mut self.flow_state, operation.operation(), decode, input) {
            Progress::None => {}
            Progress::Again(waiting) => {
                let attempts = std::mem::replace(attempts, Attempts::new());
                self.state = State::Again(attempts, waiting);
            }
            Progress::Finished(result) => self.state = State::Finished(Box::new(result)),
        }
    }

    fn state(&self) -> &'static str {
        match self.state {
            State::Running(_) => "Running",
            State::Again(..) => "Again",
            State::Finished(_) => "Finished",
            State::Told => "Told",
        }
    }
}
