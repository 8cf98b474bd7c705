use std::error;
use std::fmt::Debug;

use hardline::flow::{
    Flow, FlowError, Input, InteractiveFlow, NamedFlow, NotAwaited, OperationFlow, Output, Prompt,
    Reply, RetryScheduled,
};
use hardline::json::RawJson;
use hardline::types::Timestamp;
use hardline::wire::{ApiResponse, Endpoint, Error};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A flow as scripts drive it: an interactive flow or an operation.
pub(super) trait Driven:
    Flow<Event: Debug, Outcome = Result<Self::Value, Self::Error>> + Debug + Sized
{
    type Value: Debug;
    type Error: error::Error;

    /// Whether it can be cancelled before it is over; other flows are dropped.
    const CAN_BE_CANCELLED: bool;

    fn prompt(&self) -> Option<Prompt>;

    fn reply(&mut self, now: Timestamp, reply: Reply) -> Result<(), NotAwaited>;

    fn retry(&mut self, now: Timestamp) -> Result<(), NotAwaited>;

    fn cancel(&mut self, now: Timestamp) -> Result<(), NotAwaited>;

    /// Its saved form, and the flow loaded from it; `None` if it cannot be saved.
    fn reloaded(&self) -> Option<(Vec<u8>, Self)>;
}

impl<F> Driven for F
where
    F: InteractiveFlow<Success: Debug> + Debug + Serialize + DeserializeOwned,
{
    type Value = F::Success;
    type Error = FlowError;

    const CAN_BE_CANCELLED: bool = true;

    fn prompt(&self) -> Option<Prompt> {
        InteractiveFlow::prompt(self)
    }

    fn reply(&mut self, now: Timestamp, reply: Reply) -> Result<(), NotAwaited> {
        InteractiveFlow::reply(self, now, reply)
    }

    fn retry(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        InteractiveFlow::retry(self, now)
    }

    fn cancel(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        InteractiveFlow::cancel(self, now)
    }

    fn reloaded(&self) -> Option<(Vec<u8>, Self)> {
        Some(reloaded(self))
    }
}

/// A single operation.
#[derive(Debug)]
pub(super) struct Alone<F>(pub(super) F);

/// The flow of one operation.
pub(super) trait Operation:
    Flow<Event = RetryScheduled, Outcome = Result<ApiResponse<Self::Value>, Error>> + Debug + Sized
{
    type Value: Debug;

    fn reloaded(&self) -> Option<(Vec<u8>, Self)>;
}

impl<E> Operation for OperationFlow<E>
where
    E: Endpoint<Response: Debug> + Debug + Serialize + DeserializeOwned,
{
    type Value = E::Response;

    fn reloaded(&self) -> Option<(Vec<u8>, Self)> {
        Some(reloaded(self))
    }
}

impl Operation for NamedFlow {
    type Value = RawJson;

    fn reloaded(&self) -> Option<(Vec<u8>, Self)> {
        None
    }
}

impl<F: Operation> Flow for Alone<F> {
    type Event = F::Event;
    type Outcome = F::Outcome;

    fn poll_output(&mut self) -> Output<F::Event, F::Outcome> {
        self.0.poll_output()
    }

    fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.0.handle_input(now, input);
    }

    fn state(&self) -> &'static str {
        self.0.state()
    }
}

impl<F: Operation> Driven for Alone<F> {
    type Value = ApiResponse<F::Value>;
    type Error = Error;

    const CAN_BE_CANCELLED: bool = false;

    fn prompt(&self) -> Option<Prompt> {
        None
    }

    fn reply(&mut self, _: Timestamp, _: Reply) -> Result<(), NotAwaited> {
        Err(NotAwaited)
    }

    fn retry(&mut self, _: Timestamp) -> Result<(), NotAwaited> {
        Err(NotAwaited)
    }

    fn cancel(&mut self, _: Timestamp) -> Result<(), NotAwaited> {
        Err(NotAwaited)
    }

    fn reloaded(&self) -> Option<(Vec<u8>, Self)> {
        let (saved, flow) = self.0.reloaded()?;
        Some((saved, Self(flow)))
    }
}

/// Saves a drained flow and loads it.
fn reloaded<F: Serialize + DeserializeOwned>(flow: &F) -> (Vec<u8>, F) {
    let saved = serde_json::to_vec(flow).expect("it waits or is done");
    let loaded = serde_json::from_slice(&saved).expect("it was saved");
    (saved, loaded)
}
