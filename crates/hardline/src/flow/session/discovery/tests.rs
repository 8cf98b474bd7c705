use std::time::Duration;

use super::*;
use crate::flow::InteractiveFlow;
use crate::flow::engine::test_harness::{NOW, TestHarness};
use crate::wire::{FailureClass, SpecVersion};

const VERSIONS: &str = r#"{"versions": ["r0.6.1", "v1.11"]}"#;
const SITE: &str = "https://example.org/.well-known/matrix/client";
const BASE_URL: &str = r#"{"m.homeserver": {"base_url": "https://matrix.example.org/"}}"#;

fn discovery(address: &str) -> TestHarness<Discovery> {
    let address = address.parse().unwrap();
    TestHarness::new(Discovery::new(NOW, address, 1))
}

/// At the point where the well-known file had this content.
fn told(information: &str) -> TestHarness<Discovery> {
    let mut harness = discovery("example.org");
    harness.answer(200, information);
    harness
}

fn found(harness: TestHarness<Discovery>) -> (String, Option<String>) {
    let found = harness.success();
    let supported = found.homeserver.supported.unwrap();
    assert_eq!(supported.newest(), Some(SpecVersion::v1(11)));
    (
        found.homeserver.base_url.to_string(),
        found.identity_server.map(|url| url.to_string()),
    )
}

fn asked(mut harness: TestHarness<Discovery>) -> TestHarness<Discovery> {
    assert_eq!(harness.told().0.last().unwrap(), "no Homeserver");
    assert_eq!(harness.flow.prompt(), Some(Prompt::Homeserver));
    assert!(harness.is_silent());
    harness
}

#[test]
fn the_well_known_file_says_where_the_homeserver_is() {
    for address in ["example.org", "@alice:example.org", "example.org:8448"] {
        let mut harness = discovery(address);
        assert_eq!(harness.url(), SITE);
        harness.answer(200, BASE_URL);
        let versions = "https://matrix.example.org/_matrix/client/versions";
        assert_eq!(harness.url(), versions.to_owned());
        harness.answer(200, VERSIONS);
        assert_eq!(
            found(harness),
            ("https://matrix.example.org".to_owned(), None)
        );
    }
}

#[test]
fn a_base_url_may_have_a_slash_at_its_end_and_a_path() {
    for (base_url, versions) in [
        (
            "https://a.org/m/",
            "https://a.org/m/_matrix/client/versions",
        ),
        ("https://a.org/m", "https://a.org/m/_matrix/client/versions"),
        (
            "https://a.org:8448/",
            "https://a.org:8448/_matrix/client/versions",
        ),
        (" https://a.org ", "https://a.org/_matrix/client/versions"),
    ] {
        let harness = told(&format!(
            r#"{{"m.homeserver": {{"base_url": "{base_url}"}}}}"#
        ));
        assert_eq!(harness.url(), format!("{versions}"));
    }
}

#[test]
fn a_url_is_taken_as_it_is() {
    let mut harness = discovery("http://127.0.0.1:8008/");
    assert_eq!(
        harness.url(),
        "http://127.0.0.1:8008/_matrix/client/versions"
    );
    harness.answer(200, VERSIONS);
    assert_eq!(found(harness), ("http://127.0.0.1:8008".to_owned(), None));
}

