//! How families of servers answer where they differ: what their sources say, with the version that was read.
//!
//! A loopback answers like one of them with [`Builder::personality`](crate::Builder::personality), so that a test meets what
//! its users will. So far, this is about accounts: authentication, tokens, and what a family does not have.
//!
//! ```
//! use hardline::client::BlockingTransport;
//! use hardline::client_api::session::Refresh;
//! use hardline::wire::{self, Credentials, Target};
//! use hardline_loopback::{Loopback, personality};
//!
//! let loopback = Loopback::builder().personality(&personality::DENDRITE).start()?;
//! let target = Target::homeserver(loopback.url())?;
//! let request = wire::encode(&Refresh::new("old".into()), &target, &Credentials::None)?;
//! // It has no such operation.
//! assert_eq!(loopback.transport().send(request)?.status(), 404);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod conduit;
mod construct;
mod continuwuity;
mod dendrite;
mod identity_servers;
mod manners;
mod palpo;
mod synapse;

pub use conduit::{CONDUIT, CONDUWUIT, TUWUNEL};
pub use construct::CONSTRUCT;
pub use continuwuity::CONTINUWUITY;
pub use dendrite::DENDRITE;
pub use identity_servers::{MA1SD, SYDENT};
pub use manners::{Canned, Challenge, Personality, UNRECOGNIZED, UnknownSession, WrongStage};
pub use palpo::PALPO;
pub use synapse::SYNAPSE;

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
