use super::*;

const SCOPE: &str = "urn:matrix:client:api:* urn:matrix:client:device:AAABBBCCCDDD";

/// A device that waits.
struct Waiting {
    client_id: String,
    device_code: String,
    user_code: String,
    complete: String,
}

impl Waiting {
    fn new(world: &World) -> Self {
        let client_id = world.client("a");
        let fields = [("client_id", &*client_id), ("scope", SCOPE)];
        let answer = world.post_form("/oauth2/device", &fields);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let json = answer.json();
        let text = |name: &str| json[name].as_str().unwrap().to_owned();
        assert_eq!(text("verification_uri"), "https://example.org/link");
        assert_eq!(json["expires_in"], 1200);
        assert_eq!(json["interval"], 5);
        Self {
            device_code: text("device_code"),
            user_code: text("user_code"),
            complete: text("verification_uri_complete"),
            client_id,
        }
    }

    fn poll(&self, world: &World) -> Answer {
        self.poll_as(world, &self.client_id)
    }

    fn poll_as(&self, world: &World, client_id: &str) -> Answer {
        world.token(&[
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("client_id", client_id),
            ("device_code", &self.device_code),
        ])
    }

    fn error(&self, world: &World) -> String {
        let (status, error) = self.poll(world).error();
        assert_eq!(status, 400);
        error
    }

    fn decide(&self, world: &World, token: &str, decision: &str) -> Answer {
        world.post_form(
            "/link",
            &[
                ("token", token),
                ("user", "alice"),
                ("password", "secret of alice"),
                ("decision", decision),
            ],
        )
    }

    fn page(&self, world: &World) -> Answer {
        world.get(&format!("/link?code={}", self.user_code))
    }
}

#[test]
fn a_device_waits_until_its_user_approves() {
    let mut world = World::new();
    let waiting = Waiting::new(&world);
    assert_eq!(
        waiting.complete,
        format!("https://example.org/link?code={}", waiting.user_code)
    );
    assert_eq!(waiting.error(&world), "authorization_pending");
    let page = waiting.page(&world);
    assert!(page.body.contains(&waiting.user_code), "{}", page.body);
    let answer = waiting.decide(&world, &page.hidden("token"), "approve");
    assert!(answer.body.contains("id=\"done\""), "{}", answer.body);
    world.pass(5);
    let (access_token, refresh_token) = tokens(&waiting.poll(&world));
    assert_eq!(
        world.whoami(&access_token).json(),
        json!({"user_id": "@alice:example.org", "device_id": DEVICE, "is_guest": false})
    );
    tokens(&world.refresh(&waiting.client_id, &refresh_token));
    // The code was good for one session, and nobody waits any more.
    assert_eq!(waiting.error(&world), "invalid_grant");
    assert_eq!(waiting.page(&world).status, 404);
}

#[test]
fn a_user_refuses() {
    let world = World::new();
    let waiting = Waiting::new(&world);
    let page = waiting.page(&world);
    waiting.decide(&world, &page.hidden("token"), "deny");
    assert_eq!(waiting.error(&world), "access_denied");
    // That is decided.
    let answer = waiting.decide(&world, &page.hidden("token"), "approve");
    assert_eq!(answer.status, 404);
    assert_eq!(waiting.error(&world), "access_denied");
}

#[test]
fn a_code_expires() {
    let mut world = World::new();
    let waiting = Waiting::new(&world);
    let page = waiting.page(&world);
    world.pass(1199);
    assert_eq!(waiting.error(&world), "authorization_pending");
    assert_eq!(waiting.page(&world).status, 200);
    world.pass(1);
    assert_eq!(waiting.error(&world), "expired_token");
    assert_eq!(waiting.page(&world).status, 404);
    let answer = waiting.decide(&world, &page.hidden("token"), "approve");
    assert_eq!(answer.status, 404);
    assert_eq!(waiting.error(&world), "expired_token");
}

#[test]
fn a_device_that_asks_too_often_waits_longer() {
    let mut world = World::new();
    let waiting = Waiting::new(&world);
    for (seconds, expected) in [
        (0, "authorization_pending"),
        (4, "slow_down"),
        // Ten from now on.
        (9, "slow_down"),
        // Fifteen.
        (15, "authorization_pending"),
        (15, "authorization_pending"),
        (14, "slow_down"),
    ] {
        world.pass(seconds);
        assert_eq!(waiting.error(&world), expected, "after {seconds} s");
    }
    // A user who has decided is told at once.
    let token = waiting.page(&world).hidden("token");
    waiting.decide(&world, &token, "approve");
    tokens(&waiting.poll(&world));
}

