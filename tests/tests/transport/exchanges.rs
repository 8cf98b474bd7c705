//! What every transport does with a successful exchange, and what it never does.

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use hardline::client_api::account::GetTokenOwner;
use hardline::client_api::session::Logout;
use hardline::types::AccessToken;
use hardline::wire::{FailureClass, Target};
use hardline_tests::adapter::{Adapter, Settings};
use hardline_tests::misbehaving::{
    self, Authority, Certificate, OK, Server, answering, read_request, recording, start, start_tls,
};
use hardline_tests::runner::{BACKENDS, Backend};
use http::{HeaderValue, Request};

/// The backends with features that a bare socket lacks.
const LIBRARIES: [Backend; 3] = [Backend::Hyper, Backend::Isahc, Backend::IsahcBlocking];

fn adapters() -> impl Iterator<Item = (Backend, Adapter)> {
    let settings = Settings::default();
    BACKENDS
        .map(|backend| (backend, Adapter::new(backend, &settings)))
        .into_iter()
}

fn get(url: impl AsRef<str>) -> Request<Vec<u8>> {
    Request::get(url.as_ref()).body(Vec::new()).unwrap()
}

fn post(url: impl AsRef<str>, body: &str) -> Request<Vec<u8>> {
    Request::post(url.as_ref()).body(body.into()).unwrap()
}

#[test]
fn a_request_and_its_response_arrive_as_they_were_sent() {
    for (backend, adapter) in adapters() {
        let (sender, received) = channel();
        let server = start(move |_, mut connection| {
            sender.send(read_request(&mut connection).unwrap()).unwrap();
            let answer = "HTTP/1.1 418 Nothing\r\nx-one: 1\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n\
                          content-encoding: gzip\r\ncontent-length: 5\r\n\r\nnot z";
            connection.write_all(answer.as_bytes()).unwrap();
        });
        let mut request = post(format!("http://{server}/a%2Fb/c?since=s%201"), "{\"a\":1}");
        let headers = request.headers_mut();
        headers.insert("authorization", "Bearer secret".parse().unwrap());
        headers.insert("x-two", "2".parse().unwrap());

        let response = adapter.send(request).unwrap();

        let received = received.recv().unwrap();
        let first_line = "POST /a%2Fb/c?since=s%201 HTTP/1.1\r\n";
        assert!(received.head.starts_with(first_line), "{backend:?}");
        assert_eq!(received.header("authorization"), Some("Bearer secret"));
        assert_eq!(received.header("x-two"), Some("2"));
        assert_eq!(received.header("content-length"), Some("7"));
        assert_eq!(received.header("expect"), None, "{backend:?}");
        assert_eq!(received.header("accept-encoding"), None, "{backend:?}");
        assert_eq!(received.body, b"{\"a\":1}");
        assert_eq!(response.status(), 418);
        assert_eq!(response.headers()["x-one"], "1");
        assert_eq!(response.headers()["content-encoding"], "gzip");
        let cookies = response.headers().get_all("set-cookie").iter();
        assert!(cookies.eq(["a=1", "b=2"]), "{backend:?}");
        assert_eq!(response.body(), "not z");
        // Extensions from a library describe its connection, and are not always safe to clone.
        assert!(response.clone().extensions().is_empty(), "{backend:?}");
    }
}

#[test]
fn a_chunked_response_is_read_to_its_end() {
    for (backend, adapter) in adapters() {
        let server = answering(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            false,
        );
        let response = adapter.send(get(format!("http://{server}/")));
        assert_eq!(response.unwrap().body(), "abcde", "{backend:?}");
    }
}

#[test]
fn a_body_that_announces_a_whole_and_is_compressed_is_not_unpacked() {
    // A megabyte of zeros compressed to a thousand bytes: the received bytes count against the limit.
    let bomb = include_bytes!("zeros.gz");
    for (backend, adapter) in adapters() {
        let mut answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
            bomb.len()
        )
        .into_bytes();
        answer.extend_from_slice(bomb);
        let server = answering(answer, false);
        let response = adapter.send(get(format!("http://{server}/")));
        assert_eq!(response.unwrap().body().as_ref(), bomb, "{backend:?}");
    }
}

