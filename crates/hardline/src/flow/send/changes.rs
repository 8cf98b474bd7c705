use serde::Serialize;

#[cfg(feature = "unstable")]
use super::delay::Wanted;
use super::edit_content::edit_content;
use super::entry::{Entry, Reference, Status, What};
use super::queue::{Queue, checked};
use super::queued_event::{Discarded, Edited};
use super::send_error::SendQueueError;
use crate::flow::engine::attempts::FlowState;
use crate::json::RawJson;
#[cfg(feature = "unstable")]
use crate::types::Timestamp;
use crate::types::TransactionId;

/// What the program changes of entries that are in the queue.
impl Queue {
    pub(super) fn provide<C: Serialize + ?Sized>(
        &mut self,
        txn_id: &TransactionId,
        content: &C,
    ) -> Result<(), SendQueueError> {
        let entry = self.entry(txn_id)?;
        if !entry.what.awaits_content() {
            return Err(SendQueueError::NotPossible);
        }
        let event_type = entry.what.event_type().to_owned();
        let new = new_content(&event_type, content)?;
        self.replace(txn_id, new)
    }

    pub(super) fn edit<C: Serialize + ?Sized>(
        &mut self,
        flow_state: &mut FlowState,
        txn_id: &TransactionId,
        content: &C,
        edit_id: TransactionId,
    ) -> Result<Edited, SendQueueError> {
        let (room_id, index) = self.find(txn_id)?;
        let lane = self.lane_mut(&room_id);
        let entry = &lane.entries[index];
        if matches!(entry.what, What::Redaction { .. }) {
            return Err(SendQueueError::NotPossible);
        }
        let event_type = entry.what.event_type().to_owned();
        let new = new_content(&event_type, content)?;
        if !lane.marks_of(entry).has_left {
            self.replace(txn_id, new)?;
            let lane = self.lane_mut(&room_id);
            if lane.is_in_flight(txn_id) {
                lane.abandon(flow_state);
            }
            let entry = &mut lane.entries[index];
            if matches!(entry.status, Status::Stuck(_)) {
                entry.status = Status::Ready;
            }
            return Ok(Edited::InPlace);
        }
        #[cfg(feature = "unstable")]
        if matches!(entry.what, What::Delayed { .. }) {
            return Err(SendQueueError::NotPossible);
        }
        if event_type == "m.room.encrypted" {
            return Err(SendQueueError::Encrypted);
        }
        // Another edit that is still to be sent becomes this one.
        let is_newest = |entry: &&Entry| {
            matches!(entry.what, What::Edit { .. })
                && entry.is_about(txn_id)
                && !entry.marks.has_left
        };
        if let Some(queued) = lane.entries.iter().rfind(is_newest) {
            let queued = queued.txn_id.clone();
            self.replace(&queued, new)?;
            return Ok(Edited::Queued(queued));
        }
        let original = entry.what.content();
        let content = edit_content(&new, original).map_err(SendQueueError::NotJson)?;
        checked(&event_type, &content)?;
        let of = match &entry.what {
            What::Edit { of, .. } => of.clone(),
            _ => Reference::Entry(txn_id.clone()),
        };
        let what = What::Edit {
            of,
            event_type,
            content,
            new,
        };
        self.check_room_for(&what, &edit_id)?;
        self.push(room_id, what, edit_id.clone());
        Ok(Edited::Queued(edit_id))
    }

    pub(super) fn discard(
        &mut self,
        flow_state: &mut FlowState,
        txn_id: &TransactionId,
        redaction_id: TransactionId,
    ) -> Result<Discarded, SendQueueError> {
        #[cfg(feature = "unstable")]
        if self.want(flow_state.now, txn_id, Wanted::Cancel) {
            return Ok(Discarded::ByCancelling);
        }
        let (room_id, index) = self.find(txn_id)?;
        let lane = self.lane_mut(&room_id);
        let entry = &lane.entries[index];
        if !lane.marks_of(entry).has_left || !matches!(entry.status, Status::Ready) {
            if lane.is_in_flight(txn_id) {
                lane.abandon(flow_state);
            }
            lane.remove(txn_id);
            self.revision += 1;
            return Ok(Discarded::FromQueue);
        }
        match &mut lane.entries[index].what {
            What::Redaction { .. } => return Err(SendQueueError::NotPossible),
            #[cfg(feature = "unstable")]
            What::Delayed { wanted, .. } => {
                if wanted.replace(Wanted::Cancel) != Some(Wanted::Cancel) {
                    self.revision += 1;
                }
                return Ok(Discarded::ByCancelling);
            }
            What::Event { .. } | What::Edit { .. } => {}
        }
        let is_redaction =
            |entry: &&Entry| matches!(entry.what, What::Redaction { .. }) && entry.is_about(txn_id);
        if let Some(redaction) = lane.entries.iter().find(is_redaction) {
            return Ok(Discarded::ByRedaction(redaction.txn_id.clone()));
        }
        let what = What::Redaction {
            of: Reference::Entry(txn_id.clone()),
            reason: None,
        };
        self.check_room_for(&what, &redaction_id)?;
        // Its edits that are still to be sent would edit nothing.
        self.lane_mut(&room_id)
            .entries
            .retain(|entry| !entry.is_about(txn_id));
        self.push(room_id, what, redaction_id.clone());
        Ok(Discarded::ByRedaction(redaction_id))
    }

