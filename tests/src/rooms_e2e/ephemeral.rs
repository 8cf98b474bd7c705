//! What is not kept: receipts, typing, presence, messages to devices.

use hardline::client_api::ephemeral::{
    GetPresence, PostReceipt, ReceiptType, SendToDevice, SetPresence, SetReadMarker, SetTyping,
};
use hardline::client_api::room_events::SendMessage;
use hardline::json::JsonMap;
use hardline::types::{EventId, PresenceState, RoomId, UserId};
use serde_json::{Value, json};

use super::content::{content, events, of_type, raw, value};
use super::person::Person;

pub(super) fn run(alice: &Person<'_>, bob: &Person<'_>) {
    let room_id = alice.room_with(bob);
    let content = json!({"msgtype": "m.text", "body": "Have you read this?"});
    let transaction = alice.transaction();
    let send = SendMessage::event(room_id.clone(), "m.room.message", transaction, &content);
    let event_id = alice.call(send.unwrap()).event_id;
    receipts(alice, bob, &room_id, &event_id);
    typing(alice, bob, &room_id);
    presence(alice, bob);
    to_device(alice, bob);
}

/// What a member of a room hears that is not kept.
fn heard(person: &Person<'_>, since: &str, room_id: &RoomId, event_type: &str) -> Value {
    person.news(since, |news| {
        let room = news.rooms.join.get(room_id)?;
        let event = of_type(&room.ephemeral.events, event_type)?;
        Some(value(&event.content()))
    })
}

fn receipts(alice: &Person<'_>, bob: &Person<'_>, room_id: &RoomId, event_id: &EventId) {
    let since = alice.now();
    let mut receipt = PostReceipt::new(room_id.clone(), ReceiptType::Read, event_id.clone());
    receipt.thread_id = Some("main".to_owned());
    bob.call(receipt);
    let receipts = heard(alice, &since, room_id, "m.receipt");
    let receipt = &receipts[event_id.as_str()]["m.read"][bob.user_id.as_str()];
    assert_eq!(receipt["thread_id"], "main");
    assert!(receipt["ts"].as_u64() >= Some(bob.trial.started.as_millis()));

    let since = bob.now();
    let mut marker = SetReadMarker::new(room_id.clone());
    marker.fully_read = Some(event_id.clone());
    marker.read_private = Some(event_id.clone());
    bob.call(marker);
    let marker = bob.news(&since, |news| {
        let room = news.rooms.join.get(room_id)?;
        of_type(&room.account_data.events, "m.fully_read")
    });
    assert_eq!(
        content::<EventId>(&marker, "event_id").as_ref(),
        Some(event_id)
    );
}

fn typing(alice: &Person<'_>, bob: &Person<'_>, room_id: &RoomId) {
    let since = alice.now();
    let mut typing = SetTyping::new(room_id.clone(), bob.user_id.clone(), true);
    typing.timeout = Some(30_000);
    bob.call(typing);
    let heard_first = heard(alice, &since, room_id, "m.typing");
    assert_eq!(heard_first, json!({"user_ids": [bob.user_id]}));
    let since = alice.now();
    bob.call(SetTyping::new(room_id.clone(), bob.user_id.clone(), false));
    let heard_last = heard(alice, &since, room_id, "m.typing");
    assert_eq!(heard_last, json!({"user_ids": []}));
}

fn presence(alice: &Person<'_>, bob: &Person<'_>) {
    let since = alice.now();
    let mut away = SetPresence::new(bob.user_id.clone(), PresenceState::Unavailable);
    away.status_msg = Some("Asleep 💤".to_owned());
    bob.call(away);
    let presence = alice.call(GetPresence::new(bob.user_id.clone()));
    assert_eq!(presence.presence, PresenceState::Unavailable);
    assert_eq!(presence.status_msg.as_deref(), Some("Asleep 💤"));
    let status: String = alice.news(&since, |news| {
        let mut events = events(&news.presence.events).into_iter();
        let event = events.find(|event| {
            event.sender().as_ref() == Some(&bob.user_id)
                && content::<String>(event, "status_msg").is_some()
        });
        content(&event?, "status_msg")
    });
    assert_eq!(status, "Asleep 💤");
}

fn to_device(alice: &Person<'_>, bob: &Person<'_>) {
    let since = bob.now();
    let message = raw(json!({"secret": "of two devices"}));
    let to_bob = JsonMap::from([(bob.device_id.clone(), message)]);
    let messages = JsonMap::from([(bob.user_id.clone(), to_bob)]);
    let event_type = "org.example.whisper".to_owned();
    let send = SendToDevice::new(event_type, alice.transaction(), messages);
    alice.call(send.clone());
    // The same transaction is the same message.
    alice.call(send);
    let heard = bob.news(&since, |news| {
        let events = events(&news.to_device.events);
        (!events.is_empty()).then_some(events)
    });
    let [event] = &heard[..] else {
        panic!("{heard:?}")
    };
    assert_eq!(event.event_type().as_deref(), Some("org.example.whisper"));
    assert_eq!(event.sender().as_ref(), Some::<&UserId>(&alice.user_id));
    assert_eq!(
        content::<String>(event, "secret").as_deref(),
        Some("of two devices")
    );
}
