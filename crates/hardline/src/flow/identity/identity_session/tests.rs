use std::time::Duration;

use super::*;
use crate::flow::engine::test_harness::{NOW, TestHarness, homeserver};
use crate::flow::{InteractiveFlow, TermsTranslation};
use crate::wire::FailureClass;

const OPENID: &str = r#"{"access_token": "openid-not-to-be-shown", "token_type": "Bearer", "matrix_server_name": "example.org", "expires_in": 3600}"#;
const TOKEN: &str = r#"{"token": "is-not-to-be-shown"}"#;
const OWNER: &str = r#"{"user_id": "@alice:example.org"}"#;
const NOT_SIGNED: &str = r#"{"errcode": "M_TERMS_NOT_SIGNED", "error": "x"}"#;
const TERMS: &str = r#"{"policies": {
    "privacy": {"version": "1.2", "en": {"name": "Privacy", "url": "https://t.org/p-en"}, "fr": {"name": "Vie privée", "url": "https://t.org/p-fr"}},
    "terms": {"de": {"name": "Bedingungen", "url": "https://t.org/t-de"}}}}"#;
const CHECK: &str = "GET https://is.org/_matrix/identity/v2/account ";
const ASK_FOR_TERMS: &str = "GET https://is.org/_matrix/identity/v2/terms ";
const INTRODUCE: &str =
    "POST /_matrix/client/v3/user/%40alice%3Aexample.org/openid/request_token {}";

fn session() -> TestHarness<IdentitySession> {
    let user = UserId::parse("@alice:example.org").unwrap();
    let identity_server = BaseUrl::parse("https://is.org").unwrap();
    let flow = IdentitySession::new(NOW, homeserver(), user, identity_server, 1);
    TestHarness::new(flow)
}

fn checking() -> TestHarness<IdentitySession> {
    let mut session = session();
    session.answer(200, OPENID);
    session.answer(200, TOKEN);
    assert_eq!(session.request(), CHECK);
    assert_eq!(session.token(), Some("is-not-to-be-shown"));
    session
}

fn asked_to_agree() -> TestHarness<IdentitySession> {
    let mut session = checking();
    session.answer(403, NOT_SIGNED);
    assert_eq!(session.request(), ASK_FOR_TERMS);
    session.answer(200, TERMS);
    assert_eq!(session.told().0, ["Terms"]);
    session
}

#[test]
fn an_openid_token_without_details_is_completed() {
    for proof in [
        r#"{"access_token": "o"}"#,
        r#"{"access_token": "o", "token_type": null, "matrix_server_name": "", "expires_in": "soon"}"#,
    ] {
        let mut session = session();
        session.answer(200, proof);
        assert_eq!(
            session.request(),
            r#"POST https://is.org/_matrix/identity/v2/account/register {"access_token":"o","token_type":"Bearer","matrix_server_name":"example.org","expires_in":3600}"#
        );
    }
}

#[test]
fn a_document_without_a_name_is_accepted_by_its_url() {
    let mut session = checking();
    session.answer(403, NOT_SIGNED);
    session.answer(
        200,
        r#"{"policies": {"privacy": {"en": {"url": "https://t.org/p"}}, "nothing": {"version": "1"},
            "terms": {"version": "2", "de": {"name": "", "url": "https://t.org/t"}, "en": {"name": "T", "url": ""}}}}"#,
    );
    let Some(Prompt::Terms(documents)) = session.told().1 else {
        panic!("it asks")
    };
    let titles: Vec<_> = documents
        .iter()
        .flat_map(|document| document.languages.values())
        .map(|text| (&*text.name, &*text.url))
        .collect();
    assert_eq!(
        titles,
        [("privacy", "https://t.org/p"), ("terms", "https://t.org/t")]
    );
    session.reply(Reply::Done);
    assert_eq!(
        session.request(),
        r#"POST https://is.org/_matrix/identity/v2/terms {"user_accepts":["https://t.org/p","https://t.org/t"]}"#
    );
}

