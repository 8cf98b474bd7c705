//! The authorization server is found.

use super::*;
use crate::wire::{FailureClass, SupportedVersions};

const UNRECOGNIZED: &str = r#"{"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"}"#;
const UNSTABLE: &str =
    "urn:matrix:org.matrix.msc2967.client:api:* urn:matrix:org.matrix.msc2967.client:device:";

fn versions(versions: &[&str], features: &[(&str, bool)]) -> OAuthLogin {
    let mut homeserver = homeserver();
    let supported = SupportedVersions::new(versions.iter().copied(), features.iter().copied());
    homeserver.supported = Some(supported);
    OAuthLogin::new(NOW, homeserver, client(), [7; 32])
}

#[test]
fn the_stable_path_is_asked_whatever_the_server_advertises() {
    for flow in [
        flow(),
        versions(&["v1.2"], &[("org.matrix.msc2965", true)]),
        versions(&["r0.6.1"], &[]),
        versions(&["v1.19"], &[]),
    ] {
        let mut run = TestHarness::new(flow);
        assert_eq!(run.request(), "GET /_matrix/client/v1/auth_metadata ");
        run.answer(404, UNRECOGNIZED);
        assert_eq!(
            run.request(),
            "GET /_matrix/client/unstable/org.matrix.msc2965/auth_metadata "
        );
    }
}

#[test]
fn a_server_without_any_of_it_says_so() {
    for (status, body) in [
        (404, UNRECOGNIZED),
        (400, UNRECOGNIZED),
        (405, UNRECOGNIZED),
        (404, "<html>Not Found</html>"),
        (404, ""),
        (501, "not implemented"),
    ] {
        let mut run = TestHarness::new(flow());
        let mut asked = Vec::new();
        while run.outcome.is_none() {
            asked.push(run.request());
            run.answer(status, body);
        }
        assert_eq!(
            asked,
            [
                "GET /_matrix/client/v1/auth_metadata ",
                "GET /_matrix/client/unstable/org.matrix.msc2965/auth_metadata ",
                "GET /_matrix/client/unstable/org.matrix.msc2965/auth_issuer ",
            ],
            "{status} {body}"
        );
        assert!(matches!(
            run.error(),
            FlowError::NoOAuth(OAuthGap::Metadata)
        ));
    }
}

