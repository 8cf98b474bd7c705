//! Keys of devices and users: published, asked for, claimed, signed.

use hardline::types::{Base64, canonical_json};
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::rooms::in_room;
use super::*;

const UPLOAD: &str = "/_matrix/client/v3/keys/upload";
const QUERY: &str = "/_matrix/client/v3/keys/query";
const CLAIM: &str = "/_matrix/client/v3/keys/claim";
const CROSS_SIGNING: &str = "/_matrix/client/v3/keys/device_signing/upload";
const SIGNATURES: &str = "/_matrix/client/v3/keys/signatures/upload";
const ALICE: &str = "@alice:example.org";
const BOB: &str = "@bob:example.org";

impl World {
    fn ok(&self, path: &str, token: &str, body: &Value) -> Value {
        let (status, answer) = self.post(path, token, body);
        assert_eq!(status, 200, "{path} {answer}");
        answer
    }

    fn device_of(&self, token: &str) -> String {
        let (_, answer) = self.get(WHOAMI, token);
        answer["device_id"].as_str().unwrap().to_owned()
    }

    /// Publishes identity keys, without signatures. Returns the device.
    fn publish(&self, user: &str, token: &str) -> String {
        let device = self.device_of(token);
        let keys = device_keys(user, &device);
        self.ok(UPLOAD, token, &json!({"device_keys": keys}));
        device
    }

    fn query(&self, token: &str, user: &str) -> Value {
        self.ok(QUERY, token, &json!({"device_keys": {user: []}}))
    }

    fn next(&self, token: &str, since: &mut String) -> Value {
        let news = self.sync(token, &format!("since={since}"));
        *since = news["next_batch"].as_str().unwrap().to_owned();
        news
    }

    fn now(&self, token: &str) -> String {
        let first = self.sync(token, "");
        first["next_batch"].as_str().unwrap().to_owned()
    }

    /// A room with both.
    fn together(&self, alice: &str, bob: &str) -> String {
        let room_id = self.create(alice, &json!({"preset": "public_chat"}));
        let (status, _) = self.post(&in_room(&room_id, "join"), bob, &json!({}));
        assert_eq!(status, 200);
        room_id
    }
}

fn device_keys(user: &str, device: &str) -> Value {
    json!({
        "user_id": user, "device_id": device, "algorithms": ["m.olm.v1.curve25519-aes-sha2"],
        "keys": {(format!("ed25519:{device}")): pair(0).public}, "signatures": {},
        "org.example": {"is": "kept"},
    })
}

fn one_time(name: &str, key: &str) -> Value {
    json!({(format!("signed_curve25519:{name}")): {"key": key, "signatures": {}}})
}

struct Pair {
    pair: Ed25519KeyPair,
    public: String,
}

fn pair(number: u8) -> Pair {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[number; 32]).unwrap();
    let public = Base64::Standard.encode(pair.public_key());
    Pair { pair, public }
}

impl Pair {
    /// The object with a signature under the name of this key.
    fn sign(&self, user: &str, name: &str, object: &Value) -> Value {
        let bare = without(without(object.clone(), "signatures"), "unsigned");
        let text = canonical_json(&bare.to_string()).unwrap();
        let signature = Base64::Standard.encode(self.pair.sign(text.as_bytes()));
        with(
            bare,
            "signatures",
            json!({user: {(format!("ed25519:{name}")): signature}}),
        )
    }

    fn key(&self, user: &str, usage: &str) -> Value {
        let id = format!("ed25519:{}", self.public);
        json!({"user_id": user, "usage": [usage], "keys": {id: self.public}})
    }
}

/// Keys that the master key of this number vouches for.
fn identity(user: &str, number: u8) -> Value {
    let master = pair(number);
    let signed =
        |number: u8, usage| master.sign(user, &master.public, &pair(number).key(user, usage));
    json!({
        "master_key": master.key(user, "master"),
        "self_signing_key": signed(number + 1, "self_signing"),
        "user_signing_key": signed(number + 2, "user_signing"),
    })
}

