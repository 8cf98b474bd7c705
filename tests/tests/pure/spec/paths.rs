//! The path of each operation on a server of a given version.

use hardline::client_api;
use hardline::wire::{
    EndpointVisitor, Msc, Operation, RegisteredEndpoint, SupportedVersions, Target, TargetKind,
};

struct Operations(Vec<&'static Operation>);

impl EndpointVisitor for Operations {
    fn visit<E: RegisteredEndpoint>(&mut self) {
        self.0.push(const { &E::OPERATION });
    }
}

/// Names and paths on a homeserver that advertises these versions, for the operations that it supports.
fn paths(release: &str, feature: Option<&str>) -> Vec<(&'static str, &'static str)> {
    let mut operations = Operations(Vec::new());
    client_api::visit(&mut operations);
    let supported = SupportedVersions::new([release], feature.map(|name| (name, true)));
    let Ok(Target::Homeserver(mut homeserver)) = Target::homeserver("https://example.org") else {
        panic!("not a homeserver")
    };
    homeserver.supported = Some(supported.clone());
    let target = Target::Homeserver(homeserver);
    let of_homeservers = operations
        .0
        .into_iter()
        .filter(|operation| operation.target_kind() == TargetKind::Homeserver)
        // No version has what is proposed.
        .filter(|operation| !operation.id.starts_with("msc"));
    of_homeservers
        .filter_map(|operation| {
            let path = supported.path_of(operation);
            assert_eq!(path.is_some(), target.is_supported(operation));
            Some((operation.id, path?))
        })
        .collect()
}

#[test]
fn a_server_of_the_first_releases_gets_their_paths() {
    let old = paths("r0.6.1", None);
    for (id, path) in &old {
        // Clients ask every server for all but the first.
        let is_elsewhere = matches!(
            *id,
            "getVersions"
                | "getAuthMetadata"
                | "getProfileField"
                | "setProfileField"
                | "getRoomSummary"
        );
        let is_first =
            path.starts_with("/_matrix/client/r0/") || path.starts_with("/_matrix/media/r0/");
        assert!(is_first || is_elsewhere, "{id}: {path}");
    }
    let lacking = [
        "createContent",
        "deleteProfileField",
        "deleteRoomKeyBySessionId",
        "deleteRoomKeys",
        "deleteRoomKeysByRoomId",
        "deleteRoomKeysVersion",
        "generateLoginToken",
        "getAdminLockUser",
        "getAdminSuspendUser",
        "getConfigAuthed",
        "getContentAuthed",
        "getContentOverrideNameAuthed",
        "getContentThumbnailAuthed",
        "getEventByTimestamp",
        "getMutualRooms",
        "getRelatingEvents",
        "getRelatingEventsWithRelType",
        "getRelatingEventsWithRelTypeAndEventType",
        "getRoomKeyBySessionId",
        "getRoomKeys",
        "getRoomKeysByRoomId",
        "getRoomKeysVersion",
        "getRoomKeysVersionCurrent",
        "getSpaceHierarchy",
        "getThreadRoots",
        "getUrlPreviewAuthed",
        "knockRoom",
        "pingAppservice",
        "postRoomKeysVersion",
        "putRoomKeyBySessionId",
        "putRoomKeys",
        "putRoomKeysByRoomId",
        "putRoomKeysVersion",
        "redirectToIdP",
        "refresh",
        "registrationTokenValidity",
        "reportRoom",
        "reportUser",
        "setAdminLockUser",
        "setAdminSuspendUser",
        "uploadContentToMXC",
        "uploadCrossSigningKeys",
        "uploadCrossSigningSignatures",
    ];
    for id in lacking {
        assert!(old.iter().all(|(known, _)| *known != id), "{id}");
    }
    assert_eq!(old.len() + lacking.len(), paths("v1.19", None).len());
}

#[test]
fn a_server_from_before_the_records_gets_the_paths_of_the_first_release() {
    let first = paths("r0.4.0", None);
    assert!(first.contains(&("login", "/_matrix/client/r0/login")));
    assert!(first.contains(&("getTokenOwner", "/_matrix/client/r0/account/whoami")));
    for release in ["r0.0.1", "r0.1.0", "r0.2.0", "r0.3.0"] {
        assert_eq!(paths(release, None), first, "{release}");
    }
}

#[test]
fn a_later_release_than_all_that_are_known_gets_the_newest_paths() {
    let newest = paths("v1.19", None);
    for release in ["v1.99", "v2.0", "v3.1", "nonsense", ""] {
        assert_eq!(paths(release, None), newest, "{release}");
    }
}

#[test]
fn what_a_server_need_not_advertise_is_tried() {
    let path = |release: &str, id: &str| {
        let found = paths(release, None)
            .into_iter()
            .find(|(known, _)| *known == id);
        found.map(|(_, path)| path)
    };
    assert_eq!(
        path("v1.12", "getAuthMetadata"),
        Some("/_matrix/client/v1/auth_metadata")
    );
    assert_eq!(
        path("r0.4.0", "redirectToSSO"),
        Some("/_matrix/client/r0/login/sso/redirect")
    );
}

#[test]
fn each_release_brings_its_operations() {
    let has = |release: &str, id: &str| paths(release, None).iter().any(|(known, _)| *known == id);
    for (id, without, with) in [
        ("getCapabilities", "r0.4.0", "r0.5.0"),
        ("add3PID", "r0.5.0", "r0.6.0"),
        ("bind3PID", "r0.5.0", "r0.6.0"),
        ("unbind3pidFromAccount", "r0.5.0", "r0.6.0"),
        ("redirectToIdP", "r0.6.1", "v1.1"),
        ("registrationTokenValidity", "v1.1", "v1.2"),
        ("refresh", "v1.2", "v1.3"),
        ("generateLoginToken", "v1.6", "v1.7"),
    ] {
        assert!(!has(without, id), "{id} in {without}");
        assert!(has(with, id), "{id} in {with}");
    }
}

#[test]
fn an_unstable_feature_adds_its_paths_if_the_version_does_not() {
    for (id, feature, path) in [
        (
            "getAuthMetadata",
            "org.matrix.msc2965",
            "/_matrix/client/unstable/org.matrix.msc2965/auth_metadata",
        ),
        (
            "refresh",
            "org.matrix.msc2918",
            "/_matrix/client/unstable/org.matrix.msc2918.refresh_token/refresh",
        ),
        (
            "generateLoginToken",
            "org.matrix.msc3882",
            "/_matrix/client/unstable/org.matrix.msc3882/login/get_token",
        ),
        (
            "registrationTokenValidity",
            "org.matrix.msc3231",
            "/_matrix/client/unstable/org.matrix.msc3231/register/org.matrix.msc3231.login.registration_token/validity",
        ),
        (
            "redirectToIdP",
            "org.matrix.msc2858",
            "/_matrix/client/unstable/org.matrix.msc2858/login/sso/redirect/{idpId}",
        ),
        (
            "add3PID",
            "m.separate_add_and_bind",
            "/_matrix/client/unstable/account/3pid/add",
        ),
        (
            "bind3PID",
            "m.separate_add_and_bind",
            "/_matrix/client/unstable/account/3pid/bind",
        ),
        (
            "unbind3pidFromAccount",
            "m.separate_add_and_bind",
            "/_matrix/client/unstable/account/3pid/unbind",
        ),
    ] {
        assert!(paths("r0.5.0", Some(feature)).contains(&(id, path)), "{id}");
        assert!(!paths("v1.19", Some(feature)).contains(&(id, path)), "{id}");
    }
}

/// All operations of the Client-Server API.
fn operations() -> Vec<&'static Operation> {
    let mut operations = Operations(Vec::new());
    client_api::visit(&mut operations);
    operations.0
}

