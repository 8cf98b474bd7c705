use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};

use super::sleep::{Sleeping, poll_until};
use super::{Client, Clock, Transport};
use crate::flow::{Flow, Input, Output, RequestDecision, RequestId, ResponseDecision, Ticket};
use crate::types::Timestamp;
use crate::wire::Failure;

/// A flow that is being run by a client.
///
/// ```
/// # use hardline::client::{Client, Clock, Next, Transport};
/// # use hardline::flow::{AddThreepid, InteractiveFlow, FlowEvent, FlowError, Prompt, Reply};
/// # use hardline::types::ValidationToken;
/// # fn ask() -> ValidationToken { ValidationToken::from("123456") }
/// async fn add(client: &Client<impl Transport, impl Clock>, flow: AddThreepid) -> Result<(), FlowError> {
///     let mut conversation = client.run(flow);
///     loop {
///         match conversation.next().await {
///             Next::Event(FlowEvent::Asks(prompt) | FlowEvent::Rejected { prompt, .. }) => {
///                 let Prompt::Code { .. } = prompt else { panic!("this example does not handle {prompt:?}") };
///                 let now = client.now();
///                 conversation.flow_mut().reply(now, Reply::Code(ask())).expect("a code is awaited");
///             }
///             Next::Event(event) => println!("{event:?}"),
///             Next::Done(result) => return result,
///         }
///     }
/// }
/// ```
pub struct Conversation<'c, T: Transport, C: Clock, F> {
    client: &'c Client<T, C>,
    flow: F,
    in_flight: Vec<InFlight<T>>,
    held: Vec<Held>,
    sleep: Sleeping<C>,
}

struct InFlight<T: Transport> {
    id: RequestId,
    ticket: Ticket,
    /// A copy of the request, in case it has to be sent again with another token.
    copy: Option<Request<Vec<u8>>>,
    future: Pin<Box<T::Future>>,
}

/// A request that waits for another token.
struct Held {
    id: RequestId,
    ticket: Ticket,
    request: Request<Vec<u8>>,
    /// The server's response to the old token.
    response: Option<Response<Bytes>>,
}

/// What happens next in a conversation.
#[derive(Debug)]
pub enum Next<E, T> {
    /// The flow reports or asks something.
    Event(E),
    /// The flow is done; nothing comes after this.
    Done(T),
}

impl<'c, T: Transport, C: Clock, F: Flow> Conversation<'c, T, C, F> {
    pub(crate) fn new(client: &'c Client<T, C>, flow: F) -> Self {
        Self {
            client,
            flow,
            in_flight: Vec::new(),
            held: Vec::new(),
            sleep: None,
        }
    }

