use super::*;

#[test]
fn the_metadata_is_the_same_everywhere() {
    for (base_url, paths) in [
        (
            "https://example.org",
            [
                "/_matrix/client/v1/auth_metadata",
                "/_matrix/client/unstable/org.matrix.msc2965/auth_metadata",
                "/.well-known/openid-configuration",
                "/.well-known/oauth-authorization-server",
            ],
        ),
        (
            "https://example.org/matrix",
            [
                "/matrix/_matrix/client/v1/auth_metadata",
                "/matrix/_matrix/client/unstable/org.matrix.msc2965/auth_metadata",
                "/matrix/.well-known/openid-configuration",
                "/.well-known/oauth-authorization-server/matrix",
            ],
        ),
    ] {
        let world = World::at(base_url);
        let expected = json!({
            "issuer": format!("{base_url}/"),
            "authorization_endpoint": format!("{base_url}/authorize"),
            "token_endpoint": format!("{base_url}/oauth2/token"),
            "revocation_endpoint": format!("{base_url}/oauth2/revoke"),
            "registration_endpoint": format!("{base_url}/oauth2/registration"),
            "device_authorization_endpoint": format!("{base_url}/oauth2/device"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "fragment"],
            "grant_types_supported": [
                "authorization_code",
                "refresh_token",
                "urn:ietf:params:oauth:grant-type:device_code",
            ],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "revocation_endpoint_auth_methods_supported": ["none"],
            "prompt_values_supported": ["login", "consent", "create"],
            "account_management_uri": format!("{base_url}/account/"),
            "account_management_actions_supported": [
                "org.matrix.profile",
                "org.matrix.devices_list",
                "org.matrix.device_view",
                "org.matrix.device_delete",
                "org.matrix.account_deactivate",
                "org.matrix.cross_signing_reset",
            ],
            "authorization_response_iss_parameter_supported": true,
        });
        for path in paths {
            let answer = world.get(path);
            assert_eq!(answer.status, 200, "{path}");
            assert_eq!(answer.json(), expected, "{path}");
        }
    }
    let answer = World::new().get("/.well-known/matrix/client");
    assert_eq!(
        answer.json()["org.matrix.msc2965.authentication"],
        json!({"issuer": "https://example.org/", "account": "https://example.org/account/"})
    );
}

#[test]
fn every_operation_of_the_registry_is_answered() {
    struct Unanswered<'a>(&'a AuthorizationServer, Vec<String>);
    impl hardline::wire::EndpointVisitor for Unanswered<'_> {
        fn visit<E: hardline::wire::RegisteredEndpoint>(&mut self) {
            if !self.0.handlers.has(&E::OPERATION) {
                self.1.push(E::OPERATION.name().to_string());
            }
        }
    }
    let world = World::new();
    let mut unanswered = Unanswered(&world.authorization_server, Vec::new());
    hardline::oauth_api::visit(&mut unanswered);
    // This one is a page.
    assert_eq!(unanswered.1, ["oauth:authorize"]);
}

#[test]
fn without_it_a_homeserver_has_no_metadata() {
    let server_name = ServerName::parse("example.org").unwrap();
    let homeserver = Homeserver::new(server_name, "https://example.org", [7; 32]);
    for path in [
        "/_matrix/client/v1/auth_metadata",
        "/_matrix/client/unstable/org.matrix.msc2965/auth_metadata",
    ] {
        let request = Request::get(path).body(Bytes::new()).unwrap();
        let response = homeserver.handle(START, request);
        assert_eq!(response.status(), 404);
        let body: Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(body["errcode"], "M_UNRECOGNIZED");
    }
}

#[test]
fn alone_it_leaves_no_other_login() {
    let world = World::new();
    let client_id = world.client("a");
    let (access_token, refresh_token) = world.tokens(&client_id);
    assert_eq!(world.get("/_matrix/client/v3/login").status, 200);
    world.homeserver.set_legacy_authentication(false);
    for (method, path) in [
        ("GET", "/_matrix/client/v3/login"),
        ("GET", "/_matrix/client/r0/login"),
        ("POST", "/_matrix/client/v3/login"),
        ("POST", "/_matrix/client/v1/login/get_token"),
        ("GET", "/_matrix/client/v3/login/sso/redirect?redirectUrl=a"),
        ("POST", "/_matrix/client/v3/refresh"),
        ("POST", "/_matrix/client/v3/logout"),
        ("POST", "/_matrix/client/v3/logout/all"),
        ("POST", "/_matrix/client/v3/account/password"),
        ("POST", "/_matrix/client/v3/account/deactivate"),
        ("POST", "/_matrix/client/v3/account/3pid/add"),
        ("POST", "/_matrix/client/v3/account/3pid/email/requestToken"),
        ("GET", "/_matrix/client/v3/register/available?username=a"),
    ] {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", format!("Bearer {access_token}"));
        let answer = world.send(request, "{}");
        assert_eq!(answer.status, 404, "{method} {path}");
        assert_eq!(
            answer.json()["errcode"],
            "M_UNRECOGNIZED",
            "{method} {path}"
        );
    }
    let answer = world.send(Request::post("/_matrix/client/v3/register"), "{}");
    assert_eq!(answer.status, 403);
    assert_eq!(answer.json()["errcode"], "M_FORBIDDEN");
    // All that is left works.
    for path in [
        "/_matrix/client/v3/account/3pid",
        WHOAMI,
        "/_matrix/client/v3/capabilities",
    ] {
        let request = Request::get(path).header("authorization", format!("Bearer {access_token}"));
        let answer = world.send(request, "");
        assert_eq!(answer.status, 200, "{path}");
        for gone in ["m.change_password", "m.3pid_changes", "m.get_login_token"] {
            let capability = &answer.json()["capabilities"][gone];
            assert_ne!(capability["enabled"], true, "{gone}");
        }
    }
    tokens(&world.refresh(&client_id, &refresh_token));
}

#[test]
fn the_legacy_api_does_not_take_its_tokens() {
    let world = World::new();
    let client_id = world.client("a");
    let (access_token, refresh_token) = world.tokens(&client_id);
    let body = json!({"refresh_token": refresh_token}).to_string();
    let answer = world.send(Request::post("/_matrix/client/v3/refresh"), body);
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json()["errcode"], "M_UNKNOWN_TOKEN");
    for path in ["/_matrix/client/v3/logout", "/_matrix/client/v3/logout/all"] {
        let request = Request::post(path).header("authorization", format!("Bearer {access_token}"));
        let answer = world.send(request, "{}");
        assert_eq!(answer.status, 401);
        assert_eq!(answer.json()["errcode"], "M_UNKNOWN_TOKEN");
    }
    assert!(world.is_valid(&access_token));
    tokens(&world.refresh(&client_id, &refresh_token));
}
