//! The loopback as any HTTP/1.1 client meets it.

#![allow(clippy::unwrap_used, reason = "what fails in a test is to end it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use hardline::client::BlockingTransport;
use hardline::types::{ServerName, Timestamp};
use hardline::wire::FailureClass;
use hardline_loopback::{Fault, Loopback};

const VERSIONS: &str = "/_matrix/client/versions";
const LOGIN: &str = "/_matrix/client/v3/login";
const REQUEST_TOKEN: &str = "/_matrix/client/v3/account/3pid/msisdn/requestToken";

/// One connection.
struct Connection(BufReader<TcpStream>);

struct Response {
    status: u16,
    /// In lower case, with the line ends.
    head: String,
    body: String,
}

impl Connection {
    fn open(loopback: &Loopback) -> Self {
        let stream = TcpStream::connect(loopback.local_addr()).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        Self(BufReader::new(stream))
    }

    fn write(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).unwrap();
    }

    fn get(&mut self, path: &str) -> Response {
        self.write(&format!("GET {path} HTTP/1.1\r\nhost: loopback\r\n\r\n"));
        self.read().unwrap()
    }

    fn post(&mut self, path: &str, body: &str) -> Option<Response> {
        let length = body.len();
        self.write(&format!(
            "POST {path} HTTP/1.1\r\nhost: loopback\r\ncontent-length: {length}\r\n\r\n{body}"
        ));
        self.read()
    }

    /// `None` where the connection is closed instead.
    fn read(&mut self) -> Option<Response> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.0.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        let head = head.to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        self.0.read_exact(&mut body).unwrap();
        Some(Response {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head,
            body: String::from_utf8(body).unwrap(),
        })
    }
}

fn token_request(send_attempt: u64) -> String {
    format!(
        r#"{{"client_secret":"s","country":"GB","phone_number":"07700900001","send_attempt":{send_attempt}}}"#
    )
}

#[test]
fn one_connection_serves_many_requests() {
    let loopback = Loopback::start().unwrap();
    let mut connection = Connection::open(&loopback);
    let first = connection.get(VERSIONS);
    assert_eq!(first.status, 200);
    assert!(
        first
            .head
            .contains("\r\ncontent-type: application/json\r\n")
    );
    assert!(
        first
            .head
            .contains("\r\naccess-control-allow-origin: *\r\n")
    );
    assert!(first.body.contains("v1.19"));
    let second = connection.post(REQUEST_TOKEN, &token_request(1)).unwrap();
    assert_eq!(second.status, 200, "{}", second.body);
    assert!(second.body.contains(loopback.url()));
    let message = loopback.inbox().last_to("447700900001").unwrap();
    assert!(message.text.contains(message.token.reveal()));
}

#[test]
fn a_url_and_a_name_follow_from_the_port() {
    let loopback = Loopback::start().unwrap();
    let port = loopback.local_addr().port();
    assert_eq!(loopback.url(), format!("http://127.0.0.1:{port}"));
    assert_eq!(loopback.server_name().as_str(), format!("127.0.0.1:{port}"));
    let loopback = Loopback::builder()
        .listen(SocketAddr::from(([0, 0, 0, 0], 0)))
        .base_path("matrix/")
        .server_name(ServerName::parse("example.org").unwrap())
        .start()
        .unwrap();
    let port = loopback.local_addr().port();
    assert_eq!(loopback.url(), format!("http://127.0.0.1:{port}/matrix"));
    assert_eq!(loopback.server_name().as_str(), "example.org");
    let mut connection = Connection::open(&loopback);
    assert_eq!(
        connection.get("/matrix/_matrix/client/versions").status,
        200
    );
    assert_eq!(connection.get(VERSIONS).status, 404);
}

