//! What goes wrong on the way is told alike by every transport: the same class of failure, and the same error of the core.
//!
//! Each case is a server that misbehaves. Each transport sends it an operation that may be repeated and one that may not,
//! once. Where a transport cannot tell what the others can, its row says what it says instead, and why.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use hardline::client_api::discovery::GetVersions;
use hardline::client_api::session::Logout;
use hardline::types::AccessToken;
use hardline::wire::{Error, ErrorKind, FailureClass, Problem, Target};
use hardline_tests::adapter::{Adapter, Settings};
use hardline_tests::misbehaving::{
    self, Authority, Certificate, H2, OK, answering, read_request, reset, start, start_tls,
};
use hardline_tests::runner::{WAYS, Way};

const SHORT: Duration = Duration::from_millis(100);
const CAP: usize = 1024 * 1024;

/// What becomes of an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Answered,
    Failed(FailureClass),
    NotAnAnswer(u16, &'static str),
}

use FailureClass::*;
use Outcome::{Answered, Failed, NotAnAnswer};

/// What a test is played against: a base URL, and what has to be kept as long as it is played.
struct Stage {
    base_url: String,
    _kept: Box<dyn std::any::Any>,
}

struct Case {
    name: &'static str,
    settings: fn(&mut Settings),
    stage: Box<dyn Fn(&Authority) -> Stage>,
    expected: Outcome,
    /// What a transport says instead, and why.
    instead: Vec<(Way, Outcome, &'static str)>,
    /// Transports to which it does not apply, and why.
    without: Vec<(Way, &'static str)>,
    /// Why it is not played with an operation that may not be repeated.
    only_repeatable: Option<&'static str>,
}

impl Case {
    fn new(
        name: &'static str,
        stage: impl Fn(&Authority) -> Stage + 'static,
        expected: Outcome,
    ) -> Self {
        Self {
            name,
            settings: |_| {},
            stage: Box::new(stage),
            expected,
            instead: Vec::new(),
            without: Vec::new(),
            only_repeatable: None,
        }
    }

    /// A server that answers each request with these bytes, and then hangs up.
    fn answer(name: &'static str, answer: &'static str, expected: Outcome) -> Self {
        Self::new(name, move |_| http(answering(answer, true)), expected)
    }

    fn with(mut self, settings: fn(&mut Settings)) -> Self {
        self.settings = settings;
        self
    }

    fn isahc_says(mut self, outcome: Outcome, why: &'static str) -> Self {
        self.instead.push((Way::Isahc, outcome, why));
        self.instead.push((Way::IsahcBlocking, outcome, why));
        self
    }

    fn without(mut self, way: Way, why: &'static str) -> Self {
        self.without.push((way, why));
        self
    }

    fn only_repeatable(mut self, why: &'static str) -> Self {
        self.only_repeatable = Some(why);
        self
    }
}

fn http(port: u16) -> Stage {
    Stage {
        base_url: format!("http://127.0.0.1:{port}"),
        _kept: Box::new(()),
    }
}

fn https(port: u16) -> Stage {
    Stage {
        base_url: format!("https://127.0.0.1:{port}"),
        _kept: Box::new(()),
    }
}

fn connections() -> Vec<Case> {
    vec![
        Case::new(
            "a refused port",
            |_| http(misbehaving::refusing()),
            Failed(Refused),
        ),
        Case::new(
            "a black hole",
            |_| {
                let (port, queue, listener) = misbehaving::black_hole();
                Stage {
                    _kept: Box::new((queue, listener)),
                    ..http(port)
                }
            },
            Failed(TimedOutBeforeSend),
        )
        .with(|settings| settings.limits.connect = SHORT),
        Case::new(
            "a black hole and a limit on the whole",
            |_| {
                let (port, queue, listener) = misbehaving::black_hole();
                Stage {
                    _kept: Box::new((queue, listener)),
                    ..http(port)
                }
            },
            Failed(TimedOutBeforeSend),
        )
        .with(|settings| settings.limits.total = SHORT),
        Case::new(
            "a name that does not exist",
            |_| Stage {
                base_url: "http://nothing.invalid".to_owned(),
                _kept: Box::new(()),
            },
            Failed(Dns),
        ),
        Case::new(
            "a reset before the request is read",
            |_| {
                http(start(|_, connection| {
                    misbehaving::wait_without_reading(&connection);
                }))
            },
            Failed(Interrupted),
        ),
        Case::new(
            "a reset after the request is read",
            |_| {
                http(start(|_, mut connection| {
                    read_request(&mut connection);
                    reset(connection);
                }))
            },
            Failed(Interrupted),
        ),
        Case::new(
            "an end after the request is read",
            |_| http(answering("", true)),
            Failed(Interrupted),
        ),
    ]
}

fn answers() -> Vec<Case> {
    vec![
        Case::answer("half a status line", "HTTP/1.1 2", Failed(Interrupted)),
        Case::answer("half a version", "HTTP/1.", Failed(Interrupted)),
        Case::answer(
            "half a header",
            "HTTP/1.1 200 OK\r\ncontent-le",
            Failed(Interrupted),
        ),
        Case::answer(
            "headers without an end",
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n",
            Failed(Interrupted),
        ),
        Case::answer(
            "half a body",
            "HTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n{\"versions\"",
            Failed(Interrupted),
        ),
        Case::answer(
            "no body where one was announced",
            "HTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n",
            Failed(Interrupted),
        ),
        Case::answer(
            "a body that is longer than announced",
            "HTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n{\"versions\":[\"v1.19\"]}{\"versions\":[\"v1.1\"]}",
            Answered,
        ),
        Case::answer(
            "a length that is none",
            "HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\n{}",
            Failed(Malformed),
        ),
        Case::answer(
            "a length below zero",
            "HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}",
            Failed(Malformed),
        ),
        Case::answer(
            "two lengths",
            "HTTP/1.1 200 OK\r\ncontent-length: 22\r\ncontent-length: 2\r\n\r\n{\"versions\":[\"v1.19\"]}",
            Failed(Malformed),
        ),
        Case::answer(
            "chunks cut short within one",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n16\r\n{\"versions\"",
            Failed(Interrupted),
        ),
        Case::answer(
            "chunks cut short between two",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n16\r\n{\"versions\":[\"v1.19\"]}\r\n",
            Failed(Interrupted),
        ),
        Case::answer(
            "chunks whose length is none",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
            Failed(Malformed),
        )
        .isahc_says(
            Failed(Interrupted),
            "curl has one code for this and for a broken connection",
        ),
        Case::answer(
            "what is not HTTP",
            "SSH-2.0-OpenSSH_9.9\r\n\r\n",
            Failed(Malformed),
        ),
        Case::answer(
            "a header without a colon",
            "HTTP/1.1 200 OK\r\nno colon\r\ncontent-length: 22\r\n\r\n{\"versions\":[\"v1.19\"]}",
            Failed(Malformed),
        ),
        Case::answer(
            "HTTP/1.0",
            "HTTP/1.0 200 OK\r\ncontent-length: 22\r\n\r\n{\"versions\":[\"v1.19\"]}",
            Answered,
        ),
        Case::answer(
            "HTTP/1.0 without a length",
            "HTTP/1.0 200 OK\r\n\r\n{\"versions\":[\"v1.19\"]}",
            Answered,
        ),
        Case::answer(
            "204 with a body",
            "HTTP/1.1 204 No Content\r\ncontent-length: 22\r\n\r\n{\"versions\":[\"v1.19\"]}",
            NotAnAnswer(204, "not Matrix"),
        ),
        Case::new(
            "gzip that nobody asked for",
            |_| {
                let mut answer =
                    b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 42\r\n\r\n"
                        .to_vec();
                answer.extend_from_slice(GZIP);
                http(answering(answer, true))
            },
            NotAnAnswer(200, "syntax"),
        ),
        Case::answer(
            "a redirect to another origin",
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.2/\r\ncontent-length: 0\r\n\r\n",
            NotAnAnswer(302, "redirect"),
        ),
        Case::answer(
            "a proxy's page",
            "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>",
            NotAnAnswer(502, "not Matrix"),
        ),
    ]
}

fn slow_and_large() -> Vec<Case> {
    vec![
        Case::new(
            "no answer",
            |_| http(misbehaving::silent()),
            Failed(TimedOutAfterSend),
        )
        .with(|settings| settings.limits.total = SHORT),
        Case::new(
            "an answer that stops in the body",
            |_| {
                http(answering(
                    "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
                    false,
                ))
            },
            Failed(TimedOutAfterSend),
        )
        .with(|settings| settings.limits.read_idle = SHORT),
        Case::new(
            "a slow drip",
            |_| http(start(drip)),
            Failed(TimedOutAfterSend),
        )
        .with(|settings| settings.limits.total = SHORT),
        Case::answer(
            "100 MB announced",
            "HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n{",
            Failed(TooLarge),
        )
        .with(|settings| settings.limits.body = CAP),
        Case::new(
            "100 MB in chunks",
            |_| http(start(|_, connection| flood(connection, true))),
            Failed(TooLarge),
        )
        .with(|settings| settings.limits.body = CAP),
        Case::new(
            "100 MB to the end of the connection",
            |_| http(start(|_, connection| flood(connection, false))),
            Failed(TooLarge),
        )
        .with(|settings| settings.limits.body = CAP),
    ]
}

fn tls() -> Vec<Case> {
    let no_tls = "it speaks plain HTTP only";
    let certificate = |name, certificate: Certificate, trusted: bool, expected| {
        Case::new(
            name,
            move |authority| {
                let other = Authority::new();
                let signer = if trusted { authority } else { &other };
                https(start_tls(
                    signer.server(certificate, &[]),
                    |_, mut session| {
                        while read_request(&mut session).is_some() {
                            let _ = session.write_all(OK);
                        }
                    },
                ))
            },
            expected,
        )
        .without(Way::ByHand, no_tls)
    };
    vec![
        certificate(
            "a certificate as it should be",
            Certificate::Valid,
            true,
            Answered,
        ),
        certificate(
            "an authority that nobody knows",
            Certificate::Valid,
            false,
            Failed(Tls),
        ),
        certificate(
            "a wrong host name",
            Certificate::WrongName,
            true,
            Failed(Tls),
        ),
        certificate(
            "an expired certificate",
            Certificate::Expired,
            true,
            Failed(Tls),
        ),
        certificate(
            "a self-signed certificate",
            Certificate::SelfSigned,
            true,
            Failed(Tls),
        ),
        Case::new(
            "a port that does not speak TLS",
            |_| https(answering_at_once(b"garbage\r\n\r\n")),
            Failed(Tls),
        )
        .without(Way::ByHand, no_tls),
        Case::new(
            "a handshake that stalls",
            |_| https(misbehaving::silent()),
            Failed(TimedOutBeforeSend),
        )
        .with(|settings| settings.limits.connect = SHORT)
        .without(Way::ByHand, no_tls),
        Case::new(
            "a handshake that is cut off",
            |_| {
                https(start(|_, connection| {
                    misbehaving::wait_without_reading(&connection)
                }))
            },
            Failed(Connect),
        )
        .isahc_says(
            Failed(Tls),
            "curl has one code for all that ends a handshake",
        )
        .without(Way::ByHand, no_tls),
    ]
}

fn http2() -> Vec<Case> {
    let case = |name, serve: fn(usize, u32, &mut H2), expected| {
        Case::new(
            name,
            move |authority| {
                let config = authority.server(Certificate::Valid, &[b"h2"]);
                https(start_tls(config, move |number, session| {
                    let Ok(mut server) = H2::accept(session) else {
                        return;
                    };
                    while let Ok(stream) = server.next_request() {
                        serve(number, stream, &mut server);
                    }
                }))
            },
            expected,
        )
        .without(Way::ByHand, "it speaks HTTP/1.1 only")
        .only_repeatable("isahc sends what may not be repeated over HTTP/1.1")
    };
    vec![
        case(
            "HTTP/2 as it should be",
            |_, stream, server| {
                let _ = server.answer(stream, b"{\"versions\":[\"v1.19\"]}");
            },
            Answered,
        ),
        case(
            "GOAWAY for a request that may have been acted on",
            |_, stream, server| {
                let _ = server.go_away(stream, 2);
                server.close();
            },
            Failed(Interrupted),
        ),
        case(
            "GOAWAY for a request that was not acted on",
            |_, _, server| {
                let _ = server.go_away(0, 0);
                server.close();
            },
            Failed(Interrupted),
        ),
        case(
            "a stream that is reset",
            |_, stream, server| {
                let _ = server.reset(stream, 2);
            },
            Failed(Interrupted),
        ),
        case(
            "a stream that is reset in the body",
            |_, stream, server| {
                let _ = server.answer_half(stream, b"{\"versions\"");
                let _ = server.reset(stream, 2);
            },
            Failed(Interrupted),
        ),
        case(
            "a stream that is refused once",
            |connection, stream, server| {
                if (connection, stream) == (0, 1) {
                    let _ = server.reset(stream, 7);
                } else {
                    let _ = server.answer(stream, b"{\"versions\":[\"v1.19\"]}");
                }
            },
            Answered,
        ),
        case(
            "an end in the body",
            |_, stream, server| {
                let _ = server.answer_half(stream, b"{\"versions\"");
                server.close();
            },
            Failed(Interrupted),
        ),
    ]
}

#[test]
fn connections_that_fail_are_told_alike() {
    play(connections());
}

#[test]
fn answers_that_are_none_are_told_alike() {
    play(answers());
}

#[test]
fn what_takes_too_long_or_is_too_large_is_told_alike() {
    play(slow_and_large());
}

#[test]
fn servers_that_cannot_be_trusted_are_told_alike() {
    play_trusting(tls());
}

#[test]
fn failures_of_http2_are_told_alike() {
    play_trusting(http2());
}

fn play(cases: Vec<Case>) {
    play_with(cases, &Authority::new(), None);
}

/// Plays them with an authority that is trusted.
fn play_trusting(cases: Vec<Case>) {
    let authority = Authority::new();
    let pem = authority.pem();
    play_with(cases, &authority, Some(pem));
}

fn play_with(cases: Vec<Case>, authority: &Authority, root_certificate: Option<String>) {
    let mut wrong = Vec::new();
    for case in &cases {
        let mut settings = Settings {
            root_certificate: root_certificate.clone(),
            ..Settings::default()
        };
        (case.settings)(&mut settings);
        for way in WAYS {
            if case.without.iter().any(|(without, _)| *without == way) {
                continue;
            }
            let instead = case.instead.iter().find(|(instead, _, _)| *instead == way);
            let expected = instead.map_or(case.expected, |(_, outcome, _)| *outcome);
            let adapter = Adapter::new(way, &settings);
            let mut expect = |kind, found| {
                if found != expected {
                    wrong.push(format!(
                        "{}, {way:?}, {kind}: {found:?}, not {expected:?}",
                        case.name
                    ));
                }
            };

            let stage = (case.stage)(authority);
            let target = Target::homeserver(&stage.base_url).unwrap();
            let result = adapter.call(GetVersions::new(), target, None);
            expect("repeatable", Outcome::of(result.map(drop)));

            if case.only_repeatable.is_none() {
                let stage = (case.stage)(authority);
                let target = Target::homeserver(&stage.base_url).unwrap();
                let token = Some(AccessToken::from("secret"));
                let result = adapter.call(Logout::new(), target, token);
                expect("not repeatable", Outcome::of(result.map(drop)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

impl Outcome {
    fn of(result: Result<(), Error>) -> Self {
        match result.map_err(Error::into_kind) {
            Ok(()) => Answered,
            Err(ErrorKind::Transport(failure)) => Failed(failure.class()),
            Err(ErrorKind::Answer(answer)) => NotAnAnswer(
                answer.status.as_u16(),
                match answer.problem {
                    Problem::NotMatrix => "not Matrix",
                    Problem::Redirect => "redirect",
                    Problem::Syntax => "syntax",
                    Problem::Shape(_) => "shape",
                    _ => "something new",
                },
            ),
            Err(other) => panic!("nothing of this is expected: {other:?}"),
        }
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answered => f.write_str("answered"),
            Failed(class) => write!(f, "{class:?}"),
            NotAnAnswer(status, problem) => write!(f, "{status} that is no answer ({problem})"),
        }
    }
}

/// `{"versions":["v1.19"]}`
const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x2a\x4b\x2d\x2a\xce\xcc\xcf\x2b\x56\xb2\x8a\x56\x2a\x33\xd4\x33\xb4\x54\x8a\xad\x05\x00\x0a\xd8\x02\x66\x16\x00\x00\x00";

/// Sends a byte whenever the client has had a little time.
fn drip(_: usize, mut connection: TcpStream) {
    read_request(&mut connection);
    let _ = connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
    let _ = connection.set_read_timeout(Some(Duration::from_millis(10)));
    // It ends when the client has hung up, which is read as an end, or as an error that is no timeout.
    let is_there = |connection: &mut TcpStream| {
        use std::io::ErrorKind::{TimedOut, WouldBlock};
        let read = connection.read(&mut [0]);
        read.is_err_and(|error| matches!(error.kind(), WouldBlock | TimedOut))
    };
    while is_there(&mut connection) && connection.write_all(b" ").is_ok() {}
}

/// Sends 100 MB unless the client hangs up, which it does long before.
fn flood(mut connection: TcpStream, in_chunks: bool) {
    const PIECE: usize = 64 * 1024;
    read_request(&mut connection);
    let head: &[u8] = if in_chunks {
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    } else {
        b"HTTP/1.1 200 OK\r\n\r\n"
    };
    let _ = connection.write_all(head);
    let piece = [b' '; PIECE];
    for _ in 0..1600 {
        let sent = if in_chunks {
            connection
                .write_all(b"10000\r\n")
                .and_then(|()| connection.write_all(&piece))
                .and_then(|()| connection.write_all(b"\r\n"))
        } else {
            connection.write_all(&piece)
        };
        if sent.is_err() {
            return;
        }
    }
    let _ = connection.write_all(b"0\r\n\r\n");
}

/// Does not wait for a request.
fn answering_at_once(answer: &'static [u8]) -> u16 {
    start(move |_, mut connection| {
        let _ = connection.write_all(answer);
        let _ = read_request(&mut connection);
    })
}
