use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use bytes::Bytes;
use http::{Request, Response};

use super::sleep::{Sleeping, poll_until};
use super::{Clock, Transport};
use crate::flow::{
    Input, Output, RequestDecision, RequestId, ResponseDecision, SessionEvent, SessionTokens,
    Ticket, TokenManager,
};
use crate::types::Timestamp;
use crate::wire::Target;

type Listener = Box<dyn Fn(SessionEvent) + Send + Sync>;

/// The session of a client: its token manager, the refresh in progress, and the tasks that wait for it.
pub(crate) struct SharedTokenManager<T: Transport, C: Clock> {
    inner: Mutex<Inner<T, C>>,
    waiting: Arc<Waiting>,
    listener: Option<Listener>,
}

struct Inner<T: Transport, C: Clock> {
    manager: TokenManager,
    refresh: Option<(RequestId, Pin<Box<T::Future>>)>,
    sleep: Sleeping<C>,
}

/// The tasks that wait for the refresh. Any of them may poll it and any may be dropped, so all are woken.
#[derive(Default)]
struct Waiting(Mutex<Vec<Waker>>);

impl Wake for Waiting {
    fn wake(self: Arc<Self>) {
        for waker in std::mem::take(&mut *lock(&self.0)) {
            waker.wake();
        }
    }
}

impl<T: Transport, C: Clock> SharedTokenManager<T, C> {
    pub(crate) fn new(target: Target, seed: u64) -> Self {
        Self {
            inner: Mutex::new(Inner {
                manager: TokenManager::new(target, None, seed),
                refresh: None,
                sleep: None,
            }),
            waiting: Arc::default(),
            listener: None,
        }
    }

    pub(crate) fn set_listener(&mut self, listener: Listener) {
        self.listener = Some(listener);
    }

    pub(crate) fn tokens(&self) -> Option<SessionTokens> {
        lock(&self.inner).manager.tokens().cloned()
    }

    pub(crate) fn set_tokens(&self, tokens: Option<SessionTokens>) {
        lock(&self.inner).manager.set_tokens(tokens);
        // Held requests can now be sent, or never will be.
        Arc::clone(&self.waiting).wake();
    }

    pub(crate) fn set_target(&self, target: Target) {
        lock(&self.inner).manager.set_target(target);
    }

    pub(crate) fn admit(
        &self,
        now: Timestamp,
        ticket: Option<Ticket>,
        request: &mut Request<Vec<u8>>,
    ) -> RequestDecision {
        lock(&self.inner).manager.admit(now, ticket, request)
    }

    pub(crate) fn pass(
        &self,
        now: Timestamp,
        ticket: Ticket,
        response: Response<Bytes>,
    ) -> ResponseDecision {
        lock(&self.inner).manager.pass(now, ticket, response)
    }

    /// Moves a refresh on, and returns whether one is still in progress; if so, the context is woken when it is over.
    pub(crate) fn poll_refresh(&self, transport: &T, clock: &C, context: &Context<'_>) -> Poll<()> {
        {
            let mut wakers = lock(&self.waiting.0);
            if !wakers.iter().any(|waker| waker.will_wake(context.waker())) {
                wakers.push(context.waker().clone());
            }
        }
        let waker = Waker::from(Arc::clone(&self.waiting));
        let mut events = Vec::new();
        let (poll, is_refreshing) = {
            let mut inner = lock(&self.inner);
            let poll = inner.poll(
                transport,
                clock,
                &mut Context::from_waker(&waker),
                &mut events,
            );
            (poll, inner.manager.is_refreshing())
        };
        // Called without the lock, since the listener may use the client.
        if let Some(listener) = &self.listener {
            events.into_iter().for_each(listener);
        }
        if poll.is_ready() || !is_refreshing {
            waker.wake();
        }
        poll
    }
}

impl<T: Transport, C: Clock> Inner<T, C> {
    fn poll(
        &mut self,
        transport: &T,
        clock: &C,
        context: &mut Context<'_>,
        events: &mut Vec<SessionEvent>,
    ) -> Poll<()> {
        loop {
            let until = match self.manager.poll_output() {
                Output::Send(id, request) => {
                    self.refresh = Some((id, Box::pin(transport.send(request))));
                    continue;
                }
                Output::SendStreaming(id, ..) => {
                    self.manager
                        .handle_input(clock.now(), Input::cannot_stream(id));
                    continue;
                }
                // There is no body that streams.
                Output::Receive(..) => continue,
                Output::Cancel(id) => {
                    self.refresh.take_if(|(other, _)| *other == id);
                    continue;
                }
                Output::Event(event) => {
                    events.push(event);
                    continue;
                }
                Output::Done(never) => match never {},
                Output::Wait(until) => until,
            };
            if !self.manager.is_refreshing() {
                self.refresh = None;
                self.sleep = None;
                return Poll::Ready(());
            }
            let Some(input) = self.poll_input(until, clock, context) else {
                return Poll::Pending;
            };
            self.manager.handle_input(clock.now(), input);
        }
    }

    fn poll_input(
        &mut self,
        until: Option<Timestamp>,
        clock: &C,
        context: &mut Context<'_>,
    ) -> Option<Input> {
        if let Some((id, future)) = &mut self.refresh
            && let Poll::Ready(result) = future.as_mut().poll(context)
        {
            let id = *id;
            self.refresh = None;
            return Some(match result {
                Ok(response) => Input::Response(id, response),
                Err(failure) => Input::Failed(id, failure),
            });
        }
        poll_until(&mut self.sleep, until?, clock, context).then_some(Input::Timeout)
    }
}

impl<T: Transport, C: Clock> fmt::Debug for SharedTokenManager<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedTokenManager").finish_non_exhaustive()
    }
}

/// A panic elsewhere (in a transport, for example) leaves nothing half-written here.
fn lock<V>(mutex: &Mutex<V>) -> MutexGuard<'_, V> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
