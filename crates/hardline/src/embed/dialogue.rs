use serde::Serialize;
use serde::de::DeserializeOwned;

use super::forms::error::{EmbedError, ErrorForm};
use super::forms::event::EventForm;
use super::forms::json;
use super::forms::prompt::PromptForm;
use super::forms::reply::ReplyForm;
use super::json_flow::{Effect, EmbeddedFlow, Ended, Finished, NOTHING};
use super::opening::Opening;
use crate::flow::{FlowError, FlowEvent, Input, InteractiveFlow, NotAwaited, Output};
use crate::json::Shaped;
use crate::types::Timestamp;

/// An interactive flow with a name, for hosts that open it by that.
pub(super) trait NamedFlow:
    InteractiveFlow + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// Its name.
    const NAME: &'static str;

    /// The name of its saved form.
    const SAVED_AS: &'static str;

    /// Its arguments.
    type Arguments: DeserializeOwned + Shaped;

    /// What it brings.
    type Done: Serialize + Shaped;

    /// Begins it.
    ///
    /// # Errors
    /// [`EmbedError`] if it lacks something.
    fn open(opening: &mut Opening<'_>, arguments: Self::Arguments) -> Result<Self, EmbedError>;

    /// What it brought, and what that changes for other flows.
    fn done(now: Timestamp, success: Self::Success) -> (Self::Done, Effect);
}

/// An interactive flow in JSON.
pub(super) struct Dialogue<F> {
    flow: F,
    /// The time of the last input: errors say from then on how long a server asks to wait.
    now: Timestamp,
}

impl<F> Dialogue<F> {
    pub(super) fn new(now: Timestamp, flow: F) -> Self {
        Self { flow, now }
    }
}

impl<F: NamedFlow> EmbeddedFlow for Dialogue<F> {
    fn poll_output(&mut self) -> Output<String, Ended> {
        let now = self.now;
        let output = self.flow.poll_output();
        output.map(
            |event| event_json(now, event),
            |outcome| match outcome {
                Ok(success) => {
                    let (done, effect) = F::done(now, success);
                    let value = json(&done);
                    Ok(Finished { value, effect })
                }
                Err(error) => Err(error_form(now, &error)),
            },
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
        let prompt = self.flow.prompt()?;
        Some(json(&PromptForm::from(prompt)))
    }

    fn reply(&mut self, now: Timestamp, reply: &str) -> Result<String, EmbedError> {
        self.now = now;
        self.flow.reply(now, ReplyForm::parse(reply)?)?;
        Ok(NOTHING.to_owned())
    }

    fn retry(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.now = now;
        self.flow.retry(now)
    }

    fn cancel(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.now = now;
        self.flow.cancel(now)
    }

    fn save(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&self.flow)
    }
}

fn event_json(now: Timestamp, event: FlowEvent) -> String {
    json(&EventForm::of_flow(now, event))
}

fn error_form(now: Timestamp, error: &FlowError) -> Box<ErrorForm> {
    Box::new(ErrorForm::of_flow_error(now, error))
}
