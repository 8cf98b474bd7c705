//! The flows of a hub, as one flow. Its states are in `flow/hub.rs`.

use hardline_derive::Persist;

use super::token_store;
use crate::flow::{Flow, FlowId, Hub, HubOutput, Input, Output, SessionEvent};
use crate::types::Timestamp;

/// A [`Hub`] and its flows, for a [`Trial`](super::Trial) of all of them together. It is done when they are. A session
/// with a store is answered: it finds there what it put there.
///
/// Flows that send the same request, which must not be repeated, look like one that repeats it: give each a client secret
/// of its own, for example.
///
/// ```
/// use hardline::client_api::account::GetTokenOwner;
/// use hardline::flow::test_harness::{Choices, HubEvent, HubFlow, START, Trial};
/// use hardline::flow::{Hub, OperationFlow, SessionTokens, TokenManager};
/// use hardline::types::AccessToken;
/// use hardline::wire::Target;
///
/// let target = Target::homeserver("https://example.org")?;
/// for seed in 0..40 {
///     let tokens = SessionTokens::new(AccessToken::from("syt_secret"));
///     let mut hub = Hub::new(TokenManager::new(target.clone(), Some(tokens), 1));
///     for _ in 0..3 {
///         let flow = OperationFlow::new(START, GetTokenOwner::new(), target.clone(), 1);
///         hub.insert(flow.unattended());
///     }
///     let server = |_now, _request| http::Response::new(r#"{"user_id": "@alice:example.org"}"#);
///     let mut done = 0;
///     let report = Trial::new(HubFlow::new(START, hub), Choices::from_seed(seed), server)
///         .with_program(|_, event, _now| done += usize::from(matches!(event, HubEvent::Done(..))))
///         .run()?;
///     assert!(report.outcome.is_some());
///     assert_eq!(done, 3);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Persist)]
pub struct HubFlow<F> {
    hub: Hub<F>,
    now: Timestamp,
    is_over: bool,
}

/// What the program is told.
#[derive(Debug)]
pub enum HubEvent<E, T> {
    /// A flow says something.
    Event(FlowId, E),
    /// The session says something, and was answered.
    Session(SessionEvent),
    /// A flow is done.
    Done(FlowId, T),
}

impl<F> HubFlow<F> {
    /// A hub whose flows were begun now.
    pub fn new(now: Timestamp, hub: Hub<F>) -> Self {
        Self {
            hub,
            now,
            is_over: false,
        }
    }

    /// The hub.
    pub fn hub(&self) -> &Hub<F> {
        &self.hub
    }

    /// The hub, to call the methods of its flows.
    pub fn hub_mut(&mut self) -> &mut Hub<F> {
        &mut self.hub
    }

    /// Whether the session is being refreshed, which is not saved: for
    /// [`Trial::with_pending`](super::Trial::with_pending).
    pub fn is_holding(&self) -> bool {
        self.hub.token_manager().is_holding()
    }
}

impl<F: Flow> Flow for HubFlow<F> {
    type Event = HubEvent<F::Event, F::Outcome>;
    type Outcome = ();

    fn poll_output(&mut self) -> Output<Self::Event, ()> {
        if self.is_over {
            return Output::Wait(None);
        }
        match self.hub.poll_output(self.now) {
            HubOutput::Send(id, request) => Output::Send(id, request),
            HubOutput::SendStreaming(id, parts, direction) => {
                Output::SendStreaming(id, parts, direction)
            }
            HubOutput::Receive(id, body) => Output::Receive(id, body),
            HubOutput::Cancel(id) => Output::Cancel(id),
            HubOutput::Event(id, event) => Output::Event(HubEvent::Event(id, event)),
            HubOutput::SessionEvent(event) => {
                let manager = self.hub.token_manager_mut();
                token_store::answer(self.now, &event, manager);
                Output::Event(HubEvent::Session(event))
            }
            HubOutput::Done(id, outcome) => Output::Event(HubEvent::Done(id, outcome)),
            HubOutput::Wait(_) if self.hub.is_empty() => {
                self.is_over = true;
                Output::Done(())
            }
            HubOutput::Wait(until) => Output::Wait(until),
        }
    }

    fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.now = now;
        self.hub.handle_input(now, input);
    }

    /// That of the oldest flow.
    fn state(&self) -> &'static str {
        let oldest = self.hub.flows().next();
        oldest.map_or("Over", |(_, flow)| flow.state())
    }
}
