use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use async_io::Timer;
use hardline::client::Clock;
use hardline::types::Timestamp;

/// The system's clock, and a timer that runs on any executor.
///
/// ```
/// use std::time::Duration;
/// use hardline::client::Clock;
/// use hardline_isahc::IsahcClock;
///
/// futures_lite::future::block_on(async {
///     let start = IsahcClock.now();
///     IsahcClock.sleep_until(start + Duration::from_millis(2)).await;
/// });
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct IsahcClock;

impl Clock for IsahcClock {
    type Sleep = IsahcSleep;

    fn now(&self) -> Timestamp {
        system_time()
    }

    fn sleep_until(&self, deadline: Timestamp) -> IsahcSleep {
        IsahcSleep(Timer::after(deadline - system_time()))
    }
}

/// The sleep of an [`IsahcClock`].
#[derive(Debug)]
pub struct IsahcSleep(Timer);

impl Future for IsahcSleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.0).poll(cx).map(|_| ())
    }
}

/// The system's clock, and a sleep that blocks its thread in the first poll: the clock for
/// [`IsahcBlocking`](crate::IsahcBlocking).
///
/// ```
/// use std::time::Duration;
/// use hardline::client::Clock;
/// use hardline_isahc::BlockingClock;
///
/// let start = BlockingClock.now();
/// let sleep = BlockingClock.sleep_until(start + Duration::from_millis(2)); // has not begun
/// futures_lite::future::block_on(sleep);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct BlockingClock;

impl Clock for BlockingClock {
    type Sleep = BlockingSleep;

    fn now(&self) -> Timestamp {
        system_time()
    }

    fn sleep_until(&self, deadline: Timestamp) -> BlockingSleep {
        BlockingSleep(deadline)
    }
}

/// The sleep of a [`BlockingClock`].
#[derive(Debug)]
pub struct BlockingSleep(Timestamp);

impl Future for BlockingSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        thread::sleep(self.0 - system_time());
        Poll::Ready(())
    }
}

/// A system clock before 1970 is read as 1970.
fn system_time() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::default() + since_epoch
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use futures_lite::future::{block_on, poll_once};

    use super::*;

    #[test]
    fn a_deadline_that_is_past_ends_at_once() {
        block_on(IsahcClock.sleep_until(Timestamp::from_millis(1)));
        block_on(BlockingClock.sleep_until(Timestamp::from_millis(1)));
    }

    #[test]
    fn a_deadline_is_waited_for() {
        let start = Instant::now();
        block_on(IsahcClock.sleep_until(IsahcClock.now() + Duration::from_millis(30)));
        assert!(start.elapsed() > Duration::from_millis(20));
    }

    #[test]
    fn the_blocking_clock_is_ready_at_the_first_poll() {
        let start = Instant::now();
        let sleep = BlockingClock.sleep_until(BlockingClock.now() + Duration::from_millis(30));
        assert_eq!(block_on(poll_once(sleep)), Some(()));
        assert!(start.elapsed() > Duration::from_millis(20));
    }
}
