use hardline::client_api::sync::{Filter, RoomEventFilter, RoomFilter};
use hardline::flow::{NotAwaited, SyncEvent, SyncLoop};
use hardline::types::UserId;

use super::program::{Brought, Synced, hold_through_crashes, homeserver, texts};
use super::*;

impl Synced for SyncLoop {
    type Token = String;

    fn begin(now: Timestamp, seed: u64, token: Option<String>) -> Self {
        let alice = UserId::parse("@alice:example.org").unwrap();
        let flow = Self::new(now, homeserver(), seed).with_stored_filter(alice, everything());
        match token {
            Some(token) => flow.with_since(token),
            None => flow,
        }
    }

    fn with_confirmed_saves(self) -> Self {
        self.with_confirmed_saves()
    }

    fn answer(event: Self::Event) -> Option<Brought<String>> {
        let answer = match event {
            SyncEvent::Answer(answer) => answer.value,
            SyncEvent::Gaps(gaps) => panic!("{gaps:?}"),
            _ => return None,
        };
        let rooms = answer.rooms.join.values();
        let lists = rooms.map(|room| &room.timeline.events);
        let lists = lists.chain([&answer.to_device.events]);
        Some(Brought {
            news: lists.flat_map(texts).collect(),
            history: Vec::new(),
            token: answer.next_batch,
        })
    }

    fn taken(&mut self, now: Timestamp, token: &String) -> Result<(), NotAwaited> {
        self.taken(now, token)
    }

    fn saved(&mut self, now: Timestamp, token: &String) -> Result<(), NotAwaited> {
        self.saved(now, token)
    }
}

/// A filter that leaves nothing out, and no gaps.
fn everything() -> Filter {
    let mut timeline = RoomEventFilter::new();
    timeline.limit = Some(1_000);
    let mut room = RoomFilter::new();
    room.timeline = Some(timeline);
    let mut filter = Filter::new();
    filter.room = Some(room);
    filter
}

#[test]
fn a_crash_at_any_time_loses_nothing_and_repeats_nothing() {
    hold_through_crashes::<SyncLoop>();
}
