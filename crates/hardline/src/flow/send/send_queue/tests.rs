mod changing;
#[cfg(all(feature = "persist", feature = "test-harness"))]
mod contract;
#[cfg(feature = "unstable")]
mod delayed;
mod failing;
mod limits;
mod ordering;
#[cfg(feature = "persist")]
mod saving;

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;

use super::*;
#[cfg(feature = "persist")]
use crate::flow::QueuedState;
use crate::flow::{Flow, Input, Output, RequestId};
use crate::types::EventId;
use crate::wire::{BaseUrl, Failure, FailureClass};

const NOW: Timestamp = Timestamp::from_millis(1_000_000_000);
const SECOND: Duration = Duration::from_secs(1);

/// A program with a queue, which saves whenever it is told to; the test plays the server. Transaction IDs are numbers here:
/// the byte that each is made of.
struct Program {
    queue: SendQueue,
    now: Timestamp,
    in_flight: Vec<(RequestId, Request<Vec<u8>>)>,
    events: Vec<String>,
    until: Option<Timestamp>,
    /// Whether it confirms its saves.
    confirms: bool,
    /// The last save.
    #[cfg(feature = "persist")]
    save: String,
}

impl Program {
    fn new() -> Self {
        Self::with(SendOptions::default())
    }

    fn with(options: SendOptions) -> Self {
        Self::of(SendQueue::new(NOW, homeserver(), device("ONE"), 1).with_options(options))
    }

    fn of(queue: SendQueue) -> Self {
        let mut program = Self {
            queue,
            now: NOW,
            in_flight: Vec::new(),
            events: Vec::new(),
            until: None,
            confirms: true,
            #[cfg(feature = "persist")]
            save: String::new(),
        };
        program.drain();
        program
    }

    fn drain(&mut self) {
        self.until = loop {
            match self.queue.poll_output() {
                Output::Send(id, request) => self.in_flight.push((id, request)),
                Output::Cancel(id) => {
                    let before = self.in_flight.len();
                    self.in_flight.retain(|(sent, _)| *sent != id);
                    assert_eq!(self.in_flight.len() + 1, before, "it was in flight");
                }
                Output::Event(SendEvent::Changed { revision }) => {
                    assert_eq!(revision, self.queue.revision());
                    if self.confirms {
                        #[cfg(feature = "persist")]
                        self.store();
                        self.queue.saved(self.now, revision);
                    }
                }
                Output::Event(event) => self.events.push(told(&event)),
                Output::Done(()) => self.events.push("done".to_owned()),
                Output::Wait(until) => break until,
                Output::SendStreaming(..) | Output::Receive(..) => panic!("it streams"),
            }
        };
    }

    #[cfg(feature = "persist")]
    fn store(&mut self) {
        self.save = serde_json::to_string(&self.queue).unwrap();
    }

    /// The program ends without a warning, and begins with the last save.
    #[cfg(feature = "persist")]
    fn crash(&mut self) {
        self.queue = serde_json::from_str(&self.save).unwrap();
        self.in_flight.clear();
        self.events.clear();
        self.drain();
        assert!(self.in_flight.is_empty(), "it does not know the time yet");
        self.wake();
    }

    fn enqueue(&mut self, event: OutgoingEvent, byte: u8) -> TransactionId {
        let txn_id = self.queue.enqueue(self.now, event, [byte; 16]).unwrap();
        self.drain();
        txn_id
    }

    /// Queues a message that says this.
    fn say(&mut self, room: &str, body: &str, byte: u8) -> TransactionId {
        self.enqueue(message(room, body), byte)
    }

    /// The requests in flight, oldest first: their paths after the version, and their bodies.
    fn requests(&self) -> Vec<String> {
        self.in_flight.iter().map(|(_, one)| shown(one)).collect()
    }

    /// The only request in flight.
    fn request(&self) -> String {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.remove(0)
    }

    /// The server answers the oldest request.
    fn answer(&mut self, status: u16, body: &str) {
        self.answer_at(0, status, body);
    }

    fn answer_at(&mut self, index: usize, status: u16, body: &str) {
        let (id, _) = self.in_flight.remove(index);
        let mut response = Response::new(Bytes::copy_from_slice(body.as_bytes()));
        *response.status_mut() = status.try_into().unwrap();
        self.input(Input::Response(id, response));
    }

