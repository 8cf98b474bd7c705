#[cfg(feature = "sync")]
mod sync_loop;

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::sleep::{Sleeping, poll_until};
use super::token_manager::Holding;
use super::{Client, Clock, Transport};
use crate::flow::{Flow, Gated, Input, Output, RequestId};
use crate::types::Timestamp;

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
    flow: Gated<F>,
    on_done: Option<OnDone<T, C, F>>,
    in_flight: Vec<(RequestId, Pin<Box<T::Future>>)>,
    sleep: Sleeping<C>,
}

/// What the client learns from an outcome.
pub(super) type OnDone<T, C, F> = fn(&Client<T, C>, &<F as Flow>::Outcome);

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
            flow: Gated::new(flow),
            on_done: None,
            in_flight: Vec::new(),
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
            flow: Gated::new(complete(self.flow.into_flow())),
            in_flight: Vec::new(),
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
        self.flow.flow()
    }

    /// The flow, to call its methods.
    pub fn flow_mut(&mut self) -> &mut F {
        self.flow.flow_mut()
    }

    /// The state that the flow is in, for logs: the box of its diagram.
    pub fn state(&self) -> &'static str {
        self.flow().state()
    }

    /// Takes the flow out, to save it for example. Requests in flight are cancelled, and the flow is not told. One that
    /// waits for another access token counts as never sent, so it may be saved at any time that
    /// [`next`](Conversation::next) waits.
    pub fn into_flow(self) -> F {
        self.flow.into_flow()
    }

    /// The client that runs the flow.
    pub fn client(&self) -> &Client<T, C> {
        &self.client
    }

    /// What [`next`](Conversation::next) does, for futures and streams of your own.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Next<F::Event, F::Outcome>> {
        loop {
            let now = self.client.now();
            let until = match self
                .flow
                .poll_through(now, &mut self.client.token_manager())
            {
                Output::Send(id, request) => {
                    let future = self.client.transport().send(request);
                    self.in_flight.push((id, Box::pin(future)));
                    continue;
                }
                Output::SendStreaming(id, ..) => {
                    self.handle_input(Input::cannot_stream(id));
                    continue;
                }
                // There is no body that streams.
                Output::Receive(..) => continue,
                Output::Cancel(id) => {
                    self.in_flight.retain(|(other, _)| *other != id);
                    continue;
                }
                Output::Event(event) => return Poll::Ready(Next::Event(event)),
                Output::Done(outcome) => {
                    self.in_flight.clear();
                    self.sleep = None;
                    if let Some(on_done) = self.on_done {
                        on_done(&self.client, &outcome);
                    }
                    return Poll::Ready(Next::Done(outcome));
                }
                Output::Wait(until) => until,
            };
            if let Some(input) = self.poll_in_flight(context) {
                self.handle_input(input);
                continue;
            }
            match self.poll_held(context) {
                Some(Holding::No) => continue,
                Some(Holding::Elsewhere) => return Poll::Pending,
                Some(Holding::Yes) | None => {}
            }
            if self.poll_sleep(until, context).is_pending() {
                return Poll::Pending;
            }
            self.handle_input(Input::Timeout);
        }
    }

    /// Whether only the application can move the flow on. Known once [`poll_next`](Conversation::poll_next) is pending.
    pub(super) fn is_idle(&self) -> bool {
        self.in_flight.is_empty() && !self.flow.is_held() && self.sleep.is_none()
    }

    /// Runs the flow to its end, whatever it reports.
    pub(super) async fn outcome(mut self) -> F::Outcome {
        loop {
            if let Next::Done(outcome) = self.next().await {
                return outcome;
            }
        }
    }

    fn handle_input(&mut self, input: Input) {
        let now = self.client.now();
        let mut token_manager = self.client.token_manager();
        self.flow.input_through(now, &mut token_manager, input);
    }

    fn poll_in_flight(&mut self, context: &mut Context<'_>) -> Option<Input> {
        for index in 0..self.in_flight.len() {
            let (id, future) = &mut self.in_flight[index];
            if let Poll::Ready(result) = future.as_mut().poll(context) {
                let id = *id;
                drop(self.in_flight.swap_remove(index));
                return Some(match result {
                    Ok(response) => Input::Response(id, response),
                    Err(failure) => Input::Failed(id, failure),
                });
            }
        }
        None
    }

    /// Moves on the refresh that the flow's requests are held for, if any are.
    fn poll_held(&self, context: &Context<'_>) -> Option<Holding> {
        let (client, is_held) = (&self.client, self.flow.is_held());
        let (transport, clock) = (client.transport(), client.clock());
        is_held.then(|| {
            client
                .token_manager()
                .poll_refresh(transport, clock, context)
        })
    }

    fn poll_sleep(&mut self, until: Option<Timestamp>, context: &mut Context<'_>) -> Poll<()> {
        let Some(until) = until else {
            self.sleep = None;
            return Poll::Pending;
        };
        if poll_until(&mut self.sleep, until, self.client.clock(), context) {
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

impl<T: Transport, C: Clock, F: Flow + fmt::Debug> fmt::Debug for Conversation<T, C, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversation")
            .field("flow", self.flow())
            .field("in_flight", &self.in_flight.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
