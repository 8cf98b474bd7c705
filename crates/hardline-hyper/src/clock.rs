use std::time::{SystemTime, UNIX_EPOCH};

use hardline::client::Clock;
use hardline::types::Timestamp;
use tokio::time::Sleep;

/// The system's clock and tokio's timer.
///
/// ```
/// use std::time::Duration;
/// use hardline::client::Clock;
/// use hardline_hyper::TokioClock;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let start = TokioClock.now();
/// TokioClock.sleep_until(start + Duration::from_millis(2)).await;
/// # }
/// ```
///
/// The time is the system's, even where tokio's is paused: a test that should not wait takes another clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioClock;

impl Clock for TokioClock {
    type Sleep = Sleep;

    fn now(&self) -> Timestamp {
        // A system clock before 1970 is read as 1970.
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::default() + since_epoch
    }

    /// Panics outside a tokio runtime.
    fn sleep_until(&self, deadline: Timestamp) -> Sleep {
        tokio::time::sleep(deadline - self.now())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_deadline_that_is_past_ends_at_once() {
        TokioClock.sleep_until(Timestamp::from_millis(1)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_deadline_is_waited_for() {
        let start = tokio::time::Instant::now();
        TokioClock
            .sleep_until(TokioClock.now() + Duration::from_secs(60))
            .await;
        // The system's clock moves on between the two readings, the paused one does not.
        assert!(start.elapsed() > Duration::from_secs(50));
    }
}
