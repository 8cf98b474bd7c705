//! A flow whose requests pass through a token manager.
//!
//! ```text
//!                   .------------- requests are no longer held -------------.
//!                   v                                                       |
//! Output::Send --> admit --Go--> Sent --the token was no longer valid--> Held
//!  of the flow      |  |          '---- response, failure ----> to the flow ^
//!                   |  '------------------- Hold ---------------------------'
//!                   '--Refuse, Deliver--> to the flow
//! ```

pub(crate) mod gate;

use std::fmt;

use bytes::Bytes;
use hardline_derive::Persist;
use http::{Request, Response, StatusCode};

use self::gate::Gate;
use crate::flow::engine::request_id::RequestIds;
use crate::flow::shown::{ShownRequest, ShownResponse};
use crate::flow::{
    BodyDirection, Flow, Input, Output, ReceiveBody, RequestDecision, RequestId, ResponseDecision,
    Ticket, TokenManager,
};
use crate::types::Timestamp;

/// A flow whose requests pass through a [`TokenManager`]: they get the access token, are held while it is refreshed, and
/// are sent again if it was no longer valid.
///
/// It is polled like a flow, with the time and the token manager, which any number of flows share. Its requests have IDs
/// of their own, so a late response to a first attempt is not taken for the second's.
///
/// The loop: poll the token manager until it waits, then each flow that has had an input. While a flow
/// [is held](Gated::is_held) poll it again when the token manager
/// [no longer holds](TokenManager::is_holding) requests. [`Hub`](crate::flow::Hub) is this loop for many flows.
///
/// ```
/// use hardline::client_api::account::GetTokenOwner;
/// use hardline::flow::{Gated, Input, OperationFlow, Output, SessionTokens, TokenManager};
/// use hardline::types::{AccessToken, Timestamp};
/// use hardline::wire::Target;
///
/// let target = Target::homeserver("https://example.org")?;
/// let tokens = SessionTokens::new(AccessToken::from("syt_secret"));
/// let mut manager = TokenManager::new(target.clone(), Some(tokens), 1);
///
/// let now = Timestamp::from_millis(0);
/// let flow = OperationFlow::new(now, GetTokenOwner::new(), target, 1);
/// let mut flow = Gated::new(flow);
/// let Output::Send(id, request) = flow.poll_output(now, &mut manager) else { panic!("it is sent at once") };
/// assert_eq!(request.headers()["authorization"], "Bearer syt_secret");
///
/// let response = http::Response::new(r#"{"user_id": "@alice:example.org"}"#.into());
/// flow.handle_input(now, &mut manager, Input::Response(id, response));
/// let Output::Done(owner) = flow.poll_output(now, &mut manager) else { panic!("the response has arrived") };
/// assert_eq!(owner?.value.user_id.as_str(), "@alice:example.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// With the feature `persist` it is saved and loaded where its flow is: see [the rules](crate::flow#saving).
#[derive(Debug, Persist)]
pub struct Gated<F> {
    flow: F,
    ids: RequestIds,
    #[serde(skip)]
    requests: Vec<Passing>,
    /// Responses that refuse a token and whose bodies would stream: they are read whole.
    #[serde(skip)]
    refusals: Vec<RequestId>,
}

/// The most bytes of the response that refuses a token.
const REFUSAL_CAP: u64 = 65_536;

/// A request of the flow.
#[derive(Debug)]
struct Passing {
    /// The flow's own ID for it.
    flow_id: RequestId,
    at: At,
}

#[derive(Debug)]
enum At {
    /// It was sent.
    Sent {
        id: RequestId,
        ticket: Ticket,
        /// In case it has to be sent again.
        copy: Option<Outgoing>,
    },
    /// It waits for another token.
    Held(Held),
}

/// A request before it is sent.
struct Held {
    ticket: Option<Ticket>,
    request: Outgoing,
    /// The server's response to the old token.
    response: Option<Response<Bytes>>,
}

#[derive(Clone)]
enum Outgoing {
    Whole(Request<Vec<u8>>),
    Streaming(Request<()>, BodyDirection),
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held")
            .field("ticket", &self.ticket)
            .field("request", &self.request)
            .field("response", &self.response.as_ref().map(ShownResponse::from))
            .finish()
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(request) => ShownRequest::from(request).fmt(f),
            Self::Streaming(request, _) => ShownRequest::from(request).fmt(f),
        }
    }
}

impl Outgoing {
    fn admit(
        &mut self,
        now: Timestamp,
        ticket: Option<Ticket>,
        manager: &mut impl Gate,
    ) -> RequestDecision {
        match self {
            Self::Whole(request) => manager.admit(now, ticket, request),
            Self::Streaming(request, _) => manager.admit(now, ticket, request),
        }
    }

    fn send<E, T>(self, id: RequestId) -> Output<E, T> {
        match self {
            Self::Whole(request) => Output::Send(id, request),
            Self::Streaming(request, direction) => {
                Output::SendStreaming(id, request.into_parts().0, direction)
            }
        }
    }
}