#[test]
fn documents_that_cannot_be_accepted_are_not_asked_about() {
    for terms in [
        r#"{"policies": []}"#,
        r#"{"policies": {"privacy": {"version": "1"}}}"#,
        r#"{"policies": {"privacy": {"en": {"name": "Privacy"}}}}"#,
    ] {
        let mut session = checking();
        session.answer(403, NOT_SIGNED);
        session.answer(200, terms);
        assert_eq!(session.request(), CHECK, "{terms}");
        session.answer(403, NOT_SIGNED);
        assert!(session.told().0.is_empty(), "{terms}");
        let error = session.error();
        assert!(
            matches!(error, FlowError::Refused { .. }),
            "{terms}: {error}"
        );
    }
}

#[test]
fn an_openid_token_becomes_an_identity_servers_token() {
    let mut session = session();
    assert_eq!(session.request(), INTRODUCE);
    // The homeserver's own token is attached when the request is sent.
    assert_eq!(session.token(), None);
    session.answer(200, OPENID);
    assert_eq!(
        session.request(),
        r#"POST https://is.org/_matrix/identity/v2/account/register {"access_token":"openid-not-to-be-shown","token_type":"Bearer","matrix_server_name":"example.org","expires_in":3600}"#
    );
    assert_eq!(session.token(), None);
    session.answer(200, TOKEN);
    assert_eq!(session.request(), CHECK);
    session.answer(200, OWNER);
    assert!(session.told().0.is_empty());
    assert_eq!(session.success().reveal(), "is-not-to-be-shown");
}

#[test]
fn each_document_is_accepted_in_one_language() {
    let mut session = asked_to_agree();
    let Some(Prompt::Terms(policies)) = session.flow.prompt() else {
        panic!("the terms are asked about")
    };
    let text = |name: &str, url: &str| TermsTranslation {
        name: name.to_owned(),
        url: url.to_owned(),
    };
    assert_eq!(
        (policies[0].id.as_str(), policies[0].version.as_str()),
        ("privacy", "1.2")
    );
    assert_eq!(
        policies[0].languages["fr"],
        text("Vie privée", "https://t.org/p-fr")
    );
    assert_eq!(
        (policies[1].id.as_str(), policies[1].version.as_str()),
        ("terms", "")
    );
    assert!(session.flow.reply(NOW, Reply::Resend).is_err());
    session.reply(Reply::Done);
    assert_eq!(
        session.request(),
        r#"POST https://is.org/_matrix/identity/v2/terms {"user_accepts":["https://t.org/p-en","https://t.org/t-de"]}"#
    );
    assert_eq!(session.token(), Some("is-not-to-be-shown"));
    session.answer(200, "{}");
    assert_eq!(session.request(), CHECK);
    session.answer(200, OWNER);
    assert_eq!(session.success().reveal(), "is-not-to-be-shown");
}

#[test]
fn terms_that_changed_while_they_were_read_are_asked_about_again() {
    let mut session = asked_to_agree();
    session.reply(Reply::Done);
    session.answer(
        400,
        r#"{"errcode": "M_UNKNOWN", "error": "Unrecognised URL"}"#,
    );
    assert_eq!(session.request(), ASK_FOR_TERMS);
    session.answer(200, TERMS);
    assert_eq!(session.told().0, ["Terms"]);
}

