use std::ops::RangeInclusive;

use hardline_derive::Persist;

use crate::client_api::unstable::msc4186::{
    ListFilters, ListRange, RoomSubscription, SlidingSyncList,
};

/// A list of rooms that a [`SlidingSync`](crate::flow::SlidingSync) follows: which of the user's rooms are in it, how much
/// of it is wanted, and what of each room. The rooms in which something happened last come first.
///
/// ```
/// use hardline::client_api::unstable::msc4186::{ListFilters, RoomSubscription, StatePattern};
/// use hardline::flow::SyncList;
///
/// let mut direct = ListFilters::new();
/// direct.is_dm = Some(true);
/// let room = RoomSubscription::new(1, vec![StatePattern::new("m.room.name", "")]);
/// // 20 rooms at first, then 20 more with each answer.
/// let list = SyncList::growing(20, room.clone()).with_filters(direct);
/// assert_ne!(list, SyncList::windows([0..=19], room));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Persist)]
pub struct SyncList {
    window: Window,
    room: RoomSubscription,
    filters: Option<ListFilters>,
}

#[derive(Clone, Debug, PartialEq, Eq, Persist)]
enum Window {
    Growing { batch: u64, at_most: u64 },
    Fixed(Vec<ListRange>),
}

impl SyncList {
    /// The whole list, in batches: so many rooms at first, and as many more after each answer until it is whole. A
    /// batch has a room at least.
    pub fn growing(batch: u64, room: RoomSubscription) -> Self {
        Self::new(
            Window::Growing {
                batch: batch.max(1),
                at_most: u64::MAX,
            },
            room,
        )
    }

    /// These places of the list, of which the first is 0, and no others. A range without places is left out.
    pub fn windows(
        ranges: impl IntoIterator<Item = RangeInclusive<u64>>,
        room: RoomSubscription,
    ) -> Self {
        let ranges = ranges.into_iter().filter(|range| !range.is_empty());
        let ranges = ranges.map(|range| ListRange::new(*range.start(), *range.end()));
        Self::new(Window::Fixed(ranges.collect()), room)
    }

    fn new(window: Window, room: RoomSubscription) -> Self {
        Self {
            window,
            room,
            filters: None,
        }
    }

    /// A list that grows stops at so many rooms: one at least.
    #[must_use]
    pub fn at_most(mut self, rooms: u64) -> Self {
        if let Window::Growing { at_most, .. } = &mut self.window {
            *at_most = rooms.max(1);
        }
        self
    }

    /// Only the rooms that these filters let through are in the list.
    #[must_use]
    pub fn with_filters(mut self, filters: ListFilters) -> Self {
        self.filters = Some(filters);
        self
    }
}

/// A list and how far it has come.
#[derive(Debug, Persist)]
pub(super) struct FollowedList {
    list: SyncList,
    /// How many rooms the window of a list that grows has now.
    length: u64,
    /// How many rooms the list has in all, as far as that is known.
    count: Option<u64>,
    progress: Progress,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Persist)]
enum Progress {
    /// No request had this window yet.
    New,
    /// A request has it, but there was no answer.
    Asked,
    /// There are rooms beyond the window.
    Growing,
    /// What is wanted of the list was told.
    Complete,
}

impl FollowedList {
    pub(super) fn new(list: SyncList) -> Self {
        let mut new = Self {
            list,
            length: 0,
            count: None,
            progress: Progress::New,
        };
        new.begin_anew();
        new
    }

    /// Follows another list. False if it is the same.
    pub(super) fn replace(&mut self, list: SyncList) -> bool {
        let is_other = list != self.list;
        if is_other {
            *self = Self::new(list);
        }
        is_other
    }

    /// The connection is new: the first batch comes first again.
    pub(super) fn begin_anew(&mut self) {
        if let Window::Growing { batch, at_most } = self.list.window {
            self.length = batch.min(at_most);
        }
        self.progress = Progress::New;
    }

    /// A request is sent with the window.
    pub(super) fn ask(&mut self) -> SlidingSyncList {
        if self.progress == Progress::New {
            self.progress = Progress::Asked;
        }
        let ranges = match &self.list.window {
            Window::Growing { .. } => vec![ListRange::new(0, self.length - 1)],
            Window::Fixed(ranges) => ranges.clone(),
        };
        let room = self.list.room.clone();
        let mut wanted = SlidingSyncList::new(ranges, room.timeline_limit, room.required_state);
        wanted.filters.clone_from(&self.list.filters);
        wanted
    }

