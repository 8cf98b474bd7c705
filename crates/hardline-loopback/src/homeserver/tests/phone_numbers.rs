//! Phone numbers of an account, and the codes that prove whose they are.

use super::*;

#[test]
fn a_phone_number_is_added_and_removed() {
    let mut world = World::new();
    let token = world.log_in("alice");
    let (status, begun) = world.post(REQUEST_TOKEN, "", &token_request(1));
    let sid = begun["sid"].as_str().unwrap();
    assert_eq!(
        (status, &begun),
        (
            200,
            &json!({"sid": sid, "submit_url": format!("https://example.org{SUBMIT}")})
        )
    );
    let message = world.homeserver.inbox().last_to("+447700900001").unwrap();
    assert!(message.text.starts_with(message.token.reveal()));
    assert_eq!(world.code().len(), 6);
    world.now = START + Duration::from_secs(5);
    let submitted = world.post(SUBMIT, "", &submission(sid, &world.code()));
    assert_eq!(submitted, (200, json!({"success": true})));
    world.now = START + Duration::from_secs(8);
    assert_eq!(world.add(&token, sid, "alice"), (200, json!({})));
    assert_eq!(
        world.get(THREEPIDS, &token),
        (
            200,
            json!({"threepids": [{
                "medium": "msisdn",
                "address": "447700900001",
                "validated_at": START.as_millis() + 5_000,
                "added_at": START.as_millis() + 8_000,
            }]})
        )
    );
    let number = json!({"medium": "msisdn", "address": "447700900001"});
    for _ in 0..2 {
        assert_eq!(
            world.post(DELETE, &token, &number),
            (200, json!({"id_server_unbind_result": "no-support"}))
        );
    }
    assert_eq!(
        world.get(THREEPIDS, &token),
        (200, json!({"threepids": []}))
    );
    let fax = with(number, "medium", "fax");
    assert_eq!(
        world.refused(DELETE, &token, &fax),
        (400, "M_INVALID_PARAM".to_owned())
    );
}

#[test]
fn a_text_is_sent_once_for_each_attempt() {
    let world = World::new();
    let sid = world.request_token(2);
    let code = world.code();
    for (attempt, texts) in [(2, 1), (1, 1), (0, 1), (3, 2), (2, 2)] {
        assert_eq!(world.request_token(attempt), sid);
        assert_eq!(
            world.homeserver.inbox().messages().len(),
            texts,
            "{attempt}"
        );
        assert_eq!(world.code(), code);
    }
    let notation = with(token_request(4), "phone_number", "+44 7700-900-001");
    assert_eq!(world.post(REQUEST_TOKEN, "", &notation).1["sid"], sid);
    for (name, value) in [("client_secret", "t"), ("phone_number", "07700900002")] {
        let other = with(token_request(1), name, value);
        assert_ne!(world.post(REQUEST_TOKEN, "", &other).1["sid"], sid);
    }
    assert_eq!(world.homeserver.inbox().messages().len(), 5);
}

#[test]
fn a_bad_request_for_a_code_is_refused() {
    let world = World::new();
    for name in ["client_secret", "country", "phone_number", "send_attempt"] {
        assert_eq!(
            world.refused(REQUEST_TOKEN, "", &without(token_request(1), name)),
            (400, "M_MISSING_PARAM".to_owned()),
            "{name}"
        );
        assert_eq!(
            world.refused(REQUEST_TOKEN, "", &with(token_request(1), name, json!([]))),
            (400, "M_BAD_JSON".to_owned()),
            "{name}"
        );
    }
    for (name, value) in [
        ("phone_number", "not a number"),
        ("phone_number", ""),
        ("country", "gb"),
        ("country", "GBR"),
        ("country", ""),
        ("country", "ZZ"),
        ("client_secret", ""),
        ("client_secret", "bad secret!"),
        ("client_secret", &"a".repeat(256)),
        ("next_link", "file:///etc/passwd"),
        ("id_server", "is.example.org"),
        ("id_access_token", "x"),
    ] {
        // Identity servers matter to it only then.
        world.homeserver.set_delegates_validation(true);
        assert_eq!(
            world.refused(REQUEST_TOKEN, "", &with(token_request(1), name, value)),
            (400, "M_INVALID_PARAM".to_owned()),
            "{name} {value}"
        );
    }
    assert!(world.homeserver.inbox().messages().is_empty());
    let both = with(token_request(1), "id_server", "is.example.org");
    let both = with(both, "id_access_token", "x");
    assert_eq!(
        world.refused(REQUEST_TOKEN, "", &both),
        (400, "M_SERVER_NOT_TRUSTED".to_owned())
    );
    let linked = with(token_request(1), "next_link", "https://example.org");
    assert_eq!(world.post(REQUEST_TOKEN, "", &linked).0, 200);
}

#[test]
fn what_is_no_json_object_is_refused() {
    let world = World::new();
    for (body, errcode) in [
        ("{nope", "M_NOT_JSON"),
        ("", "M_NOT_JSON"),
        ("[]", "M_BAD_JSON"),
        ("null", "M_BAD_JSON"),
    ] {
        let (status, answer) = parts(world.send(Request::post(REQUEST_TOKEN), body));
        assert_eq!(
            (status, &answer["errcode"]),
            (400, &errcode.into()),
            "{body}"
        );
    }
}