impl<F> Gated<F> {
    /// Puts a flow behind a token manager.
    pub fn new(flow: F) -> Self {
        Self {
            flow,
            ids: RequestIds::default(),
            requests: Vec::new(),
            refusals: Vec::new(),
        }
    }

    /// The flow.
    pub fn flow(&self) -> &F {
        &self.flow
    }

    /// The flow, to call its methods; then poll it.
    pub fn flow_mut(&mut self) -> &mut F {
        &mut self.flow
    }

    /// Takes the flow out. It is not told about the responses to its requests.
    pub fn into_flow(self) -> F {
        self.flow
    }

    /// Whether a request waits for another access token. Such a request counts as never sent: if the flow is saved now,
    /// it is sent when the flow has been loaded, even if it must not be repeated.
    pub fn is_held(&self) -> bool {
        self.requests
            .iter()
            .any(|passing| matches!(passing.at, At::Held(_)))
    }
}

impl<F> Gated<F> {
    /// Forgets all requests, and returns those in flight.
    pub(crate) fn take_in_flight(&mut self) -> Vec<RequestId> {
        self.refusals.clear();
        let requests = std::mem::take(&mut self.requests);
        requests.iter().filter_map(Passing::sent_as).collect()
    }
}

impl<F: Flow> Gated<F> {
    /// Returns what to do next, as [`Flow::poll_output`]. If it waits and [is held](Gated::is_held), poll the token
    /// manager too.
    pub fn poll_output(
        &mut self,
        now: Timestamp,
        manager: &mut TokenManager,
    ) -> Output<F::Event, F::Outcome> {
        self.poll_through(now, manager)
    }

    /// Reports what happened, as [`Flow::handle_input`].
    pub fn handle_input(&mut self, now: Timestamp, manager: &mut TokenManager, input: Input) {
        self.input_through(now, manager, input);
    }

    /// The same as [`poll_output`](Gated::poll_output), through a token manager that is shared.
    pub(crate) fn poll_through(
        &mut self,
        now: Timestamp,
        manager: &mut impl Gate,
    ) -> Output<F::Event, F::Outcome> {
        let ids = &mut std::mem::take(&mut self.ids);
        let output = self.poll_with(ids, now, manager);
        self.ids = std::mem::take(ids);
        if matches!(output, Output::Done(_)) {
            self.take_in_flight();
        }
        output
    }

    /// The same as [`handle_input`](Gated::handle_input), through a token manager that is shared.
    pub(crate) fn input_through(&mut self, now: Timestamp, manager: &mut impl Gate, input: Input) {
        match input {
            Input::Response(id, response) => {
                if let Some((flow_id, ticket, copy)) = self.take_sent(id) {
                    self.answered(now, manager, (flow_id, ticket, copy), response);
                }
            }
            Input::Failed(id, failure) => {
                if let Some((flow_id, ..)) = self.take_sent(id) {
                    self.flow.handle_input(now, Input::Failed(flow_id, failure));
                }
            }
            Input::Timeout => self.flow.handle_input(now, Input::Timeout),
            Input::Head(id, parts) => match self.sent(id) {
                Some((_, ticket))
                    if parts.status == StatusCode::UNAUTHORIZED && ticket.may_return() =>
                {
                    self.refusals.push(id);
                }
                Some((flow_id, _)) => self.flow.handle_input(now, Input::Head(flow_id, parts)),
                None => {}
            },
            Input::Progress(id, bytes) => {
                if let Some((flow_id, _)) = self.sent(id) {
                    let input = Input::Progress(flow_id, bytes);
                    self.flow.handle_input(now, input);
                }
            }
            Input::BodyEnded(id, end) => {
                if let Some((flow_id, ..)) = self.take_sent(id) {
                    self.flow.handle_input(now, Input::BodyEnded(flow_id, end));
                }
            }
            // Only this gate says so.
            Input::Held(_) | Input::Released(_) => {}
        }
    }

    /// The same as [`poll_output`](Gated::poll_output), with IDs that several flows share.
    pub(crate) fn poll_with(
        &mut self,
        ids: &mut RequestIds,
        now: Timestamp,
        manager: &mut impl Gate,
    ) -> Output<F::Event, F::Outcome> {
        loop {
            while !manager.is_holding()
                && let Some((flow_id, held)) = self.take_held()
            {
                if let Some((id, request)) = self.admit(ids, now, manager, flow_id, held) {
                    return request.send(id);
                }
            }
            if let Some(id) = self.refusals.pop() {
                return Output::Receive(id, ReceiveBody::Whole { cap: REFUSAL_CAP });
            }
            let (flow_id, request) = match self.flow.poll_output() {
                Output::Send(flow_id, request) => (flow_id, Outgoing::Whole(request)),
                Output::SendStreaming(flow_id, parts, direction) => {
                    let request = Request::from_parts(parts, ());
                    (flow_id, Outgoing::Streaming(request, direction))
                }
                Output::Receive(flow_id, body) => match self.id_of(flow_id) {
                    Some(id) => return Output::Receive(id, body),
                    None => continue,
                },
                Output::Cancel(flow_id) => {
                    if let Some(id) = self.cancel(flow_id) {
                        return Output::Cancel(id);
                    }
                    continue;
                }
                Output::Event(event) => return Output::Event(event),
                Output::Wait(until) => return Output::Wait(until),
                Output::Done(outcome) => return Output::Done(outcome),
            };
            let held = Held {
                ticket: None,
                request,
                response: None,
            };
            if let Some((id, request)) = self.admit(ids, now, manager, flow_id, held) {
                return request.send(id);
            }
        }
    }

