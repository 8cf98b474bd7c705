//! Tower's own layers over a transport and the loopback homeserver.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::convert::Infallible;
use std::future::{Ready, pending, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hardline::client::{Client, Transport, transport_fn};
use hardline::client_api::discovery::GetVersions;
use hardline::client_api::session::GetLoginFlows;
use hardline::flow::RetryPolicy;
use hardline::wire::{ErrorKind, Failure, FailureClass, RequestMeta, Target};
use hardline_hyper::{HyperTransport, TokioClock};
use hardline_loopback::{Fault, Loopback};
use hardline_tower::{ServiceTransport, TransportService};
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use tower::ServiceBuilder;
use tower::retry::Policy;
use tower::timeout::error::Elapsed;

const LOGIN: &str = "/_matrix/client/v3/login";

fn client<T: Transport>(loopback: &Loopback, transport: T) -> Client<T, TokioClock> {
    let mut policy = RetryPolicy::default();
    policy.attempts = 1;
    let target = Target::homeserver(loopback.url()).unwrap();
    Client::new(transport, TokioClock, target).with_policy(policy)
}

fn class(error: &hardline::wire::Error) -> FailureClass {
    match error.kind() {
        ErrorKind::Transport(failure) => failure.class(),
        other => panic!("{other:?}"),
    }
}

fn request() -> Request<Vec<u8>> {
    Request::get("http://127.0.0.1/").body(Vec::new()).unwrap()
}

/// Repeats what the core says may be repeated, once.
#[derive(Clone)]
struct Once {
    seen: Arc<AtomicUsize>,
    left: usize,
}

impl<R> Policy<Request<Vec<u8>>, R, Failure> for Once {
    type Future = Ready<()>;

    fn retry(
        &mut self,
        request: &mut Request<Vec<u8>>,
        result: &mut Result<R, Failure>,
    ) -> Option<Ready<()>> {
        self.seen.fetch_add(1, Ordering::SeqCst);
        let may_repeat = request.extensions().get::<RequestMeta>()?.repeatable;
        if result.is_ok() || !may_repeat || self.left == 0 {
            return None;
        }
        self.left -= 1;
        Some(ready(()))
    }

    fn clone_request(&mut self, request: &Request<Vec<u8>>) -> Option<Request<Vec<u8>>> {
        Some(request.clone())
    }
}

#[tokio::test]
async fn every_layer_at_once_lets_an_operation_through() {
    let loopback = Loopback::start().unwrap();
    let seen = Arc::new(AtomicUsize::new(0));
    let policy = Once {
        seen: Arc::clone(&seen),
        left: 1,
    };
    let service = ServiceBuilder::new()
        .concurrency_limit(2)
        .timeout(Duration::from_secs(60))
        .retry(policy)
        .service(TransportService(HyperTransport::new().unwrap()));
    let client = client(&loopback, ServiceTransport::new(service));
    let versions = client.call(GetVersions::new()).await.unwrap().versions;
    assert!(versions.contains(&"v1.19".to_owned()));
    assert_eq!(seen.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_retry_layer_reads_the_dispatch_and_repeats() {
    let loopback = Loopback::builder()
        .fault(LOGIN, Fault::Close)
        .start()
        .unwrap();
    let seen = Arc::new(AtomicUsize::new(0));
    let policy = Once {
        seen: Arc::clone(&seen),
        left: 1,
    };
    let service = ServiceBuilder::new()
        .retry(policy)
        .service(TransportService(loopback.transport()));
    let client = client(&loopback, ServiceTransport::new(service));
    let error = client.call(GetLoginFlows::new()).await.unwrap_err();
    assert_eq!(class(&error), FailureClass::Interrupted);
    assert_eq!(
        seen.load(Ordering::SeqCst),
        2,
        "the first attempt and its repetition"
    );
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_of_a_layer_has_the_class_that_the_caller_tells() {
    let loopback = Loopback::start().unwrap();
    let silent = transport_fn(|_| pending::<Result<Response<Bytes>, Failure>>());
    let service = ServiceBuilder::new()
        .timeout(Duration::from_secs(5))
        .service(TransportService(silent));
    let untold = client(&loopback, ServiceTransport::new(service.clone()));
    let error = untold.call(GetVersions::new()).await.unwrap_err();
    assert_eq!(class(&error), FailureClass::Interrupted);

    let told = ServiceTransport::new(service).classify(|error| {
        error
            .is::<Elapsed>()
            .then_some(FailureClass::TimedOutAfterSend)
    });
    let error = client(&loopback, told)
        .call(GetVersions::new())
        .await
        .unwrap_err();
    assert_eq!(class(&error), FailureClass::TimedOutAfterSend);
}

#[tokio::test]
async fn a_concurrency_limit_holds_exchanges_back() {
    let under_way = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (counter, high) = (Arc::clone(&under_way), Arc::clone(&most));
    let counting = transport_fn(move |_| {
        let (counter, high) = (Arc::clone(&counter), Arc::clone(&high));
        async move {
            let now = counter.fetch_add(1, Ordering::SeqCst) + 1;
            high.fetch_max(now, Ordering::SeqCst);
            tokio::task::yield_now().await;
            counter.fetch_sub(1, Ordering::SeqCst);
            Ok(Response::new(Bytes::new()))
        }
    });
    let service = ServiceBuilder::new()
        .concurrency_limit(2)
        .service(TransportService(counting));
    let transport = ServiceTransport::new(service);
    let mut exchanges = tokio::task::JoinSet::new();
    for _ in 0..8 {
        exchanges.spawn(transport.send(request()));
    }
    for result in exchanges.join_all().await {
        assert!(result.is_ok());
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_failure_keeps_its_class_through_layers_that_box_it() {
    let loopback = Loopback::start().unwrap();
    let refused = transport_fn(|_| async {
        Err(Failure::new(FailureClass::Refused, "nobody listens there"))
    });
    let service = ServiceBuilder::new()
        .timeout(Duration::from_secs(60))
        .service(TransportService(refused));
    let client = client(&loopback, ServiceTransport::new(service));
    let error = client.call(GetVersions::new()).await.unwrap_err();
    assert_eq!(class(&error), FailureClass::Refused);
}

/// A body of several frames, which announces what it is told to.
struct Frames {
    left: Vec<&'static [u8]>,
    announced: u64,
}

impl Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = self.left.pop().map(Bytes::from_static);
        Poll::Ready(next.map(|data| Ok(Frame::data(data))))
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = SizeHint::new();
        hint.set_lower(self.announced);
        hint
    }
}

async fn read(announced: u64, cap: usize) -> Result<Bytes, FailureClass> {
    let service = tower::service_fn(move |_: Request<Full<Bytes>>| async move {
        let left = vec![b"56789".as_slice(), b"01234".as_slice()];
        Ok::<_, Infallible>(Response::new(Frames { left, announced }))
    });
    let transport = ServiceTransport::new(service).max_response_bytes(cap);
    let result = transport.send(request()).await;
    result
        .map(Response::into_body)
        .map_err(|failure| failure.class())
}

#[tokio::test]
async fn a_response_is_capped_by_what_it_announces_and_by_what_comes() {
    assert_eq!(read(0, 10).await.unwrap(), "0123456789");
    assert_eq!(read(10, 10).await.unwrap(), "0123456789");
    assert_eq!(read(0, 9).await.unwrap_err(), FailureClass::TooLarge);
    assert_eq!(
        read(u64::MAX, 1_000).await.unwrap_err(),
        FailureClass::TooLarge
    );
}

#[tokio::test]
async fn what_may_not_cross_threads_is_a_transport_too() {
    let local = std::rc::Rc::new(7_u16);
    let service = tower::service_fn(move |_: Request<Vec<u8>>| {
        let local = std::rc::Rc::clone(&local);
        async move {
            let response = Response::builder().status(200 + *local);
            response
                .body(Full::<Bytes>::default())
                .map_err(std::io::Error::other)
        }
    });
    let response = ServiceTransport::new(service)
        .send(request())
        .await
        .unwrap();
    assert_eq!(response.status(), 207);
}