#[test]
fn the_right_code_may_come_twice_and_a_wrong_one_is_refused() {
    let world = World::new();
    let sid = world.request_token(1);
    let (right, wrong) = (world.code(), other_than(&world.code()));
    let incorrect = (400, "M_TOKEN_INCORRECT".to_owned());
    assert_eq!(
        world.refused(SUBMIT, "", &submission(&sid, wrong)),
        incorrect
    );
    for _ in 0..2 {
        assert_eq!(
            world.post(SUBMIT, "", &submission(&sid, &right)),
            (200, json!({"success": true}))
        );
        // A validated session is not spoilt by wrong codes.
        for _ in 0..6 {
            assert_eq!(
                world.refused(SUBMIT, "", &submission(&sid, wrong)),
                incorrect
            );
        }
    }
    let unknown = (404, "M_NO_VALID_SESSION".to_owned());
    let other_secret = with(submission(&sid, &right), "client_secret", "t");
    assert_eq!(world.refused(SUBMIT, "", &other_secret), unknown);
    assert_eq!(
        world.refused(SUBMIT, "", &submission("nope", &right)),
        unknown
    );
    for (body, errcode) in [
        (submission("no sid!", &right), "M_INVALID_PARAM"),
        (
            with(submission(&sid, &right), "client_secret", "a b"),
            "M_INVALID_PARAM",
        ),
        (with(submission(&sid, &right), "token", 5), "M_BAD_JSON"),
        (
            without(submission(&sid, &right), "token"),
            "M_MISSING_PARAM",
        ),
    ] {
        assert_eq!(
            world.refused(SUBMIT, "", &body),
            (400, errcode.to_owned()),
            "{body}"
        );
    }
}

#[test]
fn five_wrong_codes_end_a_session() {
    let world = World::new();
    let sid = world.request_token(1);
    let right = world.code();
    for _ in 0..5 {
        assert_eq!(
            world
                .refused(SUBMIT, "", &submission(&sid, other_than(&right)))
                .1,
            "M_TOKEN_INCORRECT"
        );
    }
    let over = (404, "M_NO_VALID_SESSION".to_owned());
    assert_eq!(world.refused(SUBMIT, "", &submission(&sid, &right)), over);
    assert_eq!(
        world.request_token(1),
        sid,
        "no second text for one attempt"
    );
    assert_eq!(world.homeserver.inbox().messages().len(), 1);
    assert_eq!(world.refused(SUBMIT, "", &submission(&sid, &right)), over);
    let next = world.request_token(2);
    assert_ne!(next, sid);
    assert_eq!(
        world.post(SUBMIT, "", &submission(&next, &world.code())).0,
        200
    );
}

#[test]
fn a_code_is_good_for_an_hour() {
    let mut world = World::new();
    let sid = world.request_token(1);
    let code = world.code();
    let hour = Duration::from_secs(60 * 60);
    world.now = START + hour;
    assert_eq!(
        world.refused(SUBMIT, "", &submission(&sid, &code)),
        (400, "M_SESSION_EXPIRED".to_owned())
    );
    let next = world.request_token(1);
    assert_ne!(next, sid, "the session is over");
    world.now = START + (hour + hour - Duration::from_millis(1));
    assert_eq!(
        world.post(SUBMIT, "", &submission(&next, &world.code())).0,
        200
    );
}

#[test]
fn a_validation_is_good_for_a_day() {
    let mut world = World::new();
    let token = world.log_in("alice");
    let sid = world.validated();
    let day = Duration::from_secs(24 * 60 * 60);
    world.now = START + day;
    let (status, answer) = world.add(&token, &sid, "alice");
    assert_eq!(
        (status, &answer["errcode"]),
        (400, &"M_THREEPID_AUTH_FAILED".into())
    );
    world.now = START + (day - Duration::from_millis(1));
    assert_eq!(
        world.post(SUBMIT, "", &submission(&sid, &world.code())).0,
        200
    );
    assert_eq!(world.add(&token, &sid, "alice").0, 200);
}

#[test]
fn a_number_has_one_owner() {
    let world = World::new();
    world
        .homeserver
        .add_account("bob", &Password::from("secret"))
        .unwrap();
    let (alice, bob) = (world.log_in("alice"), world.log_in("bob"));
    let sid = world.validated();
    let other = with(token_request(1), "client_secret", "t");
    let (_, begun) = world.post(REQUEST_TOKEN, "", &other);
    let bobs_sid = begun["sid"].as_str().unwrap();
    let body = with(submission(bobs_sid, &world.code()), "client_secret", "t");
    assert_eq!(world.post(SUBMIT, "", &body).0, 200);
    for _ in 0..2 {
        assert_eq!(
            world.add(&alice, &sid, "alice").0,
            200,
            "adding twice is fine"
        );
    }
    let in_use = (400, "M_THREEPID_IN_USE".to_owned());
    let body = json!({"sid": bobs_sid, "client_secret": "t", "auth": password_stage("bob", "secret", None)});
    assert_eq!(world.refused(ADD, &bob, &body), in_use);
    assert_eq!(world.refused(REQUEST_TOKEN, "", &token_request(9)), in_use);
    let (_, answer) = world.get(THREEPIDS, &alice);
    assert_eq!(answer["threepids"].as_array().unwrap().len(), 1);
    assert_eq!(world.get(THREEPIDS, &bob).1, json!({"threepids": []}));
}
