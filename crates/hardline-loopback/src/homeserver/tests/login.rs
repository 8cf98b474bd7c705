//! Logging in, and what a token is good for.

use super::*;

#[test]
fn one_logs_in_by_name_or_number() {
    let world = World::new();
    let token = world.log_in("alice");
    let sid = world.validated();
    assert_eq!(world.add(&token, &sid, "alice").0, 200);
    for identifier in [
        json!({"type": "m.id.user", "user": "alice"}),
        json!({"type": "m.id.user", "user": "@alice:example.org"}),
        json!({"type": "m.id.thirdparty", "medium": "msisdn", "address": "447700900001"}),
        json!({"type": "m.id.phone", "country": "GB", "phone": "07700 900001"}),
        json!({"type": "m.id.phone", "country": "GB", "number": "07700 900001"}),
    ] {
        let (status, answer) = world.post(LOGIN, "", &password_login(&identifier, "secret"));
        assert_eq!(
            (status, &answer["user_id"]),
            (200, &"@alice:example.org".into()),
            "{identifier}"
        );
        assert_eq!(
            answer["well_known"]["m.homeserver"]["base_url"],
            "https://example.org"
        );
        assert_eq!(
            world.refused(LOGIN, "", &password_login(&identifier, "wrong")),
            (403, "M_FORBIDDEN".to_owned()),
            "{identifier}"
        );
    }
    for old in [
        json!({"user": "alice"}),
        json!({"medium": "msisdn", "address": "447700900001"}),
    ] {
        let login = with(with(old, "type", "m.login.password"), "password", "secret");
        assert_eq!(world.post(LOGIN, "", &login).0, 200, "{login}");
    }
}

#[test]
fn a_bad_login_is_refused() {
    let world = World::new();
    let alice = json!({"type": "m.id.user", "user": "alice"});
    let login = |identifier: Value| password_login(&identifier, "secret");
    for (body, status, errcode) in [
        (json!({"type": "x"}), 400, "M_UNKNOWN"),
        (json!({}), 400, "M_MISSING_PARAM"),
        (
            json!({"type": "m.login.password", "password": "secret"}),
            400,
            "M_MISSING_PARAM",
        ),
        (
            without(login(alice.clone()), "password"),
            400,
            "M_MISSING_PARAM",
        ),
        (login(json!({"user": "alice"})), 400, "M_MISSING_PARAM"),
        (login(json!({"type": "m.id.user"})), 400, "M_MISSING_PARAM"),
        (
            login(json!({"type": "m.id.fax", "user": "alice"})),
            400,
            "M_UNKNOWN",
        ),
        (
            login(json!({"type": "m.id.phone", "country": "GB", "phone": "x"})),
            400,
            "M_INVALID_PARAM",
        ),
        (
            login(json!({"type": "m.id.user", "user": "@alice:elsewhere.org"})),
            403,
            "M_FORBIDDEN",
        ),
        (
            login(json!({"type": "m.id.user", "user": "no body"})),
            403,
            "M_FORBIDDEN",
        ),
        (with(login(alice), "password", 5), 400, "M_BAD_JSON"),
    ] {
        assert_eq!(
            world.refused(LOGIN, "", &body),
            (status, errcode.to_owned()),
            "{body}"
        );
    }
}

#[test]
fn a_device_has_one_token() {
    let world = World::new();
    let body = json!({
        "type": "m.login.password", "identifier": {"type": "m.id.user", "user": "alice"}, "password": "secret",
        "device_id": "PHONE",
    });
    let tokens = [(); 2].map(|()| {
        let (status, answer) = world.post(LOGIN, "", &body);
        assert_eq!((status, &answer["device_id"]), (200, &"PHONE".into()));
        answer["access_token"].as_str().unwrap().to_owned()
    });
    let unknown = |token: &str| {
        let (status, answer) = world.get(WHOAMI, token);
        assert_eq!(
            (status, &answer["errcode"], &answer["soft_logout"]),
            (401, &"M_UNKNOWN_TOKEN".into(), &false.into())
        );
    };
    unknown(&tokens[0]);
    assert_eq!(
        world.get(WHOAMI, &tokens[1]),
        (
            200,
            json!({"user_id": "@alice:example.org", "device_id": "PHONE", "is_guest": false})
        )
    );
    assert_eq!(
        world
            .get(&format!("{WHOAMI}?access_token={}", tokens[1]), "")
            .0,
        200
    );
    assert_eq!(world.post(LOGOUT, &tokens[1], &json!({})), (200, json!({})));
    unknown(&tokens[1]);
    assert_eq!(
        world.refused(LOGOUT, &tokens[1], &json!({})).1,
        "M_UNKNOWN_TOKEN"
    );
}

#[test]
fn what_needs_a_token_says_so() {
    let world = World::new();
    let missing = |(status, answer): (u16, Value)| {
        assert_eq!(
            (status, &answer["errcode"]),
            (401, &"M_MISSING_TOKEN".into())
        );
    };
    missing(world.get(WHOAMI, ""));
    missing(world.get(THREEPIDS, ""));
    // Who asks comes before what is asked.
    for path in [ADD, DELETE, LOGOUT] {
        missing(world.post(path, "", &json!([])));
    }
    assert_eq!(world.get("/_matrix/client/versions", "nonsense").0, 200);
}
