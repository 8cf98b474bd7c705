//! Proposals beyond the specification.

use hardline::client_api::ephemeral::SendToDevice;
use hardline::client_api::room_events::{
    GetOneRoomEvent, GetRoomStateWithKey, SetRoomStateWithKey,
};
use hardline::client_api::unstable::msc3814::{
    DeleteDehydratedDevice, GetDehydratedDevice, GetDehydratedDeviceEvents,
    PostDehydratedDeviceEvents, PutDehydratedDevice,
};
use hardline::client_api::unstable::msc4140::{
    DelayedEventAction, GetDelayedEvents, ScheduleDelayedEvent, SendDelayedEvent, SetDelayedState,
    UpdateDelayedEvent,
};
use hardline::client_api::unstable::msc4186::{
    ExtensionWanted, ExtensionsWanted, ListRange, RoomSubscription, SlidingSync, SlidingSyncList,
    StatePattern, ToDeviceWanted,
};
use hardline::json::JsonMap;
use hardline::types::{DeviceId, RoomId};
use serde_json::json;

use super::content::{content, events, object, of_type, raw};
use super::person::Person;

pub(super) fn run(alice: &Person<'_>, bob: &Person<'_>) {
    let room_id = alice.room_with(bob);
    sliding_sync(alice, bob, &room_id);
    delayed_events(alice, bob, &room_id);
    dehydrated_device(alice, bob);
}

fn sliding_sync(alice: &Person<'_>, bob: &Person<'_>, room_id: &RoomId) {
    let list = SlidingSyncList::new(
        vec![ListRange::new(0, 0)],
        1,
        vec![
            StatePattern::new("m.room.create", ""),
            StatePattern::new("m.room.member", "$LAZY"),
        ],
    );
    let subscription = RoomSubscription::new(10, vec![StatePattern::new("*", "*")]);
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
    let mut sync = SlidingSync::new();
    sync.conn_id = Some("main".to_owned());
    sync.lists = Some(JsonMap::from([("all".to_owned(), list)]));
    sync.room_subscriptions = Some(JsonMap::from([(room_id.clone(), subscription)]));
    sync.extensions = Some(extensions);
    let Some(first) = bob.call_if_there(sync.clone()) else {
        return;
    };
    assert!(first.lists["all"].count >= 1);
    let room = &first.rooms[room_id];
    assert!(room.initial);
    assert_eq!(room.joined_count, Some(2));
    assert!(of_type(&room.required_state, "m.room.power_levels").is_some());
    assert!(!room.timeline.is_empty());
    let extensions = &first.extensions;
    assert!(extensions.e2ee.is_some());
    assert!(extensions.to_device.is_some());
    assert!(extensions.account_data.is_some());

    let topic = json!({"topic": "News"});
    let set = SetRoomStateWithKey::event(room_id.clone(), "m.room.topic", "", &topic);
    alice.call(set.unwrap());
    sync.pos = Some(first.pos);
    sync.timeout = Some(10_000);
    let news = bob.call(sync);
    let room = &news.rooms[room_id];
    assert!(!room.initial);
    assert!(of_type(&room.timeline, "m.room.topic").is_some());
}

fn delayed_events(alice: &Person<'_>, bob: &Person<'_>, room_id: &RoomId) {
    const HOUR: u64 = 3_600_000;
    let left = json!({"is": "left"});
    let send = SendDelayedEvent::new(
        room_id.clone(),
        "org.example.left".to_owned(),
        alice.transaction(),
        raw(left.clone()),
        HOUR,
    );
    let Some(sent) = alice.call_if_there(send) else {
        return;
    };
    let message = sent.delay_id.unwrap();
    let set = SetDelayedState::new(
        room_id.clone(),
        "org.example.left".to_owned(),
        "key".to_owned(),
        raw(left.clone()),
        HOUR,
    );
    let state = alice.call(set).delay_id.unwrap();
    let schedule = ScheduleDelayedEvent::new(
        room_id.clone(),
        "org.example.left".to_owned(),
        alice.transaction(),
        HOUR,
        raw(left),
    );
    alice.call_if_there(schedule);

    let scheduled = alice.call(GetDelayedEvents::new()).delayed_events;
    let found = |id: &str| scheduled.iter().find(|event| event.delay_id == id);
    assert_eq!(found(&message).unwrap().room_id, *room_id);
    assert_eq!(found(&message).unwrap().event_type, "org.example.left");
    assert_eq!(found(&state).unwrap().state_key.as_deref(), Some("key"));
    let delay = found(&state).unwrap();
    assert_eq!(delay.delay.or(delay.delay_ms), Some(HOUR));

    let since = bob.now();
    let update = |id: &str, action| alice.call(UpdateDelayedEvent::new(id.to_owned(), action));
    update(&state, DelayedEventAction::Restart);
    update(&state, DelayedEventAction::Send);
    update(&message, DelayedEventAction::Cancel);
    let event = bob.news(&since, |news| {
        let room = news.rooms.join.get(room_id)?;
        of_type(&room.timeline.events, "org.example.left")
    });
    assert_eq!(event.state_key().as_deref(), Some("key"));
    let get = GetOneRoomEvent::new(room_id.clone(), event.event_id().unwrap());
    assert_eq!(
        content::<String>(&bob.call(get), "is").as_deref(),
        Some("left")
    );
    let get = GetRoomStateWithKey::new(
        room_id.clone(),
        "org.example.left".to_owned(),
        "key".to_owned(),
    );
    assert_eq!(bob.call(get).field::<String>("is").as_deref(), Some("left"));
}

fn dehydrated_device(alice: &Person<'_>, bob: &Person<'_>) {
    let device_id = DeviceId::parse("dehydrated").unwrap();
    let data = object(json!({"algorithm": "org.example.none", "device_pickle": "p", "nonce": "n"}));
    let mut put = PutDehydratedDevice::new(device_id.clone(), data.clone());
    put.initial_device_display_name = Some("A dry device".to_owned());
    let keys = json!({
        "user_id": bob.user_id,
        "device_id": device_id,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2"],
        "keys": {"curve25519:dehydrated": "k", "ed25519:dehydrated": "k"},
        "signatures": {},
        "dehydrated": true,
    });
    put.device_keys = Some(raw(keys));
    let Some(stored) = bob.call_if_there(put) else {
        return;
    };
    assert_eq!(stored.device_id, device_id);
    let found = bob.call(GetDehydratedDevice::new());
    assert_eq!(found.device_id, device_id);
    assert_eq!(
        found
            .device_data
            .field::<String>("device_pickle")
            .as_deref(),
        Some("p")
    );

    let message = JsonMap::from([(device_id.clone(), raw(json!({"key": "of a room"})))]);
    let messages = JsonMap::from([(bob.user_id.clone(), message)]);
    let event_type = "org.example.key".to_owned();
    alice.call(SendToDevice::new(event_type, alice.transaction(), messages));
    let page = bob.call_if_there(PostDehydratedDeviceEvents::new(device_id.clone()));
    let newer_page = bob.call_if_there(GetDehydratedDeviceEvents::new(device_id.clone()));
    let page = page.or(newer_page).unwrap();
    let heard = events(&page.events);
    let [event] = &heard[..] else {
        panic!("{heard:?}")
    };
    assert_eq!(
        content::<String>(event, "key").as_deref(),
        Some("of a room")
    );
    assert_eq!(bob.call(DeleteDehydratedDevice::new()).device_id, device_id);
    let gone = bob.refused(GetDehydratedDevice::new());
    assert_eq!(gone, (404, "M_NOT_FOUND".to_owned()));
}
