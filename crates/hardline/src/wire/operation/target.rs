mod supported_versions;

use hardline_derive::Persist;

use crate::types::ServerName;
use crate::wire::{AbsoluteUrl, BaseUrl, EncodeError, InvalidUrl, Operation, TargetKind};

pub use supported_versions::SupportedVersions;

/// Where a request is sent.
#[derive(Clone, Debug, PartialEq, Persist)]
#[non_exhaustive]
pub enum Target {
    /// A homeserver and what it advertises.
    Homeserver(Homeserver),
    /// An identity server.
    IdentityServer(BaseUrl),
    /// The host of a server name, which serves `/.well-known/matrix/`.
    ServerName(BaseUrl),
    /// A URL that a server gave: a `submit_url`, or the new address of the information in `/.well-known/matrix/`.
    Url(AbsoluteUrl),
}

impl Target {
    /// The homeserver at this base URL. Its versions are not known, so the newest paths are used.
    ///
    /// # Errors
    /// [`InvalidUrl`], as [`BaseUrl::parse`].
    pub fn homeserver(base_url: &str) -> Result<Self, InvalidUrl> {
        Ok(Self::Homeserver(Homeserver::new(BaseUrl::parse(base_url)?)))
    }

    /// The identity server at this base URL.
    ///
    /// # Errors
    /// [`InvalidUrl`], as [`BaseUrl::parse`].
    pub fn identity_server(base_url: &str) -> Result<Self, InvalidUrl> {
        BaseUrl::parse(base_url).map(Self::IdentityServer)
    }

    /// The host of a server name: `https://` and the name.
    ///
    /// # Errors
    /// [`InvalidUrl`] if the name does not make a URL.
    pub fn server_name(name: &ServerName) -> Result<Self, InvalidUrl> {
        BaseUrl::parse(&format!("https://{name}")).map(Self::ServerName)
    }

    /// The base URL, if the target has one.
    pub fn base_url(&self) -> Option<&BaseUrl> {
        match self {
            Self::Homeserver(homeserver) => Some(&homeserver.base_url),
            Self::IdentityServer(base_url) | Self::ServerName(base_url) => Some(base_url),
            Self::Url(_) => None,
        }
    }

    /// Whether a session at this target may go on at the other one: it has the same origin and is of the same kind.
    #[cfg(feature = "flow")]
    pub(crate) fn is_same_server(&self, other: &Self) -> bool {
        let is_identity_server = |target: &Self| matches!(target, Self::IdentityServer(_));
        match (self.base_url(), other.base_url()) {
            (Some(from), Some(to)) => {
                from.is_same_origin(to) && is_identity_server(self) == is_identity_server(other)
            }
            _ => self == other,
        }
    }

    /// Whether the operation can be sent there: the target is of the right kind and advertises the operation.
    pub fn is_supported(&self, operation: &Operation) -> bool {
        self.path_of(operation).is_ok()
    }

    /// The path template that this target understands.
    pub(crate) fn path_of(&self, operation: &Operation) -> Result<&'static str, EncodeError> {
        match (self, operation.target_kind()) {
            (Self::Homeserver(homeserver), TargetKind::Homeserver) => homeserver.path_of(operation),
            (Self::IdentityServer(_), TargetKind::IdentityServer)
            | (Self::ServerName(_), TargetKind::ServerName)
            | (Self::Url(_), TargetKind::Url | TargetKind::ServerName) => Ok(operation.path),
            (_, expected) => Err(EncodeError::WrongTarget {
                operation: operation.name(),
                expected,
            }),
        }
    }
}

/// A homeserver: where it is, and what it advertises.
#[derive(Clone, Debug, PartialEq, Persist)]
#[non_exhaustive]
pub struct Homeserver {
    /// Where its API begins.
    pub base_url: BaseUrl,
    /// What `/versions` said, if it was requested.
    pub supported: Option<SupportedVersions>,
}

impl Homeserver {
    /// A homeserver whose versions are not known.
    pub fn new(base_url: BaseUrl) -> Self {
        Self {
            base_url,
            supported: None,
        }
    }

    /// The same homeserver at the base URL that its response to a login names, if that can be used.
    #[cfg(feature = "flow")]
    #[must_use]
    pub(crate) fn moved_to(mut self, named: &str) -> Self {
        if let Ok(base_url) = BaseUrl::parse(named)
            // One response, encrypted as it was, must not have all further ones sent in the clear.
            && (base_url.is_https() || !self.base_url.is_https())
        {
            self.base_url = base_url;
        }
        self
    }

    fn path_of(&self, operation: &Operation) -> Result<&'static str, EncodeError> {
        let Some(supported) = &self.supported else {
            return Ok(operation.path);
        };
        supported
            .path_of(operation)
            .ok_or(EncodeError::Unsupported {
                operation: operation.name(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATION: Operation = Operation::get("getThing", "/_matrix/client/v1/thing");

    #[test]
    fn an_operation_fits_one_kind_of_target_only() {
        let site = Target::server_name(&ServerName::parse("example.org:8448").unwrap()).unwrap();
        assert!(!site.is_supported(&OPERATION));
        assert!(site.is_supported(&Operation::get(
            "getWellknown",
            "/.well-known/matrix/client"
        )));
        assert_eq!(
            site.base_url().unwrap().to_string(),
            "https://example.org:8448"
        );
    }
}
