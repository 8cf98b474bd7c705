use super::*;
use crate::flow::Dialogue;
use crate::flow::trial::Trial;
use crate::wire::{FailureClass, Release};

const VERSIONS: &str = r#"{"versions": ["r0.6.1", "v1.11"]}"#;
const SITE: &str = "GET https://example.org/.well-known/matrix/client";
const BASE_URL: &str = r#"{"m.homeserver": {"base_url": "https://matrix.example.org/"}}"#;

fn discovery(address: &str) -> Trial<Discovery> {
    let address = address.parse().unwrap();
    Trial::new(|now| Discovery::new(now, address, 1))
}

/// At the point where the site gave this information.
fn told(information: &str) -> Trial<Discovery> {
    let mut trial = discovery("example.org");
    trial.answer(200, information);
    trial
}

fn found(mut trial: Trial<Discovery>) -> (String, Option<String>) {
    let found = trial.success();
    let supported = found.homeserver.supported.unwrap();
    assert_eq!(supported.newest(), Some(Release::v1(11)));
    (
        found.homeserver.base_url.to_string(),
        found.identity_server.map(|url| url.to_string()),
    )
}

fn asked(mut trial: Trial<Discovery>) -> Trial<Discovery> {
    assert_eq!(trial.events().last().unwrap(), "no Homeserver");
    assert_eq!(trial.flow.prompt(), Some(Prompt::Homeserver));
    assert!(!trial.is_waiting_for_an_answer() && trial.until.is_none());
    trial
}

