use std::collections::BTreeMap;
use std::time::Duration;

use hardline::client_api::ephemeral::GetPresenceResponse;
use hardline::types::{PresenceState, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// How long users are there after the last that was heard of them.
const OFFLINE_AFTER: Duration = Duration::from_secs(30);
/// How long users who do nothing count as there, and not as idle.
const IDLE_AFTER: Duration = Duration::from_secs(5 * 60);
/// How long users who did something count as active.
const ACTIVE_FOR: Duration = Duration::from_secs(60);

/// Who is there.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Presence {
    users: BTreeMap<UserId, Status>,
    /// A moment before which nobody's status changes by itself.
    next_change: Option<Timestamp>,
}

/// Whether a user is there.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Status {
    pub(crate) state: PresenceState,
    pub(crate) status_msg: Option<String>,
    /// When the user did something last.
    pub(crate) last_active: Timestamp,
    /// Until when a request of theirs waits, or when they said last who they are.
    pub(crate) heard_until: Timestamp,
    /// When the state was set last.
    pub(crate) set_at: Timestamp,
    /// Where it changed last.
    pub(crate) position: u64,
}

impl Presence {
    pub(crate) fn of(&self, user_id: &UserId) -> Option<&Status> {
        self.users.get(user_id)
    }

    /// Everybody whose status changed since a position; all who are there, if nothing is known.
    pub(crate) fn since(&self, since: Option<u64>) -> impl Iterator<Item = (&UserId, &Status)> {
        self.users.iter().filter(move |(_, status)| match since {
            Some(since) => status.position > since,
            None => status.state != PresenceState::Offline,
        })
    }

    /// Keeps a status. Returns whether others see a difference.
    pub(super) fn set(&mut self, user_id: &UserId, status: Status) -> bool {
        let next_change = status.next_change();
        self.next_change = [self.next_change, next_change].into_iter().flatten().min();
        let seen = |status: &Status| (status.state.clone(), status.status_msg.clone());
        let before = self.users.get(user_id).map(seen);
        let is_different = before.as_ref() != Some(&seen(&status));
        self.users.insert(user_id.clone(), status);
        is_different
    }

    pub(super) fn changed_at(&mut self, user_id: &UserId, position: u64) {
        if let Some(status) = self.users.get_mut(user_id) {
            status.position = position;
        }
    }

    pub(super) fn next_change(&self) -> Option<Timestamp> {
        self.next_change
    }

    /// The statuses that are others by now.
    pub(super) fn changed_by(&mut self, now: Timestamp) -> Vec<(UserId, Status)> {
        if self.next_change.is_none_or(|next| next > now) {
            return Vec::new();
        }
        let users = self.users.iter();
        let changed = users.filter_map(|(user_id, status)| {
            let changed = status.at(now)?;
            Some((user_id.clone(), changed))
        });
        let changed = changed.collect();
        let rest = self.users.values().filter_map(Status::next_change);
        self.next_change = rest.filter(|next| *next > now).min();
        changed
    }

    pub(crate) fn forget(&mut self, user_id: &UserId) {
        self.users.remove(user_id);
    }
}

impl Status {
    /// The status of somebody of whom nothing was heard.
    pub(super) fn new() -> Self {
        Self {
            state: PresenceState::Offline,
            status_msg: None,
            last_active: Timestamp::default(),
            heard_until: Timestamp::default(),
            set_at: Timestamp::default(),
            position: 0,
        }
    }

    /// The status as others see it.
    pub(crate) fn shown(&self, now: Timestamp) -> GetPresenceResponse {
        let was_active = self.last_active != Timestamp::default();
        let ago = now - self.last_active;
        let is_active = self.state == PresenceState::Online && ago < ACTIVE_FOR;
        let ago = u64::try_from(ago.as_millis()).ok();
        let mut shown = GetPresenceResponse::new(self.state.clone());
        shown.last_active_ago = ago.filter(|_| was_active);
        shown.status_msg.clone_from(&self.status_msg);
        shown.currently_active = is_active.then_some(true);
        shown
    }

    fn offline_at(&self) -> Timestamp {
        self.heard_until.max(self.last_active) + OFFLINE_AFTER
    }

    fn next_change(&self) -> Option<Timestamp> {
        match self.state {
            PresenceState::Offline => None,
            PresenceState::Online => Some(self.offline_at().min(self.last_active + IDLE_AFTER)),
            _ => Some(self.offline_at()),
        }
    }

    /// What becomes of it by then, if it is anything else.
    fn at(&self, now: Timestamp) -> Option<Self> {
        if self.next_change()? > now {
            return None;
        }
        let state = if self.offline_at() <= now {
            PresenceState::Offline
        } else {
            PresenceState::Unavailable
        };
        Some(Self {
            state,
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_become_idle_and_go_as_time_passes() {
        let alice = UserId::parse("@alice:example.org").unwrap();
        let second = |seconds: u64| Timestamp::from_millis(seconds * 1_000);
        let mut presence = Presence::default();
        let mut status = Status::new();
        status.state = PresenceState::Online;
        status.last_active = second(10);
        status.heard_until = second(400);
        assert!(presence.set(&alice, status.clone()));
        assert!(!presence.set(&alice, status));
        assert!(presence.changed_by(second(309)).is_empty());
        for (at, expected) in [
            (310, PresenceState::Unavailable),
            (430, PresenceState::Offline),
        ] {
            let (_, status) = presence.changed_by(second(at)).remove(0);
            assert_eq!(status.state, expected);
            assert!(presence.set(&alice, status));
            assert!(presence.changed_by(second(at)).is_empty());
        }
        assert_eq!(presence.next_change(), None);
    }
}