#[test]
fn each_flag_leads_to_its_path_until_the_version_is_advertised() {
    let mut flags = 0;
    for operation in operations() {
        for (feature, path) in operation.unstable {
            flags += 1;
            let is_stable = feature.ends_with(Msc::STABLE_SUFFIX);
            let with = |version: &str| {
                SupportedVersions::new([version], [(*feature, true)]).path_of(operation)
            };
            let first = operation.first_version();
            // What versions from before have no path of.
            if first.is_none_or(|first| !first.is_r0()) {
                assert_eq!(with("r0.6.1"), Some(*path), "{}", operation.name());
            }
            if let Some(since) = operation.since {
                assert_eq!(with(&since.to_string()), Some(operation.path));
            }
            if operation.since.is_some() && is_stable {
                assert_eq!(*path, operation.path, "{}", operation.name());
            } else if is_stable {
                assert!(!path.contains("/unstable/"), "{}", operation.name());
            } else {
                assert!(path.contains("/unstable/"), "{}", operation.name());
            }
            // Servers with both flags have both paths; the stable one stays.
            let pair = operation.unstable.iter().map(|(name, _)| (*name, true));
            let has_stable = operation
                .unstable
                .iter()
                .find(|(name, _)| name.ends_with(Msc::STABLE_SUFFIX));
            if let Some((_, stable)) = has_stable
                && first.is_none_or(|first| !first.is_r0())
            {
                let both = SupportedVersions::new(["r0.6.1"], pair);
                assert_eq!(both.path_of(operation), Some(*stable));
            }
        }
    }
    assert!(flags > 40, "{flags}");
}

