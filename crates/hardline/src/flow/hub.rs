//! Many flows behind one token manager, for an event loop of one's own.
//!
//! ```text
//!   insert, flow_mut, inputs, the end of a wait, requests no longer held
//!                              |
//!                              v
//!                           Ready --poll_output: Send, Cancel, Event, ...--> Ready
//!                            |  '--Done--> (removed)
//!                            '--Wait--> Waiting (with a deadline, or held, or neither)
//! ```

mod flow_id;
mod hub_output;
#[cfg(feature = "persist")]
mod persist;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub use flow_id::FlowId;
pub use hub_output::HubOutput;

use crate::flow::engine::request_id::RequestIds;
use crate::flow::{Flow, Gated, Input, Output, RequestId, TokenManager};
use crate::types::Timestamp;

/// Runs many flows over one session, for an event loop of your own: no futures, no clock, one thread or one task.
///
/// Flows that have nothing to do cost nothing: each step polls only the flows that an input or a deadline is for, so a
/// loop over thousands of flows takes time in proportion to what happens.
///
/// # The loop
///
/// 1. Call [`poll_output`](Hub::poll_output) until it returns [`HubOutput::Wait`], and carry out each output.
/// 2. Wait for a response, or for the time in that `Wait`.
/// 3. Report it with [`handle_input`](Hub::handle_input): [`Input::Timeout`] for the time. Then begin again.
///
/// The loop ends where step 1 does, if the hub [is empty](Hub::is_empty) by then: no output says that the last flow is
/// done, and the `Wait` of a hub without flows may be for ever.
///
/// A program that answers a flow calls its methods through [`flow_mut`](Hub::flow_mut), and one that has a new session
/// those of the [`token_manager_mut`](Hub::token_manager_mut); then the loop begins again too.
///
/// # Flows of several kinds
///
/// `F` is one type. For flows of several kinds write an enum of them, with an enum of their events and one of their
/// outcomes:
///
/// ```
/// use hardline::client_api::account::GetTokenOwner;
/// use hardline::client_api::discovery::GetVersions;
/// use hardline::flow::{Flow, Hub, HubOutput, Input, OperationFlow, Output, TokenManager};
/// use hardline::types::Timestamp;
/// use hardline::wire::Target;
///
/// enum AnyFlow { Versions(OperationFlow<GetVersions>), Owner(OperationFlow<GetTokenOwner>) }
///
/// enum Outcome {
///     Versions(<OperationFlow<GetVersions> as Flow>::Outcome),
///     Owner(<OperationFlow<GetTokenOwner> as Flow>::Outcome),
/// }
///
/// impl Flow for AnyFlow {
///     // Both have events of the same type.
///     type Event = <OperationFlow<GetVersions> as Flow>::Event;
///     type Outcome = Outcome;
///
///     fn poll_output(&mut self) -> Output<Self::Event, Outcome> {
///         match self {
///             Self::Versions(flow) => flow.poll_output().map(|event| event, Outcome::Versions),
///             Self::Owner(flow) => flow.poll_output().map(|event| event, Outcome::Owner),
///         }
///     }
///
///     fn handle_input(&mut self, now: Timestamp, input: Input) {
///         match self {
///             Self::Versions(flow) => flow.handle_input(now, input),
///             Self::Owner(flow) => flow.handle_input(now, input),
///         }
///     }
///
///     fn state(&self) -> &'static str {
///         match self {
///             Self::Versions(flow) => flow.state(),
///             Self::Owner(flow) => flow.state(),
///         }
///     }
/// }
///
/// let now = Timestamp::from_millis(0);
/// let target = Target::homeserver("https://example.org")?;
/// let mut hub = Hub::new(TokenManager::new(target.clone(), None, 1));
/// let flow = OperationFlow::new(now, GetVersions::new(), target, 1);
/// let id = hub.insert(AnyFlow::Versions(flow));
/// let versions = loop {
///     match hub.poll_output(now) {
///         HubOutput::Send(request_id, request) => {
///             assert_eq!(request.uri().path(), "/_matrix/client/versions");
///             let response = http::Response::new(r#"{"versions": ["v1.19"]}"#.into());
///             hub.handle_input(now, Input::Response(request_id, response));
///         }
///         HubOutput::Done(done, Outcome::Versions(result)) => break (done, result?),
///         _ => {}
///     }
/// };
/// assert_eq!(versions.0, id);
/// assert_eq!(versions.1.value.versions, ["v1.19"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Saving
///
/// With the feature `persist` a hub is saved and loaded where its flows are, by [the same rules](crate::flow#saving): with
/// the session, whose refresh in progress counts as not begun, and without a
/// [`RefreshMethod`](crate::flow::RefreshMethod), which is to be set again. A request that was held counts as never sent.
/// A loaded hub tells its flows the time by itself.
#[derive(Debug)]
pub struct Hub<F> {
    manager: TokenManager,
    /// Flows and requests share them.
    ids: RequestIds,
    flows: BTreeMap<FlowId, Slot<F>>,
    /// The requests of flows in flight.
    requests: BTreeMap<RequestId, FlowId>,
    /// The refresh in flight: the hub's ID for it, and the token manager's.
    refresh: Option<(RequestId, RequestId)>,
    ready: VecDeque<FlowId>,
    /// What waits until requests are no longer held.
    held: Vec<FlowId>,
    deadlines: BTreeSet<(Timestamp, FlowId)>,
    /// Requests in flight of flows that are gone.
    cancelled: VecDeque<RequestId>,
    now: Timestamp,
    /// The flows were loaded, and do not know the time.
    is_loaded: bool,
}

