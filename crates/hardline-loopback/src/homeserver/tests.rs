//! Whole requests and whole answers, as a client sees them.

use std::time::Duration;

use hardline::client_api::account::GetTokenOwner;
use hardline::wire::Endpoint;
use serde_json::{Value, json};

use super::*;
use crate::handlers::MAX_BODY;

mod email;
mod passwords;
mod registration;
mod sessions;
mod sso;

const START: Timestamp = Timestamp::from_millis(1_795_422_468_000);
const REQUEST_TOKEN: &str = "/_matrix/client/v3/account/3pid/msisdn/requestToken";
const SUBMIT: &str = "/_matrix/client/unstable/add_threepid/msisdn/submit_token";
const ADD: &str = "/_matrix/client/v3/account/3pid/add";
const THREEPIDS: &str = "/_matrix/client/v3/account/3pid";
const DELETE: &str = "/_matrix/client/v3/account/3pid/delete";
const LOGIN: &str = "/_matrix/client/v3/login";
const LOGOUT: &str = "/_matrix/client/v3/logout";
const REGISTER: &str = "/_matrix/client/v3/register";
const WHOAMI: &str = "/_matrix/client/v3/account/whoami";

/// A homeserver with alice, and the time there.
struct World {
    homeserver: Homeserver,
    now: Timestamp,
}

impl World {
    fn new() -> Self {
        Self::at("https://example.org")
    }

    fn at(base_url: &str) -> Self {
        let server_name = ServerName::parse("example.org").unwrap();
        let homeserver = Homeserver::new(server_name, base_url, [7; 32]);
        homeserver
            .add_account("alice", &Password::from("secret"))
            .unwrap();
        Self {
            homeserver,
            now: START,
        }
    }

    fn send(&self, request: http::request::Builder, body: impl Into<Bytes>) -> Response<Vec<u8>> {
        self.homeserver
            .handle(self.now, request.body(body.into()).unwrap())
    }

    /// Follows a link, as a browser does: the status, where it is sent, and the page.
    fn browse(&self, method: &str, url: &str, form: &str) -> (u16, String, String) {
        let path = url.strip_prefix(self.homeserver.base_url()).unwrap_or(url);
        let request = Request::builder().method(method).uri(path);
        let response = self.send(request, form.to_owned());
        let location = response.headers().get("location");
        let location = location.map_or("", |location| location.to_str().unwrap());
        (
            response.status().as_u16(),
            location.to_owned(),
            String::from_utf8(response.body().clone()).unwrap(),
        )
    }

    fn get(&self, path: &str, token: &str) -> (u16, Value) {
        parts(self.send(with_token(Request::get(path), token), ""))
    }

    fn post(&self, path: &str, token: &str, body: &Value) -> (u16, Value) {
        let request = with_token(Request::post(path), token);
        parts(self.send(request, body.to_string()))
    }

    /// The status and the errcode.
    fn refused(&self, path: &str, token: &str, body: &Value) -> (u16, String) {
        let (status, body) = self.post(path, token, body);
        (status, body["errcode"].as_str().unwrap_or("").to_owned())
    }

    fn log_in(&self, user: &str) -> String {
        let identifier = json!({"type": "m.id.user", "user": user});
        let (status, body) = self.post(LOGIN, "", &password_login(&identifier, "secret"));
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }

    /// Asks for a code for 07700 900001 and returns the session.
    fn request_token(&self, send_attempt: u64) -> String {
        let (status, body) = self.post(REQUEST_TOKEN, "", &token_request(send_attempt));
        assert_eq!(status, 200, "{body}");
        body["sid"].as_str().unwrap().to_owned()
    }

    fn code(&self) -> String {
        let message = self.homeserver.inbox().last_to("447700900001").unwrap();
        message.token.reveal().to_owned()
    }

