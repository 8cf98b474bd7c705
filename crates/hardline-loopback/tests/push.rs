//! Notifications on their way to a push gateway, over sockets.

#![allow(clippy::unwrap_used, reason = "what fails in a test is to end it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hardline::client::BlockingTransport;
use hardline_loopback::Loopback;
use http::Request;
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(20);

/// The response to a request of a user's.
fn ask(loopback: &Loopback, method: &str, path: &str, token: &str, body: &Value) -> Value {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}/_matrix/client/v3/{path}", loopback.url()))
        .header("authorization", format!("Bearer {token}"));
    let body = match method {
        "GET" => Vec::new(),
        _ => body.to_string().into_bytes(),
    };
    let transport = loopback.transport();
    let response = BlockingTransport::send(&transport, request.body(body).unwrap()).unwrap();
    let body: &Bytes = response.body();
    assert_eq!(response.status(), 200, "{path}: {body:?}");
    serde_json::from_slice(body).unwrap()
}

fn log_in(loopback: &Loopback, user: &str) -> String {
    let identifier = json!({"type": "m.id.user", "user": user});
    let body = json!({"type": "m.login.password", "identifier": identifier, "password": "secret"});
    let answer = ask(loopback, "POST", "login", "", &body);
    answer["access_token"].as_str().unwrap().to_owned()
}

/// Plays the gateway for one notification: what it is told, and its response.
fn receive(gateway: &TcpListener, response: &str) -> Value {
    let (stream, _) = gateway.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut head).unwrap(), 0, "{head}");
    }
    assert!(
        head.starts_with("POST /_matrix/push/v1/notify HTTP/1.1\r\n"),
        "{head}"
    );
    let head = head.to_ascii_lowercase();
    let length = head.split("content-length: ").nth(1).unwrap();
    let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut stream: TcpStream = reader.into_inner();
    let length = response.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{response}"
    )
    .unwrap();
    serde_json::from_slice(&body).unwrap()
}

#[test]
fn a_gateway_is_told_and_a_pusher_that_it_does_not_know_is_removed() {
    let loopback = Loopback::builder()
        .account("alice", "secret")
        .account("bob", "secret")
        .start()
        .unwrap();
    let gateway = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = gateway.local_addr().unwrap().port();
    let (alice, bob) = (log_in(&loopback, "alice"), log_in(&loopback, "bob"));
    let url = format!("http://127.0.0.1:{port}/_matrix/push/v1/notify");
    let pusher = json!({
        "pushkey": "key", "kind": "http", "app_id": "org.example.app", "lang": "en",
        "app_display_name": "App", "device_display_name": "Phone",
        "data": {"url": url, "format": "event_id_only"},
    });
    ask(&loopback, "POST", "pushers/set", &bob, &pusher);
    let create = json!({"preset": "public_chat"});
    let room = ask(&loopback, "POST", "createRoom", &alice, &create);
    let room_id = room["room_id"].as_str().unwrap();
    ask(
        &loopback,
        "POST",
        &format!("join/{room_id}"),
        &bob,
        &json!({}),
    );
    for (txn_id, response) in [("1", "{}"), ("2", r#"{"rejected": ["other", "key"]}"#)] {
        let send = format!("rooms/{room_id}/send/m.room.message/{txn_id}");
        let message = json!({"msgtype": "m.text", "body": "hello"});
        let sent = ask(&loopback, "PUT", &send, &alice, &message);
        let told = receive(&gateway, response);
        let notification = &told["notification"];
        assert_eq!(notification["event_id"], sent["event_id"]);
        assert_eq!(notification["devices"][0]["pushkey"], "key");
        assert_eq!(notification.get("content"), None);
    }
    let began = Instant::now();
    loop {
        let pushers = ask(&loopback, "GET", "pushers", &bob, &Value::Null);
        if pushers["pushers"] == json!([]) {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "the pusher is still there");
        std::thread::yield_now();
    }
}

#[test]
fn a_sync_that_waits_hears_that_typing_is_over() {
    let loopback = Loopback::builder()
        .account("alice", "secret")
        .account("bob", "secret")
        .start()
        .unwrap();
    let (alice, bob) = (log_in(&loopback, "alice"), log_in(&loopback, "bob"));
    let room = ask(
        &loopback,
        "POST",
        "createRoom",
        &alice,
        &json!({"preset": "public_chat"}),
    );
    let room_id = room["room_id"].as_str().unwrap();
    ask(
        &loopback,
        "POST",
        &format!("join/{room_id}"),
        &bob,
        &json!({}),
    );
    let server = loopback.server_name();
    let typing = format!("rooms/{room_id}/typing/@alice:{server}");
    ask(
        &loopback,
        "PUT",
        &typing,
        &alice,
        &json!({"typing": true, "timeout": 1_500}),
    );
    let mut since = ask(&loopback, "GET", "sync", &bob, &Value::Null)["next_batch"].clone();
    let began = Instant::now();
    loop {
        let query = format!("sync?since={}&timeout=20000", since.as_str().unwrap());
        let news = ask(&loopback, "GET", &query, &bob, &Value::Null);
        let ephemeral = &news["rooms"]["join"][room_id]["ephemeral"]["events"];
        let mut events = ephemeral.as_array().into_iter().flatten();
        if let Some(event) = events.find(|event| event["type"] == "m.typing") {
            assert_eq!(event["content"], json!({"user_ids": []}));
            break;
        }
        assert!(began.elapsed() < PATIENCE, "nothing is heard of it");
        since = news["next_batch"].clone();
    }
}
