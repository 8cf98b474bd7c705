use std::collections::BTreeSet;

use hardline::types::{Membership, UserId};

use super::State;
use super::rooms::Room;

/// Whose devices a user has to ask for again, and whose no longer concern them.
#[derive(Default)]
pub(crate) struct DeviceListNews {
    pub(crate) changed: BTreeSet<UserId>,
    pub(crate) left: BTreeSet<UserId>,
}

impl State {
    /// Tells everybody who shares a room with a user that the user's devices, or their keys, are others.
    pub(crate) fn devices_changed(&mut self, user_id: &UserId) {
        let position = self.stream.advance();
        self.device_lists.note(position, user_id);
        for other in self.rooms.sharing_with(user_id) {
            self.stream.concerns(&other, user_id);
        }
        self.stream.concerns(user_id, user_id);
    }

    /// Tells a user alone that a key is signed, or another: it is for no other eyes.
    pub(crate) fn keys_changed_for(&mut self, viewer: &UserId, user_id: &UserId) {
        let position = self.stream.advance();
        self.device_lists.note_private(position, viewer, user_id);
        self.stream.concerns(viewer, viewer);
    }

    /// What changed of the devices that a user knows, after a position up to another.
    pub(crate) fn device_list_news(&self, viewer: &UserId, from: u64, to: u64) -> DeviceListNews {
        let mut news = DeviceListNews::default();
        for user_id in self.device_lists.between(viewer, from, to) {
            if user_id == viewer || self.is_known(viewer, user_id, to) {
                news.changed.insert(user_id.clone());
            }
        }
        for user_id in self.maybe_met(viewer, from, to) {
            let was_known = self.is_known(viewer, &user_id, from);
            match (was_known, self.is_known(viewer, &user_id, to)) {
                (false, true) => news.changed.insert(user_id),
                (true, false) => news.left.insert(user_id),
                _ => false,
            };
        }
        news
    }

    /// The users whom a viewer may have met or lost sight of between two positions.
    fn maybe_met(&self, viewer: &UserId, from: u64, to: u64) -> BTreeSet<UserId> {
        let mut users = BTreeSet::new();
        for room in self.rooms.of_user(viewer) {
            let (start, end) = (room.end_at(from), room.end_at(to));
            let events = room.events().get(start..end).unwrap_or_default();
            let memberships = events
                .iter()
                .filter(|event| event.event_type == "m.room.member")
                .filter_map(|event| event.state_key.as_deref());
            for user_id in memberships {
                if user_id == viewer.as_str() {
                    users.extend(known_in(room, start));
                    users.extend(known_in(room, end));
                } else if let Ok(user_id) = UserId::parse(user_id) {
                    users.insert(user_id);
                }
            }
        }
        users.remove(viewer);
        users
    }

    /// Whether a viewer needs the devices of a user: both are in a room, or the user is invited to one of the viewer's.
    fn is_known(&self, viewer: &UserId, user_id: &UserId, position: u64) -> bool {
        self.rooms.of_user(viewer).any(|room| {
            let end = room.end_at(position);
            room.membership_at(end, viewer) == Membership::Join
                && matches!(
                    room.membership_at(end, user_id),
                    Membership::Join | Membership::Invite
                )
        })
    }
}

/// The users whose devices the members of a room need.
fn known_in(room: &Room, end: usize) -> impl Iterator<Item = UserId> {
    let joined = room.members_at(end, &Membership::Join);
    joined.chain(room.members_at(end, &Membership::Invite))
}
