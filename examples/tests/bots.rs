//! The bot and the bridge, as programs.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use hardline::client::BlockingClient;
use hardline::client_api::membership::InviteUser;
use hardline::client_api::room_events::{Direction, GetRoomEvents, SendMessage};
use hardline::client_api::rooms::CreateRoom;
use hardline::client_api::session::Login;
use hardline::events::{MessageType, RoomMessage};
use hardline::json::RawJson;
use hardline::types::{RoomId, TransactionId, UserId};
use hardline::wire::{Target, UserIdentifier};
use hardline_isahc::{BlockingClock, IsahcBlocking};
use hardline_loopback::Loopback;

type Client = BlockingClient<IsahcBlocking, BlockingClock>;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// Ends however the test ends.
struct Bot(Child);

impl Drop for Bot {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn say(client: &Client, room: &RoomId, body: &str, number: u8) {
    let content = RawJson::new(&RoomMessage::text(body)).unwrap();
    let event_type = "m.room.message".to_owned();
    let txn_id = TransactionId::from_entropy([number; 16]);
    let send = SendMessage::new(room.clone(), event_type, txn_id, content);
    client.call(send).unwrap();
}

/// Waits until the bot has said something, and returns all that it has.
fn wait_for_notices(client: &Client, room: &RoomId, count: usize) -> Vec<String> {
    let end = Instant::now() + PATIENCE;
    loop {
        let events = GetRoomEvents::new(room.clone(), Direction::Backward);
        let (events, _) = client.call(events).unwrap().chunk.decode_all();
        let messages = events.iter().rev();
        let messages = messages.filter_map(|event| event.content_as::<RoomMessage>().ok());
        let notices = messages.filter(|message| message.msgtype == Some(MessageType::Notice));
        let said: Vec<_> = notices.filter_map(|message| message.body).collect();
        if said.len() >= count {
            return said;
        }
        assert!(Instant::now() < end, "the bot said {said:?}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_bot_joins_and_says_what_others_say() {
    let loopback = Loopback::builder()
        .account("alice", "secret")
        .account("echo", "secret")
        .start()
        .unwrap();
    let bot = Command::new(env!("CARGO_BIN_EXE_echo_bot"))
        .env("SERVER", loopback.url())
        .env("BOT_USER", "echo")
        .env("BOT_PASSWORD", "secret")
        .spawn()
        .unwrap();
    let mut bot = Bot(bot);
    let target = Target::homeserver(loopback.url()).unwrap();
    let alice = Client::new(IsahcBlocking::new().unwrap(), BlockingClock, target);
    let login = Login::password(UserIdentifier::user("alice"), "secret".into());
    alice.log_in(login).finish().unwrap();
    let room = alice.call(CreateRoom::new()).unwrap().room_id;
    let echo = UserId::from_parts("echo", loopback.server_name()).unwrap();
    alice.call(InviteUser::new(room.clone(), echo)).unwrap();
    // What is said before the bot is there, it may hear or not.
    let end = Instant::now() + PATIENCE;
    let mut number = 0;
    while wait_for_notices(&alice, &room, 0).is_empty() {
        assert!(Instant::now() < end, "the bot says nothing");
        number += 1;
        say(&alice, &room, "are you there?", number);
        thread::sleep(Duration::from_millis(500));
    }
    say(&alice, &room, "one\ntwo", 250);
    say(&alice, &room, "three", 251);
    let end = Instant::now() + PATIENCE;
    let mut said = wait_for_notices(&alice, &room, 2);
    while said.last().unwrap() != "three" {
        assert!(Instant::now() < end, "the bot said {said:?}");
        thread::sleep(Duration::from_millis(50));
        said = wait_for_notices(&alice, &room, 2);
    }
    said.retain(|text| text != "are you there?");
    assert_eq!(said, ["one\ntwo", "three"]);
    assert!(bot.0.try_wait().unwrap().is_none(), "it goes on for ever");
}

#[test]
fn the_bot_has_at_most_forty_lines() {
    assert!(include_str!("../echo_bot.rs").lines().count() <= 40);
}

#[test]
fn a_bridge_loses_and_repeats_nothing_though_a_worker_is_killed() {
    let output = Command::new(env!("CARGO_BIN_EXE_bridge")).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "10000 conversations, 1000 messages, 1000 different ones, 0 left\n"
    );
}
