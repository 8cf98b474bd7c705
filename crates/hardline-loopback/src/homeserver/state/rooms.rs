mod authorization;
mod event;
mod relations;
mod room;
mod third_party;
mod view;
mod visibility;

use std::collections::{BTreeMap, BTreeSet};

use hardline::events::RawEvent;
use hardline::json::RawJson;
use hardline::types::{
    EventId, Membership, RoomAliasId, RoomId, RoomVersionId, ServerName, Timestamp, UserId,
    canonical_json,
};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use event::{Event, EventDraft, Object};
pub(crate) use relations::DEEPEST;
pub(crate) use room::{Room, decoded};
pub(crate) use view::{STRIPPED, Viewer, stripped, stripped_state};

use super::stream::Stream;
use crate::entropy::Entropy;
use crate::homeserver::errors::forbidden;
use authorization::authorize;

/// How many rooms there may be.
const MOST_ROOMS: usize = 20_000;
/// How many events a room may have.
const MOST_EVENTS: usize = 1_000_000;
/// How many bytes an event may have.
const LARGEST_EVENT: usize = hardline::events::MAX_EVENT_BYTES - hardline::events::ENVELOPE_BYTES;

/// All rooms, and what they are found by.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Rooms {
    rooms: BTreeMap<RoomId, Room>,
    pub(crate) aliases: BTreeMap<RoomAliasId, Alias>,
    /// The rooms that are in the directory.
    pub(crate) published: BTreeSet<RoomId>,
    /// The rooms that a user has ever been in, invited to or knocked at.
    of_user: BTreeMap<UserId, BTreeSet<RoomId>>,
    /// Who looks into rooms without being in them, and until when.
    #[serde(skip)]
    peekers: BTreeMap<RoomId, BTreeMap<UserId, Timestamp>>,
}

/// Where a name of a room leads.
#[derive(Serialize, Deserialize)]
pub(crate) struct Alias {
    pub(crate) room_id: RoomId,
    pub(crate) creator: UserId,
}

impl Rooms {
    pub(crate) fn get(&self, room_id: &RoomId) -> Option<&Room> {
        self.rooms.get(room_id)
    }

