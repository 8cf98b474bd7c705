#[cfg(feature = "unstable")]
pub(super) mod sliding_sync;
pub(super) mod sync_loop;
mod whole_answer;
