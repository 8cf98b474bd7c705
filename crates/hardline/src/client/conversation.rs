#[cfg(feature = "unstable")]
mod sliding_sync;
mod streams;
#[cfg(feature = "sync")]
mod sync_loop;

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::sleep::{Sleeping, poll_until};
use super::token_manager::Holding;
use super::{BodySink, BodySource, Client, Clock, Sink, Source, StreamingTransport, Transport};
use crate::flow::{BodyDirection, Flow, Gated, Input, Output, RequestId};
use crate::types::Timestamp;
use streams::{Streams, UnderWay, without};

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
///             // Or wait, or ask the user, and `conversation.retry()`.
///             Next::Event(FlowEvent::Stalled(error)) => return Err(error.into()),
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
    /// Once the program has given a source or a sink.
    streams: Option<Box<dyn Streams<T> + Send>>,
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
            streams: None,
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
    pub fn map_flow(mut self, complete: impl FnOnce(F) -> F) -> Self {
        self.clear();
        Self {
            flow: Gated::new(complete(self.flow.into_flow())),
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
                Output::SendStreaming(id, head, direction) => {
                    let sent = match &mut self.streams {
                        Some(streams) => streams.send(self.client.transport(), id, head, direction),
                        None => Err(match direction {
                            BodyDirection::Upload { .. } => without("source"),
                            BodyDirection::Download => without("sink"),
                        }),
                    };
                    if let Err(failure) = sent {
                        self.handle_input(Input::Failed(id, failure));
                    }
                    continue;
                }
                Output::Receive(id, body) => {
                    if let Some(streams) = &mut self.streams {
                        streams.receive(id, body);
                    }
                    continue;
                }
                Output::Cancel(id) => {
                    self.in_flight.retain(|(other, _)| *other != id);
                    if let Some(streams) = &mut self.streams {
                        streams.cancel(id);
                    }
                    continue;
                }
                Output::Event(event) => return Poll::Ready(Next::Event(event)),
                Output::Done(outcome) => {
                    self.clear();
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
        self.count_in_flight() == 0 && !self.flow.is_held() && self.sleep.is_none()
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
        self.streams.as_mut()?.poll(context)
    }

    /// Drops what is in flight.
    fn clear(&mut self) {
        self.in_flight.clear();
        if let Some(streams) = &mut self.streams {
            streams.clear();
        }
    }

    fn count_in_flight(&self) -> usize {
        let streams = self.streams.as_ref().map_or(0, |streams| streams.len());
        self.in_flight.len() + streams
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

/// What streams, over a transport that can do that.
impl<T, C, F> Conversation<T, C, F>
where
    T: StreamingTransport<Exchange: Send + 'static>,
    C: Clock,
    F: Flow,
{
    /// Sets where the body of a request that streams comes from: that of an upload. Without a source such a request fails
    /// as [`Unsendable`](crate::wire::FailureClass::Unsendable).
    ///
    /// Each attempt opens it anew. Dropping the conversation closes the connection, though the server may still act on
    /// what it has.
    ///
    /// ```
    /// # use hardline::client::{Client, Clock, Conversation, StreamingTransport};
    /// # use hardline::flow::Flow;
    /// use bytes::Bytes;
    ///
    /// # fn upload<T, C: Clock, F: Flow>(client: &Client<T, C>, flow: F) -> Conversation<T, C, F>
    /// # where
    /// #     T: StreamingTransport<Exchange: Send + 'static>,
    /// # {
    /// client.run(flow).with_source(Bytes::from_static(b"a picture"))
    /// # }
    /// ```
    #[must_use]
    pub fn with_source(mut self, source: impl BodySource + Send + 'static) -> Self {
        self.streams().bodies().source = Some(Source::new(source));
        self
    }

    /// Sets where the body of a response that streams goes: that of a download. Without a sink the request for it fails
    /// as [`Unsendable`](crate::wire::FailureClass::Unsendable).
    ///
    /// ```
    /// # use hardline::client::{Client, Clock, Conversation, StreamingTransport};
    /// # use hardline::flow::Flow;
    /// use hardline::client::MemorySink;
    ///
    /// # fn download<T, C: Clock, F: Flow>(client: &Client<T, C>, flow: F) -> Conversation<T, C, F>
    /// # where
    /// #     T: StreamingTransport<Exchange: Send + 'static>,
    /// # {
    /// let picture = MemorySink::new(1024 * 1024);
    /// let conversation = client.run(flow).with_sink(picture.clone());
    /// // When it is done, `picture.take()` has the body.
    /// # conversation
    /// # }
    /// ```
    #[must_use]
    pub fn with_sink(mut self, sink: impl BodySink + Send + 'static) -> Self {
        self.streams().bodies().sink = Some(Sink::new(sink));
        self
    }

    fn streams(&mut self) -> &mut (dyn Streams<T> + Send) {
        let streams = self.streams.get_or_insert_with(|| {
            let under_way: UnderWay<T::Exchange> = UnderWay::new();
            Box::new(under_way)
        });
        &mut **streams
    }
}

impl<T: Transport, C: Clock, F: Flow + fmt::Debug> fmt::Debug for Conversation<T, C, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversation")
            .field("flow", self.flow())
            .field("in_flight", &self.count_in_flight())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
