//! `--verbose`, `--proxy` and `--cacert`, and the environment's proxies.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::account::{data, log_in, session_file, with};
use crate::run::{PASSWORD, at, hardline, homeserver, run, run_with_code};

const TRANSPORTS: [&str; 3] = ["hyper", "isahc", "isahc-blocking"];

#[test]
fn the_wire_is_shown_without_its_secrets() {
    let (loopback, data) = (homeserver(), data("verbose"));
    for transport in TRANSPORTS {
        let mut add = at(&loopback, "alice", "phone add 07700900001 -c GB --verbose");
        add.args(["--transport", transport]);
        let mut code = String::new();
        let ended = run_with_code(&mut add, &loopback, |sent| {
            code = sent.to_owned();
            format!("{sent}\n")
        });
        let ended = ended.expect(
            0,
            &[
                "> POST http://127.0.0.1:",
                "> authorization: masked",
                r#""password":"masked""#,
                "< HTTP/1.1 200 OK",
                r#""access_token":"masked""#,
                "< content-type: application/json",
            ],
        );
        assert!(!ended.stderr.contains(&code), "{}", ended.stderr);
        assert_eq!(ended.stdout.lines().count(), 1);
        run(&mut at(&loopback, "alice", "phone remove +447700900001")).expect(0, &[]);
    }
    log_in(&loopback, &data);
    let saved = fs::read_to_string(session_file(&data)).unwrap();
    let saved: serde_json::Value = serde_json::from_str(&saved).unwrap();
    let token = saved["session"]["tokens"]["access_token"].as_str().unwrap();
    let ended = run(&mut with(&data, "whoami -v --json")).expect(0, &["whoami"]);
    assert!(!ended.stderr.contains(token));
    assert!(ended.stderr.contains("> GET"), "{}", ended.stderr);
}

#[test]
fn a_failure_is_shown_where_the_response_would_be() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let mut discover = hardline("discover --verbose --retries 0");
    run(discover.arg(url)).expect(
        5,
        &["> GET http://127", "! the server refused the connection"],
    );
}

#[test]
fn a_proxy_that_is_named_is_used_in_place_of_the_environments() {
    for transport in TRANSPORTS {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = format!("http://{}", listener.local_addr().unwrap());
        let asked = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap();
            let answer = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        let arguments = "discover http://matrix.invalid --retries 0 --transport";
        let mut discover = hardline(&format!("{arguments} {transport}"));
        discover.args(["--proxy", &proxy]);
        discover.env("http_proxy", "http://127.0.0.1:1");
        run(&mut discover).expect(6, &["502"]);
        let asked = asked.join().unwrap();
        let line = "GET http://matrix.invalid/_matrix/client/versions HTTP/1.1\r\n";
        assert!(asked.starts_with(line), "{transport}: {asked}");
    }
    let mut discover = hardline("discover http://matrix.invalid --proxy gopher://user:secret@x");
    let ended = run(&mut discover).expect(2, &["proxy"]);
    assert!(!ended.stderr.contains("secret"));
}

#[test]
fn a_proxy_of_the_environment_matters_only_where_it_is_needed() {
    for (variable, url) in [
        // What desktops export.
        ("all_proxy", "socks://127.0.0.1:1/"),
        ("ALL_PROXY", "socks://127.0.0.1:1/"),
        ("http_proxy", "socks4://127.0.0.1:1"),
        ("HTTP_PROXY", "gopher://user:secret@127.0.0.1:1"),
        ("all_proxy", "http://user:secret @:x"),
    ] {
        for transport in TRANSPORTS {
            let command = |arguments: &str| {
                let mut command = hardline(arguments);
                command.args(["--transport", transport]).env(variable, url);
                command
            };
            // This machine is reached without.
            run(&mut command("phone add 07700900001 --country GB"))
                .expect(0, &["+447700900001 now belongs to @alice:"]);
            let mut remote = command("discover http://hardline.invalid --retries 0");
            let ended = run(&mut remote).expect(5, &[variable, "no_proxy"]);
            assert!(!ended.stderr.contains("secret"), "{}", ended.stderr);
            for no_proxy in ["*", "other.example, .invalid"] {
                let direct = run(remote.env("no_proxy", no_proxy)).expect(5, &["resolve"]);
                assert!(!direct.stderr.contains(variable), "{}", direct.stderr);
            }
        }
    }
}

#[test]
fn a_certificate_that_is_named_is_trusted() {
    let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let folder = data("cacert");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("ca.pem");
    fs::write(&file, certified.cert.pem()).unwrap();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let url = serve(Arc::new(config));
    for transport in TRANSPORTS {
        let arguments = format!("discover {url} --retries 0 --transport {transport}");
        run(&mut hardline(&arguments)).expect(5, &["certificate"]);
        run(hardline(&arguments).arg("--cacert").arg(&file)).expect(0, &["v1.11"]);
    }
    let discover = |file: &Path| run(hardline("discover example.org --cacert").arg(file));
    discover(&folder.join("none.pem")).expect(2, &["could not read", "none.pem"]);
    fs::write(&file, "no certificate").unwrap();
    discover(&file).expect(2, &["pem"]);
}

/// A homeserver behind TLS that has versions and nothing else.
fn serve(config: Arc<ServerConfig>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let session = ServerConnection::new(config.clone()).unwrap();
            let mut stream = StreamOwned::new(session, connection.unwrap());
            let mut request = [0; 4096];
            // A client that does not trust the certificate says nothing more.
            if !matches!(stream.read(&mut request), Ok(1..)) {
                continue;
            }
            let body = r#"{"versions":["v1.11"]}"#;
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
            let length = body.len();
            let answer = format!("{head}\r\ncontent-length: {length}\r\n\r\n{body}");
            let _ = stream.write_all(answer.as_bytes());
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    format!("https://localhost:{port}")
}

#[test]
fn a_password_that_is_verbose_is_not_shown_in_a_form_either() {
    let mut loopback = hardline_loopback::Loopback::builder();
    loopback = loopback.account("alice", PASSWORD).oauth_only();
    let loopback = loopback.start().unwrap();
    let (data, home) = (data("verbose_oauth"), loopback.url());
    crate::oauth_login::log_in(&loopback, &data);
    let saved = fs::read_to_string(session_file(&data)).unwrap();
    let saved: serde_json::Value = serde_json::from_str(&saved).unwrap();
    let ended = run(&mut with(&data, "logout --verbose")).expect(0, &["/oauth2/revoke", home]);
    for name in ["access_token", "refresh_token"] {
        let token = saved["session"]["tokens"][name].as_str().unwrap();
        assert!(!ended.stderr.contains(token), "{name}: {}", ended.stderr);
    }
}
