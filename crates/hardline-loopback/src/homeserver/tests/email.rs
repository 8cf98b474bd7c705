//! Addresses that links prove.

use super::*;

pub(super) const REQUEST_TO_ADD: &str = "/_matrix/client/v3/account/3pid/email/requestToken";

impl World {
    /// Asks for a link to an address and returns the session.
    pub(super) fn request_link(&self, path: &str, email: &str) -> String {
        let body = json!({"client_secret": "s", "email": email, "send_attempt": 1});
        let (status, body) = self.post(path, "", &body);
        assert_eq!(status, 200, "{body}");
        assert_eq!(body["submit_url"], Value::Null);
        body["sid"].as_str().unwrap().to_owned()
    }

    pub(super) fn follow_link(&self, email: &str) {
        let link = self
            .homeserver
            .inbox()
            .last_to(email)
            .unwrap()
            .link
            .unwrap();
        let (status, _, page) = self.browse("GET", &link, "");
        assert_eq!(status, 200, "{page}");
    }
}

#[test]
fn an_address_is_added_once_its_link_was_followed() {
    let world = World::new();
    let token = world.log_in("alice");
    let sid = world.request_link(REQUEST_TO_ADD, "Alice@Example.org");
    let early =
        json!({"sid": sid, "client_secret": "s", "auth": password_stage("alice", "secret", None)});
    assert_eq!(
        world.refused(ADD, &token, &early),
        (400, "M_THREEPID_AUTH_FAILED".to_owned())
    );
    world.follow_link("alice@example.org");
    assert_eq!(world.add(&token, &sid, "alice"), (200, json!({})));
    let (_, answer) = world.get(THREEPIDS, &token);
    assert_eq!(answer["threepids"][0]["medium"], "email");
    assert_eq!(answer["threepids"][0]["address"], "alice@example.org");
    let body = json!({"client_secret": "t", "email": "ALICE@example.org", "send_attempt": 1});
    assert_eq!(
        world.refused(REQUEST_TO_ADD, "", &body),
        (400, "M_THREEPID_IN_USE".to_owned())
    );
}

#[test]
fn a_link_leads_where_the_client_asked_it_to() {
    let world = World::new();
    let body = json!({
        "client_secret": "s", "email": "a@b.example", "send_attempt": 1,
        "next_link": "https://client.example/?x=1",
    });
    assert_eq!(world.post(REQUEST_TO_ADD, "", &body).0, 200);
    let message = world.homeserver.inbox().last_to("a@b.example").unwrap();
    let link = message.link.clone().unwrap();
    assert!(message.text.contains(&link));
    let (status, location, _) = world.browse("GET", &link, "");
    assert_eq!((status, &*location), (302, "https://client.example/?x=1"));
    let wrong = link.replace(message.token.reveal(), "other");
    assert_eq!(world.browse("GET", &wrong, "").0, 400);
}

#[test]
fn what_is_no_address_is_refused() {
    let world = World::new();
    for email in ["", "nope", "a@", "@b", "a@b@c", "a b@c"] {
        let body = json!({"client_secret": "s", "email": email, "send_attempt": 1});
        assert_eq!(
            world.refused(REQUEST_TO_ADD, "", &body),
            (400, "M_INVALID_PARAM".to_owned()),
            "{email}"
        );
    }
}

#[test]
fn the_deprecated_way_adds_what_is_validated() {
    let world = World::new();
    let token = world.log_in("alice");
    let sid = world.request_link(REQUEST_TO_ADD, "alice@example.org");
    let creds = json!({"three_pid_creds": {
        "sid": sid, "client_secret": "s", "id_server": "is.example", "id_access_token": "x",
    }});
    assert_eq!(
        world.refused(THREEPIDS, &token, &creds),
        (403, "M_THREEPID_AUTH_FAILED".to_owned())
    );
    world.follow_link("alice@example.org");
    assert_eq!(world.post(THREEPIDS, &token, &creds), (200, json!({})));
    assert_eq!(
        world.get(THREEPIDS, &token).1["threepids"][0]["address"],
        "alice@example.org"
    );
}

#[test]
fn a_homeserver_alone_trusts_no_identity_server() {
    let world = World::new();
    let token = world.log_in("alice");
    let bind = json!({
        "sid": "1", "client_secret": "s", "id_server": "is.example", "id_access_token": "x",
    });
    assert_eq!(
        world.refused("/_matrix/client/v3/account/3pid/bind", &token, &bind),
        (400, "M_SERVER_NOT_TRUSTED".to_owned())
    );
    let unbind = json!({"medium": "email", "address": "a@b.example"});
    assert_eq!(
        world.post("/_matrix/client/v3/account/3pid/unbind", &token, &unbind),
        (200, json!({"id_server_unbind_result": "no-support"}))
    );
}

#[test]
fn an_address_is_the_same_however_it_is_written() {
    let world = World::new();
    let token = world.log_in("alice");
    let sid = world.request_link(REQUEST_TO_ADD, "Alice@Example.org");
    world.follow_link("ALICE@example.org");
    assert_eq!(world.add(&token, &sid, "alice"), (200, json!({})));
    for address in [
        "Alice@Example.org",
        "alice@example.org",
        "ALICE@EXAMPLE.ORG",
    ] {
        let identifier = json!({"type": "m.id.thirdparty", "medium": "email", "address": address});
        let (status, answer) = world.post(LOGIN, "", &password_login(&identifier, "secret"));
        assert_eq!(
            (status, &answer["user_id"]),
            (200, &"@alice:example.org".into()),
            "{address}"
        );
        let old = json!({"type": "m.login.password", "medium": "email", "address": address, "password": "secret"});
        assert_eq!(world.post(LOGIN, "", &old).0, 200, "{address}");
    }
    let reset = json!({"client_secret": "t", "email": "aLICE@example.org", "send_attempt": 1});
    let path = "/_matrix/client/v3/account/password/email/requestToken";
    assert_eq!(world.post(path, "", &reset).0, 200);
    let delete = json!({"medium": "email", "address": "Alice@Example.ORG"});
    assert_eq!(world.post(DELETE, &token, &delete).0, 200);
    assert_eq!(
        world.get(THREEPIDS, &token),
        (200, json!({"threepids": []}))
    );
}

#[test]
fn a_homeserver_that_validates_by_itself_ignores_identity_servers() {
    let world = World::new();
    for (place, members) in [
        json!({"id_server": "is.example.org"}),
        json!({"id_access_token": "x"}),
        json!({"id_server": "is.example.org", "id_access_token": "x"}),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body =
            json!({"client_secret": "s", "email": format!("{place}@b.example"), "send_attempt": 1});
        body.as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        assert_eq!(world.post(REQUEST_TO_ADD, "", &body).0, 200, "{body}");
    }
    assert_eq!(world.homeserver.inbox().messages().len(), 3);
}