    /// A session whose code was submitted.
    fn validated(&self) -> String {
        let sid = self.request_token(1);
        let answer = self.post(SUBMIT, "", &submission(&sid, &self.code()));
        assert_eq!(answer, (200, json!({"success": true})));
        sid
    }

    /// Adds the number of a session to an account.
    fn add(&self, token: &str, sid: &str, user: &str) -> (u16, Value) {
        let body =
            json!({"sid": sid, "client_secret": "s", "auth": password_stage(user, "secret", None)});
        self.post(ADD, token, &body)
    }
}

fn parts(response: Response<Vec<u8>>) -> (u16, Value) {
    let body = serde_json::from_slice(response.body()).unwrap_or_default();
    (response.status().as_u16(), body)
}

fn with_token(request: http::request::Builder, token: &str) -> http::request::Builder {
    match token {
        "" => request,
        _ => request.header("authorization", format!("Bearer {token}")),
    }
}

fn password_login(identifier: &Value, password: &str) -> Value {
    json!({"type": "m.login.password", "identifier": identifier, "password": password})
}

fn password_stage(user: &str, password: &str, session: Option<&str>) -> Value {
    let identifier = json!({"type": "m.id.user", "user": user});
    let mut stage = password_login(&identifier, password);
    if let Some(session) = session {
        stage["session"] = session.into();
    }
    stage
}

fn token_request(send_attempt: u64) -> Value {
    json!({"client_secret": "s", "country": "GB", "phone_number": "07700 900001", "send_attempt": send_attempt})
}

fn submission(sid: &str, token: &str) -> Value {
    json!({"sid": sid, "client_secret": "s", "token": token})
}

fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().unwrap().remove(name);
    object
}

fn with(mut object: Value, name: &str, value: impl Into<Value>) -> Value {
    object[name] = value.into();
    object
}

fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

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

#[test]
fn adding_asks_for_the_password() {
    let world = World::new();
    let token = world.log_in("alice");
    let sid = world.validated();
    let body = json!({"sid": sid, "client_secret": "s"});
    let (status, challenge) = world.post(ADD, &token, &body);
    let session = challenge["session"].as_str().unwrap();
    let expected = json!({
        "session": session, "flows": [{"stages": ["m.login.password"]}], "completed": [], "params": {},
    });
    assert_eq!((status, &challenge), (401, &expected));
    let stage = |user, password| {
        with(
            body.clone(),
            "auth",
            password_stage(user, password, Some(session)),
        )
    };
    for (user, password) in [("alice", "wrong"), ("nobody", "secret")] {
        let (status, again) = world.post(ADD, &token, &stage(user, password));
        let expected = with(expected.clone(), "errcode", "M_FORBIDDEN");
        let expected = with(expected, "error", "invalid username or password");
        assert_eq!((status, again), (401, expected));
    }
    let other_stage = with(
        body.clone(),
        "auth",
        json!({"type": "m.login.dummy", "session": session}),
    );
    assert_eq!(
        world.refused(ADD, &token, &other_stage),
        (401, "M_UNRECOGNIZED".to_owned())
    );
    let no_password = with(
        body.clone(),
        "auth",
        json!({"type": "m.login.password", "session": session}),
    );
    assert_eq!(
        world.refused(ADD, &token, &no_password),
        (400, "M_MISSING_PARAM".to_owned())
    );
    assert_eq!(
        world.post(ADD, &token, &stage("alice", "secret")),
        (200, json!({}))
    );
    // What was lost on its way back is asked for again.
    let only_session = with(body, "auth", json!({"session": session}));
    assert_eq!(world.post(ADD, &token, &only_session), (200, json!({})));
}