#[test]
fn a_server_that_is_broken_or_busy_is_asked_again() {
    for (status, body) in [
        (
            500,
            r#"{"errcode": "M_UNKNOWN", "error": "Internal server error"}"#,
        ),
        (502, "<html>Bad Gateway</html>"),
        (429, r#"{"errcode": "M_LIMIT_EXCEEDED"}"#),
    ] {
        let mut run = TestHarness::new(flow());
        run.answer(status, body);
        assert_eq!(told(&mut run), ["RetryScheduled"]);
        run.wait();
        run.fail(FailureClass::Interrupted);
        run.wait();
        assert_eq!(run.request(), "GET /_matrix/client/v1/auth_metadata ");
    }
    for body in ["<html>Log in to the WiFi</html>", "{}", r#"{"issuer": 7}"#] {
        let mut run = TestHarness::new(flow());
        run.answer(200, body);
        assert_eq!(
            run.told(),
            (vec!["Stalled".to_owned()], Some(Prompt::Retry))
        );
        run.retry();
        run.answer(200, METADATA);
        assert!(
            run.request()
                .starts_with("POST https://account.example.org/register ")
        );
    }
}

#[test]
fn the_issuer_is_asked_itself_where_the_homeserver_only_names_it() {
    let named = |run: &mut TestHarness<OAuthLogin>| {
        run.answer(404, UNRECOGNIZED);
        run.answer(404, UNRECOGNIZED);
        run.answer(200, r#"{"issuer": "https://account.example.org/"}"#);
    };
    let mut run = TestHarness::new(flow());
    named(&mut run);
    assert_eq!(
        run.request(),
        "GET https://account.example.org/.well-known/openid-configuration "
    );
    run.answer(404, "Not Found");
    assert_eq!(
        run.request(),
        "GET https://account.example.org/.well-known/oauth-authorization-server "
    );
    run.answer(200, METADATA);
    run.answer(201, REGISTERED);
    assert!(parameter(&run, "scope").unwrap().starts_with(UNSTABLE));

    let mut run = TestHarness::new(flow());
    named(&mut run);
    run.answer(404, "Not Found");
    run.answer(404, "Not Found");
    assert!(matches!(
        run.error(),
        FlowError::NoOAuth(OAuthGap::Metadata)
    ));

    let mut run = TestHarness::new(flow());
    named(&mut run);
    run.answer(
        200,
        &METADATA.replace("account.example.org/\"", "account.example.org\""),
    );
    let error = run.error().to_string();
    assert!(error.contains("another issuer's"), "{error}");

    let mut run = TestHarness::new(flow());
    run.answer(404, UNRECOGNIZED);
    run.answer(404, UNRECOGNIZED);
    run.answer(200, r#"{"issuer": "http://account.example.org/"}"#);
    assert!(run.is_silent());
    assert!(matches!(run.error(), FlowError::Refused { .. }));
}

#[test]
fn scopes_have_the_names_that_the_server_knows() {
    const STABLE: &str = "urn:matrix:client:api:* urn:matrix:client:device:";
    let listing =
        |scopes: &str| METADATA.replacen('{', &format!(r#"{{"scopes_supported": {scopes}, "#), 1);
    let others = listing(r#"["openid", "email"]"#);
    let stable =
        listing(r#"["urn:matrix:client:api:*", "urn:matrix:org.matrix.msc2967.client:api:*"]"#);
    let unstable = listing(r#"["urn:matrix:org.matrix.msc2967.client:api:*"]"#);
    for (flow, at_unstable_path, metadata, prefix) in [
        (flow(), false, METADATA, STABLE),
        (versions(&["v1.15"], &[]), false, &others, STABLE),
        (versions(&["v1.14"], &[]), false, &others, UNSTABLE),
        (versions(&["v1.14"], &[]), false, &stable, STABLE),
        (versions(&["v1.19"], &[]), false, &unstable, UNSTABLE),
        (flow(), true, METADATA, UNSTABLE),
        (versions(&["v1.19"], &[]), true, &others, UNSTABLE),
        (flow(), true, &stable, STABLE),
    ] {
        let mut run = TestHarness::new(flow);
        if at_unstable_path {
            run.answer(404, UNRECOGNIZED);
        }
        run.answer(200, metadata);
        run.answer(201, REGISTERED);
        let scope = parameter(&run, "scope").unwrap();
        assert!(scope.starts_with(prefix), "{scope}, not {prefix}");
    }
}

#[test]
fn a_server_that_this_login_cannot_use_gets_no_client() {
    let without = |member: &str| METADATA.replace(&format!(r#""{member}": "#), r#""x": "#);
    for (metadata, gap) in [
        (without("registration_endpoint"), OAuthGap::Registration),
        (without("authorization_endpoint"), OAuthGap::Authorization),
        (
            METADATA.replace(r#"["code"]"#, r#"["id_token"]"#),
            OAuthGap::Authorization,
        ),
        (
            METADATA.replace(r#""authorization_code", "#, ""),
            OAuthGap::Authorization,
        ),
        (METADATA.replace("S256", "plain"), OAuthGap::CodeChallenge),
    ] {
        let mut run = TestHarness::new(flow());
        run.answer(200, &metadata);
        assert!(run.is_silent());
        let FlowError::NoOAuth(told) = run.error() else {
            panic!("{metadata} cannot be used");
        };
        assert_eq!(told, gap);
    }
    for lists in [
        "response_types",
        "grant_types",
        "response_modes",
        "code_challenge_methods",
    ] {
        let mut run = TestHarness::new(flow());
        run.answer(200, &without(&format!("{lists}_supported")));
        assert!(run.request().contains("/register "), "{lists}");
    }
}

#[test]
fn urls_that_no_secret_can_be_sent_to_are_refused() {
    for (good, bad) in [
        (
            "https://account.example.org/token",
            "http://account.example.org/token",
        ),
        ("https://account.example.org/token", "/token"),
        (
            "https://account.example.org/authorize",
            "javascript:alert(1)",
        ),
        (
            "https://account.example.org/register",
            "https://user@account.example.org/",
        ),
        (r#""https://account.example.org/""#, r#""""#),
    ] {
        let mut run = TestHarness::new(flow());
        run.answer(200, &METADATA.replace(good, bad));
        assert!(run.is_silent());
        assert!(matches!(run.error(), FlowError::Refused { .. }), "{bad}");
    }
    // Not being able to revoke does no harm.
    let mut run = asked_by(flow(), &METADATA.replace("revocation_endpoint", "x"));
    come_back(&mut run, "code=x");
    assert_eq!(finish(run).tokens.oauth.unwrap().revocation_endpoint, None);
}

#[test]
fn a_device_id_that_no_scope_can_carry_is_refused_before_a_client_is_registered() {
    let mut run = TestHarness::new(flow().with_device_id(DeviceId::parse("living room").unwrap()));
    run.answer(200, METADATA);
    assert!(run.is_silent());
    let error = run.error().to_string();
    assert!(error.contains("device ID for OAuth"), "{error}");
}

#[test]
fn a_target_that_is_no_homeserver_is_refused() {
    let target = Target::identity_server("https://is.example.org").unwrap();
    let run = TestHarness::new(OAuthLogin::at(NOW, target, client(), [7; 32]));
    assert!(run.is_silent());
    assert!(run.error().to_string().contains("a homeserver"));
}
