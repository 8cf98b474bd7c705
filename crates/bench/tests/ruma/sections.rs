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
mod unstable;
mod user_data;

use crate::exchange::Exchange;
use crate::pair::Pair;

type Section = (fn() -> Vec<Pair>, &'static [Exchange]);

const SECTIONS: &[Section] = &[
    (account::pairs, account::EXCHANGES),
    (devices::pairs, devices::EXCHANGES),
    (discovery::pairs, discovery::EXCHANGES),
    (e2ee::pairs, e2ee::EXCHANGES),
    (ephemeral::pairs, ephemeral::EXCHANGES),
    (identity::pairs, identity::EXCHANGES),
    (integrations::pairs, integrations::EXCHANGES),
    (media::pairs, media::EXCHANGES),
    (membership::pairs, membership::EXCHANGES),
    (moderation::pairs, moderation::EXCHANGES),
    (push::pairs, push::EXCHANGES),
    (room_events::pairs, room_events::EXCHANGES),
    (rooms::pairs, rooms::EXCHANGES),
    (session::pairs, session::EXCHANGES),
    (sync::pairs, sync::EXCHANGES),
    (threepid::pairs, threepid::EXCHANGES),
    (unstable::pairs, unstable::EXCHANGES),
    (user_data::pairs, user_data::EXCHANGES),
];

pub(crate) fn pairs() -> Vec<Pair> {
    SECTIONS.iter().flat_map(|(pairs, _)| pairs()).collect()
}

/// The specification's examples, and what servers and clients send in addition.
pub(crate) fn exchanges() -> impl Iterator<Item = &'static Exchange> {
    SECTIONS.iter().flat_map(|(_, exchanges)| *exchanges)
}
