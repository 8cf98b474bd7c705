use std::fmt;

#[cfg(feature = "oauth")]
use crate::wire::url::percent_encode;
use crate::wire::{AbsoluteUrl, BaseUrl, InvalidUrl};

/// The URL of a page that a server gave for the user's browser, used as given. It may have a fragment, which many pages
/// keep their own path in.
#[derive(Clone, Debug)]
pub(crate) struct PageUrl {
    url: AbsoluteUrl,
    /// With its `#`, if there is one.
    fragment: String,
}

impl PageUrl {
    /// Reads a URL that this homeserver, or its authorization server, gave. It has to be `https`, unless the homeserver
    /// itself uses `http`: whoever changes a page on the way reads what the user types there.
    ///
    /// # Errors
    /// [`InvalidUrl`], as [`AbsoluteUrl::given_by`], and if the fragment has characters that no URL has.
    pub(crate) fn given_by(homeserver: &BaseUrl, text: &str) -> Result<Self, InvalidUrl> {
        let (url, fragment) = text.split_at(text.find('#').unwrap_or(text.len()));
        if !fragment.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidUrl::new(
                "page's URL",
                "its fragment has characters that no URL has: percent-encode them",
            ));
        }
        Ok(Self {
            url: AbsoluteUrl::given_by(homeserver, url)?,
            fragment: fragment.to_owned(),
        })
    }

    /// The URL with these pairs at the end of its query, which may have others.
    #[cfg(feature = "oauth")]
    pub(crate) fn with_pairs(&self, pairs: &[(&str, &str)]) -> String {
        let mut text = self.url.to_string();
        for (name, value) in pairs {
            let separator = match text.find('?') {
                None => "?",
                Some(_) if text.ends_with(['?', '&']) => "",
                Some(_) => "&",
            };
            text.push_str(separator);
            percent_encode(name, &mut text);
            text.push('=');
            percent_encode(value, &mut text);
        }
        text + &self.fragment
    }
}

impl fmt::Display for PageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.url, self.fragment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(homeserver: &str, text: &str) -> Result<String, InvalidUrl> {
        let homeserver = BaseUrl::parse(homeserver).unwrap();
        PageUrl::given_by(&homeserver, text).map(|page| page.to_string())
    }

    #[test]
    fn a_page_is_opened_at_the_url_as_it_was_given() {
        for text in [
            "https://account.example.org/?action=org.matrix.cross_signing_reset",
            "https://account.example.org/a%20b?",
            "https://account.example.org/#/reset?x=1",
            "https://[2001:db8::1]:8443/account",
        ] {
            assert_eq!(page("https://example.org", text).as_deref(), Ok(text));
        }
        let plain = "http://127.0.0.1:8080/account/";
        assert_eq!(page("http://127.0.0.1:8008", plain).as_deref(), Ok(plain));
    }

    #[test]
    fn what_is_no_page_or_could_be_changed_on_the_way_is_refused() {
        for text in [
            "",
            "/account",
            "//account.example.org/",
            "http://account.example.org/",
            "HTTP://account.example.org/",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "intent://account.example.org/",
            "https://user:pass@account.example.org/",
            "https://example.org@evil.example/",
            "https:///path",
            " https://account.example.org/",
            "https://account.example.org/#a b",
            "https://account.example.org/#\u{1b}[2J",
            "https://account.example.org/\n--flag",
        ] {
            assert!(page("https://example.org", text).is_err(), "{text:?}");
        }
    }

    #[cfg(feature = "oauth")]
    #[test]
    fn more_pairs_go_behind_those_that_are_there_and_before_the_fragment() {
        let homeserver = BaseUrl::parse("https://example.org").unwrap();
        for (given, expected) in [
            ("", "/?a=b%20%26c&d=1"),
            ("/x", "/x?a=b%20%26c&d=1"),
            ("/?", "/?a=b%20%26c&d=1"),
            ("/?lang=en", "/?lang=en&a=b%20%26c&d=1"),
            ("/?lang=en&", "/?lang=en&a=b%20%26c&d=1"),
            ("/?lang=en#/home", "/?lang=en&a=b%20%26c&d=1#/home"),
        ] {
            let page = PageUrl::given_by(&homeserver, &format!("https://a.example{given}"));
            let text = page.unwrap().with_pairs(&[("a", "b &c"), ("d", "1")]);
            assert_eq!(text, format!("https://a.example{expected}"));
        }
    }
}
