use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hardline::types::{RoomId, UserId};
use serde::{Deserialize, Serialize};

/// How many walks that are not at their end are kept.
const KEPT: usize = 1_000;

/// The walks through spaces that clients have not come to the end of, by their tokens.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Hierarchies {
    walks: BTreeMap<String, Walk>,
    /// The tokens, oldest first.
    tokens: VecDeque<String>,
}

/// A walk through a space and the spaces below it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Walk {
    pub(crate) user_id: UserId,
    pub(crate) room_id: RoomId,
    pub(crate) suggested_only: bool,
    pub(crate) max_depth: Option<u64>,
    /// The rooms that come, each with its depth: the next one is the last.
    pub(crate) queue: Vec<(RoomId, u64)>,
    pub(crate) seen: BTreeSet<RoomId>,
}

impl Hierarchies {
    pub(crate) fn get(&self, token: &str) -> Option<&Walk> {
        self.walks.get(token)
    }

    /// Keeps a walk; the oldest one is dropped for it if there are too many.
    pub(crate) fn keep(&mut self, token: String, walk: Walk) {
        if self.tokens.len() >= KEPT
            && let Some(oldest) = self.tokens.pop_front()
        {
            self.walks.remove(&oldest);
        }
        self.tokens.push_back(token.clone());
        self.walks.insert(token, walk);
    }
}