    /// There is an answer, in which the list has so many rooms, if it is there at all. Returns whether the window grows.
    pub(super) fn on_answer(&mut self, count: Option<u64>) -> bool {
        // The answer was to another list of this name.
        if self.progress == Progress::New {
            return false;
        }
        self.progress = Progress::Complete;
        let Some(count) = count else { return false };
        self.count = Some(count);
        match self.list.window {
            Window::Growing { batch, at_most } if self.length < count.min(at_most) => {
                self.length = self.length.saturating_add(batch).min(at_most);
                self.progress = Progress::Growing;
                true
            }
            _ => false,
        }
    }

    /// Whether all that is wanted of the list was told.
    pub(super) fn is_complete(&self) -> bool {
        self.progress == Progress::Complete
    }

    pub(super) fn count(&self) -> Option<u64> {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room() -> RoomSubscription {
        RoomSubscription::new(1, Vec::new())
    }

    fn ranges(list: &mut FollowedList) -> Vec<Vec<u64>> {
        let wanted = list.ask();
        let ranges = wanted.ranges.iter();
        ranges.map(|range| range.places().collect()).collect()
    }

    #[test]
    fn a_window_grows_by_a_batch_with_each_answer_until_the_list_is_complete() {
        let mut list = FollowedList::new(SyncList::growing(20, room()));
        for last in [19, 39, 59] {
            assert_eq!(ranges(&mut list), [[0, last]]);
            assert!(!list.is_complete());
            assert_eq!(list.on_answer(Some(45)), last < 45);
        }
        assert!(list.is_complete());
        assert_eq!(list.count(), Some(45));
        // A room more fits; it needs a larger window only when there are more than its places.
        list.on_answer(Some(60));
        assert!(list.is_complete());
        assert_eq!(ranges(&mut list), [[0, 59]]);
        list.on_answer(Some(61));
        assert!(!list.is_complete());
        assert_eq!(ranges(&mut list), [[0, 79]]);
    }

    #[test]
    fn a_window_stops_at_its_limit_and_at_the_end_of_numbers() {
        let mut list = FollowedList::new(SyncList::growing(20, room()).at_most(30));
        assert_eq!(ranges(&mut list), [[0, 19]]);
        list.on_answer(Some(1_000));
        assert_eq!(ranges(&mut list), [[0, 29]]);
        list.on_answer(Some(1_000));
        assert!(list.is_complete());
        let mut short = FollowedList::new(SyncList::growing(20, room()).at_most(7));
        assert_eq!(ranges(&mut short), [[0, 6]]);
        let mut whole = FollowedList::new(SyncList::growing(u64::MAX, room()));
        assert_eq!(ranges(&mut whole), [[0, u64::MAX - 1]]);
        whole.on_answer(Some(u64::MAX));
        assert!(whole.is_complete());
        let mut least = FollowedList::new(SyncList::growing(0, room()).at_most(0));
        assert_eq!(ranges(&mut least), [[0, 0]]);
    }

    #[test]
    fn fixed_windows_stay_and_empty_ones_are_left_out() {
        #[expect(clippy::reversed_empty_ranges, reason = "it is what is tested")]
        let list = SyncList::windows([0..=19, 7..=3, 40..=40], room()).at_most(3);
        let mut list = FollowedList::new(list);
        assert_eq!(ranges(&mut list), [[0, 19], [40, 40]]);
        assert!(!list.is_complete());
        assert!(!list.on_answer(Some(500)));
        assert!(list.is_complete());
        assert_eq!(ranges(&mut list), [[0, 19], [40, 40]]);
    }

    #[test]
    fn an_answer_to_the_list_before_says_nothing_of_the_new_one() {
        let mut list = FollowedList::new(SyncList::growing(20, room()));
        list.ask();
        assert!(!list.replace(SyncList::growing(20, room())));
        assert!(list.replace(SyncList::growing(10, room())));
        list.on_answer(Some(5));
        assert!(!list.is_complete());
        assert_eq!(list.count(), None);
        assert_eq!(ranges(&mut list), [[0, 9]]);
        list.on_answer(Some(5));
        assert!(list.is_complete());
    }

    #[test]
    fn a_list_that_the_server_does_not_answer_for_is_not_waited_for() {
        let mut list = FollowedList::new(SyncList::growing(20, room()));
        list.ask();
        assert!(!list.on_answer(None));
        assert!(list.is_complete());
        assert_eq!(list.count(), None);
    }

    #[test]
    fn a_new_connection_begins_with_the_first_batch() {
        let mut list = FollowedList::new(SyncList::growing(20, room()));
        list.ask();
        list.on_answer(Some(30));
        list.begin_anew();
        assert_eq!(ranges(&mut list), [[0, 19]]);
        assert!(!list.is_complete());
        assert_eq!(list.count(), Some(30));
    }
}