#[test]
fn a_start_that_fails_says_why() {
    let error = Loopback::builder().account("no name", "secret").start();
    let error = error.unwrap_err().to_string();
    assert!(error.contains("M_INVALID_USERNAME"), "{error}");
    let loopback = Loopback::start().unwrap();
    let taken = Loopback::builder().listen(loopback.local_addr()).start();
    assert_eq!(taken.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
}

#[test]
fn a_body_that_is_too_large_is_answered() {
    let loopback = Loopback::start().unwrap();
    let mut connection = Connection::open(&loopback);
    let body = format!("\"{}\"", "a".repeat(4 << 20));
    let response = connection.post(LOGIN, &body).unwrap();
    assert_eq!(response.status, 413);
    assert!(response.body.contains("M_TOO_LARGE"), "{}", response.body);
    assert_eq!(connection.get(VERSIONS).status, 200);
}

#[test]
fn a_body_in_chunks_is_read() {
    let loopback = Loopback::start().unwrap();
    let mut connection = Connection::open(&loopback);
    connection.write(&format!(
        "POST {LOGIN} HTTP/1.1\r\nhost: loopback\r\ntransfer-encoding: chunked\r\n\r\n\
         a\r\n{{\"type\": \"\r\n3\r\nx\"}}\r\n0\r\n\r\n"
    ));
    let response = connection.read().unwrap();
    assert_eq!(response.status, 400);
    assert!(
        response.body.contains("unknown login type"),
        "{}",
        response.body
    );
}

#[test]
fn a_head_has_no_body_and_an_options_none_either() {
    let loopback = Loopback::start().unwrap();
    let mut connection = Connection::open(&loopback);
    connection.write(&format!(
        "OPTIONS {LOGIN} HTTP/1.1\r\nhost: loopback\r\n\r\n"
    ));
    assert_eq!(connection.read().unwrap().status, 204);
    connection.write(&format!(
        "HEAD {VERSIONS} HTTP/1.1\r\nhost: loopback\r\nconnection: close\r\n\r\n"
    ));
    let mut text = String::new();
    connection.0.read_to_string(&mut text).unwrap();
    assert!(
        text.starts_with("HTTP/1.1 200 OK\r\n") && text.ends_with("\r\n\r\n"),
        "{text}"
    );
}

#[test]
fn what_is_no_http_is_no_harm() {
    let loopback = Loopback::start().unwrap();
    let mut connection = Connection::open(&loopback);
    connection.write("\u{16}\u{3}\u{1}nonsense\r\n\r\n");
    let answer = connection.read();
    assert!(answer.is_none_or(|answer| answer.status == 400));
    assert_eq!(Connection::open(&loopback).get(VERSIONS).status, 200);
}

#[test]
fn a_path_misbehaves_as_it_is_told_to() {
    let loopback = Loopback::builder()
        .base_path("/matrix")
        .fault(VERSIONS, Fault::BadGateway)
        .start()
        .unwrap();
    let path = format!("/matrix{VERSIONS}");
    let mut connection = Connection::open(&loopback);
    let response = connection.get(&path);
    assert_eq!(response.status, 502);
    assert!(response.head.contains("\r\ncontent-type: text/html\r\n"));
    assert!(response.body.starts_with("<html>"));

    loopback.set_fault(
        "/_matrix/client",
        Fault::RateLimited {
            times: 1,
            retry_after: Duration::from_millis(1_500),
        },
    );
    loopback.clear_fault(VERSIONS);
    let response = connection.get(&path);
    assert_eq!(response.status, 429);
    assert!(response.head.contains("\r\nretry-after: 2\r\n"));
    assert!(response.body.contains("\"retry_after_ms\":1500"));
    assert_eq!(connection.get(&path).status, 200);

    loopback.set_fault(REQUEST_TOKEN, Fault::NoPhoneNumbers);
    let request_token = format!("/matrix{REQUEST_TOKEN}");
    let response = connection.post(&request_token, &token_request(1)).unwrap();
    assert_eq!(response.status, 400);
    assert!(response.body.contains("M_THREEPID_MEDIUM_NOT_SUPPORTED"));

    loopback.set_fault(REQUEST_TOKEN, Fault::Close);
    assert!(connection.post(&request_token, &token_request(1)).is_none());
    assert!(loopback.inbox().messages().is_empty());

    loopback.set_fault(REQUEST_TOKEN, Fault::LoseAnswer);
    let mut connection = Connection::open(&loopback);
    assert!(connection.post(&request_token, &token_request(1)).is_none());
    assert_eq!(loopback.inbox().messages().len(), 1);
}

#[test]
fn a_body_is_cut_or_comes_slowly_as_it_is_told_to() {
    let loopback = Loopback::start().unwrap();
    let whole = Connection::open(&loopback).get(VERSIONS).body;
    let after = whole.len() / 2;
    loopback.set_fault(VERSIONS, Fault::CutBody { times: 1, after });
    let mut connection = Connection::open(&loopback);
    connection.write(&format!(
        "GET {VERSIONS} HTTP/1.1\r\nhost: loopback\r\n\r\n"
    ));
    let mut came = String::new();
    connection.0.read_to_string(&mut came).unwrap();
    // The head is that of the whole.
    assert!(came.contains(&format!("\r\ncontent-length: {}\r\n", whole.len())));
    assert!(came.ends_with(&format!("\r\n\r\n{}", &whole[..after])));
    assert_eq!(Connection::open(&loopback).get(VERSIONS).body, whole);

    let pause = Duration::from_millis(5);
    let bytes = whole.len().div_ceil(10);
    loopback.set_fault(VERSIONS, Fault::SlowBody { bytes, pause });
    let begun = Instant::now();
    assert_eq!(Connection::open(&loopback).get(VERSIONS).body, whole);
    assert!(begun.elapsed() >= 9 * pause);
}

#[test]
fn a_path_leads_elsewhere_as_it_is_told_to() {
    let loopback = Loopback::start().unwrap();
    let status = http::StatusCode::TEMPORARY_REDIRECT;
    let location = "https://cdn.example/x".to_owned();
    loopback.set_fault(VERSIONS, Fault::Redirect { status, location });
    let response = Connection::open(&loopback).get(VERSIONS);
    assert_eq!(response.status, 307);
    assert!(
        response
            .head
            .contains("\r\nlocation: https://cdn.example/x\r\n")
    );
}

#[test]
fn a_transport_without_sockets_fails_where_sockets_would() {
    let loopback = Loopback::start().unwrap();
    let transport = loopback.transport();
    let send = || {
        let request = http::Request::post(format!("{}{REQUEST_TOKEN}", loopback.url()));
        let request = request.body(token_request(1).into_bytes()).unwrap();
        BlockingTransport::send(&transport, request)
    };
    loopback.set_fault(REQUEST_TOKEN, Fault::Hang);
    assert_eq!(send().unwrap_err().class(), FailureClass::TimedOutAfterSend);
    loopback.set_fault(REQUEST_TOKEN, Fault::Close);
    assert_eq!(send().unwrap_err().class(), FailureClass::Interrupted);
    assert!(loopback.inbox().messages().is_empty());
    loopback.set_fault(REQUEST_TOKEN, Fault::LoseAnswer);
    assert_eq!(send().unwrap_err().class(), FailureClass::Interrupted);
    let (times, after) = (1, 1);
    loopback.set_fault(REQUEST_TOKEN, Fault::CutBody { times, after });
    assert_eq!(send().unwrap_err().class(), FailureClass::Interrupted);
    loopback.clear_fault(REQUEST_TOKEN);
    assert_eq!(send().unwrap().status(), 200);
    assert_eq!(loopback.inbox().messages().len(), 1);
}

#[test]
fn a_loopback_stops_at_once_whatever_hangs() {
    let loopback = Loopback::builder()
        .fault(LOGIN, Fault::Hang)
        .start()
        .unwrap();
    let address = loopback.local_addr();
    let mut idle = Connection::open(&loopback);
    assert_eq!(idle.get(VERSIONS).status, 200);
    let mut hanging = Connection::open(&loopback);
    hanging.write(&format!("GET {LOGIN} HTTP/1.1\r\nhost: loopback\r\n\r\n"));
    // One whose request never comes to its end.
    let mut half = Connection::open(&loopback);
    half.write(&format!(
        "POST {LOGIN} HTTP/1.1\r\ncontent-length: 9\r\n\r\n{{"
    ));
    // It is in the server's hands by the time that a later connection is served.
    assert_eq!(Connection::open(&loopback).get(VERSIONS).status, 200);
    let transport = loopback.transport();

    let started = Instant::now();
    drop(loopback);
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
    for mut connection in [idle, hanging, half] {
        assert!(connection.read().is_none());
    }
    assert!(TcpStream::connect(address).is_err());
    // The homeserver itself lives as long as somebody holds it.
    let request = http::Request::get(VERSIONS).body(Vec::new()).unwrap();
    assert_eq!(
        BlockingTransport::send(&transport, request)
            .unwrap()
            .status(),
        200
    );
}

#[test]
fn a_panic_in_a_handler_costs_its_connection_only() {
    use hardline::client_api::session::GetLoginFlows;

    let loopback = Loopback::builder()
        .on(|_, _: GetLoginFlows| panic!("on purpose"))
        .start()
        .unwrap();
    let mut connection = Connection::open(&loopback);
    connection.write(&format!("GET {LOGIN} HTTP/1.1\r\nhost: loopback\r\n\r\n"));
    assert!(connection.read().is_none());
    assert_eq!(Connection::open(&loopback).get(VERSIONS).status, 200);
}

#[test]
fn a_clock_can_be_given() {
    let loopback = Loopback::builder()
        .clock(|| Timestamp::from_millis(1))
        .on(|caller, _: hardline::client_api::discovery::GetVersions| {
            let mut versions = hardline::client_api::discovery::GetVersionsResponse::default();
            versions.versions.push(caller.now.to_string());
            Ok(versions)
        })
        .start()
        .unwrap();
    let response = Connection::open(&loopback).get(VERSIONS);
    assert_eq!(
        response.body,
        r#"{"versions":["1 ms"],"unstable_features":{}}"#
    );
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let loopback = Loopback::builder()
        .body_timeout(Duration::from_millis(20))
        .start()
        .unwrap();
    for body in [
        "content-length: 10\r\n\r\n{}",
        "transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n",
    ] {
        let mut connection = Connection::open(&loopback);
        connection.write(&format!(
            "POST {LOGIN} HTTP/1.1\r\nhost: loopback\r\n{body}"
        ));
        let response = connection.read().unwrap();
        assert_eq!(response.status, 408, "{}", response.body);
        assert!(
            response.body.contains("\"errcode\":\"M_UNKNOWN\""),
            "{}",
            response.body
        );
        assert!(
            response.head.contains("connection: close"),
            "{}",
            response.head
        );
        assert!(connection.read().is_none());
    }
    // A whole one is answered, however late the next request comes.
    let mut connection = Connection::open(&loopback);
    assert_eq!(connection.post(LOGIN, "{").unwrap().status, 400);
}
