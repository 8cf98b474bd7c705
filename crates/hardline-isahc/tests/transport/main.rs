//! The transport against a server on the loopback interface.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions only, and not in what they share

mod server;

use std::io::Write;
use std::net::TcpListener;
use std::sync::mpsc::channel;
use std::time::Duration;

use bytes::Bytes;
use futures_lite::future::block_on;
use hardline::drive::{BlockingTransport, Transport};
use hardline::wire::{Dispatch, Failure, FailureClass, Operation};
use hardline_isahc::{IsahcBlocking, IsahcTransport};
use http::{Request, Response};

static GET: Operation = Operation::get("getSomething", "/_matrix/client/v3/something");
static POST: Operation = Operation::post("postSomething", "/_matrix/client/v3/something");

const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(30);

fn transport() -> IsahcTransport {
    IsahcTransport::builder().timeout(LONG).build().unwrap()
}

fn get(url: impl AsRef<str>) -> Request<Vec<u8>> {
    Request::get(url.as_ref()).body(Vec::new()).unwrap()
}

fn post(url: impl AsRef<str>, body: &str) -> Request<Vec<u8>> {
    Request::post(url.as_ref()).body(body.into()).unwrap()
}

fn dispatched(
    mut request: Request<Vec<u8>>,
    operation: &'static Operation,
    timeout: Duration,
) -> Request<Vec<u8>> {
    let dispatch = Dispatch::new(operation, timeout);
    request.extensions_mut().insert(dispatch);
    request
}

fn send(request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
    block_on(transport().send(request))
}

fn class(request: Request<Vec<u8>>) -> FailureClass {
    send(request).unwrap_err().class()
}

#[test]
fn a_request_and_its_response_arrive_as_they_were_sent() {
    let (sender, received) = channel();
    let port = server::start(move |_, mut connection| {
        let request = server::read_request(&mut connection).unwrap();
        sender.send(request).unwrap();
        let answer = "HTTP/1.1 418 Nothing\r\nx-one: 1\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n\
                      content-encoding: gzip\r\ncontent-length: 5\r\n\r\nnot z";
        connection.write_all(answer.as_bytes()).unwrap();
    });
    let mut request = post(
        format!("http://127.0.0.1:{port}/a%2Fb/c?since=s%201"),
        "{\"a\":1}",
    );
    let headers = request.headers_mut();
    headers.insert("authorization", "Bearer secret".parse().unwrap());
    headers.insert("x-two", "2".parse().unwrap());

    let response = send(request).unwrap();

    let received = received.recv().unwrap();
    assert!(
        received
            .head
            .starts_with("POST /a%2Fb/c?since=s%201 HTTP/1.1\r\n")
    );
    assert_eq!(received.header("authorization"), Some("Bearer secret"));
    assert_eq!(received.header("x-two"), Some("2"));
    assert_eq!(
        received.header("user-agent"),
        Some(hardline_isahc::DEFAULT_USER_AGENT)
    );
    assert_eq!(received.header("content-length"), Some("7"));
    assert_eq!(received.body, b"{\"a\":1}");
    assert_eq!(response.status(), 418);
    assert_eq!(response.headers()["x-one"], "1");
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let cookies = response.headers().get_all("set-cookie").iter();
    assert!(cookies.eq(["a=1", "b=2"]));
    assert_eq!(response.body(), "not z");
}

#[test]
fn a_chunked_response_is_read_to_its_end() {
    let port = server::answering(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
        false,
    );
    let response = send(get(format!("http://127.0.0.1:{port}/"))).unwrap();
    assert_eq!(response.body(), "abcde");
}

#[test]
fn a_request_brings_its_own_user_agent() {
    let (sender, received) = channel();
    let port = server::start(move |_, mut connection| {
        sender
            .send(server::read_request(&mut connection).unwrap())
            .unwrap();
        connection.write_all(server::OK).unwrap();
    });
    let mut request = get(format!("http://127.0.0.1:{port}/"));
    request
        .headers_mut()
        .insert("user-agent", "mine/1".parse().unwrap());
    send(request).unwrap();
    assert_eq!(
        received.recv().unwrap().header("user-agent"),
        Some("mine/1")
    );
}

#[test]
fn an_empty_post_says_so_and_an_empty_get_says_nothing() {
    let (sender, received) = channel();
    let port = server::start(move |_, mut connection| {
        while let Some(request) = server::read_request(&mut connection) {
            sender.send(request).unwrap();
            connection.write_all(server::OK).unwrap();
        }
    });
    let url = format!("http://127.0.0.1:{port}/");
    let put = Request::put(&url).body(Vec::new()).unwrap();
    for (request, length) in [
        (post(&url, ""), Some("0")),
        (put, Some("0")),
        (get(&url), None),
    ] {
        send(request).unwrap();
        let received = received.recv().unwrap();
        assert_eq!(received.header("content-length"), length, "{received:?}");
        assert_eq!(received.header("transfer-encoding"), None);
    }
}

