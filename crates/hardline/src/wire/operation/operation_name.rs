use std::fmt;

/// An API of the Matrix specification, or OAuth 2.0, which it builds on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Api {
    /// The Client-Server API: `cs`.
    ClientServer,
    /// The Identity Service API: `is`.
    Identity,
    /// An authorization server's endpoints: `oauth`.
    OAuth,
}

impl Api {
    /// `cs`, `is` or `oauth`, as in `cs:logout`.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ClientServer => "cs",
            Self::Identity => "is",
            Self::OAuth => "oauth",
        }
    }
}

/// An operation's name with its API, since both APIs have a `logout`. Displayed as `cs:logout`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationName {
    /// The API.
    pub api: Api,
    /// The `operationId`.
    pub id: &'static str,
}

impl fmt::Display for OperationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.api.prefix(), self.id)
    }
}
