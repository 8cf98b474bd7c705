use hardline::types::{Membership, UserId};

use super::event::Event;
use super::room::Room;

impl Room {
    /// Whether a user may see an event, by the visibility of the history and their membership when it was sent.
    pub(crate) fn is_visible(&self, place: usize, user_id: &UserId) -> bool {
        let event = self.event(place);
        // One's own memberships are always one's own.
        if event.is_state("m.room.member", user_id.as_str()) {
            return true;
        }
        // The event counts as sent under the state before it and after it: whichever lets more see it.
        [place, place + 1]
            .into_iter()
            .any(|end| self.is_visible_at(end, place, user_id))
    }

    fn is_visible_at(&self, end: usize, place: usize, user_id: &UserId) -> bool {
        let visibility = self.state_at(end, "m.room.history_visibility", "");
        let visibility = visibility.and_then(|event| event.text("history_visibility"));
        let membership = self.membership_at(end, user_id);
        match visibility {
            Some("world_readable") => true,
            _ if membership == Membership::Join => true,
            Some("joined") => false,
            Some("invited") => membership == Membership::Invite,
            // What the specification does not know is as if the room said nothing.
            _ => self.has_joined_since(place, user_id),
        }
    }

    /// Whether a user was in the room at any time after an event.
    fn has_joined_since(&self, place: usize, user_id: &UserId) -> bool {
        self.memberships_of(user_id)
            .any(|event| event.membership() == Membership::Join && self.is_after(event, place))
    }

    fn is_after(&self, event: &Event, place: usize) -> bool {
        event.position > self.event(place).position
    }

    /// Whether a user may look into the room now: its members may, and everybody if all the world can read it.
    pub(crate) fn may_look(&self, user_id: &UserId) -> bool {
        self.is_joined(user_id) || self.is_world_readable()
    }

    pub(crate) fn is_world_readable(&self) -> bool {
        self.state_text("m.room.history_visibility", "history_visibility") == Some("world_readable")
    }

    pub(crate) fn lets_guests_in(&self) -> bool {
        self.state_text("m.room.guest_access", "guest_access") == Some("can_join")
    }

    /// The place after the last event that a user may see: all for members, and for those who left what came until then.
    ///
    /// `None` if they were never in the room.
    pub(crate) fn end_for(&self, user_id: &UserId) -> Option<usize> {
        if self.may_look(user_id) {
            return Some(self.events().len());
        }
        let mut left = None;
        let mut was_in = false;
        for event in self.memberships_of(user_id) {
            let is_in = event.membership() == Membership::Join;
            if was_in && !is_in {
                left = self.place_of(&event.event_id).map(|place| place + 1);
            }
            was_in = is_in;
        }
        left
    }
}
