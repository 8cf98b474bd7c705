use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::audience::{Audience, Listener, News, Telling};
use super::sleep::{Sleeping, poll_until};
use super::waiting::Waiting;
use super::{Clock, TokenStore, Transport};
use crate::flow::{
    Gate, Input, Output, RefreshMethod, RequestDecision, RequestId, ResponseDecision, SessionEvent,
    SessionTokens, Ticket, TokenManager,
};
use crate::types::Timestamp;
use crate::wire::Target;

/// How long a logout waits for a refresh.
const PATIENCE: Duration = Duration::from_secs(10);

/// The session of a client: its token manager, the refresh in progress, and the tasks that wait for it.
pub(super) struct SharedTokenManager<T: Transport, C: Clock> {
    /// Locked for moments only: neither flows nor transports nor the program run meanwhile.
    manager: Mutex<TokenManager>,
    /// Locked by whoever moves the refresh on, as long as a transport that blocks takes.
    refresh: Mutex<Refresh<T, C>>,
    audience: Audience,
    waiting: Arc<Waiting>,
}

/// The refresh in progress.
struct Refresh<T: Transport, C: Clock> {
    in_flight: Option<(RequestId, Pin<Box<T::Future>>)>,
    sleep: Sleeping<C>,
}

/// Whether requests are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holding {
    No,
    /// The task is woken when there is something to do for them.
    Yes,
    /// The program is told something first, by another thread that wakes this one. A clock that blocks must not sleep now.
    Elsewhere,
}

impl<T: Transport, C: Clock> SharedTokenManager<T, C> {
    pub(super) fn new(target: Target, seed: u64) -> Self {
        Self {
            manager: Mutex::new(TokenManager::new(target, None, seed)),
            refresh: Mutex::new(Refresh {
                in_flight: None,
                sleep: None,
            }),
            audience: Audience::default(),
            waiting: Arc::default(),
        }
    }

    /// Sets who is told of each event, before any request uses new tokens. Without a listener events are kept for
    /// [`poll_event`](Self::poll_event).
    pub(super) fn set_listener(&self, listener: Listener) {
        lock(&self.manager).await_saved();
        self.audience.set_listener(listener);
        self.tell();
    }

    /// From now on newer tokens come from the store, and new ones go there. The session in it is the client's; if there is
    /// none, the client's goes there.
    pub(super) fn set_store(&self, store: Arc<dyn TokenStore>) {
        match (store.load(), self.tokens()) {
            (Some(tokens), _) => self.set_tokens(Some(tokens)),
            (None, Some(tokens)) => store.save(&tokens),
            (None, None) => {}
        }
        store.release();
        lock(&self.manager).set_store();
        self.audience.set_store(store);
    }

    pub(super) fn set_refresh_method(&self, method: impl RefreshMethod + 'static) {
        self.with(|manager| manager.set_refresh_method(method));
    }

    pub(super) fn tokens(&self) -> Option<SessionTokens> {
        lock(&self.manager).tokens().cloned()
    }

    /// Sets the tokens, in the store too.
    pub(super) fn set_session(&self, tokens: Option<SessionTokens>) {
        self.with(|manager| {
            self.audience.add(News::Set(tokens.clone()));
            manager.set_tokens(tokens);
        });
    }

    /// Sets the tokens, but leaves the store alone.
    pub(super) fn set_tokens(&self, tokens: Option<SessionTokens>) {
        self.with(|manager| manager.set_tokens(tokens));
    }

    pub(super) fn set_target(&self, target: Target) {
        self.with(|manager| manager.set_target(target));
    }