    /// The server takes the oldest request's event.
    fn take(&mut self, event_id: &str) {
        self.answer(200, &format!(r#"{{"event_id": "{event_id}"}}"#));
    }

    fn fail(&mut self, class: FailureClass) {
        let (id, _) = self.in_flight.remove(0);
        self.input(Input::Failed(id, Failure::new(class, "on purpose")));
    }

    fn input(&mut self, input: Input) {
        self.queue.handle_input(self.now, input);
        self.drain();
    }

    fn wake(&mut self) {
        self.input(Input::Timeout);
    }

    /// Lets the time pass that the queue waits for, and returns how long that was.
    fn wait(&mut self) -> Duration {
        let until = self.until.expect("it waits for a time");
        let wait = until - self.now;
        self.pass(wait);
        wait
    }

    fn pass(&mut self, duration: Duration) {
        self.now = self.now + duration;
        self.wake();
    }

    /// What was told since the last call.
    fn told(&mut self) -> Vec<String> {
        std::mem::take(&mut self.events)
    }

    /// Where the entries stand.
    fn states(&self) -> Vec<String> {
        let entries = self.queue.entries();
        let shown = entries.map(|entry| {
            let state = format!("{:?}", entry.state);
            let state = state.split([' ', '(']).next().unwrap_or_default();
            format!("{} {state}", number(entry.txn_id))
        });
        shown.collect()
    }
}

fn homeserver() -> Homeserver {
    Homeserver::new(BaseUrl::parse("https://example.org").unwrap())
}

fn device(name: &str) -> DeviceId {
    DeviceId::parse(name).unwrap()
}

fn room(name: &str) -> RoomId {
    RoomId::parse(name).unwrap()
}

fn message(name: &str, body: &str) -> OutgoingEvent {
    let content = json!({"msgtype": "m.text", "body": body});
    OutgoingEvent::new(room(name), "m.room.message", &content).unwrap()
}

fn redaction(name: &str, event_id: &str) -> OutgoingEvent {
    let event_id = EventId::parse(event_id).unwrap();
    OutgoingEvent::redaction(room(name), event_id, Some("a typing error"))
}

/// A request without what all of them have in common.
fn shown(request: &Request<Vec<u8>>) -> String {
    let url = request.uri().to_string();
    let url = url
        .strip_prefix("https://example.org/_matrix/client/")
        .unwrap();
    let (before, txn_id) = url.rsplit_once('/').unwrap();
    let (txn_id, query) = txn_id.split_once('?').unwrap_or((txn_id, ""));
    let last = match TransactionId::parse(txn_id) {
        Ok(id) if url.starts_with("v3/rooms") => number(&id).to_string(),
        _ => txn_id.to_owned(),
    };
    let body = std::str::from_utf8(request.body()).unwrap();
    let query = match query {
        "" => String::new(),
        query => format!("?{query}"),
    };
    format!("{} {before}/{last}{query} {body}", request.method())
}

fn number(txn_id: &TransactionId) -> u8 {
    let mut bytes = 0..=u8::MAX;
    let found = bytes.find(|byte| TransactionId::from_entropy([*byte; 16]) == *txn_id);
    found.expect("it is made of one byte")
}

/// An event in a few words.
fn told(event: &SendEvent) -> String {
    match event {
        SendEvent::Sent {
            txn_id, event_id, ..
        } => format!("sent {} as {event_id}", number(txn_id)),
        SendEvent::Redacted { txn_id, .. } => format!("redacted by {}", number(txn_id)),
        SendEvent::Scheduled { txn_id, .. } => format!("scheduled {}", number(txn_id)),
        SendEvent::DelayEnded { txn_id, .. } => format!("delay of {} ended", number(txn_id)),
        SendEvent::Stuck { txn_id, error, .. } => {
            let code = error.errcode().map(|code| code.to_string());
            let status = || format!("{:?}", error.status().map(|status| status.as_u16()));
            format!("stuck {} {}", number(txn_id), code.unwrap_or_else(status))
        }
        SendEvent::MayHaveBeenSent { txn_id, reason, .. } => {
            format!("perhaps sent {} {reason:?}", number(txn_id))
        }
        SendEvent::RetryScheduled { txn_id, .. } => format!("retry {}", number(txn_id)),
        SendEvent::Limited(retry) => format!("limited until {}", retry.until.as_millis()),
        SendEvent::Offline(_) => "offline".to_owned(),
        SendEvent::Online => "online".to_owned(),
        SendEvent::LoggedOut(_) => "logged out".to_owned(),
        SendEvent::Changed { revision } => format!("changed {revision}"),
    }
}
