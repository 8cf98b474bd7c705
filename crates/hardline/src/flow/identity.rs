//! Conversations with an identity server.

mod bind_threepid;
mod identity_server;
pub(crate) mod identity_session;
mod lookup;
mod unbind_threepid;

pub use bind_threepid::BindThreepid;
pub use identity_server::IdentityServer;
pub use identity_session::IdentitySession;
pub use lookup::Lookup;
pub use unbind_threepid::UnbindThreepid;
