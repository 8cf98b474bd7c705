//! Requests that wait for what happens in rooms.

#![allow(clippy::unwrap_used, reason = "what fails in a test is to end it")]

use std::thread;

use hardline::client::BlockingTransport;
use hardline_loopback::Loopback;
use http::{Method, Request};
use serde_json::{Value, json};

struct Client<'a> {
    loopback: &'a Loopback,
    token: String,
}

impl<'a> Client<'a> {
    fn log_in(loopback: &'a Loopback, user: &str) -> Self {
        let client = Self {
            loopback,
            token: String::new(),
        };
        let identifier = json!({"type": "m.id.user", "user": user});
        let login =
            json!({"type": "m.login.password", "identifier": identifier, "password": "secret"});
        let answer = client.call(Method::POST, "login", &login);
        let token = answer["access_token"].as_str().unwrap().to_owned();
        Self { loopback, token }
    }

    fn call(&self, method: Method, path: &str, body: &Value) -> Value {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}/_matrix/client/v3/{path}", self.loopback.url()));
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        let request = request.body(body.to_string().into_bytes()).unwrap();
        let response = BlockingTransport::send(&self.loopback.transport(), request).unwrap();
        assert_eq!(response.status(), 200, "{:?}", response.body());
        serde_json::from_slice(response.body()).unwrap()
    }

    fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path, &json!({}))
    }
}

fn started() -> Loopback {
    let builder = Loopback::builder().account("alice", "secret");
    builder.account("bob", "secret").start().unwrap()
}

fn bodies(events: &Value) -> Vec<&str> {
    let events = events.as_array().unwrap().iter();
    events
        .filter_map(|event| event["content"]["body"].as_str())
        .collect()
}

#[test]
fn a_waiting_sync_hears_of_an_event_whose_time_comes() {
    let loopback = started();
    let alice = Client::log_in(&loopback, "alice");
    let made = alice.call(Method::POST, "createRoom", &json!({}));
    let room_id = made["room_id"].as_str().unwrap();
    let first = alice.get("sync?set_presence=offline");
    let since = first["next_batch"].as_str().unwrap();
    let later = format!("rooms/{room_id}/send/m.room.message/1?org.matrix.msc4140.delay=300");
    let message = json!({"msgtype": "m.text", "body": "later"});
    alice.call(Method::PUT, &later, &message);
    let news = alice.get(&format!(
        "sync?set_presence=offline&timeout=30000&since={since}"
    ));
    let timeline = &news["rooms"]["join"][room_id]["timeline"]["events"];
    assert_eq!(bodies(timeline), ["later"], "{news}");
}

#[test]
fn whoever_looks_into_a_room_hears_what_is_said_there() {
    let loopback = started();
    let (alice, bob) = (
        Client::log_in(&loopback, "alice"),
        Client::log_in(&loopback, "bob"),
    );
    let readable = json!({"history_visibility": "world_readable"});
    let initial = json!([{"type": "m.room.history_visibility", "content": readable}]);
    let made = alice.call(
        Method::POST,
        "createRoom",
        &json!({"initial_state": initial}),
    );
    let room_id = made["room_id"].as_str().unwrap();
    let peek = format!("events?room_id={room_id}");
    let end = bob.get(&peek)["end"].as_str().unwrap().to_owned();
    thread::scope(|scope| {
        let peeking = scope.spawn(|| bob.get(&format!("{peek}&timeout=30000&from={end}")));
        let path = format!("rooms/{room_id}/send/m.room.message/1");
        alice.call(
            Method::PUT,
            &path,
            &json!({"msgtype": "m.text", "body": "look"}),
        );
        assert_eq!(bodies(&peeking.join().unwrap()["chunk"]), ["look"]);
    });
}
