use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::{Clock, Conversation, Next, Transport};
use crate::flow::{FlowError, FlowEvent, InteractiveFlow, NotAwaited, Prompt, Reply};

/// The methods of an [`InteractiveFlow`], at the client's time.
impl<T: Transport, C: Clock, F: InteractiveFlow> Conversation<T, C, F> {
    /// What the flow waits for from the user or the program, if anything. Answer it with
    /// [`reply`](Conversation::reply).
    pub fn prompt(&self) -> Option<Prompt> {
        self.flow().prompt()
    }

    /// Replies to the prompt. Then call [`next`](Conversation::next) again.
    ///
    /// # Errors
    /// [`NotAwaited`] if the flow does not expect this reply; nothing changes.
    pub fn reply(&mut self, reply: Reply) -> Result<(), NotAwaited> {
        let now = self.client().now();
        self.flow_mut().reply(now, reply)
    }

    /// Tries again what stalled. Then call [`next`](Conversation::next) again.
    ///
    /// # Errors
    /// [`NotAwaited`] if nothing has stalled.
    pub fn retry(&mut self) -> Result<(), NotAwaited> {
        let now = self.client().now();
        self.flow_mut().retry(now)
    }

    /// Ends the flow with [`FlowError::Cancelled`], which [`next`](Conversation::next) then returns. A request in flight
    /// is dropped, though the server may still act on it.
    ///
    /// # Errors
    /// [`NotAwaited`] if the flow is over.
    pub fn cancel(&mut self) -> Result<(), NotAwaited> {
        let now = self.client().now();
        self.flow_mut().cancel(now)
    }

    /// Runs the flow to its end without anybody to ask. Awaiting the conversation does the same.
    ///
    /// ```
    /// # use hardline::client::{Client, Clock, Transport};
    /// # use hardline::client_api::session::Login;
    /// # use hardline::flow::FlowError;
    /// # use hardline::types::UserId;
    /// # use hardline::wire::UserIdentifier;
    /// async fn log_in(client: &Client<impl Transport, impl Clock>) -> Result<UserId, FlowError> {
    ///     let login = Login::password(UserIdentifier::user("alice"), "wonderland".into());
    ///     Ok(client.log_in(login).await?.user_id)
    /// }
    /// ```
    ///
    /// # Errors
    /// The flow's own; [`FlowError::Unanswered`] if it asks for something or stalls. The conversation is then over: to
    /// answer what flows ask, call [`next`](Conversation::next) in a loop.
    pub fn finish(self) -> Finish<T, C, F> {
        Finish(self)
    }
}

impl<T: Transport, C: Clock, F: InteractiveFlow> IntoFuture for Conversation<T, C, F> {
    type Output = Result<F::Success, FlowError>;
    type IntoFuture = Finish<T, C, F>;

    fn into_future(self) -> Finish<T, C, F> {
        self.finish()
    }
}

/// A conversation without anybody to ask; made by [`Conversation::finish`].
#[must_use = "nothing is sent until it is awaited"]
pub struct Finish<T: Transport, C: Clock, F: InteractiveFlow>(Conversation<T, C, F>);

/// The flow is never pinned, and the futures in the conversation are boxed.
impl<T: Transport, C: Clock, F: InteractiveFlow> Unpin for Finish<T, C, F> {}

impl<T: Transport, C: Clock, F: InteractiveFlow> Future for Finish<T, C, F> {
    type Output = Result<F::Success, FlowError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let next = self.0.poll_next(context);
            // A flow that was loaded does not repeat what it asked before it was saved.
            if next.is_pending()
                && self.0.is_idle()
                && let Some(prompt) = self.0.prompt()
            {
                let source = None;
                return Poll::Ready(Err(FlowError::Unanswered { prompt, source }));
            }
            let (prompt, source) = match ready!(next) {
                Next::Done(outcome) => return Poll::Ready(outcome),
                Next::Event(FlowEvent::Asks(prompt)) => (prompt, None),
                Next::Event(FlowEvent::Rejected { prompt, error }) => (prompt, Some(error)),
                Next::Event(FlowEvent::Stalled(error)) => (Prompt::Retry, Some(error)),
                Next::Event(
                    FlowEvent::Validated
                    | FlowEvent::RetryScheduled(_)
                    | FlowEvent::Progress { .. },
                ) => continue,
            };
            return Poll::Ready(Err(FlowError::Unanswered { prompt, source }));
        }
    }
}

impl<T: Transport, C: Clock, F: InteractiveFlow + fmt::Debug> fmt::Debug for Finish<T, C, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Finish").field(&self.0).finish()
    }
}