#[test]
fn an_authentication_session_is_good_for_its_request_alone() {
    let world = World::new();
    world
        .homeserver
        .add_account("bob", &Password::from("secret"))
        .unwrap();
    let (alice, bob) = (world.log_in("alice"), world.log_in("bob"));
    let body = json!({"sid": "1", "client_secret": "s"});
    let (_, challenge) = world.post(ADD, &alice, &body);
    let session = challenge["session"].as_str().unwrap();
    let stage = password_stage("alice", "secret", Some(session));
    let changed = (403, "M_UNKNOWN".to_owned());
    for (path, token, sid) in [
        (ADD, &alice, "2"),
        (ADD, &bob, "1"),
        ("/_matrix/client/r0/account/3pid/add", &alice, "1"),
        ("/_matrix/client/v3/account/3pid/add?x=1", &alice, "1"),
    ] {
        let body = json!({"sid": sid, "client_secret": "s", "auth": stage});
        assert_eq!(world.refused(path, token, &body), changed, "{path} {sid}");
    }
    let unknown = with(
        body.clone(),
        "auth",
        password_stage("alice", "secret", Some("nope")),
    );
    assert_eq!(
        world.refused(ADD, &alice, &unknown),
        (400, "M_UNKNOWN".to_owned())
    );
    let bobs = with(
        body.clone(),
        "auth",
        password_stage("bob", "secret", Some(session)),
    );
    assert_eq!(
        world.refused(ADD, &alice, &bobs),
        (403, "M_FORBIDDEN".to_owned())
    );
    let same = with(body, "auth", stage);
    assert_eq!(
        world.refused(ADD, &alice, &same),
        (400, "M_THREEPID_AUTH_FAILED".to_owned())
    );
}

#[test]
fn a_body_that_cannot_be_compared_binds_no_session() {
    let world = World::new();
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let body = format!("{{\"username\":\"bob\",\"password\":\"secret\",\"x\":{deep}}}");
    let (status, answer) = parts(world.send(Request::post(REGISTER), body));
    assert_eq!((status, &answer["errcode"]), (400, &"M_BAD_JSON".into()));
}

#[test]
fn an_old_client_names_the_user_of_a_stage_as_it_used_to() {
    let world = World::new();
    let token = world.log_in("alice");
    let sid = world.validated();
    let auth = json!({"type": "m.login.password", "user": "alice", "password": "secret"});
    let body = json!({"sid": sid, "client_secret": "s", "auth": auth});
    assert_eq!(world.post(ADD, &token, &body), (200, json!({})));
}

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

#[test]
fn an_account_is_registered_after_a_stage() {
    let world = World::new();
    let (status, challenge) = world.post(REGISTER, "", &json!({}));
    let session = challenge["session"].as_str().unwrap();
    assert_eq!(
        (status, &challenge["flows"]),
        (401, &json!([{"stages": ["m.login.dummy"]}]))
    );
    let auth = json!({"type": "m.login.dummy", "session": session});
    let body = json!({"username": "bob", "password": "secret", "device_id": "PHONE", "auth": auth});
    let (status, answer) = world.post(REGISTER, "", &body);
    assert_eq!(
        (status, &answer["user_id"]),
        (200, &"@bob:example.org".into())
    );
    let token = answer["access_token"].as_str().unwrap();
    assert_eq!(world.get(WHOAMI, token).1["device_id"], "PHONE");
    world.log_in("bob");
    // The session was bound by the first request that asked for something.
    let other = with(body, "username", "carl");
    assert_eq!(
        world.refused(REGISTER, "", &other),
        (403, "M_UNKNOWN".to_owned())
    );
}

#[test]
fn a_registration_may_come_without_a_name_or_a_login() {
    let world = World::new();
    let auth = json!({"type": "m.login.dummy"});
    let (status, answer) = world.post(REGISTER, "", &json!({"password": "secret", "auth": auth}));
    assert_eq!(status, 200);
    world.log_in(answer["user_id"].as_str().unwrap());
    let body =
        json!({"username": "bob", "password": "secret", "inhibit_login": true, "auth": auth});
    assert_eq!(
        world.post(&format!("{REGISTER}?kind=user"), "", &body),
        (200, json!({"user_id": "@bob:example.org"}))
    );
}

