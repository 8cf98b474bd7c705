//! What the homeserver asks other servers on this machine for, and what it waits for, over real sockets.
#![allow(clippy::unwrap_used, reason = "what fails in a test is to end it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use hardline::client::BlockingTransport;
use hardline_loopback::{ApplicationService, Loopback};
use serde_json::{Value, json};

const TOKEN: &str = "the bridge's token";
const PAGE: &str = "<html><head><meta property=\"og:title\" content=\"A page\">\
    <meta property=\"og:image\" content=\"/picture\"></head></html>";

/// Another server, and the requests that came to it: the line and the `Authorization`.
struct Neighbour {
    url: String,
    asked: Arc<Mutex<Vec<(String, String)>>>,
}

/// Starts a server that responds to a path with a status, a type and a body. It ends with the test's process.
fn neighbour(respond: fn(&str) -> (u16, &'static str, String)) -> Neighbour {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = BufReader::new(connection.unwrap());
            let head = head(&mut connection);
            let line = head.lines().next().unwrap().to_owned();
            let field = |name: &str| {
                let mut lines = head.lines().filter_map(|line| line.split_once(": "));
                let found = lines.find(|(known, _)| known.eq_ignore_ascii_case(name));
                found.map_or(String::new(), |(_, value)| value.to_owned())
            };
            let length = field("content-length").parse().unwrap_or(0);
            connection.read_exact(&mut vec![0; length]).unwrap();
            let (status, content_type, body) = respond(line.split(' ').nth(1).unwrap());
            seen.lock().unwrap().push((line, field("authorization")));
            let response = format!(
                "HTTP/1.1 {status} x\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            let _ = connection.get_mut().write_all(response.as_bytes());
        }
    });
    Neighbour { url, asked }
}

fn head(connection: &mut BufReader<TcpStream>) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(connection.read_line(&mut head).unwrap() > 0);
    }
    head
}

fn call(loopback: &Loopback, method: &str, path: &str, token: &str, body: &Value) -> (u16, Value) {
    let request = http::Request::builder()
        .method(method)
        .uri(format!("{}{path}", loopback.url()))
        .header("authorization", format!("Bearer {token}"))
        .body(body.to_string().into_bytes());
    let response = BlockingTransport::send(&loopback.transport(), request.unwrap()).unwrap();
    let body = serde_json::from_slice(response.body()).unwrap_or_default();
    (response.status().as_u16(), body)
}

fn log_in(loopback: &Loopback) -> String {
    let identifier = json!({"type": "m.id.user", "user": "alice"});
    let body = json!({"type": "m.login.password", "identifier": identifier, "password": "secret"});
    let (status, answer) = call(loopback, "POST", "/_matrix/client/v3/login", "", &body);
    assert_eq!(status, 200, "{answer}");
    answer["access_token"].as_str().unwrap().to_owned()
}

fn preview_path(url: &str) -> String {
    format!("/_matrix/client/v1/media/preview_url?url={url}")
}

#[test]
fn a_page_is_previewed_with_its_picture() {
    let loopback = Loopback::builder()
        .account("alice", "secret")
        .start()
        .unwrap();
    let alice = log_in(&loopback);
    let pages = neighbour(|path| match path {
        "/page" => (200, "text/html; charset=utf-8", PAGE.to_owned()),
        "/picture" => (200, "image/png", "a picture".to_owned()),
        "/binary" => (200, "application/octet-stream", String::new()),
        _ => (404, "text/plain", String::new()),
    });
    let preview = |url: &str| call(&loopback, "GET", &preview_path(url), &alice, &json!({}));
    let (status, page) = preview(&format!("{}/page", pages.url));
    assert_eq!((status, &page["og:title"]), (200, &"A page".into()));
    assert_eq!(page["matrix:image:size"], 9);
    let picture = page["og:image"]
        .as_str()
        .unwrap()
        .strip_prefix("mxc://")
        .unwrap();
    let path = format!("/_matrix/client/v1/media/download/{picture}");
    assert_eq!(call(&loopback, "GET", &path, &alice, &json!({})).0, 200);
    // What is known is not asked for again.
    assert_eq!(preview(&format!("{}/page", pages.url)), (200, page));
    assert_eq!(pages.asked.lock().unwrap().len(), 2);

    for (url, expected) in [
        (format!("{}/nothing", pages.url), (502, "M_UNKNOWN")),
        (format!("{}/binary", pages.url), (502, "M_UNKNOWN")),
        ("http://10.0.0.1/".to_owned(), (403, "M_UNKNOWN")),
        ("http://127.0.0.1:1/".to_owned(), (502, "M_UNKNOWN")),
        ("%00".to_owned(), (400, "M_INVALID_PARAM")),
    ] {
        let (status, refusal) = preview(&url);
        assert_eq!(
            (status, refusal["errcode"].as_str().unwrap()),
            expected,
            "{url}"
        );
    }
}

