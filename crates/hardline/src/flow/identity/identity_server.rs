use crate::types::{InvalidText, ServerName};
use crate::wire::BaseUrl;

/// An identity server: its base URL for users and its name for homeservers.
///
/// ```
/// use hardline::flow::IdentityServer;
/// use hardline::wire::BaseUrl;
///
/// let server = IdentityServer::new(BaseUrl::parse("https://is.example.org")?)?;
/// assert_eq!(server.name.as_str(), "is.example.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdentityServer {
    /// The base URL of its API.
    pub base_url: BaseUrl,
    /// The name that homeservers know it by: `id_server`. They reach it at `https` and this name.
    pub name: ServerName,
}

impl IdentityServer {
    /// The server at this base URL; its name is the URL's host and port.
    ///
    /// # Errors
    /// [`InvalidText`] if the host and port are not a server name.
    pub fn new(base_url: BaseUrl) -> Result<Self, InvalidText> {
        Ok(Self {
            name: ServerName::parse(base_url.authority())?,
            base_url,
        })
    }
}
