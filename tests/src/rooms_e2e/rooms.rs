//! Rooms: made, found by their names and in the directory, gathered in spaces, replaced.

use hardline::client_api::membership::JoinRoomById;
use hardline::client_api::room_events::{GetRoomStateWithKey, SetRoomStateWithKey};
use hardline::client_api::rooms::{
    CreateRoom, DeleteRoomAlias, GetLocalAliases, GetMutualRooms, GetPublicRooms, GetRoomIdByAlias,
    GetRoomSummary, GetRoomVisibilityOnDirectory, GetSpaceHierarchy, InitialStateEvent,
    PublicRoomsFilter, QueryPublicRooms, RoomPreset, SetRoomAlias, SetRoomVisibilityOnDirectory,
    UpgradeRoom,
};
use hardline::types::{
    JoinRule, Membership, RoomAliasId, RoomId, RoomOrAliasId, RoomType, RoomVersionId,
    RoomVisibility,
};
use serde_json::json;

use super::content::{content, events, object, raw};
use super::person::Person;

pub(super) fn run(alice: &Person<'_>, bob: &Person<'_>) {
    let name = format!("den-{}", alice.trial.name);
    let alias = alias(alice, &name);
    let room_id = public_room(alice, bob, &name);
    names(alice, bob, &alias, &room_id);
    directory(alice, bob, &name, &room_id);
    summary(bob, &alias, &room_id);
    space(alice, &name, &room_id);
    mutual(alice, bob, &room_id);
    upgrade(alice, &room_id);
}

fn alias(person: &Person<'_>, name: &str) -> RoomAliasId {
    RoomAliasId::from_parts(name, &person.server_name()).unwrap()
}

fn public_room(alice: &Person<'_>, bob: &Person<'_>, name: &str) -> RoomId {
    let mut create = CreateRoom::new();
    create.visibility = Some(RoomVisibility::Public);
    create.preset = Some(RoomPreset::PublicChat);
    create.room_alias_name = Some(name.to_owned());
    create.name = Some(name.to_owned());
    create.topic = Some("What foxes say".to_owned());
    create.invite = Some(vec![bob.user_id.clone()]);
    create.room_version = Some(RoomVersionId::parse("11").unwrap());
    create.creation_content = Some(object(json!({"org.example.kind": "den"})));
    create.power_level_content_override = Some(object(json!({"invite": 0})));
    let visible = raw(json!({"history_visibility": "world_readable"}));
    create.initial_state = Some(vec![
        InitialStateEvent::new("m.room.history_visibility".to_owned(), visible),
        InitialStateEvent::new(
            "m.room.guest_access".to_owned(),
            raw(json!({"guest_access": "can_join"})),
        ),
    ]);
    alice.call(create).room_id
}

fn names(alice: &Person<'_>, bob: &Person<'_>, first: &RoomAliasId, room_id: &RoomId) {
    let found = bob.call(GetRoomIdByAlias::new(first.clone()));
    assert_eq!(found.room_id.as_ref(), Some(room_id));
    assert_eq!(found.servers, [alice.server_name()]);

    let second = alias(alice, &format!("lair/{}", alice.trial.name));
    alice.call(SetRoomAlias::new(second.clone(), room_id.clone()));
    let mut aliases = alice.call(GetLocalAliases::new(room_id.clone())).aliases;
    aliases.sort();
    assert_eq!(aliases, [first.clone(), second.clone()]);
    alice.call(DeleteRoomAlias::new(second.clone()));
    let refused = bob.refused(GetRoomIdByAlias::new(second));
    assert_eq!(refused, (404, "M_NOT_FOUND".to_owned()));
}

