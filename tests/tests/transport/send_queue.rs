//! A send queue over every transport, on the loopback.

use hardline::client_api::room_events::{Direction, GetRoomEvents};
use hardline::client_api::rooms::CreateRoom;
use hardline::flow::{Discarded, Edited, OutgoingEvent, SendEvent, SendQueue};
use hardline::types::{DeviceId, RoomId};
use hardline::wire::{BaseUrl, Homeserver, Target};
use hardline_loopback::{Fault, Loopback};
use hardline_tests::e2e::Person;
use hardline_tests::raw_socket::now;
use hardline_tests::runner::{BACKENDS, Runner};
use serde_json::{Value, json};

/// What a room's messages say, oldest first.
fn bodies(person: &Person<'_>, room_id: &RoomId) -> Vec<Value> {
    let mut asked = GetRoomEvents::new(room_id.clone(), Direction::Forward);
    asked.limit = Some(100);
    let page = person.runner.call(asked).unwrap();
    let events = page.chunk.iter().map(|event| event.unwrap().value);
    let messages = events.filter(|event| event.event_type().as_deref() == Some("m.room.message"));
    let contents = messages.map(|event| event.content().deserialize::<Value>().unwrap());
    contents.map(|content| content["body"].clone()).collect()
}

#[test]
fn a_queue_sends_each_event_once_and_in_order_over_every_transport() {
    for backend in BACKENDS {
        let loopback = Loopback::start().unwrap();
        let runner = Runner::new(backend, Target::homeserver(loopback.url()).unwrap());
        let no_texts = |_: &str| -> String { panic!("no text is sent") };
        let person = Person::register(runner, "alice", &no_texts);
        let create = || person.runner.call(CreateRoom::new()).unwrap().room_id;
        let rooms = [create(), create()];

        let homeserver = Homeserver::new(BaseUrl::parse(loopback.url()).unwrap());
        let device_id = DeviceId::parse("ONE").unwrap();
        let mut queue = SendQueue::new(now(), homeserver, device_id, 1);
        let mut say = |room: usize, body: &str, byte: u8| {
            let content = json!({"msgtype": "m.text", "body": body});
            let event = OutgoingEvent::new(rooms[room].clone(), "m.room.message", &content);
            queue.enqueue(now(), event.unwrap(), [byte; 16]).unwrap()
        };
        let lost = say(0, "one", 1);
        say(0, "two", 2);
        say(1, "three", 3);
        let wrong = say(1, "four", 4);
        let last = say(1, "fife", 5);
        // None of them has left, so they are as if they had never been.
        let removed = queue.discard(now(), &wrong, [6; 16]).unwrap();
        assert_eq!(removed, Discarded::FromQueue);
        let right = json!({"msgtype": "m.text", "body": "five"});
        let edited = queue.edit(now(), &last, &right, [7; 16]).unwrap();
        assert_eq!(edited, Edited::InPlace);
        queue.close(now());
        // The answer to the first event gets lost until the program hears of it.
        let room_id = rooms[0].as_str().replace('!', "%21").replace(':', "%3A");
        let path = format!("/_matrix/client/v3/rooms/{room_id}/send/m.room.message/{lost}");
        loopback.set_fault(&path, Fault::LoseAnswer);

        let mut told = Vec::new();
        person
            .runner
            .run(queue, &mut |event, queue, now| match event {
                SendEvent::Changed { revision } => {
                    // A program of any kind writes this somewhere.
                    assert!(serde_json::to_string(queue).unwrap().contains("SendQueue"));
                    queue.saved(now, revision);
                }
                SendEvent::Offline(_) | SendEvent::RetryScheduled { .. } => {
                    loopback.clear_fault(&path);
                    queue.nudge(now);
                }
                SendEvent::Sent { txn_id, .. } => told.push(txn_id),
                SendEvent::Online => {}
                other => panic!("{backend:?}: {other:?}"),
            });
        assert_eq!(bodies(&person, &rooms[0]), ["one", "two"], "{backend:?}");
        assert_eq!(bodies(&person, &rooms[1]), ["three", "five"], "{backend:?}");
        assert_eq!(told.len(), 4, "{backend:?}: {told:?}");
        assert!(told.contains(&lost), "{backend:?}: {told:?}");
    }
}
