use std::time::Duration;

use hardline_derive::Persist;

/// What a [`SendQueue`](crate::flow::SendQueue) may hold and how it sends.
///
/// ```
/// use hardline::flow::SendOptions;
///
/// let mut options = SendOptions::default();
/// options.max_entries = 50;
/// options.goes_on_past_stuck = true;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Persist)]
#[non_exhaustive]
pub struct SendOptions {
    /// Whether the program confirms its saves: then no request leaves for an event before
    /// [`saved`](crate::flow::SendQueue::saved) confirmed a save that has it, and a crash neither loses nor repeats one.
    /// True by default. Without it, requests leave at once.
    pub confirms_saves: bool,
    /// The most events that wait at a time, scheduled ones included. 1,000 by default.
    pub max_entries: usize,
    /// The most bytes that the contents of all of them have together. 8 MiB by default.
    pub max_bytes: usize,
    /// The most rooms whose requests are in flight at a time. 4 by default; each room has one at a time.
    pub max_in_flight: usize,
    /// For how long the server is sure to remember a transaction ID. An event that it did not answer for by then is not sent
    /// again by itself: [`Uncertainty::Forgotten`](crate::flow::Uncertainty::Forgotten). 30 minutes by default, as in
    /// Synapse.
    pub server_memory: Duration,
    /// Whether the events of a room go on past one that is stuck or uncertain. False by default: they wait behind it,
    /// since what they say may make no sense without it.
    pub goes_on_past_stuck: bool,
}

impl Default for SendOptions {
    fn default() -> Self {
        Self {
            confirms_saves: true,
            max_entries: 1_000,
            max_bytes: 8 << 20,
            max_in_flight: 4,
            server_memory: Duration::from_secs(30 * 60),
            goes_on_past_stuck: false,
        }
    }
}
