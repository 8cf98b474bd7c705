use hardline::client_api::rooms::{CreateRoom, CreateRoomResponse, RoomPreset};
use hardline::json::JsonObject;
use hardline::types::{
    JoinRule, Membership, RoomAliasId, RoomId, RoomVersionId, RoomVisibility, UserId,
};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use serde_json::{Value, json};

use super::super::data::HomeserverData;
use super::super::errors::invalid;
use super::super::request_context::RequestContext;
use super::super::state::{Alias, EventDraft, Object};
use super::third_party_invites::Address;
use crate::handlers::Handlers;

/// The version of rooms that nobody chose one for.
pub(in crate::homeserver) const DEFAULT_VERSION: &str = "11";
/// The versions that rooms may have.
pub(in crate::homeserver) const VERSIONS: [&str; 7] = ["6", "7", "8", "9", "10", "11", "12"];

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(create_room);
}

fn create_room(
    context: &mut RequestContext<'_>,
    create: CreateRoom,
) -> Result<CreateRoomResponse, ErrorResponse> {
    let creator = context.user_id()?;
    let alias = create.room_alias_name.as_deref();
    let alias = alias.map(|name| new_alias(context, name)).transpose()?;
    let room_id = context.create_room(&creator, &create)?;
    // What cannot be done as it was asked leaves no room behind: nobody could enter it.
    let made = furnish(context, &creator, &create, &room_id, alias.as_ref());
    if let Err(refused) = made {
        context.state.rooms.remove(&room_id);
        return Err(refused);
    }
    Ok(CreateRoomResponse::new(room_id))
}

impl RequestContext<'_> {
    /// Makes the room, with its creator in it and nothing else.
    pub(super) fn create_room(
        &mut self,
        creator: &UserId,
        create: &CreateRoom,
    ) -> Result<RoomId, ErrorResponse> {
        let version = version(create.room_version.as_ref())?;
        let mut content = create
            .creation_content
            .as_ref()
            .map(object)
            .unwrap_or_default();
        content.insert("room_version".to_owned(), version.as_str().into());
        let number = version.as_str().parse::<u8>().unwrap_or_default();
        if number < 11 {
            content.insert("creator".to_owned(), creator.as_str().into());
        } else {
            content.remove("creator");
        }
        if number >= 12 {
            add_creators(&mut content, creator, create)?;
        }
        let draft = EventDraft::state(creator.clone(), "m.room.create", "", content);
        let (now, server_name) = (self.now(), self.server.server_name());
        let state = &mut *self.state;
        let room_id = state.rooms.create(
            now,
            &mut state.entropy,
            &mut state.stream,
            server_name,
            &version,
            draft,
        )?;
        state.set_membership(
            now,
            &room_id,
            creator,
            creator,
            &Membership::Join,
            Object::new(),
        )?;
        Ok(room_id)
    }

    /// Puts a piece of state into a room.
    pub(super) fn put_state(
        &mut self,
        room_id: &RoomId,
        sender: &UserId,
        event_type: &str,
        state_key: &str,
        content: Value,
    ) -> Result<(), ErrorResponse> {
        let content = match content {
            Value::Object(content) => content,
            _ => Object::new(),
        };
        let draft = EventDraft::state(sender.clone(), event_type, state_key, content);
        self.state.send_event(self.now(), room_id, draft).map(drop)
    }
}

/// Everything that the request says about the room, in the order of the specification.
fn furnish(
    context: &mut RequestContext<'_>,
    creator: &UserId,
    create: &CreateRoom,
    room_id: &RoomId,
    alias: Option<&RoomAliasId>,
) -> Result<(), ErrorResponse> {
    let is_public = create.visibility == Some(RoomVisibility::Public);
    let preset = create.preset.clone().unwrap_or(if is_public {
        RoomPreset::PublicChat
    } else {
        RoomPreset::PrivateChat
    });
    let levels = power_levels(context, creator, create, room_id, &preset);
    context.put_state(room_id, creator, "m.room.power_levels", "", levels)?;
    if let Some(alias) = alias {
        let entry = Alias {
            room_id: room_id.clone(),
            creator: creator.clone(),
        };
        context.state.rooms.aliases.insert(alias.clone(), entry);
        let canonical = json!({"alias": alias});
        context.put_state(room_id, creator, "m.room.canonical_alias", "", canonical)?;
    }
    let (join_rule, visibility, guests) = match preset {
        RoomPreset::PublicChat => (JoinRule::Public, "shared", "forbidden"),
        _ => (JoinRule::Invite, "shared", "can_join"),
    };
    let initial = create.initial_state.as_deref().unwrap_or_default();
    let of_preset = [
        ("m.room.join_rules", json!({"join_rule": join_rule})),
        (
            "m.room.history_visibility",
            json!({"history_visibility": visibility}),
        ),
        ("m.room.guest_access", json!({"guest_access": guests})),
    ];
    for (event_type, content) in of_preset {
        // What the request sets itself counts.
        if !initial.iter().any(|event| event.event_type == event_type) {
            context.put_state(room_id, creator, event_type, "", content)?;
        }
    }
    for event in initial {
        let key = event.state_key.as_deref().unwrap_or_default();
        let content: Value = event
            .content
            .deserialize()
            .map_err(|_| invalid("the content of an event in initial_state is not JSON"))?;
        context.put_state(room_id, creator, &event.event_type, key, content)?;
    }
    if let Some(name) = &create.name {
        context.put_state(room_id, creator, "m.room.name", "", json!({"name": name}))?;
    }
    if let Some(topic) = &create.topic {
        let content = json!({"topic": topic, "m.topic": {"m.text": [{"body": topic}]}});
        context.put_state(room_id, creator, "m.room.topic", "", content)?;
    }
    if is_public {
        context.state.rooms.published.insert(room_id.clone());
    }
    let is_direct = create.is_direct == Some(true);
    for user_id in create.invite.iter().flatten() {
        let mut more = Object::new();
        if is_direct {
            more.insert("is_direct".to_owned(), true.into());
        }
        let now = context.now();
        let invite = &Membership::Invite;
        context
            .state
            .set_membership(now, room_id, creator, user_id, invite, more)?;
    }
    for invite in create.invite_3pid.iter().flatten() {
        let address = Address {
            id_server: &invite.id_server,
            id_access_token: &invite.id_access_token,
            medium: &invite.medium,
            address: &invite.address,
        };
        context.invite_address(room_id, creator, &address)?;
    }
    Ok(())
}

