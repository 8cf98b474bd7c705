use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use super::sleep::{Sleeping, poll_until};
use super::{Clock, Transport};
use crate::flow::{
    Input, Output, RefreshMethod, RequestId, SessionEvent, SessionTokens, TokenManager,
};
use crate::types::Timestamp;
use crate::wire::Target;

type Listener = Arc<dyn Fn(SessionEvent) + Send + Sync>;

/// How many events are kept for a program that does not take them.
const KEPT: usize = 64;

/// The session of a client: its token manager, the refresh in progress, and the tasks that wait for it.
pub(crate) struct SharedTokenManager<T: Transport, C: Clock> {
    inner: Mutex<Inner<T, C>>,
    waiting: Arc<Waiting>,
    listener: Mutex<Option<Listener>>,
    has_store: bool,
}

struct Inner<T: Transport, C: Clock> {
    manager: TokenManager,
    refresh: Option<(RequestId, Pin<Box<T::Future>>)>,
    sleep: Sleeping<C>,
    /// What was not told yet.
    events: VecDeque<SessionEvent>,
    /// There are more of them than before.
    is_news: bool,
}

/// The tasks that wait for the refresh or for events. Any of them may poll it and any may be dropped, so all are woken.
#[derive(Default)]
struct Waiting(Mutex<Vec<Waker>>);

impl Waiting {
    fn add(&self, waker: &Waker) {
        let mut wakers = lock(&self.0);
        if !wakers.iter().any(|other| other.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }

    /// Wakes all but this one, which stays if it goes on waiting.
    fn wake_others(&self, waker: &Waker, stays: bool) {
        let mut wakers = std::mem::take(&mut *lock(&self.0));
        wakers.retain(|other| !other.will_wake(waker));
        if stays {
            self.add(waker);
        }
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Wake for Waiting {
    fn wake(self: Arc<Self>) {
        for waker in std::mem::take(&mut *lock(&self.0)) {
            waker.wake();
        }
    }
}

#[allow(
    dead_code,
    reason = "the client does not offer a store and events to be polled yet"
)]
impl<T: Transport, C: Clock> SharedTokenManager<T, C> {
    pub(crate) fn new(target: Target, seed: u64) -> Self {
        Self {
            inner: Mutex::new(Inner {
                manager: TokenManager::new(target, None, seed),
                refresh: None,
                sleep: None,
                events: VecDeque::new(),
                is_news: false,
            }),
            waiting: Arc::default(),
            listener: Mutex::default(),
            has_store: false,
        }
    }

    /// Sets who is told of each event, before any request uses new tokens. Without a listener events are kept for
    /// [`poll_event`](Self::poll_event).
    pub(crate) fn set_listener(&self, listener: Listener) {
        *lock(&self.listener) = Some(listener);
        lock(&self.inner).manager.await_saved();
    }

    /// From now on the program answers [`SessionEvent::LoadTokens`] and [`SessionEvent::Refreshed`].
    pub(crate) fn set_store(&mut self) {
        self.has_store = true;
        lock(&self.inner).manager.set_store();
    }

    pub(crate) fn set_refresh_method(&self, method: impl RefreshMethod + 'static) {
        self.with(|manager| manager.set_refresh_method(method));
    }

    pub(crate) fn tokens(&self) -> Option<SessionTokens> {
        lock(&self.inner).manager.tokens().cloned()
    }

    pub(crate) fn set_tokens(&self, tokens: Option<SessionTokens>) {
        self.with(|manager| manager.set_tokens(tokens));
    }

    pub(crate) fn set_target(&self, target: Target) {
        self.with(|manager| manager.set_target(target));
    }

    pub(crate) fn loaded(&self, now: Timestamp, tokens: Option<SessionTokens>) {
        self.with(|manager| manager.loaded(now, tokens));
    }

    pub(crate) fn saved(&self, now: Timestamp) {
        self.with(|manager| manager.saved(now));
    }

