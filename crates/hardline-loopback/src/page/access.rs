//! Who may have anything of the page: the browser of whoever sits at this machine, and no website in it.

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use super::refusal::Refusal;
use super::resource::ROOT;

/// Nothing comes from elsewhere, nothing shows the page in a frame, and scripts cannot turn a text into markup.
const POLICY: &str = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; \
     require-trusted-types-for 'script'";

/// Refuses what no page of this server's has sent.
pub(super) fn check(head: &Parts, port: u16) -> Result<(), Refusal> {
    let host = host(head).filter(|host| is_this_machine(host, port));
    let host = host.ok_or(Refusal::new(
        StatusCode::MISDIRECTED_REQUEST,
        "this is only served as 127.0.0.1, [::1] or localhost, with the port",
    ))?;
    let elsewhere = || Refusal::new(StatusCode::FORBIDDEN, "another origin gets nothing here");
    match only(&head.headers, &ORIGIN) {
        Only::One(origin) if !is_origin_of(origin, host) => return Err(elsewhere()),
        Only::One(_) => {}
        Only::None if head.method.is_safe() => {}
        Only::None | Only::Many => return Err(elsewhere()),
    }
    // A page of another origin can send requests without an `Origin`, and could keep all streams open.
    if is_from_elsewhere(&head.headers) && !is_visit(head) {
        return Err(elsewhere());
    }
    Ok(())
}

/// The header fields of every response. There is none that lets another origin read it.
pub(super) fn protect(headers: &mut HeaderMap) {
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_FRAME_OPTIONS, "DENY"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // With less, what the page sends would have no origin.
        (REFERRER_POLICY, "same-origin"),
        (CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// The host that a request is for, if it says so once.
fn host(head: &Parts) -> Option<&str> {
    let Only::One(host) = only(&head.headers, &HOST) else {
        return None;
    };
    let authority = head.uri.authority().map(Authority::as_str);
    authority
        .is_none_or(|authority| authority == host)
        .then_some(host)
}

/// Whether a name leads to this machine whatever a name server says.
fn is_this_machine(host: &str, port: u16) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    let name = authority.host();
    let ip = name.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    let is_here = match ip {
        Ok(ip) => ip.is_loopback(),
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    };
    is_here && !host.contains('@') && authority.port_u16().unwrap_or(80) == port
}

fn is_origin_of(origin: &str, host: &str) -> bool {
    origin
        .strip_prefix("http://")
        .is_some_and(|of_origin| of_origin.eq_ignore_ascii_case(host))
}

/// Whether the browser says that another origin causes it.
fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get_all("sec-fetch-site");
    site.iter()
        .any(|site| site != "same-origin" && site != "none")
}

/// Whether somebody follows a link to the page.
fn is_visit(head: &Parts) -> bool {
    let says = |name: &str, expected: &str| {
        head.headers
            .get(name)
            .is_some_and(|value| value == expected)
    };
    head.method == Method::GET
        && head.uri.path() == ROOT
        && says("sec-fetch-mode", "navigate")
        && says("sec-fetch-dest", "document")
}

/// The values of a header field that has one.
enum Only<'a> {
    None,
    One(&'a str),
    Many,
}

fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Only<'a> {
    let mut values = headers.get_all(name).iter();
    match (values.next().map(HeaderValue::to_str), values.next()) {
        (None, _) => Only::None,
        (Some(Ok(value)), None) => Only::One(value),
        _ => Only::Many,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(method: &str, target: &str, headers: &[(&str, &str)]) -> u16 {
        let mut request = http::Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        check(&head, 8008).map_or_else(|refusal| refusal.status.as_u16(), |()| 200)
    }

    #[test]
    fn only_names_of_this_machine_are_served() {
        for (host, expected) in [
            ("127.0.0.1:8008", 200),
            ("127.0.0.9:8008", 200),
            ("[::1]:8008", 200),
            ("localhost:8008", 200),
            ("LOCALHOST:8008", 200),
            ("localhost", 421),
            ("localhost:80", 421),
            ("localhost.:8008", 421),
            ("localhost.evil.example:8008", 421),
            ("evil.example:8008", 421),
            ("127.0.0.1.evil.example:8008", 421),
            ("127.1:8008", 421),
            ("0.0.0.0:8008", 421),
            ("10.0.0.1:8008", 421),
            ("evil@localhost:8008", 421),
            ("localhost:8008, evil.example", 421),
            ("", 421),
        ] {
            assert_eq!(
                status("GET", "/_hardline/", &[("host", host)]),
                expected,
                "{host}"
            );
        }
        assert_eq!(status("GET", "/_hardline/", &[]), 421);
        let both = [("host", "localhost:8008"), ("host", "evil.example")];
        assert_eq!(status("GET", "/_hardline/", &both), 421);
        let other = "http://evil.example/_hardline/";
        assert_eq!(status("GET", other, &[("host", "localhost:8008")]), 421);
    }

    #[test]
    fn what_changes_something_needs_the_origin_of_the_page() {
        let host = ("host", "localhost:8008");
        for (origin, get, delete) in [
            (None, 200, 403),
            (Some("http://localhost:8008"), 200, 200),
            (Some("http://127.0.0.1:8008"), 403, 403),
            (Some("https://localhost:8008"), 403, 403),
            (Some("http://localhost:8009"), 403, 403),
            (Some("http://evil.example"), 403, 403),
            (Some("null"), 403, 403),
            (Some(""), 403, 403),
        ] {
            let mut headers = vec![host];
            headers.extend(origin.map(|origin| ("origin", origin)));
            assert_eq!(
                status("GET", "/_hardline/live", &headers),
                get,
                "{origin:?}"
            );
            assert_eq!(
                status("DELETE", "/_hardline/inbox", &headers),
                delete,
                "{origin:?}"
            );
        }
    }

    #[test]
    fn another_site_may_link_to_the_page_and_nothing_more() {
        for (path, site, mode, dest, expected) in [
            ("/_hardline/", "cross-site", "navigate", "document", 200),
            ("/_hardline/", "same-site", "navigate", "document", 200),
            ("/_hardline/", "cross-site", "navigate", "iframe", 403),
            ("/_hardline/", "cross-site", "no-cors", "image", 403),
            ("/_hardline/live", "cross-site", "no-cors", "image", 403),
            ("/_hardline/live", "same-site", "navigate", "document", 403),
            ("/_hardline/live", "same-origin", "cors", "empty", 200),
            ("/_hardline/page.js", "cross-site", "no-cors", "script", 403),
            ("/_hardline/live", "none", "navigate", "document", 200),
        ] {
            let headers = [
                ("host", "localhost:8008"),
                ("sec-fetch-site", site),
                ("sec-fetch-mode", mode),
                ("sec-fetch-dest", dest),
            ];
            assert_eq!(
                status("GET", path, &headers),
                expected,
                "{path} {site} {mode} {dest}"
            );
        }
    }
}
