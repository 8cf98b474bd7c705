use std::fmt;
use std::future::poll_fn;
use std::task::Poll;

use crate::client::block_on::block_on;
use crate::client::{
    Blocking, BlockingStreamingTransport, BlockingTransport, BodySink, BodySource, Clock,
    Conversation, Next,
};
#[cfg(feature = "oauth")]
use crate::flow::{DeviceLogin, OAuthLogin};
use crate::flow::{
    Discovery, Flow, FlowError, InteractiveFlow, LogIn, NotAwaited, Prompt, RegisterAccount, Reply,
};

/// A [`Conversation`] whose `next` blocks until there is an event or the flow is done. It has the same methods.
///
/// `next` returns `None` when only the application can move the flow on: reply, then call it again. Reply inside the
/// loop, which therefore is a `while let`; a `for` would keep the conversation to itself.
///
/// ```
/// # use hardline::client::{BlockingClient, BlockingTransport, Clock, Next};
/// # use hardline::flow::{AddThreepid, FlowEvent, Prompt, Reply};
/// # use hardline::types::ValidationToken;
/// # fn ask() -> ValidationToken { ValidationToken::from("123456") }
/// # fn add(
/// #     client: &BlockingClient<impl BlockingTransport, impl Clock>,
/// #     flow: AddThreepid,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// let mut conversation = client.run(flow);
/// while let Some(next) = conversation.next() {
///     match next {
///         Next::Event(FlowEvent::Asks(prompt) | FlowEvent::Rejected { prompt, .. }) => match prompt {
///             Prompt::Code { .. } => conversation.reply(Reply::Code(ask()))?,
///             _ => conversation.cancel()?,
///         },
///         // Or wait, or ask the user, and `conversation.retry()`.
///         Next::Event(FlowEvent::Stalled(error)) => return Err(error.into()),
///         Next::Event(event) => println!("{event:?}"),
///         Next::Done(result) => return Ok(result?),
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct BlockingConversation<T: BlockingTransport, C: Clock, F: Flow>(
    Conversation<Blocking<T>, C, F>,
);

impl<T: BlockingTransport, C: Clock, F: Flow> BlockingConversation<T, C, F> {
    pub(super) fn of(conversation: Conversation<Blocking<T>, C, F>) -> Self {
        Self(conversation)
    }

    /// As [`Conversation::map_flow`].
    #[must_use]
    pub fn map_flow(self, complete: impl FnOnce(F) -> F) -> Self {
        Self(self.0.map_flow(complete))
    }

    /// As [`Conversation::flow`].
    pub fn flow(&self) -> &F {
        self.0.flow()
    }

    /// As [`Conversation::flow_mut`].
    pub fn flow_mut(&mut self) -> &mut F {
        self.0.flow_mut()
    }

    /// As [`Conversation::state`].
    pub fn state(&self) -> &'static str {
        self.0.state()
    }

    /// As [`Conversation::into_flow`].
    pub fn into_flow(self) -> F {
        self.0.into_flow()
    }

    #[cfg(feature = "sync")]
    pub(super) fn conversation_mut(&mut self) -> &mut Conversation<Blocking<T>, C, F> {
        &mut self.0
    }

    pub(super) fn conversation(&self) -> &Conversation<Blocking<T>, C, F> {
        &self.0
    }
}

impl<T: BlockingTransport, C: Clock, F: Flow> Iterator for BlockingConversation<T, C, F> {
    type Item = Next<F::Event, F::Outcome>;

    fn next(&mut self) -> Option<Self::Item> {
        block_on(poll_fn(|context| match self.0.poll_next(context) {
            Poll::Ready(next) => Poll::Ready(Some(next)),
            Poll::Pending if self.0.is_idle() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }))
    }
}

impl<T, C, F> BlockingConversation<T, C, F>
where
    T: BlockingStreamingTransport<Exchange: Send + 'static>,
    C: Clock,
    F: Flow,
{
    /// As [`Conversation::with_source`].
    #[must_use]
    pub fn with_source(self, source: impl BodySource + Send + 'static) -> Self {
        Self(self.0.with_source(source))
    }

    /// As [`Conversation::with_sink`].
    #[must_use]
    pub fn with_sink(self, sink: impl BodySink + Send + 'static) -> Self {
        Self(self.0.with_sink(sink))
    }
}

impl<T: BlockingTransport, C: Clock, F: InteractiveFlow> BlockingConversation<T, C, F> {
    /// As [`Conversation::prompt`].
    pub fn prompt(&self) -> Option<Prompt> {
        self.0.prompt()
    }

    /// As [`Conversation::reply`].
    ///
    /// # Errors
    /// [`NotAwaited`] if the flow does not expect this reply; nothing changes.
    pub fn reply(&mut self, reply: Reply) -> Result<(), NotAwaited> {
        self.0.reply(reply)
    }

    /// As [`Conversation::retry`].
    ///
    /// # Errors
    /// [`NotAwaited`] if nothing has stalled.
    pub fn retry(&mut self) -> Result<(), NotAwaited> {
        self.0.retry()
    }

    /// As [`Conversation::cancel`].
    ///
    /// # Errors
    /// [`NotAwaited`] if the flow is over.
    pub fn cancel(&mut self) -> Result<(), NotAwaited> {
        self.0.cancel()
    }

    /// As [`Conversation::finish`].
    ///
    /// # Errors
    /// As [`Conversation::finish`].
    pub fn finish(self) -> Result<F::Success, FlowError> {
        block_on(self.0.finish())
    }
}

impl<T: BlockingTransport, C: Clock> BlockingConversation<T, C, LogIn> {
    /// As [`Conversation::keeping_session`].
    #[must_use]
    pub fn keeping_session(self) -> Self {
        Self(self.0.keeping_session())
    }
}

#[cfg(feature = "oauth")]
impl<T: BlockingTransport, C: Clock> BlockingConversation<T, C, OAuthLogin> {
    /// As [`Conversation::keeping_session`].
    #[must_use]
    pub fn keeping_session(self) -> Self {
        Self(self.0.keeping_session())
    }
}

#[cfg(feature = "oauth")]
impl<T: BlockingTransport, C: Clock> BlockingConversation<T, C, DeviceLogin> {
    /// As [`Conversation::keeping_session`].
    #[must_use]
    pub fn keeping_session(self) -> Self {
        Self(self.0.keeping_session())
    }
}

impl<T: BlockingTransport, C: Clock> BlockingConversation<T, C, RegisterAccount> {
    /// As [`Conversation::keeping_session`].
    #[must_use]
    pub fn keeping_session(self) -> Self {
        Self(self.0.keeping_session())
    }
}

impl<T: BlockingTransport, C: Clock> BlockingConversation<T, C, Discovery> {
    /// As [`Conversation::keeping_homeserver`].
    #[must_use]
    pub fn keeping_homeserver(self) -> Self {
        Self(self.0.keeping_homeserver())
    }
}

impl<T: BlockingTransport, C: Clock, F: Flow + fmt::Debug> fmt::Debug
    for BlockingConversation<T, C, F>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