#[test]
fn a_bad_registration_is_refused() {
    let world = World::new();
    let auth = json!({"type": "m.login.dummy"});
    for (username, errcode) in [
        ("alice", "M_USER_IN_USE"),
        ("BAD NAME", "M_INVALID_USERNAME"),
        ("Bob", "M_INVALID_USERNAME"),
        ("", "M_INVALID_USERNAME"),
        ("@bob:example.org", "M_INVALID_USERNAME"),
        (&"b".repeat(250), "M_INVALID_USERNAME"),
    ] {
        // With and without the stage.
        for body in [
            json!({"username": username, "password": "secret"}),
            json!({"username": username, "password": "secret", "auth": auth}),
        ] {
            assert_eq!(
                world.refused(REGISTER, "", &body),
                (400, errcode.to_owned()),
                "{body}"
            );
        }
    }
    assert_eq!(
        world.refused(REGISTER, "", &json!({"username": "bob", "auth": auth})),
        (400, "M_MISSING_PARAM".to_owned())
    );
    for (kind, status, errcode) in [("guest", 403, "M_FORBIDDEN"), ("x", 400, "M_INVALID_PARAM")] {
        let path = format!("{REGISTER}?kind={kind}");
        assert_eq!(
            world.refused(&path, "", &json!({})),
            (status, errcode.to_owned())
        );
    }
}

#[test]
fn the_server_says_what_it_has_and_where_it_is() {
    let world = World::at("https://matrix.example.org/");
    let (status, answer) = world.get("/_matrix/client/versions", "");
    let versions = answer["versions"].as_array().unwrap();
    assert_eq!((status, versions.len()), (200, 20));
    assert_eq!(
        (&versions[0], &versions[19]),
        (&"r0.6.1".into(), &"v1.19".into())
    );
    assert_eq!(
        world.get("/.well-known/matrix/client", ""),
        (
            200,
            json!({"m.homeserver": {"base_url": "https://matrix.example.org"}})
        )
    );
    assert_eq!(
        world.get("/_matrix/client/r0/login", ""),
        (
            200,
            json!({"flows": [
                {"type": "m.login.password"},
                {"type": "m.login.token", "get_login_token": true},
                {"type": "m.login.sso", "identity_providers": [{"id": "loopback", "name": "Loopback"}]},
            ]})
        )
    );
}

#[test]
fn a_base_path_is_taken_off() {
    let world = World::at("https://example.org/matrix/");
    assert_eq!(world.get("/matrix/_matrix/client/versions", "").0, 200);
    assert_eq!(
        world.get("/.well-known/matrix/client", "").1["m.homeserver"]["base_url"],
        "https://example.org/matrix"
    );
    for path in [
        "/_matrix/client/versions",
        "/matrix",
        "/matrixx/_matrix/client/versions",
    ] {
        assert_eq!(world.get(path, "").0, 404, "{path}");
    }
    let (_, begun) = world.post(&format!("/matrix{REQUEST_TOKEN}"), "", &token_request(1));
    assert_eq!(
        begun["submit_url"],
        format!("https://example.org/matrix{SUBMIT}")
    );
}

#[test]
fn unknown_paths_and_methods_are_not_recognized() {
    let world = World::new();
    for (method, path, status) in [
        ("GET", "/_matrix/nope", 404),
        ("GET", "/", 404),
        ("POST", "/_matrix/client/v3/login/", 404),
        ("POST", "/_matrix/client/v1/login", 404),
        ("PUT", "/_matrix/client/v3/login", 405),
        ("PATCH", "/_matrix/client/v3/login", 405),
        ("GET", SUBMIT, 405),
    ] {
        let response = world.send(Request::builder().method(method).uri(path), "");
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        assert_eq!(response.headers()["content-type"], "application/json");
        let expected = json!({"errcode": "M_UNRECOGNIZED", "error": "unrecognized request"});
        assert_eq!(parts(response), (status, expected), "{method} {path}");
    }
}

