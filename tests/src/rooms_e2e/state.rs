//! The state of a room, and its members.

use hardline::client_api::room_events::{
    GetJoinedMembersByRoom, GetMembersByRoom, GetRoomState, GetRoomStateWithKey,
    SetRoomStateWithKey, StateFormat,
};
use hardline::client_api::user_data::SetProfileField;
use hardline::types::{EventId, Membership, RoomId, Timestamp};
use serde_json::json;

use super::content::{content, events};
use super::person::Person;

pub(super) fn run(alice: &Person<'_>, bob: &Person<'_>) {
    let room_id = alice.room_with(bob);
    state(alice, bob, &room_id);
    members(alice, bob, &room_id);
}

fn state(alice: &Person<'_>, bob: &Person<'_>, room_id: &RoomId) {
    let topic = json!({"topic": "Übersicht 🦊"});
    let set = SetRoomStateWithKey::event(room_id.clone(), "m.room.topic", "", &topic);
    let event_id = alice.call(set.unwrap()).event_id;
    let mut get =
        GetRoomStateWithKey::new(room_id.clone(), "m.room.topic".to_owned(), String::new());
    let content_of_topic = bob.call(get.clone());
    assert_eq!(
        content_of_topic.field::<String>("topic").as_deref(),
        Some("Übersicht 🦊")
    );
    get.format = Some(StateFormat::Event);
    let event = bob.call(get);
    assert_eq!(event.field::<EventId>("event_id"), Some(event_id));
    assert!(event.field::<Timestamp>("origin_server_ts").is_some());

    let key = "a/b c?d#e%2Fé";
    let set = SetRoomStateWithKey::event(
        room_id.clone(),
        "org.example.odd/type",
        key,
        &json!({"is": "kept"}),
    );
    bob.call(set.unwrap());
    let state = events(&alice.call(GetRoomState::new(room_id.clone())));
    let odd = state
        .iter()
        .find(|event| event.event_type().as_deref() == Some("org.example.odd/type"))
        .unwrap();
    assert_eq!(odd.state_key().as_deref(), Some(key));
    assert_eq!(content::<String>(odd, "is").as_deref(), Some("kept"));
    let get = GetRoomStateWithKey::new(
        room_id.clone(),
        "org.example.odd/type".to_owned(),
        key.to_owned(),
    );
    assert_eq!(
        alice.call(get).field::<String>("is").as_deref(),
        Some("kept")
    );
    let absent = GetRoomStateWithKey::new(
        room_id.clone(),
        "org.example.none".to_owned(),
        String::new(),
    );
    assert_eq!(alice.refused(absent), (404, "M_NOT_FOUND".to_owned()));
}

fn members(alice: &Person<'_>, bob: &Person<'_>, room_id: &RoomId) {
    let name = SetProfileField::field(bob.user_id.clone(), "displayname", "Bob 🐻").unwrap();
    bob.call(name);
    let joined = alice.until(GetJoinedMembersByRoom::new(room_id.clone()), |members| {
        let bob = members.joined.get(&bob.user_id);
        bob.is_some_and(|bob| bob.display_name.as_deref() == Some("Bob 🐻"))
    });
    assert_eq!(joined.joined.len(), 2);
    assert_eq!(joined.joined[&alice.user_id].avatar_url, None);

    let mut members = GetMembersByRoom::new(room_id.clone());
    members.not_membership = Some(Membership::Leave);
    members.at = Some(alice.now());
    let members = events(&alice.call(members).chunk);
    let mut users: Vec<_> = members
        .iter()
        .filter_map(|event| event.state_key())
        .collect();
    users.sort();
    let mut expected = [alice.user_id.to_string(), bob.user_id.to_string()];
    expected.sort();
    assert_eq!(users, expected);
}
