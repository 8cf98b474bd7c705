//! The pairs of each section of the specification, and what goes through both.

mod account;
mod devices;
mod discovery;
mod e2ee;
mod ephemeral;
mod identity;
mod integrations;
mod media;
mod membership;
mod moderation;
mod push;
mod room_events;
mod rooms;
mod session;
mod sync;
mod threepid;
mod user_data;

use crate::exchange::Exchange;
use crate::pair::Pair;

macro_rules! in_every_section {
    ($($section:ident)+) => {
        pub(crate) fn pairs() -> Vec<Pair> {
            [$($section::pairs()),+].into_iter().flatten().collect()
        }

        /// The specification's examples, and what servers and clients send in addition.
        pub(crate) fn exchanges() -> impl Iterator<Item = &'static Exchange> {
            [$($section::EXCHANGES),+].into_iter().flatten()
        }
    };
}

in_every_section! {
    account devices discovery e2ee ephemeral identity integrations media membership moderation push room_events rooms
    session sync threepid user_data
}
