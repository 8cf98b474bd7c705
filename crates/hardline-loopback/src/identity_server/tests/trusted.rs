//! What its homeserver does at it for the users.

use super::*;

const REQUEST_TEXT: &str = "/_matrix/client/v3/account/3pid/msisdn/requestToken";
const REQUEST_LINK: &str = "/_matrix/client/v3/account/3pid/email/requestToken";
const THREEPIDS: &str = "/_matrix/client/v3/account/3pid";
const ADD: &str = "/_matrix/client/v3/account/3pid/add";
const DELETE: &str = "/_matrix/client/v3/account/3pid/delete";
const BIND_THERE: &str = "/_matrix/client/v3/account/3pid/bind";
const UNBIND_THERE: &str = "/_matrix/client/v3/account/3pid/unbind";
const DEACTIVATE: &str = "/_matrix/client/v3/account/deactivate";

/// Alice's number, and where it is bound.
fn number() -> Value {
    json!({"medium": "msisdn", "address": "447700900001"})
}

fn session(sid: &str, token: &str) -> Value {
    json!({"sid": sid, "client_secret": "s", "id_server": "example.org", "id_access_token": token})
}

fn text(token: &str) -> Value {
    json!({"client_secret": "s", "send_attempt": 1, "country": "GB", "phone_number": "07700 900001",
        "id_server": "example.org", "id_access_token": token})
}

fn unbound(result: &str) -> (u16, Value) {
    (200, json!({"id_server_unbind_result": result}))
}

impl World {
    /// Whose the number is, as a lookup tells.
    fn owner(&self, token: &str) -> Option<String> {
        let pepper = self.details(token).lookup_pepper;
        let lookup =
            json!({"algorithm": "none", "pepper": pepper, "addresses": ["447700900001 msisdn"]});
        let (status, body) = self.post(LOOKUP, token, &lookup);
        assert_eq!(status, 200, "{body}");
        let owner = body["mappings"]["447700900001 msisdn"].as_str();
        owner.map(ToOwned::to_owned)
    }

    /// Adds what a session has validated to alice's account.
    fn add(&self, alice: &str, sid: &str) -> (u16, Value) {
        let body = json!({"sid": sid, "client_secret": "s", "auth": password("alice")});
        self.post(ADD, alice, &body)
    }
}

#[test]
fn the_homeserver_says_where_it_is() {
    let world = World::new();
    let identity_server = json!({"base_url": "https://example.org/matrix"});
    let (_, well_known) = world.get("/.well-known/matrix/client", "");
    assert_eq!(well_known["m.identity_server"], identity_server);
    let (_, login) = world.post("/_matrix/client/v3/login", "", &password("alice"));
    assert_eq!(login["well_known"]["m.identity_server"], identity_server);
}

#[test]
fn the_homeserver_binds_and_unbinds() {
    let world = World::at("https://matrix.example.org:8448/matrix");
    let (alice, token) = (world.log_in("alice"), world.register("alice"));
    let sid = world.validated("msisdn", &token);
    for name in ["example.org", "matrix.example.org:8448"] {
        let bind = with(session(&sid, &token), "id_server", name);
        assert_eq!(world.post(BIND_THERE, &alice, &bind), (200, json!({})));
        assert_eq!(world.owner(&token).as_deref(), Some("@alice:example.org"));

        let unbind = |body: Value| world.post(UNBIND_THERE, &alice, &body);
        assert_eq!(unbind(number()), unbound("success"));
        assert_eq!(world.owner(&token), None);
        // It knows nothing more to unbind; the identity server itself has no objections.
        assert_eq!(unbind(number()), unbound("no-support"));
        assert_eq!(
            unbind(with(number(), "id_server", name)),
            unbound("success")
        );
    }
}

#[test]
fn what_is_removed_from_an_account_is_unbound() {
    let world = World::new();
    let (alice, token) = (world.log_in("alice"), world.register("alice"));
    let sid = world.validated("msisdn", &token);
    for path in [DELETE, DEACTIVATE] {
        let creds = json!({"three_pid_creds": session(&sid, &token)});
        assert_eq!(world.post(THREEPIDS, &alice, &creds), (200, json!({})));
        assert_eq!(world.bind(&sid, &token).0, 200);
        let body = with(number(), "auth", password("alice"));
        assert_eq!(world.post(path, &alice, &body), unbound("success"));
        assert_eq!(world.owner(&token), None);
    }
}

