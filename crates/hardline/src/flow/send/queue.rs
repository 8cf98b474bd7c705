use std::collections::{BTreeMap, VecDeque};

use hardline_derive::Persist;

use super::edit_content::is_object;
use super::entry::{Entry, Marks, Receipt, Status, What};
use super::lane::Lane;
use super::outgoing_event::OutgoingEvent;
use super::pace::Pace;
use super::queued_event::{QueuedEvent, QueuedState};
#[cfg(feature = "unstable")]
use super::scheduled::Scheduled;
use super::send_error::{EnqueueError, SendQueueError};
use super::send_options::SendOptions;
use crate::events::check_event_size;
use crate::json::RawJson;
use crate::types::{DeviceId, EventId, RoomId, TransactionId};
use crate::wire::Homeserver;

/// All that a queue holds: what is saved of it, and what the program does to it.
#[derive(Debug, Persist)]
pub(super) struct Queue {
    pub(super) homeserver: Homeserver,
    pub(super) device_id: DeviceId,
    pub(super) options: SendOptions,
    pub(super) lanes: BTreeMap<RoomId, Lane>,
    /// What is done, until the program was told.
    pub(super) finished: VecDeque<Finished>,
    #[cfg(feature = "unstable")]
    pub(super) scheduled: Vec<Scheduled>,
    /// The server knows the older form of requests about scheduled events alone.
    #[cfg(feature = "unstable")]
    pub(super) updates_by_body: bool,
    pub(super) pace: Pace,
    /// How many entries there were so far.
    orders: u64,
    pub(super) revision: u64,
    pub(super) is_closed: bool,
}

/// What became of an entry.
#[derive(Debug, Persist)]
pub(super) struct Finished {
    pub(super) room_id: RoomId,
    pub(super) txn_id: TransactionId,
    pub(super) end: End,
}

#[derive(Debug, Persist)]
pub(super) enum End {
    Sent(EventId),
    Redacted(Option<EventId>),
    #[cfg_attr(
        not(feature = "unstable"),
        allow(dead_code, reason = "of delayed events")
    )]
    Scheduled,
    #[cfg_attr(
        not(feature = "unstable"),
        allow(dead_code, reason = "of delayed events")
    )]
    DelayEnded,
}

impl Queue {
    pub(super) fn new(homeserver: Homeserver, device_id: DeviceId) -> Self {
        Self {
            homeserver,
            device_id,
            options: SendOptions::default(),
            lanes: BTreeMap::new(),
            finished: VecDeque::new(),
            #[cfg(feature = "unstable")]
            scheduled: Vec::new(),
            #[cfg(feature = "unstable")]
            updates_by_body: false,
            pace: Pace::default(),
            orders: 0,
            revision: 0,
            is_closed: false,
        }
    }

    pub(super) fn enqueue(
        &mut self,
        event: OutgoingEvent,
        txn_id: TransactionId,
    ) -> Result<TransactionId, EnqueueError> {
        if self.is_closed {
            return Err(EnqueueError::new(SendQueueError::Closed, event));
        }
        let allowed = match event.what.content() {
            Some(content) => checked(event.what.event_type(), content),
            None => Ok(()),
        };
        let allowed = allowed.and_then(|()| self.check_room_for(&event.what, &txn_id));
        if let Err(reason) = allowed {
            return Err(EnqueueError::new(reason, event));
        }
        self.push(event.room_id, event.what, txn_id.clone());
        Ok(txn_id)
    }

    /// Takes an entry out that the server has acted on.
    pub(super) fn finish(&mut self, room_id: &RoomId, txn_id: &TransactionId, receipt: Receipt) {
        self.revision += 1;
        let lane = self.lane_mut(room_id);
        lane.failures = 0;
        lane.not_before = None;
        let Some(index) = lane.position(txn_id) else {
            return;
        };
        let end = match receipt {
            Receipt::Sent(event_id) => {
                lane.resolve(txn_id, &event_id);
                End::Sent(event_id)
            }
            Receipt::Redacted(event_id) => End::Redacted(event_id),
            #[cfg(feature = "unstable")]
            Receipt::Scheduled(delay_id, now) => {
                let entry = &lane.entries[index];
                let scheduled = Scheduled::of(now, room_id, entry, delay_id);
                self.scheduled.extend(scheduled);
                End::Scheduled
            }
        };
        self.lane_mut(room_id).entries.remove(index);
        self.finished.push_back(Finished {
            room_id: room_id.clone(),
            txn_id: txn_id.clone(),
            end,
        });
    }

