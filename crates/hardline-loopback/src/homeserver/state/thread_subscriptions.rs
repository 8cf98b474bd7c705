use std::collections::BTreeMap;

use hardline::types::{EventId, RoomId, UserId};
use serde::{Deserialize, Serialize};

/// How many threads a user may subscribe to or unsubscribe from.
const MOST_OF_USER: usize = 10_000;

/// The threads that users want to be told of, and those that they do not want to be told of any more.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct ThreadSubscriptions(
    BTreeMap<UserId, BTreeMap<RoomId, BTreeMap<EventId, Subscription>>>,
);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Subscription {
    pub(crate) kind: SubscriptionKind,
    /// When it changed: a position in the stream of changes.
    pub(crate) position: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SubscriptionKind {
    /// The user subscribed.
    Manual,
    /// The user's client did by itself.
    Automatic,
    /// The user unsubscribed.
    None,
}

impl ThreadSubscriptions {
    pub(crate) fn get(
        &self,
        user_id: &UserId,
        room_id: &RoomId,
        root: &EventId,
    ) -> Option<Subscription> {
        self.0.get(user_id)?.get(room_id)?.get(root).copied()
    }

    /// Sets what a thread is to a user; `false` if there are too many.
    pub(crate) fn set(
        &mut self,
        user_id: &UserId,
        room_id: &RoomId,
        root: &EventId,
        subscription: Subscription,
    ) -> bool {
        let rooms = self.0.entry(user_id.clone()).or_default();
        let count: usize = rooms.values().map(BTreeMap::len).sum();
        let threads = rooms.entry(room_id.clone()).or_default();
        if count >= MOST_OF_USER && !threads.contains_key(root) {
            return false;
        }
        threads.insert(root.clone(), subscription);
        true
    }

    /// What a user has changed after one position and up to another, the newest change first.
    pub(crate) fn changes(
        &self,
        user_id: &UserId,
        (after, until): (u64, u64),
    ) -> Vec<(&RoomId, &EventId, Subscription)> {
        let rooms = self.0.get(user_id).into_iter().flatten();
        let threads = rooms.flat_map(|(room_id, threads)| {
            threads
                .iter()
                .map(move |(root, subscription)| (room_id, root, *subscription))
        });
        let mut changes: Vec<_> = threads
            .filter(|(_, _, subscription)| {
                subscription.position > after && subscription.position <= until
            })
            .collect();
        changes.sort_by_key(|(_, _, subscription)| std::cmp::Reverse(subscription.position));
        changes
    }

    pub(super) fn forget(&mut self, user_id: &UserId) {
        self.0.remove(user_id);
    }
}
