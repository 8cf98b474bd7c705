use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use hardline::client::Clock;
use hardline::types::Timestamp;

/// A clock for tests: whoever waits by it has waited at once, and it is as much later. Its clones are one clock, so the
/// loopback can have it too ([`Builder::clock`](crate::Builder::clock)).
///
/// It is for transports whose responses are there at once: [`Loopback::transport`](crate::Loopback::transport), a recording,
/// a closure. A request that is under way over a socket would be too late at once.
///
/// ```
/// use std::time::Duration;
///
/// use hardline::client::{BlockingClient, Clock};
/// use hardline::client_api::discovery::GetVersions;
/// use hardline::wire::Target;
/// use hardline_loopback::{Fault, LeapingClock, Loopback};
///
/// let clock = LeapingClock::new();
/// let time = clock.clone();
/// let server = Loopback::builder().clock(move || time.now()).start()?;
/// let client = BlockingClient::new(server.transport(), clock.clone(), Target::homeserver(server.url())?);
///
/// let busy = Fault::RateLimited { times: 1, retry_after: Duration::from_secs(20) };
/// server.set_fault("/_matrix/client/versions", busy);
/// let before = clock.now();
/// client.call(GetVersions::new())?;
/// assert!(clock.now() - before >= Duration::from_secs(20));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct LeapingClock(Arc<AtomicU64>);

impl LeapingClock {
    /// It begins with the time of the system.
    pub fn new() -> Self {
        Self::at(SystemTime::now().into())
    }

    /// It begins with this time.
    pub fn at(now: Timestamp) -> Self {
        Self(Arc::new(AtomicU64::new(now.as_millis())))
    }

    /// Lets so much time pass, in whole milliseconds.
    pub fn advance(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Default for LeapingClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for LeapingClock {
    type Sleep = Leap;

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }

    fn sleep_until(&self, deadline: Timestamp) -> Leap {
        Leap {
            clock: self.clone(),
            deadline,
        }
    }
}

/// The wait of a [`LeapingClock`], over when it is polled.
#[derive(Debug)]
pub struct Leap {
    clock: LeapingClock,
    deadline: Timestamp,
}

impl Future for Leap {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let deadline = self.deadline.as_millis();
        self.clock.0.fetch_max(deadline, Ordering::Relaxed);
        Poll::Ready(())
    }
}
