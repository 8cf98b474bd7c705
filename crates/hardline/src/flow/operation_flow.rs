//! Does one operation.
//!
//! ```text
//! new --> Running --answered, or given up--> Finished --told--> Told
//!         |     ^
//!         |     '--- told ---.
//!         '-- trouble --> Again
//! ```
//!
//! What `Running` goes through stands in `attempts.rs`.

use super::attempts::{Attempts, Progress, Shared};
use super::{Flow, Input, Output, RetryPolicy};
use crate::types::Timestamp;
use crate::wire::{Answer, Credentials, Endpoint, Error, Target};

/// One operation as a flow: sent, sent again where that is safe and the policy says so, and answered.
///
/// With the feature `persist` it is saved and loaded as a dialogue is, where the operation itself can be loaded: see
/// [the rules](crate::flow#saving). An exchange that was in flight and is not to be repeated has then failed.
///
/// [`Client::call`](crate::drive::Client::call) runs one. The example of the [module](crate::flow) drives one by hand.
#[derive(Debug)]
pub struct OperationFlow<E: Endpoint> {
    pub(super) operation: E,
    pub(super) target: Target,
    pub(super) shared: Shared,
    pub(super) state: State<E::Response>,
}

#[derive(Debug)]
pub(super) enum State<T> {
    Running(Attempts),
    /// It failed, is sent again, and that is to be told.
    Again(Attempts, Waiting),
    Finished(Box<Result<Answer<T>, Error>>),
    Told,
}

/// An attempt failed, and the next one is made at this time.
#[derive(Debug)]
#[non_exhaustive]
pub struct Waiting {
    /// What went wrong.
    pub error: Error,
    /// When it is tried again.
    pub until: Timestamp,
}

impl<E: Endpoint> OperationFlow<E> {
    /// An operation that is to be sent to this target. `seed` spreads the waits; any number will do that differs from
    /// client to client.
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
            shared: Shared::new(now, policy, seed),
            state: State::Running(Attempts::new()),
        }
    }
}

impl<E: Endpoint> Flow for OperationFlow<E> {
    type Event = Waiting;
    type Outcome = Result<Answer<E::Response>, Error>;

    fn poll_output(&mut self) -> Output<Waiting, Self::Outcome> {
        if let Some(exchange) = self.shared.cancelled.pop_front() {
            return Output::Cancel(exchange);
        }
        match std::mem::replace(&mut self.state, State::Told) {
            State::Running(mut attempts) => {
                let output = if attempts.is_due() {
                    match attempts.send(
                        &mut self.shared,
                        &self.operation,
                        &self.target,
                        &Credentials::Later,
                    ) {
                        Ok((exchange, request)) => Output::Send(exchange, request),
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
        self.shared.now = now;
        let State::Running(attempts) = &mut self.state else {
            return;
        };
        match attempts.handle::<E>(&mut self.shared, input) {
            Progress::None => {}
            Progress::Again(waiting) => {
                let attempts = std::mem::replace(attempts, Attempts::new());
                self.state = State::Again(attempts, waiting);
            }
            Progress::Finished(result) => self.state = State::Finished(Box::new(result)),
        }
    }
}
