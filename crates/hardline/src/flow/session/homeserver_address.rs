use std::error::Error;
use std::fmt;
use std::str::FromStr;

use hardline_derive::Persist;

use crate::types::{InvalidText, ServerName, UserId};
use crate::wire::{BaseUrl, InvalidUrl};

/// What a user enters as their homeserver.
///
/// ```
/// use hardline::flow::HomeserverAddress;
/// use hardline::types::ServerName;
///
/// let by_user: HomeserverAddress = "@alice:example.org".parse()?;
/// assert_eq!(by_user, HomeserverAddress::Name(ServerName::parse("example.org")?));
/// assert!(matches!("http://127.0.0.1:8008".parse(), Ok(HomeserverAddress::Url(_))));
/// assert!("example.org/path".parse::<HomeserverAddress>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Persist)]
#[non_exhaustive]
pub enum HomeserverAddress {
    /// The server's name: `example.org`. The well-known file at that name says where the homeserver is.
    Name(ServerName),
    /// The base URL: `https://matrix.example.org`. It is used as it is.
    Url(BaseUrl),
}

impl HomeserverAddress {
    /// Parses what a user entered: a user ID (whose server name is used), a URL, or a server name. Leading and trailing
    /// blanks are ignored.
    ///
    /// # Errors
    /// [`InvalidAddress`] if it is none of these.
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        let text = text.trim();
        if text.contains("://") {
            return Ok(Self::Url(BaseUrl::parse(text)?));
        }
        if !text.starts_with('@') {
            return Ok(Self::Name(ServerName::parse(text)?));
        }
        let user_id = UserId::parse(text)?;
        let (_, server) = user_id.as_str().split_once(':').unwrap_or_default();
        Ok(Self::Name(ServerName::parse(server)?))
    }
}

impl FromStr for HomeserverAddress {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        Self::parse(text)
    }
}

/// Text that is no homeserver address, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidAddress {
    /// It looks like a URL, but is not a valid base URL.
    Url(InvalidUrl),
    /// It is neither a user ID nor a server name.
    Name(InvalidText),
}

impl fmt::Display for InvalidAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(error) => error.fmt(f),
            Self::Name(error) => error.fmt(f),
        }
    }
}

impl Error for InvalidAddress {}

impl From<InvalidUrl> for InvalidAddress {
    fn from(error: InvalidUrl) -> Self {
        Self::Url(error)
    }
}

impl From<InvalidText> for InvalidAddress {
    fn from(error: InvalidText) -> Self {
        Self::Name(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_ids_server_names_and_urls_are_told_apart() {
        for (text, name) in [
            ("example.org", "example.org"),
            (" example.org:8448\n", "example.org:8448"),
            ("@alice:example.org", "example.org"),
            ("@a:[::1]:8448", "[::1]:8448"),
        ] {
            let name = ServerName::parse(name).unwrap();
            assert_eq!(text.parse(), Ok(HomeserverAddress::Name(name)), "{text}");
        }
        let url = BaseUrl::parse("https://example.org/matrix").unwrap();
        let written = "https://example.org/matrix/";
        assert_eq!(written.parse(), Ok(HomeserverAddress::Url(url)));
    }

    #[test]
    fn other_text_is_refused_with_a_reason() {
        for (text, said) in [
            ("", "not a server name: "),
            ("alice@example.org", "not a server name: "),
            ("@alice", "not a user ID: "),
            ("ftp://example.org", "not a base URL: "),
            ("https://example.org?x", "not a base URL: "),
        ] {
            let error = text.parse::<HomeserverAddress>().unwrap_err();
            assert!(error.to_string().starts_with(said), "{text}: {error}");
        }
    }
}
