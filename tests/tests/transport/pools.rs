//! Pooled connections: renewed if they are dead, shared if possible, and dropped when nobody waits.

use std::io::Write;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hardline::client::Transport;
use hardline::wire::{FailureClass, Operation, RequestMeta};
use hardline_hyper::HyperTransport;
use hardline_isahc::IsahcTransport;
use hardline_tests::adapter::{Adapter, Settings};
use hardline_tests::misbehaving::{
    self, Authority, Certificate, H2, OK, Server, killing_reused_connections, read_request, start,
    start_tls,
};
use hardline_tests::runner::Backend;
use http::Request;
use tokio::task::spawn_blocking;

static GET: Operation = Operation::get("getSomething", "/_matrix/client/v3/something");
static POST: Operation = Operation::post("postSomething", "/_matrix/client/v3/something");

const LONG: Duration = Duration::from_secs(30);
const LIBRARIES: [Backend; 3] = [Backend::Hyper, Backend::Isahc, Backend::IsahcBlocking];
const ANSWER: &[u8] = b"{}";

fn get(url: &str) -> Request<Vec<u8>> {
    dispatched(Request::get(url).body(Vec::new()).unwrap(), &GET, LONG)
}

fn post(url: &str) -> Request<Vec<u8>> {
    dispatched(Request::post(url).body(b"{}".into()).unwrap(), &POST, LONG)
}

fn dispatched(
    mut request: Request<Vec<u8>>,
    operation: &'static Operation,
    timeout: Duration,
) -> Request<Vec<u8>> {
    let dispatch = RequestMeta::new(operation, timeout);
    request.extensions_mut().insert(dispatch);
    request
}

/// An HTTP/2 server that does the same with each request; the value beside its port counts its connections.
fn http2(
    authority: &Authority,
    serve: impl Fn(usize, u32, &mut H2) + Send + Sync + 'static,
) -> (Server, Arc<AtomicUsize>) {
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&connections);
    let config = authority.server(Certificate::Valid, &[b"h2", b"http/1.1"]);
    let server = start_tls(config, move |number, session| {
        let Ok(mut server) = H2::accept(session) else {
            return;
        };
        counter.fetch_add(1, Ordering::Relaxed);
        while let Ok(stream) = server.next_request() {
            serve(number, stream, &mut server);
        }
    });
    (server, connections)
}

fn trusting(authority: &Authority) -> Settings {
    Settings {
        root_certificate: Some(authority.pem()),
        ..Settings::default()
    }
}

#[test]
fn a_dead_connection_is_renewed_for_repeatable_requests() {
    for backend in LIBRARIES {
        let (server, requests) = killing_reused_connections();
        let url = format!("http://{server}/");
        let adapter = Adapter::new(backend, &Settings::default());
        for _ in 0..2 {
            assert_eq!(
                adapter.send(get(&url)).unwrap().status(),
                200,
                "{backend:?}"
            );
        }
        let sent = requests.try_iter().collect::<Vec<_>>();
        if backend == Backend::Hyper {
            assert_eq!(sent, [0, 0, 1]);
        } else {
            // isahc keeps no connection with HTTP/1.1.
            assert_eq!(sent, [0, 1], "{backend:?}");
        }
    }
}

#[test]
fn a_reset_connection_is_renewed_for_repeatable_requests() {
    // isahc keeps no connection with HTTP/1.1.
    for backend in [Backend::Hyper] {
        let (sender, requests) = channel();
        let server = start(move |number, mut connection| {
            while read_request(&mut connection).is_some() {
                sender.send(number).unwrap();
                if number == 0 && connection.write_all(OK).is_ok() {
                    misbehaving::wait_without_reading(&connection);
                    sender.send(number).unwrap();
                    return misbehaving::reset(connection);
                }
                connection.write_all(OK).unwrap();
            }
        });
        let url = format!("http://{server}/");
        let adapter = Adapter::new(backend, &Settings::default());
        for _ in 0..2 {
            assert_eq!(
                adapter.send(get(&url)).unwrap().status(),
                200,
                "{backend:?}"
            );
        }
        assert_eq!(
            requests.try_iter().collect::<Vec<_>>(),
            [0, 0, 1],
            "{backend:?}"
        );
    }
}

