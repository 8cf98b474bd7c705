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
    use FailureClass::{Interrupted, Proxy};
    for (answer, hyper, isahc) in [
        (
            "HTTP/1.1 407 Authenticate\r\ncontent-length: 0\r\n\r\n",
            Proxy,
            Proxy,
        ),
        (
            "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n",
            Proxy,
            Proxy,
        ),
        // curl has one code for this and for a connection that breaks later.
        ("", Proxy, Interrupted),
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
fn what_a_proxy_does_is_not_the_servers_fault() {
    let refusing = format!("127.0.0.1:{}", misbehaving::refusing());
    let asking = answering(
        "HTTP/1.1 407 Authenticate\r\ncontent-length: 0\r\n\r\n",
        true,
    );
    let hanging_up = start(|_, mut connection| drop(connection.read(&mut [0; 8])));
    for (proxy, named) in [
        (format!("http://user:secret@{refusing}"), refusing.clone()),
        (format!("socks5://user:secret@{refusing}"), refusing.clone()),
        (
            "http://proxy.invalid:3128".to_owned(),
            "proxy.invalid:3128".to_owned(),
        ),
        (
            "socks5://proxy.invalid".to_owned(),
            "proxy.invalid:1080".to_owned(),
        ),
        (format!("http://{asking}"), asking.to_string()),
        (format!("socks5://{hanging_up}"), hanging_up.to_string()),
    ] {
        for backend in LIBRARIES {
            let settings = Settings {
                proxy: Some(proxy.clone()),
                ..Settings::default()
            };
            for url in ["http://matrix.invalid/", "https://matrix.invalid/"] {
                let failure = Adapter::new(backend, &settings).send(get(url)).unwrap_err();
                assert_eq!(failure.class(), FailureClass::Proxy, "{backend:?}, {proxy}");
                let text = format!("{failure} {failure:?}");
                assert!(text.contains(&named), "{backend:?}: {text}");
                assert!(!text.contains("secret"), "{backend:?}: {text}");
            }
        }
    }
}

#[test]
fn a_tunnel_is_open_with_any_success_and_any_head() {
    let authority = Authority::new();
    let config = authority.server(Certificate::Valid, &[]);
    let server = start_tls(config, |_, mut session| {
        while read_request(&mut session).is_some() {
            let _ = session.write_all(OK);
        }
    });
    let long = format!("x-long: {}\r\n", "y".repeat(4096)).repeat(4);
    for head in [
        "HTTP/1.1 201 Created\r\n\r\n".to_owned(),
        "HTTP/1.0 200 OK\r\n\r\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\n{long}\r\n"),
    ] {
        for backend in LIBRARIES {
            let (port, head) = (server.port(), head.clone());
            let proxy = start(move |_, mut connection| {
                read_request(&mut connection).unwrap();
                connection.write_all(head.as_bytes()).unwrap();
                tunnel(connection, port);
            });
            let settings = Settings {
                // The password has an at sign as it is.
                proxy: Some(format!("http://user:p@ss@{proxy}")),
                root_certificate: Some(authority.pem()),
                ..Settings::default()
            };
            let response = Adapter::new(backend, &settings).send(get(format!("https://{server}/")));
            assert_eq!(response.unwrap().status(), 200, "{backend:?}");
        }
    }
}

#[test]
fn a_socks_proxy_is_asked_for_the_name_and_logged_in_to() {
    let (server, requests) = recording();
    for backend in LIBRARIES {
        for credentials in ["", "user:p@ss@"] {
            let port = server.port();
            let (sender, asked) = channel();
            let proxy = start(move |_, mut connection| {
                if let Some(place) = socks(&mut connection) {
                    sender.send(place).unwrap();
                    tunnel(connection, port);
                }
            });
            let settings = Settings {
                proxy: Some(format!("socks5://{credentials}{proxy}")),
                ..Settings::default()
            };
            let adapter = Adapter::new(backend, &settings);
            let response = adapter.send(get("http://matrix.invalid/x"));
            assert_eq!(response.unwrap().status(), 200, "{backend:?}");
            let login = credentials.trim_end_matches('@').to_owned();
            let place = ("matrix.invalid".to_owned(), 80, login);
            assert_eq!(asked.recv().unwrap(), place, "{backend:?}");
            let head = requests.recv().unwrap().head;
            assert!(head.starts_with("GET /x HTTP/1.1\r\n"), "{head}");
            assert!(!head.to_ascii_lowercase().contains("proxy"), "{head}");
        }
    }
}

/// The proxy's side of SOCKS5: the name and the port that it is asked for, and who asks.
fn socks(connection: &mut TcpStream) -> Option<(String, u16, String)> {
    let mut read = |length: usize| {
        let mut bytes = vec![0; length];
        connection.read_exact(&mut bytes).ok()?;
        Some((bytes, connection.try_clone().ok()?))
    };
    let (head, _) = read(2)?;
    let (methods, mut answer) = read(head[1].into())?;
    let wants_login = methods.contains(&2);
    answer
        .write_all(&[5, if wants_login { 2 } else { 0 }])
        .ok()?;
    let mut login = String::new();
    if wants_login {
        let (head, _) = read(2)?;
        let (user, _) = read(head[1].into())?;
        let (length, _) = read(1)?;
        let (password, mut answer) = read(length[0].into())?;
        login = format!(
            "{}:{}",
            String::from_utf8(user).ok()?,
            String::from_utf8(password).ok()?
        );
        answer.write_all(&[1, 0]).ok()?;
    }
    let (head, _) = read(5)?;
    // A connection to a name.
    assert_eq!(head[..4], [5, 1, 0, 3]);
    let (name, _) = read(head[4].into())?;
    let (port, mut answer) = read(2)?;
    answer.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).ok()?;
    let port = u16::from_be_bytes([port[0], port[1]]);
    Some((String::from_utf8(name).ok()?, port, login))
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