    /// Runs until there is an event or the flow is done.
    ///
    /// Dropping the future loses nothing: the next call continues where it stopped, so `select!` with the user's input
    /// works. The future does not complete while only the application can move the flow on; call the flow's methods
    /// first.
    pub async fn next(&mut self) -> Next<F::Event, F::Outcome> {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// The flow.
    pub fn flow(&self) -> &F {
        &self.flow
    }

    /// The flow, to call its methods.
    pub fn flow_mut(&mut self) -> &mut F {
        &mut self.flow
    }

    /// Takes the flow out. Requests in flight are cancelled, and the flow is not told.
    pub fn into_flow(self) -> F {
        self.flow
    }

    pub(crate) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Next<F::Event, F::Outcome>> {
        loop {
            let until = match self.flow.poll_output() {
                Output::Send(id, request) => {
                    if let Some(input) = self.send(id, None, request, None) {
                        self.flow.handle_input(self.client.now(), input);
                    }
                    continue;
                }
                Output::SendStreaming(id, ..) => {
                    let input = Input::cannot_stream(id);
                    self.flow.handle_input(self.client.now(), input);
                    continue;
                }
                // There is no body that streams.
                Output::Receive(..) => continue,
                Output::Cancel(id) => {
                    self.in_flight.retain(|other| other.id != id);
                    self.held.retain(|other| other.id != id);
                    continue;
                }
                Output::Event(event) => return Poll::Ready(Next::Event(event)),
                Output::Done(outcome) => {
                    self.in_flight.clear();
                    self.held.clear();
                    return Poll::Ready(Next::Done(outcome));
                }
                Output::Wait(until) => until,
            };
            let Some(input) = self.poll_input(until, context) else {
                return Poll::Pending;
            };
            self.flow.handle_input(self.client.now(), input);
        }
    }

    /// Sends or holds a request, or returns the input that its flow gets instead.
    fn send(
        &mut self,
        id: RequestId,
        ticket: Option<Ticket>,
        mut request: Request<Vec<u8>>,
        response: Option<Response<Bytes>>,
    ) -> Option<Input> {
        let now = self.client.now();
        let session = self.client.token_manager();
        match session.with(|manager| manager.admit(now, ticket, &mut request)) {
            RequestDecision::Go(ticket) => {
                self.in_flight.push(InFlight {
                    id,
                    ticket,
                    copy: ticket.may_return().then(|| request.clone()),
                    future: Box::pin(self.client.transport().send(request)),
                });
                None
            }
            RequestDecision::Hold(ticket) => {
                self.held.push(Held {
                    id,
                    ticket,
                    request,
                    response,
                });
                None
            }
            RequestDecision::Refuse(failure) => Some(Input::Failed(id, failure)),
            RequestDecision::Deliver => response.map(|response| Input::Response(id, response)),
        }
    }

    fn poll_input(&mut self, until: Option<Timestamp>, context: &mut Context<'_>) -> Option<Input> {
        loop {
            if let Some(input) = self.poll_held(context) {
                return Some(input);
            }
            let mut was_held = false;
            for index in 0..self.in_flight.len() {
                let Poll::Ready(result) = self.in_flight[index].future.as_mut().poll(context)
                else {
                    continue;
                };
                let answered = self.in_flight.swap_remove(index);
                match self.answered(answered, result) {
                    Some(input) => return Some(input),
                    None => was_held = true,
                }
                break;
            }
            if !was_held {
                break;
            }
        }
        if !poll_until(&mut self.sleep, until?, self.client.clock(), context) {
            return None;
        }
        // A flow believes that every request it gave out was sent, and that one without a response in time may have had
        // its effect. A held request had none: it never left, or the server refused its token.
        Some(match self.held.pop() {
            Some(held) => Input::Failed(held.id, Failure::not_admitted()),
            None => Input::Timeout,
        })
    }

    /// Sends the held requests when the refresh they wait for is over.
    fn poll_held(&mut self, context: &Context<'_>) -> Option<Input> {
        let client = self.client;
        while !self.held.is_empty() {
            let token_manager = client.token_manager();
            if token_manager
                .poll_refresh(client.transport(), client.clock(), context)
                .is_pending()
            {
                break;
            }
            let mut held = std::mem::take(&mut self.held).into_iter();
            while let Some(next) = held.next() {
                let input = self.send(next.id, Some(next.ticket), next.request, next.response);
                if input.is_some() {
                    self.held.extend(held);
                    return input;
                }
            }
        }
        None
    }

    fn answered(
        &mut self,
        answered: InFlight<T>,
        result: Result<Response<Bytes>, Failure>,
    ) -> Option<Input> {
        let InFlight {
            id, ticket, copy, ..
        } = answered;
        let response = match result {
            Ok(response) => response,
            Err(failure) => return Some(Input::Failed(id, failure)),
        };
        let now = self.client.now();
        let session = self.client.token_manager();
        match (
            session.with(|manager| manager.pass(now, ticket, response)),
            copy,
        ) {
            (ResponseDecision::Hold(response), Some(request)) => {
                self.held.push(Held {
                    id,
                    ticket,
                    request,
                    response: Some(response),
                });
                None
            }
            (ResponseDecision::Deliver(response) | ResponseDecision::Hold(response), _) => {
                Some(Input::Response(id, response))
            }
        }
    }
}

impl<T: Transport, C: Clock, F: fmt::Debug> fmt::Debug for Conversation<'_, T, C, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversation")
            .field("flow", &self.flow)
            .field("in_flight", &self.in_flight.len())
            .finish_non_exhaustive()
    }
}