#[derive(Debug)]
struct Slot<F> {
    flow: Gated<F>,
    /// The end of its wait, as in `deadlines`.
    until: Option<Timestamp>,
    /// It is in `ready`.
    is_ready: bool,
    /// It is in `held`.
    is_held: bool,
}

impl<F> Hub<F> {
    /// A hub without flows. Requests of flows get the tokens of this session.
    pub fn new(manager: TokenManager) -> Self {
        Self {
            manager,
            ids: RequestIds::default(),
            flows: BTreeMap::new(),
            requests: BTreeMap::new(),
            refresh: None,
            ready: VecDeque::new(),
            held: Vec::new(),
            deadlines: BTreeSet::new(),
            cancelled: VecDeque::new(),
            now: Timestamp::default(),
            is_loaded: false,
        }
    }

    /// Adds a flow, which is polled next. Its ID is not used again.
    pub fn insert(&mut self, flow: F) -> FlowId {
        let id = FlowId(self.ids.next().as_u64());
        self.add(id, Gated::new(flow));
        id
    }

    /// Takes a flow out, if it is there. Its requests in flight are cancelled, and it is not told.
    pub fn remove(&mut self, id: FlowId) -> Option<F> {
        let mut slot = self.flows.remove(&id)?;
        if let Some(until) = slot.until {
            self.deadlines.remove(&(until, id));
        }
        for request in slot.flow.take_in_flight() {
            self.requests.remove(&request);
            self.cancelled.push_back(request);
        }
        Some(slot.flow.into_flow())
    }

    /// A flow; `None` if it is done or was taken out.
    pub fn flow(&self, id: FlowId) -> Option<&F> {
        self.flows.get(&id).map(|slot| slot.flow.flow())
    }

    /// A flow, to call its methods: to reply, for example. It is polled next.
    pub fn flow_mut(&mut self, id: FlowId) -> Option<&mut F> {
        self.make_ready(id);
        self.flows.get_mut(&id).map(|slot| slot.flow.flow_mut())
    }

    /// The flows that are not done, oldest first.
    pub fn flows(&self) -> impl Iterator<Item = (FlowId, &F)> {
        self.flows.iter().map(|(id, slot)| (*id, slot.flow.flow()))
    }

    /// How many flows are not done.
    pub fn len(&self) -> usize {
        self.flows.len()
    }

    /// Whether all flows are done.
    pub fn is_empty(&self) -> bool {
        self.flows.is_empty()
    }

    /// The flow whose request this is, while it is in flight; `None` for the refresh of the session's tokens.
    pub fn flow_of(&self, request: RequestId) -> Option<FlowId> {
        self.requests.get(&request).copied()
    }

    /// The session.
    pub fn token_manager(&self) -> &TokenManager {
        &self.manager
    }

    /// The session, to set its tokens and to answer its events.
    pub fn token_manager_mut(&mut self) -> &mut TokenManager {
        &mut self.manager
    }

    fn add(&mut self, id: FlowId, flow: Gated<F>) {
        let slot = Slot {
            flow,
            until: None,
            is_ready: true,
            is_held: false,
        };
        self.flows.insert(id, slot);
        self.ready.push_back(id);
    }

    fn make_ready(&mut self, id: FlowId) {
        if let Some(slot) = self.flows.get_mut(&id)
            && !std::mem::replace(&mut slot.is_ready, true)
        {
            self.ready.push_back(id);
        }
    }
}

impl<F: Flow> Hub<F> {
    /// Returns what to do next, for any of the flows or the session.
    pub fn poll_output(&mut self, now: Timestamp) -> HubOutput<F::Event, F::Outcome> {
        self.set_now(now);
        loop {
            if let Some(id) = self.cancelled.pop_front() {
                return HubOutput::Cancel(id);
            }
            let until = match self.poll_session() {
                Ok(output) => return output,
                Err(until) => until,
            };
            if !self.manager.is_holding() {
                for id in std::mem::take(&mut self.held) {
                    if let Some(slot) = self.flows.get_mut(&id) {
                        slot.is_held = false;
                    }
                    self.make_ready(id);
                }
            }
            let Some(id) = self.ready.front().copied() else {
                let deadline = self.deadlines.first().map(|(until, _)| *until);
                return HubOutput::Wait(deadline.into_iter().chain(until).min());
            };
            if let Some(output) = self.poll_flow(id) {
                return output;
            }
        }
    }