#[test]
fn an_operation_that_nobody_answers_is_not_recognized() {
    let mut world = World::new();
    let mut router = Router::new();
    client_api::visit(&mut router);
    world.homeserver.handlers = Handlers::new(router);
    assert_eq!(
        world.get("/_matrix/client/versions", ""),
        (
            404,
            json!({"errcode": "M_UNRECOGNIZED", "error": "unrecognized request"})
        )
    );
}

#[test]
fn every_operation_of_the_registry_is_answered() {
    struct Unanswered<'a>(&'a Homeserver, Vec<String>);
    impl hardline::wire::EndpointVisitor for Unanswered<'_> {
        fn visit<E: hardline::wire::RegisteredEndpoint>(&mut self) {
            if !self.0.handlers.has(&E::OPERATION) {
                self.1.push(E::OPERATION.name().to_string());
            }
        }
    }
    let world = World::new();
    let mut unanswered = Unanswered(&world.homeserver, Vec::new());
    client_api::visit(&mut unanswered);
    assert_eq!(unanswered.1, Vec::<String>::new());
}

#[test]
fn browsers_are_let_in() {
    let world = World::new();
    let response = world.send(Request::options(ADD), "");
    assert_eq!(
        (response.status().as_u16(), response.body().len()),
        (204, 0)
    );
    let headers = response.headers();
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_eq!(
        headers["access-control-allow-methods"],
        "GET, HEAD, POST, PUT, DELETE, OPTIONS"
    );
    assert_eq!(
        headers["access-control-allow-headers"],
        "X-Requested-With, Content-Type, Authorization"
    );
    let response = world.send(Request::get("/_matrix/client/versions"), "");
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
}

#[test]
fn a_head_is_a_get_without_its_body() {
    let world = World::new();
    let response = world.send(Request::head("/_matrix/client/versions"), "");
    assert_eq!(
        (response.status().as_u16(), response.body().len()),
        (200, 0)
    );
}

#[test]
fn a_body_has_a_limit() {
    let world = World::new();
    let body = |length: usize| format!("{{\"type\":\"x\",\"a\":\"{}\"}}", "a".repeat(length - 19));
    assert_eq!(body(MAX_BODY).len(), MAX_BODY);
    assert_eq!(
        world.send(Request::post(LOGIN), body(MAX_BODY)).status(),
        400
    );
    let (status, answer) = parts(world.send(Request::post(LOGIN), body(MAX_BODY + 1)));
    assert_eq!((status, &answer["errcode"]), (413, &"M_TOO_LARGE".into()));
}

#[test]
fn one_seed_gives_one_run() {
    let run = || {
        let world = World::new();
        let token = world.log_in("alice");
        (token, world.request_token(1), world.code())
    };
    assert_eq!(run(), run());
}

#[test]
fn an_answer_of_the_user_s_own_goes_before() {
    use hardline::client_api::discovery::{GetVersions, GetVersionsResponse};

    let mut world = World::new();
    world
        .homeserver
        .on(|_, _: GetVersions| Ok(GetVersionsResponse::default()));
    assert_eq!(
        world.get("/_matrix/client/versions", ""),
        (200, json!({"versions": [], "unstable_features": {}}))
    );
}

#[test]
fn secrets_are_not_shown() {
    let world = World::new();
    let token = world.log_in("alice");
    world.request_token(1);
    let request = with_token(Request::get(WHOAMI), &token).body(Bytes::new());
    let caller = world
        .homeserver
        .caller(START, &GetTokenOwner::OPERATION, &request.unwrap())
        .unwrap();
    assert!(caller.access_token.is_some());
    let shown = format!(
        "{:?} {:?} {caller:?}",
        world.homeserver,
        world.homeserver.inbox()
    );
    for secret in [&*token, &*world.code(), "secret\""] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