#[test]
fn the_site_says_where_the_homeserver_is() {
    for address in ["example.org", "@alice:example.org", "example.org:8448"] {
        let mut trial = discovery(address);
        assert_eq!(trial.request(), (SITE.to_owned(), None, String::new()));
        trial.answer(200, BASE_URL);
        let versions = "GET https://matrix.example.org/_matrix/client/versions";
        assert_eq!(trial.request(), (versions.to_owned(), None, String::new()));
        trial.answer(200, VERSIONS);
        assert_eq!(
            found(trial),
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
        ("http://a.org", "http://a.org/_matrix/client/versions"),
    ] {
        let trial = told(&format!(
            r#"{{"m.homeserver": {{"base_url": "{base_url}"}}}}"#
        ));
        assert_eq!(trial.line(), format!("GET {versions}"));
    }
}

#[test]
fn a_url_is_taken_as_it_is() {
    let mut trial = discovery("http://127.0.0.1:8008/");
    assert_eq!(
        trial.line(),
        "GET http://127.0.0.1:8008/_matrix/client/versions"
    );
    trial.answer(200, VERSIONS);
    assert_eq!(found(trial), ("http://127.0.0.1:8008".to_owned(), None));
}

#[test]
fn a_site_without_information_leaves_the_name_as_a_guess() {
    for (body, name) in [
        ("<html>Not found</html>", "example.org"),
        (r#"{"errcode": "M_NOT_FOUND"}"#, "example.org:8448"),
        ("", "[::1]:8448"),
    ] {
        let mut trial = discovery(name);
        trial.answer(404, body);
        assert_eq!(
            trial.line(),
            format!("GET https://{name}/_matrix/client/versions")
        );
        trial.answer(200, VERSIONS);
        assert_eq!(found(trial).0, format!("https://{name}"));
    }
}

#[test]
fn a_guess_that_is_wrong_is_asked_about() {
    let mut trial = discovery("example.org");
    trial.answer(404, "");
    trial.answer(200, "<html>My cats</html>");
    asked(trial);
}

#[test]
fn information_that_is_of_no_use_is_told_and_an_address_asked_for() {
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
        let mut trial = discovery("example.org");
        trial.answer(status, body);
        let mut trial = asked(trial);
        trial.reply(Reply::Homeserver("http://10.0.0.1:8008".parse().unwrap()));
        assert_eq!(
            trial.line(),
            "GET http://10.0.0.1:8008/_matrix/client/versions"
        );
        trial.answer(404, "");
        let mut trial = asked(trial);
        trial.reply(Reply::Homeserver("example.org".parse().unwrap()));
        assert_eq!(trial.line(), SITE, "{status} {body}");
    }
}

#[test]
fn a_site_that_cannot_be_reached_is_tried_again_and_then_an_address_asked_for() {
    let mut trial = discovery("example.org");
    for _ in 0..3 {
        trial.fail(FailureClass::Refused);
        assert_eq!(trial.events(), ["Waiting"]);
        trial.wait();
        assert_eq!(trial.line(), SITE);
    }
    trial.fail(FailureClass::Refused);
    asked(trial);
    let mut trial = discovery("example.org");
    trial.fail(FailureClass::Tls);
    asked(trial);
}

#[test]
fn a_base_url_that_is_none_ends_it() {
    for base_url in [
        "",
        "matrix.example.org",
        "ftp://a.org",
        "https://a@b.org",
        "https://a.org?",
    ] {
        let mut trial = told(&format!(
            r#"{{"m.homeserver": {{"base_url": "{base_url}"}}}}"#
        ));
        let failure = trial.failure();
        let beginning = "cs:getWellknown: not a base URL: ";
        assert!(failure.starts_with(beginning), "{base_url}: {failure}");
    }
}

#[test]
fn a_base_url_that_is_no_homeservers_ends_it() {
    for (status, body) in [
        (404, ""),
        (200, "<html>My cats</html>"),
        (200, r#"{"versions": "all"}"#),
        (403, r#"{"errcode": "M_FORBIDDEN"}"#),
        (302, ""),
    ] {
        let mut trial = told(BASE_URL);
        trial.answer(status, body);
        let failure = trial.failure();
        assert!(failure.starts_with("cs:getVersions: "), "{failure}");
    }
    let mut trial = told(BASE_URL);
    trial.fail(FailureClass::Tls);
    assert!(trial.failure().starts_with("cs:getVersions: "));
}

#[test]
fn a_site_that_moved_is_followed() {
    for (location, moved_to, host) in [
        (
            "https://www.example.org/w.json?x=1#y",
            "https://www.example.org/w.json?x=1",
            "www.example.org",
        ),
        ("//cdn.org/w", "https://cdn.org/w", "cdn.org"),
        ("/w", "https://example.org/w", "example.org"),
    ] {
        let mut trial = discovery("example.org");
        trial.redirect(location);
        let moved_to = format!("GET {moved_to}");
        assert_eq!(trial.request(), (moved_to, None, String::new()));
        trial.redirect("/again");
        assert_eq!(trial.line(), format!("GET https://{host}/again"));
        trial.answer(200, BASE_URL);
        trial.answer(200, VERSIONS);
        assert_eq!(found(trial).0, "https://matrix.example.org");
    }
}

#[test]
fn a_site_that_leads_nowhere_is_left() {
    for location in [
        "http://example.org/plain",
        "relative",
        "",
        "mailto:me@example.org",
    ] {
        let mut trial = discovery("example.org");
        trial.redirect(location);
        asked(trial);
    }
    let mut trial = discovery("example.org");
    for _ in 0..MOVES {
        trial.redirect(SITE.trim_start_matches("GET "));
        assert_eq!(trial.line(), SITE);
    }
    trial.redirect("/");
    asked(trial);
}

#[cfg(feature = "identity")]
#[test]
fn an_identity_server_that_answers_is_part_of_what_is_found() {
    let mut trial = told(
        r#"{"m.homeserver": {"base_url": "https://a.org"}, "m.identity_server": {"base_url": "https://is.org/"}}"#,
    );
    trial.answer(200, VERSIONS);
    assert_eq!(
        trial.request(),
        (
            "GET https://is.org/_matrix/identity/v2".to_owned(),
            None,
            String::new()
        )
    );
    trial.answer(200, "{}");
    let found = found(trial);
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
fn an_identity_server_that_is_of_no_use_does_no_harm() {
    for entry in [
        "5",
        "{}",
        "null",
        r#"{"base_url": "nonsense"}"#,
        r#"{"base_url": null}"#,
    ] {
        let mut trial = told(&format!(
            r#"{{"m.homeserver": {{"base_url": "https://a.org"}}, "m.identity_server": {entry}}}"#
        ));
        trial.answer(200, VERSIONS);
        assert_eq!(found(trial), ("https://a.org".to_owned(), None), "{entry}");
    }
    for (status, body) in [
        (404, ""),
        (200, "<html>"),
        (401, r#"{"errcode": "M_UNKNOWN_TOKEN"}"#),
    ] {
        let mut trial = told(
            r#"{"m.homeserver": {"base_url": "https://a.org"}, "m.identity_server": {"base_url": "https://is.org"}}"#,
        );
        trial.answer(200, VERSIONS);
        trial.answer(status, body);
        assert_eq!(found(trial), ("https://a.org".to_owned(), None), "{body}");
    }
}

#[test]
fn what_is_not_awaited_changes_nothing() {
    let mut trial = discovery("example.org");
    let reply = || Reply::Homeserver("https://a.org".parse().unwrap());
    assert!(trial.flow.reply(trial.now, reply()).is_err());
    assert!(trial.flow.retry(trial.now).is_err());
    trial.answer(403, "");
    assert!(trial.flow.reply(trial.now, Reply::Done).is_err());
    asked(trial);
}

#[cfg(feature = "persist")]
#[test]
fn it_is_saved_while_an_address_is_awaited_and_while_a_site_is_asked() {
    let mut trial = discovery("example.org");
    trial.redirect("/moved");
    trial.save_and_load();
    trial.wait();
    assert_eq!(trial.line(), "GET https://example.org/moved");
    trial.answer(403, "");
    let mut trial = asked(trial);
    trial.save_and_load();
    assert_eq!(trial.flow.prompt(), Some(Prompt::Homeserver));
}
