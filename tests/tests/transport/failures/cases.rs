//! The servers, and the outcome of an operation at each of them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use hardline::wire::FailureClass::*;
use hardline_tests::misbehaving::{
    self, Authority, Certificate, H2, OK, Server, answering, read_request, reset, start, start_tls,
};
use hardline_tests::runner::Backend;

use super::case::Outcome::{self, Answered, Failed, UnexpectedResponse};
use super::case::{Case, Stage};

const SHORT: Duration = Duration::from_millis(100);
const CAP: usize = 1024 * 1024;

/// Why the bare socket does not take part in some.
const ONE_CODING: &str = "it knows one transfer encoding at a time";

/// Why isahc does not.
const MAY_BE_DROPPED: &str =
    "curl drops what arrives together with the end of a connection, and nothing else";
const SEVERAL: &str = "curl has several codes for it, as it happens";

/// Why isahc cannot recognize some malformed responses.
const BROKEN: &str = "curl has one code for this and for a broken connection";

pub(crate) fn connections() -> Vec<Case> {
    vec![
        Case::new(
            "a refused port",
            |_| Stage::at(format!("http://127.0.0.1:{}", misbehaving::refusing())),
            Failed(Refused),
        ),
        Case::new("a black hole", black_hole, Failed(TimedOutBeforeSend))
            .with(|settings| settings.limits.connect = SHORT),
        Case::new(
            "a black hole and a limit on the whole",
            black_hole,
            Failed(TimedOutBeforeSend),
        )
        .with(|settings| settings.limits.total = SHORT),
        Case::new(
            "a name that does not exist",
            |_| Stage::at("http://nothing.invalid".to_owned()),
            Failed(Dns),
        ),
        Case::new(
            "a reset before the request is read",
            |_| {
                Stage::http(start(|_, connection| {
                    misbehaving::wait_without_reading(&connection);
                }))
            },
            Failed(Interrupted),
        ),
        Case::new(
            "a reset after the request is read",
            |_| {
                Stage::http(start(|_, mut connection| {
                    read_request(&mut connection);
                    reset(connection);
                }))
            },
            Failed(Interrupted),
        ),
        Case::new(
            "an end after the request is read",
            |_| Stage::http(answering("", true)),
            Failed(Interrupted),
        ),
    ]
}

