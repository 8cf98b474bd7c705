use hardline::client_api::unstable::msc4186::{
    ExtensionsWanted, RoomSubscription, SlidingSyncRoom, StatePattern, ToDeviceWanted,
};
use hardline::flow::{NotAwaited, SlidingSync, SlidingSyncEvent, SlidingSyncTokens, SyncList};
use hardline::types::{RoomId, UserId};

use super::program::{Brought, Synced, hold_through_crashes, homeserver, texts};
use super::*;

fn room(timeline_limit: u64) -> RoomSubscription {
    RoomSubscription::new(timeline_limit, vec![StatePattern::new("m.room.name", "")])
}

impl Synced for SlidingSync {
    type Token = SlidingSyncTokens;

    fn begin(now: Timestamp, seed: u64, token: Option<SlidingSyncTokens>) -> Self {
        let alice = UserId::parse("@alice:example.org").unwrap();
        let flow = Self::new(now, homeserver(), alice, seed);
        let mut flow = flow.with_tokens(token.unwrap_or_default());
        flow.set_list(now, "all", SyncList::growing(1, room(1_000)));
        let mut to_device = ToDeviceWanted::new();
        to_device.enabled = Some(true);
        let mut extensions = ExtensionsWanted::new();
        extensions.to_device = Some(to_device);
        flow.set_extensions(now, extensions);
        flow
    }

    fn with_confirmed_saves(self) -> Self {
        self.with_confirmed_saves()
    }

    fn answer(event: SlidingSyncEvent) -> Option<Brought<SlidingSyncTokens>> {
        let SlidingSyncEvent::Answer(answer) = event else {
            return None;
        };
        let response = &answer.response.value;
        let told = response.extensions.to_device.as_ref();
        let to_device = told.map(|told| texts(&told.events));
        let of = |is_history: bool| {
            let rooms = response.rooms.values();
            let rooms =
                rooms.filter(move |room| (room.initial || room.is_expanded()) == is_history);
            rooms.flat_map(|room: &SlidingSyncRoom| texts(&room.timeline))
        };
        Some(Brought {
            news: to_device.into_iter().flatten().chain(of(false)).collect(),
            history: of(true).collect(),
            token: answer.tokens,
        })
    }

    fn taken(&mut self, now: Timestamp, tokens: &SlidingSyncTokens) -> Result<(), NotAwaited> {
        self.taken(now, tokens.pos.as_deref().unwrap())
    }

    fn saved(&mut self, now: Timestamp, tokens: &SlidingSyncTokens) -> Result<(), NotAwaited> {
        self.saved(now, tokens.pos.as_deref().unwrap())
    }

    fn change(&mut self, now: Timestamp, rng: &mut Rng, room_id: &str) {
        let room_id = RoomId::parse(room_id).unwrap();
        match rng.within(0..5) {
            0 => self.subscribe(now, room_id, room(1_000 + rng.within(0..2))),
            1 => self.unsubscribe(now, &room_id),
            2 => self.set_list(
                now,
                "top",
                SyncList::windows([0..=rng.within(0..3)], room(1)),
            ),
            3 => self.remove_list(now, "top"),
            _ => self.nudge(now),
        }
    }
}

#[test]
fn a_crash_at_any_time_loses_nothing_and_repeats_nothing() {
    hold_through_crashes::<SlidingSync>();
}
