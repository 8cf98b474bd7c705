#[cfg(any(feature = "flow", feature = "oauth"))]
pub(crate) mod page_url;
mod reference;

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use std::sync::Arc;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything except RFC 3986's unreserved characters, so that no parser on the way reads a value as structure.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

const BASE_URL: &str = "base URL";

/// Where a server's API begins: `https://example.org` or, below a path, `https://example.org/matrix/`.
///
/// ```
/// use hardline::wire::BaseUrl;
///
/// assert_eq!(BaseUrl::parse("https://example.org/matrix/")?.to_string(), "https://example.org/matrix");
/// assert_eq!(
///     BaseUrl::parse("https://example.org/?a=b").unwrap_err().to_string(),
///     "not a base URL: it has a query: remove everything from the ? on",
/// );
/// # Ok::<(), hardline::wire::InvalidUrl>(())
/// ```
///
/// Specification: [server discovery](https://spec.matrix.org/v1.19/client-server-api/#server-discovery).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Arc<Parts>);

/// Shared, since all conversations with a server hold its URL.
#[derive(Debug, PartialEq, Eq)]
struct Parts {
    scheme: Scheme,
    authority: Authority,
    /// Without a trailing slash.
    path: String,
}

impl BaseUrl {
    /// Reads a base URL. A trailing slash makes no difference.
    ///
    /// # Errors
    /// [`InvalidUrl`] if it is not an `http` or `https` URL, or has a user name, a query or a fragment.
    pub fn parse(text: &str) -> Result<Self, InvalidUrl> {
        let (scheme, authority, rest) = split(BASE_URL, text)?;
        if rest.query().is_some() {
            return Err(InvalidUrl::new(
                BASE_URL,
                "it has a query: remove everything from the ? on",
            ));
        }
        let path = rest.path().trim_end_matches('/');
        if !path.bytes().all(may_stand_in_path) {
            return Err(InvalidUrl::new(
                BASE_URL,
                "its path has a character that programs read in different ways: percent-encode it",
            ));
        }
        if path.split('/').any(is_folded) {
            return Err(InvalidUrl::new(
                BASE_URL,
                "its path has a . or .. segment, which would not be sent as written",
            ));
        }
        Ok(Self(Arc::new(Parts {
            scheme,
            authority,
            path: path.to_owned(),
        })))
    }

    /// Reads a base URL that a person wrote. If its host is internationalised, `to_ascii` gives its ASCII form; see
    /// [`ServerName::parse_international`](crate::types::ServerName::parse_international).
    ///
    /// # Errors
    /// [`InvalidUrl`] as [`parse`](Self::parse), and if the host has no ASCII form.
    pub fn parse_international(
        text: &str,
        to_ascii: impl FnOnce(&str) -> Option<String>,
    ) -> Result<Self, InvalidUrl> {
        let beginning = text.find("://").map_or(0, |scheme| scheme + 3);
        let (scheme, rest) = text.split_at(beginning);
        let (host, rest) = rest.split_at(rest.find(['/', '?', '#', ':']).unwrap_or(rest.len()));
        if host.is_ascii() {
            return Self::parse(text);
        }
        let host = to_ascii(host).ok_or(InvalidUrl::new(
            BASE_URL,
            "its host has no ASCII form: check how it is spelled",
        ))?;
        Self::parse(&format!("{scheme}{host}{rest}"))
    }

    /// True for `https`.
    pub fn is_https(&self) -> bool {
        self.0.scheme == Scheme::HTTPS
    }

    /// True if `uri` has the same scheme, host and port, so that secrets for this URL may be sent there.
    pub fn is_origin_of(&self, uri: &Uri) -> bool {
        let Some((scheme, authority)) = uri.scheme().zip(uri.authority()) else {
            return false;
        };
        self.has_origin(scheme, authority)
    }

    /// True if both URLs have the same scheme, host and port.
    #[cfg(feature = "flow")]
    pub(crate) fn is_same_origin(&self, other: &Self) -> bool {
        self.has_origin(&other.0.scheme, &other.0.authority)
    }

    fn has_origin(&self, scheme: &Scheme, authority: &Authority) -> bool {
        fn port(scheme: &Scheme, port: Option<u16>) -> Option<u16> {
            port.or(if *scheme == Scheme::HTTPS {
                Some(443)
            } else {
                Some(80)
            })
        }
        *scheme == self.0.scheme
            && authority
                .host()
                .eq_ignore_ascii_case(self.0.authority.host())
            && port(scheme, authority.port_u16())
                == port(&self.0.scheme, self.0.authority.port_u16())
    }

