use hardline::client_api::rooms::{CreateRoom, UpgradeRoom, UpgradeRoomResponse};
use hardline::events::UserPower;
use hardline::types::{Membership, RoomId, RoomType, RoomVersionId, UserId};
use hardline::wire::server::ErrorResponse;
use serde_json::{Value, json};

use super::super::data::HomeserverData;
use super::super::errors::{forbidden, no_such_room};
use super::super::request_context::RequestContext;
use super::super::state::{Object, Room};
use super::creation;
use crate::handlers::Handlers;

/// The state that the replacement of a room takes over.
const COPIED: [&str; 8] = [
    "m.room.server_acl",
    "m.room.encryption",
    "m.room.name",
    "m.room.avatar",
    "m.room.topic",
    "m.room.guest_access",
    "m.room.history_visibility",
    "m.room.join_rules",
];

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(upgrade);
}

fn upgrade(
    context: &mut RequestContext<'_>,
    upgrade: UpgradeRoom,
) -> Result<UpgradeRoomResponse, ErrorResponse> {
    let user_id = context.user_id()?;
    let old_id = upgrade.room_id.clone();
    let version = creation::version(Some(&upgrade.new_version))?;
    let rooms = &context.state.rooms;
    rooms.get(&old_id).ok_or_else(no_such_room)?;
    let old = rooms.of_member(&old_id, &user_id)?;
    if !old.power().may_send_state(&user_id, "m.room.tombstone", "") {
        return Err(forbidden(
            "your power level in the room is too low to replace it",
        ));
    }
    let create = creation_of(old, &upgrade, &version);
    let state = copied_state(old, &user_id, &create, &version);
    let new_id = context.create_room(&user_id, &create)?;
    for (event_type, state_key, content) in state {
        let put = context.put_state(&new_id, &user_id, &event_type, &state_key, content);
        if let Err(refused) = put {
            context.state.rooms.remove(&new_id);
            return Err(refused);
        }
    }
    let tombstone = json!({"body": "This room has been replaced", "replacement_room": new_id});
    context.put_state(&old_id, &user_id, "m.room.tombstone", "", tombstone)?;
    move_names(context, &user_id, &old_id, &new_id);
    quieten(context, &user_id, &old_id);
    Ok(UpgradeRoomResponse::new(new_id))
}

/// How the replacement is made: as the room was, which it names.
fn creation_of(old: &Room, upgrade: &UpgradeRoom, version: &RoomVersionId) -> CreateRoom {
    let mut content = old
        .create_event()
        .map(|event| event.content.clone())
        .unwrap_or_default();
    for name in [
        "creator",
        "room_version",
        "additional_creators",
        "predecessor",
    ] {
        content.remove(name);
    }
    let mut predecessor = json!({"room_id": old.room_id});
    if number(version) < 12
        && let Some(last) = old.events().last()
    {
        predecessor["event_id"] = last.event_id.as_str().into();
    }
    content.insert("predecessor".to_owned(), predecessor);
    if let Some(creators) = &upgrade.additional_creators
        && number(version) >= 12
    {
        content.insert("additional_creators".to_owned(), json!(creators));
    }
    let mut create = CreateRoom::new();
    create.room_version = Some(version.clone());
    create.creation_content = serde_json::from_value(Value::Object(content)).ok();
    create
}

