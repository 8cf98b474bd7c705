//! Proxies: what they are sent, and what happens to a request that they refuse.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::channel;

use hardline::wire::FailureClass;
use hardline_tests::adapter::{Adapter, Settings};
use hardline_tests::misbehaving::{
    self, Authority, Certificate, H2, OK, answering, read_request, recording, start, start_tls,
};
use hardline_tests::runner::Backend;
use http::{Request, Version};

/// A bare socket does not support proxies.
const LIBRARIES: [Backend; 3] = [Backend::Hyper, Backend::Isahc, Backend::IsahcBlocking];

fn get(url: impl AsRef<str>) -> Request<Vec<u8>> {
    Request::get(url.as_ref()).body(Vec::new()).unwrap()
}

#[test]
fn a_proxy_is_asked_for_a_tunnel_and_gets_no_token() {
    let authority = Authority::new();
    let server = start_tls(
        authority.server(Certificate::Valid, &[b"http/1.1"]),
        |_, mut session| {
            let request = read_request(&mut session).unwrap();
            assert_eq!(request.header("authorization"), Some("Bearer secret"));
            assert_eq!(request.header("proxy-authorization"), None);
            let _ = session.write_all(OK);
        },
    );
    for backend in LIBRARIES {
        let (sender, requests) = channel();
        let port = server.port();
        let proxy = start(move |_, mut connection| {
            sender.send(read_request(&mut connection).unwrap()).unwrap();
            connection
                .write_all(b"HTTP/1.1 200 Connected\r\n\r\n")
                .unwrap();
            tunnel(connection, port);
        });
        let settings = Settings {
            proxy: Some(format!("http://us%65r:pass@{proxy}")),
            root_certificate: Some(authority.pem()),
            ..Settings::default()
        };
        let mut request = get(format!("https://{server}/"));
        let headers = request.headers_mut();
        headers.insert("authorization", "Bearer secret".parse().unwrap());
        let response = Adapter::new(backend, &settings).send(request).unwrap();
        assert_eq!(response.status(), 200, "{backend:?}");

        let asked = requests.recv().unwrap();
        let first_line = format!("CONNECT {server} HTTP/1.1\r\n");
        assert!(
            asked.head.starts_with(&first_line),
            "{backend:?}: {asked:?}"
        );
        // user:pass
        let authorization = asked.header("proxy-authorization");
        assert_eq!(authorization, Some("Basic dXNlcjpwYXNz"), "{backend:?}");
        assert!(!asked.head.contains("secret"), "{backend:?}");
    }
}

#[test]
fn a_tunnel_carries_http2() {
    let authority = Authority::new();
    let config = authority.server(Certificate::Valid, &[b"h2", b"http/1.1"]);
    let server = start_tls(config, |_, session| {
        let mut server = H2::accept(session).unwrap();
        while let Ok(stream) = server.next_request() {
            server.answer(stream, b"{}").unwrap();
        }
    });
    for backend in LIBRARIES {
        let port = server.port();
        let proxy = start(move |_, mut connection| {
            read_request(&mut connection).unwrap();
            connection
                .write_all(b"HTTP/1.1 200 Connected\r\n\r\n")
                .unwrap();
            tunnel(connection, port);
        });
        let settings = Settings {
            proxy: Some(format!("http://{proxy}")),
            root_certificate: Some(authority.pem()),
            ..Settings::default()
        };
        let response = Adapter::new(backend, &settings).send(get(format!("https://{server}/")));
        assert_eq!(response.unwrap().version(), Version::HTTP_2, "{backend:?}");
    }
}

#[test]
fn a_proxy_that_speaks_tls_has_to_be_trusted() {
    let authority = Authority::new();
    let config = authority.server(Certificate::Valid, &[]);
    let proxy = start_tls(config, |_, mut session| {
        while read_request(&mut session).is_some() {
            let _ = session.write_all(OK);
        }
    });
    let send = |backend, root_certificate| {
        let settings = Settings {
            proxy: Some(format!("https://{proxy}")),
            root_certificate,
            ..Settings::default()
        };
        Adapter::new(backend, &settings).send(get("http://matrix.invalid/"))
    };
    for backend in LIBRARIES {
        let failure = send(backend, None).unwrap_err();
        assert_eq!(failure.class(), FailureClass::Tls, "{backend:?}");
    }
    let response = send(Backend::Hyper, Some(authority.pem()));
    assert_eq!(response.unwrap().status(), 200);
    // isahc uses only the operating system's authorities.
    let failure = send(Backend::Isahc, Some(authority.pem())).unwrap_err();
    assert_eq!(failure.class(), FailureClass::Tls);
}

#[test]
fn a_proxy_reads_requests_to_a_plain_http_server() {
    for backend in LIBRARIES {
        let (proxy, requests) = recording();
        let settings = Settings {
            proxy: Some(format!("http://user:pass@{proxy}")),
            ..Settings::default()
        };
        let request = get("http://matrix.invalid:8008/_matrix/client/versions");
        let response = Adapter::new(backend, &settings).send(request).unwrap();
        assert_eq!(response.status(), 200, "{backend:?}");

        let asked = requests.recv().unwrap();
        let first_line = "GET http://matrix.invalid:8008/_matrix/client/versions HTTP/1.1\r\n";
        assert!(asked.head.starts_with(first_line), "{backend:?}: {asked:?}");
        let authorization = asked.header("proxy-authorization");
        assert_eq!(authorization, Some("Basic dXNlcjpwYXNz"), "{backend:?}");
    }
}

#[test]
fn a_proxy_that_refuses_the_tunnel_is_a_failure_before_the_request() {
    use FailureClass::{Connect, Interrupted, Refused};
    for (answer, hyper, isahc) in [
        (
            "HTTP/1.1 407 Authenticate\r\ncontent-length: 0\r\n\r\n",
            Connect,
            Refused,
        ),
        (
            "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n",
            Connect,
            Refused,
        ),
        // curl has one code for this and for a connection that breaks later.
        ("", Connect, Interrupted),
    ] {
        for backend in LIBRARIES {
            let proxy = answering(answer, true);
            let settings = Settings {
                proxy: Some(proxy.to_string()),
                ..Settings::default()
            };
            let request = get("https://matrix.invalid/");
            let failure = Adapter::new(backend, &settings).send(request).unwrap_err();
            let expected = if backend == Backend::Hyper {
                hyper
            } else {
                isahc
            };
            assert_eq!(failure.class(), expected, "{backend:?}, {answer}");
        }
    }
}

#[test]
fn an_unreachable_proxy_is_reported_as_refused() {
    for backend in LIBRARIES {
        let settings = Settings {
            proxy: Some(format!("http://127.0.0.1:{}", misbehaving::refusing())),
            ..Settings::default()
        };
        for url in ["http://matrix.invalid/", "https://matrix.invalid/"] {
            let failure = Adapter::new(backend, &settings).send(get(url)).unwrap_err();
            assert_eq!(failure.class(), FailureClass::Refused, "{backend:?}, {url}");
        }
    }
}

/// Passes on what comes from either side until one of them hangs up.
fn tunnel(mut client: TcpStream, port: u16) {
    let mut server = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let (mut from_client, mut to_server) =
        (client.try_clone().unwrap(), server.try_clone().unwrap());
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Both);
    });
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = server.read(&mut buffer) {
        if client.write_all(&buffer[..length]).is_err() {
            return;
        }
    }
}
