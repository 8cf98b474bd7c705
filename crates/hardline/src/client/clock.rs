use std::future::Future;

use crate::types::Timestamp;

/// Tells the time and waits. Every adapter provides one.
pub trait Clock {
    /// What [`sleep_until`](Clock::sleep_until) returns.
    type Sleep: Future<Output = ()>;

    /// The current time.
    fn now(&self) -> Timestamp;

    /// Waits until `deadline`; returns at once if that is past. A blocking clock may wait inside the future's first
    /// poll.
    fn sleep_until(&self, deadline: Timestamp) -> Self::Sleep;
}

impl<C: Clock + ?Sized> Clock for &C {
    type Sleep = C::Sleep;

    fn now(&self) -> Timestamp {
        (**self).now()
    }

    fn sleep_until(&self, deadline: Timestamp) -> Self::Sleep {
        (**self).sleep_until(deadline)
    }
}