    /// Waits until the tokens are the newest ones: those of the store, and of a refresh that is under way. It waits no
    /// longer than a person does.
    pub(super) async fn settle(&self, transport: &T, clock: &C) {
        let (until, mut sleep) = (clock.now() + PATIENCE, None);
        self.with(|manager| manager.reload(clock.now()));
        poll_fn(|context| {
            let is_over = match self.poll_refresh(transport, clock, context) {
                Holding::No => true,
                Holding::Yes => poll_until(&mut sleep, until, clock, context),
                Holding::Elsewhere => false,
            };
            if is_over {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    /// Ends the session because the program logs out, and tells so. Returns its tokens.
    pub(super) fn end_session(&self) -> Option<SessionTokens> {
        self.with(TokenManager::end_session)
    }

    /// Moves a refresh on, and returns whether requests are still held.
    pub(super) fn poll_refresh(&self, transport: &T, clock: &C, context: &Context<'_>) -> Holding {
        self.waiting.add(context.waker());
        self.advance(transport, clock)
    }

    /// The next event that no listener was told. Whoever waits for events moves a refresh on too.
    pub(super) fn poll_event(
        &self,
        transport: &T,
        clock: &C,
        context: &Context<'_>,
    ) -> Poll<SessionEvent> {
        self.waiting.add(context.waker());
        self.advance(transport, clock);
        match self.audience.next_kept() {
            Some(event) => Poll::Ready(event),
            None => Poll::Pending,
        }
    }

    /// All events that no listener was told.
    pub(super) fn take_events(&self) -> Vec<SessionEvent> {
        std::iter::from_fn(|| self.audience.next_kept()).collect()
    }

    /// Does something with the token manager, and tells what came of it.
    fn with<R>(&self, act: impl FnOnce(&mut TokenManager) -> R) -> R {
        let (result, cancelled, has_turned) = {
            let mut manager = lock(&self.manager);
            let was_holding = manager.is_holding();
            let result = act(&mut manager);
            let is_holding = manager.is_holding();
            // While requests are held, whoever waits for that polls it.
            let cancelled = if is_holding {
                None
            } else {
                self.hear(&mut manager)
            };
            (result, cancelled, was_holding != is_holding)
        };
        if let Some(id) = cancelled
            // Whoever moves it on sees that it is over.
            && let Ok(mut refresh) = self.refresh.try_lock()
        {
            refresh.cancel(id);
        }
        self.tell();
        // Held requests can now be sent, or never will be; or there is a refresh to move on.
        if has_turned {
            self.waiting.wake_all();
        }
        result
    }

    /// Takes the outputs of a token manager that holds no requests, and so sends nothing. Returns the request that it
    /// cancelled.
    fn hear(&self, manager: &mut TokenManager) -> Option<RequestId> {
        let mut cancelled = None;
        loop {
            match manager.poll_output() {
                Output::Event(event) => self.audience.add(News::Event(event)),
                Output::Cancel(id) => cancelled = Some(id),
                Output::Done(never) => match never {},
                Output::Send(..)
                | Output::SendStreaming(..)
                | Output::Receive(..)
                | Output::Wait(_) => return cancelled,
            }
        }
    }

    /// Moves a refresh on. All tasks that wait are woken when it can go on, and when it is over.
    fn advance(&self, transport: &T, clock: &C) -> Holding {
        loop {
            let was_holding = self.is_holding();
            let holding = self.exchange(transport, clock);
            if was_holding && holding == Holding::No {
                self.waiting.wake_all();
            }
            // What the program did may move it on.
            if !self.tell() {
                return holding;
            }
        }
    }

    fn is_holding(&self) -> bool {
        lock(&self.manager).is_holding()
    }

    /// Sends the refresh and takes its response, until there is something to wait for or to tell.
    fn exchange(&self, transport: &T, clock: &C) -> Holding {
        let mut refresh = lock(&self.refresh);
        let waker = Waker::from(Arc::clone(&self.waiting));
        let context = &mut Context::from_waker(&waker);
        loop {
            let output = {
                let mut manager = lock(&self.manager);
                match manager.poll_output() {
                    // Under this lock, so that events stay in order.
                    Output::Event(event) => {
                        self.audience.add(News::Event(event));
                        continue;
                    }
                    Output::Wait(_) if !manager.is_holding() => None,
                    output => Some(output),
                }
            };
            let Some(output) = output else {
                refresh.in_flight = None;
                refresh.sleep = None;
                return Holding::No;
            };
            let input = match output {
                Output::Send(id, request) => {
                    refresh.in_flight = Some((id, Box::pin(transport.send(request))));
                    continue;
                }
                Output::SendStreaming(id, ..) => Input::cannot_stream(id),
                // There is no body that streams, and the event was taken.
                Output::Receive(..) | Output::Event(_) => continue,
                Output::Cancel(id) => {
                    refresh.cancel(id);
                    continue;
                }
                Output::Done(never) => match never {},
                Output::Wait(until) => {
                    // What it waits for may be the program's answer.
                    if !self.audience.is_idle() {
                        return Holding::Elsewhere;
                    }
                    match refresh.poll_input(until, clock, context) {
                        Some(input) => input,
                        None => return Holding::Yes,
                    }
                }
            };
            lock(&self.manager).handle_input(clock.now(), input);
        }
    }

    /// Tells the store and the listener what there is to tell, unless another thread does. Returns whether this one did.
    fn tell(&self) -> bool {
        let Some(telling) = self.audience.begin(self.is_holding()) else {
            return false;
        };
        let wakes = Wakes(&self.waiting);
        // A panic ends this before others are woken.
        let mut telling = telling;
        loop {
            while let Some(news) = telling.next() {
                self.tell_news(&telling, news);
            }
            if !self.is_holding() {
                telling.release();
            }
            if telling.end() {
                break;
            }
        }
        drop(telling);
        drop(wakes);
        true
    }

    fn tell_news(&self, telling: &Telling<'_>, news: News) {
        match news {
            News::Event(SessionEvent::LoadTokens) => {
                let tokens = telling.load();
                let mut manager = lock(&self.manager);
                let now = manager.now();
                manager.loaded(now, tokens);
            }
            News::Event(event) => {
                let is_refreshed = matches!(event, SessionEvent::Refreshed(_));
                let saving = is_refreshed.then_some(Saving(&self.manager));
                match &event {
                    SessionEvent::Refreshed(tokens) => telling.store(Some(tokens)),
                    SessionEvent::LoggedOut { .. } => telling.store(None),
                    _ => {}
                }
                telling.announce(event);
                drop(saving);
            }
            News::Set(tokens) => telling.store(tokens.as_ref()),
        }
    }
}

/// New tokens are being saved. When that is over, by a panic of the program too, requests use them: there is nothing to
/// go back to.
struct Saving<'a>(&'a Mutex<TokenManager>);

impl Drop for Saving<'_> {
    fn drop(&mut self) {
        let mut manager = lock(self.0);
        let now = manager.now();
        manager.saved(now);
    }
}

/// Somebody is told something. When that is over, by a panic too, others move on what waits for it.
struct Wakes<'a>(&'a Waiting);

impl Drop for Wakes<'_> {
    fn drop(&mut self) {
        self.0.wake_all();
    }
}

