//! Does one operation.
//!
//! ```text
//! new --> Running --response, or gave up--> Finished --Output::Done--> Told
//!         |     ^
//!         |     '-- Output::Event --.
//!         '-- failure, retried --> Again
//! ```
//!
//! The states inside `Running` are in `attempts.rs`.

use crate::flow::engine::attempts::{Attempts, FlowState, Progress};
use crate::flow::{Flow, Input, Output, RetryPolicy, RetryScheduled};
use crate::types::Timestamp;
use crate::wire::{ApiResponse, Credentials, Endpoint, Error, Target};

/// One operation as a flow: sent, and retried if that is safe and the policy allows it.
///
/// With the feature `persist` it is saved and loaded like an interactive flow, provided that the operation itself can
/// be loaded: see [the rules](crate::flow#saving). A request that was in flight and must not be repeated then counts as
/// failed.
///
/// [`Client::call`](crate::client::Client::call) runs one. The [module's](crate::flow) example shows how to run one
/// yourself.
#[derive(Debug)]
pub struct OperationFlow<E: Endpoint> {
    pub(crate) operation: E,
    pub(crate) target: Target,
    pub(crate) flow_state: FlowState,
    pub(crate) state: State<E::Response>,
}

#[derive(Debug)]
pub(crate) enum State<T> {
    Running(Attempts),
    /// The attempt failed and will be repeated; the event is still to be returned.
    Again(Attempts, RetryScheduled),
    Finished(Box<Result<ApiResponse<T>, Error>>),
    Told,
}

impl<E: Endpoint> OperationFlow<E> {
    /// A flow that sends an operation to this target. `seed` varies the waits; any number that differs between clients
    /// will do.
    pub fn new(
        now: Timestamp,
        operation: E,
        target: Target,
        policy: RetryPolicy,
        seed: u64,
    ) -> Self {
        Self {
            operation,
            target,
            flow_state: FlowState::new(now, policy, seed),
            state: State::Running(Attempts::new()),
        }
    }
}

impl<E: Endpoint> Flow for OperationFlow<E> {
    type Event = RetryScheduled;
    type Outcome = Result<ApiResponse<E::Response>, Error>;

    fn poll_output(&mut self) -> Output<RetryScheduled, Self::Outcome> {
        if let Some(id) = self.flow_state.cancelled.pop_front() {
            return Output::Cancel(id);
        }
        match std::mem::replace(&mut self.state, State::Told) {
            State::Running(mut attempts) => {
                let output = if attempts.is_due() {
                    match attempts.send(
                        &mut self.flow_state,
                        &self.operation,
                        &self.target,
                        &Credentials::Deferred,
                    ) {
                        Ok((id, request)) => Output::Send(id, request),
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
        match attempts.handle::<E>(&mut self.flow_state, input) {
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