    /// The host and, if given, the port.
    #[cfg(all(feature = "flow", feature = "identity"))]
    pub(crate) fn authority(&self) -> &str {
        self.0.authority.as_str()
    }

    /// The path, without a trailing slash.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The URL with this path and query, which begins with the base's own path.
    pub(crate) fn join(&self, path_and_query: PathAndQuery) -> Result<Uri, InvalidUrl> {
        let mut parts = http::uri::Parts::default();
        parts.path_and_query = Some(path_and_query);
        parts.scheme = Some(self.0.scheme.clone());
        parts.authority = Some(self.0.authority.clone());
        Uri::from_parts(parts).map_err(|_| InvalidUrl::too_long())
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.0.scheme, self.0.authority, self.0.path)
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidUrl;

    fn from_str(text: &str) -> Result<Self, InvalidUrl> {
        Self::parse(text)
    }
}

/// A URL that a server gave, used exactly as given.
///
/// ```
/// use hardline::wire::{AbsoluteUrl, BaseUrl};
///
/// let homeserver = BaseUrl::parse("https://example.org")?;
/// let url = AbsoluteUrl::given_by(&homeserver, "https://is.example.org/submit?lang=en")?;
/// assert_eq!(url.to_string(), "https://is.example.org/submit?lang=en");
/// assert!(AbsoluteUrl::given_by(&homeserver, "http://is.example.org/submit").is_err());
/// # Ok::<(), hardline::wire::InvalidUrl>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsoluteUrl(Uri);

impl AbsoluteUrl {
    /// Reads a URL that this homeserver gave. It has to be `https`, unless the homeserver itself uses `http`.
    ///
    /// # Errors
    /// [`InvalidUrl`] if it is not an absolute URL, has a user name, or is `http` although the homeserver uses `https`.
    pub fn given_by(homeserver: &BaseUrl, text: &str) -> Result<Self, InvalidUrl> {
        const WHAT: &str = "URL that a secret can be sent to";
        let url = Self::read(WHAT, text)?;
        if homeserver.is_https() && url.0.scheme() != Some(&Scheme::HTTPS) {
            return Err(InvalidUrl::new(
                WHAT,
                "it is http, though the homeserver that gave it is https",
            ));
        }
        Ok(url)
    }

    /// The URL that a reference leads to which was found at this one, such as a redirect's `Location`: it may be a whole
    /// URL or the rest of one (RFC 3986, section 5). Its fragment is left out.
    ///
    /// # Errors
    /// [`InvalidUrl`] if the result is not an `http` or `https` URL or has a user name.
    ///
    /// ```
    /// use hardline::wire::{AbsoluteUrl, BaseUrl};
    ///
    /// let site = BaseUrl::parse("https://example.org")?;
    /// let file = AbsoluteUrl::given_by(&site, "https://example.org/.well-known/matrix/client")?;
    /// let moved = file.resolve("client.json#top")?;
    /// assert_eq!(moved.to_string(), "https://example.org/.well-known/matrix/client.json");
    /// assert_eq!(file.resolve("//cdn.example.org/c")?.to_string(), "https://cdn.example.org/c");
    /// # Ok::<(), hardline::wire::InvalidUrl>(())
    /// ```
    pub fn resolve(&self, reference: &str) -> Result<Self, InvalidUrl> {
        Self::read("URL", &reference::resolve(&self.0, reference))
    }

    fn read(what: &'static str, text: &str) -> Result<Self, InvalidUrl> {
        let (scheme, authority, rest) = split(what, text)?;
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(scheme);
        parts.authority = Some(authority);
        parts.path_and_query = Some(rest);
        Uri::from_parts(parts)
            .map(Self)
            .map_err(|_| InvalidUrl::new(what, "it is not a URL"))
    }

    /// The URL for a request.
    pub fn as_uri(&self) -> &Uri {
        &self.0
    }

    /// The URL with more in its query, which begins with a question mark.
    pub(crate) fn with_query(&self, query: &str) -> Result<Uri, InvalidUrl> {
        let mut parts = self.0.clone().into_parts();
        let pairs = query.trim_start_matches('?');
        let path_and_query = match self.0.query() {
            None | Some("") => format!("{}?{pairs}", self.0.path()),
            Some(given) => format!("{}?{given}&{pairs}", self.0.path()),
        };
        let path_and_query = PathAndQuery::try_from(path_and_query);
        parts.path_and_query = Some(path_and_query.map_err(|_| InvalidUrl::too_long())?);
        Uri::from_parts(parts).map_err(|_| InvalidUrl::too_long())
    }
}

impl fmt::Display for AbsoluteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// URLs are saved as their text, which is parsed again when they are loaded.
#[cfg(feature = "persist")]
mod saved {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{AbsoluteUrl, BaseUrl};