#[test]
fn a_bridge_is_pinged_and_asked_for_its_networks() {
    let bridge = neighbour(
        |path| match path.strip_prefix("/_matrix/app/v1/").unwrap() {
            "ping" => (200, "application/json", "{}".to_owned()),
            "thirdparty/protocol/irc" => {
                let instance = json!({"desc": "A network", "fields": {}, "network_id": "net"});
                let protocol = json!({"user_fields": ["nick"], "instances": [instance]});
                (200, "application/json", protocol.to_string())
            }
            "thirdparty/user/irc?nick=a%20b" => {
                let user = json!({"userid": "@irc_a:b", "protocol": "irc", "fields": {}});
                (200, "application/json", json!([user]).to_string())
            }
            _ => (404, "application/json", "{}".to_owned()),
        },
    );
    let service = ApplicationService::new("bridge", TOKEN)
        .url(&bridge.url)
        .homeserver_token("hs")
        .protocol("irc");
    let builder = Loopback::builder().account("alice", "secret");
    let loopback = builder.application_service(service).start().unwrap();
    let alice = log_in(&loopback);
    let path = "/_matrix/client/v1/appservice/bridge/ping";
    let (status, pinged) = call(
        &loopback,
        "POST",
        path,
        TOKEN,
        &json!({"transaction_id": "1"}),
    );
    assert_eq!(status, 200, "{pinged}");
    assert!(pinged["duration_ms"].is_u64());
    let asked = bridge.asked.lock().unwrap().pop().unwrap();
    let expected = ("POST /_matrix/app/v1/ping HTTP/1.1", "Bearer hs");
    assert_eq!((&*asked.0, &*asked.1), expected);

    let get = |path: &str| {
        let path = format!("/_matrix/client/v3/thirdparty/{path}");
        call(&loopback, "GET", &path, &alice, &json!({}))
    };
    let (status, protocols) = get("protocols");
    assert_eq!(
        (status, &protocols["irc"]["user_fields"]),
        (200, &json!(["nick"]))
    );
    assert_eq!(
        protocols["irc"]["instances"][0]["instance_id"],
        "bridge|net"
    );
    assert_eq!(get("protocol/irc").1, protocols["irc"]);
    let (status, unknown) = get("protocol/pigeon");
    assert_eq!((status, &unknown["errcode"]), (404, &"M_NOT_FOUND".into()));
    assert_eq!(get("user/irc?nick=a%20b").1[0]["userid"], "@irc_a:b");
    assert_eq!(get("location/irc"), (200, json!([])));
    assert_eq!(get("user/pigeon"), (200, json!([])));
}

#[test]
fn a_ping_that_fails_says_how() {
    let broken = neighbour(|_| (500, "text/plain", "broken".to_owned()));
    for (url, expected, status) in [
        (&*broken.url, "M_BAD_STATUS", Some(500)),
        ("http://127.0.0.1:1", "M_CONNECTION_FAILED", None),
        ("http://example.org", "M_CONNECTION_FAILED", None),
        ("no URL", "M_URL_NOT_SET", None),
    ] {
        let service = ApplicationService::new("bridge", TOKEN).url(url);
        let loopback = Loopback::builder()
            .application_service(service)
            .start()
            .unwrap();
        let path = "/_matrix/client/v1/appservice/bridge/ping";
        let (_, refusal) = call(&loopback, "POST", path, TOKEN, &json!({}));
        assert_eq!(refusal["errcode"], expected, "{url}");
        assert_eq!(refusal["status"].as_u64(), status, "{url}");
    }
}

#[test]
fn a_download_waits_for_its_upload() {
    let loopback = Loopback::builder()
        .account("alice", "secret")
        .start()
        .unwrap();
    let alice = log_in(&loopback);
    let (_, created) = call(
        &loopback,
        "POST",
        "/_matrix/media/v1/create",
        &alice,
        &json!({}),
    );
    let file = created["content_uri"]
        .as_str()
        .unwrap()
        .strip_prefix("mxc://")
        .unwrap();
    thread::scope(|threads| {
        let download = threads.spawn(|| {
            let path = format!("/_matrix/client/v1/media/download/{file}?timeout_ms=60000");
            call(&loopback, "GET", &path, &alice, &json!({}))
        });
        let path = format!("/_matrix/media/v3/upload/{file}");
        assert_eq!(call(&loopback, "PUT", &path, &alice, &json!(7)).0, 200);
        assert_eq!(download.join().unwrap(), (200, json!(7)));
    });
}
