use super::*;
use crate::flow::Dialogue;
use crate::flow::rehearsal::{NOW, Rehearsal};
use crate::wire::{FailureClass, Release};

const VERSIONS: &str = r#"{"versions": ["r0.6.1", "v1.11"]}"#;
const SITE: &str = "https://example.org/.well-known/matrix/client";
const BASE_URL: &str = r#"{"m.homeserver": {"base_url": "https://matrix.example.org/"}}"#;

fn discovery(address: &str) -> Rehearsal<Discovery> {
    let address = address.parse().unwrap();
    Rehearsal::new(Discovery::new(NOW, address, 1))
}

/// At the point where the site gave this information.
fn told(information: &str) -> Rehearsal<Discovery> {
    let mut rehearsal = discovery("example.org");
    rehearsal.answer(200, information);
    rehearsal
}

fn found(rehearsal: Rehearsal<Discovery>) -> (String, Option<String>) {
    let found = rehearsal.success();
    let supported = found.homeserver.supported.unwrap();
    assert_eq!(supported.newest(), Some(Release::v1(11)));
    (
        found.homeserver.base_url.to_string(),
        found.identity_server.map(|url| url.to_string()),
    )
}

fn asked(mut rehearsal: Rehearsal<Discovery>) -> Rehearsal<Discovery> {
    assert_eq!(rehearsal.told().0.last().unwrap(), "no Homeserver");
    assert_eq!(rehearsal.flow.prompt(), Some(Prompt::Homeserver));
    assert!(rehearsal.is_silent());
    rehearsal
}

#[test]
fn the_site_says_where_the_homeserver_is() {
    for address in ["example.org", "@alice:example.org", "example.org:8448"] {
        let mut rehearsal = discovery(address);
        assert_eq!(rehearsal.url(), SITE);
        rehearsal.answer(200, BASE_URL);
        let versions = "https://matrix.example.org/_matrix/client/versions";
        assert_eq!(rehearsal.url(), versions.to_owned());
        rehearsal.answer(200, VERSIONS);
        assert_eq!(
            found(rehearsal),
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
        let rehearsal = told(&format!(
            r#"{{"m.homeserver": {{"base_url": "{base_url}"}}}}"#
        ));
        assert_eq!(rehearsal.url(), format!("{versions}"));
    }
}

#[test]
fn a_url_is_taken_as_it_is() {
    let mut rehearsal = discovery("http://127.0.0.1:8008/");
    assert_eq!(
        rehearsal.url(),
        "http://127.0.0.1:8008/_matrix/client/versions"
    );
    rehearsal.answer(200, VERSIONS);
    assert_eq!(found(rehearsal), ("http://127.0.0.1:8008".to_owned(), None));
}

#[test]
fn a_site_without_information_leaves_the_name_as_a_guess() {
    for (body, name) in [
        ("<html>Not found</html>", "example.org"),
        (r#"{"errcode": "M_NOT_FOUND"}"#, "example.org:8448"),
        ("", "[::1]:8448"),
    ] {
        let mut rehearsal = discovery(name);
        rehearsal.answer(404, body);
        assert_eq!(
            rehearsal.url(),
            format!("https://{name}/_matrix/client/versions")
        );
        rehearsal.answer(200, VERSIONS);
        assert_eq!(found(rehearsal).0, format!("https://{name}"));
    }
}

#[test]
fn a_guess_that_is_wrong_is_asked_about() {
    let mut rehearsal = discovery("example.org");
    rehearsal.answer(404, "");
    rehearsal.answer(200, "<html>My cats</html>");
    asked(rehearsal);
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
        let mut rehearsal = discovery("example.org");
        rehearsal.answer(status, body);
        let mut rehearsal = asked(rehearsal);
        rehearsal.reply(Reply::Homeserver("http://10.0.0.1:8008".parse().unwrap()));
        assert_eq!(
            rehearsal.url(),
            "http://10.0.0.1:8008/_matrix/client/versions"
        );
        rehearsal.answer(404, "");
        let mut rehearsal = asked(rehearsal);
        rehearsal.reply(Reply::Homeserver("example.org".parse().unwrap()));
        assert_eq!(rehearsal.url(), SITE, "{status} {body}");
    }
}

#[test]
fn a_site_that_cannot_be_reached_is_tried_again_and_then_an_address_asked_for() {
    let mut rehearsal = discovery("example.org");
    for _ in 0..3 {
        rehearsal.fail(FailureClass::Refused);
        assert_eq!(rehearsal.told().0, ["Waiting"]);
        rehearsal.wait();
        assert_eq!(rehearsal.url(), SITE);
    }
    rehearsal.fail(FailureClass::Refused);
    asked(rehearsal);
    let mut rehearsal = discovery("example.org");
    rehearsal.fail(FailureClass::Tls);
    asked(rehearsal);
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
        let rehearsal = told(&format!(
            r#"{{"m.homeserver": {{"base_url": "{base_url}"}}}}"#
        ));
        let failure = rehearsal.error().to_string();
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
        let mut rehearsal = told(BASE_URL);
        rehearsal.answer(status, body);
        let failure = rehearsal.error().to_string();
        assert!(failure.starts_with("cs:getVersions: "), "{failure}");
    }
    let mut rehearsal = told(BASE_URL);
    rehearsal.fail(FailureClass::Tls);
    assert!(
        rehearsal
            .error()
            .to_string()
            .starts_with("cs:getVersions: ")
    );
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
        let mut rehearsal = discovery("example.org");
        rehearsal.redirect(location);
        assert_eq!(rehearsal.url(), moved_to);
        rehearsal.redirect("/again");
        assert_eq!(rehearsal.url(), format!("https://{host}/again"));
        rehearsal.answer(200, BASE_URL);
        rehearsal.answer(200, VERSIONS);
        assert_eq!(found(rehearsal).0, "https://matrix.example.org");
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
        let mut rehearsal = discovery("example.org");
        rehearsal.redirect(location);
        asked(rehearsal);
    }
    let mut rehearsal = discovery("example.org");
    for _ in 0..MOVES {
        rehearsal.redirect(SITE);
        assert_eq!(rehearsal.url(), SITE);
    }
    rehearsal.redirect("/");
    asked(rehearsal);
}

