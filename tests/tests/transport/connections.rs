//! What a connection must not carry over to the next request, and URLs that must not be changed on the way.

use std::io::{Read, Write};
use std::sync::mpsc::channel;
use std::time::Duration;

use hardline::wire::FailureClass;
use hardline_tests::adapter::{Adapter, Settings};
use hardline_tests::misbehaving::{
    Authority, Certificate, OK, read_request, recording, start, start_tls,
};
use hardline_tests::runner::Backend;
use http::Request;

const LIBRARIES: [Backend; 3] = [Backend::Hyper, Backend::Isahc, Backend::IsahcBlocking];

/// A connection of either kind.
trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

#[test]
fn what_a_server_sends_unasked_is_the_answer_to_nothing() {
    let authority = Authority::new();
    let settings = Settings {
        root_certificate: Some(authority.pem()),
        ..Settings::default()
    };
    for with_tls in [false, true] {
        for backend in LIBRARIES {
            for method in ["GET", "POST"] {
                let (sender, stale) = channel();
                let serve = move |number: usize, mut connection: Box<dyn Stream>| {
                    let mut is_first = number == 0;
                    while read_request(&mut connection).is_some() {
                        let _ = connection.write_all(OK);
                        let _ = connection.flush();
                        if std::mem::take(&mut is_first) {
                            // After the client has read the first, and long before the next request.
                            std::thread::sleep(Duration::from_millis(50));
                            let _ = connection
                                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nstale");
                            let _ = connection.flush();
                            let _ = sender.send(());
                        }
                    }
                };
                let server = if with_tls {
                    let config = authority.server(Certificate::Valid, &[b"http/1.1"]);
                    start_tls(config, move |number, it| serve(number, Box::new(it)))
                } else {
                    start(move |number, it| serve(number, Box::new(it)))
                };
                let scheme = if with_tls { "https" } else { "http" };
                let adapter = Adapter::new(backend, &settings);
                let send = |method| {
                    let request = Request::builder()
                        .method(method)
                        .uri(format!("{scheme}://{server}/"));
                    adapter.send(request.body(Vec::new()).unwrap()).unwrap()
                };
                send("GET");
                stale.recv().unwrap();
                for _ in 0..2 {
                    let body = send(method).into_body();
                    assert!(body.starts_with(b"{"), "{backend:?}, {method}: {body:?}");
                }
            }
        }
    }
}

/// What isahc does not send as it is, it does not send.
pub(crate) const CHANGED: &[(&str, &str)] = &[
    ("`.` or `..` in the path", "/a/../b"),
    ("`.` or `..` in the path", "/a/./b"),
    ("`.` or `..` in the path, escaped", "/a/%2E%2e/b"),
    ("`.` or `..` in the path, escaped", "/a/.%2E"),
    ("an escape in lower case in the path", "/a%2fb"),
    ("a character that is not ASCII", "/\u{e9}"),
    ("a character that is not ASCII", "/a?\u{e9}"),
    ("an empty query", "/a?"),
];

#[test]
fn a_url_is_sent_as_it_is_or_not_at_all() {
    let kept = [
        "/a%2Fb?c=%2f%zz&d={e}",
        "//a//b/",
        "/a/.../..b;c/.d?e=/../f",
        "/?",
        "/%41%7E*'()!$&+,;=:@-_~",
    ];
    let (server, requests) = recording();
    let changed = CHANGED.iter().map(|(_, path)| (*path, false));
    // An empty query is one of those above.
    let kept = kept.map(|path| (path, path != "/?"));
    for (path, by_isahc) in changed.chain(kept) {
        for backend in LIBRARIES {
            let adapter = Adapter::new(backend, &Settings::default());
            let url = format!("http://{server}{path}");
            let result = adapter.send(Request::get(url).body(Vec::new()).unwrap());
            if backend == Backend::Hyper || by_isahc {
                assert_eq!(result.unwrap().status(), 200, "{backend:?}, {path}");
                let head = requests.recv().unwrap().head;
                let line = format!("GET {path} HTTP/1.1\r\n");
                assert!(head.starts_with(&line), "{backend:?}: {head}");
            } else {
                let failure = result.unwrap_err();
                assert_eq!(failure.class(), FailureClass::Unsendable, "{path}");
                assert!(requests.try_recv().is_err(), "{path}");
            }
        }
    }
}

#[test]
fn the_user_of_a_url_stays_out_of_the_request() {
    for backend in LIBRARIES {
        let (server, requests) = recording();
        let url = format!("http://user:secret@{server}/");
        let adapter = Adapter::new(backend, &Settings::default());
        adapter
            .send(Request::get(url).body(Vec::new()).unwrap())
            .unwrap();
        let received = requests.recv().unwrap();
        assert!(!received.head.contains("secret"), "{backend:?}");
        assert_eq!(received.header("authorization"), None, "{backend:?}");
        assert_eq!(received.header("host"), Some(&*server.to_string()));
    }
}

#[test]
fn a_post_without_a_body_is_no_form() {
    for backend in LIBRARIES {
        let (server, requests) = recording();
        let adapter = Adapter::new(backend, &Settings::default());
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let request = Request::builder()
                .method(method)
                .uri(format!("http://{server}/"));
            adapter.send(request.body(Vec::new()).unwrap()).unwrap();
            let received = requests.recv().unwrap();
            assert!(received.head.starts_with(method), "{backend:?}");
            assert_eq!(received.header("content-type"), None, "{backend:?}");
            let length = (method != "DELETE").then_some("0");
            assert_eq!(received.header("content-length"), length, "{backend:?}");
        }
    }
}
