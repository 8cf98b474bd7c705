//! Whole requests and whole answers, as a client sees them.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hardline::identity_api::terms::PolicyTranslation;
use hardline::types::{Password, ServerName};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::{Value, json};

use super::*;

mod invitations;
mod trusted;

const START: Timestamp = Timestamp::from_millis(1_795_422_468_000);
const REGISTER: &str = "/_matrix/identity/v2/account/register";
const ACCOUNT: &str = "/_matrix/identity/v2/account";
const TERMS: &str = "/_matrix/identity/v2/terms";
const HASH_DETAILS: &str = "/_matrix/identity/v2/hash_details";
const LOOKUP: &str = "/_matrix/identity/v2/lookup";
const BIND: &str = "/_matrix/identity/v2/3pid/bind";
const UNBIND: &str = "/_matrix/identity/v2/3pid/unbind";
const STORE_INVITE: &str = "/_matrix/identity/v2/store-invite";
const SIGN: &str = "/_matrix/identity/v2/sign-ed25519";

/// A homeserver with alice, its identity server, and the time there.
struct World {
    server: IdentityServer,
    now: Timestamp,
}

impl World {
    fn new() -> Self {
        Self::at("https://example.org/matrix")
    }

    fn at(base_url: &str) -> Self {
        let name = ServerName::parse("example.org").unwrap();
        let homeserver = Homeserver::new(name, base_url, [7; 32]);
        for user in ["alice", "bob"] {
            homeserver
                .add_account(user, &Password::from("secret"))
                .unwrap();
        }
        Self {
            server: IdentityServer::new(Arc::new(homeserver), [8; 32]),
            now: START,
        }
    }

    fn request(&self, method: &str, path: &str, token: &str, body: &Value) -> Response<Vec<u8>> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("https://example.org/matrix{path}"));
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = match body {
            Value::Null => Bytes::new(),
            body => body.to_string().into(),
        };
        let request = request.body(body).unwrap();
        if path.starts_with(ROOT) {
            self.server.handle(self.now, request)
        } else {
            self.server.data.homeserver.handle(self.now, request)
        }
    }

    fn get(&self, path: &str, token: &str) -> (u16, Value) {
        parts(&self.request("GET", path, token, &Value::Null))
    }

    fn post(&self, path: &str, token: &str, body: &Value) -> (u16, Value) {
        parts(&self.request("POST", path, token, body))
    }

    /// The status and the errcode.
    fn refused(&self, path: &str, token: &str, body: &Value) -> (u16, String) {
        let (status, body) = self.post(path, token, body);
        (status, body["errcode"].as_str().unwrap_or("").to_owned())
    }

    /// The homeserver's access token of a user.
    fn log_in(&self, user: &str) -> String {
        let (_, login) = self.post("/_matrix/client/v3/login", "", &password(user));
        login["access_token"].as_str().unwrap().to_owned()
    }

    /// What a user of the homeserver shows the identity server.
    fn openid(&self, user: &str) -> Value {
        let token = self.log_in(user);
        let path = format!("/_matrix/client/v3/user/@{user}:example.org/openid/request_token");
        let (status, credentials) = self.post(&path, &token, &json!({}));
        assert_eq!(status, 200, "{credentials}");
        credentials
    }

    /// The access token of a user who has registered.
    fn register(&self, user: &str) -> String {
        let (status, body) = self.post(REGISTER, "", &self.openid(user));
        assert_eq!(status, 200, "{body}");
        body["token"].as_str().unwrap().to_owned()
    }

    /// The session that has validated an address.
    fn validated(&self, medium: &str, token: &str) -> String {
        let (request, address) = match medium {
            "email" => (json!({"email": "Alice@Example.org"}), "alice@example.org"),
            _ => (
                json!({"country": "GB", "phone_number": "07700 900001"}),
                "447700900001",
            ),
        };
        let request = with(with(request, "client_secret", "s"), "send_attempt", 1);
        let path = format!("/_matrix/identity/v2/validate/{medium}/");
        let (status, begun) = self.post(&format!("{path}requestToken"), token, &request);
        assert_eq!(status, 200, "{begun}");
        let sid = begun["sid"].as_str().unwrap().to_owned();
        let message = self.server.inbox().last_to(address).unwrap();
        let code = message.token.reveal();
        let submission = json!({"sid": sid, "client_secret": "s", "token": code});
        assert_eq!(
            self.post(&format!("{path}submitToken"), token, &submission),
            (200, json!({"success": true}))
        );
        sid
    }

    fn bind(&self, sid: &str, token: &str) -> (u16, Value) {
        let body = json!({"sid": sid, "client_secret": "s", "mxid": "@alice:example.org"});
        self.post(BIND, token, &body)
    }

    fn details(&self, token: &str) -> hardline::identity_api::lookup::GetHashDetailsResponse {
        serde_json::from_value(self.get(HASH_DETAILS, token).1).unwrap()
    }
}

