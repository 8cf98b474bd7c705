use std::collections::VecDeque;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::SendQueue;
use crate::flow::SavedFlow;
use crate::flow::engine::persist;
use crate::flow::send::entry::Status;
use crate::flow::send::queue::Queue;

const NAME: &str = "SendQueue";

const _: () = assert!(
    SavedFlow::is_listed(NAME),
    "add the flow to SavedFlow and FLOWS in flow/engine/persist/saved_flow.rs"
);

/// What is in flight, and what is told next, is in the queue's entries.
impl Serialize for SendQueue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        persist::save(NAME, &self.flow_state, &self.queue, serializer)
    }
}

impl<'de> Deserialize<'de> for SendQueue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (flow_state, mut queue) = persist::load::<Queue, D>(NAME, deserializer)?;
        let until = flow_state.now + queue.options.server_memory;
        let confirms_saves = queue.options.confirms_saves;
        for entry in queue
            .lanes
            .values_mut()
            .flat_map(|lane| &mut lane.entries)
            .filter(|entry| matches!(entry.status, Status::Ready))
        {
            // Nobody knows whether a request left after the save.
            let may_have_left = match entry.armed_until {
                Some(until) => Some(until),
                None if confirms_saves || !entry.is_sendable() => None,
                None => Some(until),
            };
            if let Some(until) = may_have_left {
                entry.marks.has_left = true;
                entry.marks.remembered_until.get_or_insert(until);
            }
        }
        Ok(Self {
            saved: queue.revision,
            told: queue.revision,
            flow_state,
            queue,
            events: VecDeque::new(),
            knows_time: false,
            is_over: false,
        })
    }
}
