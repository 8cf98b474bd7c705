//! Finding a homeserver, logging in, and keeping the access token valid.

mod discovery;
mod homeserver_address;
mod log_in;
pub(crate) mod metadata_search;
mod oauth_session;
mod session_tokens;
mod sign_on_page;
mod token_manager;

pub use discovery::{Discovered, Discovery};
pub use homeserver_address::{AddressMistake, HomeserverAddress, InvalidAddress};
pub use log_in::LogIn;
pub use oauth_session::OAuthSession;
pub use session_tokens::SessionTokens;
pub use sign_on_page::SignOnPage;
pub use token_manager::{
    LegacyRefresh, RefreshMethod, RequestDecision, ResponseDecision, SessionEvent, Ticket,
    TokenManager,
};
