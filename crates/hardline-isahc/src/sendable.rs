use std::net::{Ipv4Addr, Ipv6Addr};

use hardline::wire::{Failure, FailureClass};
use http::Uri;
use http::request::Parts;

/// Refuses what curl or isahc would not send as it is. The error shows nothing of the request, which may contain a
/// secret.
pub(crate) fn check(head: &Parts) -> Result<(), Failure> {
    check_uri(&head.uri)?;
    // isahc panics on such values.
    if head.headers.values().any(|value| value.to_str().is_err()) {
        return Err(unsendable("a header is not visible ascii"));
    }
    Ok(())
}

/// curl supports many protocols, and `file:` would return a local file with a status of 200. Of a URL it also changes
/// what it understands.
fn check_uri(uri: &Uri) -> Result<(), Failure> {
    match uri.scheme_str() {
        Some("http" | "https") if uri.host().is_some_and(|host| !host.is_empty()) => {}
        Some("http" | "https") => return Err(unsendable("the url has no host")),
        Some(_) => return Err(unsendable("only http and https are supported")),
        None => return Err(unsendable("the url is not absolute")),
    }
    if uri.host().is_some_and(is_changed_host) {
        return Err(unsendable(
            "curl changes a url whose host is an address in another form than usual",
        ));
    }
    let path = uri.path();
    if !uri.to_string().is_ascii() {
        return Err(unsendable("curl changes a url that is not ascii"));
    }
    if path.split('/').any(is_dots) {
        return Err(unsendable("curl changes a url with . or .. in the path"));
    }
    if has_lower_case_escape(path) {
        return Err(unsendable(
            "curl changes a url with % and lower case in the path",
        ));
    }
    if uri.query() == Some("") {
        return Err(unsendable("curl changes a url with an empty query"));
    }
    Ok(())
}

/// curl writes addresses in its own way, and whatever it takes for an IPv4 address with four numbers.
fn is_changed_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        let address: Result<Ipv6Addr, _> = address.parse();
        return address.map_or(true, |address| format!("[{address}]") != host);
    }
    let last = host
        .trim_end_matches('.')
        .rsplit('.')
        .next()
        .unwrap_or(host);
    let is_number = last.starts_with(|first: char| first.is_ascii_digit())
        && last
            .chars()
            .all(|it| it.is_ascii_hexdigit() || it == 'x' || it == 'X');
    host.contains('%')
        || is_number
            && host
                .parse::<Ipv4Addr>()
                .map_or(true, |address| address.to_string() != host)
}

fn has_lower_case_escape(path: &str) -> bool {
    path.as_bytes().windows(3).any(|it| {
        let [percent, digits @ ..] = it else {
            return false;
        };
        *percent == b'%'
            && digits.iter().all(u8::is_ascii_hexdigit)
            && digits.iter().any(u8::is_ascii_lowercase)
    })
}

/// A step of a path that leads to where it is or up.
fn is_dots(step: &str) -> bool {
    let step = step.to_ascii_lowercase().replace("%2e", ".");
    matches!(step.as_str(), "." | "..")
}

fn unsendable(reason: &'static str) -> Failure {
    Failure::new(FailureClass::Unsendable, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_urls_over_http_that_curl_does_not_change_are_sendable() {
        for (uri, sendable) in [
            ("http://127.0.0.1/", true),
            ("https://matrix.org/_matrix/client/versions", true),
            ("HTTPS://matrix.org/", true),
            ("ftp://matrix.org/", false),
            ("/_matrix/client/versions", false),
            ("matrix.org:443", false),
            ("https://matrix.org/a/../b", false),
            ("https://matrix.org/a/./b", false),
            ("https://matrix.org/..", false),
            ("https://matrix.org/a/%2e%2E/b", false),
            ("https://matrix.org/a/.%2e", false),
            ("https://matrix.org/a/...", true),
            ("https://matrix.org/a/.b/..c?d=/../", true),
            ("https://matrix.org/a?", false),
            ("https://user:password@matrix.org/", true),
            ("https://matrix.org/a%2Fb?c%2fd", true),
            ("https://matrix.org/a%2fb", false),
            ("https://matrix.org/%zz%2", true),
            ("https://127.0.0.1/", true),
            ("https://1.matrix.org/", true),
            ("https://matrix.1and1/", true),
            ("https://127.1/", false),
            ("https://127.0.0.01/", false),
            ("https://0x7f000001/", false),
            ("https://2130706433/", false),
            ("https://[::1]/", true),
            ("https://[2001:db8::1]:8448/", true),
            ("https://[2001:DB8:0::1]/", false),
        ] {
            let uri: Uri = uri.parse().unwrap();
            assert_eq!(check_uri(&uri).is_ok(), sendable, "{uri}");
        }
    }
}