/// The state of the replacement, in the order in which it is sent: the power levels come last, so that whoever makes the
/// room may send everything before them.
fn copied_state(
    old: &Room,
    user_id: &UserId,
    create: &CreateRoom,
    version: &RoomVersionId,
) -> Vec<(String, String, Value)> {
    let end = old.events().len();
    let mut state: Vec<(String, String, Value)> = Vec::new();
    let mut copy = |event_type: &str, state_key: &str, content: &Object| {
        let content = Value::Object(content.clone());
        state.push((event_type.to_owned(), state_key.to_owned(), content));
    };
    for event_type in COPIED {
        if let Some(event) = old.state(event_type, "") {
            copy(event_type, "", &event.content);
        }
    }
    if old.state_text("m.room.create", "type") == Some(RoomType::Space.as_str()) {
        for event in old.state_of_type_at(end, "m.space.child") {
            let is_child = event.content.contains_key("via");
            if let Some(child) = event.state_key.as_deref().filter(|_| is_child) {
                copy("m.space.child", child, &event.content);
            }
        }
    }
    for banned in old.members(&Membership::Ban) {
        if let Some(event) = old.state("m.room.member", banned.as_str()) {
            copy("m.room.member", banned.as_str(), &event.content);
        }
    }
    let levels = power_levels(old, user_id, create, version);
    copy("m.room.power_levels", "", &levels);
    state
}

/// The power levels of the room, as far as the version of the replacement has them: from version 12 on creators have none,
/// and before they need one.
fn power_levels(
    old: &Room,
    user_id: &UserId,
    create: &CreateRoom,
    version: &RoomVersionId,
) -> Object {
    let levels = old.state("m.room.power_levels", "");
    let mut levels = levels
        .map(|event| event.content.clone())
        .unwrap_or_default();
    let power = old.power();
    let mut users = match levels.remove("users") {
        Some(Value::Object(users)) => users,
        _ => Object::new(),
    };
    if number(version) >= 12 {
        let content = create.creation_content.as_ref();
        let creators = content.and_then(|content| content.field("additional_creators"));
        let creators: Vec<UserId> = creators.unwrap_or_default();
        users.retain(|user, _| {
            user != user_id.as_str() && !creators.iter().any(|creator| creator.as_str() == user)
        });
    } else {
        let creators = old.members(&Membership::Join);
        for creator in creators.filter(|user| power.of(user) == UserPower::Creator) {
            users.insert(creator.to_string(), 100.into());
        }
    }
    levels.insert("users".to_owned(), Value::Object(users));
    levels
}

/// What the room is called and where it is listed goes over to the replacement.
fn move_names(
    context: &mut RequestContext<'_>,
    user_id: &UserId,
    old_id: &RoomId,
    new_id: &RoomId,
) {
    let rooms = &mut context.state.rooms;
    for alias in rooms.aliases.values_mut() {
        if alias.room_id == *old_id {
            alias.room_id = new_id.clone();
        }
    }
    if rooms.published.contains(old_id) {
        rooms.published.insert(new_id.clone());
    }
    let named = rooms
        .get(old_id)
        .and_then(|old| old.state("m.room.canonical_alias", ""));
    if let Some(named) = named.map(|event| event.content.clone()) {
        let event_type = "m.room.canonical_alias";
        // Whoever may not name the rooms leaves their names as they are.
        let _ = context.put_state(old_id, user_id, event_type, "", json!({}));
        let _ = context.put_state(new_id, user_id, event_type, "", Value::Object(named));
    }
}

/// Only who has power still speaks and invites in the room that was replaced.
fn quieten(context: &mut RequestContext<'_>, user_id: &UserId, old_id: &RoomId) {
    let old = context.state.rooms.get(old_id);
    let levels = old.and_then(|old| old.state("m.room.power_levels", ""));
    let Some(mut levels) = levels.map(|event| event.content.clone()) else {
        return;
    };
    let level = |name: &str| levels.get(name).and_then(Value::as_i64).unwrap_or_default();
    let restricted = level("users_default").saturating_add(1).max(50);
    let raised: Vec<_> = ["events_default", "invite"]
        .into_iter()
        .filter(|name| level(name) < restricted)
        .collect();
    for name in raised {
        levels.insert(name.to_owned(), restricted.into());
    }
    let event_type = "m.room.power_levels";
    // Whoever may not change the levels leaves them as they are.
    let _ = context.put_state(old_id, user_id, event_type, "", Value::Object(levels));
}

fn number(version: &RoomVersionId) -> u8 {
    version.as_str().parse().unwrap_or(u8::MAX)
}
