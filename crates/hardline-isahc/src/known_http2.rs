use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::Uri;
use http::uri::Authority;

/// The number of origins at which all are forgotten.
const MANY: usize = 1024;

/// The origins that speak HTTP/2: connections to them, and to no others, are kept. Over HTTP/1.1 curl may take bytes that
/// arrived while nobody used a connection for the response to the next request, because it looks for them once a second.
#[derive(Default)]
pub(crate) struct KnownHttp2(Mutex<HashSet<Authority>>);

impl KnownHttp2 {
    pub(crate) fn has(&self, uri: &Uri) -> bool {
        let authority = uri.authority().filter(|_| is_tls(uri));
        authority.is_some_and(|authority| self.lock().contains(authority))
    }

    pub(crate) fn learn(&self, uri: &Uri, speaks_http2: bool) {
        let Some(authority) = uri.authority().filter(|_| is_tls(uri)) else {
            return;
        };
        let mut known = self.lock();
        if !speaks_http2 {
            known.remove(authority);
        } else if !known.contains(authority) {
            if known.len() >= MANY {
                known.clear();
            }
            known.insert(authority.clone());
        }
    }

    /// Nothing panics while it is locked.
    fn lock(&self) -> MutexGuard<'_, HashSet<Authority>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_tls(uri: &Uri) -> bool {
    uri.scheme_str() == Some("https")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_known_until_it_speaks_something_else() {
        let known = KnownHttp2::default();
        let uri = Uri::from_static("https://a.example/");
        assert!(!known.has(&uri));
        known.learn(&uri, true);
        assert!(known.has(&Uri::from_static("https://A.example/x")));
        for other in ["http://a.example/", "https://a.example:8448/"] {
            assert!(!known.has(&Uri::from_static(other)));
        }
        known.learn(&uri, false);
        assert!(!known.has(&uri));
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let known = KnownHttp2::default();
        for number in 0..10_000 {
            let uri = format!("https://{number}.example/").parse().unwrap();
            known.learn(&uri, true);
        }
        assert!(known.lock().len() <= MANY);
    }
}