#[test]
fn one_user_unbinds_nothing_of_another() {
    let world = World::new();
    let token = world.register("alice");
    world.bind(&world.validated("msisdn", &token), &token);
    let bob = world.log_in("bob");
    assert_eq!(
        world.post(UNBIND_THERE, &bob, &number()),
        unbound("no-support")
    );
    let deactivate = json!({"auth": password("bob")});
    assert_eq!(
        world.post(DEACTIVATE, &bob, &deactivate),
        unbound("success")
    );
    assert_eq!(world.owner(&token).as_deref(), Some("@alice:example.org"));
}

#[test]
fn the_homeserver_trusts_no_other() {
    let world = World::new();
    world.server.data.homeserver.set_delegates_validation(true);
    let (alice, token) = (world.log_in("alice"), world.register("alice"));
    let sid = world.validated("msisdn", &token);
    let creds = json!({"three_pid_creds": session(&sid, &token)});
    assert_eq!(world.post(THREEPIDS, &alice, &creds), (200, json!({})));
    world.bind(&sid, &token);
    let email = with(text(&token), "email", "alice@example.org");
    for (path, body) in [
        (BIND_THERE, session(&sid, &token)),
        (UNBIND_THERE, number()),
        (DELETE, number()),
        (
            REQUEST_TEXT,
            with(text(&token), "phone_number", "07700 900002"),
        ),
        (REQUEST_LINK, email),
    ] {
        for other in ["other.example.org", "example.org:1"] {
            assert_eq!(
                world.refused(path, &alice, &with(body.clone(), "id_server", other)),
                (400, "M_SERVER_NOT_TRUSTED".to_owned()),
                "{path}"
            );
        }
    }
    // Whoever is refused finds everything as it was.
    assert_eq!(world.owner(&token).as_deref(), Some("@alice:example.org"));
    let (_, threepids) = world.get(THREEPIDS, &alice);
    assert_eq!(threepids["threepids"][0]["address"], "447700900001");
    let deactivate = json!({"auth": password("alice"), "id_server": "other.example.org"});
    assert_eq!(
        world.post(DEACTIVATE, &alice, &deactivate),
        unbound("no-support")
    );
}

#[test]
fn the_homeserver_does_nothing_there_without_the_users_own_token() {
    let world = World::new();
    world.server.data.homeserver.set_delegates_validation(true);
    let (alice, token) = (world.log_in("alice"), world.register("alice"));
    let sid = world.validated("msisdn", &token);
    let unknown = (401, "M_UNAUTHORIZED".to_owned());
    let bind = |token: &str| world.refused(BIND_THERE, &alice, &session(&sid, token));
    assert_eq!(bind("made up"), unknown);
    assert_eq!(
        bind(&world.register("bob")),
        (403, "M_UNAUTHORIZED".to_owned())
    );
    assert_eq!(world.refused(REQUEST_TEXT, "", &text("made up")), unknown);
    let creds = json!({"three_pid_creds": session(&sid, "made up")});
    assert_eq!(
        world.refused(THREEPIDS, &alice, &creds),
        (403, "M_THREEPID_AUTH_FAILED".to_owned())
    );

    let mut policy = Policy::default();
    let url = "https://example.org/privacy".to_owned();
    let translation = PolicyTranslation::new("Privacy".to_owned(), url);
    policy.translations.insert("en".to_owned(), translation);
    let policies = JsonMap::from([("privacy_policy".to_owned(), policy)]);
    world.server.set_terms(policies);
    assert_eq!(bind(&token), (403, "M_TERMS_NOT_SIGNED".to_owned()));
}

#[test]
fn nothing_is_bound_that_nobody_has_validated() {
    let world = World::new();
    world.server.data.homeserver.set_delegates_validation(true);
    let (alice, token) = (world.log_in("alice"), world.register("alice"));
    let (_, begun) = world.post(REQUEST_TEXT, "", &text(&token));
    let sid = begun["sid"].as_str().unwrap();
    let refused = |body: &Value| world.refused(BIND_THERE, &alice, body);
    assert_eq!(
        refused(&session(sid, &token)),
        (400, "M_SESSION_NOT_VALIDATED".to_owned())
    );
    assert_eq!(
        refused(&session("unknown", &token)),
        (404, "M_NO_VALID_SESSION".to_owned())
    );
    let other = with(session(sid, &token), "client_secret", "a b");
    assert_eq!(refused(&other), (400, "M_INVALID_PARAM".to_owned()));
}