    /// All entries, by rooms and in their order there.
    pub(super) fn entries(&self) -> impl Iterator<Item = QueuedEvent<'_>> {
        self.lanes.iter().flat_map(|(room_id, lane)| {
            lane.entries.iter().map(move |entry| QueuedEvent {
                room_id,
                txn_id: &entry.txn_id,
                event_type: entry.what.event_type(),
                content: entry.what.content(),
                state: match &entry.status {
                    Status::Stuck(refused) => QueuedState::Stuck(refused),
                    Status::Uncertain(why) => QueuedState::MayHaveBeenSent(*why),
                    Status::Ready if lane.is_in_flight(&entry.txn_id) => QueuedState::InFlight,
                    Status::Ready if entry.what.awaits_content() => QueuedState::AwaitingContent,
                    Status::Ready => QueuedState::Queued,
                },
            })
        })
    }

    pub(super) fn next_revision(&mut self) -> u64 {
        self.revision += 1;
        self.revision
    }

    pub(super) fn lane_mut(&mut self, room_id: &RoomId) -> &mut Lane {
        self.lanes.entry(room_id.clone()).or_default()
    }

    pub(super) fn find(&self, txn_id: &TransactionId) -> Result<(RoomId, usize), SendQueueError> {
        let mut lanes = self.lanes.iter();
        let found =
            lanes.find_map(|(room_id, lane)| Some((room_id.clone(), lane.position(txn_id)?)));
        found.ok_or(SendQueueError::NotQueued)
    }

    pub(super) fn entry(&self, txn_id: &TransactionId) -> Result<&Entry, SendQueueError> {
        let (room_id, index) = self.find(txn_id)?;
        Ok(&self.lanes[&room_id].entries[index])
    }

    pub(super) fn push(&mut self, room_id: RoomId, what: What, txn_id: TransactionId) {
        self.orders += 1;
        let entry = Entry {
            txn_id,
            order: self.orders,
            what,
            status: Status::Ready,
            revision: self.next_revision(),
            armed_until: None,
            marks: Marks::default(),
        };
        self.lane_mut(&room_id).entries.push_back(entry);
    }

    pub(super) fn check_room_for(
        &self,
        what: &What,
        txn_id: &TransactionId,
    ) -> Result<(), SendQueueError> {
        let options = &self.options;
        if self.is_known(txn_id) {
            return Err(SendQueueError::DuplicateTransactionId);
        }
        if self.len() >= options.max_entries {
            let most = options.max_entries;
            return Err(SendQueueError::TooManyEntries { most });
        }
        if self.bytes() + what.bytes() > options.max_bytes {
            let most = options.max_bytes;
            return Err(SendQueueError::TooManyBytes { most });
        }
        Ok(())
    }

    fn is_known(&self, txn_id: &TransactionId) -> bool {
        let is_finished = |finished: &Finished| finished.txn_id == *txn_id;
        #[cfg(feature = "unstable")]
        if self.scheduled.iter().any(|one| one.is_of(txn_id)) {
            return true;
        }
        self.find(txn_id).is_ok() || self.finished.iter().any(is_finished)
    }

    /// How many entries there are, scheduled ones included.
    pub(super) fn len(&self) -> usize {
        let waiting: usize = self.lanes.values().map(|lane| lane.entries.len()).sum();
        #[cfg(feature = "unstable")]
        return waiting + self.scheduled.len();
        #[cfg(not(feature = "unstable"))]
        waiting
    }

    pub(super) fn bytes(&self) -> usize {
        let entries = self.lanes.values().flat_map(|lane| &lane.entries);
        entries.map(|entry| entry.what.bytes()).sum()
    }
}

pub(super) fn checked(event_type: &str, content: &RawJson) -> Result<(), SendQueueError> {
    if !is_object(content) {
        return Err(SendQueueError::NotAnObject);
    }
    check_event_size(event_type, None, content).map_err(SendQueueError::TooLarge)?;
    Ok(())
}
