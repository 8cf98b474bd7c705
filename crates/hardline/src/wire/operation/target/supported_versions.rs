use std::sync::Arc;

use hardline_derive::Persist;

use crate::wire::{Msc, MscSupport, Operation, SpecVersion};

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

    /// The unstable features that are enabled.
    #[cfg(feature = "embed")]
    pub(crate) fn features(&self) -> impl Iterator<Item = &str> {
        self.features.iter().map(|name| &**name)
    }

    /// Whether the server says that it has this unstable feature.
    pub fn has_feature(&self, name: &str) -> bool {
        self.features
            .binary_search_by(|feature| (**feature).cmp(name))
            .is_ok()
    }

    /// The path template of the operation on such a server. The first of these:
    ///
    /// - the newest path that its versions have;
    /// - the path of an unstable feature that it has. Servers say by a feature that ends in `.stable` that they have the
    ///   newest path although they do not advertise its version: that path comes before an unstable one;
    /// - the newest path, if nothing is known of versions: neither when the operation came nor what the server has;
    /// - the oldest path, if servers are [asked](Operation::may_be_unadvertised) without having advertised it.
    ///
    /// `None` if the server does not have the operation.
    pub fn path_of(&self, operation: &Operation) -> Option<&'static str> {
        let has = |release: SpecVersion| self.newest.is_some_and(|newest| release <= newest);
        if operation.since.is_some_and(has) {
            return Some(operation.path);
        }
        let mut older = operation.older.iter().rev();
        if let Some((_, path)) = older.find(|(since, _)| has(*since)) {
            return Some(path);
        }
        if let Some(path) = self.path_of_feature(operation) {
            return Some(path);
        }
        if operation.since.is_none() || self.unknown {
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

    /// The path that the server's unstable features name.
    fn path_of_feature(&self, operation: &Operation) -> Option<&'static str> {
        let named = || {
            let paths = operation.unstable.iter();
            paths.filter(|(feature, _)| self.has_feature(feature))
        };
        let stable = named().find(|(feature, _)| feature.ends_with(Msc::STABLE_SUFFIX));
        stable.or_else(|| named().next()).map(|(_, path)| *path)
    }

    /// Whether the server has what this proposal added, and under which names.
    ///
    /// Some features are on for some users alone, so ask for the versions with the access token.
    ///
    /// ```
    /// use hardline::wire::{Msc, MscSupport, SupportedVersions};
    ///
    /// let supported = SupportedVersions::new(["v1.12"], [("uk.tcpip.msc4133.stable", true), ("org.matrix.msc4140", true)]);
    /// assert_eq!(supported.support_of(Msc::MSC4133), MscSupport::Stable);
    /// assert_eq!(supported.support_of(Msc::MSC4140), MscSupport::Unstable);
    /// assert_eq!(supported.support_of(Msc::MSC4306), MscSupport::NotAdvertised);
    /// // Servers do not advertise dehydrated devices.
    /// assert_eq!(supported.support_of(Msc::MSC3814), MscSupport::Unknown);
    /// ```
    pub fn support_of(&self, msc: Msc) -> MscSupport {
        let has = |release: SpecVersion| self.newest.is_some_and(|newest| release <= newest);
        if msc.since.is_some_and(has) {
            return MscSupport::Stable;
        }
        let stable = |flag: &&str| self.has_feature(&format!("{flag}{}", Msc::STABLE_SUFFIX));
        if msc.flags.iter().any(stable) {
            MscSupport::Stable
        } else if msc.flags.iter().any(|flag| self.has_feature(flag)) {
            MscSupport::Unstable
        } else if msc.flags.is_empty() || self.unknown {
            MscSupport::Unknown
        } else {
            MscSupport::NotAdvertised
        }
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
    fn a_stable_feature_comes_before_an_unstable_one() {
        const PAIR: Operation = Operation::get("pair", "/_matrix/client/v1/pair")
            .since(SpecVersion::v1(16))
            .unstable(&[
                (
                    "org.example.pair",
                    "/_matrix/client/unstable/org.example.pair",
                ),
                ("org.example.pair.stable", "/_matrix/client/v1/pair"),
            ]);
        let path = |versions: &[&str], features: &[&str]| {
            let features = features.iter().map(|name| (*name, true));
            SupportedVersions::new(versions.iter().copied(), features).path_of(&PAIR)
        };
        let unstable = Some("/_matrix/client/unstable/org.example.pair");
        let stable = Some("/_matrix/client/v1/pair");
        assert_eq!(path(&["v1.2"], &["org.example.pair"]), unstable);
        assert_eq!(path(&["v1.2"], &["org.example.pair.stable"]), stable);
        let both = ["org.example.pair", "org.example.pair.stable"];
        assert_eq!(path(&["v1.2"], &both), stable);
        assert_eq!(path(&["v1.16"], &["org.example.pair"]), stable);
        assert_eq!(path(&["v1.2"], &[]), None);
    }

    #[test]
    fn what_no_version_has_is_at_its_own_path_unless_a_feature_names_another() {
        const PROPOSED: Operation =
            Operation::get("proposed", "/_matrix/client/unstable/org.example.new")
                .unstable(&[("org.example.new.stable", "/_matrix/client/v1/new")]);
        let path = |features: &[&str]| {
            let features = features.iter().map(|name| (*name, true));
            SupportedVersions::new(["v1.19"], features).path_of(&PROPOSED)
        };
        let unstable = Some("/_matrix/client/unstable/org.example.new");
        assert_eq!(path(&[]), unstable);
        assert_eq!(path(&["org.example.new"]), unstable);
        assert_eq!(
            path(&["org.example.new", "org.example.new.stable"]),
            Some("/_matrix/client/v1/new")
        );
    }

    #[test]
    fn versions_and_flags_say_whether_a_server_has_a_proposal() {
        let support = |version: &str, features: &[&str], msc: Msc| {
            let features = features.iter().map(|name| (*name, true));
            SupportedVersions::new([version], features).support_of(msc)
        };
        for (version, features, msc, expected) in [
            ("v1.16", &[][..], Msc::MSC4133, MscSupport::Stable),
            ("v1.15", &[], Msc::MSC4133, MscSupport::NotAdvertised),
            (
                "v1.15",
                &["uk.tcpip.msc4133"],
                Msc::MSC4133,
                MscSupport::Unstable,
            ),
            (
                "v1.15",
                &["uk.tcpip.msc4133", "uk.tcpip.msc4133.stable"],
                Msc::MSC4133,
                MscSupport::Stable,
            ),
            // Synapse has one flag for both.
            (
                "v1.15",
                &["org.matrix.msc4306"],
                Msc::MSC4308,
                MscSupport::Unstable,
            ),
            ("v1.15", &[], Msc::MSC4222, MscSupport::Unknown),
            ("v1.16", &[], Msc::MSC4222, MscSupport::Stable),
            ("nonsense", &[], Msc::MSC4140, MscSupport::Unknown),
        ] {
            assert_eq!(
                support(version, features, msc),
                expected,
                "{version} {features:?} {msc:?}"
            );
        }
    }
}
