use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use http::Uri;
use http::uri::{Authority, Scheme};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The smallest number of origins at which unused ones are removed.
const FEW: usize = 64;

/// The exchanges and connections of each origin.
pub(crate) struct Origins {
    most_at_once: Option<usize>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    origins: HashMap<Key, Weak<Origin>>,
    /// The last one asked for, usually the next one too: comparing is cheaper than hashing.
    last: Option<(Key, Weak<Origin>)>,
    look_at: usize,
}

type Key = (Scheme, Authority);

/// The exchanges and connections of one origin. It lives as long as any of them.
pub(crate) struct Origin {
    /// Whether exchanges can share a connection.
    is_shareable: bool,
    connections: AtomicUsize,
    /// Closed when the exchange that goes ahead has a connection or has failed.
    ahead: Mutex<Option<watch::Receiver<()>>>,
    places: Option<Arc<Semaphore>>,
}

/// An exchange's turn.
#[derive(Default)]
pub(crate) struct Turn {
    /// Held by the exchange that goes ahead until it has a connection, which the others can then share.
    pub(crate) ahead: Option<watch::Sender<()>>,
    /// Held to the end of the exchange, with the origin that it is a place at.
    _place: Option<OwnedSemaphorePermit>,
    _origin: Option<Arc<Origin>>,
}

/// An open connection.
pub(crate) struct Opened(Arc<Origin>);

impl Origins {
    pub(crate) fn new(most_at_once: Option<usize>) -> Self {
        Self {
            most_at_once,
            known: Mutex::default(),
        }
    }

    /// The origin of this URL, unless there is nothing to wait for: over plain HTTP no connection can be shared.
    pub(crate) fn of(&self, uri: &Uri) -> Option<Arc<Origin>> {
        let scheme = uri.scheme()?;
        let is_shareable = *scheme == Scheme::HTTPS;
        if self.most_at_once.is_none() && !is_shareable {
            return None;
        }
        let authority = uri.authority()?;
        let mut known = lock(&self.known);
        if let Some(((last_scheme, last_authority), origin)) = &known.last
            && last_scheme == scheme
            && last_authority.as_str() == authority.as_str()
            && let Some(origin) = origin.upgrade()
        {
            return Some(origin);
        }
        let key = (scheme.clone(), authority.clone());
        if let Some(origin) = known.origins.get(&key).and_then(Weak::upgrade) {
            known.last = Some((key, Arc::downgrade(&origin)));
            return Some(origin);
        }
        if known.origins.len() >= known.look_at {
            known.origins.retain(|_, origin| origin.strong_count() > 0);
            known.look_at = FEW.max(2 * known.origins.len());
        }
        let places = self.most_at_once.map(|most| Arc::new(Semaphore::new(most)));
        let origin = Arc::new(Origin {
            is_shareable,
            connections: AtomicUsize::new(0),
            ahead: Mutex::default(),
            places,
        });
        known.origins.insert(key, Arc::downgrade(&origin));
        Some(origin)
    }
}

impl Origin {
    /// Waits for a place, and then, if there is no connection, once for the exchange that goes ahead.
    pub(crate) async fn turn(self: Arc<Self>) -> Turn {
        let place = match &self.places {
            // It is never closed.
            Some(places) => Arc::clone(places).acquire_owned().await.ok(),
            None => None,
        };
        Turn {
            ahead: self.go_ahead().await,
            _place: place,
            _origin: Some(self),
        }
    }

    async fn go_ahead(&self) -> Option<watch::Sender<()>> {
        if !self.is_shareable || self.connections.load(Ordering::Relaxed) > 0 {
            return None;
        }
        let mut other = {
            let mut ahead = lock(&self.ahead);
            match &*ahead {
                Some(other) if other.has_changed().is_ok() => other.clone(),
                _ => {
                    let (sender, receiver) = watch::channel(());
                    *ahead = Some(receiver);
                    return Some(sender);
                }
            }
        };
        // Nothing is ever sent: this ends when the other lets go. Nobody waits twice, whatever the outcome: each has a
        // time limit of its own, and all of them then find out at once whether the server can be reached.
        let _ = other.changed().await;
        None
    }
}

impl Opened {
    pub(crate) fn new(origin: Arc<Origin>) -> Self {
        origin.connections.fetch_add(1, Ordering::Relaxed);
        Self(origin)
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Nothing panics while one of these is locked.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn of(origins: &Origins, url: &str) -> Arc<Origin> {
        origins.of(&url.parse().unwrap()).unwrap()
    }

    /// The output, if it is ready without waiting.
    fn now<F: Future>(future: F) -> Option<F::Output> {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        }
    }

    #[test]
    fn one_goes_ahead_and_the_others_wait_for_its_connection() {
        let origins = Origins::new(None);
        let turn = || of(&origins, "https://a.example/").turn();
        let first = now(turn()).unwrap();
        assert!(first.ahead.is_some());
        let mut second = pin!(turn());
        let mut context = Context::from_waker(Waker::noop());
        assert!(second.as_mut().poll(&mut context).is_pending());

        let connection = Opened::new(of(&origins, "HTTPS://A.example/x"));
        drop(first);
        let Poll::Ready(second) = second.as_mut().poll(&mut context) else {
            panic!("it still waits")
        };
        assert!(second.ahead.is_none());
        assert!(now(turn()).unwrap().ahead.is_none());

        drop(connection);
        assert!(now(turn()).unwrap().ahead.is_some());
    }

    #[test]
    fn another_origin_is_not_waited_for() {
        let origins = Origins::new(None);
        let one = now(of(&origins, "https://a.example/").turn());
        let other = now(of(&origins, "https://a.example:8448/").turn());
        assert!(one.is_some() && other.is_some());
    }

    #[test]
    fn over_plain_http_there_is_nothing_to_wait_for() {
        let uri = Uri::from_static("http://a.example/");
        assert!(Origins::new(None).of(&uri).is_none());
    }

    #[test]
    fn no_more_have_a_place_than_were_allowed() {
        let origins = Origins::new(Some(2));
        let turn = || of(&origins, "http://a.example/").turn();
        let (one, two) = (now(turn()).unwrap(), now(turn()));
        assert!(two.is_some());
        assert!(now(turn()).is_none());
        drop(one);
        assert!(now(turn()).is_some());
    }

    #[test]
    fn origins_that_nobody_needs_are_forgotten() {
        let origins = Origins::new(None);
        for number in 0..10_000 {
            of(&origins, &format!("https://{number}.example/"));
        }
        assert!(lock(&origins.known).origins.len() <= FEW + 1);
    }
}
