//! One chunk at a time, from whoever reads a source to the connection that sends it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

/// A part of the body of a request.
#[derive(Debug)]
pub enum OutgoingPart {
    /// Some bytes of it.
    Chunk(Bytes),
    /// Its end. Without it, the body was given up.
    End,
}

#[derive(Debug, Default)]
struct Place {
    part: Option<OutgoingPart>,
    /// Nothing comes any more, or nobody takes it.
    is_closed: bool,
    gives: Option<Waker>,
    takes: Option<Waker>,
}

impl Place {
    fn close(&mut self) {
        self.is_closed = true;
        for waker in [self.gives.take(), self.takes.take()].into_iter().flatten() {
            waker.wake();
        }
    }
}

/// Gives parts away, one when there is room for it.
pub(super) struct Giver(Arc<Mutex<Place>>);

/// The body of a request, part by part, for the library that sends it. One part is in memory here at a time.
#[derive(Debug)]
pub struct OutgoingParts(Arc<Mutex<Place>>);

pub(super) fn handoff() -> (Giver, OutgoingParts) {
    let place = Arc::default();
    (Giver(Arc::clone(&place)), OutgoingParts(place))
}

impl Giver {
    /// Waits until there is room for a part: all before it have been taken. False if nobody takes any.
    pub(super) fn poll_room(&self, context: &mut Context<'_>) -> Poll<bool> {
        let mut place = lock(&self.0);
        if place.is_closed {
            return Poll::Ready(false);
        }
        if place.part.is_none() {
            return Poll::Ready(true);
        }
        place.gives = Some(context.waker().clone());
        Poll::Pending
    }

    pub(super) fn give(&self, part: OutgoingPart) {
        let mut place = lock(&self.0);
        place.part = Some(part);
        if let Some(waker) = place.takes.take() {
            waker.wake();
        }
    }
}

impl Drop for Giver {
    fn drop(&mut self) {
        lock(&self.0).close();
    }
}

impl OutgoingParts {
    /// The next part; `None` if the body was given up.
    pub fn poll_next(&self, context: &mut Context<'_>) -> Poll<Option<OutgoingPart>> {
        let mut place = lock(&self.0);
        if let Some(part) = place.part.take() {
            if let Some(waker) = place.gives.take() {
                waker.wake();
            }
            return Poll::Ready(Some(part));
        }
        if place.is_closed {
            return Poll::Ready(None);
        }
        place.takes = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Drop for OutgoingParts {
    fn drop(&mut self) {
        let mut place = lock(&self.0);
        place.part = None;
        place.close();
    }
}

/// Nothing panics while it is locked.
fn lock(place: &Mutex<Place>) -> MutexGuard<'_, Place> {
    place.lock().unwrap_or_else(PoisonError::into_inner)
}