#[test]
fn a_body_as_large_as_the_cap_is_read_and_one_byte_more_is_not() {
    for large in [
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nlarge",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nlar\r\n2\r\nge\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nlarge",
    ] {
        for backend in BACKENDS {
            let server = answering(large, true);
            let url = format!("http://{server}/");
            let capped = |cap| {
                let mut settings = Settings::default();
                settings.limits.body = cap;
                Adapter::new(backend, &settings).send(get(&url))
            };
            assert_eq!(capped(5).unwrap().body(), "large", "{backend:?}");
            let failure = capped(4).unwrap_err();
            assert_eq!(
                failure.class(),
                FailureClass::TooLarge,
                "{backend:?}, {large}"
            );
        }
    }
}

#[test]
fn an_endless_response_is_aborted_at_the_limit() {
    const CAP: usize = 1024 * 1024;
    for backend in BACKENDS {
        let (sender, sent) = channel();
        let server = start(move |_, mut connection| {
            let piece = [b' '; 64 * 1024];
            read_request(&mut connection);
            let mut total = 0;
            let _ = connection.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            while connection.write_all(&piece).is_ok() {
                total += piece.len();
            }
            let _ = sender.send(total);
        });
        let mut settings = Settings::default();
        settings.limits.body = CAP;
        let adapter = Adapter::new(backend, &settings);
        let failure = adapter.send(get(format!("http://{server}/"))).unwrap_err();
        assert_eq!(failure.class(), FailureClass::TooLarge, "{backend:?}");
        // It gives up although the adapter still exists. Data between the two sockets was sent in vain.
        let sent = adapter.hear(sent);
        assert!(sent < CAP + 32 * 1024 * 1024, "{backend:?}: {sent}");
    }
}

#[test]
fn an_announced_length_beyond_all_memory_is_too_large() {
    for (backend, adapter) in adapters() {
        let server = answering(
            "HTTP/1.1 200 OK\r\ncontent-length: 9223372036854775807\r\n\r\nlarge",
            true,
        );
        let failure = adapter.send(get(format!("http://{server}/"))).unwrap_err();
        assert_eq!(failure.class(), FailureClass::TooLarge, "{backend:?}");
    }
}

#[test]
fn an_empty_post_says_so() {
    for (backend, adapter) in adapters() {
        let (server, requests) = recording();
        let url = format!("http://{server}/");
        let put = Request::put(&url).body(Vec::new()).unwrap();
        for request in [post(&url, ""), put] {
            adapter.send(request).unwrap();
            let received = requests.recv().unwrap();
            assert_eq!(received.header("content-length"), Some("0"), "{backend:?}");
            assert_eq!(received.header("transfer-encoding"), None, "{backend:?}");
        }
    }
}

#[test]
fn an_empty_get_announces_no_body() {
    for backend in LIBRARIES {
        let (server, requests) = recording();
        let adapter = Adapter::new(backend, &Settings::default());
        adapter.send(get(format!("http://{server}/"))).unwrap();
        let received = requests.recv().unwrap();
        assert_eq!(received.header("content-length"), None, "{backend:?}");
        assert_eq!(received.header("transfer-encoding"), None, "{backend:?}");
    }
}

#[test]
fn a_large_post_is_sent_without_asking_first() {
    // curl would send `Expect: 100-continue`, and wait a second if the server does not know it.
    let body = "x".repeat(2 * 1024 * 1024);
    for (backend, adapter) in adapters() {
        let (server, requests) = recording();
        let request = post(format!("http://{server}/"), &body);
        adapter.send(request).unwrap();
        let received = requests.recv().unwrap();
        assert_eq!(received.header("expect"), None, "{backend:?}");
        assert_eq!(received.body.len(), body.len(), "{backend:?}");
    }
}

#[test]
fn a_user_agent_is_added_and_an_existing_one_is_kept() {
    for (backend, ours) in [
        (Backend::Hyper, hardline_hyper::DEFAULT_USER_AGENT),
        (Backend::Isahc, hardline_isahc::DEFAULT_USER_AGENT),
        (Backend::IsahcBlocking, hardline_isahc::DEFAULT_USER_AGENT),
    ] {
        let (server, requests) = recording();
        let adapter = Adapter::new(backend, &Settings::default());
        let url = format!("http://{server}/");
        adapter.send(get(&url)).unwrap();
        let received = requests.recv().unwrap();
        assert_eq!(received.header("user-agent"), Some(ours), "{backend:?}");

        let mut request = get(&url);
        let headers = request.headers_mut();
        headers.insert("user-agent", "mine/1".parse().unwrap());
        adapter.send(request).unwrap();
        let received = requests.recv().unwrap();
        assert_eq!(received.header("user-agent"), Some("mine/1"), "{backend:?}");
    }
}

