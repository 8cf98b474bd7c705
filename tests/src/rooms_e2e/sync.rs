//! News: filters, syncs, and the streams that came before them.

use hardline::client_api::room_events::{SendMessage, SetRoomStateWithKey};
use hardline::client_api::rooms::{CreateRoom, InitialStateEvent, RoomPreset};
use hardline::client_api::sync::{
    DefineFilter, EventFilter, Filter, GetEvents, GetFilter, GetOneEvent, InitialSync, PeekEvents,
    RoomEventFilter, RoomFilter, RoomInitialSync, Sync, SyncFilter, SyncResponse, SyncWithRawRooms,
};
use hardline::types::{EventId, Membership, PresenceState, RoomId};
use serde_json::json;

use super::content::{content, events, of_type, raw};
use super::person::Person;

pub(super) fn run(alice: &Person<'_>, bob: &Person<'_>) {
    let room_id = alice.room_with(bob);
    syncs(alice, bob, &room_id);
    state_after(alice, bob, &room_id);
    older_streams(alice, bob, &room_id);
    peeking(alice, bob);
}

fn say(person: &Person<'_>, room_id: &RoomId, body: &str) -> EventId {
    let content = json!({"msgtype": "m.text", "body": body});
    let send = SendMessage::event(
        room_id.clone(),
        "m.room.message",
        person.transaction(),
        &content,
    );
    person.call(send.unwrap()).event_id
}

/// Two messages of each room, its members only where they wrote one.
fn filter(room_id: &RoomId) -> Filter {
    let mut timeline = RoomEventFilter::new();
    timeline.limit = Some(2);
    timeline.lazy_load_members = Some(true);
    timeline.unread_thread_notifications = Some(true);
    let mut room = RoomFilter::new();
    room.rooms = Some(vec![room_id.clone()]);
    room.timeline = Some(timeline.clone());
    room.state = Some(timeline);
    room.include_leave = Some(true);
    let mut presence = EventFilter::new();
    presence.types = Some(Vec::new());
    let mut filter = Filter::new();
    filter.room = Some(room);
    filter.presence = Some(presence);
    filter
}

fn syncs(alice: &Person<'_>, bob: &Person<'_>, room_id: &RoomId) {
    let filter = filter(room_id);
    let define = DefineFilter::new(bob.user_id.clone(), filter.clone());
    let filter_id = bob.call(define).filter_id;
    let get = GetFilter::new(bob.user_id.clone(), filter_id.clone());
    assert_eq!(bob.call(get), filter);

    for body in ["one", "two", "three"] {
        say(alice, room_id, body);
    }
    let mut sync = Sync::new();
    sync.filter = Some(SyncFilter::parse(filter_id).unwrap());
    sync.set_presence = Some(PresenceState::Offline);
    let first = bob.call(sync.clone());
    // Some servers list the other rooms too, without events.
    let mut rooms = first.rooms.join.iter();
    assert!(rooms.all(|(id, room)| id == room_id || room.timeline.events.is_empty()));
    let room = &first.rooms.join[room_id];
    assert!(room.timeline.limited && room.timeline.prev_batch.is_some());
    let bodies = events(&room.timeline.events);
    let bodies: Vec<String> = bodies
        .iter()
        .filter_map(|event| content(event, "body"))
        .collect();
    assert_eq!(bodies, ["two", "three"]);
    assert!(of_type(&room.state.events, "m.room.join_rules").is_some());
    assert_eq!(room.summary.joined_member_count, Some(2));
    assert_eq!(room.summary.heroes, Some(vec![alice.user_id.clone()]));
    assert_eq!(
        room.unread_notifications
            .as_ref()
            .unwrap()
            .notification_count,
        3
    );
    assert!(first.device_one_time_keys_count.is_some());

    // The filter itself is as good as its ID, and each room may be left undecoded.
    sync.filter = Some(SyncFilter::inline(&filter).unwrap());
    sync.since = Some(first.next_batch);
    let fourth = say(alice, room_id, "four");
    sync.timeout = Some(10_000);
    let news = bob.call(SyncWithRawRooms(sync.clone()));
    let room = news.rooms.join.get(room_id.as_str()).unwrap().unwrap();
    assert!(room.warnings.is_empty(), "{:?}", room.warnings);
    let message = of_type(&room.value.timeline.events, "m.room.message").unwrap();
    assert_eq!(message.event_id(), Some(fourth));
    assert!(!room.value.timeline.limited);

    sync.since = Some(news.next_batch);
    sync.timeout = Some(0);
    sync.full_state = Some(true);
    let full = bob.call(sync);
    let room = &full.rooms.join[room_id];
    assert!(of_type(&room.state.events, "m.room.power_levels").is_some());
}

