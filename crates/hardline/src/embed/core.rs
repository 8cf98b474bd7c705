use super::core_input::CoreInput;
use super::core_output::{CoreOutput, OutputKind};

use super::flows::{self, call};
use super::forms::config::ConfigForm;
use super::forms::error::EmbedError;
use super::forms::event::EventForm;
use super::forms::json;
use super::forms::read::read;
use super::forms::session_reply::SessionReplyForm;
use super::json_flow::{Effect, JsonFlow, NOTHING};
use super::opening::Opening;
use crate::flow::{Flow, FlowId, Hub, HubOutput, Input, RequestId, SessionEvent, TokenManager};
use crate::types::{Timestamp, UserId};
use crate::wire::{Homeserver, Target};

/// A session and any number of flows, each opened by its name: the protocol core for a program in any language.
///
/// All calls return at once, and none calls back. Times are Unix milliseconds, and the program gives the time to each
/// call. IDs of flows and requests come from one counter, from 1, and none is used twice; 0 is the session. They stay
/// below 2^53, so that JavaScript has them as numbers.
///
/// See [the module](crate::embed) for the loop that drives it, and for the forms.
pub struct Core {
    hub: Hub<JsonFlow>,
    config: ConfigForm,
    homeserver: Option<Homeserver>,
}

/// The state of a flow that is over: see [`Flow::state`].
const OVER: &str = "Over";

impl Core {
    /// Begins with this [configuration](ConfigForm), as JSON: `{}` is one, and so is what [`session`](Self::session)
    /// says.
    ///
    /// # Errors
    /// [`EmbedError`] if it has a member that does not fit.
    pub fn new(config: &str) -> Result<Self, EmbedError> {
        let config: ConfigForm = read("the config", config)?;
        if let Some(user_id) = &config.user_id {
            UserId::parse(user_id.as_str()).map_err(EmbedError::usage)?;
        }
        let homeserver = config.homeserver()?;
        let tokens = config.session.clone();
        if tokens.is_some() && homeserver.is_none() {
            let why = "a session belongs to a homeserver: give that too";
            return Err(EmbedError::usage(why));
        }
        let target = match &homeserver {
            Some(homeserver) => Target::Homeserver(homeserver.clone()),
            // No flow begins before another one is known.
            None => Target::homeserver("https://homeserver.invalid").map_err(EmbedError::usage)?,
        };
        let mut manager = TokenManager::new(target, tokens, config.seed.unwrap_or_default());
        if config.has_store == Some(true) {
            manager = manager.with_store();
        }
        Ok(Self {
            hub: Hub::new(manager),
            config,
            homeserver,
        })
    }

    /// Opens the flow with this name, and returns its ID. `arguments` is JSON. `entropy` is 32 bytes from the operating
    /// system's random number generator, new for each flow.
    ///
    /// # Errors
    /// [`EmbedError`] if there is no such flow, if the arguments do not fit, or if the core lacks what it needs.
    pub fn open(
        &mut self,
        now: u64,
        flow: &str,
        arguments: &str,
        entropy: [u8; 32],
    ) -> Result<u64, EmbedError> {
        let kind = flows::named(flow)?;
        let mut opening = Opening {
            now: Timestamp::from_millis(now),
            homeserver: self.homeserver.as_ref(),
            identity_server: self.config.identity_server.as_deref(),
            user_id: self.config.user_id.as_ref(),
            #[cfg(feature = "room_events")]
            device_id: self.config.device_id.as_ref(),
            tokens: self.hub.token_manager().tokens(),
            entropy,
            ends_session: false,
        };
        let flow = (kind.open)(&mut opening, arguments)?;
        if opening.ends_session {
            self.hub.token_manager_mut().end_session();
        }
        Ok(self.hub.insert(flow).as_u64())
    }

    /// Loads a flow that was [saved](Self::save), here or elsewhere, and returns its new ID. What it waits for is in
    /// [`prompt`](Self::prompt); it is not told again.
    ///
    /// # Errors
    /// [`EmbedError`] if it is no saved flow, or one of a version that this one cannot read.
    pub fn load(&mut self, now: u64, saved: &str) -> Result<u64, EmbedError> {
        let now = Timestamp::from_millis(now);
        let mut flow = match call::with_token(saved)? {
            Some((saved, token)) => call::load(now, saved.as_str(), Some(token))?,
            None => (flows::saved(saved)?.load)(now, saved)?,
        };
        if flow.state() == OVER {
            return Err(EmbedError::usage("the flow was over when it was saved"));
        }
        // It does not know the time.
        flow.handle_input(now, Input::Timeout);
        Ok(self.hub.insert(flow).as_u64())
    }

    /// The JSON of a flow, to be [loaded](Self::load) later. It goes on here too, so drop this core or
    /// [cancel](Self::cancel) the flow. The text holds secrets.
    ///
    /// # Errors
    /// [`EmbedError`] if there is no such flow, or if it has more to say: call [`next`](Self::next) until it waits.
    pub fn save(&self, flow: u64) -> Result<String, EmbedError> {
        self.flow(flow)?.0.save().map_err(EmbedError::not_now)
    }

    /// Tells what happened. What is late, repeated or about an unknown request changes nothing.
    ///
    /// # Errors
    /// [`EmbedError`] if it is not well formed: a status that is none, or a class of failures that there is not.
    pub fn tell(&mut self, now: u64, input: CoreInput) -> Result<(), EmbedError> {
        let input = input.into_input()?;
        self.hub.handle_input(Timestamp::from_millis(now), input);
        Ok(())
    }

