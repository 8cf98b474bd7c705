use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::TokenStore;
use crate::flow::{SessionEvent, SessionTokens};

/// How many events are kept for a program that does not fetch them.
const KEPT: usize = 64;

pub(super) type Listener = Arc<dyn Fn(SessionEvent) + Send + Sync>;

/// Who is told what happens to a session: the program's store and its listener, or whoever fetches the events.
#[derive(Default)]
pub(super) struct Audience(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    listener: Option<Listener>,
    store: Option<Arc<dyn TokenStore>>,
    /// The store has loaded, and not been released since.
    is_loaded: bool,
    untold: VecDeque<News>,
    /// Somebody is telling it.
    is_telling: bool,
    /// What was told to nobody, for want of a listener.
    kept: VecDeque<SessionEvent>,
}

/// What there is to tell.
pub(super) enum News {
    Event(SessionEvent),
    /// The program set these tokens, or forgot the session.
    Set(Option<SessionTokens>),
}

impl Audience {
    /// Sets the listener. It is told what was kept, too.
    pub(super) fn set_listener(&self, listener: Listener) {
        let mut inner = self.lock();
        inner.listener = Some(listener);
        let kept = std::mem::take(&mut inner.kept);
        for event in kept.into_iter().rev() {
            inner.untold.push_front(News::Event(event));
        }
    }

    pub(super) fn set_store(&self, store: Arc<dyn TokenStore>) {
        self.lock().store = Some(store);
    }

    pub(super) fn add(&self, news: News) {
        self.lock().untold.push_back(news);
    }

    /// Whether there is nothing to tell, and nobody telling.
    pub(super) fn is_idle(&self) -> bool {
        let inner = self.lock();
        inner.untold.is_empty() && !inner.is_telling
    }

    /// The oldest event that nobody was told.
    pub(super) fn next_kept(&self) -> Option<SessionEvent> {
        self.lock().kept.pop_front()
    }

    /// Begins to tell, unless there is nothing to tell, or somebody does so already, who then tells this too. A store that
    /// has loaded is told that requests are no longer held.
    pub(super) fn begin(&self, is_holding: bool) -> Option<Telling<'_>> {
        let mut inner = self.lock();
        let is_told = inner.untold.is_empty() && (is_holding || !inner.is_loaded);
        if is_told || inner.is_telling {
            return None;
        }
        inner.is_telling = true;
        Some(Telling {
            audience: self,
            is_over: false,
        })
    }

    /// A panic elsewhere leaves nothing half-written here.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to tell, which one thread has at a time. No lock is held while the store or the listener is called: both may
/// use the client.
pub(super) struct Telling<'a> {
    audience: &'a Audience,
    is_over: bool,
}

impl Telling<'_> {
    pub(super) fn next(&self) -> Option<News> {
        self.audience.lock().untold.pop_front()
    }

    /// The tokens in the store, which is then to be released.
    pub(super) fn load(&self) -> Option<SessionTokens> {
        // A lock that is taken twice is waited for for ever.
        self.release();
        let store = {
            let mut inner = self.audience.lock();
            inner.is_loaded = inner.store.is_some();
            inner.store.clone()
        };
        store?.load()
    }

    /// Puts tokens in the store, or deletes those that are there.
    pub(super) fn store(&self, tokens: Option<&SessionTokens>) {
        let (store, is_loaded) = {
            let inner = self.audience.lock();
            (inner.store.clone(), inner.is_loaded)
        };
        let Some(store) = store else {
            return;
        };
        if !is_loaded {
            // For its lock.
            drop(self.load());
        }
        match tokens {
            Some(tokens) => store.save(tokens),
            None => store.forget(),
        }
    }

    /// Releases the store, if it has loaded.
    pub(super) fn release(&self) {
        let store = {
            let mut inner = self.audience.lock();
            let is_loaded = std::mem::take(&mut inner.is_loaded);
            inner.store.clone().filter(|_| is_loaded)
        };
        if let Some(store) = store {
            store.release();
        }
    }

    /// Tells the listener, or keeps the event.
    pub(super) fn announce(&self, event: SessionEvent) {
        let mut inner = self.audience.lock();
        if let Some(listener) = inner.listener.clone() {
            drop(inner);
            listener(event);
            return;
        }
        if inner.kept.len() == KEPT {
            inner.kept.pop_front();
        }
        inner.kept.push_back(event);
    }

    /// Ends it, unless there is more to tell. Returns whether it ended.
    pub(super) fn end(&mut self) -> bool {
        let mut inner = self.audience.lock();
        self.is_over = inner.untold.is_empty();
        inner.is_telling = !self.is_over;
        self.is_over
    }
}

/// After a panic of a listener others can be told again.
impl Drop for Telling<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.audience.lock().is_telling = false;
        }
    }
}
