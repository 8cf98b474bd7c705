//! What servers leave out, or send in another shape, costs nothing else.

use hardline::client_api::account::{GetTokenOwner, Register};
use hardline::client_api::discovery::{
    GetAuthMetadata, GetCapabilities, GetVersions, GetWellknown, GetWellknownPolicy,
    GetWellknownSupport,
};
use hardline::client_api::integrations::RequestOpenIdToken;
use hardline::client_api::session::{GenerateLoginToken, GetLoginFlows, Login, Refresh};
use hardline::client_api::threepid::{GetAccount3pids, RequestTokenTo3pidMsisdn, SubmitToken};
use hardline::identity_api::account::{GetAccount, RegisterAccount};
use hardline::identity_api::association::{BindV2, GetValidated3pidV2};
use hardline::identity_api::invitation::StoreInviteV2;
use hardline::identity_api::lookup::{GetHashDetails, HashAlgorithm, LookupUsersV2};
use hardline::identity_api::terms::GetTerms;
use hardline::types::{AccessToken, DeviceId, RefreshToken, UserId};
use hardline::wire::{self, ApiResponse, Credentials, Endpoint, ErrorKind, Target};
use http::Response;

/// The response and the places of what was skipped.
fn read<E: Endpoint>(body: &str) -> (E::Response, Vec<String>) {
    let response = wire::decode_response::<E>(Response::new(body.to_owned()));
    let ApiResponse {
        value, warnings, ..
    } = response.unwrap_or_else(|error| panic!("{body}: {error}"));
    let places = warnings.iter().map(|warning| warning.pointer.clone());
    (value, places.collect())
}

/// The response cannot be used, and the server is not taken to have declined.
fn unusable<E: Endpoint>(body: &str) {
    let error = wire::decode::<E>(Response::new(body.to_owned()));
    let error = error.err().unwrap_or_else(|| panic!("{body} is used"));
    assert!(
        matches!(error.kind(), ErrorKind::UnexpectedResponse(_)),
        "{body}"
    );
}

