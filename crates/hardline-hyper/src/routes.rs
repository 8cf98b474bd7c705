use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::Uri;
use http::uri::{Authority, Scheme};

/// The number of origins at which the oldest routes are forgotten.
const MANY: usize = 256;

/// The clients of the origins that do not use the one of all others: a client has connections of its own, so that an
/// origin whose connection answers no more gets others, and one that wants HTTP/1.1 gets that.
pub(crate) struct Routes<C> {
    /// Looked at for each exchange, and hardly ever true.
    is_any: AtomicBool,
    known: Mutex<Known<C>>,
}

struct Known<C> {
    /// How many were set so far.
    count: u64,
    /// Each with the count when it was set.
    clients: HashMap<Key, (u64, C)>,
}

type Key = (Scheme, Authority);

impl<C: Clone> Routes<C> {
    pub(crate) fn new() -> Self {
        Self {
            is_any: AtomicBool::new(false),
            known: Mutex::new(Known {
                count: 0,
                clients: HashMap::new(),
            }),
        }
    }

    /// The client of this URL's origin, if it is not the one of all others.
    pub(crate) fn of(&self, uri: &Uri) -> Option<C> {
        if !self.is_any.load(Ordering::Acquire) {
            return None;
        }
        let known = self.lock();
        known
            .clients
            .get(&key(uri)?)
            .map(|(_, client)| client.clone())
    }

    pub(crate) fn set(&self, uri: &Uri, client: C) {
        let Some(key) = key(uri) else {
            return;
        };
        let mut known = self.lock();
        known.count += 1;
        let count = known.count;
        known.clients.insert(key, (count, client));
        if known.clients.len() > MANY {
            let young = |set: u64| count - set < MANY as u64 / 2;
            known.clients.retain(|_, (set, _)| young(*set));
        }
        self.is_any.store(true, Ordering::Release);
    }

    /// Nothing panics while it is locked.
    fn lock(&self) -> MutexGuard<'_, Known<C>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(uri: &Uri) -> Option<Key> {
    Some((uri.scheme()?.clone(), uri.authority()?.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri {
        text.parse().unwrap()
    }

    #[test]
    fn an_origin_has_the_client_that_was_set_last_and_others_have_none() {
        let routes = Routes::new();
        assert_eq!(routes.of(&uri("https://a.example/")), None);
        routes.set(&uri("https://a.example/x"), 1);
        routes.set(&uri("https://A.example/"), 2);
        assert_eq!(routes.of(&uri("https://a.example/y?z")), Some(2));
        for other in ["http://a.example/", "https://a.example:8448/"] {
            assert_eq!(routes.of(&uri(other)), None);
        }
    }

    #[test]
    fn old_routes_are_forgotten_when_there_are_many() {
        let routes = Routes::new();
        for number in 0..10_000 {
            routes.set(&uri(&format!("https://{number}.example/")), number);
        }
        assert!(routes.lock().clients.len() <= MANY);
        assert_eq!(routes.of(&uri("https://9999.example/")), Some(9999));
        assert_eq!(routes.of(&uri("https://0.example/")), None);
    }
}
