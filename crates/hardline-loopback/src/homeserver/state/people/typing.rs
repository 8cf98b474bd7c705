use std::collections::BTreeMap;

use hardline::types::{RoomId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Who is typing.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Typing {
    /// Until when, if they say no more. Rooms where nobody is typing are not in it.
    until: BTreeMap<RoomId, BTreeMap<UserId, Timestamp>>,
    /// Where the list of a room's typists changed last.
    positions: BTreeMap<RoomId, u64>,
}

impl Typing {
    /// Notes until when somebody is typing, or that they stopped. Returns whether the list of those who are typing changes.
    pub(super) fn set(
        &mut self,
        room_id: &RoomId,
        user_id: &UserId,
        until: Option<Timestamp>,
    ) -> bool {
        let Some(until) = until else {
            let typists = self.until.get_mut(room_id);
            let was_typing = typists.is_some_and(|typists| typists.remove(user_id).is_some());
            self.until.retain(|_, typists| !typists.is_empty());
            return was_typing;
        };
        let typists = self.until.entry(room_id.clone()).or_default();
        typists.insert(user_id.clone(), until).is_none()
    }

    pub(super) fn changed_at(&mut self, room_id: &RoomId, position: u64) {
        self.positions.insert(room_id.clone(), position);
    }

    /// Who is typing in a room, if the list changed since a position; anybody at all, if nothing is known.
    pub(crate) fn since(&self, room_id: &RoomId, since: Option<u64>) -> Option<Vec<&UserId>> {
        let changed = *self.positions.get(room_id)?;
        let typists = self.until.get(room_id);
        let is_told = match since {
            Some(since) => changed > since,
            None => typists.is_some(),
        };
        is_told.then(|| {
            typists
                .into_iter()
                .flatten()
                .map(|(user, _)| user)
                .collect()
        })
    }

    /// Those whose time is over.
    pub(super) fn over(&self, now: Timestamp) -> Vec<(RoomId, UserId)> {
        let all = self.until.iter().flat_map(|(room_id, typists)| {
            let typists = typists.iter();
            typists.map(move |(user_id, until)| (room_id, user_id, *until))
        });
        all.filter(|(_, _, until)| *until <= now)
            .map(|(room_id, user_id, _)| (room_id.clone(), user_id.clone()))
            .collect()
    }

    /// When the first of them is over.
    pub(super) fn next_end(&self) -> Option<Timestamp> {
        self.until
            .values()
            .flat_map(BTreeMap::values)
            .min()
            .copied()
    }
}
