use crate::types::{InvalidText, ServerName};
use crate::wire::BaseUrl;

/// An identity server, as its users reach it and as homeservers know it.
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
    /// Where its API begins.
    pub base_url: BaseUrl,
    /// What homeservers know it by: `id_server`. They reach it by `https` and this name.
    pub name: ServerName,
}

impl IdentityServer {
    /// The server at this base URL, whose name is the URL's host and port.
    ///
    /// # Errors
    /// [`InvalidText`] where these are no server's name.
    pub fn new(base_url: BaseUrl) -> Result<Self, InvalidText> {
        Ok(Self {
            name: ServerName::parse(base_url.authority())?,
            base_url,
        })
    }
}
