use std::fmt;
use std::ops::{Add, Sub};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hardline_derive::Wire;

/// A moment in Unix milliseconds, always passed in: the core reads no clock.
///
/// Arithmetic saturates, so that a clock that jumps cannot overflow a deadline. A time before 1970 from a server is a
/// bad field and is skipped and reported; `origin_server_ts`, for example, may be anything that another server says.
///
/// ```
/// use std::time::Duration;
/// use hardline::types::Timestamp;
///
/// let now = Timestamp::from_millis(1_000);
/// assert_eq!((now + Duration::from_secs(2)).as_millis(), 3_000);
/// assert_eq!(now - Timestamp::from_millis(5_000), Duration::ZERO);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Wire)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The moment this many milliseconds after 1970-01-01T00:00:00Z.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The moment as the standard library's type; `None` if it is out of that type's range.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime, UNIX_EPOCH};
    /// use hardline::types::Timestamp;
    ///
    /// let moment = UNIX_EPOCH + Duration::from_secs(1);
    /// assert_eq!(Timestamp::from(moment), Timestamp::from_millis(1_000));
    /// assert_eq!(Timestamp::from_millis(1_000).to_system_time(), Some(moment));
    /// ```
    pub fn to_system_time(self) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_millis(self.0))
    }
}

impl From<SystemTime> for Timestamp {
    /// A moment before 1970 becomes the first moment of 1970.
    fn from(moment: SystemTime) -> Self {
        Self::default() + moment.duration_since(UNIX_EPOCH).unwrap_or_default()
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(millis))
    }
}

impl Sub for Timestamp {
    type Output = Duration;

    /// The time between them; zero if `earlier` is later.
    fn sub(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.0)
    }
}
