use std::collections::{BTreeMap, BTreeSet};

use hardline::events::{RoomCreate, RoomPower};
use hardline::types::{EventId, Membership, RoomId, RoomVersionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::event::{Event, EventDraft, Object};

/// How many relations are followed from an event to its thread.
const DEEPEST_RELATION: usize = 3;

/// A room: all of its events in their order, and where the state changed.
#[derive(Serialize, Deserialize)]
pub(crate) struct Room {
    pub(crate) room_id: RoomId,
    pub(crate) version: RoomVersionId,
    events: Vec<Event>,
    /// Where each event is.
    places: BTreeMap<EventId, usize>,
    /// The places of all events of each piece of state, by type and key: the last one is the state now.
    state: BTreeMap<String, BTreeMap<String, Vec<usize>>>,
    /// The places of the events that relate to an event.
    relations: BTreeMap<String, Vec<usize>>,
    /// Who does not want to see it any more.
    pub(crate) forgotten: BTreeSet<UserId>,
}

impl Room {
    pub(super) fn new(room_id: RoomId, version: RoomVersionId) -> Self {
        Self {
            room_id,
            version,
            events: Vec::new(),
            places: BTreeMap::new(),
            state: BTreeMap::new(),
            relations: BTreeMap::new(),
            forgotten: BTreeSet::new(),
        }
    }

    /// The number of the room's version. Versions that are not numbers do not come here.
    pub(crate) fn version_number(&self) -> u8 {
        self.version.as_str().parse().unwrap_or(u8::MAX)
    }

    pub(crate) fn events(&self) -> &[Event] {
        &self.events
    }

    pub(crate) fn event(&self, place: usize) -> &Event {
        &self.events[place]
    }

    pub(crate) fn place_of(&self, event_id: &EventId) -> Option<usize> {
        self.places.get(event_id).copied()
    }

    /// The place after the last event up to a position of the stream.
    pub(crate) fn end_at(&self, position: u64) -> usize {
        self.events
            .partition_point(|event| event.position <= position)
    }

    /// Appends an event that is allowed.
    pub(super) fn append(
        &mut self,
        now: Timestamp,
        event_id: EventId,
        position: u64,
        draft: EventDraft,
    ) -> &Event {
        let place = self.events.len();
        let mut replaces = None;
        if let Some(state_key) = &draft.state_key {
            let of_type = self.state.entry(draft.event_type.clone()).or_default();
            let places = of_type.entry(state_key.clone()).or_default();
            replaces = places.last().copied();
            places.push(place);
        }
        self.places.insert(event_id.clone(), place);
        self.events.push(Event {
            event_id,
            event_type: draft.event_type,
            sender: draft.sender,
            state_key: draft.state_key,
            content: draft.content,
            redacts: draft.redacts,
            origin_server_ts: now,
            position,
            replaces,
            transaction: draft.transaction,
            redacted_by: None,
        });
        let event = &self.events[place];
        if let Some((_, target)) = event.relation() {
            let target = target.to_owned();
            self.relations.entry(target).or_default().push(place);
        }
        &self.events[place]
    }

    /// Takes the content of an event, as far as the room's version lets it.
    pub(super) fn redact(&mut self, place: usize, by: usize, content: Object) {
        let event = &mut self.events[place];
        if let Some((_, target)) = event.relation()
            && let Some(related) = self.relations.get_mut(target)
        {
            related.retain(|known| *known != place);
        }
        event.content = content;
        event.redacted_by = Some(by);
    }

    /// The places of the events that relate to an event, oldest first.
    pub(crate) fn related_to(&self, event_id: &EventId) -> &[usize] {
        self.relations
            .get(event_id.as_str())
            .map_or(&[], Vec::as_slice)
    }

    /// The places of the events that others relate to.
    pub(super) fn related_targets(&self) -> impl Iterator<Item = usize> {
        let targets = self.relations.keys();
        targets.filter_map(|target| self.place_of(&EventId::parse(target.as_str()).ok()?))
    }

    /// The root of the thread that an event belongs to, by what it relates to; `main` if it is in none.
    pub(crate) fn thread_of<'a>(&'a self, event: &'a Event) -> &'a str {
        let mut event = event;
        for _ in 0..DEEPEST_RELATION {
            if let Some(root) = event.thread_root() {
                return root;
            }
            let related = event.relation().map(|(_, target)| target);
            let related = related.and_then(|target| EventId::parse(target).ok());
            match related.and_then(|target| self.place_of(&target)) {
                Some(place) => event = self.event(place),
                None => break,
            }
        }
        "main"
    }

    /// A piece of state as it is after the events before `end`.
    pub(crate) fn state_at(&self, end: usize, event_type: &str, state_key: &str) -> Option<&Event> {
        let places = self.state.get(event_type)?.get(state_key)?;
        let count = places.partition_point(|place| *place < end);
        let place = places[..count].last()?;
        Some(&self.events[*place])
    }

    /// A piece of state as it is now.
    pub(crate) fn state(&self, event_type: &str, state_key: &str) -> Option<&Event> {
        self.state_at(self.events.len(), event_type, state_key)
    }

    /// All state as it is after the events before `end`.
    pub(crate) fn all_state_at(&self, end: usize) -> impl Iterator<Item = &Event> {
        let places = self.state.values().flat_map(BTreeMap::values);
        places.filter_map(move |places| {
            let count = places.partition_point(|place| *place < end);
            places[..count].last().map(|place| &self.events[*place])
        })
    }

    /// All state of a type as it is after the events before `end`, by its keys.
    pub(crate) fn state_of_type_at(
        &self,
        end: usize,
        event_type: &str,
    ) -> impl Iterator<Item = &Event> {
        let of_type = self.state.get(event_type);
        let places = of_type.into_iter().flat_map(BTreeMap::values);
        places.filter_map(move |places| {
            let count = places.partition_point(|place| *place < end);
            places[..count].last().map(|place| &self.events[*place])
        })
    }

    /// A text of the state that has the empty key.
    pub(crate) fn state_text(&self, event_type: &str, name: &str) -> Option<&str> {
        self.state(event_type, "")?.text(name)
    }

    /// All memberships that a user ever had, oldest first.
    pub(crate) fn memberships_of(&self, user_id: &UserId) -> impl Iterator<Item = &Event> {
        let places = self.state.get("m.room.member");
        let places = places.and_then(|of_type| of_type.get(user_id.as_str()));
        places
            .into_iter()
            .flatten()
            .map(|place| &self.events[*place])
    }

    /// The place where a user came into the room last.
    pub(crate) fn joined_at(&self, user_id: &UserId) -> Option<usize> {
        let mut joined = None;
        let mut was_in = false;
        for event in self.memberships_of(user_id) {
            let is_in = event.membership() == Membership::Join;
            if is_in && !was_in {
                joined = self.place_of(&event.event_id);
            }
            was_in = is_in;
        }
        joined
    }

    pub(crate) fn membership_at(&self, end: usize, user_id: &UserId) -> Membership {
        self.state_at(end, "m.room.member", user_id.as_str())
            .map_or(Membership::Leave, Event::membership)
    }

    pub(crate) fn membership(&self, user_id: &UserId) -> Membership {
        self.membership_at(self.events.len(), user_id)
    }

    pub(crate) fn is_joined(&self, user_id: &UserId) -> bool {
        self.membership(user_id) == Membership::Join
    }

    /// The users with a membership, now.
    pub(crate) fn members(&self, membership: &Membership) -> impl Iterator<Item = UserId> {
        self.members_at(self.events.len(), membership)
    }

    /// The users with a membership after the events before `end`.
    pub(crate) fn members_at(
        &self,
        end: usize,
        membership: &Membership,
    ) -> impl Iterator<Item = UserId> {
        self.state_of_type_at(end, "m.room.member")
            .filter(move |event| event.membership() == *membership)
            .filter_map(|event| UserId::parse(event.state_key.clone()?).ok())
    }

    /// Who made the room: the event that begins it.
    pub(crate) fn create_event(&self) -> Option<&Event> {
        self.state("m.room.create", "")
    }

    /// Who may do what.
    pub(crate) fn power(&self) -> RoomPower {
        let create = self.create_event();
        let content = create.and_then(|event| decoded(&event.content));
        let content: RoomCreate = content.unwrap_or_else(|| RoomCreate::new(self.version.clone()));
        let levels = self.state("m.room.power_levels", "");
        let levels = levels.and_then(|event| decoded(&event.content));
        RoomPower::new(&content, create.map(|event| event.sender.clone()), levels)
    }
}

/// A content as the type that describes it.
pub(crate) fn decoded<T: serde::de::DeserializeOwned>(content: &Object) -> Option<T> {
    serde_json::from_value(Value::Object(content.clone())).ok()
}
