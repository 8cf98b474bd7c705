use std::sync::Arc;

use hardline_derive::Persist;

use crate::types::ServerName;
use crate::wire::{
    AbsoluteUrl, BaseUrl, EncodeError, InvalidUrl, Operation, SpecVersion, TargetKind,
};

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

/// What a homeserver's `/versions` advertises. The newest version counts, be it newer than this library.
///
/// ```
/// use hardline::wire::{Operation, SpecVersion, SupportedVersions};
///
/// const OPERATION: Operation = Operation::get("getDevices", "/_matrix/client/v3/devices")
///     .since(SpecVersion::v1(1))
///     .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/devices")]);
/// let supported = SupportedVersions::new(["r0.5.0", "r0.6.1"], []);
/// assert_eq!(supported.path_of(&OPERATION), Some("/_matrix/client/r0/devices"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Persist)]
pub struct SupportedVersions {
    newest: Option<SpecVersion>,
    /// The server lists no version that can be read, so the newest paths are worth a try.
    unknown: bool,
    /// The enabled features, in order. All conversations with a server share them, since there may be many long ones.
    features: Arc<[Box<str>]>,
}

impl SupportedVersions {
    /// Reads the version strings and the unstable features as the server gave them.
    pub fn new<'a>(
        versions: impl IntoIterator<Item = &'a str>,
        features: impl IntoIterator<Item = (&'a str, bool)>,
    ) -> Self {
        let releases: Vec<_> = versions.into_iter().map(SpecVersion::parse).collect();
        let features = features.into_iter().filter(|(_, on)| *on);
        let mut features: Vec<Box<str>> = features.map(|(name, _)| name.into()).collect();
        features.sort_unstable();
        Self {
            newest: releases.iter().flatten().max().copied(),
            unknown: releases.iter().all(Option::is_none),
            features: features.into(),
        }
    }

    /// The newest version that the server lists, among those that [`SpecVersion::parse`] reads.
    pub fn newest(&self) -> Option<SpecVersion> {
        self.newest
    }

    /// Whether the server says that it has this unstable feature.
    pub fn has_feature(&self, name: &str) -> bool {
        self.features
            .binary_search_by(|feature| (**feature).cmp(name))
            .is_ok()
    }

    /// The path template of the operation on such a server: the newest path that its versions have, or else the one of
    /// an unstable feature that it has. `None` if the server has neither and need not be
    /// [asked](Operation::may_be_unadvertised).
    pub fn path_of(&self, operation: &Operation) -> Option<&'static str> {
        let has = |release: SpecVersion| self.newest.is_some_and(|newest| release <= newest);
        if operation.since.is_none_or(has) {
            return Some(operation.path);
        }
        let mut older = operation.older.iter().rev();
        if let Some((_, path)) = older.find(|(since, _)| has(*since)) {
            return Some(path);
        }
        let mut unstable = operation.unstable.iter();
        if let Some((_, path)) = unstable.find(|(feature, _)| self.has_feature(feature)) {
            return Some(path);
        }
        if self.unknown {
            return Some(operation.path);
        }
        let first = operation.older.first();
        let (since, path) = first.map_or((operation.since, operation.path), |(since, path)| {
            (Some(*since), *path)
        });
        // What the oldest version on record has may be older than that.
        let may_have =
            operation.may_be_unadvertised || since == Some(SpecVersion::OLDEST_ON_RECORD);
        may_have.then_some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATION: Operation = Operation::get("getThing", "/_matrix/client/v1/thing")
        .since(SpecVersion::v1(7))
        .older(&[(SpecVersion::r0(3), "/_matrix/client/r0/thing")])
        .unstable(&[(
            "org.example.thing",
            "/_matrix/client/unstable/org.example.thing",
        )]);