#[test]
fn identity_keys_are_shown_as_they_came_with_the_name_of_the_device() {
    let world = World::new();
    let (alice, bob) = world.two();
    let device = world.publish(ALICE, &alice);
    let path = format!("/_matrix/client/v3/devices/{device}");
    let renamed = world.put(&path, &alice, &json!({"display_name": "Phone"}));
    assert_eq!(renamed, (200, json!({})));
    let found = world.query(&bob, ALICE);
    let expected = with(
        device_keys(ALICE, &device),
        "unsigned",
        json!({"device_display_name": "Phone"}),
    );
    assert_eq!(
        found["device_keys"],
        json!({ALICE: {device.clone(): expected}})
    );
    let other = world.ok(
        QUERY,
        &bob,
        &json!({"device_keys": {ALICE: ["NOPE"], "@x:other.org": []}}),
    );
    assert_eq!(other["device_keys"], json!({ALICE: {}}));
    assert_eq!(other["failures"]["other.org"]["status"], 503);

    for body in [
        json!({"device_keys": device_keys(BOB, &device)}),
        json!({"device_keys": device_keys(ALICE, "OTHER")}),
        json!({"one_time_keys": {"nocolon": {"key": "x", "signatures": {}}}}),
        json!({"one_time_keys": {"signed_curve25519:A": 5}}),
        json!({"one_time_keys": {":": "x"}}),
    ] {
        let refused = world.refused(UPLOAD, &alice, &body);
        assert_eq!(refused, (400, "M_BAD_JSON".to_owned()), "{body}");
    }
    world.post(LOGOUT, &alice, &json!({}));
    assert_eq!(world.query(&bob, ALICE)["device_keys"], json!({ALICE: {}}));
}

#[test]
fn one_time_keys_run_out_and_then_the_fallback_key_is_given() {
    let world = World::new();
    let (alice, bob) = world.two();
    let device = world.publish(ALICE, &alice);
    let mut fallback = one_time("F", "f");
    fallback["signed_curve25519:F"]["fallback"] = true.into();
    let body = json!({"one_time_keys": one_time("A", "a"), "fallback_keys": fallback});
    let counts = json!({"one_time_key_counts": {"signed_curve25519": 1}});
    for _ in 0..2 {
        assert_eq!(world.ok(UPLOAD, &alice, &body), counts);
    }
    let other = json!({"one_time_keys": one_time("A", "b")});
    let refused = world.refused(UPLOAD, &alice, &other);
    assert_eq!(refused, (400, "M_UNKNOWN".to_owned()));

    let claim = |device: &str| {
        let body = json!({"one_time_keys": {ALICE: {device: "signed_curve25519"}}});
        world.ok(CLAIM, &bob, &body)["one_time_keys"].take()
    };
    let unused = |expected: Value, count: u64| {
        let news = world.sync(&alice, "");
        assert_eq!(news["device_unused_fallback_key_types"], expected);
        assert_eq!(
            news["device_one_time_keys_count"],
            json!({"signed_curve25519": count})
        );
    };
    unused(json!(["signed_curve25519"]), 1);
    let found = claim(&device);
    assert_eq!(found, json!({ALICE: {device.clone(): one_time("A", "a")}}));
    unused(json!(["signed_curve25519"]), 0);
    for _ in 0..2 {
        let found = claim(&device);
        assert_eq!(found, json!({ALICE: {device.clone(): fallback}}));
        unused(json!([]), 0);
    }
    // The same again is not unused again; another is.
    world.ok(UPLOAD, &alice, &json!({"fallback_keys": fallback}));
    unused(json!([]), 0);
    world.ok(
        UPLOAD,
        &alice,
        &json!({"fallback_keys": one_time("G", "g")}),
    );
    unused(json!(["signed_curve25519"]), 0);
    assert_eq!(claim("NOPE"), json!({}));
    let many: serde_json::Map<_, _> = (0..501)
        .map(|number| (format!("curve25519:{number}"), json!("k")))
        .collect();
    let refused = world.refused(UPLOAD, &alice, &json!({"one_time_keys": many}));
    assert_eq!(refused, (400, "M_TOO_LARGE".to_owned()));
}

