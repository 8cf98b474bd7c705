//! What the loopback's homeserver carries: 50 chats of two users at once, beside 2,000 syncs that wait. No event is lost,
//! or it panics; how long a message takes to the other user, and what memory it all takes, is printed.
//!
//! ```sh
//! cargo run --release -p hardline-bench --bin homeserver_load
//! ```

use std::time::{Duration, Instant};

use hardline::client::Transport;
use hardline_loopback::{Builder, Loopback, LoopbackTransport};
use serde_json::{Value, json};
use tokio::runtime;
use tokio::task::JoinHandle;

const CHATS: usize = 50;
/// The messages of each of the two.
const MESSAGES: usize = 20;
const IDLE_USERS: usize = 100;
const IDLE_DEVICES: usize = 20;

fn main() {
    let mut builder = Loopback::builder();
    for chat in 0..CHATS {
        builder = account(builder, &format!("left{chat}"));
        builder = account(builder, &format!("right{chat}"));
    }
    for user in 0..IDLE_USERS {
        builder = account(builder, &format!("idle{user}"));
    }
    let loopback = builder.start().expect("a port is free");
    let runtime = runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("there are resources for a runtime");
    runtime.block_on(measure(&loopback));
}

fn account(builder: Builder, name: &str) -> Builder {
    builder.account(name, "secret")
}

async fn measure(loopback: &Loopback) {
    let before = resident();
    let hall = Device::log_in(loopback, "idle0").await;
    let create = json!({"preset": "public_chat", "room_alias_name": "hall"});
    let created = hall
        .ask("POST", "/_matrix/client/v3/createRoom", &create)
        .await;
    let room_id = text(&created, "room_id");
    let mut waiting = Vec::new();
    for user in 0..IDLE_USERS {
        for number in 0..IDLE_DEVICES {
            let device = Device::log_in(loopback, &format!("idle{user}")).await;
            if number == 0 {
                let join = format!("/_matrix/client/v3/rooms/{room_id}/join");
                device.ask("POST", &join, &json!({})).await;
            }
            waiting.push(device);
        }
    }
    let mut idle: Vec<JoinHandle<()>> = Vec::new();
    for device in waiting {
        let room_id = room_id.clone();
        let (since, _) = device.sync(None, &room_id).await;
        idle.push(tokio::spawn(async move {
            device.hear("everybody", since, &room_id).await
        }));
    }
    // Each of them waits once it was polled.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let with_idle = resident();

    let started = Instant::now();
    let mut chats = Vec::new();
    for chat in 0..CHATS {
        let left = Device::log_in(loopback, &format!("left{chat}")).await;
        let right = Device::log_in(loopback, &format!("right{chat}")).await;
        chats.push(tokio::spawn(converse(left, right)));
    }
    let mut delays = Vec::new();
    for chat in chats {
        delays.extend(chat.await.expect("no event is lost"));
    }
    let took = started.elapsed();
    delays.sort();
    assert_eq!(delays.len(), CHATS * MESSAGES * 2);

    let called = Instant::now();
    hall.say("everybody", &room_id).await;
    for device in idle {
        device.await.expect("no event is lost");
    }
    let all_heard = called.elapsed();
    println!(
        "{} messages in {CHATS} chats: {took:.2?}; until the other user has one: median {:.2?}, 99 % {:.2?}",
        delays.len(),
        delays[delays.len() / 2],
        delays[delays.len() * 99 / 100],
    );
    println!(
        "{} waiting syncs: {} KiB each; all of them heard of one message within {all_heard:.2?}",
        IDLE_USERS * IDLE_DEVICES,
        with_idle.saturating_sub(before) / (IDLE_USERS * IDLE_DEVICES) / 1024,
    );
    println!("resident memory: {} MiB", resident() / (1 << 20));
}