    pub(crate) fn get_mut(&mut self, room_id: &RoomId) -> Option<&mut Room> {
        self.rooms.get_mut(room_id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Room> {
        self.rooms.values()
    }

    /// The names of a room, in their order.
    pub(crate) fn aliases_of(&self, room_id: &RoomId) -> Vec<RoomAliasId> {
        let aliases = self.aliases.iter();
        let of_room = aliases.filter(|(_, alias)| alias.room_id == *room_id);
        of_room.map(|(name, _)| name.clone()).collect()
    }

    /// A room that a user is or was in.
    ///
    /// # Errors
    /// `M_FORBIDDEN`, whether there is such a room or not: who is not in it is not told.
    pub(crate) fn of_member(
        &self,
        room_id: &RoomId,
        user_id: &UserId,
    ) -> Result<&Room, ErrorResponse> {
        let room = self.get(room_id);
        room.filter(|room| room.is_joined(user_id))
            .ok_or_else(|| forbidden("you are not in the room"))
    }

    /// The rooms that a user has anything to do with, or had.
    pub(crate) fn of_user(&self, user_id: &UserId) -> impl Iterator<Item = &Room> {
        let rooms = self.of_user.get(user_id);
        let rooms = rooms.into_iter().flatten();
        rooms.filter_map(|room_id| self.rooms.get(room_id))
    }

    /// The users who are in a room with this one, and are not this one.
    pub(crate) fn sharing_with(&self, user_id: &UserId) -> BTreeSet<UserId> {
        let rooms = self.of_user(user_id).filter(|room| room.is_joined(user_id));
        let mut users: BTreeSet<_> = rooms
            .flat_map(|room| room.members(&Membership::Join))
            .collect();
        users.remove(user_id);
        users
    }

    /// Makes a room with the event that creates it. From version 12 on that event's ID is the room's.
    pub(crate) fn create(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        stream: &mut Stream,
        server_name: &ServerName,
        version: &RoomVersionId,
        draft: EventDraft,
    ) -> Result<RoomId, ErrorResponse> {
        if self.rooms.len() >= MOST_ROOMS {
            return Err(too_many("this server has no place for more rooms"));
        }
        check(&draft)?;
        let event_id = new_event_id(entropy);
        let mut room = Room::new(
            new_room_id(entropy, server_name, version, &event_id),
            version.clone(),
        );
        authorize(&room, &draft)?;
        let room_id = room.room_id.clone();
        let creator = draft.sender.clone();
        room.append(now, event_id, stream.advance(), draft);
        stream.concerns(&creator, &creator);
        self.rooms.insert(room_id.clone(), room);
        self.note_user(&creator, &room_id);
        Ok(room_id)
    }

    /// Sends an event into a room, if the room's rules allow it.
    ///
    /// # Errors
    /// `M_FORBIDDEN`: the rules do not; `M_TOO_LARGE`; `M_BAD_JSON`: the content has what events cannot.
    pub(crate) fn send(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        stream: &mut Stream,
        room_id: &RoomId,
        draft: EventDraft,
    ) -> Result<EventId, ErrorResponse> {
        check(&draft)?;
        let room = self.rooms.get_mut(room_id);
        let room = room.ok_or_else(|| forbidden("you are not in the room"))?;
        authorize(room, &draft)?;
        if room.events().len() >= MOST_EVENTS {
            return Err(too_many("the room has no place for more events"));
        }
        let concerned = draft
            .state_key
            .as_ref()
            .filter(|_| draft.event_type == "m.room.member")
            .and_then(|user_id| UserId::parse(user_id.as_str()).ok());
        let event_id = new_event_id(entropy);
        let place = room.events().len();
        let event = room.append(now, event_id.clone(), stream.advance(), draft);
        let sender = event.sender.clone();
        let redacts = event.redacts.clone();
        let is_in = event.membership() == Membership::Join;
        if let Some(redacts) = redacts {
            redact(room, &redacts, place);
        }
        for member in room.members(&Membership::Join) {
            stream.concerns(&member, &sender);
        }
        for peeker in self.peekers.get(room_id).into_iter().flatten() {
            stream.concerns(peeker.0, &sender);
        }
        if let Some(user_id) = concerned {
            stream.concerns(&user_id, &sender);
            if is_in {
                room.forgotten.remove(&user_id);
            }
            self.note_user(&user_id, room_id);
        }
        Ok(event_id)
    }

    /// Takes back a room that has just been made.
    pub(crate) fn remove(&mut self, room_id: &RoomId) {
        self.rooms.remove(room_id);
        self.published.remove(room_id);
        self.aliases.retain(|_, alias| alias.room_id != *room_id);
        for rooms in self.of_user.values_mut() {
            rooms.remove(room_id);
        }
    }

    /// Notes that a user looks into a room, who is told of what is new there.
    pub(crate) fn note_peeker(
        &mut self,
        room_id: RoomId,
        user_id: UserId,
        until: Timestamp,
        now: Timestamp,
    ) {
        let peekers = self.peekers.entry(room_id).or_default();
        peekers.retain(|_, until| *until > now);
        peekers.insert(user_id, until);
    }

    fn note_user(&mut self, user_id: &UserId, room_id: &RoomId) {
        let of_user = self.of_user.entry(user_id.clone()).or_default();
        of_user.insert(room_id.clone());
    }
}

/// Takes what a redaction takes of an event of the same room.
fn redact(room: &mut Room, redacts: &EventId, by: usize) {
    let Some(place) = room.place_of(redacts) else {
        return;
    };
    let event = room.event(place);
    let raw = RawEvent::new(&serde_json::json!({
        "type": event.event_type, "state_key": event.state_key, "content": event.content,
    }));
    let redacted = raw.and_then(|raw| raw.redacted(&room.version));
    let content = redacted.and_then(|redacted| redacted.content().deserialize::<Value>());
    let content = match content {
        Ok(Value::Object(content)) => content,
        _ => Object::new(),
    };
    room.redact(place, by, content);
}

/// Whether an event is one at all, whoever sends it.
fn check(draft: &EventDraft) -> Result<(), ErrorResponse> {
    let text = Value::Object(draft.content.clone()).to_string();
    let canonical = canonical_json(&text).map_err(|error| {
        ErrorResponse::bad_request(ErrorCode::BadJson, &format!("the content: {error}"))
    })?;
    let state_key = draft.state_key.as_deref();
    let size = RawJson::new(&draft.content)
        .map_err(|error| error.to_string())
        .and_then(|content| {
            hardline::events::check_event_size(&draft.event_type, state_key, &content)
                .map_err(|error| error.to_string())
        });
    if canonical.len() > LARGEST_EVENT || size.is_err() {
        let message = size
            .err()
            .unwrap_or_else(|| "the event is too large".to_owned());
        return Err(ErrorResponse::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            ErrorCode::TooLarge,
            &message,
        ));
    }
    Ok(())
}

fn too_many(message: &str) -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::FORBIDDEN,
        ErrorCode::ResourceLimitExceeded,
        message,
    )
}

fn new_room_id(
    entropy: &mut Entropy,
    server_name: &ServerName,
    version: &RoomVersionId,
    create: &EventId,
) -> RoomId {
    let is_event_id = version
        .as_str()
        .parse::<u8>()
        .is_ok_and(|version| version >= 12);
    let id = if is_event_id {
        format!("!{}", &create.as_str()[1..])
    } else {
        format!("!{}:{server_name}", entropy.letters(18))
    };
    RoomId::parse(id).expect("letters, base64 and a server's name are what such IDs are made of")
}

fn new_event_id(entropy: &mut Entropy) -> EventId {
    use base64::Engine as _;
    let id = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(entropy.bytes());
    EventId::parse(format!("${id}")).expect("base64 is what such IDs are made of")
}