#[test]
fn cross_signing_keys_are_replaced_only_with_the_password() {
    let world = World::new();
    let (alice, bob) = world.two();
    let first = identity(ALICE, 1);
    let unsigned = json!({"self_signing_key": first["self_signing_key"]});
    let refused = world.refused(CROSS_SIGNING, &alice, &unsigned);
    assert_eq!(refused, (400, "M_MISSING_PARAM".to_owned()));
    let forged = with(first.clone(), "self_signing_key", {
        pair(9).sign(ALICE, &pair(1).public, &pair(2).key(ALICE, "self_signing"))
    });
    let refused = world.refused(CROSS_SIGNING, &alice, &forged);
    assert_eq!(refused, (400, "M_INVALID_SIGNATURE".to_owned()));
    let of_bob = json!({"master_key": pair(1).key(BOB, "master")});
    let refused = world.refused(CROSS_SIGNING, &alice, &of_bob);
    assert_eq!(refused, (400, "M_INVALID_PARAM".to_owned()));

    for _ in 0..2 {
        assert_eq!(world.ok(CROSS_SIGNING, &alice, &first), json!({}));
    }
    let seen = world.query(&bob, ALICE);
    assert_eq!(seen["master_keys"], json!({ALICE: first["master_key"]}));
    assert_eq!(
        seen["self_signing_keys"],
        json!({ALICE: first["self_signing_key"]})
    );
    assert_eq!(seen["user_signing_keys"], json!({}));
    let own = world.query(&alice, ALICE);
    assert_eq!(
        own["user_signing_keys"],
        json!({ALICE: first["user_signing_key"]})
    );

    let second = identity(ALICE, 4);
    let (status, challenge) = world.post(CROSS_SIGNING, &alice, &second);
    assert_eq!(
        (status, &challenge["flows"]),
        (401, &json!([{"stages": ["m.login.password"]}]))
    );
    let session = challenge["session"].as_str();
    let auth = password_stage("alice", "secret", session);
    world.ok(CROSS_SIGNING, &alice, &with(second.clone(), "auth", auth));
    let seen = world.query(&bob, ALICE);
    assert_eq!(seen["master_keys"], json!({ALICE: second["master_key"]}));
}

#[test]
fn a_replacement_is_approved_at_the_authorization_server_once() {
    let world = World::new();
    let alice = world.log_in("alice");
    world.ok(CROSS_SIGNING, &alice, &identity(ALICE, 1));
    let user_id = UserId::parse(ALICE).unwrap();
    world
        .homeserver
        .allow_cross_signing_reset(world.now, &user_id);
    world.ok(CROSS_SIGNING, &alice, &identity(ALICE, 4));
    let (status, _) = world.post(CROSS_SIGNING, &alice, &identity(ALICE, 7));
    assert_eq!(status, 401);
}

#[test]
fn signatures_are_checked_one_by_one() {
    let world = World::new();
    let (alice, bob) = world.two();
    let device = world.publish(ALICE, &alice);
    let [of_alice, of_bob] = [identity(ALICE, 1), identity(BOB, 4)];
    world.ok(CROSS_SIGNING, &alice, &of_alice);
    world.ok(CROSS_SIGNING, &bob, &of_bob);
    let sign = |objects: Value| world.ok(SIGNATURES, &alice, &objects)["failures"].take();
    let (self_signing, user_signing) = (pair(2), pair(3));

    let keys = device_keys(ALICE, &device);
    let forged = pair(9).sign(ALICE, &self_signing.public, &keys);
    let failures = sign(json!({ALICE: {device.clone(): forged, "NOPE": keys}}));
    assert_eq!(failures[ALICE][&device]["errcode"], "M_INVALID_SIGNATURE");
    assert_eq!(failures[ALICE]["NOPE"]["errcode"], "M_INVALID_SIGNATURE");
    let changed = with(keys.clone(), "algorithms", json!([]));
    let changed = self_signing.sign(ALICE, &self_signing.public, &changed);
    let failures = sign(json!({ALICE: {device.clone(): changed}}));
    assert_eq!(failures[ALICE][&device]["errcode"], "M_UNKNOWN");
    let signed = self_signing.sign(ALICE, &self_signing.public, &keys);
    assert_eq!(
        sign(json!({ALICE: {device.clone(): signed, "NOPE": signed}}))[ALICE]["NOPE"]["errcode"],
        "M_NOT_FOUND"
    );
    let seen = world.query(&bob, ALICE);
    let seen = &seen["device_keys"][ALICE][&device]["signatures"];
    assert_eq!(*seen, signed["signatures"]);

    // A device signs the master key.
    let master = pair(0).sign(ALICE, &device, &of_alice["master_key"]);
    let failures = sign(json!({ALICE: {(pair(1).public): master}}));
    assert_eq!(failures, json!({}));
    let seen = world.query(&bob, ALICE);
    assert_eq!(
        seen["master_keys"][ALICE]["signatures"],
        master["signatures"]
    );

    // Whom alice has verified only she sees.
    let master = user_signing.sign(ALICE, &user_signing.public, &of_bob["master_key"]);
    assert_eq!(sign(json!({BOB: {(pair(4).public): master}})), json!({}));
    let seen = world.query(&alice, BOB);
    assert_eq!(seen["master_keys"][BOB]["signatures"], master["signatures"]);
    let seen = world.query(&bob, BOB);
    assert_eq!(seen["master_keys"][BOB].get("signatures"), None);
    let failures = sign(json!({"@nobody:example.org": {"x": master}}));
    assert_eq!(
        failures["@nobody:example.org"]["x"]["errcode"],
        "M_NOT_FOUND"
    );
}