#[test]
fn a_session_that_the_homeserver_began_there_is_good_for_both() {
    let world = World::new();
    world.server.data.homeserver.set_delegates_validation(true);
    let (alice, token) = (world.log_in("alice"), world.register("alice"));
    let (status, begun) = world.post(REQUEST_TEXT, "", &text(&token));
    assert_eq!(status, 200, "{begun}");
    let sid = begun["sid"].as_str().unwrap();
    assert_eq!(
        world.add(&alice, sid).1["errcode"],
        "M_THREEPID_AUTH_FAILED"
    );

    let message = world.server.inbox().last_to("447700900001").unwrap();
    let submission = json!({"sid": sid, "client_secret": "s", "token": message.token.reveal()});
    let url = begun["submit_url"].as_str().unwrap();
    let path = url.strip_prefix("https://example.org/matrix").unwrap();
    assert_eq!(
        world.post(path, "", &submission),
        (200, json!({"success": true}))
    );
    assert_eq!(world.add(&alice, sid), (200, json!({})));
    let bind = session(sid, &token);
    assert_eq!(world.post(BIND_THERE, &alice, &bind), (200, json!({})));
    assert_eq!(world.owner(&token).as_deref(), Some("@alice:example.org"));
}

#[test]
fn a_link_that_the_homeserver_asked_for_there_validates_for_both() {
    let world = World::new();
    world.server.data.homeserver.set_delegates_validation(true);
    let (alice, token) = (world.log_in("alice"), world.register("alice"));
    let email = with(text(&token), "email", "Alice@Example.org");
    let (status, begun) = world.post(REQUEST_LINK, "", &email);
    assert_eq!(status, 200, "{begun}");
    let sid = begun["sid"].as_str().unwrap();
    let message = world.server.inbox().last_to("alice@example.org").unwrap();
    let link = message.link.unwrap();
    let path = link.strip_prefix("https://example.org/matrix").unwrap();
    assert!(path.starts_with("/_matrix/identity/v2/"), "{path}");
    assert_eq!(world.get(path, "").0, 200);
    assert_eq!(world.add(&alice, sid), (200, json!({})));
    assert_eq!(world.bind(sid, &token).0, 200);
}

#[test]
fn a_session_of_its_own_is_none_of_the_homeservers() {
    let world = World::new();
    let (alice, token) = (world.log_in("alice"), world.register("alice"));
    let sid = world.validated("msisdn", &token);
    assert_eq!(
        world.add(&alice, &sid).1["errcode"],
        "M_THREEPID_AUTH_FAILED"
    );
    // The deprecated way is the one that names the identity server.
    let creds = json!({"three_pid_creds": session(&sid, &token)});
    assert_eq!(world.post(THREEPIDS, &alice, &creds), (200, json!({})));
}

#[test]
fn an_address_is_bound_and_unbound_however_it_is_written() {
    let world = World::new();
    let (alice, token) = (world.log_in("alice"), world.register("alice"));
    let sid = world.validated("email", &token);
    let written = json!({"medium": "email", "address": "ALICE@Example.org"});
    assert_eq!(world.bind(&sid, &token).0, 200);
    assert_eq!(
        world.post(UNBIND_THERE, &alice, &written),
        unbound("success")
    );
    assert_eq!(
        world.post(UNBIND_THERE, &alice, &written),
        unbound("no-support")
    );
    assert_eq!(world.bind(&sid, &token).0, 200);
    let creds = json!({"three_pid_creds": session(&sid, &token)});
    assert_eq!(world.post(THREEPIDS, &alice, &creds), (200, json!({})));
    assert_eq!(world.post(DELETE, &alice, &written), unbound("success"));
    assert_eq!(
        world.get(THREEPIDS, &alice),
        (200, json!({"threepids": []}))
    );
    assert_eq!(world.bind(&sid, &token).0, 200);
    let own = json!({"threepid": written, "mxid": "@alice:example.org", "sid": sid, "client_secret": "s"});
    let path = "/_matrix/identity/v2/3pid/unbind";
    assert_eq!(world.post(path, &token, &own), (200, json!({})));
}
