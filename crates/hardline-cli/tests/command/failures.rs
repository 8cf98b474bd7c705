//! What goes wrong, and how it is told.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use hardline_loopback::{Fault, Loopback};

use crate::run::{Ended, PASSWORD, at, hardline, homeserver, run};

fn list_at(url: &str, more: &str) -> Ended {
    let mut list = hardline(&format!("phone list --homeserver {url} {more}"));
    run(list.env("HARDLINE_ACCESS_TOKEN", "not to be shown"))
}

fn with_fault(path: &str, fault: Fault) -> Loopback {
    let builder = Loopback::builder().account("alice", PASSWORD);
    builder.fault(path, fault).start().unwrap()
}

#[test]
fn arguments_that_cannot_be_right_are_refused() {
    for (arguments, words) in [
        ("phone list", "--homeserver"),
        (
            "phone list --homeserver https://example.org?a=b",
            "it has a query",
        ),
        ("phone list --homeserver ftp://example.org", "base URL"),
        ("phone list --homeserver a_b", "not a server name"),
        (
            "phone list --homeserver alice:example.org",
            "write @alice:example.org",
        ),
        (
            "discover example.org/path",
            "it has a slash and more, which no server name has: write example.org",
        ),
        ("login -s https//example.org", "write https://example.org"),
        ("discover bü_cher.example", "no ASCII form"),
        ("phone add 1 --country GB --user alice", "--homeserver"),
        (
            "phone add 1 --country GB --transport curl",
            "isahc-blocking",
        ),
        ("phone add 1 --country GB --retries many", "--retries"),
        ("loopback --user alice", "HARDLINE_PASSWORD"),
    ] {
        run(&mut hardline(arguments)).expect(2, &[words]);
    }
}

#[test]
fn a_password_among_the_arguments_is_not_possible() {
    run(&mut hardline(
        "phone list --homeserver example.org --password x",
    ))
    .expect(2, &[]);
}

#[test]
fn a_server_that_is_down_is_unreachable() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    for transport in ["hyper", "isahc", "isahc-blocking"] {
        let ended = list_at(&url, &format!("--retries 0 --transport {transport}"));
        let ended = ended.expect(5, &["hardline: the server"]);
        assert!(!ended.stderr.contains("not to be shown"));
    }
}

#[test]
fn a_server_that_hangs_is_left_in_time() {
    let loopback = with_fault("/_matrix/client/versions", Fault::Hang);
    for transport in ["hyper", "isahc", "isahc-blocking"] {
        let more = format!("--timeout 1 --retries 0 --transport {transport}");
        list_at(loopback.url(), &more).expect(5, &["took too long", "--timeout"]);
    }
}

#[test]
fn a_site_that_never_answers_costs_seconds() {
    // Connections are made and nothing more happens: no proxy answers for the site.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", silent.local_addr().unwrap());
    for command in [
        "discover bücher.example",
        "phone list --homeserver example.org --transport isahc",
        "phone list --homeserver example.org --transport isahc-blocking",
    ] {
        let begun = Instant::now();
        let mut command = hardline(command);
        command.env("HARDLINE_ACCESS_TOKEN", "not to be shown");
        run(command.env("https_proxy", &proxy)).expect(5, &["took too long"]);
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(20), "{took:?}");
    }
}

#[test]
fn a_proxys_page_is_not_a_homeserver() {
    let loopback = with_fault("/_matrix/client/versions", Fault::BadGateway);
    for transport in ["hyper", "isahc", "isahc-blocking"] {
        let more = format!("--retries 0 --transport {transport}");
        list_at(loopback.url(), &more).expect(6, &["502", "Bad Gateway"]);
    }
}

#[test]
fn the_environments_proxy_is_used_save_to_this_machine() {
    let loopback = homeserver();
    for transport in ["hyper", "isahc", "isahc-blocking"] {
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
        let list_at = |url| {
            let arguments = "phone list --retries 0 --transport";
            let mut list = hardline(&format!("{arguments} {transport} --homeserver {url}"));
            list.env("HARDLINE_ACCESS_TOKEN", "not to be shown");
            run(list.env("http_proxy", &proxy))
        };
        list_at("http://matrix.invalid").expect(6, &["502"]);
        let asked = asked.join().unwrap();
        let first_line = "GET http://matrix.invalid/_matrix/client/versions HTTP/1.1\r\n";
        assert!(asked.starts_with(first_line), "{transport}: {asked}");
        // Nobody listens at the proxy's port any more.
        list_at(loopback.url()).expect(4, &["M_UNKNOWN_TOKEN"]);
    }
}

#[test]
fn what_was_tried_is_told() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let name = free.local_addr().unwrap().to_string();
    drop(free);
    let tried = format!("tried https://127.0.0.1/.well-known/matrix/client, and https://{name}");
    let url = format!("give its URL, http://{name}");
    for arguments in ["discover", "phone list --homeserver"] {
        let mut command = hardline(&format!("{arguments} {name} --retries 0"));
        command.env("HARDLINE_ACCESS_TOKEN", "not to be shown");
        run(&mut command).expect(5, &[&tried, &url]);
    }
}

#[test]
fn a_redirect_names_the_other_address() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).unwrap();
        let answer = "HTTP/1.1 302 Found\r\nlocation: https://elsewhere.example/\r\ncontent-length: 0\r\n\r\n";
        stream.write_all(answer.as_bytes()).unwrap();
    });
    list_at(&url, "--retries 0").expect(6, &["https://elsewhere.example/", "--homeserver"]);
}

#[test]
fn what_is_refused_for_want_of_authentication_is_told_apart() {
    let loopback = homeserver();
    let without = format!("phone list --homeserver {}", loopback.url());
    run(&mut hardline(&without)).expect(4, &["set HARDLINE_ACCESS_TOKEN"]);
    list_at(loopback.url(), "").expect(4, &["M_UNKNOWN_TOKEN", "log in again"]);
    let mut list = at(&loopback, "alice", "phone list");
    run(list.env("HARDLINE_PASSWORD", "wrong")).expect(4, &["M_FORBIDDEN"]);
}

#[test]
fn a_rate_limit_is_told_apart() {
    let limit = Fault::RateLimited {
        times: 100,
        retry_after: Duration::from_secs(120),
    };
    let loopback = with_fault("/_matrix/client/v3/login", limit);
    run(&mut at(&loopback, "alice", "phone list"))
        .expect(8, &["M_LIMIT_EXCEEDED", "try again in 120 seconds"]);
}

#[test]
fn what_is_not_encrypted_is_warned_of() {
    let ended = list_at("http://hardline.invalid", "--timeout 5 --retries 0");
    ended.expect(5, &["http://hardline.invalid is not encrypted"]);
    let ended = list_at("hardline.invalid", "--timeout 5 --retries 0").expect(5, &[]);
    assert!(!ended.stderr.contains("not encrypted"));
}

#[test]
fn the_help_lists_the_exit_codes() {
    for arguments in [
        "--help",
        "call --help",
        "login --help",
        "logout --help",
        "operations --help",
        "phone add --help",
        "phone list --help",
        "phone remove --help",
        "whoami --help",
    ] {
        let words = ["Exit codes:", "5  the server could not be reached"];
        run(&mut hardline(arguments)).expect(0, &words);
    }
    run(&mut hardline("phone add --help")).expect(0, &["HARDLINE_PASSWORD", "temporary"]);
}