fn parts(response: &Response<Vec<u8>>) -> (u16, Value) {
    let body = serde_json::from_slice(response.body()).unwrap_or_default();
    (response.status().as_u16(), body)
}

fn password(user: &str) -> Value {
    json!({"type": "m.login.password", "password": "secret",
        "identifier": {"type": "m.id.user", "user": user}})
}

fn with(mut object: Value, name: &str, value: impl Into<Value>) -> Value {
    object[name] = value.into();
    object
}

/// Whether a signature is one of that key under the object without its signatures.
fn is_signed(object: &Value, key: &str) -> bool {
    let mut unsigned = object.clone();
    let signatures = unsigned.as_object_mut().unwrap().remove("signatures");
    let signature = signatures.unwrap()["example.org"]["ed25519:0"].clone();
    let decode = |text: &str| STANDARD_NO_PAD.decode(text).unwrap();
    let key = UnparsedPublicKey::new(&ED25519, decode(key));
    let signature = decode(signature.as_str().unwrap());
    key.verify(unsigned.to_string().as_bytes(), &signature)
        .is_ok()
}

#[test]
fn a_user_registers_by_the_homeservers_word_and_logs_out() {
    let world = World::new();
    let token = world.register("alice");
    assert_eq!(
        world.get(ACCOUNT, &token),
        (200, json!({"user_id": "@alice:example.org"}))
    );
    let logout = "/_matrix/identity/v2/account/logout";
    assert_eq!(world.post(logout, &token, &Value::Null), (200, json!({})));
    for token in [&token, "", "nobody's"] {
        let (status, body) = world.get(ACCOUNT, token);
        assert_eq!((status, &body["errcode"]), (401, &json!("M_UNAUTHORIZED")));
    }
}

#[test]
fn an_openid_token_is_good_for_an_hour_and_from_this_homeserver() {
    let mut world = World::new();
    let credentials = world.openid("alice");
    let refused = (401, "M_UNAUTHORIZED".to_owned());
    for (name, value) in [
        ("matrix_server_name", "other.example.org"),
        ("access_token", "made up"),
    ] {
        let wrong = with(credentials.clone(), name, value);
        assert_eq!(world.refused(REGISTER, "", &wrong), refused, "{name}");
    }
    world.now = START + Duration::from_secs(3599);
    assert_eq!(world.post(REGISTER, "", &credentials).0, 200);
    world.now = START + Duration::from_secs(3600);
    assert_eq!(world.refused(REGISTER, "", &credentials), refused);
}

#[test]
fn a_user_shows_nobody_elses_openid_token() {
    let world = World::new();
    let path = "/_matrix/client/v3/user/@bob:example.org/openid/request_token";
    assert_eq!(
        world.refused(path, &world.log_in("alice"), &json!({})),
        (403, "M_FORBIDDEN".to_owned())
    );
}

#[test]
fn nothing_is_done_before_the_terms_are_agreed_to() {
    let world = World::new();
    let token = world.register("alice");
    let mut policy = Policy::default();
    policy.version = Some("1.2".to_owned());
    for language in ["en", "fr"] {
        let url = format!("https://example.org/privacy-{language}");
        let translation = PolicyTranslation::new("Privacy".to_owned(), url);
        policy.translations.insert(language.to_owned(), translation);
    }
    let policies = JsonMap::from([("privacy_policy".to_owned(), policy)]);
    world.server.set_terms(policies);
    let (status, body) = world.get(ACCOUNT, &token);
    assert_eq!(
        (status, &body["errcode"]),
        (403, &json!("M_TERMS_NOT_SIGNED"))
    );
    let (_, terms) = world.get(TERMS, "");
    assert_eq!(
        terms,
        json!({"policies": {"privacy_policy": {
            "version": "1.2",
            "en": {"name": "Privacy", "url": "https://example.org/privacy-en"},
            "fr": {"name": "Privacy", "url": "https://example.org/privacy-fr"},
        }}})
    );
    let unknown = json!({"user_accepts": ["https://x"]});
    assert_eq!(
        world.refused(TERMS, &token, &unknown),
        (400, "M_UNKNOWN".to_owned())
    );
    let agreed = json!({"user_accepts": ["https://example.org/privacy-fr"]});
    assert_eq!(world.post(TERMS, &token, &agreed), (200, json!({})));
    assert_eq!(world.get(ACCOUNT, &token).0, 200);
    // They are agreed to by the user, not by the token, and by this user only.
    assert_eq!(world.get(ACCOUNT, &world.register("alice")).0, 200);
    assert_eq!(world.get(ACCOUNT, &world.register("bob")).0, 403);
}

