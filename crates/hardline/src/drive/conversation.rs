use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::{Client, Clock, Transport};
use crate::flow::{Exchange, Flow, Input, Output};
use crate::types::Timestamp;

/// A flow that is being run by a client.
///
/// ```
/// # use hardline::drive::{Client, Clock, Next, Transport};
/// # use hardline::flow::{AddThreepid, Dialogue, Event, FlowError, Prompt, Reply};
/// # use hardline::types::ValidationToken;
/// # fn ask() -> ValidationToken { ValidationToken::from("123456") }
/// async fn add(client: &Client<impl Transport, impl Clock>, flow: AddThreepid) -> Result<(), FlowError> {
///     let mut conversation = client.run(flow);
///     loop {
///         match conversation.next().await {
///             Next::Event(Event::Asks(prompt) | Event::Rejected { prompt, .. }) => {
///                 let Prompt::Code { .. } = prompt else { panic!("{prompt:?} is another story") };
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
    in_flight: Vec<(Exchange, Pin<Box<T::Future>>)>,
    sleep: Option<(Timestamp, Pin<Box<C::Sleep>>)>,
}

/// What a conversation comes to next.
#[derive(Debug)]
pub enum Next<E, T> {
    /// Something to know or to do.
    Event(E),
    /// It is over; there is no next.
    Done(T),
}

impl<'c, T: Transport, C: Clock, F: Flow> Conversation<'c, T, C, F> {
    pub(crate) fn new(client: &'c Client<T, C>, flow: F) -> Self {
        Self {
            client,
            flow,
            in_flight: Vec::new(),
            sleep: None,
        }
    }

    /// Runs until there is something to know or to do, or it is over.
    ///
    /// Dropping the future loses nothing: the next call goes on where it was, so that `select!` with a person's input
    /// works. While only the application can move the flow on, the future does not end; call the flow's methods first.
    pub async fn next(&mut self) -> Next<F::Event, F::Outcome> {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// The flow.
    pub fn flow(&self) -> &F {
        &self.flow
    }

    /// The flow, for its own methods.
    pub fn flow_mut(&mut self) -> &mut F {
        &mut self.flow
    }

    /// The flow, taken out. What is under way is cancelled; the flow does not know.
    pub fn into_flow(self) -> F {
        self.flow
    }

    pub(crate) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Next<F::Event, F::Outcome>> {
        loop {
            let until = match self.flow.poll_output() {
                Output::Send(exchange, request) => {
                    self.send(exchange, request);
                    continue;
                }
                Output::Cancel(exchange) => {
                    self.in_flight.retain(|(other, _)| *other != exchange);
                    continue;
                }
                Output::Event(event) => return Poll::Ready(Next::Event(event)),
                Output::Done(outcome) => {
                    self.in_flight.clear();
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

    fn send(&mut self, exchange: Exchange, mut request: http::Request<Vec<u8>>) {
        match self.client.admit(&mut request) {
            Ok(()) => self
                .in_flight
                .push((exchange, Box::pin(self.client.transport().send(request)))),
            Err(failure) => self
                .flow
                .handle_input(self.client.now(), Input::Failed(exchange, failure)),
        }
    }

    fn poll_input(&mut self, until: Option<Timestamp>, context: &mut Context<'_>) -> Option<Input> {
        for index in 0..self.in_flight.len() {
            let (exchange, future) = &mut self.in_flight[index];
            let exchange = *exchange;
            if let Poll::Ready(result) = future.as_mut().poll(context) {
                drop(self.in_flight.swap_remove(index));
                return Some(match result {
                    Ok(response) => Input::Response(exchange, response),
                    Err(failure) => Input::Failed(exchange, failure),
                });
            }
        }
        let until = until?;
        let sleep = match &mut self.sleep {
            Some((set, sleep)) if *set == until => sleep,
            slot => {
                &mut slot
                    .insert((until, Box::pin(self.client.clock().sleep_until(until))))
                    .1
            }
        };
        if sleep.as_mut().poll(context).is_pending() {
            return None;
        }
        self.sleep = None;
        Some(Input::Timeout)
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