#[test]
fn a_sent_request_does_not_count_as_unsent_when_the_server_disappears() {
    use FailureClass::{Interrupted, Refused};
    // curl reports only its own last attempt; it makes only one for requests that may not be repeated.
    for (backend, class) in [(Backend::Hyper, Interrupted), (Backend::Isahc, Refused)] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            drop(listener);
            read_request(&mut connection).unwrap();
            connection.write_all(OK).unwrap();
            read_request(&mut connection).unwrap();
        });
        let adapter = Adapter::new(backend, &Settings::default());
        assert_eq!(
            adapter.send(get(&url)).unwrap().status(),
            200,
            "{backend:?}"
        );
        let failure = adapter.send(get(&url)).unwrap_err();
        assert_eq!(failure.class(), class, "{backend:?}");
    }
}

#[test]
fn hyper_sends_a_request_that_is_not_repeatable_once_and_reports_the_interruption() {
    let (server, requests) = killing_reused_connections();
    let url = format!("http://{server}/");
    let adapter = Adapter::new(Backend::Hyper, &Settings::default());
    assert_eq!(adapter.send(post(&url)).unwrap().status(), 200);
    let failure = adapter.send(post(&url)).unwrap_err();
    assert_eq!(failure.class(), FailureClass::Interrupted);
    assert_eq!(requests.try_iter().collect::<Vec<_>>(), [0, 0]);
}

#[test]
fn isahc_sends_requests_that_are_not_repeatable_on_new_connections() {
    // On a reused connection curl would send it again without reporting that.
    for backend in [Backend::Isahc, Backend::IsahcBlocking] {
        let (server, requests) = killing_reused_connections();
        let url = format!("http://{server}/");
        let adapter = Adapter::new(backend, &Settings::default());
        // The connection that this leaves open is not the next one to be used.
        adapter.send(get(&url)).unwrap();
        for _ in 0..3 {
            assert_eq!(
                adapter.send(post(&url)).unwrap().status(),
                200,
                "{backend:?}"
            );
        }
        assert_eq!(
            requests.try_iter().collect::<Vec<_>>(),
            [0, 1, 2, 3],
            "{backend:?}"
        );
    }
}

#[test]
fn a_post_without_metadata_is_sent_once() {
    for backend in LIBRARIES {
        let (server, requests) = killing_reused_connections();
        let url = format!("http://{server}/");
        let adapter = Adapter::new(backend, &Settings::default());
        adapter.send(get(&url)).unwrap();
        let unknown = Request::post(&url).body(b"{}".into()).unwrap();
        let result = adapter.send(unknown);
        let sent = requests.try_iter().collect::<Vec<_>>();
        if backend == Backend::Hyper {
            let failure = result.unwrap_err();
            assert_eq!(failure.class(), FailureClass::Interrupted);
            assert_eq!(sent, [0, 0]);
        } else {
            assert_eq!(result.unwrap().status(), 200);
            assert_eq!(sent, [0, 1], "{backend:?}");
        }
    }
}

#[test]
fn a_fresh_connection_that_dies_is_the_cores_to_repeat() {
    for backend in LIBRARIES {
        let (sender, requests) = channel();
        let server = start(move |number, mut connection| {
            if read_request(&mut connection).is_some() {
                sender.send(number).unwrap();
            }
        });
        let adapter = Adapter::new(backend, &Settings::default());
        let failure = adapter.send(get(&format!("http://{server}/"))).unwrap_err();
        assert_eq!(failure.class(), FailureClass::Interrupted, "{backend:?}");
        assert_eq!(requests.try_iter().collect::<Vec<_>>(), [0], "{backend:?}");
    }
}

#[test]
fn a_connection_that_went_away_between_two_requests_is_renewed() {
    let authority = Authority::new();
    for backend in LIBRARIES {
        let (server, connections) = http2(&authority, |_, stream, server| {
            let _ = server.answer(stream, ANSWER);
            let _ = server.go_away(stream, 0);
        });
        let adapter = Adapter::new(backend, &trusting(&authority));
        for _ in 0..3 {
            let response = adapter.send(get(&format!("https://{server}/")));
            assert_eq!(response.unwrap().body(), ANSWER, "{backend:?}");
        }
        assert_eq!(connections.load(Ordering::Relaxed), 3, "{backend:?}");
    }
}

