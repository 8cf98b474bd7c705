use std::collections::{BTreeMap, VecDeque};

use hardline::types::UserId;
use serde::{Deserialize, Serialize};

/// How many changes of a user's devices are told apart; of those before, clients are told of the newest alone.
const KEPT: usize = 16;

/// When the devices of users changed, and their keys.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct DeviceLists {
    /// Whose devices changed, by the position of the change.
    changes: BTreeMap<u64, UserId>,
    of_user: BTreeMap<UserId, VecDeque<u64>>,
    /// The newest changes that only one user sees: by that user, and by whose key it is.
    private: BTreeMap<UserId, BTreeMap<UserId, u64>>,
}

impl DeviceLists {
    pub(super) fn note(&mut self, position: u64, user_id: &UserId) {
        self.changes.insert(position, user_id.clone());
        let positions = self.of_user.entry(user_id.clone()).or_default();
        positions.push_back(position);
        if positions.len() > KEPT
            && let Some(oldest) = positions.pop_front()
        {
            self.changes.remove(&oldest);
        }
    }

    /// Notes a change that only a viewer sees.
    pub(super) fn note_private(&mut self, position: u64, viewer: &UserId, user_id: &UserId) {
        let seen = self.private.entry(viewer.clone()).or_default();
        seen.insert(user_id.clone(), position);
    }

    /// The users of the changes after `from` up to `to` that a viewer may see if they know those users.
    pub(super) fn between(
        &self,
        viewer: &UserId,
        from: u64,
        to: u64,
    ) -> impl Iterator<Item = &UserId> {
        let range = if from < to { from + 1..to + 1 } else { 0..0 };
        let private = self.private.get(viewer).into_iter().flatten();
        let private = private.filter({
            let range = range.clone();
            move |(_, position)| range.contains(position)
        });
        let private = private.map(|(user_id, _)| user_id);
        let changes = self.changes.range(range);
        changes.map(|(_, user_id)| user_id).chain(private)
    }
}
