use std::sync::atomic::{AtomicUsize, Ordering};

/// How many requests may wait for changes at once.
const MOST_WAITING: usize = 10_000;
/// The requests that wait for changes now.
#[derive(Default)]
pub(super) struct Waiters(AtomicUsize);

impl Waiters {
    /// A place among those that wait, while there is one.
    pub(super) fn enter(&self) -> Option<Place<'_>> {
        let place = Place(self);
        let before = self.0.fetch_add(1, Ordering::Relaxed);
        (before < MOST_WAITING).then_some(place)
    }
}

/// A place among the requests that wait, until it is dropped.
pub(super) struct Place<'a>(&'a Waiters);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}