    /// Reports what happened. Late, duplicate and unknown inputs are ignored.
    pub fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.set_now(now);
        let Some(id) = input.request_id() else {
            self.manager.handle_input(now, Input::Timeout);
            while let Some((until, id)) = self.deadlines.first().copied()
                && until <= now
            {
                self.time_out(now, id);
            }
            return;
        };
        if let Some((_, inner)) = self.refresh.take_if(|(outer, _)| *outer == id) {
            match input {
                Input::Response(_, response) => {
                    let input = Input::Response(inner, response);
                    self.manager.handle_input(now, input);
                }
                Input::Failed(_, failure) => {
                    self.manager
                        .handle_input(now, Input::Failed(inner, failure));
                }
                _ => self.refresh = Some((id, inner)),
            }
            return;
        }
        let is_last = matches!(
            input,
            Input::Response(..) | Input::Failed(..) | Input::BodyEnded(..)
        );
        let flow_id = if is_last {
            self.requests.remove(&id)
        } else {
            self.flow_of(id)
        };
        let Some(flow_id) = flow_id else { return };
        if let Some(slot) = self.flows.get_mut(&flow_id) {
            slot.flow.handle_input(now, &mut self.manager, input);
        }
        self.make_ready(flow_id);
    }

    /// Takes over the time. If the clock was set back, the flows move their deadlines.
    fn set_now(&mut self, now: Timestamp) {
        let before = std::mem::replace(&mut self.now, now);
        if now < before {
            let waiting: Vec<_> = self.deadlines.iter().map(|(_, id)| *id).collect();
            // By how much the clock was set back shows only to those who know what it said before.
            for time in [before, now] {
                self.manager.handle_input(time, Input::Timeout);
                waiting.iter().for_each(|id| self.time_out(time, *id));
            }
        }
        if std::mem::take(&mut self.is_loaded) {
            let loaded: Vec<_> = self.flows.keys().copied().collect();
            loaded.into_iter().for_each(|id| self.time_out(now, id));
        }
    }

    /// Ends the wait of a flow. A needless timeout does no harm.
    fn time_out(&mut self, now: Timestamp, id: FlowId) {
        let Some(slot) = self.flows.get_mut(&id) else {
            return;
        };
        if let Some(until) = slot.until.take() {
            self.deadlines.remove(&(until, id));
        }
        slot.flow
            .handle_input(now, &mut self.manager, Input::Timeout);
        self.make_ready(id);
    }

    /// What to do for the session, or until when it waits.
    fn poll_session(&mut self) -> Result<HubOutput<F::Event, F::Outcome>, Option<Timestamp>> {
        loop {
            match self.manager.poll_output() {
                Output::Send(inner, request) => {
                    let id = self.ids.next();
                    self.refresh = Some((id, inner));
                    return Ok(HubOutput::Send(id, request));
                }
                Output::Cancel(inner) => {
                    if let Some((id, _)) = self.refresh.take_if(|(_, other)| *other == inner) {
                        return Ok(HubOutput::Cancel(id));
                    }
                }
                Output::Event(event) => return Ok(HubOutput::SessionEvent(event)),
                Output::Wait(until) => return Err(until),
                // Nothing of the session streams.
                Output::SendStreaming(..) | Output::Receive(..) => {}
                Output::Done(never) => match never {},
            }
        }
    }

    /// What to do for the flow that is next; `None` if it waits.
    fn poll_flow(&mut self, id: FlowId) -> Option<HubOutput<F::Event, F::Outcome>> {
        let Some(slot) = self.flows.get_mut(&id) else {
            self.ready.pop_front();
            return None;
        };
        let manager = &mut self.manager;
        Some(
            match slot.flow.poll_with(&mut self.ids, self.now, manager) {
                Output::Send(request_id, request) => {
                    self.requests.insert(request_id, id);
                    HubOutput::Send(request_id, request)
                }
                Output::SendStreaming(request_id, parts, direction) => {
                    self.requests.insert(request_id, id);
                    HubOutput::SendStreaming(request_id, parts, direction)
                }
                Output::Receive(request_id, body) => HubOutput::Receive(request_id, body),
                Output::Cancel(request_id) => {
                    self.requests.remove(&request_id);
                    HubOutput::Cancel(request_id)
                }
                Output::Event(event) => HubOutput::Event(id, event),
                Output::Done(outcome) => {
                    self.ready.pop_front();
                    self.remove(id);
                    HubOutput::Done(id, outcome)
                }
                Output::Wait(until) => {
                    self.ready.pop_front();
                    slot.is_ready = false;
                    if slot.until != until {
                        if let Some(old) = slot.until {
                            self.deadlines.remove(&(old, id));
                        }
                        self.deadlines.extend(until.map(|until| (until, id)));
                        slot.until = until;
                    }
                    if slot.flow.is_held() && !std::mem::replace(&mut slot.is_held, true) {
                        self.held.push(id);
                    }
                    return None;
                }
            },
        )
    }
}

#[cfg(test)]
mod tests;
