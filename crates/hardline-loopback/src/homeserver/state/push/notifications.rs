use std::collections::{BTreeMap, VecDeque};

use hardline::client_api::push::{PushAction, PushOutcome};
use hardline::types::{EventId, RoomId, UserId};
use serde::{Deserialize, Serialize};

/// How many notifications of a room are kept for a user.
const MOST: usize = 2_000;

/// What users were notified of, by room, oldest first.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Notifications(BTreeMap<UserId, BTreeMap<RoomId, VecDeque<Kept>>>);

/// That a user was notified of an event.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) event_id: EventId,
    /// The place of the event in the room.
    pub(crate) place: usize,
    /// The position of the event in the stream.
    pub(crate) position: u64,
    /// `main`, or the root of the thread.
    pub(crate) thread: String,
    pub(crate) actions: Vec<PushAction>,
}

impl Kept {
    pub(crate) fn is_highlight(&self) -> bool {
        PushOutcome::from(self.actions.as_slice()).highlight
    }
}

/// What a user has not read of a room, by thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unread(BTreeMap<String, Counts>);

/// How many notifications, and how many of them are highlighted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) notifications: u64,
    pub(crate) highlights: u64,
}

impl Unread {
    /// Of all threads together.
    pub(crate) fn total(&self) -> Counts {
        let mut total = Counts::default();
        for counts in self.0.values() {
            total.notifications += counts.notifications;
            total.highlights += counts.highlights;
        }
        total
    }

    pub(crate) fn of(&self, thread: &str) -> Counts {
        self.0.get(thread).copied().unwrap_or_default()
    }

    /// The threads with something unread, but the main timeline.
    pub(crate) fn threads(&self) -> impl Iterator<Item = (&str, Counts)> {
        let all = self.0.iter().filter(|(thread, _)| *thread != "main");
        all.map(|(thread, counts)| (thread.as_str(), *counts))
    }
}

impl Notifications {
    pub(super) fn add(&mut self, user_id: &UserId, room_id: &RoomId, kept: Kept) {
        let of_user = self.0.entry(user_id.clone()).or_default();
        let of_room = of_user.entry(room_id.clone()).or_default();
        if of_room.len() == MOST {
            of_room.pop_front();
        }
        of_room.push_back(kept);
    }

    /// Takes back what an event notified of, which says nothing any more.
    pub(super) fn remove(&mut self, room_id: &RoomId, event_id: &EventId) {
        for of_user in self.0.values_mut() {
            if let Some(of_room) = of_user.get_mut(room_id) {
                of_room.retain(|kept| kept.event_id != *event_id);
            }
        }
    }

    pub(crate) fn of_user(&self, user_id: &UserId) -> impl Iterator<Item = (&RoomId, &Kept)> {
        let rooms = self.0.get(user_id).into_iter().flatten();
        rooms.flat_map(|(room_id, kept)| kept.iter().map(move |kept| (room_id, kept)))
    }

    /// What is unread of a room, where `is_read` says whether a place of a thread is.
    pub(super) fn unread(
        &self,
        user_id: &UserId,
        room_id: &RoomId,
        is_read: impl Fn(&Kept) -> bool,
    ) -> Unread {
        let mut unread = Unread::default();
        let of_room = self.0.get(user_id).and_then(|rooms| rooms.get(room_id));
        for kept in of_room.into_iter().flatten() {
            if is_read(kept) {
                continue;
            }
            let counts = unread.0.entry(kept.thread.clone()).or_default();
            counts.notifications += 1;
            counts.highlights += u64::from(kept.is_highlight());
        }
        unread
    }

    pub(super) fn forget(&mut self, user_id: &UserId) {
        self.0.remove(user_id);
    }
}