    impl Serialize for BaseUrl {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    impl<'de> Deserialize<'de> for BaseUrl {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
        }
    }

    impl Serialize for AbsoluteUrl {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    impl<'de> Deserialize<'de> for AbsoluteUrl {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            text.parse().map(Self).map_err(D::Error::custom)
        }
    }
}

/// A URL that cannot be used, and what to do about it. It does not repeat the URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidUrl {
    what: &'static str,
    why: &'static str,
}

impl InvalidUrl {
    pub(crate) const fn new(what: &'static str, why: &'static str) -> Self {
        Self { what, why }
    }

    pub(crate) const fn too_long() -> Self {
        let why = "it is longer than HTTP libraries accept (65,534 bytes)";
        Self::new("request URL", why)
    }
}

impl fmt::Display for InvalidUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a {}: {}", self.what, self.why)
    }
}

impl Error for InvalidUrl {}

/// True if a URL leads to the machine itself: to `localhost` or an address of the loopback interface. Such a request
/// cannot go through a proxy, which would reach its own machine, and nobody can listen on the way.
///
/// ```
/// use hardline::wire::is_loopback;
///
/// assert!(is_loopback(&http::Uri::from_static("http://[::1]:8008/_matrix/client/versions")));
/// assert!(!is_loopback(&http::Uri::from_static("http://127.0.0.1.example.org/")));
/// ```
pub fn is_loopback(uri: &Uri) -> bool {
    let Some(host) = uri.host() else {
        return false;
    };
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

fn split(what: &'static str, text: &str) -> Result<(Scheme, Authority, PathAndQuery), InvalidUrl> {
    let invalid = |why| InvalidUrl::new(what, why);
    if text.contains('#') {
        return Err(invalid(
            "it has a fragment: remove everything from the # on",
        ));
    }
    if !text.is_ascii() {
        return Err(invalid(
            "it has characters other than ASCII: write the host in its xn-- form and percent-encode the path",
        ));
    }
    let uri: Uri = text
        .parse()
        .map_err(|_| invalid("it does not have the form https://host/path"))?;
    let parts = uri.into_parts();
    let scheme = parts
        .scheme
        .ok_or(invalid("it does not begin with https:// or http://"))?;
    if scheme != Scheme::HTTPS && scheme != Scheme::HTTP {
        return Err(invalid("it does not begin with https:// or http://"));
    }
    let authority = parts.authority.ok_or(invalid("it has no host"))?;
    if authority.as_str().contains('@') {
        return Err(invalid(
            "it has a user name or password: remove everything before the @",
        ));
    }
    let host = authority.host();
    if host.is_empty() {
        return Err(invalid("it has no host"));
    }
    if !is_read_alike(host) {
        return Err(invalid(
            "its host is a number that programs read in different ways: write an address as in 127.0.0.1 or [::1]",
        ));
    }
    if !host.bytes().all(may_stand_in_host) {
        return Err(invalid(
            "its host has a character that is not allowed in host names or addresses",
        ));
    }
    if !has_port_or_none(&authority, host) {
        return Err(invalid("its port is not a number from 0 to 65535"));
    }
    Ok((
        scheme,
        authority,
        parts
            .path_and_query
            .unwrap_or(PathAndQuery::from_static("/")),
    ))
}

/// Appends a value so that it decodes to itself, whatever characters it has.
pub(crate) fn percent_encode(value: &str, out: &mut String) {
    out.extend(utf8_percent_encode(value, RESERVED));
}

/// Everything except the characters that a form leaves unchanged. A form writes a space as a plus.
const RESERVED_IN_FORM: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'*')
    .remove(b' ');

/// Appends a value in the encoding of `application/x-www-form-urlencoded`.
pub(crate) fn form_encode(value: &str, out: &mut String) {
    for (index, word) in value.split(' ').enumerate() {
        if index > 0 {
            out.push('+');
        }
        out.extend(utf8_percent_encode(word, RESERVED_IN_FORM));
    }
}

/// The pairs of a query string or a form, as browsers and all HTTP libraries write them.
#[cfg(any(feature = "server", feature = "oauth", feature = "flow"))]
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let decode = |text: &str| {
        percent_decode_str(&text.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(move |pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
}

/// The characters of a path in RFC 3986. HTTP libraries let others through, and browsers change some of those: `\`
/// becomes a slash.
fn may_stand_in_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/%-._~!$&'()*+,;=:@".contains(&byte)
}

/// The characters of host names in actual use, and of addresses.
fn may_stand_in_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte)
}

