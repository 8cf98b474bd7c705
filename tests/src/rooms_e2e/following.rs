//! A program that follows its user's rooms by sliding sync.

use std::collections::BTreeSet;

use futures_lite::future::poll_once;
use hardline::client::{BoxTransport, Conversation, Next};
use hardline::client_api::ephemeral::{SendToDevice, SetTyping};
use hardline::client_api::room_events::SendMessage;
use hardline::client_api::unstable::msc4186::{
    ExtensionWanted, ExtensionsWanted, RoomSubscription, StatePattern, ToDeviceWanted,
};
use hardline::flow::{FlowError, SlidingSync, SlidingSyncEvent, SyncList, SyncStatus};
use hardline::json::JsonMap;
use hardline::types::RoomId;
use hardline_isahc::IsahcClock;
use serde_json::json;

use super::content::{content, events, raw};
use super::person::Person;

/// How many answers may come before what is awaited.
const PATIENCE: usize = 60;

pub(super) fn run(alice: &Person<'_>, bob: &Person<'_>) {
    if bob.trial.refusal("msc4186SlidingSync").is_some() {
        return;
    }
    let rooms = ["1", "2", "3"].map(|_| alice.room_with(bob));
    let [first, second, _] = &rooms;
    say(alice, first, "early one");
    say(alice, first, "early two");
    let device = bob.log_in_again();
    let mut following = Following::begin(&device);
    following.until("it is live", |following| following.is_live);
    assert!(rooms.iter().all(|room| following.rooms.contains(room)));
    let count = following.sync.flow().list_count("all");
    assert_eq!(count, Some(following.rooms.len() as u64));
    // A timeline has one message where nobody asked for more.
    assert!(!following.has("early one"));
    assert!(following.has("early two"));

    say(alice, second, "late");
    whisper(alice, &device, "whisper one");
    following.until("what is new comes", |following| {
        following.has("late") && following.has("whisper one")
    });

    // A room that is looked at shows more, at once: the request that waits is dropped.
    let room = RoomSubscription::new(20, state());
    following.sync.subscribe(first.clone(), room);
    following.until("the room is shown", |following| following.has("early one"));
    let typing = SetTyping::new(first.clone(), alice.user_id.clone(), true);
    alice.call(typing);
    following.until("typing is told", |following| following.is_typing);

    // The program is closed and opened again, and nothing that it has comes again.
    let saved = serde_json::to_string(&following.close()).unwrap();
    whisper(alice, &device, "whisper two");
    let flow: SlidingSync = serde_json::from_str(&saved).unwrap();
    let mut following = Following::of(&device, device.client.run(flow));
    following.until("the second whisper comes", |following| {
        following.has("whisper two")
    });
    assert!(!following.has("whisper one"));
    following.sync.unsubscribe(first);
    say(alice, first, "last");
    following.until("the list has it", |following| following.has("last"));
    following.sync.stop().unwrap();
    let next = device.trial.runtime.block_on(following.sync.next());
    assert!(matches!(next, Next::Done(Ok(()))), "{next:?}");
}

fn say(person: &Person<'_>, room_id: &RoomId, body: &str) {
    let message = json!({"msgtype": "m.text", "body": body});
    let (room_id, transaction) = (room_id.clone(), person.transaction());
    let send = SendMessage::event(room_id, "m.room.message", transaction, &message);
    person.call(send.unwrap());
}

/// Says something to a device.
fn whisper(alice: &Person<'_>, device: &Person<'_>, body: &str) {
    let message = raw(json!({"body": body}));
    let to_device = JsonMap::from([(device.device_id.clone(), message)]);
    let messages = JsonMap::from([(device.user_id.clone(), to_device)]);
    let event_type = "org.example.whisper".to_owned();
    alice.call(SendToDevice::new(event_type, alice.transaction(), messages));
}

fn state() -> Vec<StatePattern> {
    vec![StatePattern::new("m.room.name", "")]
}

/// A sync, and what its program has of it.
struct Following<'a> {
    person: &'a Person<'a>,
    sync: Conversation<BoxTransport, IsahcClock, SlidingSync>,
    rooms: BTreeSet<RoomId>,
    /// The texts of messages, those to the device among them.
    texts: Vec<String>,
    is_live: bool,
    is_typing: bool,
}

impl<'a> Following<'a> {
    /// All rooms, two at a time, and what comes beside them.
    fn begin(person: &'a Person<'a>) -> Self {
        let mut sync = person.client.sliding_sync(person.user_id.clone());
        sync.set_list(
            "all",
            SyncList::growing(2, RoomSubscription::new(1, state())),
        );
        let mut wanted = ExtensionWanted::new();
        wanted.enabled = Some(true);
        let mut to_device = ToDeviceWanted::new();
        to_device.enabled = Some(true);
        let mut extensions = ExtensionsWanted::new();
        extensions.to_device = Some(to_device);
        extensions.e2ee = Some(wanted.clone());
        extensions.account_data = Some(wanted.clone());
        extensions.receipts = Some(wanted.clone());
        extensions.typing = Some(wanted);
        sync.set_extensions(extensions);
        Self::of(person, sync)
    }

    fn of(
        person: &'a Person<'a>,
        sync: Conversation<BoxTransport, IsahcClock, SlidingSync>,
    ) -> Self {
        Self {
            person,
            sync,
            rooms: BTreeSet::new(),
            texts: Vec::new(),
            is_live: false,
            is_typing: false,
        }
    }

    fn has(&self, text: &str) -> bool {
        self.texts.iter().any(|known| known == text)
    }

    /// Goes on until it is as it should be.
    fn until(&mut self, what: &str, is_right: impl Fn(&Self) -> bool) {
        for _ in 0..PATIENCE {
            if is_right(self) {
                return;
            }
            self.hear();
        }
        panic!("{what}: it does not");
    }

    fn hear(&mut self) {
        let next = self.person.trial.runtime.block_on(self.sync.next());
        self.heard(next);
    }

    /// The flow as it is when it waits: it can be saved then.
    fn close(mut self) -> SlidingSync {
        let runtime = &self.person.trial.runtime;
        while let Some(next) = runtime.block_on(poll_once(self.sync.next())) {
            self.heard(next);
        }
        self.sync.into_flow()
    }

    fn heard(&mut self, next: Next<SlidingSyncEvent, Result<(), FlowError>>) {
        let answer = match next {
            Next::Event(SlidingSyncEvent::Answer(answer)) => answer,
            Next::Event(SlidingSyncEvent::Status(status)) => {
                self.is_live = matches!(status, SyncStatus::Live);
                return;
            }
            // A server may do so at any time: what it has told comes again.
            Next::Event(SlidingSyncEvent::Restarted) => return,
            other => panic!("{other:?}"),
        };
        let response = &answer.response.value;
        let name = "msc4186SlidingSync";
        self.person.trial.note(name);
        self.person
            .trial
            .note_warnings(name, &answer.response.warnings);
        self.rooms.extend(response.rooms.keys().cloned());
        let told = response.extensions.to_device.iter();
        let timelines = response.rooms.values().map(|room| &room.timeline);
        let lists = timelines.chain(told.map(|told| &told.events));
        for event in lists.flat_map(events) {
            self.texts.extend(content::<String>(&event, "body"));
        }
        let typing = response.extensions.typing.iter();
        self.is_typing |= typing
            .flat_map(|typing| typing.rooms.values())
            .next()
            .is_some();
        self.sync.taken(&response.pos).unwrap();
    }
}
