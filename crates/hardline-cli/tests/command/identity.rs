//! `discover` and `identity lookup`.

use hardline::identity_api::lookup::{LookupUsersV2, LookupUsersV2Response};
use hardline::identity_api::terms::{Policy, PolicyTranslation};
use hardline::json::JsonMap;
use hardline::types::UserId;
use hardline_loopback::{Fault, Loopback};

use crate::run::{PASSWORD, at, hardline, run, run_with};

#[test]
fn a_homeserver_is_found_and_what_it_has_told() {
    let loopback = Loopback::start().unwrap();
    let url = loopback.url();
    let ended = run(&mut hardline(&format!("discover {url}"))).expect(0, &[]);
    let line = format!("the homeserver is {url}, which supports Matrix up to v1.19\n");
    assert_eq!(ended.stdout, line);
    for transport in ["isahc", "isahc-blocking"] {
        let command = format!("discover {url} --json --transport {transport}");
        let ended = run(&mut hardline(&command)).expect(0, &[]);
        let step: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        let expected = serde_json::json!({
            "step": "discovered", "homeserver": url, "newest": "v1.19", "identity_server": null
        });
        assert_eq!(step, expected);
    }
}

#[test]
fn where_there_is_no_homeserver_an_address_is_asked_for() {
    let loopback = Loopback::builder().base_path("matrix").start().unwrap();
    let (right, wrong) = (loopback.url(), loopback.url().replace("matrix", "nowhere"));
    let mut discover = hardline(&format!("discover {wrong}"));
    run_with(&mut discover, &format!("{right}\n")).expect(
        0,
        &[
            "there is no homeserver at that address",
            &format!("is {right}, which"),
        ],
    );
    let ended = run(&mut hardline(&format!("discover {wrong}")));
    ended.expect(7, &["check that this is the address of a homeserver"]);
    run(&mut hardline("discover alice@example.org")).expect(2, &["write @alice:example.org"]);
}

#[test]
fn whoever_is_bound_is_found_once_the_terms_are_agreed_to() {
    let loopback = Loopback::builder()
        .account("alice", PASSWORD)
        .on(|_, lookup: LookupUsersV2| {
            let mut answer = LookupUsersV2Response::default();
            let bob = UserId::parse("@bob:example.org").expect("it is one");
            answer.mappings.insert(lookup.addresses[0].clone(), bob);
            Ok(answer)
        })
        .start()
        .unwrap();
    let mut policy = Policy::default();
    let url = "https://example.org/terms".to_owned();
    let english = PolicyTranslation::new("Terms".to_owned(), url);
    policy.translations.insert("en".to_owned(), english);
    let terms = JsonMap::from([("terms_of_service".to_owned(), policy)]);
    loopback.identity_server().set_terms(terms);

    let lookup = format!(
        "identity lookup +447700900001 carol@example.org --identity-server {}",
        loopback.url()
    );
    let ended = run(&mut at(&loopback, "alice", &lookup));
    ended.expect(9, &["https://example.org/terms", "pipe in y"]);
    let ended = run_with(&mut at(&loopback, "alice", &lookup), "y\n");
    let ended = ended.expect(0, &[]);
    assert_eq!(ended.stdout, "+447700900001            @bob:example.org\n");
    let ended = run(&mut at(&loopback, "alice", &format!("{lookup} --json"))).expect(0, &[]);
    let result = ended.stdout.lines().find(|line| line.contains("looked_up"));
    assert_eq!(
        result.unwrap(),
        r#"{"step":"looked_up","asked":2,"found":[{"medium":"msisdn","address":"447700900001","user_id":"@bob:example.org"}]}"#
    );
}

#[test]
fn a_lookup_needs_an_identity_server_and_addresses_of_its_kinds() {
    let loopback = Loopback::builder()
        .account("alice", PASSWORD)
        .start()
        .unwrap();
    let lookup = "identity lookup a@example.org --retries 0";
    // The homeserver is known by its URL alone, and says itself which it is.
    let ended = run(&mut at(&loopback, "alice", lookup));
    ended.expect(0, &["it is not bound to anybody"]);
    loopback.set_fault("/.well-known/matrix/client", Fault::BadGateway);
    let ended = run(&mut at(&loopback, "alice", lookup));
    ended.expect(2, &["name one with --identity-server"]);
    let lookup = format!("{lookup} --identity-server {}", loopback.url());
    let ended = run(&mut at(&loopback, "alice", &lookup));
    ended.expect(0, &["it is not bound to anybody"]);
    let lookup = "identity lookup 07700900001";
    let ended = run(&mut at(&loopback, "alice", lookup));
    ended.expect(2, &["write + and the country's code"]);
}
