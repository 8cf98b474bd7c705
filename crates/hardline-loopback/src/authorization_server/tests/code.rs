use super::*;

#[test]
fn a_code_is_exchanged_for_tokens_of_the_device() {
    let world = World::new();
    let client_id = world.client("a");
    let answer = world.exchange(&client_id, &world.code(&client_id));
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let tokens = answer.json();
    assert_eq!(
        tokens,
        json!({
            "access_token": tokens["access_token"],
            "refresh_token": tokens["refresh_token"],
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": format!("urn:matrix:client:api:* urn:matrix:client:device:{DEVICE}"),
        })
    );
    let whoami = world.whoami(tokens["access_token"].as_str().unwrap());
    assert_eq!(
        whoami.json(),
        json!({"user_id": "@alice:example.org", "device_id": DEVICE, "is_guest": false})
    );
}

#[test]
fn a_client_that_has_not_registered_for_it_gets_no_refresh_token() {
    let world = World::new();
    let registered = world.register(&json!({
        "client_uri": "https://example.com/",
        "application_type": "native",
        "redirect_uris": ["http://127.0.0.1/callback"],
    }));
    let client_id = registered.json()["client_id"].as_str().unwrap().to_owned();
    let answer = world.exchange(&client_id, &world.code(&client_id));
    assert_eq!(answer.json()["refresh_token"], Value::Null);
    let refused = world.refresh(&client_id, "any");
    assert_eq!(refused.error(), (400, "unauthorized_client".to_owned()));
}

#[test]
fn the_unstable_scopes_have_a_device_too() {
    let world = World::new();
    let client_id = world.client("a");
    let scope = "urn:matrix:org.matrix.msc2967.client:api:* urn:matrix:org.matrix.msc2967.client:device:OLDOLDOLDO";
    let page = world.get(&authorization(&client_id, &[("scope", scope)]));
    let code = world.approve(&page, "alice").brought_back().result.unwrap();
    let answer = world.exchange(&client_id, code.reveal());
    assert_eq!(answer.json()["scope"], scope);
    let (access_token, _) = tokens(&answer);
    assert_eq!(
        world.whoami(&access_token).json()["device_id"],
        "OLDOLDOLDO"
    );
}

#[test]
fn a_code_is_bound_to_its_request() {
    let mut world = World::new();
    let client_id = world.client("a");
    let other_client = world.client("b");
    let code = world.code(&client_id);
    let other_verifier = CodeVerifier::from_entropy([1; 32]);
    for (name, value, error) in [
        ("client_id", "unknown", (401, "invalid_client")),
        ("client_id", &*other_client, (400, "invalid_grant")),
        ("code", "unknown", (400, "invalid_grant")),
        (
            "redirect_uri",
            "http://127.0.0.1:4568/callback",
            (400, "invalid_grant"),
        ),
        (
            "redirect_uri",
            "http://127.0.0.1/callback",
            (400, "invalid_grant"),
        ),
        (
            "code_verifier",
            other_verifier.reveal(),
            (400, "invalid_grant"),
        ),
        ("code_verifier", "short", (400, "invalid_grant")),
        ("code_verifier", "", (400, "invalid_request")),
        ("grant_type", "password", (400, "unsupported_grant_type")),
    ] {
        let verifier = verifier();
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("client_id", &*client_id),
            ("code", &*code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", verifier.reveal()),
        ];
        fields.retain(|(known, _)| *known != name);
        fields.push((name, value));
        let (status, error) = (error.0, error.1.to_owned());
        assert_eq!(
            world.token(&fields).error(),
            (status, error),
            "{name}={value}"
        );
    }
    // None of that has used it up.
    world.pass(59);
    tokens(&world.exchange(&client_id, &code));
    let late = world.code(&client_id);
    world.pass(60);
    let answer = world.exchange(&client_id, &late);
    assert_eq!(answer.error(), (400, "invalid_grant".to_owned()));
}

#[test]
fn the_second_use_of_a_code_revokes_what_it_gave() {
    let mut world = World::new();
    let client_id = world.client("a");
    let code = world.code(&client_id);
    let (access_token, refresh_token) = tokens(&world.exchange(&client_id, &code));
    let (access_token_2, _) = tokens(&world.refresh(&client_id, &refresh_token));
    assert!(world.is_valid(&access_token));
    // However late.
    world.pass(200);
    let again = world.exchange(&client_id, &code);
    assert_eq!(again.error(), (400, "invalid_grant".to_owned()));
    assert!(!world.is_valid(&access_token));
    assert!(!world.is_valid(&access_token_2));
    let refused = world.refresh(&client_id, &refresh_token);
    assert_eq!(refused.error(), (400, "invalid_grant".to_owned()));
}

#[test]
fn another_client_that_has_a_used_code_ends_nothing() {
    let world = World::new();
    let client_id = world.client("a");
    let code = world.code(&client_id);
    let (access_token, _) = tokens(&world.exchange(&client_id, &code));
    let answer = world.exchange(&world.client("b"), &code);
    assert_eq!(answer.error(), (400, "invalid_grant".to_owned()));
    assert!(world.is_valid(&access_token));
}

#[test]
fn lifetimes_can_be_set() {
    let mut world = World::new();
    let server = &world.authorization_server;
    server.set_access_token_lifetime(Duration::from_secs(10));
    server.set_code_lifetime(Duration::from_secs(20));
    let client_id = world.client("a");
    let code = world.code(&client_id);
    world.pass(19);
    let answer = world.exchange(&client_id, &code);
    assert_eq!(answer.json()["expires_in"], 10);
    let (access_token, _) = tokens(&answer);
    world.pass(9);
    assert!(world.is_valid(&access_token));
    world.pass(1);
    assert!(!world.is_valid(&access_token));
    let code = world.code(&client_id);
    world.pass(20);
    assert_eq!(world.exchange(&client_id, &code).status, 400);
}
