use std::future::Future;

use crate::types::Timestamp;

/// Tells the time and waits. `hardline-hyper` and `hardline-isahc` provide one each.
///
/// A clock of your own takes its time from `SystemTime` and its sleep from your runtime. One for a
/// [`BlockingTransport`](crate::client::BlockingTransport), with the standard library alone:
///
/// ```
/// use std::future::Future;
/// use std::pin::Pin;
/// use std::task::{Context, Poll};
/// use std::time::SystemTime;
///
/// use hardline::client::Clock;
/// use hardline::types::Timestamp;
///
/// struct BlockingClock;
///
/// struct Sleep(Timestamp);
///
/// impl Future for Sleep {
///     type Output = ();
///
///     fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
///         std::thread::sleep(self.0 - Timestamp::from(SystemTime::now()));
///         Poll::Ready(())
///     }
/// }
///
/// impl Clock for BlockingClock {
///     type Sleep = Sleep;
///
///     fn now(&self) -> Timestamp {
///         SystemTime::now().into()
///     }
///
///     fn sleep_until(&self, deadline: Timestamp) -> Sleep {
///         Sleep(deadline)
///     }
/// }
/// ```
pub trait Clock {
    /// What [`sleep_until`](Clock::sleep_until) returns.
    type Sleep: Future<Output = ()>;

    /// The current time.
    fn now(&self) -> Timestamp;

    /// Waits until `deadline`; the future is ready at once if that is past.
    ///
    /// Do not block in this method itself: a client calls it before it looks at its transport again, with the time limit of
    /// the request as the deadline. A clock for a transport that blocks too may block while its future is polled, which
    /// happens only when the transport has nothing to return.
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
