use std::time::Duration;

use crate::types::Timestamp;

/// When a program is told how far a body is: at its beginning, at its end, and a few times a second in between.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// It has moved by the input at hand.
    has_moved: bool,
    told_at: Option<Timestamp>,
}

/// How long it is silent after it told something.
const SILENCE: Duration = Duration::from_millis(200);

impl Progress {
    /// It is further than it was.
    pub(super) fn moved(&mut self) {
        self.has_moved = true;
    }

    /// Whether to tell it now. The end is told whenever it comes.
    pub(super) fn take(&mut self, now: Timestamp, is_end: bool) -> bool {
        let is_time = |told: Timestamp| now < told || now >= told + SILENCE;
        // What is not told now is told with what comes next: not later, by itself.
        let has_moved = std::mem::take(&mut self.has_moved);
        let is_due = has_moved && (is_end || self.told_at.is_none_or(is_time));
        if is_due {
            self.told_at = Some(now);
        }
        is_due
    }
}
