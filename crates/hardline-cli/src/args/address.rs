use std::fmt;
use std::str::FromStr;

use hardline::types::ServerName;
use hardline::wire::BaseUrl;

/// A homeserver as users name it.
#[derive(Clone, Debug)]
pub(crate) enum Address {
    Url(BaseUrl),
    Name(ServerName),
}

/// What is wrong with an address.
#[derive(Debug)]
pub(crate) struct InvalidAddress(String);

impl FromStr for Address {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        if text.contains("://") {
            return BaseUrl::parse(text)
                .map(Self::Url)
                .map_err(|error| InvalidAddress(error.to_string()));
        }
        ServerName::parse(text).map(Self::Name).map_err(|error| {
            InvalidAddress(format!(
                "neither a URL, as in https://matrix.example.org, nor a server's name, as in example.org ({error})"
            ))
        })
    }
}

impl fmt::Display for InvalidAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidAddress {}
