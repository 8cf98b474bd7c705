use std::time::Duration;

use super::*;
use crate::flow::engine::test_harness::{NOW, TestHarness, homeserver};
use crate::types::Medium;

const ASK_FOR_DETAILS: &str = "GET https://is.org/_matrix/identity/v2/hash_details ";
const DETAILS: &str = r#"{"lookup_pepper": "matrixrocks", "algorithms": ["none", "sha256"]}"#;
const ALICE: &str = "4kenr7N9drpCJ4AfalmlGQVsOn3o2RHjkADUpXJWZUc";

fn addresses() -> Vec<Threepid> {
    vec![
        Threepid::new(Medium::Email, "Alice@example.com".to_owned()),
        Threepid::new(Medium::Msisdn, "18005552067".to_owned()),
    ]
}

fn flow() -> Lookup {
    of(addresses())
}

fn of(addresses: Vec<Threepid>) -> Lookup {
    let user = UserId::parse("@alice:example.org").unwrap();
    let identity_server = BaseUrl::parse("https://is.org").unwrap();
    Lookup::new(NOW, homeserver(), user, identity_server, addresses, 1)
}

fn lookup_of(number: &str) -> TestHarness<Lookup> {
    let flow = of(vec![Threepid::new(Medium::Msisdn, number.to_owned())]);
    TestHarness::new(flow.with_identity_token(AccessToken::from("is-not-to-be-shown")))
}

fn lookup() -> TestHarness<Lookup> {
    TestHarness::new(flow().with_identity_token(AccessToken::from("is-not-to-be-shown")))
}

fn looking_up() -> TestHarness<Lookup> {
    let mut lookup = lookup();
    assert_eq!(lookup.request(), ASK_FOR_DETAILS);
    assert_eq!(lookup.token(), Some("is-not-to-be-shown"));
    lookup.answer(200, DETAILS);
    lookup
}

fn found(lookup: TestHarness<Lookup>) -> Vec<(String, String)> {
    let found = lookup.success().into_iter();
    found
        .map(|(threepid, user)| (threepid.address, user.to_string()))
        .collect()
}