#[test]
fn a_redirect_is_returned_as_it_is() {
    let port = server::answering(
        "HTTP/1.1 302 Found\r\nlocation: file:///etc/passwd\r\ncontent-length: 0\r\n\r\n",
        false,
    );
    let response = send(get(format!("http://127.0.0.1:{port}/"))).unwrap();
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()["location"], "file:///etc/passwd");
}

#[test]
fn a_refused_port_is_refused() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let failure = send(get(format!("http://127.0.0.1:{port}/"))).unwrap_err();
    assert_eq!(failure.class(), FailureClass::Refused);
}

#[test]
fn a_name_that_does_not_exist_is_a_dns_failure() {
    assert_eq!(class(get("http://nothing.invalid/")), FailureClass::Dns);
}

#[test]
fn a_server_that_never_answers_times_out_after_the_request_went_out() {
    let port = silent();
    let request = dispatched(get(format!("http://127.0.0.1:{port}/")), &GET, SHORT);
    assert_eq!(class(request), FailureClass::TimedOutAfterSend);
}

#[test]
fn the_transports_own_limit_holds_without_a_dispatch() {
    let port = silent();
    let transport = IsahcTransport::builder().timeout(SHORT).build().unwrap();
    let request = get(format!("http://127.0.0.1:{port}/"));
    let failure = block_on(transport.send(request)).unwrap_err();
    assert_eq!(failure.class(), FailureClass::TimedOutAfterSend);
}

#[test]
fn a_tls_handshake_that_stalls_times_out_before_the_request_goes_out() {
    let port = silent();
    let url = format!("https://127.0.0.1:{port}/");
    let transport = IsahcTransport::builder()
        .connect_timeout(SHORT)
        .build()
        .unwrap();
    let failure = block_on(transport.send(get(&url))).unwrap_err();
    assert_eq!(failure.class(), FailureClass::TimedOutBeforeSend);

    let request = dispatched(get(&url), &GET, SHORT);
    assert_eq!(class(request), FailureClass::TimedOutBeforeSend);
}

#[test]
fn a_response_that_stops_halfway_times_out() {
    let port = server::answering("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf", false);
    let transport = IsahcTransport::builder().timeout(SHORT).build().unwrap();
    let request = get(format!("http://127.0.0.1:{port}/"));
    let failure = block_on(transport.send(request)).unwrap_err();
    assert_eq!(failure.class(), FailureClass::TimedOutAfterSend);
}

#[test]
fn a_server_that_hangs_up_before_it_answers_a_post_interrupts() {
    let port = server::answering("", true);
    let request = post(format!("http://127.0.0.1:{port}/"), "{}");
    assert_eq!(class(request), FailureClass::Interrupted);
}

#[test]
fn half_a_body_is_an_interruption() {
    for half in [
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ] {
        let port = server::answering(half, true);
        let request = get(format!("http://127.0.0.1:{port}/"));
        assert_eq!(class(request), FailureClass::Interrupted, "{half}");
    }
}

#[test]
fn a_body_above_the_cap_is_too_large() {
    for large in [
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nlarge",
        "HTTP/1.1 200 OK\r\ncontent-length: 9223372036854775807\r\n\r\nlarge",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nlar\r\n2\r\nge\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nlarge",
    ] {
        let port = server::answering(large, true);
        let url = format!("http://127.0.0.1:{port}/");
        let capped = |cap| {
            let builder = IsahcTransport::builder().max_response_bytes(cap);
            block_on(builder.build().unwrap().send(get(&url)))
        };
        let failure = capped(4).unwrap_err();
        assert_eq!(failure.class(), FailureClass::TooLarge, "{large}");
        if !large.contains("9223372036854775807") {
            assert_eq!(capped(5).unwrap().body(), "large");
        }
    }
}

#[test]
fn what_is_not_http_is_malformed() {
    for garbage in [
        "SSH-2.0-OpenSSH_9.9\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno na@me: 1\r\ncontent-length: 0\r\n\r\n",
    ] {
        let port = server::answering(garbage, true);
        let request = get(format!("http://127.0.0.1:{port}/"));
        assert_eq!(class(request), FailureClass::Malformed, "{garbage}");
    }
}

#[test]
fn only_http_and_https_are_sendable_and_the_url_is_not_in_the_error() {
    for url in [
        "file://localhost/etc/passwd",
        "ftp://secret.example/secret",
        "/secret",
    ] {
        let failure = send(get(url)).unwrap_err();
        assert_eq!(failure.class(), FailureClass::Unsendable, "{url}");
        let text = format!("{failure} {failure:?}");
        assert!(
            !text.contains("secret") && !text.contains("passwd"),
            "{text}"
        );
    }
}