#[test]
fn a_number_is_bound_found_and_unbound() {
    let world = World::new();
    let token = world.register("alice");
    let sid = world.validated("msisdn", &token);
    let validated = format!("/_matrix/identity/v2/3pid/getValidated3pid?sid={sid}&client_secret=s");
    assert_eq!(
        world.get(&validated, &token),
        (
            200,
            json!({"medium": "msisdn", "address": "447700900001", "validated_at": START.as_millis()})
        )
    );
    let (status, bound) = world.bind(&sid, &token);
    assert_eq!(
        (status, &bound["mxid"]),
        (200, &json!("@alice:example.org"))
    );
    let (_, key) = world.get("/_matrix/identity/v2/pubkey/ed25519:0", "");
    assert!(is_signed(&bound, key["public_key"].as_str().unwrap()));
    assert!(!is_signed(
        &with(bound, "mxid", "@eve:example.org"),
        key["public_key"].as_str().unwrap()
    ));

    let pepper = world.details(&token).lookup_pepper;
    let lookup =
        json!({"algorithm": "none", "pepper": pepper, "addresses": ["447700900001 msisdn", "x"]});
    let found = json!({"mappings": {"447700900001 msisdn": "@alice:example.org"}});
    assert_eq!(world.post(LOOKUP, &token, &lookup), (200, found));

    let unbind = json!({"mxid": "@alice:example.org", "sid": sid, "client_secret": "s",
        "threepid": {"medium": "msisdn", "address": "447700900001"}});
    let forbidden = (403, "M_FORBIDDEN".to_owned());
    let other = with(unbind.clone(), "mxid", "@bob:example.org");
    assert_eq!(world.refused(UNBIND, &token, &other), forbidden);
    let unproven = with(unbind.clone(), "sid", Value::Null);
    assert_eq!(world.refused(UNBIND, &token, &unproven), forbidden);
    assert_eq!(world.post(UNBIND, &token, &unbind), (200, json!({})));
    assert_eq!(
        world.post(LOOKUP, &token, &lookup),
        (200, json!({"mappings": {}}))
    );
}

#[test]
fn a_lookup_outlives_a_rotated_pepper() {
    use hardline::identity_api::association::Threepid;
    use hardline::identity_api::lookup::{AddressLookup, LookupUsersV2};
    use hardline::types::Medium;

    let world = World::new();
    let token = world.register("alice");
    world.bind(&world.validated("email", &token), &token);
    let details = world.details(&token);
    let address = Threepid::new(Medium::Email, "ALICE@example.org".to_owned());
    let lookup = AddressLookup::new([address], &details).unwrap();
    let ask = |lookup: &AddressLookup| {
        let body = serde_json::to_value(lookup.request()).unwrap();
        let response = world.request("POST", LOOKUP, &token, &body);
        hardline::wire::decode::<LookupUsersV2>(response)
    };
    assert_eq!(lookup.found(&ask(&lookup).unwrap()).count(), 1);

    let pepper = world.server.rotate_pepper();
    let error = ask(&lookup).unwrap_err();
    let details = details.after(&error).unwrap();
    assert_eq!(details.lookup_pepper, pepper);
    let lookup = lookup.again(&details).unwrap();
    let response = ask(&lookup).unwrap();
    let (address, user) = lookup.found(&response).next().unwrap();
    assert_eq!(
        (address.address.as_str(), user.as_str()),
        ("ALICE@example.org", "@alice:example.org")
    );
}

#[test]
fn a_lookup_by_an_algorithm_that_is_none_of_the_servers_is_refused() {
    let world = World::new();
    let token = world.register("alice");
    let pepper = world.details(&token).lookup_pepper;
    let lookup = json!({"algorithm": "md5", "pepper": pepper, "addresses": []});
    assert_eq!(
        world.refused(LOOKUP, &token, &lookup),
        (400, "M_INVALID_PARAM".to_owned())
    );
}

