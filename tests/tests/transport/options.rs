//! The options that both builders have, by the same names and with the same effects.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::mpsc::channel;
use std::time::Duration;

use hardline::client::BoxTransport;
use hardline::wire::FailureClass;
use hardline_hyper::HyperTransport;
use hardline_isahc::{BuildError, IsahcTransport};
use hardline_tests::adapter::Adapter;
use hardline_tests::misbehaving::{
    Authority, H2, OK, answering, read_request, recording, start, start_tls,
};
use hardline_tests::runner::Backend;
use http::Request;

/// Configures both builders in the same words.
macro_rules! both {
    (|$builder:ident| $configured:expr) => {{
        let hyper = {
            let $builder = HyperTransport::builder();
            BoxTransport::new($configured.build().unwrap())
        };
        let isahc = {
            let $builder = IsahcTransport::builder();
            BoxTransport::new($configured.build().unwrap())
        };
        [
            (Backend::Hyper, Adapter::of(Backend::Hyper, hyper)),
            (Backend::Isahc, Adapter::of(Backend::Isahc, isahc)),
        ]
    }};
}

fn get(url: impl AsRef<str>) -> Request<Vec<u8>> {
    Request::get(url.as_ref()).body(Vec::new()).unwrap()
}

#[test]
fn a_default_header_is_added_where_it_is_not_there() {
    let (server, requests) = recording();
    for (backend, adapter) in both!(|builder| {
        builder
            .default_header("X-Tenant", "before")
            .default_header("x-tenant", "a")
            .default_header("user-agent", "mine/1")
    }) {
        adapter.send(get(format!("http://{server}/"))).unwrap();
        let received = requests.recv().unwrap();
        assert_eq!(received.header("x-tenant"), Some("a"), "{backend:?}");
        assert_eq!(received.header("user-agent"), Some("mine/1"), "{backend:?}");

        let mut request = get(format!("http://{server}/"));
        let headers = request.headers_mut();
        headers.insert("x-tenant", "b".parse().unwrap());
        adapter.send(request).unwrap();
        let received = requests.recv().unwrap();
        assert_eq!(received.header("x-tenant"), Some("b"), "{backend:?}");
        assert_eq!(received.head.matches("x-tenant").count(), 1, "{backend:?}");
    }
}

#[test]
fn what_is_not_an_option_is_told_when_the_transport_is_built() {
    for error in [
        HyperTransport::builder()
            .default_header("a b", "c")
            .build()
            .unwrap_err(),
        IsahcTransport::builder()
            .default_header("a", "b\nc")
            .build()
            .unwrap_err(),
    ] {
        assert!(matches!(error, BuildError::Header(_)), "{error}");
    }
    for error in [
        HyperTransport::builder()
            .client_certificate("secret", "secret")
            .build()
            .unwrap_err(),
        IsahcTransport::builder()
            .client_certificate("secret", "secret")
            .build()
            .unwrap_err(),
    ] {
        assert!(matches!(error, BuildError::ClientCertificate(_)), "{error}");
        assert!(!format!("{error} {error:?}").contains("secret"), "{error}");
    }
}

