//! What becomes of a request whose connection with HTTP/2 ends or answers no more: how often it is sent, and what is
//! reported. Each is sent on a connection that has answered another one before.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hardline::wire::{FailureClass, Operation, RequestMeta};
use hardline_tests::adapter::{Adapter, Settings};
use hardline_tests::misbehaving::{
    Authority, Certificate, H2, OK, Server, read_request, start_tls,
};
use hardline_tests::runner::Backend;
use http::Request;

static GET: Operation = Operation::get("getSomething", "/_matrix/client/v3/something");
static POST: Operation = Operation::post("postSomething", "/_matrix/client/v3/something");

const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const HTTP_1_1_REQUIRED: u32 = 13;

/// Does something with the second request of the first connection, or with each on later ones.
struct Row {
    name: &'static str,
    serve: fn(Place, &mut H2),
    /// Of a GET and a POST with hyper, and of a GET with isahc, which sends a POST over HTTP/1.1.
    expected: [&'static str; 3],
}

/// Where a request arrived.
#[derive(Clone, Copy)]
struct Place {
    connection: usize,
    stream: u32,
}

impl Place {
    fn is_first(self) -> bool {
        self.connection == 0
    }
}

const ROWS: &[Row] = &[
    Row {
        name: "GOAWAY without error, its last stream below the request's",
        serve: |at, server| {
            if at.is_first() {
                let _ = server.go_away(at.stream - 2, NO_ERROR);
            } else {
                let _ = server.answer(at.stream, b"{}");
            }
        },
        expected: ["sent 2 times, answered"; 3],
    },
    Row {
        name: "GOAWAY with an error, its last stream below the request's, and the end",
        serve: |at, server| {
            if at.is_first() {
                let _ = server.go_away(at.stream - 2, INTERNAL_ERROR);
                server.close();
            } else {
                let _ = server.answer(at.stream, b"{}");
            }
        },
        expected: ["sent 2 times, answered"; 3],
    },
    Row {
        name: "GOAWAY whose last stream is the request's, and the end",
        serve: |at, server| {
            if at.is_first() {
                let _ = server.go_away(at.stream, NO_ERROR);
                server.close();
            } else {
                let _ = server.answer(at.stream, b"{}");
            }
        },
        expected: [
            "sent 2 times, answered",
            "sent once, Interrupted",
            "sent 2 times, answered",
        ],
    },
    Row {
        name: "a stream that is refused, once",
        serve: |at, server| {
            if at.is_first() && at.stream == 3 {
                let _ = server.reset(at.stream, REFUSED_STREAM);
            } else {
                let _ = server.answer(at.stream, b"{}");
            }
        },
        expected: ["sent 2 times, answered"; 3],
    },
    Row {
        name: "streams that are always refused",
        serve: |at, server| {
            let _ = server.reset(at.stream, REFUSED_STREAM);
        },
        expected: [
            "sent 2 times, Interrupted",
            "sent 2 times, Interrupted",
            "sent 6 times, Interrupted",
        ],
    },
    Row {
        name: "a stream that wants HTTP/1.1",
        serve: |at, server| {
            let _ = server.reset(at.stream, HTTP_1_1_REQUIRED);
        },
        expected: ["sent 2 times, answered"; 3],
    },
    Row {
        name: "a connection that answers no more",
        serve: |at, server| {
            if at.is_first() {
                server.fall_silent();
            } else {
                let _ = server.answer(at.stream, b"{}");
            }
        },
        expected: ["sent once, TimedOutAfterSend"; 3],
    },
];

/// The table, and what is wrong with it.
pub(crate) fn table() -> (String, Vec<String>) {
    let mut table = String::from(
        "| the server | hardline-hyper, GET | hardline-hyper, POST | hardline-isahc, GET |\n|---|---|---|---|\n",
    );
    let mut wrong = Vec::new();
    for row in ROWS {
        let seen = [
            outcome(row, Backend::Hyper, true),
            outcome(row, Backend::Hyper, false),
            outcome(row, Backend::Isahc, true),
        ];
        if seen != row.expected {
            wrong.push(format!("{}: {seen:?}, not {:?}", row.name, row.expected));
        }
        table += &format!("| {} | {} |\n", row.name, seen.join(" | "));
    }
    (table, wrong)
}

#[test]
fn requests_are_sent_again_exactly_if_that_is_safe() {
    let (_, wrong) = table();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_connection_that_does_not_answer_in_time_is_left_for_another() {
    let row = ROWS.last().unwrap();
    for (backend, again) in [(Backend::Hyper, post as Send), (Backend::Isahc, get)] {
        let authority = Authority::new();
        let (server, arrived) = serving(&authority, row.serve);
        let adapter = trusting(&authority, backend);
        let url = format!("https://{server}/");
        warm_up(&adapter, backend, &url);
        let before = arrived.load(Ordering::SeqCst);
        let failure = adapter.send(get(&url)).unwrap_err();
        assert_eq!(failure.class(), FailureClass::TimedOutAfterSend);
        // Both as often as it may be, and at once.
        for _ in 0..2 {
            assert_eq!(
                adapter.send(again(&url)).unwrap().status(),
                200,
                "{backend:?}"
            );
        }
        assert_eq!(arrived.load(Ordering::SeqCst) - before, 3, "{backend:?}");
    }
}

#[test]
fn a_request_between_a_goaway_and_the_end_is_sent_on_another_connection() {
    let authority = Authority::new();
    for (backend, send, pauses) in [
        (Backend::Hyper, get as Send, &[0, 1, 50][..]),
        (Backend::Hyper, post, &[0, 1, 50]),
        // curl drops an answer that arrives together with the end.
        (Backend::Isahc, get, &[50]),
    ] {
        for &pause in pauses {
            let (server, arrived) = leaving(&authority, Duration::from_millis(pause));
            let adapter = trusting(&authority, backend);
            let url = format!("https://{server}/");
            for _ in 0..5 {
                let response = adapter.send(send(&url));
                assert_eq!(response.unwrap().status(), 200, "{backend:?}, {pause}");
            }
            assert_eq!(arrived.load(Ordering::SeqCst), 5, "{backend:?}, {pause}");
        }
    }
}

type Send = fn(&str) -> Request<Vec<u8>>;

fn outcome(row: &Row, backend: Backend, is_get: bool) -> String {
    let authority = Authority::new();
    let (server, arrived) = serving(&authority, row.serve);
    let adapter = trusting(&authority, backend);
    let url = format!("https://{server}/");
    warm_up(&adapter, backend, &url);
    let before = arrived.load(Ordering::SeqCst);
    let result = adapter.send(if is_get { get(&url) } else { post(&url) });
    let times = match arrived.load(Ordering::SeqCst) - before {
        1 => "once".to_owned(),
        times => format!("{times} times"),
    };
    match result {
        Ok(response) => {
            assert_eq!(response.status(), 200);
            format!("sent {times}, answered")
        }
        Err(failure) => format!("sent {times}, {:?}", failure.class()),
    }
}

/// isahc keeps connections with an origin of which it knows that it speaks HTTP/2, which it learns from the first.
fn warm_up(adapter: &Adapter, backend: Backend, url: &str) {
    let times = if backend == Backend::Isahc { 2 } else { 1 };
    for _ in 0..times {
        assert_eq!(adapter.send(get(url)).unwrap().status(), 200, "{backend:?}");
    }
}

/// A server that answers the first request of each of the first connections, and does with the next what a row says.
fn serving(authority: &Authority, serve: fn(Place, &mut H2)) -> (Server, Arc<AtomicUsize>) {
    let arrived = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&arrived);
    // Connections that end with their first answer are those of isahc that are not kept.
    let spent = AtomicUsize::new(0);
    let config = authority.server(Certificate::Valid, &[b"h2", b"http/1.1"]);
    let server = start_tls(config, move |_, session| {
        let mut server = match H2::accept_or_else(session) {
            Ok(Ok(server)) => server,
            Ok(Err(mut session)) => {
                while read_request(&mut session).is_some() {
                    count.fetch_add(1, Ordering::SeqCst);
                    let _ = session.write_all(OK);
                }
                return;
            }
            Err(_) => return,
        };
        let mut connection = None;
        while let Ok(stream) = server.next_request() {
            count.fetch_add(1, Ordering::SeqCst);
            if stream == 1 && spent.load(Ordering::SeqCst) == 0 {
                let _ = server.answer(stream, b"{}");
                continue;
            }
            let number = *connection.get_or_insert_with(|| spent.fetch_add(1, Ordering::SeqCst));
            let place = Place {
                connection: number,
                stream,
            };
            serve(place, &mut server);
        }
    });
    (server, arrived)
}

/// A server that answers one request of each connection, says that it goes away, and hangs up after a pause.
fn leaving(authority: &Authority, pause: Duration) -> (Server, Arc<AtomicUsize>) {
    let arrived = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&arrived);
    let config = authority.server(Certificate::Valid, &[b"h2"]);
    let server = start_tls(config, move |_, session| {
        let Ok(mut server) = H2::accept(session) else {
            return;
        };
        if let Ok(stream) = server.next_request() {
            count.fetch_add(1, Ordering::SeqCst);
            let _ = server.answer(stream, b"{}");
            let _ = server.go_away(stream, NO_ERROR);
            sleep(pause);
            server.close();
        }
    });
    (server, arrived)
}

fn trusting(authority: &Authority, backend: Backend) -> Adapter {
    let settings = Settings {
        root_certificate: Some(authority.pem()),
        ..Settings::default()
    };
    Adapter::new(backend, &settings)
}

fn get(url: &str) -> Request<Vec<u8>> {
    let mut request = Request::get(url).body(Vec::new()).unwrap();
    let meta = RequestMeta::new(&GET, Duration::from_secs(2));
    request.extensions_mut().insert(meta);
    request
}

fn post(url: &str) -> Request<Vec<u8>> {
    let mut request = Request::post(url).body(b"{}".into()).unwrap();
    let meta = RequestMeta::new(&POST, Duration::from_secs(2));
    request.extensions_mut().insert(meta);
    request
}
