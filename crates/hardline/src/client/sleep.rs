use std::future::Future;
use std::pin::Pin;
use std::task::Context;

use super::Clock;
use crate::types::Timestamp;

/// A sleep in progress, with its deadline.
pub(crate) type Sleeping<C> = Option<(Timestamp, Pin<Box<<C as Clock>::Sleep>>)>;

/// Sleeps until the deadline; a sleep in progress with the same deadline is reused. True when it is over.
pub(crate) fn poll_until<C: Clock>(
    sleeping: &mut Sleeping<C>,
    until: Timestamp,
    clock: &C,
    context: &mut Context<'_>,
) -> bool {
    if sleeping.as_ref().is_none_or(|(set, _)| *set != until) {
        *sleeping = Some((until, Box::pin(clock.sleep_until(until))));
    }
    let is_over = sleeping
        .as_mut()
        .is_some_and(|(_, sleep)| sleep.as_mut().poll(context).is_ready());
    if is_over {
        *sleeping = None;
    }
    is_over
}