impl<T: Transport, C: Clock> Refresh<T, C> {
    fn cancel(&mut self, id: RequestId) {
        self.in_flight.take_if(|(other, _)| *other == id);
    }

    fn poll_input(
        &mut self,
        until: Option<Timestamp>,
        clock: &C,
        context: &mut Context<'_>,
    ) -> Option<Input> {
        if let Some((id, future)) = &mut self.in_flight
            && let Poll::Ready(result) = future.as_mut().poll(context)
        {
            let id = *id;
            self.in_flight = None;
            return Some(match result {
                Ok(response) => Input::Response(id, response),
                Err(failure) => Input::Failed(id, failure),
            });
        }
        poll_until(&mut self.sleep, until?, clock, context).then_some(Input::Timeout)
    }
}

impl<T: Transport, C: Clock> Gate for &SharedTokenManager<T, C> {
    fn admit<B>(
        &mut self,
        now: Timestamp,
        ticket: Option<Ticket>,
        request: &mut Request<B>,
    ) -> RequestDecision {
        self.with(|manager| manager.admit(now, ticket, request))
    }

    fn pass(
        &mut self,
        now: Timestamp,
        ticket: Ticket,
        response: Response<Bytes>,
    ) -> ResponseDecision {
        self.with(|manager| manager.pass(now, ticket, response))
    }

    fn is_holding(&self) -> bool {
        lock(&self.manager).is_holding()
    }
}

/// A panic elsewhere (in a transport, for example) leaves nothing half-written here.
fn lock<V>(mutex: &Mutex<V>) -> MutexGuard<'_, V> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
