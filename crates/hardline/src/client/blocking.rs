use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::{Blocking, BlockingTransport, Client, Clock, Conversation, Next};
use crate::flow::{Flow, SessionTokens};
use crate::types::{AccessToken, Timestamp};
use crate::wire::{Endpoint, Error, Target};

/// A [`Client`] whose calls block until they are done, over a transport and a clock that block.
///
/// ```
/// use hardline::client_api::discovery::GetVersions;
/// use hardline::client::{BlockingClient, BlockingTransport, Clock};
/// use hardline::types::Timestamp;
/// use hardline::wire::{Failure, Target};
///
/// struct Canned;
///
/// impl BlockingTransport for Canned {
///     fn send(&self, _: http::Request<Vec<u8>>) -> Result<http::Response<bytes::Bytes>, Failure> {
///         Ok(http::Response::new(r#"{"versions": ["v1.19"]}"#.into()))
///     }
/// }
///
/// # struct Stopped;
/// # impl Clock for Stopped {
/// #     type Sleep = std::future::Ready<()>;
/// #     fn now(&self) -> Timestamp { Timestamp::from_millis(0) }
/// #     fn sleep_until(&self, _: Timestamp) -> Self::Sleep { std::future::ready(()) }
/// # }
/// # let clock = Stopped;
/// let client = BlockingClient::new(Canned, clock, Target::homeserver("https://example.org")?);
/// assert_eq!(client.call(GetVersions::new())?.versions, ["v1.19"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct BlockingClient<T: BlockingTransport, C: Clock>(Client<Blocking<T>, C>);

impl<T: BlockingTransport, C: Clock> BlockingClient<T, C> {
    /// A client that is not logged in.
    pub fn new(transport: T, clock: C, target: Target) -> Self {
        Self(Client::new(Blocking(transport), clock, target))
    }

    /// A blocking client with the settings of this client.
    pub fn of(client: Client<Blocking<T>, C>) -> Self {
        Self(client)
    }

    /// Sets or forgets the access token.
    pub fn set_access_token(&self, access_token: Option<AccessToken>) {
        self.0.set_access_token(access_token);
    }

    /// As [`Client::set_session`].
    pub fn set_session(&self, tokens: Option<SessionTokens>) {
        self.0.set_session(tokens);
    }

    /// As [`Client::session`].
    pub fn session(&self) -> Option<SessionTokens> {
        self.0.session()
    }

    /// The current time, for the methods of flows.
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }

    /// As [`Client::call`].
    ///
    /// # Errors
    /// [`Error`], by who is at fault.
    pub fn call<E: Endpoint>(&self, operation: E) -> Result<E::Response, Error> {
        let mut call = pin!(self.0.call(operation));
        loop {
            if let Poll::Ready(result) = call.as_mut().poll(&mut Context::from_waker(Waker::noop()))
            {
                return result;
            }
            // The clock's sleep did not block: look again.
            std::thread::yield_now();
        }
    }

    /// As [`Client::run`].
    pub fn run<F: Flow>(&self, flow: F) -> BlockingConversation<'_, T, C, F> {
        BlockingConversation(self.0.run(flow))
    }
}

impl<T: BlockingTransport, C: Clock> fmt::Debug for BlockingClient<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A [`Conversation`] whose `next` blocks until there is an event or the flow is done.
///
/// `next` returns `None` if only the application can move the flow on: call the flow's methods, then `next` again.
pub struct BlockingConversation<'c, T: BlockingTransport, C: Clock, F>(
    Conversation<'c, Blocking<T>, C, F>,
);

impl<T: BlockingTransport, C: Clock, F: Flow> BlockingConversation<'_, T, C, F> {
    /// The flow.
    pub fn flow(&self) -> &F {
        self.0.flow()
    }

    /// The flow, to call its methods.
    pub fn flow_mut(&mut self) -> &mut F {
        self.0.flow_mut()
    }
}

impl<T: BlockingTransport, C: Clock, F: Flow> Iterator for BlockingConversation<'_, T, C, F> {
    type Item = Next<F::Event, F::Outcome>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.0.poll_next(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(next) => Some(next),
            Poll::Pending => None,
        }
    }
}

impl<T: BlockingTransport, C: Clock, F: fmt::Debug> fmt::Debug
    for BlockingConversation<'_, T, C, F>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