#[test]
fn without_a_well_known_file_the_name_is_a_guess() {
    for (body, name) in [
        ("<html>Not found</html>", "example.org"),
        (r#"{"errcode": "M_NOT_FOUND"}"#, "example.org:8448"),
        ("", "[::1]:8448"),
    ] {
        let mut harness = discovery(name);
        harness.answer(404, body);
        assert_eq!(
            harness.url(),
            format!("https://{name}/_matrix/client/versions")
        );
        harness.answer(200, VERSIONS);
        assert_eq!(found(harness).0, format!("https://{name}"));
    }
}

#[test]
fn a_guess_that_is_wrong_is_asked_about() {
    let mut harness = discovery("example.org");
    harness.answer(404, "");
    harness.answer(200, "<html>My cats</html>");
    asked(harness);
}

#[test]
fn an_unusable_well_known_file_is_reported_and_an_address_asked_for() {
    for (status, body) in [
        (403, "<html>"),
        (204, ""),
        (200, ""),
        (200, "<html>My cats</html>"),
        (200, r#"["https://matrix.example.org"]"#),
        (200, "{}"),
        (200, r#"{"m.homeserver": {}}"#),
        (200, r#"{"m.homeserver": {"base_url": 5}}"#),
        (200, r#"{"m.homeserver": "https://matrix.example.org"}"#),
    ] {
        let mut harness = discovery("example.org");
        harness.answer(status, body);
        let mut harness = asked(harness);
        harness.reply(Reply::Homeserver("http://10.0.0.1:8008".parse().unwrap()));
        assert_eq!(
            harness.url(),
            "http://10.0.0.1:8008/_matrix/client/versions"
        );
        harness.answer(404, "");
        let mut harness = asked(harness);
        harness.reply(Reply::Homeserver("example.org".parse().unwrap()));
        assert_eq!(harness.url(), SITE, "{status} {body}");
    }
}

#[test]
fn an_unreachable_server_is_retried_before_an_address_is_asked_for() {
    let mut harness = discovery("example.org");
    harness.fail(FailureClass::Refused);
    assert_eq!(harness.told().0, ["RetryScheduled"]);
    harness.wait();
    assert_eq!(harness.url(), SITE);
    harness.fail(FailureClass::Refused);
    asked(harness);
    let mut harness = discovery("example.org");
    harness.fail(FailureClass::Tls);
    asked(harness);
}

#[test]
fn an_invalid_base_url_ends_it() {
    for base_url in [
        "matrix.example.org",
        "/matrix",
        "//matrix.example.org",
        "https://",
        "ftp://a.org",
        "https://a@b.org",
        "https://a.org?",
    ] {
        let harness = told(&format!(
            r#"{{"m.homeserver": {{"base_url": "{base_url}"}}}}"#
        ));
        let failure = harness.error().to_string();
        let beginning = "cs:getWellknown: not a base URL: ";
        assert!(failure.starts_with(beginning), "{base_url}: {failure}");
    }
}

#[test]
fn a_base_url_without_a_homeserver_ends_it() {
    for (status, body) in [
        (404, ""),
        (200, "<html>My cats</html>"),
        (200, r#"{"versions": "all"}"#),
        (403, r#"{"errcode": "M_FORBIDDEN"}"#),
        (302, ""),
    ] {
        let mut harness = told(BASE_URL);
        harness.answer(status, body);
        let failure = harness.error().to_string();
        assert!(failure.starts_with("cs:getVersions: "), "{failure}");
    }
    let mut harness = told(BASE_URL);
    harness.fail(FailureClass::Tls);
    assert!(harness.error().to_string().starts_with("cs:getVersions: "));
}

#[test]
fn redirects_are_followed() {
    for (location, moved_to, host) in [
        (
            "https://www.example.org/w.json?x=1#y",
            "https://www.example.org/w.json?x=1",
            "www.example.org",
        ),
        ("//cdn.org/w", "https://cdn.org/w", "cdn.org"),
        ("/w", "https://example.org/w", "example.org"),
        (
            "client.json",
            "https://example.org/.well-known/matrix/client.json",
            "example.org",
        ),
        (
            "../../m/./c?v=2",
            "https://example.org/m/c?v=2",
            "example.org",
        ),
        (
            "?v=2",
            "https://example.org/.well-known/matrix/client?v=2",
            "example.org",
        ),
    ] {
        let mut harness = discovery("example.org");
        harness.redirect(location);
        assert_eq!(harness.url(), moved_to);
        harness.redirect("/again");
        assert_eq!(harness.url(), format!("https://{host}/again"));
        harness.answer(200, BASE_URL);
        harness.answer(200, VERSIONS);
        assert_eq!(found(harness).0, "https://matrix.example.org");
    }
}

#[test]
fn a_redirect_is_relative_to_the_file_that_it_was_found_at() {
    let mut harness = discovery("example.org");
    harness.redirect("https://cdn.org/a/b/c");
    harness.redirect("../d");
    assert_eq!(harness.url(), "https://cdn.org/a/d");
}

#[test]
fn neither_redirects_nor_names_lead_to_plain_http_except_on_this_machine() {
    let file = |url: &str| format!(r#"{{"m.homeserver": {{"base_url": "{url}"}}}}"#);
    for url in [
        "http://a.org",
        "http://127.0.0.1.a.org:8008",
        "http://10.0.0.1",
    ] {
        let mut harness = discovery("example.org");
        harness.redirect(url);
        let mut harness = asked(harness);
        harness.reply(Reply::Homeserver("example.org".parse().unwrap()));
        harness.answer(200, &file(url));
        let mut harness = asked(harness);
        // The user may trust the way.
        harness.reply(Reply::Homeserver(url.parse().unwrap()));
        assert_eq!(harness.url(), format!("{url}/_matrix/client/versions"));
    }
    for url in [
        "http://localhost:8008",
        "http://[::1]:1",
        "http://127.0.0.1",
    ] {
        let mut harness = discovery("example.org");
        harness.redirect(&format!("{url}/w"));
        assert_eq!(harness.url(), format!("{url}/w"));
        harness.answer(200, &file(url));
        assert_eq!(harness.url(), format!("{url}/_matrix/client/versions"));
    }
}

#[test]
fn a_base_url_that_is_empty_is_none() {
    for base_url in ["", " "] {
        asked(told(&format!(
            r#"{{"m.homeserver": {{"base_url": "{base_url}"}}}}"#
        )));
    }
}

#[test]
fn a_site_that_does_not_answer_costs_five_seconds() {
    let mut harness = discovery("example.org");
    assert_eq!(harness.wait(), Duration::from_secs(5));
    asked(harness);
    // However it spends them.
    let mut harness = discovery("example.org");
    let begun = harness.now;
    for path in 0..4 {
        harness.now = harness.now + Duration::from_secs(1);
        harness.redirect(&format!("/{path}"));
    }
    harness.wait();
    assert_eq!(harness.now - begun, Duration::from_secs(5));
    let mut harness = asked(harness);
    harness.reply(Reply::Homeserver("example.org".parse().unwrap()));
    assert_eq!(harness.wait(), Duration::from_secs(5));
}

#[test]
fn a_homeserver_that_does_not_answer_costs_ten_seconds() {
    let mut harness = told(BASE_URL);
    assert_eq!(harness.wait(), Duration::from_secs(10));
    assert!(harness.error().to_string().starts_with("cs:getVersions: "));
    let mut harness = discovery("https://matrix.example.org");
    assert_eq!(harness.wait(), Duration::from_secs(10));
    asked(harness);
}

#[test]
fn a_homeserver_with_too_many_requests_is_waited_for() {
    for (mut harness, limited) in [
        (
            told(BASE_URL),
            r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 20000}"#,
        ),
        (
            discovery("https://matrix.example.org"),
            r#"{"errcode": "M_UNKNOWN", "retry_after_ms": 20000}"#,
        ),
    ] {
        for _ in 0..3 {
            harness.answer(429, limited);
            assert_eq!(harness.told().0, ["RetryScheduled"]);
            assert_eq!(harness.wait(), Duration::from_secs(20));
        }
        harness.answer(200, VERSIONS);
        assert_eq!(found(harness).0, "https://matrix.example.org");
    }
    // Longer than anybody waits: later, or never.
    let mut harness = told(BASE_URL);
    harness.answer(
        429,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 3600000}"#,
    );
    let stalled = (vec!["Stalled".to_owned()], Some(Prompt::Retry));
    assert_eq!(harness.told(), stalled);
    harness.retry();
    harness.answer(200, VERSIONS);
    assert_eq!(found(harness).0, "https://matrix.example.org");
    // A proxy's words.
    let mut harness = discovery("https://matrix.example.org");
    for _ in 0..3 {
        harness.answer(429, "<html>slow down");
        harness.wait();
    }
    harness.answer(429, "<html>slow down");
    assert_eq!(harness.told().1, Some(Prompt::Retry));
}

#[test]
fn international_base_urls_are_converted_if_there_is_a_way() {
    const FILE: &str = r#"{"m.homeserver": {"base_url": "https://bücher.example/m"}}"#;
    let failure = told(FILE).error().to_string();
    assert!(failure.contains("xn-- form"), "{failure}");
    let flow = Discovery::new(NOW, "example.org".parse().unwrap(), 1);
    let flow = flow.with_international_names(|host| Some(host.replace("bücher", "xn--bcher-kva")));
    let mut harness = TestHarness::new(flow);
    harness.answer(200, FILE);
    assert_eq!(
        harness.url(),
        "https://xn--bcher-kva.example/m/_matrix/client/versions"
    );
}

#[test]
fn bad_redirects_are_not_followed() {
    for location in [
        "http://example.org/plain",
        "HTTP://example.org",
        "",
        " ",
        "mailto:me@example.org",
        "https://user@example.org/w",
        "https:/w",
    ] {
        let mut harness = discovery("example.org");
        harness.redirect(location);
        asked(harness);
    }
    let mut harness = discovery("example.org");
    for _ in 0..MOVES {
        harness.redirect(SITE);
        assert_eq!(harness.url(), SITE);
    }
    harness.redirect("/");
    asked(harness);
}

#[cfg(feature = "identity")]
#[test]
fn an_identity_server_that_responds_is_part_of_the_result() {
    let mut harness = told(
        r#"{"m.homeserver": {"base_url": "https://a.org"}, "m.identity_server": {"base_url": "https://is.org/"}}"#,
    );
    harness.answer(200, VERSIONS);
    assert_eq!(
        harness.url(),
        "https://is.org/_matrix/identity/v2".to_owned()
    );
    harness.answer(200, "{}");
    let found = found(harness);
    assert_eq!(
        found,
        (
            "https://a.org".to_owned(),
            Some("https://is.org".to_owned())
        )
    );
}

#[cfg(feature = "identity")]
#[test]
fn an_unusable_identity_server_does_no_harm() {
    for entry in [
        "5",
        "{}",
        "null",
        r#"{"base_url": "nonsense"}"#,
        r#"{"base_url": "http://is.org"}"#,
        r#"{"base_url": ""}"#,
        r#"{"base_url": null}"#,
    ] {
        let mut harness = told(&format!(
            r#"{{"m.homeserver": {{"base_url": "https://a.org"}}, "m.identity_server": {entry}}}"#
        ));
        harness.answer(200, VERSIONS);
        assert_eq!(
            found(harness),
            ("https://a.org".to_owned(), None),
            "{entry}"
        );
    }
    for (status, body) in [
        (404, ""),
        (200, "<html>"),
        (401, r#"{"errcode": "M_UNKNOWN_TOKEN"}"#),
    ] {
        let mut harness = told(
            r#"{"m.homeserver": {"base_url": "https://a.org"}, "m.identity_server": {"base_url": "https://is.org"}}"#,
        );
        harness.answer(200, VERSIONS);
        harness.answer(status, body);
        assert_eq!(found(harness), ("https://a.org".to_owned(), None), "{body}");
    }
}

#[cfg(feature = "identity")]
#[test]
fn an_identity_server_that_does_not_answer_costs_five_seconds() {
    let mut harness = told(
        r#"{"m.homeserver": {"base_url": "https://a.org"}, "m.identity_server": {"base_url": "https://is.org"}}"#,
    );
    harness.answer(200, VERSIONS);
    assert_eq!(harness.wait(), Duration::from_secs(5));
    assert_eq!(found(harness), ("https://a.org".to_owned(), None));
}

#[test]
fn unexpected_replies_change_nothing() {
    let mut harness = discovery("example.org");
    let reply = || Reply::Homeserver("https://a.org".parse().unwrap());
    assert!(harness.flow.reply(harness.now, reply()).is_err());
    assert!(harness.flow.retry(harness.now).is_err());
    harness.answer(403, "");
    assert!(harness.flow.reply(harness.now, Reply::Done).is_err());
    asked(harness);
}

#[cfg(feature = "persist")]
#[test]
fn it_is_saved_while_it_waits_for_an_address_and_for_a_response() {
    let mut harness = discovery("example.org");
    harness.redirect("/moved");
    harness.now = harness.now + Duration::from_secs(3600);
    harness.save_and_load();
    harness.wait();
    assert_eq!(harness.url(), "https://example.org/moved");
    harness.answer(403, "");
    let mut harness = asked(harness);
    harness.save_and_load();
    assert_eq!(harness.flow.prompt(), Some(Prompt::Homeserver));
}