    pub(super) fn retry(&mut self, txn_id: &TransactionId) -> Result<(), SendQueueError> {
        self.make_ready(txn_id, |status| matches!(status, Status::Stuck(_)))
    }

    pub(super) fn resend(&mut self, txn_id: &TransactionId) -> Result<(), SendQueueError> {
        self.make_ready(txn_id, |status| matches!(status, Status::Uncertain(_)))?;
        // The time begins anew with the next request.
        let (room_id, index) = self.find(txn_id)?;
        let entry = &mut self.lane_mut(&room_id).entries[index];
        entry.marks.remembered_until = None;
        entry.armed_until = None;
        Ok(())
    }

    fn make_ready(
        &mut self,
        txn_id: &TransactionId,
        is_allowed: impl Fn(&Status) -> bool,
    ) -> Result<(), SendQueueError> {
        let (room_id, index) = self.find(txn_id)?;
        if !is_allowed(&self.lanes[&room_id].entries[index].status) {
            return Err(SendQueueError::NotPossible);
        }
        let revision = self.next_revision();
        let lane = self.lane_mut(&room_id);
        let entry = &mut lane.entries[index];
        entry.status = Status::Ready;
        entry.revision = revision;
        lane.failures = 0;
        lane.not_before = None;
        Ok(())
    }

    /// Sends a scheduled event now.
    #[cfg(feature = "unstable")]
    pub(super) fn send_now(
        &mut self,
        now: Timestamp,
        txn_id: &TransactionId,
    ) -> Result<(), SendQueueError> {
        if self.want(now, txn_id, Wanted::Send) {
            return Ok(());
        }
        let (room_id, index) = self.find(txn_id)?;
        let revision = self.next_revision();
        let lane = self.lane_mut(&room_id);
        let has_left = lane.marks_of(&lane.entries[index]).has_left;
        let is_in_flight = lane.is_in_flight(txn_id);
        let entry = &mut lane.entries[index];
        let What::Delayed {
            event_type,
            content,
            wanted,
            ..
        } = &mut entry.what
        else {
            return Err(SendQueueError::NotPossible);
        };
        if has_left || is_in_flight {
            *wanted = Some(Wanted::Send);
            return Ok(());
        }
        entry.what = What::Event {
            event_type: std::mem::take(event_type),
            content: content.take(),
        };
        entry.revision = revision;
        Ok(())
    }

    /// Marks a scheduled event, if there is one with this transaction ID.
    #[cfg(feature = "unstable")]
    fn want(&mut self, now: Timestamp, txn_id: &TransactionId, wanted: Wanted) -> bool {
        let mut scheduled = self.scheduled.iter_mut();
        let Some(scheduled) = scheduled.find(|scheduled| scheduled.is_of(txn_id)) else {
            return false;
        };
        if scheduled.want(now, wanted) {
            self.revision += 1;
        }
        true
    }

    /// Gives an entry another content.
    fn replace(&mut self, txn_id: &TransactionId, new: RawJson) -> Result<(), SendQueueError> {
        let (room_id, index) = self.find(txn_id)?;
        let before = self.lanes[&room_id].entries[index].what.clone();
        let mut what = before.clone();
        match &mut what {
            What::Event { content, .. } => *content = Some(new),
            #[cfg(feature = "unstable")]
            What::Delayed { content, .. } => *content = Some(new),
            What::Edit {
                of,
                event_type,
                content,
                new: known,
            } => {
                let original = match of {
                    Reference::Entry(original) => self.entry(original)?.what.content(),
                    Reference::Event(_) => None,
                };
                *content = edit_content(&new, original).map_err(SendQueueError::NotJson)?;
                checked(event_type, content)?;
                *known = new;
            }
            What::Redaction { .. } => return Err(SendQueueError::NotPossible),
        }
        let (most, others) = (self.options.max_bytes, self.bytes() - before.bytes());
        if others + what.bytes() > most {
            return Err(SendQueueError::TooManyBytes { most });
        }
        let revision = self.next_revision();
        let entry = &mut self.lane_mut(&room_id).entries[index];
        entry.what = what;
        entry.revision = revision;
        Ok(())
    }
}

fn new_content<C: Serialize + ?Sized>(
    event_type: &str,
    content: &C,
) -> Result<RawJson, SendQueueError> {
    let content = RawJson::new(content).map_err(SendQueueError::NotJson)?;
    checked(event_type, &content)?;
    Ok(content)
}
