mod changing;
#[cfg(feature = "test-harness")]
mod contract;
mod expired;
mod going_on;
#[cfg(feature = "persist")]
mod saving;

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

use super::*;
use crate::client_api::unstable::msc4186::{StatePattern, ToDeviceWanted};
use crate::flow::sync::test_run::{NOW, TestRun, status};
use crate::flow::{Flow, FlowError, Input, RequestId};
use crate::wire::{BaseUrl, FailureClass};

/// How long a request waits for news.
const POLL: &str = "timeout=30000";

/// A sync and the answer that its program has in hand.
struct Played {
    run: TestRun<SlidingSync>,
    events: Vec<&'static str>,
    answer: Option<SlidingSyncAnswer>,
}

fn homeserver() -> Homeserver {
    Homeserver::new(BaseUrl::parse("https://example.org").unwrap())
}

fn room(timeline_limit: u64) -> RoomSubscription {
    RoomSubscription::new(timeline_limit, vec![StatePattern::new("m.room.name", "")])
}

fn room_id(text: &str) -> RoomId {
    RoomId::parse(text).unwrap()
}

fn to_device() -> ExtensionsWanted {
    ExtensionsWanted {
        to_device: Some(ToDeviceWanted {
            enabled: Some(true),
            ..ToDeviceWanted::new()
        }),
        ..ExtensionsWanted::new()
    }
}

/// An answer with 30 rooms in the list, and a message to the device.
fn news(pos: &str, since: &str) -> Value {
    json!({
        "pos": pos,
        "lists": {"all": {"count": 30}},
        "rooms": {"!r:x": {"initial": true}},
        "extensions": {"to_device": {"next_batch": since, "events": [{"type": "m.dummy"}]}},
    })
}

/// An answer with nothing.
fn nothing(pos: &str) -> Value {
    json!({"pos": pos, "lists": {"all": {"count": 30}}, "rooms": {}, "extensions": {}})
}

impl Played {
    /// One that follows all rooms, 20 at a time, and what was sent to the device.
    fn new() -> Self {
        let user_id = UserId::parse("@me:example.org").unwrap();
        let mut flow = SlidingSync::new(NOW, homeserver(), user_id, 1);
        flow.set_list(NOW, "all", SyncList::growing(20, room(1)));
        flow.set_extensions(NOW, to_device());
        Self::of(flow)
    }

    fn of(flow: SlidingSync) -> Self {
        let mut played = Self {
            run: TestRun::new(flow),
            events: vec![],
            answer: None,
        };
        played.hear();
        played
    }

    /// One that has everything, up to the position 3 and the token d1.
    fn live() -> Self {
        let mut played = Self::new();
        played.answer(&news("1", "d1"));
        played.take();
        played.answer(&nothing("2"));
        played.take();
        assert_eq!(played.told(), ["catching up", "answer", "answer", "live"]);
        assert!(played.url().ends_with(&format!("?pos=2&{POLL}")));
        played.run.now = played.run.now + Duration::from_secs(30);
        played.answer(&nothing("3"));
        played.take();
        assert_eq!(played.told(), ["answer"]);
        played
    }

    fn hear(&mut self) {
        for event in self.run.told() {
            let name = match event {
                SlidingSyncEvent::Answer(answer) => {
                    let before = self.answer.replace(*answer);
                    assert!(before.is_none(), "two answers are in hand");
                    "answer"
                }
                SlidingSyncEvent::Restarted => "restarted",
                SlidingSyncEvent::Status(told) => status(&told),
            };
            self.events.push(name);
        }
    }

    /// What was told since the last call.
    fn told(&mut self) -> Vec<&'static str> {
        std::mem::take(&mut self.events)
    }

    fn url(&self) -> String {
        self.run.sent().0
    }

    fn body(&self) -> Value {
        serde_json::from_str(self.run.sent().1).unwrap()
    }

    fn answer(&mut self, body: &Value) {
        self.run.answer(200, &body.to_string());
        self.hear();
    }

    fn answer_to(&mut self, id: RequestId, body: &Value) {
        let response = Response::new(Bytes::from(body.to_string()));
        self.run.input(Input::Response(id, response));
        self.hear();
    }

    fn refuse(&mut self, status: u16, errcode: &str) {
        let body = json!({"errcode": errcode, "error": "no"});
        self.run.answer(status, &body.to_string());
        self.hear();
    }

    fn fail(&mut self) {
        self.run.fail(FailureClass::Connect);
        self.hear();
    }

    /// The program takes the answer in hand.
    fn take(&mut self) {
        let answer = self.answer.take().expect("an answer is in hand");
        let pos = answer.tokens.pos.unwrap();
        assert_eq!(pos, answer.response.value.pos);
        let taken = self.run.act(|flow, now| flow.taken(now, &pos));
        assert_eq!(taken, Ok(()));
        self.hear();
    }

    fn wait(&mut self) -> Duration {
        let waited = self.run.wait();
        self.hear();
        waited
    }

    fn change(&mut self, change: impl FnOnce(&mut SlidingSync, Timestamp)) {
        self.run.act(change);
        self.hear();
    }
}

#[cfg(feature = "persist")]
impl Played {
    fn save_and_load(&mut self) {
        self.answer = None;
        self.run.save_and_load();
        // A loaded flow does not know the time.
        assert!(self.run.is_silent());
        self.run.input(Input::Timeout);
        self.hear();
    }
}
