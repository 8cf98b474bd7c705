//! Syncs, for ever: what is new, as it comes.

mod long_poll;
mod sync_loop;
mod sync_status;
#[cfg(test)]
mod test_run;

pub use sync_loop::{SyncAnswer, SyncEvent, SyncLoop, TimelineGap};
pub use sync_status::{Offline, SyncStatus};
