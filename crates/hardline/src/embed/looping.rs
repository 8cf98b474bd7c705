use serde::Serialize;
use serde::de::DeserializeOwned;

use super::forms::error::{EmbedError, ErrorForm};
use super::forms::json;
use super::forms::typed::TypedForm;
use super::json_flow::{Effect, EmbeddedFlow, Ended, Finished};
use super::opening::Opening;
use crate::flow::{Flow, FlowError, Input, NotAwaited, Output};
use crate::json::{Empty, Shape, Shaped};
use crate::types::Timestamp;

/// A flow that goes on until it is stopped, with events and replies of its own.
pub(super) trait NamedLoop:
    Flow + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// Its name.
    const NAME: &'static str;

    /// The name of its saved form.
    const SAVED_AS: &'static str;

    /// The shape of its events, and their types.
    const EVENTS: (&'static Shape, &'static [TypedForm]);

    /// The shape of its replies, and their types.
    const REPLIES: (&'static Shape, &'static [TypedForm]);

    /// Its arguments.
    type Arguments: DeserializeOwned + Shaped;

    /// Begins it.
    ///
    /// # Errors
    /// [`EmbedError`] if it lacks something.
    fn open(opening: &Opening<'_>, arguments: Self::Arguments) -> Result<Self, EmbedError>;

    /// The JSON of an event.
    fn event(now: Timestamp, event: Self::Event) -> String;

    /// Takes a reply, and returns the JSON of what there is to say to it.
    ///
    /// # Errors
    /// [`EmbedError`] if it is none, or not now.
    fn reply(&mut self, now: Timestamp, reply: &str) -> Result<String, EmbedError>;

    /// How it ended.
    ///
    /// # Errors
    /// Why it failed.
    fn ended(outcome: Self::Outcome) -> Result<(), FlowError>;
}

/// Such a flow in JSON.
pub(super) struct Looping<F> {
    flow: F,
    now: Timestamp,
    is_cancelled: bool,
}

impl<F> Looping<F> {
    pub(super) fn new(now: Timestamp, flow: F) -> Self {
        Self {
            flow,
            now,
            is_cancelled: false,
        }
    }
}

impl<F: NamedLoop> EmbeddedFlow for Looping<F> {
    fn poll_output(&mut self) -> Output<String, Ended> {
        let now = self.now;
        let ended = |outcome: Result<(), FlowError>| match outcome {
            Ok(()) => Ok(Finished {
                value: json(&Empty {}),
                effect: Effect::Nothing,
            }),
            Err(error) => Err(Box::new(ErrorForm::of_flow_error(now, &error))),
        };
        if self.is_cancelled {
            return Output::Done(ended(Err(FlowError::Cancelled)));
        }
        let output = self.flow.poll_output();
        output.map(
            |event| F::event(now, event),
            |outcome| ended(F::ended(outcome)),
        )
    }

    fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.now = now;
        self.flow.handle_input(now, input);
    }

    fn state(&self) -> &'static str {
        self.flow.state()
    }

    fn prompt(&self) -> Option<String> {
        None
    }

    fn reply(&mut self, now: Timestamp, reply: &str) -> Result<String, EmbedError> {
        self.now = now;
        self.flow.reply(now, reply)
    }

    /// It tries again by itself.
    fn retry(&mut self, _: Timestamp) -> Result<(), NotAwaited> {
        Err(NotAwaited)
    }

    fn cancel(&mut self, _: Timestamp) -> Result<(), NotAwaited> {
        self.is_cancelled = true;
        Ok(())
    }

    fn save(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&self.flow)
    }
}