#[test]
fn isahc_sends_again_in_the_same_version_what_broke_off_http2() {
    let authority = Authority::new();
    for backend in [Backend::Isahc, Backend::IsahcBlocking] {
        let (server, connections) = http2(&authority, |number, stream, server| {
            if number == 0 && stream > 1 {
                let _ = server.babble();
                server.close();
            } else {
                let _ = server.answer(stream, ANSWER);
            }
        });
        let url = format!("https://{server}/");
        let adapter = Adapter::new(backend, &trusting(&authority));
        for _ in 0..2 {
            assert_eq!(
                adapter.send(get(&url)).unwrap().body(),
                ANSWER,
                "{backend:?}"
            );
        }
        assert_eq!(connections.load(Ordering::Relaxed), 2, "{backend:?}");
    }
}

#[test]
fn a_request_that_the_server_did_not_process_is_always_sent_again() {
    let authority = Authority::new();
    let (server, connections) = http2(&authority, |_, stream, server| {
        let _ = if stream == 1 {
            server.reset(stream, 7)
        } else {
            server.answer(stream, ANSWER)
        };
    });
    let adapter = Adapter::new(Backend::Hyper, &trusting(&authority));
    let response = adapter.send(post(&format!("https://{server}/")));
    assert_eq!(response.unwrap().body(), ANSWER);
    assert_eq!(connections.load(Ordering::Relaxed), 1);
}

#[test]
fn a_hundred_concurrent_requests_share_one_new_connection() {
    let authority = Authority::new();
    let (server, connections) = http2(&authority, |_, stream, server| {
        let _ = server.answer(stream, ANSWER);
    });
    let url = format!("https://{server}/");
    let adapter = Adapter::new(Backend::Hyper, &trusting(&authority));
    for response in adapter.send_all((0..100).map(|_| get(&url)).collect()) {
        assert_eq!(response.unwrap().body(), ANSWER);
    }
    assert_eq!(connections.load(Ordering::Relaxed), 1);
}

#[test]
fn many_at_once_to_a_server_that_fails_fail_together() {
    let authority = Authority::new();
    // It speaks TLS and is not trusted.
    let config = authority.server(Certificate::Expired, &[b"h2"]);
    let server = start_tls(config, |_, mut session| {
        let _ = read_request(&mut session);
    });
    let url = format!("https://{server}/");
    let adapter = Adapter::new(Backend::Hyper, &trusting(&authority));
    for result in adapter.send_all((0..20).map(|_| get(&url)).collect()) {
        assert_eq!(result.unwrap_err().class(), FailureClass::Tls);
    }
}

#[test]
fn no_more_exchanges_are_under_way_than_were_allowed() {
    const MOST: usize = 3;
    // Over HTTP/1.1, each request in flight has its own connection.
    let connections = Arc::new(AtomicUsize::new(0));
    let opened = Arc::clone(&connections);
    let server = start(move |_, mut connection| {
        connections.fetch_add(1, Ordering::Relaxed);
        while read_request(&mut connection).is_some() {
            let _ = connection.write_all(OK);
        }
    });
    let transport = HyperTransport::builder()
        .max_concurrent_per_origin(MOST)
        .build()
        .unwrap();
    let url = format!("http://{server}/");
    on_tokio(async {
        let send = || tokio::spawn(transport.send(get(&url)));
        for response in (0..50).map(|_| send()).collect::<Vec<_>>() {
            assert_eq!(response.await.unwrap().unwrap().status(), 200);
        }
    });
    let opened = opened.load(Ordering::Relaxed);
    assert!(opened <= MOST, "{opened} connections");
}

#[test]
fn who_waits_for_a_place_in_vain_was_not_sent() {
    let transport = HyperTransport::builder()
        .max_concurrent_per_origin(1)
        .build()
        .unwrap();
    let server = misbehaving::silent();
    let url = format!("http://{server}/");
    on_tokio(async {
        let first = tokio::spawn(transport.send(get(&url)));
        tokio::task::yield_now().await;
        let second = dispatched(post(&url), &POST, Duration::from_millis(100));
        let failure = transport.send(second).await.unwrap_err();
        assert_eq!(failure.class(), FailureClass::TimedOutBeforeSend);
        first.abort();
    });
}