#[test]
fn a_request_without_metadata_has_the_transports_limit() {
    for backend in BACKENDS {
        let mut settings = Settings::default();
        settings.limits.total = Duration::from_millis(150);
        let server = misbehaving::silent();
        let url = format!("http://{server}/");
        let failure = Adapter::new(backend, &settings).send(get(url)).unwrap_err();
        assert_eq!(
            failure.class(),
            FailureClass::TimedOutAfterSend,
            "{backend:?}"
        );
    }
}

#[test]
fn a_long_poll_may_be_silent_for_longer_than_other_responses() {
    for backend in BACKENDS {
        let server = start(|_, mut connection| {
            read_request(&mut connection).unwrap();
            // Nothing more arrives: this waits for the full limit.
            connection
                .set_read_timeout(Some(Duration::from_millis(150)))
                .unwrap();
            assert!(connection.read(&mut [0]).is_err());
            connection.write_all(OK).unwrap();
        });
        let mut settings = Settings::default();
        settings.limits.read_idle = Duration::from_millis(50);
        let adapter = Adapter::new(backend, &settings);
        let response = adapter.send(get(format!("http://{server}/")));
        assert_eq!(response.unwrap().status(), 200, "{backend:?}");
    }
}

#[test]
fn a_header_value_that_is_not_ascii_arrives_or_is_refused() {
    for backend in LIBRARIES {
        let (server, requests) = recording_bytes();
        let mut request = get(format!("http://{server}/"));
        let value = HeaderValue::from_bytes(b"caf\xe9").unwrap();
        request.headers_mut().insert("x-name", value);
        let result = Adapter::new(backend, &Settings::default()).send(request);
        if backend == Backend::Hyper {
            assert_eq!(result.unwrap().status(), 200);
            let head = requests.recv().unwrap();
            assert!(head.windows(4).any(|four| four == b"caf\xe9"));
        } else {
            // isahc panics on it.
            let failure = result.unwrap_err();
            assert_eq!(failure.class(), FailureClass::Unsendable, "{backend:?}");
        }
    }
}

#[test]
fn a_redirect_is_not_followed_and_the_token_stays_with_its_server() {
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        for (backend, adapter) in adapters() {
            let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
            elsewhere.set_nonblocking(true).unwrap();
            let location = elsewhere.local_addr().unwrap();
            let (sender, requests) = channel();
            let server = start(move |_, mut connection| {
                while let Some(request) = read_request(&mut connection) {
                    sender.send(request).unwrap();
                    let answer = format!(
                        "HTTP/1.1 {status}\r\nlocation: http://{location}/\r\ncontent-length: 0\r\n\r\n"
                    );
                    connection.write_all(answer.as_bytes()).unwrap();
                }
            });
            let target = || Target::homeserver(&format!("http://{server}")).unwrap();
            let token = || Some(AccessToken::from("secret"));
            for error in [
                adapter
                    .call(GetTokenOwner::new(), target(), token())
                    .unwrap_err(),
                adapter.call(Logout::new(), target(), token()).unwrap_err(),
            ] {
                assert_eq!(
                    error.status().unwrap().as_str(),
                    &status[..3],
                    "{backend:?}"
                );
                let received = requests.recv().unwrap();
                assert_eq!(received.header("authorization"), Some("Bearer secret"));
            }
            assert!(elsewhere.accept().is_err(), "{backend:?} followed");
        }
    }
}

#[test]
fn a_token_is_not_sent_to_another_origin_than_the_clients() {
    for (backend, adapter) in adapters() {
        let (home, (elsewhere, requests)) = (misbehaving::refusing(), recording());
        for (home, elsewhere) in [
            (
                format!("http://127.0.0.1:{home}"),
                format!("http://{elsewhere}"),
            ),
            (
                format!("https://{elsewhere}"),
                format!("http://{elsewhere}"),
            ),
            (
                format!("http://{elsewhere}"),
                format!("http://localhost:{}", elsewhere.port()),
            ),
        ] {
            let (home, elsewhere) = (Target::homeserver(&home), Target::homeserver(&elsewhere));
            let token = Some(AccessToken::from("secret"));
            let result = adapter.call_elsewhere(
                GetTokenOwner::new(),
                elsewhere.unwrap(),
                home.unwrap(),
                token,
            );
            let error = result.unwrap_err();
            let failure = error.failure().unwrap();
            assert_eq!(failure.class(), FailureClass::Unsendable, "{backend:?}");
        }
        assert!(requests.try_recv().is_err(), "{backend:?}");
    }
}

