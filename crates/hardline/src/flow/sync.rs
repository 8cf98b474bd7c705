//! Syncs, for ever: what is new, as it comes.

mod long_poll;
#[cfg(feature = "unstable")]
mod sliding_sync;
mod sync_loop;
mod sync_status;
#[cfg(test)]
mod test_run;

#[cfg(feature = "unstable")]
pub use sliding_sync::{
    SlidingSync, SlidingSyncAnswer, SlidingSyncEvent, SlidingSyncTokens, SyncList,
};
pub use sync_loop::{SyncAnswer, SyncEvent, SyncLoop, TimelineGap};
pub use sync_status::{Offline, SyncStatus};