#[test]
fn the_server_sees_only_hashes() {
    let mut lookup = looking_up();
    assert_eq!(
        lookup.request(),
        format!(
            r#"POST https://is.org/_matrix/identity/v2/lookup {{"algorithm":"sha256","pepper":"matrixrocks","addresses":["{ALICE}","nlo35_T5fzSGZzJApqu8lgIudJvmOQtDaHtr-I4rU7I"]}}"#
        )
    );
    assert_eq!(lookup.token(), Some("is-not-to-be-shown"));
    lookup.answer(
        200,
        &format!(r#"{{"mappings": {{"{ALICE}": "@alice:example.org"}}}}"#),
    );
    assert_eq!(
        found(lookup),
        [(
            "Alice@example.com".to_owned(),
            "@alice:example.org".to_owned()
        )]
    );
}

#[test]
fn a_pepper_that_was_rotated_is_replaced() {
    let mut lookup = looking_up();
    lookup.answer(
        400,
        r#"{"errcode": "M_INVALID_PEPPER", "error": "x", "algorithm": "none", "lookup_pepper": "new"}"#,
    );
    // The error does not make it fall back to plain text.
    assert!(
        lookup
            .request()
            .contains(r#""algorithm":"sha256","pepper":"new""#)
    );
    lookup.answer(400, r#"{"errcode": "M_INVALID_PEPPER", "error": "x"}"#);
    assert_eq!(lookup.request(), ASK_FOR_DETAILS);
    lookup.answer(200, DETAILS);
    lookup.answer(200, r#"{"mappings": {}}"#);
    assert!(lookup.told().0.is_empty());
    assert!(found(lookup).is_empty());
}

#[test]
fn it_gives_up_on_a_server_that_accepts_no_pepper() {
    let mut lookup = looking_up();
    let mut asked = 0;
    while lookup.outcome.is_none() {
        asked += 1;
        lookup.answer(
            400,
            r#"{"errcode": "M_INVALID_PEPPER", "error": "x", "lookup_pepper": "another"}"#,
        );
    }
    assert_eq!(asked, 4);
    let error = lookup.error().to_string();
    assert!(
        error.starts_with("is:lookupUsersV2: the server declined: M_INVALID_PEPPER"),
        "{error}"
    );
}

#[test]
fn it_gives_up_on_a_server_without_a_known_algorithm() {
    let mut lookup = lookup();
    lookup.answer(200, r#"{"lookup_pepper": "p", "algorithms": ["md5"]}"#);
    assert_eq!(
        lookup.error().to_string(),
        "the identity server looks up by neither sha256 nor none: use another identity server"
    );
}

#[test]
fn an_expired_token_is_replaced_and_terms_are_asked_about_whenever_required() {
    let mut lookup = looking_up();
    let looked_up = lookup.request();
    lookup.answer(401, r#"{"errcode": "M_UNAUTHORIZED", "error": "x"}"#);
    lookup.answer(200, r#"{"access_token": "o", "token_type": "Bearer", "matrix_server_name": "example.org", "expires_in": 3600}"#);
    lookup.answer(200, r#"{"token": "new"}"#);
    lookup.answer(200, r#"{"user_id": "@alice:example.org"}"#);
    assert_eq!(
        (lookup.request(), lookup.token()),
        (looked_up.clone(), Some("new"))
    );
    lookup.answer(403, r#"{"errcode": "M_TERMS_NOT_SIGNED", "error": "x"}"#);
    lookup.answer(
        200,
        r#"{"policies": {"p": {"version": "1", "en": {"name": "P", "url": "u"}}}}"#,
    );
    let (told, prompt) = lookup.told();
    assert_eq!(told, ["Terms"]);
    assert!(matches!(prompt, Some(Prompt::Terms(_))));
    lookup.reply(Reply::Done);
    lookup.answer(200, "{}");
    lookup.answer(200, r#"{"user_id": "@alice:example.org"}"#);
    assert_eq!((lookup.request(), lookup.token()), (looked_up, Some("new")));
    lookup.answer(401, r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "x"}"#);
    assert!(lookup.error().to_string().starts_with("is:lookupUsersV2: "));
}

#[test]
fn an_identity_server_that_never_answers_is_reported_in_seconds() {
    let mut lookup = lookup();
    assert_eq!(lookup.wait(), Duration::from_secs(5));
    assert_eq!(lookup.told().0, ["Stalled"]);
    lookup.retry();
    assert_eq!(lookup.request(), ASK_FOR_DETAILS);
}

#[test]
fn a_number_is_found_however_it_is_written() {
    let mut lookup = lookup_of("+44 (0)7700 900001");
    lookup.answer(200, r#"{"lookup_pepper": "p", "algorithms": ["none"]}"#);
    assert!(
        lookup
            .request()
            .contains(r#""addresses":["447700900001 msisdn"]"#)
    );
    lookup.answer(
        200,
        r#"{"mappings": {"447700900001 msisdn": "@alice:example.org"}}"#,
    );
    assert_eq!(found(lookup)[0].0, "+44 (0)7700 900001");
}

#[test]
fn a_number_without_its_country_is_refused_before_anything_is_sent() {
    let lookup = lookup_of("07700 900001");
    assert!(lookup.is_silent());
    assert_eq!(
        lookup.error().to_string(),
        "address 1: not a phone number in international form: it begins with 0: write + and the country's code in place of that"
    );
}

#[test]
fn without_a_token_it_starts_with_a_session() {
    let lookup = TestHarness::new(flow());
    assert_eq!(
        lookup.request(),
        "POST /_matrix/client/v3/user/%40alice%3Aexample.org/openid/request_token {}"
    );
}

#[cfg(feature = "persist")]
#[test]
fn it_is_saved_while_the_server_is_asked() {
    let mut lookup = looking_up();
    let looked_up = lookup.request();
    lookup.save_and_load();
    assert!(lookup.is_silent());
    lookup.wait();
    assert_eq!(lookup.request(), looked_up);
    assert_eq!(lookup.told().1, None);
}