#[test]
fn a_token_is_not_lost_with_what_came_along() {
    let token = AccessToken::from("t");
    for (body, skipped) in [
        (r#"{"user_id": "@a:b.c", "access_token": "t"}"#, &[][..]),
        (
            r#"{"user_id": "@a:b.c", "access_token": "t", "device_id": null}"#,
            &[],
        ),
        (
            r#"{"user_id": "@a:b.c", "access_token": "t", "device_id": ""}"#,
            &["/device_id"],
        ),
        (
            r#"{"user_id": "@a:b.c", "access_token": "t", "device_id": {}}"#,
            &["/device_id"],
        ),
        (
            r#"{"user_id": "@a:b.c", "access_token": "t", "home_server": "", "refresh_token": ""}"#,
            &["/home_server", "/refresh_token"],
        ),
        (
            r#"{"user_id": "@a:b.c", "access_token": "t", "well_known": {"m.homeserver": {}}}"#,
            &["/well_known"],
        ),
    ] {
        let (login, places) = read::<Login>(body);
        assert_eq!(login.access_token, token, "{body}");
        assert_eq!(
            (login.device_id, login.refresh_token),
            (None, None),
            "{body}"
        );
        assert_eq!(login.well_known, None);
        // Whether the part within or the whole is told first is the reader's.
        for place in skipped {
            assert!(
                places.iter().any(|told| told.starts_with(place)),
                "{body}: {places:?}"
            );
        }
        for told in &places {
            assert!(
                skipped.iter().any(|place| told.starts_with(place)),
                "{body}: {places:?}"
            );
        }
    }
    let (login, _) =
        read::<Login>(r#"{"user_id": "@a:b.c", "access_token": "t", "device_id": "D"}"#);
    assert_eq!(login.device_id, Some(DeviceId::parse("D").unwrap()));
    let (refreshed, _) =
        read::<Refresh>(r#"{"access_token": "t", "refresh_token": "", "expires_in_ms": "x"}"#);
    assert_eq!(
        (refreshed.access_token, refreshed.refresh_token),
        (token.clone(), None)
    );
    let (generated, _) = read::<GenerateLoginToken>(r#"{"login_token": "l"}"#);
    assert_eq!(
        (generated.login_token.reveal(), generated.expires_in_ms),
        ("l", None)
    );
    let (proof, _) = read::<RequestOpenIdToken>(r#"{"access_token": "t"}"#);
    assert_eq!(
        (&proof.access_token, proof.token_type()),
        (&token, "Bearer")
    );
    assert_eq!((proof.matrix_server_name, proof.expires_in), (None, None));
    let (registered, _) =
        read::<Register>(r#"{"user_id": "@a:b.c", "access_token": "", "device_id": ""}"#);
    assert_eq!(
        (registered.access_token, registered.device_id),
        (None, None)
    );
}

#[test]
fn what_is_required_is_not_there_if_it_is_empty() {
    unusable::<Login>(r#"{"user_id": "@a:b.c", "access_token": "", "device_id": "D"}"#);
    unusable::<Login>(r#"{"user_id": "", "access_token": "t", "device_id": "D"}"#);
    unusable::<Register>(r#"{"user_id": "", "access_token": "t"}"#);
    unusable::<Refresh>(r#"{"access_token": ""}"#);
    unusable::<Refresh>(r#"{"access_token": "", "refresh_token": "r", "expires_in_ms": 1}"#);
    unusable::<GenerateLoginToken>(r#"{"login_token": "", "expires_in_ms": 1}"#);
    unusable::<RequestOpenIdToken>(r#"{"access_token": "", "expires_in": 1}"#);
    unusable::<GetTokenOwner>(r#"{"user_id": ""}"#);
    unusable::<RequestTokenTo3pidMsisdn>(r#"{"sid": "", "submit_url": "https://a.b/c"}"#);
    unusable::<RegisterAccount>(r#"{"token": ""}"#);
    unusable::<RegisterAccount>(r#"{"token": "", "access_token": ""}"#);
    unusable::<GetAccount>(r#"{"user_id": ""}"#);
    unusable::<StoreInviteV2>(r#"{"token": "", "public_keys": []}"#);
    let (registered, _) = read::<RegisterAccount>(r#"{"token": "", "access_token": "t"}"#);
    assert_eq!(registered.token.reveal(), "t");
}

#[test]
fn an_empty_token_is_never_sent() {
    let target = Target::homeserver("https://example.org").unwrap();
    for token in ["", " ", "\t"] {
        let credentials = Credentials::Token(AccessToken::from(token));
        let error = wire::encode(&GetTokenOwner::new(), &target, &credentials).unwrap_err();
        assert!(
            matches!(error, wire::EncodeError::UnsendableToken),
            "{error}"
        );
    }
    // What a program has stored is held to the same rule.
    assert!(serde_json::from_str::<AccessToken>(r#""""#).is_err());
    assert!(serde_json::from_str::<RefreshToken>(r#""""#).is_err());
    assert!(serde_json::from_str::<UserId>(r#""""#).is_err());
}

#[test]
fn metadata_is_of_use_without_what_a_server_does_not_offer() {
    let (metadata, places) = read::<GetAuthMetadata>(
        r#"{"issuer": "https://a.b/", "authorization_endpoint": "https://a.b/auth", "token_endpoint": "https://a.b/token"}"#,
    );
    assert_eq!(
        metadata.authorization_endpoint.as_deref(),
        Some("https://a.b/auth")
    );
    assert_eq!(
        (metadata.revocation_endpoint, metadata.registration_endpoint),
        (None, None)
    );
    assert!(metadata.grant_types_supported.is_empty() && places.is_empty());
    let (metadata, places) = read::<GetAuthMetadata>(
        r#"{"issuer": "i", "token_endpoint": "t", "device_authorization_endpoint": "d", "authorization_endpoint": null,
            "response_types_supported": "code", "grant_types_supported": ["refresh_token", 5], "response_modes_supported": {},
            "prompt_values_supported": 1, "account_management_actions_supported": [null, "org.matrix.profile"]}"#,
    );
    assert_eq!(metadata.grant_types_supported, ["refresh_token"]);
    assert_eq!(metadata.device_authorization_endpoint.as_deref(), Some("d"));
    assert_eq!(
        metadata.account_management_actions_supported.unwrap().len(),
        1
    );
    assert_eq!(places.len(), 5, "{places:?}");
}

#[test]
fn a_provider_without_a_name_is_one() {
    let (flows, places) = read::<GetLoginFlows>(
        r#"{"flows": [{"type": "m.login.sso", "identity_providers": [{"id": "git"}, {"id": "x", "name": ""},
            {"id": "y", "name": "Why"}, {"id": ""}, {"name": "No ID"}]}]}"#,
    );
    let providers = flows.flows[0].identity_providers.as_ref().unwrap();
    let names: Vec<_> = providers
        .iter()
        .map(|provider| provider.display_name())
        .collect();
    assert_eq!(names, ["git", "x", "Why"]);
    assert_eq!(providers[0].name, None);
    for told in [
        "/flows/0/identity_providers/3",
        "/flows/0/identity_providers/4",
    ] {
        assert!(places.iter().any(|place| place == told), "{places:?}");
    }
}

#[test]
fn capabilities_of_any_shape_are_the_defaults() {
    for body in [
        "{}",
        r#"{"capabilities": {}}"#,
        r#"{"capabilities": []}"#,
        r#"{"capabilities": null}"#,
        r#"{"capabilities": "all"}"#,
        r#"{"capabilities": {"m.change_password": {}}}"#,
        r#"{"capabilities": {"m.change_password": []}}"#,
    ] {
        let (response, _) = read::<GetCapabilities>(body);
        assert!(response.capabilities.can_change_password(), "{body}");
        assert_eq!(response.capabilities.room_versions(), None, "{body}");
    }
    let (response, _) = read::<GetCapabilities>(
        r#"{"capabilities": {"m.room_versions": {"available": {"11": "stable"}}}}"#,
    );
    let versions = response.capabilities.room_versions().unwrap();
    assert_eq!((versions.default, versions.available.len()), (None, 1));
}

#[test]
fn the_files_of_a_site_are_read_as_far_as_they_go() {
    let (support, _) = read::<GetWellknownSupport>(
        r#"{"contacts": [{"matrix_id": "@a:b.c"}, {"email_address": "a@b.c", "role": 5}]}"#,
    );
    assert_eq!(support.contacts.len(), 2);
    assert_eq!(support.contacts[0].role, None);
    let (policy, _) = read::<GetWellknownPolicy>(r#"{"public_keys": []}"#);
    assert_eq!(policy.ed25519(), None);
    let (site, places) = read::<GetWellknown>(
        r#"{"m.homeserver": {"base_url": "https://a.b"}, "m.identity_server": [], "m.homeserver": {"base_url": "https://c.d"}}"#,
    );
    assert_eq!(site.identity_server, None);
    assert_eq!(places, ["/m.identity_server", "/m.homeserver"]);
    unusable::<GetWellknown>(r#"{"m.homeserver": {}}"#);
    unusable::<GetVersions>(r#"{"unstable_features": {}}"#);
}

#[test]
fn terms_of_any_shape_are_read() {
    for body in [
        r#"{"policies": []}"#,
        r#"{"policies": {}}"#,
        r#"{"policies": null}"#,
        "{}",
    ] {
        assert!(read::<GetTerms>(body).0.policies.is_empty(), "{body}");
    }
    let (terms, places) = read::<GetTerms>(
        r#"{"policies": {"privacy": {"en": {"url": "https://a.b/en"}, "de": {"name": "x"}, "fr": {"name": 5, "url": "https://a.b/fr"}}}}"#,
    );
    let policy = &terms.policies["privacy"];
    assert_eq!(policy.version, None);
    let urls: Vec<_> = policy
        .translations
        .values()
        .map(|text| &*text.url)
        .collect();
    assert_eq!(urls, ["https://a.b/en", "https://a.b/fr"]);
    assert_eq!(policy.translations["en"].name, None);
    assert_eq!(places.len(), 2, "{places:?}");
}

#[test]
fn an_identity_servers_answers_are_read_as_far_as_they_go() {
    for body in ["{}", r#"{"address": 5, "medium": null, "mxid": ""}"#] {
        let (bound, _) = read::<BindV2>(body);
        assert_eq!(
            (bound.address, bound.medium, bound.mxid),
            (None, None, None)
        );
        assert!(bound.signatures.is_empty());
    }
    let (stored, _) =
        read::<StoreInviteV2>(r#"{"token": "t", "public_keys": [{"public_key": "k"}, {}]}"#);
    assert_eq!((stored.public_keys.len(), stored.display_name), (1, None));
    assert_eq!(stored.public_keys[0].key_validity_url, None);
    let (details, _) = read::<GetHashDetails>(r#"{"lookup_pepper": "p"}"#);
    assert_eq!(details.best_algorithm(), Some(HashAlgorithm::Sha256));
    for body in [r#"{"mappings": []}"#, r#"{"mappings": {}}"#, "{}"] {
        assert!(read::<LookupUsersV2>(body).0.mappings.is_empty(), "{body}");
    }
    let (validated, _) = read::<GetValidated3pidV2>(r#"{"medium": "email", "address": "a@b.c"}"#);
    assert_eq!(validated.validated_at, None);
    let (threepids, _) = read::<GetAccount3pids>(
        r#"{"threepids": [{"medium": "email", "address": "a@b.c"}, {}, 5]}"#,
    );
    assert_eq!(threepids.threepids.len(), 1);
    let (submitted, _) = read::<SubmitToken>("{}");
    assert_eq!(submitted.success, None);
}
