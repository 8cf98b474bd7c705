mod derive;
mod events;
mod faults;
mod memory;
mod requests;
mod responses;
mod sync;
mod sync_loop;

use crate::{Group, Work};

/// Every row, without the work, which each prepares when it is measured.
pub fn groups() -> Vec<Group> {
    vec![
        requests::requests(),
        responses::responses(),
        sync::sync(),
        sync_loop::sync_loop(),
        events::events(),
        memory::memory(),
        faults::faults(),
        derive::derive(),
    ]
}

/// Reading the members of a room of this size, for a plot of how the time grows.
pub fn growth(members: u32) -> Work {
    responses::members(u64::from(members))
}