#[test]
fn a_link_is_followed_without_a_token_and_leads_on() {
    let world = World::new();
    let token = world.register("alice");
    let request = json!({"email": "alice@example.org", "client_secret": "s", "send_attempt": 1,
        "next_link": "https://example.org/n"});
    let path = "/_matrix/identity/v2/validate/email/requestToken";
    let (_, begun) = world.post(path, &token, &request);
    let sid = begun["sid"].as_str().unwrap();
    assert_eq!(
        world.bind(sid, &token).1["errcode"],
        json!("M_SESSION_NOT_VALIDATED")
    );
    let message = world.server.inbox().last_to("alice@example.org").unwrap();
    let (_, link) = message
        .text
        .split_once("https://example.org/matrix")
        .unwrap();
    let broken = format!("{link}x");
    assert_eq!(
        world.get(&broken, "").1["errcode"],
        json!("M_TOKEN_INCORRECT")
    );
    let response = world.request("GET", link, "", &Value::Null);
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()["location"], "https://example.org/n");
    assert_eq!(world.bind(sid, &token).0, 200);
}

#[test]
fn a_message_is_sent_once_for_each_attempt() {
    let world = World::new();
    let token = world.register("alice");
    let path = "/_matrix/identity/v2/validate/msisdn/requestToken";
    let request = json!({"client_secret": "s", "country": "GB", "phone_number": "07700 900001"});
    let ask = |attempt: u64| {
        world.post(
            path,
            &token,
            &with(request.clone(), "send_attempt", attempt),
        )
    };
    let first = ask(2);
    assert_eq!(first.0, 200);
    assert_eq!(
        [ask(2), ask(1), ask(3)],
        [first.clone(), first.clone(), first]
    );
    assert_eq!(world.server.inbox().messages().len(), 2);
}

#[test]
fn what_is_no_address_is_refused() {
    let world = World::new();
    let token = world.register("alice");
    let common = json!({"client_secret": "s", "send_attempt": 1, "country": "GB"});
    let email = "/_matrix/identity/v2/validate/email/requestToken";
    for bad in ["", "alice", "@example.org", "alice@", "a b@example.org"] {
        let request = with(common.clone(), "email", bad);
        let refused = (400, "M_INVALID_EMAIL".to_owned());
        assert_eq!(world.refused(email, &token, &request), refused, "{bad}");
    }
    let msisdn = "/_matrix/identity/v2/validate/msisdn/requestToken";
    let request = with(common, "phone_number", "zz");
    assert_eq!(
        world.refused(msisdn, &token, &request),
        (400, "M_INVALID_ADDRESS".to_owned())
    );
    let bad_secret = with(
        with(request, "phone_number", "07700 900001"),
        "client_secret",
        "a b",
    );
    assert_eq!(
        world.refused(msisdn, &token, &bad_secret),
        (400, "M_INVALID_PARAM".to_owned())
    );
    assert!(world.server.inbox().messages().is_empty());
}

#[test]
fn codes_cannot_be_tried_out_and_grow_old() {
    let mut world = World::new();
    let token = world.register("alice");
    let request = json!({"client_secret": "s", "send_attempt": 1, "country": "GB",
        "phone_number": "07700 900001"});
    let path = "/_matrix/identity/v2/validate/msisdn/";
    let (_, begun) = world.post(&format!("{path}requestToken"), &token, &request);
    let sid = begun["sid"].as_str().unwrap();
    let submit = format!("{path}submitToken");
    let submission = json!({"sid": sid, "client_secret": "s", "token": "not it"});
    world.now = START + Duration::from_secs(60 * 60);
    let refused = |world: &World| world.refused(&submit, &token, &submission);
    assert_eq!(refused(&world), (400, "M_SESSION_EXPIRED".to_owned()));
    world.now = START;
    for _ in 0..5 {
        assert_eq!(refused(&world), (400, "M_TOKEN_INCORRECT".to_owned()));
    }
    assert_eq!(refused(&world), (404, "M_NO_VALID_SESSION".to_owned()));
}

#[test]
fn a_user_binds_to_themselves_only() {
    let world = World::new();
    let token = world.register("alice");
    let sid = world.validated("email", &token);
    let refused = world.bind(&sid, &world.register("bob"));
    assert_eq!(
        (refused.0, &refused.1["errcode"]),
        (403, &json!("M_UNAUTHORIZED"))
    );
    assert_eq!(
        world.bind("unknown", &token).1["errcode"],
        json!("M_NO_VALID_SESSION")
    );
}

