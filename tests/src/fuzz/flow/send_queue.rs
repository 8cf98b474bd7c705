use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use hardline::flow::test_harness::Trial;
use hardline::flow::{
    OutgoingEvent, QueuedState, SendEvent, SendOptions, SendQueue, SendQueueError,
};
use hardline::types::{DeviceId, EventId, RoomId, Timestamp, TransactionId};
use hardline::wire::{BaseUrl, Homeserver};
use http::Request;
use serde_json::json;

use super::expectations::START;
use super::played::Played;
use super::script::Script;
use crate::simulation::BASE_URL;

/// The most inputs, and how often the program does something at most.
const AT_MOST: u32 = 20_000;
const TURNS: u64 = 300;

/// Tries a queue with a script. The first line is what its program does, a letter each time that it is told something, and
/// from the beginning again; the rest are the steps of the network and the server.
pub(super) fn try_send_queue(mut script: Script<'_>) {
    let mut letters = script.line().to_vec();
    let played = Played::read(&mut script);
    let mut options = SendOptions::default();
    options.max_entries = 12;
    options.goes_on_past_stuck = letters.len() % 2 == 1;
    options.confirms_saves = letters.first() != Some(&b'!');
    let confirms_saves = options.confirms_saves;
    if !confirms_saves {
        // The program would not hear of an event that is kept alive, and never cancel it.
        letters.retain(|letter| *letter != b'n');
    }
    let homeserver = Homeserver::new(BaseUrl::parse(BASE_URL).unwrap());
    let device_id = DeviceId::parse("ONE").unwrap();
    let mut queue = SendQueue::new(START, homeserver, device_id, 1).with_options(options);
    for letter in letters.iter().take(4) {
        act(&mut queue, *letter, START);
    }
    let saved = RefCell::new(BTreeSet::<TransactionId>::new());
    let server = |_: Timestamp, request: Request<Vec<u8>>| {
        let path = request.uri().path();
        if confirms_saves && path.contains("/rooms/") {
            let (_, txn_id) = path.rsplit_once('/').unwrap();
            let saved = saved.borrow();
            assert!(saved.contains(txn_id), "{path} is sent and in no save");
        }
        played.answer(&request)
    };
    let program = |queue: &mut SendQueue, event: &SendEvent, now: Timestamp| {
        if let SendEvent::Changed { revision } = event {
            let entries = queue.entries().map(|entry| entry.txn_id.clone());
            saved.borrow_mut().extend(entries);
            queue.saved(now, *revision);
        }
        // The same for the queue and for the one that it was saved from.
        let turn = queue.revision();
        if turn < TURNS && !letters.is_empty() {
            let letter = letters[turn as usize % letters.len()];
            act(queue, letter, now);
        } else {
            clear(queue, now);
        }
    };
    let trial = Trial::new(queue, played.choices(), server)
        .with_program(program)
        .with_pending(|queue: &SendQueue| !queue.is_empty())
        .with_at_most(AT_MOST)
        .with_saving();
    if let Err(error) = trial.run() {
        panic!("{error}");
    }
}

/// The program does something. What is not possible changes nothing.
fn act(queue: &mut SendQueue, letter: u8, now: Timestamp) {
    let mut entropy = [letter; 16];
    entropy[..8].copy_from_slice(&queue.revision().to_be_bytes());
    let room = RoomId::parse(["!a", "!b", "!c"][usize::from(letter) % 3]).unwrap();
    let content = json!({"msgtype": "m.text", "body": char::from(letter).to_string()});
    let nth = usize::from(letter) % (queue.len() + 1);
    let txn_id = queue.entries().nth(nth).map(|entry| entry.txn_id.clone());
    let before = queue.revision();
    let message = || OutgoingEvent::new(room.clone(), "m.room.message", &content).unwrap();
    let delay = Duration::from_secs(60);
    let queued = match (letter, &txn_id) {
        (b'a'..=b'f', _) => Some(message()),
        (b'g'..=b'i', _) => Some(OutgoingEvent::awaiting_content(room, "m.room.encrypted")),
        (b'j'..=b'l', _) => {
            let event_id = EventId::parse("$old").unwrap();
            Some(OutgoingEvent::redaction(room, event_id, None))
        }
        (b'm', _) => Some(message().delayed(delay)),
        (b'n', _) => Some(message().kept_alive(delay)),
        _ => None,
    };
    if let Some(event) = queued {
        if let Err(error) = queue.enqueue(now, event, entropy) {
            assert!(!matches!(error.reason(), SendQueueError::NotQueued));
            assert_eq!(queue.revision(), before, "it was refused");
        }
        return;
    }
    let _ = match (letter, txn_id) {
        (b'o'..=b'q', Some(txn_id)) => queue.edit(now, &txn_id, &content, entropy).map(drop),
        (b'r'..=b't', Some(txn_id)) => queue.discard(now, &txn_id, entropy).map(drop),
        (b'u', Some(txn_id)) => queue.provide(now, &txn_id, &content),
        (b'v', Some(txn_id)) => queue.retry(now, &txn_id),
        (b'w', Some(txn_id)) => queue.resend(now, &txn_id),
        (b'x', Some(txn_id)) => queue.send_now(now, &txn_id),
        (b'y', _) => {
            queue.nudge(now);
            Ok(())
        }
        (b'z', _) => {
            let name = format!("DEVICE{}", queue.revision());
            queue.new_device(now, DeviceId::parse(name).unwrap());
            Ok(())
        }
        _ => Ok(()),
    };
}

/// The program wants nothing more.
fn clear(queue: &mut SendQueue, now: Timestamp) {
    let entries = queue.entries();
    let left =
        entries.filter(|entry| !matches!(entry.state, QueuedState::Queued | QueuedState::InFlight));
    let left = left.map(|entry| entry.txn_id.clone());
    let scheduled = queue.scheduled().map(|(_, txn_id)| txn_id.clone());
    let left: Vec<_> = left.chain(scheduled).collect();
    for txn_id in left {
        let _ = queue.discard(now, &txn_id, [0; 16]);
    }
}