    /// Replies to what a flow asks, or to an event of the session, which is flow 0. `reply` is JSON, and so is what the
    /// flow has to say to it at once: `{}`, if it is not one that says more.
    ///
    /// # Errors
    /// [`EmbedError`] if the flow has no such reply, or does not expect it now; nothing changes.
    pub fn reply(&mut self, now: u64, flow: u64, reply: &str) -> Result<String, EmbedError> {
        let now = Timestamp::from_millis(now);
        if flow == 0 {
            let manager = self.hub.token_manager_mut();
            SessionReplyForm::parse(reply)?.give(now, manager);
            return Ok(NOTHING.to_owned());
        }
        self.flow_mut(flow)?.0.reply(now, reply)
    }

    /// Tries again what stalled.
    ///
    /// # Errors
    /// [`EmbedError`] if nothing has.
    pub fn retry(&mut self, now: u64, flow: u64) -> Result<(), EmbedError> {
        let now = Timestamp::from_millis(now);
        Ok(self.flow_mut(flow)?.0.retry(now)?)
    }

    /// Ends a flow, which then fails with code 400. The server may still act on what was sent.
    ///
    /// # Errors
    /// [`EmbedError`] if it is over.
    pub fn cancel(&mut self, now: u64, flow: u64) -> Result<(), EmbedError> {
        let now = Timestamp::from_millis(now);
        Ok(self.flow_mut(flow)?.0.cancel(now)?)
    }

    /// The JSON of what a flow waits for from the user or the program; `None` if for nothing, or if it is over.
    pub fn prompt(&self, flow: u64) -> Option<String> {
        self.flow(flow).ok()?.0.prompt()
    }

    /// The state that a flow is in, for logs; `None` if it is over.
    pub fn state(&self, flow: u64) -> Option<&'static str> {
        Some(self.flow(flow).ok()?.state())
    }

    /// The flows that are open, oldest first.
    pub fn flows(&self) -> Vec<u64> {
        self.hub.flows().map(|(id, _)| id.as_u64()).collect()
    }

    /// What to do next. After every other call, call this until it says [`Wait`](OutputKind::Wait), and do what it says,
    /// in that order.
    pub fn next(&mut self, now: u64) -> CoreOutput {
        let now = Timestamp::from_millis(now);
        match self.hub.poll_output(now) {
            HubOutput::Send(id, request) => {
                CoreOutput::send(self.flow_of(id), id.as_u64(), request)
            }
            HubOutput::SendStreaming(id, parts, direction) => {
                CoreOutput::send_streaming(self.flow_of(id), id.as_u64(), parts, direction)
            }
            HubOutput::Receive(id, body) => {
                CoreOutput::receive(self.flow_of(id), id.as_u64(), body)
            }
            HubOutput::Cancel(id) => CoreOutput::cancel(id.as_u64()),
            HubOutput::Event(flow, event) => {
                CoreOutput::told(OutputKind::Event, flow.as_u64(), event)
            }
            HubOutput::SessionEvent(event) => {
                self.note(&event);
                let event = json(&EventForm::of_session(now, event));
                CoreOutput::told(OutputKind::Event, 0, event)
            }
            HubOutput::Done(flow, Ok(finished)) => {
                self.apply(finished.effect);
                CoreOutput::told(OutputKind::Done, flow.as_u64(), finished.value)
            }
            HubOutput::Done(flow, Err(error)) => {
                CoreOutput::told(OutputKind::Failed, flow.as_u64(), json(&*error))
            }
            HubOutput::Wait(until) => CoreOutput::wait(until.map(Timestamp::as_millis)),
        }
    }

    /// The JSON of the [configuration](ConfigForm) with which another core goes on with this session. It holds secrets.
    /// Flows are saved one by one.
    pub fn session(&self) -> String {
        json(&ConfigForm {
            session: self.hub.token_manager().tokens().cloned(),
            ..self.config.clone()
        })
    }

    fn flow(&self, id: u64) -> Result<&JsonFlow, EmbedError> {
        let flow = self.hub.flow(FlowId::from_u64(id));
        flow.ok_or_else(|| EmbedError::no_such_flow(id))
    }

    fn flow_mut(&mut self, id: u64) -> Result<&mut JsonFlow, EmbedError> {
        let flow = self.hub.flow_mut(FlowId::from_u64(id));
        flow.ok_or_else(|| EmbedError::no_such_flow(id))
    }

    fn flow_of(&self, request: RequestId) -> u64 {
        self.hub.flow_of(request).map_or(0, FlowId::as_u64)
    }

    /// Nobody is logged in any more.
    fn note(&mut self, event: &SessionEvent) {
        if matches!(event, SessionEvent::LoggedOut { .. }) {
            self.config.user_id = None;
            self.config.device_id = None;
        }
    }

    fn apply(&mut self, effect: Effect) {
        match effect {
            Effect::Nothing => {}
            Effect::Found(homeserver, identity_server) => {
                // A session stays with its server.
                if self.hub.token_manager().tokens().is_none() {
                    self.set_homeserver(homeserver);
                    self.config.identity_server = identity_server.map(|url| url.to_string());
                }
            }
            Effect::LoggedIn(session) => {
                if let (Some(url), Some(homeserver)) = (&session.moved_to, &self.homeserver) {
                    self.set_homeserver(homeserver.clone().moved_to(url));
                }
                let manager = self.hub.token_manager_mut();
                manager.set_tokens(Some(session.tokens));
                self.config.user_id = Some(session.user_id);
                self.config.device_id = session.device_id;
            }
        }
    }

    fn set_homeserver(&mut self, homeserver: Homeserver) {
        self.config.set_homeserver(&homeserver);
        let target = Target::Homeserver(homeserver.clone());
        self.hub.token_manager_mut().set_target(target);
        self.homeserver = Some(homeserver);
    }
}