#[test]
fn a_redirect_to_a_file_brings_no_contents() {
    for (backend, adapter) in adapters() {
        let server = answering(
            "HTTP/1.1 302 Found\r\nlocation: file:///etc/passwd\r\ncontent-length: 0\r\n\r\n",
            false,
        );
        let response = adapter.send(get(format!("http://{server}/"))).unwrap();
        assert_eq!(response.status(), 302, "{backend:?}");
        assert!(response.body().is_empty(), "{backend:?}");
    }
}

#[test]
fn only_http_and_https_are_sendable_and_the_url_is_not_in_the_error() {
    for (backend, adapter) in adapters() {
        for url in [
            "file://localhost/etc/passwd",
            "ftp://secret.example/secret",
            "gopher://secret.example/secret",
            "/secret",
        ] {
            let failure = adapter.send(get(url)).unwrap_err();
            assert_eq!(
                failure.class(),
                FailureClass::Unsendable,
                "{backend:?}, {url}"
            );
            let text = format!("{failure} {failure:?}");
            assert!(
                !text.contains("secret") && !text.contains("passwd"),
                "{text}"
            );
        }
    }
}

#[test]
fn no_header_can_be_made_of_a_value_with_a_line_break() {
    for value in ["a\r\nx-evil: 1", "a\nx-evil: 1", "a\rb", "a\0b"] {
        assert!(HeaderValue::from_str(value).is_err());
    }
    // Nor is a token: the operation is refused before anything is sent.
    for (backend, adapter) in adapters() {
        let (server, requests) = recording();
        let target = Target::homeserver(&format!("http://{server}")).unwrap();
        let token = AccessToken::from("secret\r\nx-evil: 1");
        let error = adapter
            .call(Logout::new(), target, Some(token))
            .unwrap_err();
        let failure = error.failure().unwrap();
        assert_eq!(failure.class(), FailureClass::Unsendable, "{backend:?}");
        assert!(!format!("{error} {error:?}").contains("secret"), "{error}");
        assert!(requests.try_recv().is_err(), "{backend:?}");
    }
}

#[test]
fn no_failure_tells_a_secret() {
    let garbage = start(|_, mut connection| {
        let _ = connection.write_all(b"garbage\r\n\r\n");
        let _ = read_request(&mut connection);
    });
    let refused = misbehaving::refusing();
    for (backend, adapter) in adapters() {
        for url in [
            format!("http://{garbage}/secret?token=secret"),
            format!("http://127.0.0.1:{refused}/secret?token=secret"),
            "http://nothing.invalid/secret?token=secret".to_owned(),
            format!("https://{garbage}/secret?token=secret"),
        ] {
            let mut request = post(url, "secret");
            let headers = request.headers_mut();
            headers.insert("authorization", "Bearer secret".parse().unwrap());
            let failure = adapter.send(request).unwrap_err();
            let mut text = format!("{failure} {failure:?}");
            let cause = failure.cause();
            text += &format!(" {cause} {cause:?}");
            let mut cause = failure.source();
            while let Some(error) = cause {
                text += &format!(" {error} {error:?}");
                cause = error.source();
            }
            assert!(!text.contains("secret"), "{backend:?}: {text}");
        }
    }
}

#[test]
fn any_certificate_is_accepted_only_if_that_was_requested() {
    let authority = Authority::new();
    for certificate in [
        Certificate::Valid,
        Certificate::WrongName,
        Certificate::Expired,
        Certificate::SelfSigned,
    ] {
        let server = start_tls(authority.server(certificate, &[]), |_, mut session| {
            while read_request(&mut session).is_some() {
                let _ = session.write_all(OK);
            }
        });
        for backend in LIBRARIES {
            let send = |danger| {
                let settings = Settings {
                    danger,
                    ..Settings::default()
                };
                Adapter::new(backend, &settings).send(get(format!("https://{server}/")))
            };
            let failure = send(false).unwrap_err();
            assert_eq!(
                failure.class(),
                FailureClass::Tls,
                "{backend:?}, {certificate:?}"
            );
            assert_eq!(
                send(true).unwrap().status(),
                200,
                "{backend:?}, {certificate:?}"
            );
        }
    }
}

/// Reports the head of each request exactly as it arrived.
fn recording_bytes() -> (Server, Receiver<Vec<u8>>) {
    let (sender, requests) = channel();
    let server = start(move |_, mut connection| {
        let mut head = vec![0; 4096];
        let length = connection.read(&mut head).unwrap();
        head.truncate(length);
        sender.send(head).unwrap();
        connection.write_all(OK).unwrap();
    });
    (server, requests)
}
