use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use hardline::client_api::sync::{Events, JoinedRoom, LeftRoom, RoomSummary, Timeline};
use hardline::json::RawJson;
use hardline::types::{Membership, UserId};

use super::super::rooms::senders_of;
use super::super::state::{Event, Room, Stream};
use super::scope::SyncScope;
use super::selection::StateAfter;
use super::{filter, parts};

/// How many members a room is named after if it has no name.
const HEROES: usize = 5;

/// A room that the user is in; `None` if there is nothing new of it.
pub(super) fn joined(scope: &SyncScope<'_>, room: &Room, end: usize) -> Option<JoinedRoom> {
    let news = RoomNews::new(scope, room, end);
    let mut joined = JoinedRoom::default();
    let (state, state_after) = news.state();
    match scope.selection.state_after {
        StateAfter::No => joined.state = state,
        StateAfter::Stable => joined.state_after = Some(state_after),
        StateAfter::Unstable => joined.msc4222_state_after = Some(state_after),
        StateAfter::Both => {
            joined.state_after = Some(state_after.clone());
            joined.msc4222_state_after = Some(state_after);
        }
    }
    joined.timeline = news.timeline();
    if news.is_whole() || news.has_new_members() {
        joined.summary = summary(room, end, scope.viewer.user_id);
    }
    let has_parts = parts::add_to_room(scope, room, news.is_whole(), &mut joined);
    let state = joined.after().unwrap_or(&joined.state);
    let is_new = news.is_whole()
        || has_parts
        || !joined.timeline.events.is_empty()
        || !state.events.is_empty();
    is_new.then_some(joined)
}

/// The part of a room's history that a sync is about.
pub(super) struct RoomNews<'a> {
    scope: &'a SyncScope<'a>,
    room: &'a Room,
    /// The place after the last event that the client knows; `None` if it knows nothing of the room.
    known: Option<usize>,
    /// The place after the last event of the timeline.
    end: usize,
    /// The place where the timeline begins.
    start: usize,
    /// The places of the timeline's events.
    places: Vec<usize>,
    /// Whether there are events between what the client knows and the timeline.
    limited: bool,
}

impl<'a> RoomNews<'a> {
    pub(super) fn new(scope: &'a SyncScope<'a>, room: &'a Room, end: usize) -> Self {
        let user_id = scope.viewer.user_id;
        let known = scope.since.map(|since| room.end_at(since));
        // Whoever was not in the room knows nothing of it.
        let known = known.filter(|known| room.membership_at(*known, user_id) == Membership::Join);
        Self::since(scope, room, known, end)
    }

    fn since(scope: &'a SyncScope<'a>, room: &'a Room, known: Option<usize>, end: usize) -> Self {
        let user_id = scope.viewer.user_id;
        let fits = |place: &usize| {
            let event = room.event(*place);
            room.is_visible(*place, user_id)
                && (event.state_key.is_some() || !scope.ignores(&event.sender))
                && filter::fits(event, &room.room_id, &scope.selection.timeline)
        };
        let limit = scope.selection.limit;
        let candidates = (known.unwrap_or(0)..end).rev().filter(fits);
        let mut places: Vec<usize> = candidates.take(limit.saturating_add(1)).collect();
        let limited = places.len() > limit;
        places.truncate(limit);
        places.reverse();
        let start = match places.first() {
            Some(first) if limited || known.is_none() => *first,
            None if limited => end,
            _ => known.unwrap_or(end),
        };
        Self {
            scope,
            room,
            known: known.filter(|_| !scope.selection.full_state),
            end,
            start,
            places,
            limited,
        }
    }

    /// The same for a client that knows nothing.
    pub(super) fn of_all(scope: &'a SyncScope<'a>, room: &'a Room, end: usize) -> Self {
        Self::since(scope, room, None, end)
    }

    /// Whether the client is told everything of the room.
    pub(super) fn is_whole(&self) -> bool {
        self.known.is_none()
    }

    fn has_new_members(&self) -> bool {
        let new = self.known.unwrap_or(0)..self.end;
        let mut events = new.map(|place| self.room.event(place));
        events.any(|event| event.event_type == "m.room.member")
    }

    pub(super) fn timeline(&self) -> Timeline {
        let mut timeline = Timeline::default();
        let events = self.places.iter().map(|place| self.room.event(*place));
        timeline.events = self.shown(events);
        let before = match self.places.first() {
            Some(first) => self.room.event(*first).position - 1,
            None => self.scope.until,
        };
        timeline.prev_batch = Some(Stream::token(before));
        timeline.limited = self.limited;
        timeline
    }

    /// The state before the timeline, and the state after it: as far as the client does not know them.
    pub(super) fn state(&self) -> (Events, Events) {
        let senders = self
            .places
            .iter()
            .map(|place| &self.room.event(*place).sender);
        let senders: Vec<&'a UserId> = senders.collect();
        let mut before = Events::default();
        before.events = self.shown(self.changed(self.start, &senders).into_iter());
        let mut after = Events::default();
        after.events = self.shown(self.changed(self.end, &senders).into_iter());
        (before, after)
    }

