//! How families of servers answer where they differ: what their sources say, with the version that was read.

mod conduit;
mod construct;
mod continuwuity;
mod dendrite;
mod gateway;
mod identity_servers;
mod manners;
pub mod oauth;
mod palpo;
mod synapse;

pub use conduit::{CONDUIT, CONDUWUIT, TUWUNEL};
pub use construct::CONSTRUCT;
pub use continuwuity::CONTINUWUITY;
pub use dendrite::DENDRITE;
pub use gateway::GATEWAY;
pub use identity_servers::{MA1SD, SYDENT};
pub use manners::{Canned, Challenge, Personality, UnknownSession, WrongStage};
pub use palpo::PALPO;
pub use synapse::SYNAPSE;

pub(super) use manners::UNRECOGNIZED;

/// The families of homeservers.
pub const HOMESERVERS: [&Personality; 8] = [
    &SYNAPSE,
    &DENDRITE,
    &CONDUIT,
    &CONDUWUIT,
    &TUWUNEL,
    &CONTINUWUITY,
    &PALPO,
    &CONSTRUCT,
];

/// The families of identity servers, each beside a homeserver like Synapse.
pub const IDENTITY_SERVERS: [&Personality; 2] = [&SYDENT, &MA1SD];