#[test]
fn users_who_share_a_room_hear_of_each_other_s_devices() {
    let world = World::new();
    let (alice, bob) = world.two();
    let mut since = world.now(&bob);
    let start = since.clone();
    let mut lists = || {
        let news = world.next(&bob, &mut since);
        news["device_lists"].clone()
    };
    world.publish(ALICE, &alice);
    assert_eq!(lists(), json!({"changed": [], "left": []}));
    let room_id = world.together(&alice, &bob);
    assert_eq!(lists(), json!({"changed": [ALICE], "left": []}));
    assert_eq!(lists(), json!({"changed": [], "left": []}));
    world.ok(CROSS_SIGNING, &alice, &identity(ALICE, 1));
    assert_eq!(lists(), json!({"changed": [ALICE], "left": []}));
    world.publish(BOB, &bob);
    assert_eq!(lists(), json!({"changed": [BOB], "left": []}));
    let middle = world.now(&bob);
    world.post(&in_room(&room_id, "leave"), &alice, &json!({}));
    let end = world.now(&bob);
    let changes = |from: &str, to: &str| {
        let path = format!("/_matrix/client/v3/keys/changes?from={from}&to={to}");
        world.get(&path, &bob)
    };
    assert_eq!(
        changes(&start, &middle),
        (200, json!({"changed": [ALICE, BOB], "left": []}))
    );
    assert_eq!(
        changes(&middle, &end),
        (200, json!({"changed": [], "left": [ALICE]}))
    );
    assert_eq!(changes("x", &end).0, 400);
}

#[test]
fn what_is_kept_of_keys_can_be_written_down_and_read_back() {
    fn read_back<T: serde::Serialize + serde::de::DeserializeOwned>(part: &T) {
        let text = serde_json::to_string(part).unwrap();
        assert!(text.contains("example.org"), "{text}");
        let again: T = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), text);
    }
    let world = World::new();
    let (alice, bob) = world.two();
    let device = world.publish(ALICE, &alice);
    world.together(&alice, &bob);
    let keys = json!({"one_time_keys": one_time("A", "a"), "fallback_keys": one_time("F", "f")});
    world.ok(UPLOAD, &alice, &keys);
    world.ok(CROSS_SIGNING, &alice, &identity(ALICE, 1));
    let signed = pair(2).sign(ALICE, &pair(2).public, &device_keys(ALICE, &device));
    world.ok(SIGNATURES, &alice, &json!({ALICE: {device: signed}}));
    let backup = json!({"algorithm": "m.other", "auth_data": {}});
    world.ok("/_matrix/client/v3/room_keys/version", &alice, &backup);
    let key = json!({
        "first_message_index": 1, "forwarded_count": 0, "is_verified": true, "session_data": {},
    });
    let path = "/_matrix/client/v3/room_keys/keys/!a:example.org/s?version=1";
    assert_eq!(world.put(path, &alice, &key).0, 200);
    let messages = json!({"messages": {ALICE: {"*": {}}}});
    for txn_id in 0..101 {
        let path = format!("/_matrix/client/v3/sendToDevice/m.dummy/{txn_id}");
        assert_eq!(world.put(&path, &bob, &messages).0, 200);
    }
    world.now(&alice);
    let dehydrated = json!({
        "device_id": "DRY", "device_data": {}, "device_keys": device_keys(ALICE, "DRY"),
    });
    let path = "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device";
    assert_eq!(world.put(path, &alice, &dehydrated).0, 200);
    let path = "/_matrix/client/unstable/io.element.msc4388/rendezvous";
    world.ok(path, "", &json!({"data": "example.org"}));
    let state = world.homeserver.state();
    read_back(&state.device_keys);
    read_back(&state.cross_signing);
    read_back(&state.device_lists);
    read_back(&state.to_device);
    read_back(&state.dehydrated);
    read_back(&state.backups);
    read_back(&state.rendezvous);
}
