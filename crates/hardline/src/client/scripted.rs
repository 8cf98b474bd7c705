//! A server, as a closure, and a clock for the tests of the clients.

use std::future::{Future, Pending, Ready, pending, ready};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};

use super::{BlockingTransport, Clock, Transport};
use crate::types::Timestamp;
use crate::wire::Failure;

type Answer = dyn Fn(&Request<Vec<u8>>) -> (u16, &'static str) + Send + Sync;

/// Answers each request at once, and remembers it.
#[derive(Clone)]
pub(super) struct Scripted {
    answer: Arc<Answer>,
    requests: Arc<Mutex<Vec<Request<Vec<u8>>>>>,
}

impl Scripted {
    pub(super) fn new(
        answer: impl Fn(&Request<Vec<u8>>) -> (u16, &'static str) + Send + Sync + 'static,
    ) -> Self {
        Self {
            answer: Arc::new(answer),
            requests: Arc::default(),
        }
    }

    /// The requests so far: method, URL and access token.
    pub(super) fn requests(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        let line = |request: &Request<Vec<u8>>| {
            let token = request.headers().get("authorization");
            let token = token.map_or("", |token| token.to_str().unwrap());
            let line = format!("{} {} {token}", request.method(), request.uri());
            line.trim_end().to_owned()
        };
        requests.iter().map(line).collect()
    }

    /// The bodies of the requests to the path that ends so.
    #[cfg(feature = "oauth")]
    pub(super) fn bodies(&self, path: &str) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        let requests = requests
            .iter()
            .filter(|request| request.uri().path().ends_with(path));
        let text = |request: &Request<Vec<u8>>| String::from_utf8(request.body().clone()).unwrap();
        requests.map(text).collect()
    }

    fn answer(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        let (status, body) = (self.answer)(&request);
        self.requests.lock().unwrap().push(request);
        let response = Response::builder().status(status).body(body.into());
        Ok(response.unwrap())
    }
}

impl Transport for Scripted {
    type Future = Ready<Result<Response<Bytes>, Failure>>;

    fn send(&self, request: Request<Vec<u8>>) -> Self::Future {
        ready(self.answer(request))
    }
}

impl BlockingTransport for Scripted {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        self.answer(request)
    }
}

/// A clock that is where it is slept until.
#[derive(Clone, Default)]
pub(super) struct Leaping(Arc<AtomicU64>);

impl Clock for Leaping {
    type Sleep = Leap;

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }

    fn sleep_until(&self, deadline: Timestamp) -> Leap {
        Leap(Arc::clone(&self.0), deadline)
    }
}

pub(super) struct Leap(Arc<AtomicU64>, Timestamp);

impl Future for Leap {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        self.0.fetch_max(self.1.as_millis(), Ordering::Relaxed);
        Poll::Ready(())
    }
}

/// A clock that stands still.
#[derive(Clone, Copy)]
pub(super) struct Stopped;

impl Clock for Stopped {
    type Sleep = Pending<()>;

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_000_000)
    }

    fn sleep_until(&self, _: Timestamp) -> Pending<()> {
        pending()
    }
}