#[test]
fn a_host_is_where_the_program_says() {
    let (server, requests) = recording();
    let port = server.port();
    let here = |port| SocketAddr::from(([127, 0, 0, 1], port));
    for (backend, adapter) in both!(|builder| {
        builder
            .resolve("Matrix.invalid", here(port))
            .resolve("other.invalid", here(0))
    }) {
        for (host, named) in [
            ("matrix.invalid".to_owned(), "matrix.invalid".to_owned()),
            (
                format!("OTHER.invalid:{port}"),
                format!("OTHER.invalid:{port}"),
            ),
        ] {
            let response = adapter.send(get(format!("http://{host}/")));
            assert_eq!(response.unwrap().status(), 200, "{backend:?}, {host}");
            let received = requests.recv().unwrap();
            assert_eq!(received.header("host"), Some(&*named), "{backend:?}");
        }
        let failure = adapter.send(get("http://third.invalid/")).unwrap_err();
        assert_eq!(failure.class(), FailureClass::Dns, "{backend:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_unix_socket_leads_to_the_server() {
    let path = std::env::temp_dir().join(format!("hardline-{}.sock", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let (sender, requests) = channel();
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            while let Some(request) = read_request(&mut connection) {
                let _ = sender.send(request);
                let _ = connection.write_all(OK);
            }
        }
    });
    for (backend, adapter) in both!(|builder| builder.unix_socket(&path)) {
        let response = adapter.send(get("http://matrix.invalid/x"));
        assert_eq!(response.unwrap().status(), 200, "{backend:?}");
        let received = requests.recv().unwrap();
        let host = received.header("host");
        assert_eq!(host, Some("matrix.invalid"), "{backend:?}");
    }
    std::fs::remove_file(&path).unwrap();
    for (backend, adapter) in both!(|builder| builder.unix_socket(&path)) {
        let failure = adapter.send(get("http://matrix.invalid/")).unwrap_err();
        assert!(failure.class().never_sent(), "{backend:?}: {failure}");
    }
}

#[test]
fn a_server_that_wants_a_certificate_of_the_client_gets_it() {
    let authority = Authority::new();
    let (chain, key) = authority.client();
    for protocols in [&[&b"http/1.1"[..]][..], &[b"h2", b"http/1.1"]] {
        let config = authority.server_for_clients(protocols);
        let server = start_tls(config, |_, session| match H2::accept_or_else(session) {
            Ok(Ok(mut server)) => {
                while let Ok(stream) = server.next_request() {
                    let _ = server.answer(stream, b"{}");
                }
            }
            Ok(Err(mut session)) => {
                while read_request(&mut session).is_some() {
                    let _ = session.write_all(OK);
                }
            }
            Err(_) => {}
        });
        for (backend, adapter) in both!(|builder| {
            builder
                .add_root_certificate(authority.pem())
                .client_certificate(chain.as_str(), key.as_str())
        }) {
            let response = adapter.send(get(format!("https://{server}/")));
            assert_eq!(response.unwrap().status(), 200, "{backend:?}");
        }
    }
}

#[test]
fn a_packed_response_is_unpacked_up_to_the_cap_if_that_was_asked_for() {
    let bomb = include_bytes!("zeros.gz");
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        bomb.len()
    )
    .into_bytes();
    answer.extend_from_slice(bomb);
    let server = answering(answer, false);
    let (recorder, requests) = recording();
    for (backend, adapter) in both!(|builder| builder.decompress()) {
        let response = adapter.send(get(format!("http://{server}/"))).unwrap();
        assert!(response.body().len() > 1024 * bomb.len() / 2, "{backend:?}");
        assert!(response.body().iter().all(|byte| *byte == 0), "{backend:?}");
        assert_eq!(response.headers().get("content-encoding"), None);
        assert_eq!(response.headers().get("content-length"), None);

        adapter.send(get(format!("http://{recorder}/"))).unwrap();
        let received = requests.recv().unwrap();
        let accepted = received.header("accept-encoding");
        assert_eq!(accepted, Some("gzip, deflate"), "{backend:?}");
    }
    for (backend, adapter) in
        both!(|builder| builder.decompress().max_response_bytes(2 * bomb.len()))
    {
        let failure = adapter.send(get(format!("http://{server}/"))).unwrap_err();
        assert_eq!(failure.class(), FailureClass::TooLarge, "{backend:?}");
    }
}

#[test]
fn no_connection_is_kept_where_none_may_be() {
    let (sender, connections) = channel();
    let server = start(move |number, mut connection| {
        while read_request(&mut connection).is_some() {
            let _ = sender.send(number);
            let _ = connection.write_all(OK);
        }
    });
    for (backend, adapter) in both!(|builder| builder.pool_max_idle(0)) {
        let mut used = Vec::new();
        for _ in 0..3 {
            adapter.send(get(format!("http://{server}/"))).unwrap();
            used.push(connections.recv().unwrap());
        }
        used.dedup();
        assert_eq!(used.len(), 3, "{backend:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn tcp_asks_whether_a_silent_server_is_still_there_unless_it_must_not() {
    let (sender, timers) = channel();
    let server = start(move |_, mut connection| {
        let ports = (
            connection.peer_addr().unwrap().port(),
            connection.local_addr().unwrap().port(),
        );
        if read_request(&mut connection).is_some() {
            let _ = sender.send(timer_of(ports));
            let _ = connection.write_all(OK);
        }
    });
    for (backend, adapter) in both!(|builder| builder.timeout(Duration::from_secs(30))) {
        adapter.send(get(format!("http://{server}/"))).unwrap();
        assert_eq!(timers.recv().unwrap(), KEEP_ALIVE, "{backend:?}");
    }
    for (backend, adapter) in both!(|builder| builder.tcp_keepalive(None)) {
        adapter.send(get(format!("http://{server}/"))).unwrap();
        assert_eq!(timers.recv().unwrap(), NONE, "{backend:?}");
    }
}

/// What the kernel calls its timers.
#[cfg(target_os = "linux")]
const NONE: &str = "00";
#[cfg(target_os = "linux")]
const RESENDING: &str = "01";
#[cfg(target_os = "linux")]
const KEEP_ALIVE: &str = "02";

/// The timer of the client's socket, once the kernel waits for no acknowledgement any more.
#[cfg(target_os = "linux")]
fn timer_of((client, server): (u16, u16)) -> String {
    let (client, server) = (format!(":{client:04X}"), format!(":{server:04X}"));
    for _ in 0..1000 {
        let sockets = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let mut sockets = sockets.lines().map(|line| line.split_whitespace());
        let timer = sockets.find_map(|mut fields| {
            let (local, remote) = (fields.nth(1)?, fields.next()?);
            let is_it = local.ends_with(&client) && remote.ends_with(&server);
            fields.nth(2).filter(|_| is_it).map(|it| it[..2].to_owned())
        });
        match timer {
            Some(timer) if timer != RESENDING => return timer,
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
    }
    panic!("the kernel knows no such socket")
}