    /// Sends or holds a request, or gives its flow what comes in place of the response.
    fn admit(
        &mut self,
        ids: &mut RequestIds,
        now: Timestamp,
        manager: &mut impl Gate,
        flow_id: RequestId,
        held: Held,
    ) -> Option<(RequestId, Outgoing)> {
        let Held {
            ticket,
            mut request,
            response,
        } = held;
        let was_held = ticket.is_some();
        match request.admit(now, ticket, manager) {
            RequestDecision::Go(ticket) => {
                if was_held {
                    self.flow.handle_input(now, Input::Released(flow_id));
                }
                let id = ids.next();
                let copy = ticket.may_return().then(|| request.clone());
                let at = At::Sent { id, ticket, copy };
                self.requests.push(Passing { flow_id, at });
                return Some((id, request));
            }
            RequestDecision::Hold(ticket) => {
                self.hold(now, flow_id, ticket, request, response);
            }
            RequestDecision::Refuse(failure) => {
                self.flow.handle_input(now, Input::Failed(flow_id, failure));
            }
            RequestDecision::Deliver => {
                if let Some(response) = response {
                    self.flow
                        .handle_input(now, Input::Response(flow_id, response));
                }
            }
        }
        None
    }

    fn answered(
        &mut self,
        now: Timestamp,
        manager: &mut impl Gate,
        (flow_id, ticket, copy): (RequestId, Ticket, Option<Outgoing>),
        response: Response<Bytes>,
    ) {
        match (manager.pass(now, ticket, response), copy) {
            (ResponseDecision::Hold(response), Some(request)) => {
                self.hold(now, flow_id, ticket, request, Some(response));
            }
            (ResponseDecision::Deliver(response) | ResponseDecision::Hold(response), _) => {
                self.flow
                    .handle_input(now, Input::Response(flow_id, response));
            }
        }
    }

    fn hold(
        &mut self,
        now: Timestamp,
        flow_id: RequestId,
        ticket: Ticket,
        request: Outgoing,
        response: Option<Response<Bytes>>,
    ) {
        let at = At::Held(Held {
            ticket: Some(ticket),
            request,
            response,
        });
        self.requests.push(Passing { flow_id, at });
        self.flow.handle_input(now, Input::Held(flow_id));
    }

    fn take_held(&mut self) -> Option<(RequestId, Held)> {
        let index = self
            .requests
            .iter()
            .position(|passing| matches!(passing.at, At::Held(_)))?;
        let Passing { flow_id, at } = self.requests.remove(index);
        match at {
            At::Held(held) => Some((flow_id, held)),
            At::Sent { .. } => None,
        }
    }

    fn take_sent(&mut self, id: RequestId) -> Option<(RequestId, Ticket, Option<Outgoing>)> {
        let mut requests = self.requests.iter();
        let index = requests.position(|passing| passing.sent_as() == Some(id))?;
        let Passing { flow_id, at } = self.requests.remove(index);
        match at {
            At::Sent { ticket, copy, .. } => Some((flow_id, ticket, copy)),
            At::Held(_) => None,
        }
    }

    fn sent(&self, id: RequestId) -> Option<(RequestId, Ticket)> {
        self.requests.iter().find_map(|passing| match passing.at {
            At::Sent {
                id: sent, ticket, ..
            } if sent == id => Some((passing.flow_id, ticket)),
            _ => None,
        })
    }

    fn id_of(&self, flow_id: RequestId) -> Option<RequestId> {
        let mut requests = self.requests.iter();
        requests
            .find(|passing| passing.flow_id == flow_id)?
            .sent_as()
    }

    /// Forgets a request, and returns its ID if it is in flight.
    fn cancel(&mut self, flow_id: RequestId) -> Option<RequestId> {
        let mut requests = self.requests.iter();
        let index = requests.position(|passing| passing.flow_id == flow_id)?;
        self.requests.remove(index).sent_as()
    }
}

impl Passing {
    /// Its ID, if it is in flight.
    fn sent_as(&self) -> Option<RequestId> {
        match self.at {
            At::Sent { id, .. } => Some(id),
            At::Held(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