#[test]
fn it_gives_up_on_a_server_that_requires_terms_it_does_not_have() {
    let mut session = checking();
    session.answer(403, NOT_SIGNED);
    session.answer(200, r#"{"policies": {}}"#);
    assert_eq!(session.request(), CHECK);
    session.answer(403, NOT_SIGNED);
    let error = session.error().to_string();
    assert!(
        error.starts_with("is:getAccount: the server declined: M_TERMS_NOT_SIGNED"),
        "{error}"
    );
}

#[test]
fn a_token_that_is_invalid_at_once_is_replaced_once() {
    let mut session = checking();
    session.answer(401, r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "x"}"#);
    assert_eq!(session.request(), INTRODUCE);
    session.answer(200, OPENID);
    session.answer(200, TOKEN);
    session.answer(401, r#"{"errcode": "M_UNAUTHORIZED", "error": "x"}"#);
    let error = session.error().to_string();
    assert!(
        error.starts_with("is:getAccount: the server declined: M_UNAUTHORIZED"),
        "{error}"
    );
}

#[test]
fn an_expired_homeserver_token_stalls_it() {
    let mut session = session();
    session.answer(401, r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "x"}"#);
    assert_eq!(
        session.told(),
        (vec!["Stalled".to_owned()], Some(Prompt::Retry))
    );
    session.retry();
    assert_eq!(session.request(), INTRODUCE);
}

#[test]
fn an_identity_server_that_is_down_stalls_it_and_nothing_is_lost() {
    let mut session = session();
    session.answer(200, OPENID);
    let registering = session.request();
    session.fail(FailureClass::Interrupted);
    assert_eq!(session.told().0, ["Stalled"]);
    session.retry();
    assert_eq!(session.request(), registering);
    session.answer(403, r#"{"errcode": "M_FORBIDDEN", "error": "x"}"#);
    let error = session.error().to_string();
    assert!(
        error.starts_with("is:registerAccount: the server declined: M_FORBIDDEN"),
        "{error}"
    );
}

#[test]
fn an_agreement_that_the_server_never_takes_is_asked_for_once() {
    let mut session = asked_to_agree();
    session.reply(Reply::Done);
    session.answer(200, "{}");
    session.answer(403, NOT_SIGNED);
    assert_eq!(session.request(), ASK_FOR_TERMS);
    session.answer(200, TERMS);
    // There is nothing left to agree to.
    assert_eq!(session.request(), CHECK);
    session.answer(403, NOT_SIGNED);
    assert!(session.told().0.is_empty());
    let error = session.error().to_string();
    assert!(
        error.starts_with("is:getAccount: the server declined: M_TERMS_NOT_SIGNED"),
        "{error}"
    );
}

#[test]
fn terms_that_change_all_the_time_end_it() {
    let mut session = asked_to_agree();
    for _ in 0..3 {
        session.reply(Reply::Done);
        session.answer(400, r#"{"errcode": "M_UNKNOWN", "error": "x"}"#);
        session.answer(200, TERMS);
    }
    session.reply(Reply::Done);
    session.answer(400, r#"{"errcode": "M_UNKNOWN", "error": "x"}"#);
    let error = session.error().to_string();
    assert!(
        error.starts_with("is:agreeToTerms: the server declined: M_UNKNOWN"),
        "{error}"
    );
}

#[test]
fn a_token_that_is_not_found_is_replaced() {
    let mut session = checking();
    session.answer(404, r#"{"errcode": "M_NOT_FOUND", "error": "x"}"#);
    assert_eq!(session.request(), INTRODUCE);
}

#[test]
fn an_identity_server_that_never_answers_is_reported_in_seconds() {
    let mut session = checking();
    assert_eq!(session.wait(), Duration::from_secs(5));
    assert_eq!(session.told().0, ["Stalled"]);
    session.retry();
    session.answer(403, NOT_SIGNED);
    assert_eq!(session.request(), ASK_FOR_TERMS);
    assert_eq!(session.wait(), Duration::from_secs(5));
    assert_eq!(session.told().0, ["Stalled"]);
    session.retry();
    assert_eq!(session.request(), ASK_FOR_TERMS);
}

#[cfg(feature = "persist")]
#[test]
fn it_is_saved_while_agreement_is_awaited() {
    let mut session = asked_to_agree();
    let prompt = session.flow.prompt();
    session.save_and_load();
    assert_eq!(session.flow.prompt(), prompt);
    session.reply(Reply::Done);
    assert!(session.request().contains("https://t.org/t-de"));
}
