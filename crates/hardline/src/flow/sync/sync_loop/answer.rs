use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as NameError;

use crate::client_api::sync::{
    DeviceLists, JoinedRoom, Sync, SyncResponse, SyncWithRawRooms, SyncWithRawRoomsResponse,
    Timeline,
};
use crate::flow::TimelineGap;
use crate::json::{RawJson, RawMap};
use crate::types::RoomId;

/// A form in which a [`SyncLoop`](crate::flow::SyncLoop) hands its answers over: [`SyncResponse`] or
/// [`SyncWithRawRoomsResponse`].
pub trait SyncAnswer: sealed::Answer {
    /// The token that the answer comes with: where the next one begins.
    fn next_batch(&self) -> &str;
}

impl SyncAnswer for SyncResponse {
    fn next_batch(&self) -> &str {
        &self.next_batch
    }
}

impl SyncAnswer for SyncWithRawRoomsResponse {
    fn next_batch(&self) -> &str {
        &self.next_batch
    }
}

pub(super) mod sealed {
    use super::*;
    use crate::wire::Endpoint;

    pub trait Answer: Sized {
        type Operation: Endpoint<Response = Self>;

        fn operation(sync: Sync) -> Self::Operation;

        fn has_to_device(&self) -> bool;

        fn is_empty(&self) -> bool;

        fn gaps(&self) -> Vec<TimelineGap>;
    }
}

impl sealed::Answer for SyncResponse {
    type Operation = Sync;

    fn operation(sync: Sync) -> Sync {
        sync
    }

    fn has_to_device(&self) -> bool {
        !self.to_device.events.is_empty()
    }

    fn is_empty(&self) -> bool {
        let rooms = &self.rooms;
        let events = [&self.to_device, &self.presence, &self.account_data];
        rooms.join.is_empty()
            && rooms.invite.is_empty()
            && rooms.knock.is_empty()
            && rooms.leave.is_empty()
            && events.iter().all(|list| list.events.is_empty())
            && self.device_lists == DeviceLists::default()
    }

    fn gaps(&self) -> Vec<TimelineGap> {
        let joined = self.rooms.join.iter();
        let left = self.rooms.leave.iter();
        joined
            .map(|(room_id, room)| (room_id, &room.timeline))
            .chain(left.map(|(room_id, room)| (room_id, &room.timeline)))
            .filter(|(_, timeline)| timeline.limited)
            .map(|(room_id, Timeline { prev_batch, .. })| TimelineGap {
                room_id: room_id.clone(),
                prev_batch: prev_batch.clone(),
            })
            .collect()
    }
}

impl sealed::Answer for SyncWithRawRoomsResponse {
    type Operation = SyncWithRawRooms;

    fn operation(sync: Sync) -> SyncWithRawRooms {
        SyncWithRawRooms(sync)
    }

    fn has_to_device(&self) -> bool {
        !self.to_device.events.is_empty()
    }

    fn is_empty(&self) -> bool {
        let rooms = &self.rooms;
        let events = [&self.to_device, &self.presence, &self.account_data];
        rooms.join.is_empty()
            && rooms.invite.is_empty()
            && rooms.knock.is_empty()
            && rooms.leave.is_empty()
            && events.iter().all(|list| list.events.is_empty())
            && self.device_lists == DeviceLists::default()
    }

    fn gaps(&self) -> Vec<TimelineGap> {
        let mut gaps = raw_gaps(&self.rooms.join);
        gaps.append(&mut raw_gaps(&self.rooms.leave));
        gaps
    }
}

/// A room that was left is read as one that the user is in, of which it has no more than a part: with its lists undecoded, since
/// an event that is no JSON hides no gap.
fn raw_gaps<V>(rooms: &RawMap<RoomId, V>) -> Vec<TimelineGap> {
    let gap = |(name, room): (Cow<'_, str>, RawJson)| {
        let Timeline {
            prev_batch,
            limited: true,
            ..
        } = room
            .deserialize_lenient::<JoinedRoom>()
            .ok()?
            .value
            .timeline
        else {
            return None;
        };
        let name = IntoDeserializer::<NameError>::into_deserializer(&*name);
        let room_id = RoomId::deserialize(name).ok()?;
        Some(TimelineGap {
            room_id,
            prev_batch,
        })
    };
    rooms.raw().filter_map(gap).collect()
}
