use super::forms::error::{EmbedError, ErrorForm};
use crate::flow::{Flow, Input, NotAwaited, Output, SessionTokens};
use crate::types::{DeviceId, Timestamp, UserId};
use crate::wire::{BaseUrl, Homeserver};

/// A flow in the forms of this module: what it asks, tells and brings is JSON.
pub(super) trait EmbeddedFlow: Send + Sync {
    /// As [`Flow::poll_output`], with the JSON of events.
    fn poll_output(&mut self) -> Output<String, Ended>;

    /// As [`Flow::handle_input`].
    fn handle_input(&mut self, now: Timestamp, input: Input);

    /// As [`Flow::state`].
    fn state(&self) -> &'static str;

    /// The JSON of what it waits for from the user or the program.
    fn prompt(&self) -> Option<String>;

    /// Takes the JSON of what they say, and returns that of what the flow has to say to it at once.
    ///
    /// # Errors
    /// [`EmbedError`] if the flow has no such reply, or does not expect it now.
    fn reply(&mut self, now: Timestamp, reply: &str) -> Result<String, EmbedError>;

    /// Tries again what stalled.
    ///
    /// # Errors
    /// [`NotAwaited`] if nothing has.
    fn retry(&mut self, now: Timestamp) -> Result<(), NotAwaited>;

    /// Ends the flow.
    ///
    /// # Errors
    /// [`NotAwaited`] if it is over.
    fn cancel(&mut self, now: Timestamp) -> Result<(), NotAwaited>;

    /// Its saved form.
    ///
    /// # Errors
    /// Why it cannot be saved now.
    fn save(&self) -> Result<String, serde_json::Error>;
}

/// What a flow says to a reply that it takes without a word.
pub(super) const NOTHING: &str = "{}";

/// Any flow. A [`Hub`](crate::flow::Hub) keeps them.
pub(super) struct JsonFlow(pub(super) Box<dyn EmbeddedFlow>);

/// How a flow ended.
pub(super) type Ended = Result<Finished, Box<ErrorForm>>;

/// What a flow brought.
pub(super) struct Finished {
    /// Its JSON.
    pub(super) value: String,
    /// What changes for the flows to come.
    pub(super) effect: Effect,
}

/// What a flow that is done changes.
#[derive(Default)]
pub(super) enum Effect {
    #[default]
    Nothing,
    /// The homeserver was found.
    Found(Homeserver, Option<BaseUrl>),
    /// The user is logged in.
    LoggedIn(Box<NewSession>),
}

/// A session that a login opened.
pub(super) struct NewSession {
    pub(super) user_id: UserId,
    pub(super) device_id: Option<DeviceId>,
    pub(super) tokens: SessionTokens,
    /// The base URL at which the server asks to be reached from now on.
    pub(super) moved_to: Option<String>,
}

impl Flow for JsonFlow {
    type Event = String;
    type Outcome = Ended;

    fn poll_output(&mut self) -> Output<String, Ended> {
        self.0.poll_output()
    }

    fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.0.handle_input(now, input);
    }

    fn state(&self) -> &'static str {
        self.0.state()
    }
}