#[test]
fn no_failure_tells_a_secret() {
    let port = garbage();
    for url in [
        format!("http://127.0.0.1:{port}/secret?token=secret"),
        "http://127.0.0.1:1/secret?token=secret".to_owned(),
        "http://nothing.invalid/secret?token=secret".to_owned(),
        format!("https://127.0.0.1:{port}/secret?token=secret"),
    ] {
        let mut request = post(url, "secret");
        let headers = request.headers_mut();
        headers.insert("authorization", "Bearer secret".parse().unwrap());
        let failure = send(request).unwrap_err();
        let mut text = format!("{failure} {failure:?}");
        let mut cause = std::error::Error::source(&failure);
        while let Some(error) = cause {
            text += &format!(" {error} {error:?}");
            cause = error.source();
        }
        assert!(!text.contains("secret"), "{text}");
    }
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_a_tls_failure() {
    let (port, _pem) = server::with_tls();
    let request = get(format!("https://127.0.0.1:{port}/"));
    assert_eq!(class(request), FailureClass::Tls);
}

#[test]
fn a_certificate_that_was_added_is_trusted() {
    let (port, pem) = server::with_tls();
    let transport = IsahcTransport::builder()
        .add_root_certificate(pem)
        .build()
        .unwrap();
    let request = get(format!("https://127.0.0.1:{port}/"));
    let response = block_on(transport.send(request)).unwrap();
    assert_eq!(response.body(), "{}");
}

#[test]
fn a_port_that_does_not_speak_tls_is_a_tls_failure() {
    let port = garbage();
    let request = get(format!("https://127.0.0.1:{port}/"));
    assert_eq!(class(request), FailureClass::Tls);
}

#[test]
fn a_dead_pooled_connection_is_renewed_for_what_may_be_repeated() {
    let (port, requests) = server::killing_reused_connections();
    let url = format!("http://127.0.0.1:{port}/");
    let transport = transport();
    for _ in 0..2 {
        let request = dispatched(get(&url), &GET, LONG);
        assert_eq!(block_on(transport.send(request)).unwrap().body(), "{}");
    }
    assert_eq!(requests.try_iter().collect::<Vec<_>>(), [0, 0, 1]);
}

#[test]
fn what_may_not_be_repeated_is_sent_once_on_a_connection_of_its_own() {
    let (port, requests) = server::killing_reused_connections();
    let url = format!("http://127.0.0.1:{port}/");
    let transport = transport();
    for _ in 0..3 {
        let request = dispatched(post(&url, "{}"), &POST, LONG);
        assert_eq!(block_on(transport.send(request)).unwrap().body(), "{}");
    }
    assert_eq!(requests.try_iter().collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn a_post_without_a_dispatch_is_sent_once() {
    let (port, requests) = server::killing_reused_connections();
    let url = format!("http://127.0.0.1:{port}/");
    let transport = transport();
    // The connection that this leaves open is not the one to be used next.
    block_on(transport.send(get(&url))).unwrap();
    block_on(transport.send(post(&url, "{}"))).unwrap();
    assert_eq!(requests.try_iter().collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn a_header_that_isahc_would_panic_on_is_unsendable() {
    let mut request = get("http://127.0.0.1:1/");
    let value = http::HeaderValue::from_bytes(b"caf\xe9").unwrap();
    request.headers_mut().insert("x-name", value);
    assert_eq!(class(request), FailureClass::Unsendable);
}

#[test]
fn a_response_can_be_cloned_with_all_that_it_carries() {
    let port = server::answering(server::OK, false);
    let response = send(get(format!("http://127.0.0.1:{port}/"))).unwrap();
    assert_eq!(response.clone().extensions().len(), 0);
}

#[test]
fn the_blocking_transport_waits_for_the_response() {
    let port = server::answering(server::OK, false);
    let transport = IsahcBlocking::builder().build_blocking().unwrap();
    let request = get(format!("http://127.0.0.1:{port}/"));
    assert_eq!(transport.send(request).unwrap().body(), "{}");
}

#[test]
fn the_blocking_transport_tells_failures_apart_as_the_other_does() {
    let transport = IsahcBlocking::from(transport());
    let failure = transport.send(get("http://nothing.invalid/")).unwrap_err();
    assert_eq!(failure.class(), FailureClass::Dns);
    let request = dispatched(get(format!("http://127.0.0.1:{}/", silent())), &GET, SHORT);
    let failure = transport.send(request).unwrap_err();
    assert_eq!(failure.class(), FailureClass::TimedOutAfterSend);
}

#[test]
fn a_fresh_connection_that_dies_is_the_cores_to_repeat() {
    let (sender, requests) = channel();
    let port = server::start(move |number, mut connection| {
        if server::read_request(&mut connection).is_some() {
            sender.send(number).unwrap();
        }
    });
    let request = dispatched(get(format!("http://127.0.0.1:{port}/")), &GET, LONG);
    assert_eq!(class(request), FailureClass::Interrupted);
    assert_eq!(requests.try_iter().collect::<Vec<_>>(), [0]);
}

/// Reads what comes and never answers.
fn silent() -> u16 {
    server::start(|_, mut connection| while server::read_request(&mut connection).is_some() {})
}

/// Does not wait for a request to answer it with what is neither HTTP nor TLS.
fn garbage() -> u16 {
    server::start(|_, mut connection| {
        connection.write_all(b"garbage\r\n\r\n").unwrap();
        let _ = server::read_request(&mut connection);
    })
}