/// Whether the host is followed by a port or by nothing: HTTP libraries see a host and a port in `[::1]7:800`.
fn has_port_or_none(authority: &Authority, host: &str) -> bool {
    match authority.as_str().strip_prefix(host) {
        Some("") => true,
        Some(port) => port.strip_prefix(':').is_some_and(|digits| {
            digits.bytes().all(|byte| byte.is_ascii_digit()) && authority.port_u16().is_some()
        }),
        None => false,
    }
}

/// False for hosts that browsers read as an address and others as a name, or the other way round: `127.1`,
/// `0x7f000001`, `[1]`, `a[::1]`.
fn is_read_alike(host: &str) -> bool {
    if host.contains(['[', ']']) {
        let address = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        return address.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok());
    }
    let host_without_root = host.strip_suffix('.').unwrap_or(host);
    let last = host_without_root.rsplit('.').next().unwrap_or_default();
    let digits = last.bytes().all(|byte| byte.is_ascii_digit());
    let hexadecimal = last
        .strip_prefix("0x")
        .or_else(|| last.strip_prefix("0X"))
        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    !(digits || hexadecimal) || host.parse::<Ipv4Addr>().is_ok()
}

/// True for the segments that URL parsers remove or fold, percent-encoded or not.
fn is_folded(segment: &str) -> bool {
    matches!(
        &*percent_decode_str(segment).decode_utf8_lossy(),
        "." | ".."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls_may_have_a_port_and_a_path() {
        for (text, shown) in [
            ("https://example.org", "https://example.org"),
            ("https://example.org/", "https://example.org"),
            ("http://127.0.0.1:8008/a/b//", "http://127.0.0.1:8008/a/b"),
            ("https://[::1]:8448/%7Eme", "https://[::1]:8448/%7Eme"),
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn base_urls_that_would_lose_something_are_refused() {
        for text in [
            "",
            "example.org",
            "/path",
            "ftp://example.org",
            "file:///etc/passwd",
            "https://",
            "https:///path",
            "https://user@example.org",
            "https://user:secret@example.org",
            "https://example.org?",
            "https://example.org/?q",
            "https://example.org/#f",
            "https://example.org#",
            "https://münchen.de",
            "https://example.org:99999",
            "https://example.org:",
            "https://exa mple.org",
            "https://example.org/a/../b",
            "https://example.org/%2e%2E/b",
            "https://example.org/./b",
            "https://example.org\\@evil.org",
            "https://example.org/a\\b",
            "https://example.org/{a}",
            "https://example.org/a|b",
            "https://140",
            "https://127.1",
            "https://0x7f000001",
            "https://example.0xff",
            "https://127.0.0.01",
            "https://127.0.0.1.",
            "https://[1]",
            "https://[::1",
            "https://a[::1]",
            "https://[::1]a",
            "https://[::1]7:800",
            "https://example.org:+80",
            "https://exa!mple.org",
        ] {
            assert!(BaseUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_international_host_is_converted_and_the_rest_kept() {
        let converted = |text: &str| {
            BaseUrl::parse_international(text, |host| {
                (host == "bücher.example").then(|| "xn--bcher-kva.example".to_owned())
            })
        };
        for (text, url) in [
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            (
                "http://bücher.example:8008/m/",
                "http://xn--bcher-kva.example:8008/m",
            ),
            ("https://[::1]:8448", "https://[::1]:8448"),
        ] {
            assert_eq!(converted(text).unwrap().to_string(), url);
        }
        for text in [
            "https://ü.example",
            "https://bücher.example/ü",
            "https://u@bücher.example",
            "bücher.example",
            "https://bücher.example?x",
        ] {
            assert!(converted(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let base = BaseUrl::parse("https://example.org/matrix").unwrap();
        let same = |text: &str| base.is_origin_of(&text.parse().unwrap());
        assert!(same("https://EXAMPLE.org:443/other"));
        assert!(!same("http://example.org/matrix"));
        assert!(!same("https://example.org:8448/matrix"));
        assert!(!same("https://example.org.evil.org/matrix"));
        assert!(!same("/matrix"));
    }

    #[test]
    fn a_given_url_is_used_exactly_as_given() {
        let base = BaseUrl::parse("http://127.0.0.1:8008").unwrap();
        for text in [
            "http://127.0.0.1:1/a//b/../c?x=%2F&y",
            "https://h/%E2%82%AC?a+b",
            "https://h/",
        ] {
            assert_eq!(
                AbsoluteUrl::given_by(&base, text).unwrap().to_string(),
                text
            );
        }
        for text in [
            "",
            "/relative",
            "javascript:alert(1)",
            "https://u@h/",
            "https://h/#f",
        ] {
            assert!(AbsoluteUrl::given_by(&base, text).is_err(), "{text}");
        }
    }
}
