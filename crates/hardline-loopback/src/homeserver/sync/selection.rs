use std::collections::BTreeSet;

use hardline::client_api::sync::{EventFilter, Filter, RoomEventFilter, RoomFilter, Sync};
use hardline::types::{RoomId, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;

use super::super::state::State;
use super::filter::is_of;

/// How many events of a room a sync has that nobody asked a number for.
const TIMELINE: u64 = 10;
/// How many it has at most.
const LONGEST_TIMELINE: u64 = 1_000;

/// What a client wants to hear of.
pub(super) struct Selection {
    pub(super) room: RoomFilter,
    pub(super) timeline: RoomEventFilter,
    pub(super) state: RoomEventFilter,
    pub(super) ephemeral: RoomEventFilter,
    pub(super) room_account_data: RoomEventFilter,
    pub(super) account_data: EventFilter,
    pub(super) presence: EventFilter,
    /// How many events a timeline has at most.
    pub(super) limit: usize,
    /// Whether all state comes, whatever the client knows.
    pub(super) full_state: bool,
    pub(super) state_after: StateAfter,
    /// The users whom the user ignores.
    pub(super) ignored: BTreeSet<String>,
}

/// Whether the state is that after the timeline, and under which name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StateAfter {
    No,
    Stable,
    Unstable,
    Both,
}

impl Selection {
    /// What the request, its filter and the user's account data say.
    ///
    /// # Errors
    /// `M_INVALID_PARAM`: the user has no such filter, or it is none.
    pub(super) fn new(
        state: &State,
        user_id: &UserId,
        asked: &Sync,
    ) -> Result<Self, ErrorResponse> {
        let filter = match &asked.filter {
            None => Filter::default(),
            Some(filter) => {
                let inline = filter.filter();
                let stored = || state.filters.get(user_id, filter.as_str());
                inline.or_else(stored).ok_or_else(|| {
                    let message = "the filter is neither JSON nor the ID of one of the user's";
                    ErrorResponse::bad_request(ErrorCode::InvalidParam, message)
                })?
            }
        };
        let mut room = filter.room.unwrap_or_default();
        let timeline = room.timeline.take().unwrap_or_default();
        let limit = timeline.limit.unwrap_or(TIMELINE).min(LONGEST_TIMELINE);
        let is_on = |asked: Option<bool>| asked == Some(true);
        let names = (
            is_on(asked.use_state_after),
            is_on(asked.msc4222_use_state_after),
        );
        Ok(Self {
            state: room.state.take().unwrap_or_default(),
            ephemeral: room.ephemeral.take().unwrap_or_default(),
            room_account_data: room.account_data.take().unwrap_or_default(),
            account_data: filter.account_data.unwrap_or_default(),
            presence: filter.presence.unwrap_or_default(),
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
            timeline,
            room,
            full_state: is_on(asked.full_state),
            state_after: match names {
                (true, true) => StateAfter::Both,
                (true, false) => StateAfter::Stable,
                (false, true) => StateAfter::Unstable,
                (false, false) => StateAfter::No,
            },
            ignored: state.ignored_by(user_id),
        })
    }

    /// Everything.
    pub(super) fn all() -> Self {
        Self {
            room: RoomFilter::default(),
            timeline: RoomEventFilter::default(),
            state: RoomEventFilter::default(),
            ephemeral: RoomEventFilter::default(),
            room_account_data: RoomEventFilter::default(),
            account_data: EventFilter::default(),
            presence: EventFilter::default(),
            limit: 0,
            full_state: false,
            state_after: StateAfter::No,
            ignored: BTreeSet::new(),
        }
    }

    pub(super) fn has_room(&self, room_id: &RoomId) -> bool {
        is_of(
            room_id,
            self.room.rooms.as_deref(),
            self.room.not_rooms.as_deref(),
        )
    }

    /// Whether only those members come who wrote something.
    pub(super) fn is_lazy(&self) -> bool {
        self.state.lazy_load_members == Some(true) || self.timeline.lazy_load_members == Some(true)
    }
}