#[test]
fn the_interval_and_the_lifetime_can_be_set() {
    let world = World::new();
    let server = &world.authorization_server;
    server.set_polling_interval(Duration::from_secs(1));
    server.set_device_code_lifetime(Duration::from_secs(60));
    let client_id = world.client("a");
    let fields = [("client_id", &*client_id), ("scope", SCOPE)];
    let answer = world.post_form("/oauth2/device", &fields).json();
    assert_eq!(
        (&answer["interval"], &answer["expires_in"]),
        (&json!(1), &json!(60))
    );
}

#[test]
fn a_user_code_is_read_however_it_is_typed() {
    let world = World::new();
    let waiting = Waiting::new(&world);
    let plain = waiting.user_code.replace('-', "");
    for typed in [plain.clone(), plain.to_lowercase(), format!("%20{plain}+")] {
        let page = world.get(&format!("/link?code={typed}"));
        assert!(page.body.contains(&waiting.user_code), "{typed}");
    }
    for typed in ["BBBB-BBBB", "", "-"] {
        let page = world.get(&format!("/link?code={typed}"));
        assert!(page.body.contains("name=\"code\""), "{typed}");
        assert!(!page.body.contains("name=\"token\""), "{typed}");
    }
}

#[test]
fn a_wrong_password_approves_nothing() {
    let world = World::new();
    let waiting = Waiting::new(&world);
    let token = waiting.page(&world).hidden("token");
    let answer = world.post_form(
        "/link",
        &[
            ("token", &token),
            ("user", "alice"),
            ("password", "wrong"),
            ("decision", "approve"),
        ],
    );
    assert_eq!(answer.status, 403);
    assert_eq!(waiting.error(&world), "authorization_pending");
    // The user code is no secret, and no form token.
    let answer = waiting.decide(&world, &waiting.user_code, "approve");
    assert_eq!(answer.status, 404);
    assert_eq!(answer.hidden_fields(), 0);
    waiting.decide(&world, &token, "approve");
    tokens(&waiting.poll(&world));
}

#[test]
fn a_device_is_refused_what_a_browser_is() {
    let world = World::new();
    let client_id = world.client("a");
    for (client_id, scope, error) in [
        ("unknown", SCOPE, (401, "invalid_client")),
        (
            &*client_id,
            "urn:matrix:client:api:*",
            (400, "invalid_scope"),
        ),
        (&*client_id, "a\"b", (400, "invalid_scope")),
        (&*client_id, "", (400, "invalid_request")),
    ] {
        let answer = world.post_form(
            "/oauth2/device",
            &[("client_id", client_id), ("scope", scope)],
        );
        assert_eq!(answer.error(), (error.0, error.1.to_owned()), "{scope}");
    }
    let registered = world.register(&json!({
        "client_uri": "https://example.com/",
        "redirect_uris": ["https://example.com/callback"],
    }));
    let client_id = registered.json()["client_id"].as_str().unwrap().to_owned();
    let answer = world.post_form(
        "/oauth2/device",
        &[("client_id", &client_id), ("scope", SCOPE)],
    );
    assert_eq!(answer.error(), (400, "unauthorized_client".to_owned()));
}

#[test]
fn a_device_code_is_its_clients() {
    let world = World::new();
    let waiting = Waiting::new(&world);
    let token = waiting.page(&world).hidden("token");
    waiting.decide(&world, &token, "approve");
    let refused = waiting.poll_as(&world, &world.client("b"));
    assert_eq!(refused.error(), (400, "invalid_grant".to_owned()));
    tokens(&waiting.poll(&world));
}

#[test]
fn a_test_plays_the_user() {
    let world = World::new();
    let server = &world.authorization_server;
    let waiting = Waiting::new(&world);
    let user_code = UserCode::parse(waiting.user_code.to_lowercase()).unwrap();
    let nobody = Decision::approve("nobody");
    assert!(
        server
            .decide_device(world.now, &user_code, &nobody)
            .is_err()
    );
    let bob = Decision::approve("bob");
    server.decide_device(world.now, &user_code, &bob).unwrap();
    let (access_token, _) = tokens(&waiting.poll(&world));
    assert_eq!(
        world.whoami(&access_token).json()["user_id"],
        "@bob:example.org"
    );
    assert!(server.decide_device(world.now, &user_code, &bob).is_err());

    let waiting = Waiting::new(&world);
    let user_code = UserCode::parse(waiting.user_code.clone()).unwrap();
    server
        .decide_device(world.now, &user_code, &Decision::Deny)
        .unwrap();
    assert_eq!(waiting.error(&world), "access_denied");
}