#[test]
fn dropping_the_future_hangs_up() {
    let (sender, events) = channel();
    let server = start(move |_, mut connection| {
        while read_request(&mut connection).is_some() {
            sender.send("request").unwrap();
        }
        sender.send("hung up").unwrap();
    });
    // Outlives the exchange, because dropping it would close the connection as well.
    let transport = HyperTransport::new().unwrap();
    on_tokio(async {
        let exchange = transport.send(get(&format!("http://{server}/")));
        let asked = spawn_blocking(move || (events.recv().unwrap(), events));
        let unanswered = async {
            let _ = exchange.await;
            unreachable!("nobody answers")
        };
        let (event, events) = futures_lite::future::or(unanswered, asked).await.unwrap();
        assert_eq!(event, "request");
        let next = spawn_blocking(move || events.recv().unwrap());
        assert_eq!(next.await.unwrap(), "hung up");
    });
    drop(transport);
}

#[test]
fn dropping_the_future_ends_its_stream_and_not_the_others() {
    let authority = Authority::new();
    let (sender, events) = channel();
    let sender = Mutex::new(sender);
    let (server, connections) = http2(&authority, move |_, stream, server| {
        if stream > 1 {
            let _ = server.answer(stream, ANSWER);
            return;
        }
        let tell = |event| sender.lock().unwrap().send(event).unwrap();
        tell((stream, 0));
        tell(server.next_reset().unwrap());
    });
    let url = format!("https://{server}/");
    let transport = HyperTransport::builder()
        .add_root_certificate(authority.pem())
        .build()
        .unwrap();
    on_tokio(async {
        let exchange = transport.send(get(&url));
        let asked = spawn_blocking(move || (events.recv().unwrap(), events));
        let unanswered = async {
            let _ = exchange.await;
            unreachable!("nobody answers")
        };
        let (_, events) = futures_lite::future::or(unanswered, asked).await.unwrap();
        let next = spawn_blocking(move || events.recv().unwrap());
        // The error code says that the response is no longer wanted.
        assert_eq!(next.await.unwrap(), (1, 8));
        assert_eq!(transport.send(get(&url)).await.unwrap().body(), ANSWER);
    });
    assert_eq!(connections.load(Ordering::Relaxed), 1);
}

#[test]
fn pings_detect_a_server_that_disappeared_silently() {
    let authority = Authority::new();
    let (server, _) = http2(&authority, |_, stream, server| {
        let _ = server.answer(stream, ANSWER);
        server.fall_silent();
    });
    let url = format!("https://{server}/");
    let transport = HyperTransport::builder()
        .add_root_certificate(authority.pem())
        .build()
        .unwrap();
    on_tokio(async {
        assert_eq!(transport.send(get(&url)).await.unwrap().body(), ANSWER);
        // From here on, time passes as soon as everything waits.
        tokio::time::pause();
        let start = tokio::time::Instant::now();
        let request = dispatched(post(&url), &POST, Duration::from_secs(300));
        let failure = transport.send(request).await.unwrap_err();
        assert_eq!(failure.class(), FailureClass::Interrupted);
        assert!(start.elapsed() < Duration::from_secs(60));
    });
}

#[test]
fn a_transport_outlives_the_runtime_of_its_connections() {
    let (server, requests) = misbehaving::recording();
    let url = format!("http://{server}/");
    let transport = HyperTransport::new().unwrap();
    for _ in 0..3 {
        let response = on_tokio(transport.send(post(&url)));
        assert_eq!(response.unwrap().status(), 200);
    }
    assert_eq!(requests.try_iter().count(), 3);
}

#[test]
fn the_time_limit_hangs_up_though_dropping_the_future_does_not() {
    let (sender, events) = channel();
    let server = start(move |_, mut connection| {
        while read_request(&mut connection).is_some() {
            sender.send("request").unwrap();
        }
        sender.send("hung up").unwrap();
    });
    let transport = IsahcTransport::new().unwrap();
    let url = format!("http://{server}/");
    let request = dispatched(get(&url), &GET, Duration::from_millis(200));
    let mut exchange = transport.send(request);
    assert!(
        futures_lite::future::block_on(futures_lite::future::poll_once(&mut exchange)).is_none()
    );
    assert_eq!(events.recv().unwrap(), "request");
    drop(exchange);
    assert_eq!(events.recv_timeout(LONG).unwrap(), "hung up");
    drop(transport);
}

fn on_tokio<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}
