use super::{SendQueue, doubtful};
use crate::flow::send::queued_event::Uncertainty;

/// How many entries of a room may be sent before another save.
const AHEAD: usize = 2;

/// What follows from any change.
impl SendQueue {
    /// Finds out which entries the server may have forgotten, and lets requests leave for those that are next as soon as
    /// that is saved.
    pub(super) fn settle(&mut self) {
        if !self.knows_time {
            return;
        }
        let now = self.flow_state.now;
        for (room_id, lane) in &mut self.queue.lanes {
            for txn_id in lane.forget(now) {
                self.queue.revision += 1;
                let reason = Uncertainty::Forgotten;
                self.events.push_back(doubtful(room_id, txn_id, reason));
            }
        }
        #[cfg(feature = "unstable")]
        self.end_delays();
        self.queue
            .lanes
            .retain(|_, lane| !lane.entries.is_empty() || lane.in_flight.is_some());
        if self.queue.options.confirms_saves {
            self.arm();
        }
    }

    /// Lets requests leave, as soon as that is saved, for the entries that are next.
    fn arm(&mut self) {
        let now = self.flow_state.now;
        let queue = &mut self.queue;
        let goes_on = queue.options.goes_on_past_stuck;
        let until = now + queue.options.server_memory;
        let mut lanes: Vec<_> = queue.lanes.values_mut().collect();
        // What has become stuck keeps back those behind it.
        for lane in &mut lanes {
            let next: Vec<_> = lane.sendable(goes_on).take(AHEAD).collect();
            queue.revision += u64::from(lane.disarm(|index| !next.contains(&index)));
        }
        if !queue.pace.is_open(now) {
            return;
        }
        lanes.retain(|lane| lane.not_before.is_none_or(|until| until <= now));
        let mut ahead = AHEAD;
        if queue.pace.is_offline() {
            // Only the one that is to try whether the server can be reached.
            ahead = 1;
            let idle = lanes.into_iter().filter(|lane| lane.in_flight.is_none());
            let first = idle
                .filter_map(|lane| Some(((lane.failures, lane.next(goes_on)?.order), lane)))
                .min_by_key(|(priority, _)| *priority);
            lanes = first.map(|(_, lane)| lane).into_iter().collect();
        }
        for lane in lanes {
            let next: Vec<_> = lane.sendable(goes_on).take(ahead).collect();
            for index in next {
                let entry = &mut lane.entries[index];
                if entry.armed_until.is_none_or(|until| until <= now) {
                    entry.armed_until = Some(until);
                    queue.revision += 1;
                    entry.revision = queue.revision;
                }
            }
        }
    }

    /// A save that is made now says that no requests have left for entries for which none has. They are armed again before
    /// one does.
    pub(super) fn disarm(&mut self) {
        let mut changed = false;
        for lane in self.queue.lanes.values_mut() {
            changed |= lane.disarm(|_| true);
        }
        self.queue.revision += u64::from(changed);
    }
}