    /// Does something with the token manager, and tells what came of it.
    pub(crate) fn with<R>(&self, act: impl FnOnce(&mut TokenManager) -> R) -> R {
        let (result, is_news) = {
            let mut inner = lock(&self.inner);
            let was_holding = inner.manager.is_holding();
            let result = act(&mut inner.manager);
            let is_holding = inner.manager.is_holding();
            // While requests are held, whoever waits for that polls it.
            if !is_holding {
                inner.drain();
            }
            let is_news = std::mem::take(&mut inner.is_news);
            (result, was_holding || is_holding || is_news)
        };
        self.tell();
        // Held requests can now be sent, or never will be; or there is something to do for them.
        if is_news {
            Arc::clone(&self.waiting).wake();
        }
        result
    }

    /// Moves a refresh on, and returns whether requests are still held; if so, the context is woken when they no longer
    /// are.
    pub(crate) fn poll_refresh(&self, transport: &T, clock: &C, context: &Context<'_>) -> Poll<()> {
        self.waiting.add(context.waker());
        let poll = self.advance(transport, clock);
        if poll.is_ready() {
            self.waiting.wake_others(context.waker(), false);
        }
        poll
    }

    /// The next event, if there is no listener. Whoever waits for events moves a refresh on too.
    pub(crate) fn poll_event(
        &self,
        transport: &T,
        clock: &C,
        context: &Context<'_>,
    ) -> Poll<SessionEvent> {
        self.waiting.add(context.waker());
        if self.advance(transport, clock).is_ready() {
            self.waiting.wake_others(context.waker(), true);
        }
        match lock(&self.inner).events.pop_front() {
            Some(event) => Poll::Ready(event),
            None => Poll::Pending,
        }
    }

    /// Moves a refresh on, and returns whether requests are still held. All tasks that wait are woken when it can go on.
    fn advance(&self, transport: &T, clock: &C) -> Poll<()> {
        let waker = Waker::from(Arc::clone(&self.waiting));
        loop {
            let (poll, is_news) = {
                let mut inner = lock(&self.inner);
                let poll = inner.poll(transport, clock, &mut Context::from_waker(&waker));
                (poll, std::mem::take(&mut inner.is_news))
            };
            if is_news {
                waker.wake_by_ref();
            }
            // What the listener did may move it on.
            if !self.tell() {
                return poll;
            }
        }
    }

    /// Tells the listener what there is to tell, without the lock, since it may use the client. Returns whether there
    /// was something.
    fn tell(&self) -> bool {
        let Some(listener) = lock(&self.listener).clone() else {
            return false;
        };
        let events = std::mem::take(&mut lock(&self.inner).events);
        let mut was_told = false;
        for event in events {
            let is_refreshed = matches!(event, SessionEvent::Refreshed(_));
            listener(event);
            if is_refreshed && !self.has_store {
                let mut inner = lock(&self.inner);
                let now = inner.manager.now();
                inner.manager.saved(now);
            }
            was_told = true;
        }
        was_told
    }
}

impl<T: Transport, C: Clock> Inner<T, C> {
    fn poll(&mut self, transport: &T, clock: &C, context: &mut Context<'_>) -> Poll<()> {
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
                    self.keep(event);
                    continue;
                }
                Output::Done(never) => match never {},
                Output::Wait(until) => until,
            };
            if !self.manager.is_holding() {
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

    /// Takes the outputs of a token manager that holds no requests: it has nothing to send.
    fn drain(&mut self) {
        loop {
            match self.manager.poll_output() {
                Output::Event(event) => self.keep(event),
                Output::Cancel(id) => {
                    self.refresh.take_if(|(other, _)| *other == id);
                }
                Output::Done(never) => match never {},
                _ => return,
            }
        }
    }

    fn keep(&mut self, event: SessionEvent) {
        if self.events.len() == KEPT {
            self.events.pop_front();
        }
        self.events.push_back(event);
        self.is_news = true;
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