    #[test]
    fn the_advertised_versions_choose_the_path() {
        let path = |versions: &[&str], features: &[(&str, bool)]| {
            SupportedVersions::new(versions.iter().copied(), features.iter().copied())
                .path_of(&OPERATION)
        };
        assert_eq!(path(&["v1.7"], &[]), Some("/_matrix/client/v1/thing"));
        assert_eq!(
            path(&["r0.6.1", "v1.19"], &[]),
            Some("/_matrix/client/v1/thing")
        );
        assert_eq!(path(&["r0.6.1"], &[]), Some("/_matrix/client/r0/thing"));
        assert_eq!(path(&[], &[]), Some("/_matrix/client/v1/thing"));
        assert_eq!(path(&["r0.2.0"], &[]), None);
        assert_eq!(path(&["r0.2.0"], &[("org.example.thing", false)]), None);
        assert_eq!(
            path(&["r0.2.0"], &[("org.example.thing", true)]),
            Some("/_matrix/client/unstable/org.example.thing")
        );
    }

    fn path_on(operation: &Operation, versions: &[&str]) -> Option<&'static str> {
        SupportedVersions::new(versions.iter().copied(), []).path_of(operation)
    }

    #[test]
    fn a_newer_version_than_this_library_has_the_newest_paths() {
        for versions in [
            &["v2.0"][..],
            &["r0.6.1", "v2.0"],
            &["v2.0", "r0.6.1", "nonsense"],
            &["v1.99"],
            &["r0.6.1", "v1.99", ""],
        ] {
            let path = path_on(&OPERATION, versions);
            assert_eq!(path, Some("/_matrix/client/v1/thing"), "{versions:?}");
        }
    }

    #[test]
    fn what_is_not_a_version_does_not_count() {
        let path = |versions: &[&str]| path_on(&OPERATION, versions);
        assert_eq!(
            path(&["", "v1", "r0.6.1", "v1.x"]),
            Some("/_matrix/client/r0/thing")
        );
        assert_eq!(path(&["", "nonsense"]), Some("/_matrix/client/v1/thing"));
        let only_unstable = SupportedVersions::new(["nonsense"], [("org.example.thing", true)]);
        assert_eq!(
            only_unstable.path_of(&OPERATION),
            Some("/_matrix/client/unstable/org.example.thing")
        );
    }

    #[test]
    fn a_server_from_before_the_records_is_asked_for_what_may_be_as_old() {
        const LOGIN: Operation = Operation::post("login", "/_matrix/client/v3/login")
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/login")]);
        const CAPABILITIES: Operation = Operation::get("caps", "/_matrix/client/v3/capabilities")
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(5), "/_matrix/client/r0/capabilities")]);
        for old in ["r0.0.1", "r0.1.0", "r0.2.0", "r0.3.0"] {
            let path = path_on(&LOGIN, &[old]);
            assert_eq!(path, Some("/_matrix/client/r0/login"), "{old}");
            assert_eq!(path_on(&CAPABILITIES, &[old]), None, "{old}");
        }
    }

    #[test]
    fn an_operation_that_is_not_always_advertised_is_tried() {
        const PROBED: Operation = Operation::get("probed", "/_matrix/client/v1/probed")
            .since(SpecVersion::v1(15))
            .unstable(&[("org.example.p", "/_matrix/client/unstable/org.example.p")])
            .may_be_unadvertised();
        let with_feature = SupportedVersions::new(["v1.2"], [("org.example.p", true)]);
        assert_eq!(
            with_feature.path_of(&PROBED),
            Some("/_matrix/client/unstable/org.example.p")
        );
        for versions in [&["r0.6.1"][..], &["v1.2"], &["v1.15"]] {
            let path = path_on(&PROBED, versions);
            assert_eq!(path, Some("/_matrix/client/v1/probed"), "{versions:?}");
        }
        const OLDER: Operation = OPERATION.may_be_unadvertised();
        assert_eq!(
            path_on(&OLDER, &["r0.2.0"]),
            Some("/_matrix/client/r0/thing")
        );
    }

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
