use std::collections::BTreeSet;

use hardline::types::{EventId, UserId};

use super::event::Event;
use super::room::Room;

/// How far relations of relations are followed.
pub(crate) const DEEPEST: usize = 3;

impl Room {
    /// The events that relate to an event in one way, oldest first.
    pub(crate) fn related_as(
        &self,
        event: &Event,
        rel_type: &'static str,
    ) -> impl DoubleEndedIterator<Item = &Event> {
        let related = self.related_to(&event.event_id).iter();
        related
            .map(|place| self.event(*place))
            .filter(move |event| event.relation().is_some_and(|(known, _)| known == rel_type))
    }

    /// The edit that counts: the newest one of the sender's own.
    pub(crate) fn newest_edit(&self, event: &Event) -> Option<&Event> {
        if event.redacted_by.is_some() {
            return None;
        }
        self.related_as(event, "m.replace").rfind(|edit| {
            edit.sender == event.sender
                && edit.event_type == event.event_type
                && edit.state_key.is_none()
        })
    }

    /// The latest event of the thread that begins with an event. A thread does not begin with one that relates to another.
    pub(crate) fn latest_in_thread(&self, root: &Event) -> Option<&Event> {
        if root.relation().is_some() {
            return None;
        }
        self.related_as(root, "m.thread").next_back()
    }

    /// Whether a user began a thread or wrote in it.
    pub(crate) fn has_participated(&self, root: &Event, user_id: &UserId) -> bool {
        root.sender == *user_id
            || self
                .related_as(root, "m.thread")
                .any(|event| event.sender == *user_id)
    }

    /// The places of the roots of all threads, each with the place of its latest event: the latest one first.
    pub(crate) fn threads(&self) -> Vec<(usize, usize)> {
        let roots = self.related_targets();
        let mut threads: Vec<(usize, usize)> = roots
            .filter_map(|root| {
                let latest = self.latest_in_thread(self.event(root))?;
                Some((self.place_of(&latest.event_id)?, root))
            })
            .collect();
        threads.sort_unstable_by(|one, other| other.cmp(one));
        threads
    }

    /// The places of the events that relate to an event, and of those that relate to these in turn.
    pub(crate) fn relating_to(&self, event_id: &EventId, depth: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut targets = vec![event_id];
        for _ in 0..depth {
            let places = targets.iter().flat_map(|target| self.related_to(target));
            let new: Vec<usize> = places
                .copied()
                .filter(|place| found.insert(*place))
                .collect();
            targets = new
                .iter()
                .map(|place| &self.event(*place).event_id)
                .collect();
        }
        found
    }
}