    /// The state after the timeline that has one of these types and keys, as far as the client does not know it: all that
    /// `added` is about, and what has changed of the rest.
    pub(super) fn required_state(
        &self,
        required: &[(String, String)],
        added: &[(String, String)],
    ) -> Vec<&'a Event> {
        let senders = self
            .places
            .iter()
            .map(|place| &self.room.event(*place).sender);
        let senders: BTreeSet<&str> = senders.map(UserId::as_str).collect();
        let is_of = |patterns: &[(String, String)], event: &Event| {
            let mut patterns = patterns.iter();
            patterns.any(|pattern| self.matches(pattern, event, &senders))
        };
        let known = self.known.unwrap_or_default();
        let is_news = |event: &Event| {
            let place = self.room.place_of(&event.event_id);
            let is_sender = event.event_type == "m.room.member";
            place.is_some_and(|place| place >= known)
                || is_sender
                    && event
                        .state_key
                        .as_deref()
                        .is_some_and(|key| senders.contains(key))
        };
        let state = self.room.all_state_at(self.end);
        state
            .filter(|event| is_of(added, event) || (is_of(required, event) && is_news(event)))
            .collect()
    }

    /// Whether a piece of state is what a pattern of sliding sync means.
    fn matches(
        &self,
        (event_type, key): &(String, String),
        event: &Event,
        senders: &BTreeSet<&str>,
    ) -> bool {
        let state_key = event.state_key.as_deref().unwrap_or_default();
        let is_key = match key.as_str() {
            "*" => true,
            "$ME" => state_key == self.scope.viewer.user_id.as_str(),
            "$LAZY" => event.event_type == "m.room.member" && senders.contains(state_key),
            key => state_key == key,
        };
        is_key && (event_type == "*" || *event_type == event.event_type)
    }

    /// The state after the events before `end` that the client does not know.
    fn changed(&self, end: usize, senders: &[&'a UserId]) -> Vec<&'a Event> {
        let is_lazy = self.scope.selection.is_lazy();
        let own = self.scope.viewer.user_id;
        let mut state: BTreeMap<(&str, &str), &Event> = match self.known {
            None => self.room.all_state_at(end).map(keyed).collect(),
            Some(known) => changes(self.room, known..end),
        };
        if is_lazy {
            state.retain(|(event_type, key), _| {
                *event_type != "m.room.member"
                    // The client is told when members whom it knows change.
                    || self.known.is_some()
                    || *key == own.as_str()
            });
            let members = senders_of(self.room, end, senders.iter().copied());
            state.extend(members.map(keyed));
        }
        let room_id = &self.room.room_id;
        let filter = &self.scope.selection.state;
        state
            .into_values()
            .filter(|event| filter::fits(event, room_id, filter))
            .collect()
    }

    pub(super) fn shown<'e, T: FromIterator<RawJson>>(
        &self,
        events: impl Iterator<Item = &'e Event>,
    ) -> T {
        events
            .map(|event| self.room.sync_event(event, &self.scope.viewer))
            .collect()
    }
}

fn keyed(event: &Event) -> ((&str, &str), &Event) {
    let key = event.state_key.as_deref().unwrap_or_default();
    ((event.event_type.as_str(), key), event)
}

/// The state that changed in a part of the history, as it is at its end.
fn changes(room: &Room, range: Range<usize>) -> BTreeMap<(&str, &str), &Event> {
    let events = range.map(|place| room.event(place));
    events
        .filter(|event| event.state_key.is_some())
        .map(keyed)
        .collect()
}

/// A room that the user has left.
pub(super) fn left(scope: &SyncScope<'_>, room: &Room, end: usize) -> LeftRoom {
    let news = RoomNews::new(scope, room, end);
    let mut left = LeftRoom::default();
    let (state, state_after) = news.state();
    match scope.selection.state_after {
        StateAfter::No => left.state = state,
        StateAfter::Stable => left.state_after = Some(state_after),
        StateAfter::Unstable => left.msc4222_state_after = Some(state_after),
        StateAfter::Both => {
            left.state_after = Some(state_after.clone());
            left.msc4222_state_after = Some(state_after);
        }
    }
    left.timeline = news.timeline();
    left
}

pub(super) fn summary(room: &Room, end: usize, user_id: &UserId) -> RoomSummary {
    let mut summary = RoomSummary::default();
    let members = |membership| {
        let members = room.members_at(end, membership);
        members.collect::<Vec<UserId>>()
    };
    let (joined, invited) = (members(&Membership::Join), members(&Membership::Invite));
    summary.joined_member_count = Some(joined.len() as u64);
    summary.invited_member_count = Some(invited.len() as u64);
    let others = |users: Vec<UserId>| users.into_iter().filter(|other| other != user_id);
    let mut heroes: Vec<_> = others(joined).chain(others(invited)).take(HEROES).collect();
    if heroes.is_empty() {
        let gone = members(&Membership::Leave).into_iter();
        let gone = gone.chain(members(&Membership::Ban));
        heroes = others(gone.collect()).take(HEROES).collect();
    }
    summary.heroes = Some(heroes);
    summary
}