#[test]
fn an_invitation_is_left_and_taken_up() {
    let world = World::new();
    let token = world.register("alice");
    let invite = json!({"medium": "email", "address": "Bob@Example.org", "room_id": "!room:example.org",
        "sender": "@alice:example.org", "room_name": "Party"});
    let (status, left) = world.post(STORE_INVITE, &token, &invite);
    assert_eq!((status, &left["display_name"]), (200, &json!("b...@e...")));
    for (key, validity) in left["public_keys"]
        .as_array()
        .unwrap()
        .iter()
        .zip(["isvalid", "ephemeral/isvalid"])
    {
        let url = key["key_validity_url"].as_str().unwrap();
        assert_eq!(
            url,
            format!("https://example.org/matrix/_matrix/identity/v2/pubkey/{validity}")
        );
        let path = url.strip_prefix("https://example.org/matrix").unwrap();
        let key = key["public_key"].as_str().unwrap().replace('+', "%2B");
        let valid = |key: &str| world.get(&format!("{path}?public_key={key}"), "").1;
        assert_eq!(valid(&key), json!({"valid": true}));
        assert_eq!(valid("other"), json!({"valid": false}));
    }

    let message = world.server.inbox().last_to("bob@example.org").unwrap();
    let (_, private_key) = message.text.rsplit_once(' ').unwrap();
    let taken_up =
        json!({"mxid": "@bob:example.org", "token": left["token"], "private_key": private_key});
    let bob = world.register("bob");
    let (status, signed) = world.post(SIGN, &bob, &taken_up);
    assert_eq!(
        (status, &signed["sender"]),
        (200, &json!("@alice:example.org"))
    );
    let ephemeral = left["public_keys"][1]["public_key"].as_str().unwrap();
    assert!(is_signed(&signed, ephemeral));

    let unknown = with(taken_up.clone(), "token", "unknown");
    assert_eq!(
        world.refused(SIGN, &bob, &unknown),
        (404, "M_UNRECOGNIZED".to_owned())
    );
    let no_key = with(taken_up, "private_key", "abc");
    assert_eq!(
        world.refused(SIGN, &bob, &no_key),
        (400, "M_INVALID_PARAM".to_owned())
    );
}

#[test]
fn an_invitation_for_somebody_who_is_known_says_who_they_are() {
    let world = World::new();
    let token = world.register("alice");
    world.bind(&world.validated("email", &token), &token);
    let invite = json!({"medium": "email", "address": "alice@example.org",
        "room_id": "!room:example.org", "sender": "@alice:example.org"});
    let (status, body) = world.post(STORE_INVITE, &token, &invite);
    assert_eq!(
        (status, &body["errcode"], &body["mxid"]),
        (
            400,
            &json!("M_THREEPID_IN_USE"),
            &json!("@alice:example.org")
        )
    );
    let text = with(invite.clone(), "medium", "msisdn");
    assert_eq!(
        world.refused(STORE_INVITE, &token, &text),
        (400, "M_UNRECOGNIZED".to_owned())
    );
    let other = with(invite, "sender", "@bob:example.org");
    assert_eq!(
        world.refused(STORE_INVITE, &token, &other),
        (403, "M_UNAUTHORIZED".to_owned())
    );
}

#[test]
fn it_says_what_it_is_and_knows_no_other_key() {
    let world = World::new();
    let (_, versions) = world.get("/_matrix/identity/versions", "");
    assert_eq!(versions["versions"][0], "r0.3.0");
    assert_eq!(world.get("/_matrix/identity/v2", ""), (200, json!({})));
    let (status, body) = world.get("/_matrix/identity/v2/pubkey/ed25519:1", "");
    assert_eq!((status, &body["errcode"]), (404, &json!("M_NOT_FOUND")));
    let (status, body) = world.get("/_matrix/identity/v2/nope", "");
    assert_eq!((status, &body["errcode"]), (404, &json!("M_UNRECOGNIZED")));
}

#[test]
fn every_operation_of_the_registry_is_answered() {
    struct Unanswered<'a>(&'a IdentityServer, Vec<String>);
    impl hardline::wire::EndpointVisitor for Unanswered<'_> {
        fn visit<E: hardline::wire::RegisteredEndpoint>(&mut self) {
            if !self.0.handlers.has(&E::OPERATION) {
                self.1.push(E::OPERATION.name().to_string());
            }
        }
    }
    let world = World::new();
    let mut unanswered = Unanswered(&world.server, Vec::new());
    identity_api::visit(&mut unanswered);
    assert_eq!(unanswered.1, Vec::<String>::new());
}