fn directory(alice: &Person<'_>, bob: &Person<'_>, name: &str, room_id: &RoomId) {
    let visibility = |person: &Person<'_>| {
        let operation = GetRoomVisibilityOnDirectory::new(room_id.clone());
        person.call(operation).visibility
    };
    assert_eq!(visibility(bob), Some(RoomVisibility::Public));
    let mut set = SetRoomVisibilityOnDirectory::new(room_id.clone());
    set.visibility = Some(RoomVisibility::Private);
    alice.call(set.clone());
    assert_eq!(visibility(bob), Some(RoomVisibility::Private));
    set.visibility = Some(RoomVisibility::Public);
    alice.call(set);

    let mut filter = PublicRoomsFilter::new();
    filter.generic_search_term = Some(name.to_owned());
    let mut query = QueryPublicRooms::new();
    query.filter = Some(filter);
    query.limit = Some(10);
    let found = bob.until(query, |found| !found.chunk.is_empty());
    let [room] = &found.chunk[..] else {
        panic!("{found:?}")
    };
    assert_eq!(room.room_id, *room_id);
    assert_eq!(room.name.as_deref(), Some(name));
    assert_eq!(room.topic.as_deref(), Some("What foxes say"));
    assert_eq!(room.canonical_alias.as_ref(), Some(&alias(alice, name)));
    assert_eq!(room.num_joined_members, 1);
    assert!(room.world_readable && room.guest_can_join);
    assert_eq!(room.join_rule, Some(JoinRule::Public));
    assert_eq!(room.room_type, None);

    let mut list = GetPublicRooms::new();
    list.server = Some(alice.server_name());
    list.limit = Some(1000);
    let listed = bob.call(list);
    assert!(listed.chunk.iter().any(|room| room.room_id == *room_id));
}

fn summary(bob: &Person<'_>, alias: &RoomAliasId, room_id: &RoomId) {
    let mut operation = GetRoomSummary::new(RoomOrAliasId::from(alias.clone()));
    operation.via = vec![bob.server_name()];
    if let Some(summary) = bob.call_if_there(operation) {
        assert_eq!(summary.room_id, *room_id);
        assert_eq!(summary.topic.as_deref(), Some("What foxes say"));
        assert_eq!(summary.join_rule, Some(JoinRule::Public));
        assert_eq!(summary.membership, Some(Membership::Invite));
        assert_eq!(summary.encryption, None);
        assert_eq!(summary.room_version.unwrap(), "11");
    }
}

fn space(alice: &Person<'_>, name: &str, room_id: &RoomId) {
    let mut create = CreateRoom::new();
    create.name = Some("A space".to_owned());
    create.creation_content = Some(object(json!({"type": "m.space"})));
    let space_id = alice.call(create).room_id;
    let child = json!({"via": [alice.server_name()], "suggested": true});
    let set =
        SetRoomStateWithKey::event(space_id.clone(), "m.space.child", room_id.as_str(), &child);
    alice.call(set.unwrap());
    let mut operation = GetSpaceHierarchy::new(space_id.clone());
    operation.suggested_only = Some(true);
    operation.max_depth = Some(1);
    let hierarchy = alice.call(operation);
    let [space, room] = &hierarchy.rooms[..] else {
        panic!("{hierarchy:?}")
    };
    assert_eq!(space.room_id, space_id);
    assert_eq!(space.room_type, Some(RoomType::Space));
    let children = events(&space.children_state);
    assert_eq!(children[0].state_key().as_deref(), Some(room_id.as_str()));
    assert_eq!(content(&children[0], "suggested"), Some(true));
    assert_eq!(room.room_id, *room_id);
    assert_eq!(room.name.as_deref(), Some(name));
}

fn mutual(alice: &Person<'_>, bob: &Person<'_>, room_id: &RoomId) {
    bob.call(JoinRoomById::new(room_id.clone()));
    let operation = GetMutualRooms::new(bob.user_id.clone());
    if let Some(mutual) = alice.call_if_there(operation) {
        assert!(mutual.joined.contains(room_id), "{mutual:?}");
    }
}

fn upgrade(alice: &Person<'_>, room_id: &RoomId) {
    let newest = RoomVersionId::parse("12").unwrap();
    let upgrade = UpgradeRoom::new(room_id.clone(), newest);
    let replacement = alice.call(upgrade).replacement_room;
    let state = |room_id: &RoomId, event_type: &str| {
        let event_type = event_type.to_owned();
        let operation = GetRoomStateWithKey::new(room_id.clone(), event_type, String::new());
        alice.call(operation)
    };
    let tombstone = state(room_id, "m.room.tombstone");
    assert_eq!(
        tombstone.field::<RoomId>("replacement_room"),
        Some(replacement.clone())
    );
    let creation = state(&replacement, "m.room.create");
    assert_eq!(
        creation.field::<String>("room_version").as_deref(),
        Some("12")
    );
}
