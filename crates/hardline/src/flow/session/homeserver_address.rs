mod address_mistake;

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use hardline_derive::Persist;

pub use address_mistake::AddressMistake;

use crate::types::{InvalidText, MatrixId, MatrixUri, ServerName, UserId};
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
/// assert_eq!(
///     "alice:example.org".parse::<HomeserverAddress>().unwrap_err().to_string(),
///     "not the address of a homeserver: the @ of a user ID is missing: write @alice:example.org",
/// );
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

/// Gives the ASCII form of an internationalised host name, if it has one.
type ToAscii<'a> = &'a dyn Fn(&str) -> Option<String>;

impl HomeserverAddress {
    /// Parses what a user entered: a user ID or a link to one (whose server name is used), a URL, or a server name. Blanks on
    /// both sides and slashes at the end are ignored.
    ///
    /// # Errors
    /// [`InvalidAddress`] if it is none of these. It says what to write if that can be told.
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        Self::read(text, None)
    }

    /// The same, and names may be internationalised: `to_ascii` gives the ASCII form of such a host, as for
    /// [`ServerName::parse_international`].
    ///
    /// # Errors
    /// As [`parse`](Self::parse), and if a host has no ASCII form.
    ///
    /// ```
    /// use hardline::flow::HomeserverAddress;
    ///
    /// let to_ascii = |host: &str| (host == "bücher.example").then(|| "xn--bcher-kva.example".to_owned());
    /// let address = HomeserverAddress::parse_international("@alice:bücher.example", to_ascii)?;
    /// assert_eq!(address, HomeserverAddress::parse("xn--bcher-kva.example")?);
    /// # Ok::<(), hardline::flow::InvalidAddress>(())
    /// ```
    pub fn parse_international(
        text: &str,
        to_ascii: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, InvalidAddress> {
        Self::read(text, Some(&to_ascii))
    }

    fn read(text: &str, to_ascii: Option<ToAscii<'_>>) -> Result<Self, InvalidAddress> {
        let text = text.trim_matches(|blank: char| blank.is_whitespace() || is_invisible(blank));
        if let Ok(link) = MatrixUri::parse(text)
            && let MatrixId::User(user) = link.id
            && let Some(name) = user.server_name()
        {
            return Ok(Self::Name(name));
        }
        if text.contains("://") {
            let url = match to_ascii {
                Some(to_ascii) => BaseUrl::parse_international(text, to_ascii),
                None => BaseUrl::parse(text),
            };
            return Ok(Self::Url(url?));
        }
        // Browsers show a site with a slash; no name ends with one.
        let text = text.trim_end_matches('/');
        let name = |text: &str| match to_ascii {
            Some(to_ascii) => ServerName::parse_international(text, to_ascii),
            None => ServerName::parse(text),
        };
        let read = match text.split_once(':') {
            Some((user, server)) if user.starts_with('@') => {
                UserId::parse(format!("{user}:example.org")).and_then(|_| name(server))
            }
            _ if text.starts_with('@') => UserId::parse(text).and(name("")),
            _ => name(text),
        };
        read.map(Self::Name)
            .map_err(|error| match AddressMistake::of(text, &name) {
                Some(mistake) => InvalidAddress::Mistaken(mistake),
                None => InvalidAddress::Name(error),
            })
    }
}

/// What comes along when an address is copied, though nobody sees it.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
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
    /// It is neither, and what was meant can be told.
    Mistaken(AddressMistake),
}

impl fmt::Display for InvalidAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(error) => error.fmt(f),
            Self::Name(error) => error.fmt(f),
            Self::Mistaken(mistake) => mistake.fmt(f),
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
            ("@aliçe:example.org", "example.org"),
            ("@:example.org", "example.org"),
            ("@a:[::1]:8448", "[::1]:8448"),
            ("example.org/", "example.org"),
            ("example.org:8448//", "example.org:8448"),
            ("@alice:example.org/", "example.org"),
            ("localhost:8448", "localhost:8448"),
            ("\u{feff}example.org\u{200b} ", "example.org"),
            ("https://matrix.to/#/@alice:example.org", "example.org"),
            (
                "https://matrix.to/#/%40alice%3Aexample.org%3A80",
                "example.org:80",
            ),
            ("matrix:u/alice:example.org", "example.org"),
        ] {
            let name = ServerName::parse(name).unwrap();
            assert_eq!(text.parse(), Ok(HomeserverAddress::Name(name)), "{text}");
        }
        for (text, url) in [
            ("https://example.org/matrix/", "https://example.org/matrix"),
            (" HTTPS://example.org ", "https://example.org"),
        ] {
            let url = BaseUrl::parse(url).unwrap();
            assert_eq!(text.parse(), Ok(HomeserverAddress::Url(url)), "{text}");
        }
    }

    #[test]
    fn international_names_are_converted_in_every_form() {
        let to_ascii =
            |host: &str| (host == "bücher.example").then(|| "xn--bcher-kva.example".to_owned());
        for (text, ascii) in [
            ("bücher.example/", "xn--bcher-kva.example"),
            ("bücher.example:8448", "xn--bcher-kva.example:8448"),
            ("@aliçe:bücher.example", "xn--bcher-kva.example"),
            (
                "https://bücher.example/m",
                "https://xn--bcher-kva.example/m",
            ),
        ] {
            assert_eq!(
                HomeserverAddress::parse_international(text, to_ascii),
                HomeserverAddress::parse(ascii),
                "{text}"
            );
            let error = HomeserverAddress::parse(text).unwrap_err().to_string();
            assert!(error.contains("xn-- form"), "{text}: {error}");
        }
        let meant = HomeserverAddress::parse_international("alice:bücher.example", to_ascii);
        assert!(
            meant
                .unwrap_err()
                .to_string()
                .ends_with("write @alice:bücher.example")
        );
    }

    #[test]
    fn other_text_is_refused_with_a_reason() {
        for (text, said) in [
            ("", "not a server name: "),
            ("@alice", "not a user ID: "),
            ("@alice:", "not a server name: "),
            ("@a\0:example.org", "not a user ID: "),
            ("exa mple.org", "not a server name: "),
            ("example.org:port", "not a server name: its port"),
            ("ftp://example.org", "not a base URL: "),
            ("htps://example.org", "not a base URL: "),
            ("https://example.org?x", "not a base URL: "),
        ] {
            let error = text.parse::<HomeserverAddress>().unwrap_err();
            assert!(error.to_string().starts_with(said), "{text}: {error}");
        }
    }
}
