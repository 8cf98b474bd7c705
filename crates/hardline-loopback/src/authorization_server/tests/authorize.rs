use super::*;

#[test]
fn a_user_logs_in_and_approves() {
    let world = World::new();
    let client_id = world.client("<b>The client</b>");
    let page = world.get(&authorization(&client_id, &[]));
    assert!(
        page.body.contains("&lt;b&gt;The client&lt;/b&gt;"),
        "{}",
        page.body
    );
    assert!(page.body.contains(DEVICE), "{}", page.body);
    let answer = world.approve(&page, "alice");
    assert!(
        answer
            .location
            .starts_with(&format!("{REDIRECT_URI}?code="))
    );
    let response = answer.brought_back();
    assert_eq!(response.state.unwrap().reveal(), "the state");
    assert_eq!(response.issuer.unwrap(), "https://example.org/");
    assert!(response.result.is_ok());
}

#[test]
fn a_response_comes_back_in_the_fragment_or_in_the_query() {
    let world = World::new();
    let client_id = world.client("a");
    for (mode, redirect_uri, before) in [
        (
            "fragment",
            REDIRECT_URI,
            "http://127.0.0.1:4567/callback#code=",
        ),
        (
            "query",
            REDIRECT_URI,
            "http://127.0.0.1:4567/callback?code=",
        ),
        ("", REDIRECT_URI, "http://127.0.0.1:4567/callback?code="),
        (
            "query",
            "https://example.com/callback?a=b",
            "https://example.com/callback?a=b&code=",
        ),
        (
            "fragment",
            "https://example.com/callback?a=b",
            "https://example.com/callback?a=b#code=",
        ),
    ] {
        let different = [("response_mode", mode), ("redirect_uri", redirect_uri)];
        let page = world.get(&authorization(&client_id, &different));
        let answer = world.approve(&page, "alice");
        assert!(answer.location.starts_with(before), "{}", answer.location);
        let denied = world.post_form(
            "/authorize",
            &[
                (
                    "token",
                    &world
                        .get(&authorization(&client_id, &different))
                        .hidden("token"),
                ),
                ("decision", "deny"),
            ],
        );
        let error = before.replace("code=", "error=access_denied&");
        assert!(denied.location.starts_with(&error), "{}", denied.location);
    }
}

#[test]
fn an_error_is_a_page_where_nobody_knows_the_client() {
    let world = World::new();
    let client_id = world.client("a");
    for different in [
        ("client_id", "unknown"),
        ("client_id", ""),
        ("redirect_uri", ""),
        ("redirect_uri", "http://127.0.0.1:4567/other"),
        ("redirect_uri", "https://evil.example/callback"),
        ("redirect_uri", "https://example.com:8443/callback?a=b"),
    ] {
        let answer = world.get(&authorization(&client_id, &[different]));
        assert_eq!(answer.status, 400, "{different:?}");
        assert_eq!(answer.location, "", "{different:?}");
        assert!(answer.body.contains("<p id=\"error\">"), "{}", answer.body);
    }
    let twice = format!("{}&state=b", authorization(&client_id, &[]));
    let answer = world.get(&twice);
    assert_eq!((answer.status, &*answer.location), (400, ""));
    assert!(answer.body.contains("<p id=\"error\">"), "{}", answer.body);
}

