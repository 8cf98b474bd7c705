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

/// A flow that is being run by a client. It owns its share of the client, so it can be stored and moved to another task.
///
/// ```
/// # use hardline::client::{Client, Clock, Next, Transport};
/// # use hardline::flow::{AddThreepid, FlowEvent, FlowError, Prompt, Reply};
/// # use hardline::types::ValidationToken;
/// # fn ask() -> ValidationToken { ValidationToken::from("123456") }
/// async fn add(client: &Client<impl Transport, impl Clock>, flow: AddThreepid) -> Result<(), Box<dyn std::error::Error>> {
///     let mut conversation = client.run(flow);
///     loop {
///         match conversation.next().await {
///             Next::Event(FlowEvent::Asks(prompt) | FlowEvent::Rejected { prompt, .. }) => match prompt {
///                 Prompt::Code { .. } => conversation.reply(Reply::Code(ask()))?,
///                 _ => conversation.cancel()?,
///             },
///             Next::Event(FlowEvent::Stalled(_)) => conversation.retry()?,
///             Next::Event(event) => println!("{event:?}"),
///             Next::Done(result) => return Ok(result?),
///         }
///     }
/// }
/// ```
///
/// If there is nobody to ask, await the conversation itself, or [`finish`](Conversation::finish) it.
pub struct Conversation<T: Transport, C: Clock, F: Flow> {
    client: Client<T, C>,
    flow: F,
    on_done: Option<OnDone<T, C, F>>,
    in_flight: Vec<InFlight<T>>,
    held: Vec<Held>,
    sleep: Sleeping<C>,
}

/// What the client learns from an outcome.
pub(super) type OnDone<T, C, F> = fn(&Client<T, C>, &<F as Flow>::Outcome);

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

impl<T: Transport, C: Clock, F: Flow> Conversation<T, C, F> {
    pub(super) fn new(client: Client<T, C>, flow: F) -> Self {
        Self {
            client,
            flow,
            on_done: None,
            in_flight: Vec::new(),
            held: Vec::new(),
            sleep: None,
        }
    }

    /// Sets what the client learns when the flow is done, before anybody is told the outcome.
    pub(super) fn on_done(mut self, on_done: OnDone<T, C, F>) -> Self {
        self.on_done = Some(on_done);
        self
    }

    /// Completes the flow before it starts, with the methods that its constructor leaves to be called: those that begin
    /// with `with_`. Call this before [`next`](Conversation::next); what is in flight later is dropped.
    ///
    /// ```
    /// # use hardline::client::{Client, Clock, Conversation, Transport};
    /// # use hardline::client_api::session::Login;
    /// # use hardline::flow::LogIn;
    /// # use hardline::wire::AuthType;
    /// fn by_single_sign_on<T: Transport, C: Clock>(client: &Client<T, C>) -> Conversation<T, C, LogIn> {
    ///     let redirect_url = "http://127.0.0.1:8080/done";
    ///     client.log_in(Login::new(AuthType::Token)).map_flow(|flow| flow.with_redirect_url(redirect_url))
    /// }
    /// ```
    #[must_use]
    pub fn map_flow(self, complete: impl FnOnce(F) -> F) -> Self {
        Self {
            flow: complete(self.flow),
            in_flight: Vec::new(),
            held: Vec::new(),
            ..self
        }
    }

    /// Runs until there is an event or the flow is done.
    ///
    /// Dropping the future loses nothing: the next call continues where it stopped, so `select!` with the user's input
    /// works. The future does not complete while only the application can move the flow on, or once the flow is over:
    /// reply, then call it again.
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

    /// The state that the flow is in, for logs: the box of its diagram.
    pub fn state(&self) -> &'static str {
        self.flow.state()
    }

    /// Takes the flow out, to save it for example. Requests in flight are cancelled, and the flow is not told.
    pub fn into_flow(self) -> F {
        self.flow
    }

    /// The client that runs the flow.
    pub fn client(&self) -> &Client<T, C> {
        &self.client
    }

    /// What [`next`](Conversation::next) does, for futures and streams of your own.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Next<F::Event, F::Outcome>> {
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
                    if let Some(on_done) = self.on_done {
                        on_done(&self.client, &outcome);
                    }
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

    /// Whether only the application can move the flow on. Known once [`poll_next`](Conversation::poll_next) is pending.
    pub(super) fn is_idle(&self) -> bool {
        self.in_flight.is_empty() && self.held.is_empty() && self.sleep.is_none()
    }

    /// Runs the flow to its end, whatever it reports.
    pub(super) async fn outcome(mut self) -> F::Outcome {
        loop {
            if let Next::Done(outcome) = self.next().await {
                return outcome;
            }
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
        let Some(until) = until else {
            self.sleep = None;
            return None;
        };
        if !poll_until(&mut self.sleep, until, self.client.clock(), context) {
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
        while !self.held.is_empty() {
            let client = &self.client;
            if client
                .token_manager()
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

impl<T: Transport, C: Clock, F: Flow + fmt::Debug> fmt::Debug for Conversation<T, C, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversation")
            .field("flow", &self.flow)
            .field("in_flight", &self.in_flight.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