/// Two users who talk by turns: how long each message took to arrive.
async fn converse(left: Device, right: Device) -> Vec<Duration> {
    let create = json!({"preset": "public_chat"});
    let created = left
        .ask("POST", "/_matrix/client/v3/createRoom", &create)
        .await;
    let room_id = text(&created, "room_id");
    let join = format!("/_matrix/client/v3/rooms/{room_id}/join");
    right.ask("POST", &join, &json!({})).await;
    let (mut left_since, _) = left.sync(None, &room_id).await;
    let (mut right_since, _) = right.sync(None, &room_id).await;
    let mut delays = Vec::new();
    for number in 0..MESSAGES {
        for (from, to, since) in [
            (&left, &right, &mut right_since),
            (&right, &left, &mut left_since),
        ] {
            let body = format!("{} {number}", from.name);
            let sent = Instant::now();
            from.say(&body, &room_id).await;
            loop {
                let (next, heard) = to.sync(Some(since), &room_id).await;
                *since = next;
                let heard: Vec<String> = heard
                    .into_iter()
                    .filter(|heard| heard.starts_with(&from.name))
                    .collect();
                if !heard.is_empty() {
                    // Once, and none before or after it.
                    assert_eq!(heard, std::slice::from_ref(&body));
                    break;
                }
            }
            delays.push(sent.elapsed());
        }
    }
    delays
}

struct Device {
    name: String,
    url: String,
    token: String,
    transport: LoopbackTransport,
}

impl Device {
    async fn log_in(loopback: &Loopback, name: &str) -> Self {
        let mut device = Self {
            name: name.to_owned(),
            url: loopback.url().to_owned(),
            token: String::new(),
            transport: loopback.transport(),
        };
        let identifier = json!({"type": "m.id.user", "user": name});
        let login =
            json!({"type": "m.login.password", "identifier": identifier, "password": "secret"});
        let answer = device.ask("POST", "/_matrix/client/v3/login", &login).await;
        device.token = text(&answer, "access_token");
        device
    }

    async fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {}", self.token))
            .body(body.to_string().into_bytes())
            .expect("it is a request");
        let response = self.transport.send(request).await.expect("it responds");
        let answer = serde_json::from_slice(response.body()).expect("it is JSON");
        assert_eq!(response.status(), 200, "{path} {answer}");
        answer
    }

    async fn say(&self, body: &str, room_id: &str) {
        let txn_id = body.replace(' ', "_");
        let path = format!("/_matrix/client/v3/rooms/{room_id}/send/m.room.message/{txn_id}");
        let content = json!({"msgtype": "m.text", "body": body});
        self.ask("PUT", &path, &content).await;
    }

    /// The next token, and what was said in a room.
    async fn sync(&self, since: Option<&str>, room_id: &str) -> (String, Vec<String>) {
        let path = match since {
            None => "/_matrix/client/v3/sync?set_presence=offline".to_owned(),
            Some(since) => {
                format!("/_matrix/client/v3/sync?since={since}&timeout=120000&set_presence=offline")
            }
        };
        let news = self.ask("GET", &path, &json!({})).await;
        let timeline = &news["rooms"]["join"][room_id]["timeline"];
        assert!(since.is_none() || timeline["limited"] != true);
        let events = timeline["events"].as_array().into_iter().flatten();
        let bodies = events.filter_map(|event| event["content"]["body"].as_str());
        (
            text(&news, "next_batch"),
            bodies.map(str::to_owned).collect(),
        )
    }

    /// Waits until something is said.
    async fn hear(&self, expected: &str, mut since: String, room_id: &str) {
        loop {
            let (next, heard) = self.sync(Some(&since), room_id).await;
            since = next;
            if !heard.is_empty() {
                assert_eq!(heard, [expected]);
                return;
            }
        }
    }
}

fn text(answer: &Value, name: &str) -> String {
    let text = answer[name].as_str();
    text.unwrap_or_else(|| panic!("{name} is missing in {answer}"))
        .to_owned()
}

/// The memory of this process, in bytes; 0 where the system does not tell it as Linux does.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok());
    kib.unwrap_or(0) * 1024
}
