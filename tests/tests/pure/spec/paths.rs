//! The path of each operation on a server of a given version.

use hardline::client_api;
use hardline::wire::{
    EndpointVisitor, Operation, RegisteredEndpoint, SupportedVersions, Target, TargetKind,
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
        .filter(|operation| operation.target_kind() == TargetKind::Homeserver);
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
        assert!(
            path.starts_with("/_matrix/client/r0/") || *id == "getVersions",
            "{id}: {path}"
        );
    }
    let lacking = [
        "getAuthMetadata",
        "generateLoginToken",
        "redirectToIdP",
        "refresh",
        "registrationTokenValidity",
    ];
    for id in lacking {
        assert!(old.iter().all(|(known, _)| *known != id), "{id}");
    }
    assert_eq!(old.len() + lacking.len(), paths("v1.19", None).len());
}

#[test]
fn each_release_brings_its_operations() {
    let has = |release: &str, id: &str| paths(release, None).iter().any(|(known, _)| *known == id);
    for (id, without, with) in [
        ("getCapabilities", "r0.4.0", "r0.5.0"),
        ("redirectToSSO", "r0.4.0", "r0.5.0"),
        ("add3PID", "r0.5.0", "r0.6.0"),
        ("bind3PID", "r0.5.0", "r0.6.0"),
        ("unbind3pidFromAccount", "r0.5.0", "r0.6.0"),
        ("redirectToIdP", "r0.6.1", "v1.1"),
        ("registrationTokenValidity", "v1.1", "v1.2"),
        ("refresh", "v1.2", "v1.3"),
        ("generateLoginToken", "v1.6", "v1.7"),
        ("getAuthMetadata", "v1.14", "v1.15"),
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
