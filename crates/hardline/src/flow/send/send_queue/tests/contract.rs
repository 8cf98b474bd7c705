use std::cell::RefCell;
use std::collections::BTreeMap;

use super::*;
use crate::flow::test_harness::{Choices, START, Trial};

/// A room on the server: its events by their transaction IDs, in order.
type Rooms = BTreeMap<String, Vec<String>>;

#[test]
fn whatever_happens_a_queue_keeps_the_contract_and_sends_each_event_once() {
    for seed in 0..1_500 {
        let rooms = RefCell::new(Rooms::new());
        let server = |_: Timestamp, request: Request<Vec<u8>>| {
            let mut parts = request.uri().path().rsplit('/');
            let (txn_id, room) = (parts.next().unwrap(), parts.nth(2).unwrap());
            let mut rooms = rooms.borrow_mut();
            let room = rooms.entry(room.to_owned()).or_default();
            if !room.iter().any(|known| known == txn_id) {
                room.push(txn_id.to_owned());
            }
            Response::new(format!(r#"{{"event_id": "${txn_id}"}}"#))
        };
        let mut queue = SendQueue::new(START, homeserver(), device("ONE"), seed);
        let mut expected = Rooms::new();
        for byte in 0..6_u8 {
            let name = ["!a", "!b"][usize::from(byte) % 2];
            let event = message(name, "hello");
            let txn_id = queue.enqueue(START, event, [byte; 16]).unwrap();
            let room = expected.entry(name.replace('!', "%21")).or_default();
            room.push(txn_id.to_string());
        }
        queue.close(START);
        let saves = seed % 3 > 0;
        if !saves {
            queue.queue.options.confirms_saves = false;
        }
        let trial = Trial::new(queue, Choices::from_seed(seed), server)
            .with_program(|queue: &mut SendQueue, event, now| match event {
                SendEvent::Changed { revision } => queue.saved(now, *revision),
                // What a gateway refuses is tried again, and what the clock's steps make uncertain too.
                SendEvent::Stuck { txn_id, .. } => queue.retry(now, txn_id).unwrap_or_default(),
                SendEvent::MayHaveBeenSent { txn_id, .. } => {
                    queue.resend(now, txn_id).unwrap_or_default();
                }
                SendEvent::LoggedOut(_) => queue.new_device(now, device("ONE")),
                _ => {}
            })
            .with_pending(|queue: &SendQueue| !queue.is_empty())
            .with_at_most(3_000)
            .with_saving();
        let report = trial
            .run()
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        if report.outcome.is_none() {
            // It was loaded with something that it had told before.
            let mut entries = report.flow.entries();
            assert!(
                entries.any(|entry| matches!(
                    entry.state,
                    QueuedState::Stuck(_) | QueuedState::MayHaveBeenSent(_)
                )),
                "seed {seed}: {:?}",
                report.log
            );
            continue;
        }
        assert_eq!(*rooms.borrow(), expected, "seed {seed}");
    }
}