#[cfg(feature = "identity")]
#[test]
fn an_identity_server_that_answers_is_part_of_what_is_found() {
    let mut rehearsal = told(
        r#"{"m.homeserver": {"base_url": "https://a.org"}, "m.identity_server": {"base_url": "https://is.org/"}}"#,
    );
    rehearsal.answer(200, VERSIONS);
    assert_eq!(
        rehearsal.url(),
        "https://is.org/_matrix/identity/v2".to_owned()
    );
    rehearsal.answer(200, "{}");
    let found = found(rehearsal);
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
        let mut rehearsal = told(&format!(
            r#"{{"m.homeserver": {{"base_url": "https://a.org"}}, "m.identity_server": {entry}}}"#
        ));
        rehearsal.answer(200, VERSIONS);
        assert_eq!(
            found(rehearsal),
            ("https://a.org".to_owned(), None),
            "{entry}"
        );
    }
    for (status, body) in [
        (404, ""),
        (200, "<html>"),
        (401, r#"{"errcode": "M_UNKNOWN_TOKEN"}"#),
    ] {
        let mut rehearsal = told(
            r#"{"m.homeserver": {"base_url": "https://a.org"}, "m.identity_server": {"base_url": "https://is.org"}}"#,
        );
        rehearsal.answer(200, VERSIONS);
        rehearsal.answer(status, body);
        assert_eq!(
            found(rehearsal),
            ("https://a.org".to_owned(), None),
            "{body}"
        );
    }
}

#[test]
fn what_is_not_awaited_changes_nothing() {
    let mut rehearsal = discovery("example.org");
    let reply = || Reply::Homeserver("https://a.org".parse().unwrap());
    assert!(rehearsal.flow.reply(rehearsal.now, reply()).is_err());
    assert!(rehearsal.flow.retry(rehearsal.now).is_err());
    rehearsal.answer(403, "");
    assert!(rehearsal.flow.reply(rehearsal.now, Reply::Done).is_err());
    asked(rehearsal);
}

#[cfg(feature = "persist")]
#[test]
fn it_is_saved_while_an_address_is_awaited_and_while_a_site_is_asked() {
    let mut rehearsal = discovery("example.org");
    rehearsal.redirect("/moved");
    rehearsal.save_and_load();
    rehearsal.wait();
    assert_eq!(rehearsal.url(), "https://example.org/moved");
    rehearsal.answer(403, "");
    let mut rehearsal = asked(rehearsal);
    rehearsal.save_and_load();
    assert_eq!(rehearsal.flow.prompt(), Some(Prompt::Homeserver));
}