fn power_levels(
    context: &RequestContext<'_>,
    creator: &UserId,
    create: &CreateRoom,
    room_id: &RoomId,
    preset: &RoomPreset,
) -> Value {
    let room = context.state.rooms.get(room_id);
    let has_version_12 = room.is_some_and(|room| room.version_number() >= 12);
    let mut users = Object::new();
    if !has_version_12 {
        users.insert(creator.to_string(), 100.into());
    }
    if *preset == RoomPreset::TrustedPrivateChat && !has_version_12 {
        for user_id in create.invite.iter().flatten() {
            users.insert(user_id.to_string(), 100.into());
        }
    }
    let invite = if *preset == RoomPreset::PublicChat {
        50
    } else {
        0
    };
    let tombstone = if has_version_12 { 150 } else { 100 };
    let mut levels = json!({
        "ban": 50, "events_default": 0, "invite": invite, "kick": 50, "redact": 50, "state_default": 50,
        "users": users, "users_default": 0, "historical": 100,
        "events": {
            "m.room.avatar": 50, "m.room.canonical_alias": 50, "m.room.encryption": 100,
            "m.room.history_visibility": 100, "m.room.name": 50, "m.room.power_levels": 100,
            "m.room.server_acl": 100, "m.room.tombstone": tombstone,
        },
    });
    let overrides = create.power_level_content_override.as_ref().map(object);
    for (name, value) in overrides.into_iter().flatten() {
        levels[name] = value;
    }
    levels
}

/// The creators whom the request names beside the sender; and those who are invited into a room of trust.
fn add_creators(
    content: &mut Object,
    creator: &UserId,
    create: &CreateRoom,
) -> Result<(), ErrorResponse> {
    let named = content.remove("additional_creators");
    let mut creators: Vec<UserId> = match named {
        Some(named) => serde_json::from_value(named)
            .map_err(|_| invalid("additional_creators is a list of users' IDs"))?,
        None => Vec::new(),
    };
    if creators
        .iter()
        .any(|user| UserId::parse(user.as_str()).is_err())
    {
        return Err(invalid("additional_creators is a list of users' IDs"));
    }
    if create.preset == Some(RoomPreset::TrustedPrivateChat) {
        creators.extend(create.invite.iter().flatten().cloned());
    }
    creators.retain(|user| user != creator);
    creators.dedup();
    if !creators.is_empty() {
        content.insert("additional_creators".to_owned(), json!(creators));
    }
    Ok(())
}

/// The version that was asked for.
pub(super) fn version(asked: Option<&RoomVersionId>) -> Result<RoomVersionId, ErrorResponse> {
    let asked = asked.map_or(DEFAULT_VERSION, RoomVersionId::as_str);
    let is_known = VERSIONS.contains(&asked);
    let version = RoomVersionId::parse(asked).ok().filter(|_| is_known);
    version.ok_or_else(|| {
        ErrorResponse::bad_request(
            ErrorCode::UnsupportedRoomVersion,
            "rooms here have one of the versions 6 to 12",
        )
    })
}

/// An alias of this server that is not taken.
pub(super) fn new_alias(
    context: &RequestContext<'_>,
    name: &str,
) -> Result<RoomAliasId, ErrorResponse> {
    let server_name = context.server.server_name();
    let alias = RoomAliasId::from_parts(name, server_name)
        .map_err(|error| invalid(&format!("the alias: {error}")))?;
    if context.state.rooms.aliases.contains_key(&alias) {
        return Err(ErrorResponse::bad_request(
            ErrorCode::RoomInUse,
            "another room has this alias",
        ));
    }
    Ok(alias)
}

fn object(object: &JsonObject) -> Object {
    let value = serde_json::to_value(object);
    match value {
        Ok(Value::Object(object)) => object,
        _ => Object::new(),
    }
}
