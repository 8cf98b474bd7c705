//! References of RFC 3986, section 5: a URL, or part of one that is completed by the URL where it was found.

use std::borrow::Cow;

use percent_encoding::{CONTROLS, utf8_percent_encode};

/// The URL to which a reference leads that was found at this base, as text that is still to be parsed. Its fragment is
/// left out, since it is never sent, and characters that are not ASCII are percent-encoded, as browsers do.
pub(super) fn resolve(base: &http::Uri, reference: &str) -> String {
    let reference = reference.trim();
    let reference = reference.split('#').next().unwrap_or_default();
    let reference = encoded(reference);
    let scheme = base.scheme_str().unwrap_or("https");
    if let Some((scheme, rest)) = reference.split_once(':')
        && is_scheme(scheme)
    {
        return match rest.strip_prefix("//") {
            Some(rest) => absolute(scheme, rest),
            None => reference.into_owned(),
        };
    }
    if let Some(rest) = reference.strip_prefix("//") {
        return absolute(scheme, rest);
    }
    let authority = base.authority().map_or("", |authority| authority.as_str());
    let (path, query) = split_query(&reference);
    let base_query = base.query().map(|query| format!("?{query}"));
    let (path, query) = match path {
        "" if query.is_empty() => (base.path().to_owned(), base_query.unwrap_or_default()),
        "" => (base.path().to_owned(), query.to_owned()),
        path if path.starts_with('/') => (path.to_owned(), query.to_owned()),
        path => {
            let folder = base
                .path()
                .rfind('/')
                .map_or("/", |end| &base.path()[..=end]);
            (format!("{folder}{path}"), query.to_owned())
        }
    };
    format!("{scheme}://{authority}{}{query}", without_dots(&path))
}

fn absolute(scheme: &str, rest: &str) -> String {
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let (path, query) = split_query(rest);
    format!("{scheme}://{authority}{}{query}", without_dots(path))
}

/// The path, and the query with its question mark.
fn split_query(text: &str) -> (&str, &str) {
    text.split_at(text.find('?').unwrap_or(text.len()))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// The path with `.` and `..` carried out (section 5.2.4).
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." => {}
            // The empty segment before the first slash stays.
            ".." => kept.truncate(kept.len().saturating_sub(1).max(1)),
            segment => {
                kept.push(segment);
                continue;
            }
        }
        // A folder ends with a slash.
        if is_last {
            kept.push("");
        }
    }
    kept.join("/")
}

fn encoded(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, CONTROLS).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(base: &str, reference: &str) -> String {
        resolve(&base.parse().unwrap(), reference)
    }

    #[test]
    fn the_examples_of_the_standard_resolve_as_it_says() {
        for (reference, url) in [
            ("g:h", "g:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q"),
            ("g#s", "http://a/b/c/g"),
            ("g?y#s", "http://a/b/c/g?y"),
            (";x", "http://a/b/c/;x"),
            ("g;x?y#s", "http://a/b/c/g;x?y"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("./", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../..", "http://a/"),
            ("../../", "http://a/"),
            ("../../g", "http://a/g"),
            ("../../../g", "http://a/g"),
            ("../../../../g", "http://a/g"),
            ("/./g", "http://a/g"),
            ("/../g", "http://a/g"),
            ("g.", "http://a/b/c/g."),
            (".g", "http://a/b/c/.g"),
            ("g..", "http://a/b/c/g.."),
            ("..g", "http://a/b/c/..g"),
            ("./../g", "http://a/b/g"),
            ("./g/.", "http://a/b/c/g/"),
            ("g/./h", "http://a/b/c/g/h"),
            ("g/../h", "http://a/b/c/h"),
            ("g;x=1/./y", "http://a/b/c/g;x=1/y"),
            ("g;x=1/../y", "http://a/b/c/y"),
            ("g?y/./x", "http://a/b/c/g?y/./x"),
            ("g?y/../x", "http://a/b/c/g?y/../x"),
        ] {
            assert_eq!(
                resolved("http://a/b/c/d;p?q", reference),
                url,
                "{reference}"
            );
        }
    }

    #[test]
    fn what_sites_send_resolves_too() {
        let base = "https://example.org:8443/.well-known/matrix/client";
        for (reference, url) in [
            (
                "client.json",
                "https://example.org:8443/.well-known/matrix/client.json",
            ),
            ("../../m/c", "https://example.org:8443/m/c"),
            (
                "?v=2",
                "https://example.org:8443/.well-known/matrix/client?v=2",
            ),
            ("//cdn.org/a/../w?x", "https://cdn.org/w?x"),
            ("HTTPS://cdn.org", "HTTPS://cdn.org"),
            (" /w \r\n", "https://example.org:8443/w"),
            ("/é?é", "https://example.org:8443/%C3%A9?%C3%A9"),
            ("a:b/c", "a:b/c"),
            (
                "./a:b/c",
                "https://example.org:8443/.well-known/matrix/a:b/c",
            ),
            ("/a//b/", "https://example.org:8443/a//b/"),
        ] {
            assert_eq!(resolved(base, reference), url, "{reference}");
        }
    }
}