pub(crate) fn answers() -> Vec<Case> {
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
        .isahc_says(Failed(Interrupted), BROKEN),
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
            "a header with a byte that none may have",
            "HTTP/1.1 200 OK\r\nx-name: a\0b\r\ncontent-length: 22\r\n\r\n{\"versions\":[\"v1.19\"]}",
            Failed(Malformed),
        ),
        Case::answer(
            "a status that is none",
            "HTTP/1.1 42 Answer\r\ncontent-length: 22\r\n\r\n{\"versions\":[\"v1.19\"]}",
            Failed(Malformed),
        ),
        Case::answer(
            "a status that nobody knows",
            "HTTP/1.1 599 Who Knows\r\ncontent-length: 0\r\n\r\n",
            UnexpectedResponse(599, "not Matrix"),
        ),
        Case::answer(
            "a chunk that is larger than all memory",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff0\r\n{}\r\n0\r\n\r\n",
            Failed(Malformed),
        )
        .isahc_says(Failed(Interrupted), BROKEN),
        Case::answer(
            "hints before the answer",
            "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n{\"versions\":[\"v1.19\"]}",
            Answered,
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
            UnexpectedResponse(204, "shape"),
        )
        .only_repeatable("the other operation requires nothing of its answer, so that none is one"),
        // Since the server keeps the connection, who waits for its end waits for the limit.
        kept(
            "a length of 23 digits",
            "HTTP/1.1 200 OK\r\ncontent-length: 12345678901234567890123\r\n\r\n{\"versions\":[\"v1.19\"]}",
            Failed(Malformed),
        ),
        kept(
            "a length of 23 digits and no body",
            "HTTP/1.1 200 OK\r\ncontent-length: 12345678901234567890123\r\n\r\n",
            Failed(Malformed),
        )
        .isahc_says(
            Failed(TimedOutAfterSend),
            "curl waits for the end of the connection, and isahc tells nothing before a body begins",
        ),
        kept(
            "another protocol (101) that nobody asked for",
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
            Failed(Malformed),
        )
        .isahc_says(
            Failed(TimedOutAfterSend),
            "curl takes all that follows for a body, and isahc tells nothing before a body begins",
        )
        .raw_socket_says(Failed(TimedOutAfterSend), "it takes it for a hint"),
        kept(
            "a transfer encoding of `identity` with a length",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: identity\r\ncontent-length: 22\r\n\r\n{\"versions\":[\"v1.19\"]}",
            Answered,
        ),
        kept(
            "a transfer encoding of `identity, chunked`",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: identity, chunked\r\n\r\n16\r\n{\"versions\":[\"v1.19\"]}\r\n0\r\n\r\n",
            Answered,
        )
        .without(Backend::RawSocket, ONE_CODING),
        kept(
            "a transfer encoding that nobody asked for",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n16\r\n{\"versions\":[\"v1.19\"]}\r\n0\r\n\r\n",
            Failed(Malformed),
        )
        .without(Backend::RawSocket, ONE_CODING),
        kept(
            "a transfer encoding that nobody knows, with a length",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: xchunked\r\ncontent-length: 22\r\n\r\n{\"versions\":[\"v1.19\"]}",
            Failed(Malformed),
        )
        .without(Backend::RawSocket, ONE_CODING),
        kept(
            "chunks over HTTP/1.0",
            "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n16\r\n{\"versions\":[\"v1.19\"]}\r\n0\r\n\r\n",
            Failed(Malformed),
        )
        .isahc_says(Answered, "curl reads them")
        .raw_socket_says(Answered, "it reads them"),
        Case::answer(
            "a head whose lines end in LF alone",
            "HTTP/1.1 200 OK\ncontent-length: 22\n\n{\"versions\":[\"v1.19\"]}",
            Answered,
        )
        .isahc_says(Failed(Malformed), "isahc wants CR and LF"),
        Case::answer(
            "an empty line before the head",
            "\r\nHTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n{\"versions\":[\"v1.19\"]}",
            Answered,
        )
        .isahc_says(Failed(Malformed), "curl takes it for HTTP/0.9"),
        Case::answer(
            "a field that is folded",
            "HTTP/1.1 200 OK\r\nx-name: a\r\n b\r\ncontent-length: 22\r\n\r\n{\"versions\":[\"v1.19\"]}",
            Answered,
        )
        .raw_socket_says(Failed(Malformed), "it does not unfold"),
        Case::answer(
            "chunks whose lines end in LF alone",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n16\n{\"versions\":[\"v1.19\"]}\n0\n\n",
            Failed(Malformed),
        )
        .isahc_says(Answered, "curl reads them"),
        Case::new(
            "100 fields",
            |_| Stage::http(answering(fields(99), true)),
            Answered,
        )
        .raw_socket_says(Failed(TooLarge), "it has room for 64"),
        Case::new(
            "more than 100 fields",
            |_| Stage::http(answering(fields(100), true)),
            Failed(TooLarge),
        ),
        Case::new(
            "a field of more than 100 KB",
            |_| Stage::http(answering(field_of(101 * 1024, 1), true)),
            Failed(TooLarge),
        )
        .raw_socket_says(Answered, "it has a limit for the whole head alone"),
        Case::new(
            "a head of more than 300 KB",
            |_| Stage::http(answering(field_of(80 * 1024, 4), true)),
            Failed(TooLarge),
        )
        .isahc_says(Failed(Interrupted), BROKEN),
        Case::new(
            "gzip that nobody asked for",
            |_| {
                let mut answer =
                    b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 42\r\n\r\n"
                        .to_vec();
                answer.extend_from_slice(GZIP);
                Stage::http(answering(answer, true))
            },
            UnexpectedResponse(200, "gzip"),
        ),
        Case::answer(
            "a redirect to another origin",
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.2/\r\ncontent-length: 0\r\n\r\n",
            UnexpectedResponse(302, "redirect"),
        ),
        Case::answer(
            "a proxy's page",
            "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>",
            UnexpectedResponse(502, "not Matrix"),
        ),
    ]
}

pub(crate) fn slow_and_large() -> Vec<Case> {
    vec![
        Case::new(
            "no answer",
            |_| Stage::http(misbehaving::silent()),
            Failed(TimedOutAfterSend),
        )
        .with(|settings| settings.limits.total = SHORT),
        Case::new(
            "an answer that stops in the body",
            |_| {
                Stage::http(answering(
                    "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
                    false,
                ))
            },
            Failed(TimedOutAfterSend),
        )
        .with(|settings| settings.limits.read_idle = SHORT),
        Case::new(
            "a slow drip",
            |_| {
                Stage::http(start(|_, connection| {
                    drip(
                        connection,
                        b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n",
                        b" ",
                    )
                }))
            },
            Failed(TimedOutAfterSend),
        )
        .with(|settings| settings.limits.total = SHORT),
        Case::new(
            "hints without end",
            |_| {
                Stage::http(start(|_, connection| {
                    drip(connection, b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")
                }))
            },
            Failed(TimedOutAfterSend),
        )
        .with(|settings| settings.limits.total = SHORT),
        Case::new(
            "headers without end",
            |_| {
                Stage::http(start(|_, connection| {
                    repeat(connection, b"HTTP/1.1 200 OK\r\n", b"x-name: value\r\n")
                }))
            },
            Failed(TooLarge),
        ),
        Case::new(
            "a header without end",
            |_| {
                Stage::http(start(|_, connection| {
                    repeat(connection, b"HTTP/1.1 200 OK\r\nx-name: ", &[b'x'; 1024])
                }))
            },
            Failed(TooLarge),
        ),
        Case::answer(
            "100 MB announced",
            "HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n{",
            Failed(TooLarge),
        )
        .with(|settings| settings.limits.body = CAP),
        Case::new(
            "100 MB in chunks",
            |_| Stage::http(start(|_, connection| flood(connection, true))),
            Failed(TooLarge),
        )
        .with(|settings| settings.limits.body = CAP),
        Case::new(
            "100 MB to the end of the connection",
            |_| Stage::http(start(|_, connection| flood(connection, false))),
            Failed(TooLarge),
        )
        .with(|settings| settings.limits.body = CAP),
    ]
}

pub(crate) fn tls() -> Vec<Case> {
    let no_tls = "it speaks plain HTTP only";
    let certificate = |name, certificate: Certificate, trusted: bool, expected| {
        Case::new(
            name,
            move |authority| {
                let other = Authority::new();
                let signer = if trusted { authority } else { &other };
                Stage::https(start_tls(
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
        .without(Backend::RawSocket, no_tls)
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
            |_| Stage::https(answering_at_once(b"garbage\r\n\r\n")),
            Failed(Tls),
        )
        .without(Backend::RawSocket, no_tls),
        Case::new(
            "a handshake that stalls",
            |_| Stage::https(misbehaving::silent()),
            Failed(TimedOutBeforeSend),
        )
        .with(|settings| settings.limits.connect = SHORT)
        .without(Backend::RawSocket, no_tls),
        wanting_clients("a server that wants a certificate of the client", &[]),
        wanting_clients(
            "a server of HTTP/2 that wants a certificate of the client",
            &[b"h2"],
        )
        .without(Backend::Isahc, SEVERAL)
        .without(Backend::IsahcBlocking, SEVERAL),
        Case::new(
            "a whole answer, and an end of TLS that is not announced",
            |authority| {
                let config = authority.server(Certificate::Valid, &[]);
                Stage::https(start_tls(config, |_, mut session| {
                    let _ = read_request(&mut session);
                    let _ = session.write_all(OK);
                    let _ = session.flush();
                    let _ = session.sock.shutdown(std::net::Shutdown::Write);
                    let _ = session.read(&mut [0]);
                }))
            },
            Answered,
        )
        .without(Backend::Isahc, MAY_BE_DROPPED)
        .without(Backend::IsahcBlocking, MAY_BE_DROPPED)
        .without(Backend::RawSocket, no_tls),
        Case::new(
            "a handshake that is cut off",
            |_| {
                Stage::https(start(|_, connection| {
                    misbehaving::wait_without_reading(&connection)
                }))
            },
            Failed(Connect),
        )
        .isahc_says(
            Failed(Tls),
            "curl has one code for all that ends a handshake",
        )
        .without(Backend::RawSocket, no_tls),
    ]
}

fn wanting_clients(name: &'static str, protocols: &'static [&'static [u8]]) -> Case {
    let case = Case::new(
        name,
        move |authority| {
            let config = authority.server_for_clients(protocols);
            Stage::https(start_tls(config, |_, mut session| {
                let _ = read_request(&mut session);
            }))
        },
        Failed(Tls),
    );
    case.isahc_says(Failed(Interrupted), BROKEN)
        .without(Backend::RawSocket, "it speaks plain HTTP only")
}

pub(crate) fn http2() -> Vec<Case> {
    let case = |name, serve: fn(usize, u32, &mut H2), expected| {
        Case::new(
            name,
            move |authority| {
                let config = authority.server(Certificate::Valid, &[b"h2"]);
                Stage::https(start_tls(config, move |number, session| {
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
        .without(Backend::RawSocket, "it speaks HTTP/1.1 only")
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
            "GOAWAY for a request that was not acted on, on each connection",
            |_, _, server| {
                let _ = server.go_away(0, 0);
                server.close();
            },
            Failed(Interrupted),
        ),
        case(
            "GOAWAY for a request that was not acted on, once",
            |connection, stream, server| {
                if connection == 0 {
                    let _ = server.go_away(0, 0);
                    server.close();
                } else {
                    let _ = server.answer(stream, b"{\"versions\":[\"v1.19\"]}");
                }
            },
            Answered,
        )
        .without(Backend::Isahc, MAY_BE_DROPPED)
        .without(Backend::IsahcBlocking, MAY_BE_DROPPED),
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

/// A server that responds to each request with these bytes, and keeps the connection.
fn kept(name: &'static str, answer: &'static str, expected: Outcome) -> Case {
    let case = Case::new(
        name,
        move |_| Stage::http(answering(answer, false)),
        expected,
    );
    case.with(|settings| settings.limits.total = Duration::from_secs(2))
}

/// An answer with so many fields and a length.
fn fields(count: usize) -> String {
    let fields: String = (0..count).map(|it| format!("x-{it}: y\r\n")).collect();
    format!("HTTP/1.1 200 OK\r\n{fields}content-length: 22\r\n\r\n{{\"versions\":[\"v1.19\"]}}")
}

/// An answer with so many fields of this length.
fn field_of(length: usize, count: usize) -> String {
    let field = format!("x-name: {}\r\n", "y".repeat(length));
    let fields = field.repeat(count);
    format!("HTTP/1.1 200 OK\r\n{fields}content-length: 22\r\n\r\n{{\"versions\":[\"v1.19\"]}}")
}

/// `{"versions":["v1.19"]}`
const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x2a\x4b\x2d\x2a\xce\xcc\xcf\x2b\x56\xb2\x8a\x56\x2a\x33\xd4\x33\xb4\x54\x8a\xad\x05\x00\x0a\xd8\x02\x66\x16\x00\x00\x00";

/// Sends some bytes first, and then others after short pauses.
fn drip(mut connection: TcpStream, first: &[u8], then: &[u8]) {
    read_request(&mut connection);
    let _ = connection.write_all(first);
    let _ = connection.set_read_timeout(Some(Duration::from_millis(10)));
    // It ends when the client has hung up, which shows as an end, or as an error that is not a timeout.
    let is_there = |connection: &mut TcpStream| {
        use std::io::ErrorKind::{TimedOut, WouldBlock};
        let read = connection.read(&mut [0]);
        read.is_err_and(|error| matches!(error.kind(), WouldBlock | TimedOut))
    };
    while is_there(&mut connection) && connection.write_all(then).is_ok() {}
}

/// Sends the same bytes again and again until the client hangs up.
fn repeat(mut connection: TcpStream, first: &[u8], then: &[u8]) {
    read_request(&mut connection);
    let _ = connection.write_all(first);
    while connection.write_all(then).is_ok() {}
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

fn black_hole(_: &Authority) -> Stage {
    let (port, queue, listener) = misbehaving::black_hole();
    Stage::at(format!("http://127.0.0.1:{port}")).keeping((queue, listener))
}

/// Does not wait for a request.
fn answering_at_once(answer: &'static [u8]) -> Server {
    start(move |_, mut connection| {
        let _ = connection.write_all(answer);
        let _ = read_request(&mut connection);
    })
}