fn state_after(alice: &Person<'_>, bob: &Person<'_>, room_id: &RoomId) {
    let since = bob.now();
    let topic = json!({"topic": "Afterwards"});
    let set = SetRoomStateWithKey::event(room_id.clone(), "m.room.topic", "", &topic);
    alice.call(set.unwrap());
    let mut sync = Sync::new().with_state_after();
    sync.since = Some(since);
    sync.timeout = Some(10_000);
    let news: SyncResponse = bob.call(sync);
    let room = &news.rooms.join[room_id];
    // A server that does not have it leaves it out.
    if let Some(after) = room.after() {
        let topic = of_type(&after.events, "m.room.topic").unwrap();
        assert_eq!(
            content::<String>(&topic, "topic").as_deref(),
            Some("Afterwards")
        );
    } else {
        assert!(bob.trial.refusal("use_state_after").is_some());
    }
}

fn older_streams(alice: &Person<'_>, bob: &Person<'_>, room_id: &RoomId) {
    let mut whole = InitialSync::new();
    whole.limit = Some(2);
    whole.archived = Some(false);
    let Some(whole) = bob.call_if_there(whole) else {
        bob.call_if_there(RoomInitialSync::new(room_id.clone()));
        bob.call_if_there(GetEvents::new());
        let event_id = say(alice, room_id, "five");
        bob.call_if_there(GetOneEvent::new(event_id));
        return;
    };
    let room = whole.rooms.iter().find(|room| room.room_id == *room_id);
    let room = room.unwrap();
    assert_eq!(room.membership, Some(Membership::Join));
    let messages = room.messages.as_ref().unwrap();
    assert!(!messages.chunk.is_empty());

    let one = bob.call(RoomInitialSync::new(room_id.clone()));
    assert_eq!(one.room_id, *room_id);
    assert_eq!(one.membership, Some(Membership::Join));
    assert!(of_type(&one.state, "m.room.create").is_some());

    let event_id = say(alice, room_id, "five");
    let mut stream = GetEvents::new();
    stream.from = Some(whole.end);
    stream.timeout = Some(10_000);
    let page = bob.call(stream);
    let heard = events(&page.chunk).into_iter();
    let heard = heard.filter_map(|event| event.event_id());
    assert!(heard.into_iter().any(|heard| heard == event_id));
    assert!(page.start.is_some() && page.end.is_some());

    let event = bob.call(GetOneEvent::new(event_id.clone()));
    assert_eq!(event.event_id(), Some(event_id));
}

/// Whoever is not in a room may look into it, if everybody may.
fn peeking(alice: &Person<'_>, bob: &Person<'_>) {
    let mut create = CreateRoom::new();
    create.preset = Some(RoomPreset::PublicChat);
    create.initial_state = Some(vec![InitialStateEvent::new(
        "m.room.history_visibility".to_owned(),
        raw(json!({"history_visibility": "world_readable"})),
    )]);
    let room_id = alice.call(create).room_id;
    let mut peek = PeekEvents::new(room_id.clone());
    peek.timeout = Some(0);
    let Some(page) = bob.call_if_there(peek.clone()) else {
        return;
    };
    let event_id = say(alice, &room_id, "Look at me");
    peek.from = page.end;
    peek.timeout = Some(10_000);
    let page = bob.call(peek);
    let seen = of_type(&page.chunk, "m.room.message").unwrap();
    assert_eq!(seen.event_id(), Some(event_id));
}