#[test]
fn each_flag_is_that_of_a_proposal_whose_version_brought_the_operation() {
    for operation in operations() {
        for (feature, _) in operation.unstable {
            let flag = feature.strip_suffix(Msc::STABLE_SUFFIX).unwrap_or(feature);
            let msc = Msc::ALL.iter().find(|msc| msc.flags.contains(&flag));
            let msc = msc.unwrap_or_else(|| panic!("no proposal has {flag}"));
            let first = operation.first_version();
            assert_eq!(msc.since, first, "{}: {flag}", operation.name());
        }
    }
}

#[test]
fn what_is_proposed_is_named_after_its_proposal_and_asked_of_every_server() {
    let mut proposed = 0;
    for operation in operations() {
        let Some(msc) = Msc::of(operation) else {
            assert!(!operation.id.starts_with("msc"), "{}", operation.name());
            continue;
        };
        proposed += 1;
        assert_eq!(msc.since, None, "{}", operation.name());
        let unadvertised = SupportedVersions::new(["v1.12"], []);
        assert_eq!(unadvertised.path_of(operation), Some(operation.path));
        for flag in msc.flags {
            let unstable = SupportedVersions::new(["v1.12"], [(*flag, true)]);
            assert_eq!(unstable.path_of(operation), Some(operation.path));
        }
    }
    assert!(proposed > 30, "{proposed}");
}

#[test]
fn a_synapse_of_today_gets_the_paths_that_it_has() {
    // It advertises no later version than v1.12, and has these.
    let flags = [
        "uk.half-shot.msc2666.query_mutual_rooms.stable",
        "uk.tcpip.msc4133",
        "uk.tcpip.msc4133.stable",
        "org.matrix.simplified_msc3575",
        "org.matrix.msc4140",
        "org.matrix.msc4306",
    ];
    let synapse = SupportedVersions::new(["r0.6.1", "v1.12"], flags.map(|flag| (flag, true)));
    let all = operations();
    for (id, path) in [
        ("getMutualRooms", Some("/_matrix/client/v1/mutual_rooms")),
        (
            "setProfileField",
            Some("/_matrix/client/v3/profile/{userId}/{keyName}"),
        ),
        (
            "deleteProfileField",
            Some("/_matrix/client/v3/profile/{userId}/{keyName}"),
        ),
        (
            "getRoomSummary",
            Some("/_matrix/client/v1/room_summary/{roomIdOrAlias}"),
        ),
        ("getAuthMetadata", Some("/_matrix/client/v1/auth_metadata")),
        (
            "msc4186SlidingSync",
            Some("/_matrix/client/unstable/org.matrix.simplified_msc3575/sync"),
        ),
        (
            "msc4140GetDelayedEvents",
            Some("/_matrix/client/unstable/org.matrix.msc4140/delayed_events"),
        ),
        ("reportUser", None),
        ("getAdminLockUser", None),
    ] {
        let operation = all.iter().find(|operation| operation.id == id).unwrap();
        assert_eq!(synapse.path_of(operation), path, "{id}");
    }
}