#[test]
fn every_other_error_goes_to_the_client() {
    let world = World::new();
    let client_id = world.client("a");
    for (different, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", ""), "invalid_request"),
        (("response_mode", "form_post"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("scope", ""), "invalid_scope"),
        (("scope", "urn:matrix:client:api:*"), "invalid_scope"),
        (("prompt", "none"), "login_required"),
        (("prompt", "select_account"), "invalid_request"),
    ] {
        let answer = world.get(&authorization(&client_id, &[different]));
        let response = answer.brought_back();
        assert_eq!(response.state.unwrap().reveal(), "the state");
        assert_eq!(response.issuer.unwrap(), "https://example.org/");
        assert_eq!(
            response.result.unwrap_err().error.as_str(),
            error,
            "{different:?}"
        );
    }
    let response = world
        .get(&authorization(&client_id, &[("state", "")]))
        .brought_back();
    assert_eq!(response.state, None);
    assert_eq!(
        response.result.unwrap_err().error.as_str(),
        "invalid_request"
    );
}

#[test]
fn a_client_without_the_grant_gets_no_code() {
    let world = World::new();
    let registered = world.register(&json!({
        "client_uri": "https://example.com/",
        "redirect_uris": ["https://example.com/callback"],
        "grant_types": ["refresh_token"],
    }));
    let client_id = registered.json()["client_id"].as_str().unwrap().to_owned();
    let different = [("redirect_uri", "https://example.com/callback")];
    let response = world
        .get(&authorization(&client_id, &different))
        .brought_back();
    assert_eq!(
        response.result.unwrap_err().error.as_str(),
        "unauthorized_client"
    );
}

#[test]
fn a_wrong_password_asks_again() {
    let world = World::new();
    let page = world.get(&authorization(&world.client("a"), &[]));
    for (user, password) in [("alice", "wrong"), ("nobody", "secret of alice"), ("", "")] {
        let answer = world.post_form(
            "/authorize",
            &[
                (
                    "token",
                    &world
                        .get(&authorization(&world.client("a"), &[]))
                        .hidden("token"),
                ),
                ("user", user),
                ("password", password),
                ("decision", "approve"),
            ],
        );
        assert_eq!(answer.status, 403);
        assert!(answer.body.contains("invalid username or password"));
        let again = world.post_form(
            "/authorize",
            &[
                ("token", &answer.hidden("token")),
                ("user", "@alice:example.org"),
                ("password", "secret of alice"),
                ("decision", "approve"),
            ],
        );
        assert!(again.brought_back().result.is_ok());
    }
    // The page that was opened first is as good as before, once.
    assert!(world.approve(&page, "alice").brought_back().result.is_ok());
    let used = world.approve(&page, "alice");
    assert_eq!((used.status, &*used.location), (404, ""));
}

#[test]
fn a_page_grows_old() {
    let mut world = World::new();
    let page = world.get(&authorization(&world.client("a"), &[]));
    world.pass(60 * 60);
    let answer = world.approve(&page, "alice");
    assert_eq!((answer.status, &*answer.location), (404, ""));
}

#[test]
fn a_user_registers_first() {
    let world = World::new();
    let client_id = world.client("a");
    let create = |user: &str, password: &str| {
        let page = world.get(&authorization(&client_id, &[("prompt", "create")]));
        assert!(page.body.contains("Create an account"));
        world.post_form(
            "/authorize",
            &[
                ("token", &page.hidden("token")),
                ("user", user),
                ("password", password),
                ("decision", "approve"),
            ],
        )
    };
    for (user, password) in [("alice", "secret"), ("Carol!", "secret"), ("carol", "")] {
        let answer = create(user, password);
        assert_eq!(answer.status, 403, "{user}");
        assert!(answer.body.contains("Create an account"), "{user}");
    }
    let code = create("carol", "secret").brought_back().result.unwrap();
    let (access_token, _) = tokens(&world.exchange(&client_id, code.reveal()));
    assert_eq!(
        world.whoami(&access_token).json()["user_id"],
        "@carol:example.org"
    );
}

#[test]
fn a_test_plays_the_user() {
    let world = World::new();
    let client_id = world.client("a");
    let server = &world.authorization_server;
    let follow = |different: &[(&str, &str)], decision: &Decision| {
        let path = authorization(&client_id, different);
        let url = AuthorizationUrl::from(format!("https://example.org{path}"));
        server.follow_authorization(world.now, &url, decision)
    };
    let alice = Decision::approve("alice");
    let redirected = follow(&[], &alice).unwrap();
    let response = AuthorizationResponse::parse(redirected.reveal()).unwrap();
    let code = response.result.unwrap();
    let (access_token, _) = tokens(&world.exchange(&client_id, code.reveal()));
    assert_eq!(
        world.whoami(&access_token).json()["user_id"],
        "@alice:example.org"
    );

    let error = |different: &[(&str, &str)], decision: &Decision| {
        let redirected = follow(different, decision).unwrap();
        let response = AuthorizationResponse::parse(redirected.reveal()).unwrap();
        response.result.unwrap_err().error.as_str().to_owned()
    };
    assert_eq!(error(&[], &Decision::Deny), "access_denied");
    assert_eq!(error(&[("scope", "")], &alice), "invalid_scope");
    assert!(follow(&[("client_id", "unknown")], &alice).is_err());
    assert!(follow(&[], &Decision::approve("nobody")).is_err());
    let elsewhere = AuthorizationUrl::from("https://example.com/authorize?");
    assert!(
        server
            .follow_authorization(world.now, &elsewhere, &alice)
            .is_err()
    );

    let create = [("prompt", "create")];
    assert!(follow(&create, &alice).is_err());
    assert!(follow(&create, &Decision::approve("carol")).is_ok());
    assert!(follow(&[], &Decision::approve("carol")).is_ok());
}
