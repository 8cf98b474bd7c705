use super::*;

fn metadata(different: &Value) -> Value {
    let mut metadata = json!({
        "client_uri": "https://example.com/",
        "redirect_uris": ["https://example.com/callback"],
        "token_endpoint_auth_method": "none",
    });
    for (name, value) in different.as_object().unwrap() {
        metadata[name] = value.clone();
    }
    metadata
}

#[test]
fn a_client_is_told_what_was_registered() {
    let answer = World::new().register(&metadata(&json!({
        "client_name": "A client",
        "client_name#fr": "Un client",
        "grant_types": ["authorization_code", "refresh_token", "implicit"],
        "response_types": ["code", "id_token"],
        "logo_uri": "https://example.com/logo.png",
        "tos_uri": "https://app.example.com/tos",
        "policy_uri": "https://example.com:8443/policy?a=b",
        "unknown": true,
    })));
    assert_eq!(answer.status, 201);
    let registered = answer.json();
    assert_eq!(registered["client_id"].as_str().unwrap().len(), 26);
    assert_eq!(
        registered,
        json!({
            "client_id": registered["client_id"],
            "client_id_issued_at": START.as_millis() / 1000,
            "client_uri": "https://example.com/",
            "client_name": "A client",
            "logo_uri": "https://example.com/logo.png",
            "tos_uri": "https://app.example.com/tos",
            "policy_uri": "https://example.com:8443/policy?a=b",
            "redirect_uris": ["https://example.com/callback"],
            "response_types": ["code"],
            "grant_types": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_method": "none",
            "application_type": "web",
        })
    );
}

#[test]
fn what_is_left_out_is_told() {
    let world = World::new();
    let answer = world.register(&json!({
        "client_uri": "https://example.com/",
        "redirect_uris": ["https://example.com/callback"],
    }));
    let registered = answer.json();
    assert_eq!(registered["grant_types"], json!(["authorization_code"]));
    assert_eq!(registered["response_types"], json!(["code"]));
    assert_eq!(registered["token_endpoint_auth_method"], "none");
    let device = world.register(&json!({
        "client_uri": "https://example.com/",
        "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"],
    }));
    assert_eq!(device.status, 201);
    assert_eq!(device.json()["response_types"], json!([]));
}

#[test]
fn equal_metadata_is_the_same_client() {
    let mut world = World::new();
    let first = world.client("a");
    world.pass(1);
    assert_eq!(world.client("a"), first);
    assert_ne!(world.client("b"), first);
}

#[test]
fn what_the_specification_does_not_allow_is_refused() {
    const METADATA: &str = "invalid_client_metadata";
    const REDIRECT: &str = "invalid_redirect_uri";
    let world = World::new();
    for (different, error) in [
        (json!({"client_uri": null}), METADATA),
        (json!({"client_uri": "http://example.com/"}), METADATA),
        (json!({"client_uri": "https://me@example.com/"}), METADATA),
        (json!({"client_uri": 7}), METADATA),
        (
            json!({"logo_uri": "https://example.org/logo.png"}),
            METADATA,
        ),
        (json!({"logo_uri": "http://example.com/logo.png"}), METADATA),
        (json!({"tos_uri": "https://me@example.com/tos"}), METADATA),
        (json!({"policy_uri": "policy"}), METADATA),
        (json!({"application_type": "desktop"}), METADATA),
        (
            json!({"token_endpoint_auth_method": "client_secret_basic"}),
            METADATA,
        ),
        (json!({"response_types": []}), METADATA),
        (
            json!({"grant_types": ["refresh_token"], "response_types": ["code"]}),
            METADATA,
        ),
        (json!({"redirect_uris": "https://example.com/"}), METADATA),
        (json!({"redirect_uris": []}), REDIRECT),
        (json!({"redirect_uris": null}), REDIRECT),
        (
            json!({"redirect_uris": ["https://example.com/#a"]}),
            REDIRECT,
        ),
        (
            json!({"redirect_uris": ["https://example.com/", "http://localhost/"]}),
            REDIRECT,
        ),
        (json!({"redirect_uris": ["com.example:/"]}), REDIRECT),
        (
            json!({"application_type": "native", "redirect_uris": ["http://localhost:1/"]}),
            REDIRECT,
        ),
    ] {
        let answer = world.register(&metadata(&different));
        assert_eq!(answer.error(), (400, error.to_owned()), "{different}");
    }
    let answer = world.send(Request::post("/oauth2/registration"), "{");
    assert_eq!(answer.error(), (400, "invalid_request".to_owned()));
}
