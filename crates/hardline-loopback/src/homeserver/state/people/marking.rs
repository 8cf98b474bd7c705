use std::collections::BTreeSet;

use hardline::types::{Membership, PresenceState, RoomId, Timestamp, UserId};

use super::super::State;
use super::super::rooms::Room;
use super::presence::Status;

/// How many members a room may have whose presence the others are told. A change in a larger one would be told to
/// everybody in it by everybody in it.
const MOST_TOLD: usize = 200;

impl State {
    /// What happens by itself as time passes.
    pub(crate) fn pass_time(&mut self, now: Timestamp) {
        for (room_id, user_id) in self.people.typing.over(now) {
            self.set_typing(&room_id, &user_id, None);
        }
        for (user_id, status) in self.people.presence.changed_by(now) {
            self.set_status(&user_id, status);
        }
        self.send_due(now);
    }

    /// When something happens by itself next.
    pub(crate) fn next_deadline(&self) -> Option<Timestamp> {
        let people = &self.people;
        let deadlines = [
            people.typing.next_end(),
            people.presence.next_change(),
            self.delayed_events.next_due(),
        ];
        deadlines.into_iter().flatten().min()
    }

    /// Notes until when somebody is typing in a room, or that they stopped, and tells the others.
    pub(crate) fn set_typing(
        &mut self,
        room_id: &RoomId,
        user_id: &UserId,
        until: Option<Timestamp>,
    ) {
        if !self.people.typing.set(room_id, user_id, until) {
            return;
        }
        let position = self.stream.advance();
        self.people.typing.changed_at(room_id, position);
        self.tell_room(room_id, user_id);
    }

    /// A change of a user's own, which everybody in a room is to hear of.
    pub(crate) fn tell_room(&mut self, room_id: &RoomId, by: &UserId) {
        let Some(room) = self.rooms.get(room_id) else {
            return;
        };
        for member in room.members(&Membership::Join) {
            self.stream.concerns(&member, by);
        }
    }

    /// Sets whether a user is there.
    pub(crate) fn set_presence(
        &mut self,
        now: Timestamp,
        user_id: &UserId,
        state: PresenceState,
        status_msg: Option<String>,
    ) {
        let mut status = self.status_of(user_id);
        if state != PresenceState::Offline && state != PresenceState::Unavailable {
            status.last_active = now;
        }
        status.state = state;
        status.status_msg = status_msg;
        status.heard_until = status.heard_until.max(now);
        status.set_at = now;
        self.set_status(user_id, status);
    }

    /// A sync is a sign of life, until its wait is over. `arrived` is when it came: what was said since then counts more.
    pub(crate) fn mark_syncing(
        &mut self,
        user_id: &UserId,
        state: &PresenceState,
        arrived: Timestamp,
        until: Timestamp,
    ) {
        let mut status = self.status_of(user_id);
        if arrived < status.set_at {
            return;
        }
        status.heard_until = status.heard_until.max(until);
        status.set_at = arrived;
        // Who is busy remains so.
        if !matches!(status.state, PresenceState::Other(_)) {
            status.state = state.clone();
        }
        if *state == PresenceState::Online {
            status.last_active = status.last_active.max(arrived);
        }
        self.set_status(user_id, status);
    }

    /// What a user does shows that they are active.
    pub(crate) fn mark_active(&mut self, now: Timestamp, user_id: &UserId) {
        let mut status = self.status_of(user_id);
        if status.state == PresenceState::Offline {
            return;
        }
        status.last_active = now;
        if status.state == PresenceState::Unavailable {
            status.state = PresenceState::Online;
        }
        self.set_status(user_id, status);
    }

    fn status_of(&self, user_id: &UserId) -> Status {
        let known = self.people.presence.of(user_id);
        known.cloned().unwrap_or_else(Status::new)
    }

    fn set_status(&mut self, user_id: &UserId, status: Status) {
        if !self.people.presence.set(user_id, status) {
            return;
        }
        let position = self.stream.advance();
        self.people.presence.changed_at(user_id, position);
        self.stream.concerns(user_id, user_id);
        for other in self.presence_audience(user_id) {
            self.stream.concerns(&other, user_id);
        }
    }

    /// The users who are told of each other's presence: those who share a room that is not too large.
    pub(crate) fn presence_audience(&self, user_id: &UserId) -> BTreeSet<UserId> {
        let rooms = self.rooms.of_user(user_id);
        let rooms = rooms.filter(|room| room.is_joined(user_id));
        rooms.flat_map(told_of_presence).collect()
    }
}

/// The members of a room, if it is not too large for telling all of them of each other's presence.
pub(crate) fn told_of_presence(room: &Room) -> Vec<UserId> {
    let members = room.members(&Membership::Join).take(MOST_TOLD + 1);
    let members: Vec<UserId> = members.collect();
    if members.len() > MOST_TOLD {
        return Vec::new();
    }
    members
}
