use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::uri::Authority;
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;

use crate::BuildError;

/// What a proxy speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyKind {
    /// HTTP: it reads requests to `http` URLs and opens tunnels to `https` ones.
    Http,
    /// The same over TLS.
    Https,
    /// SOCKS5: it opens a tunnel for each connection, and resolves the names.
    Socks5,
}

/// A proxy. `Debug` and `Display` show neither its user nor its password.
///
/// ```
/// use hardline_transport_options::{Proxy, ProxyKind};
///
/// let proxy = Proxy::parse("socks5://user:p@ss@proxy.example")?;
/// assert_eq!((proxy.kind(), proxy.host(), proxy.port()), (ProxyKind::Socks5, "proxy.example", 1080));
/// assert_eq!(proxy.credentials(), Some(("user", "p@ss")));
/// assert_eq!(proxy.to_string(), "the proxy proxy.example:1080");
/// # Ok::<(), hardline_transport_options::BuildError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    kind: ProxyKind,
    /// With the brackets of an IPv6 address.
    host: String,
    port: u16,
    credentials: Option<(String, String)>,
    /// The variable of the environment that it comes from.
    variable: Option<&'static str>,
    uri: Uri,
}

impl Proxy {
    /// Reads the URL of a proxy: `http` (which may be left out), `https`, `socks5`, `socks5h` or `socks`, then
    /// optionally `user:password@`, then a host and optionally a port (80, 443 or 1080). Everything up to the last `@`
    /// belongs to the user and the password, in which `%` introduces a byte.
    ///
    /// # Errors
    /// If it has no host, a port that is none, or another scheme. The error does not show the URL, which may hold a
    /// password.
    pub fn parse(url: &str) -> Result<Self, BuildError> {
        let url = url.trim();
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        let (kind, default_port) = match scheme.to_ascii_lowercase().as_str() {
            "http" => (ProxyKind::Http, 80),
            "https" => (ProxyKind::Https, 443),
            "socks" | "socks5" | "socks5h" => (ProxyKind::Socks5, 1080),
            _ => return Err(unusable("its scheme is not http, https or socks5")),
        };
        let (user, rest) = match rest.rsplit_once('@') {
            Some((user, rest)) => (Some(user), rest),
            None => (None, rest),
        };
        let place = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let place: Authority = place.parse().map_err(|_| unusable("its host is not one"))?;
        let host = place.host();
        if host.is_empty() || host == "[]" {
            return Err(unusable("it has no host"));
        }
        let port = match place.as_str()[host.len()..].strip_prefix(':') {
            None | Some("") => default_port,
            Some(port) => port.parse().map_err(|_| unusable("its port is not one"))?,
        };
        let uri = Uri::builder()
            .scheme(match kind {
                ProxyKind::Http => "http",
                ProxyKind::Https => "https",
                ProxyKind::Socks5 => "socks5h",
            })
            .authority(format!("{host}:{port}"))
            .path_and_query("/")
            .build()
            .map_err(|_| unusable("its host is not one"))?;
        Ok(Self {
            kind,
            host: host.to_owned(),
            port,
            credentials: user.map(credentials),
            variable: None,
            uri,
        })
    }

    pub(crate) fn of_variable(mut self, variable: &'static str) -> Self {
        self.variable = Some(variable);
        self
    }

    /// What it speaks.
    pub fn kind(&self) -> ProxyKind {
        self.kind
    }

    /// Its host; an IPv6 address has its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its URL, with the port and without user and password. The scheme of SOCKS5 is `socks5h`: the proxy resolves the
    /// names.
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The user and the password, decoded.
    pub fn credentials(&self) -> Option<(&str, &str)> {
        let (user, password) = self.credentials.as_ref()?;
        Some((user, password))
    }

    /// The value of `Proxy-Authorization` for user and password, marked as sensitive.
    pub fn authorization(&self) -> Option<HeaderValue> {
        let (user, password) = self.credentials()?;
        let encoded = STANDARD.encode(format!("{user}:{password}"));
        // Base64 is visible ASCII.
        let mut value = HeaderValue::from_str(&format!("Basic {encoded}")).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// True if it reads the requests to this URL, which then need the whole URL and the proxy's authorization.
    pub fn reads(&self, uri: &Uri) -> bool {
        self.kind != ProxyKind::Socks5 && uri.scheme_str() == Some("http")
    }
}

fn credentials(text: &str) -> (String, String) {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    let decode = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
    (decode(user), decode(password))
}

fn unusable(why: &'static str) -> BuildError {
    BuildError::Proxy(why.into())
}

/// Names it, for errors: where it is, and the variable that it comes from.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the proxy {}:{}", self.host, self.port)?;
        match self.variable {
            Some(variable) => write!(f, " of the variable {variable}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("kind", &self.kind)
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(url: &str) -> (String, Option<(String, String)>) {
        let proxy = Proxy::parse(url).unwrap();
        let credentials = proxy.credentials();
        let credentials = credentials.map(|(user, password)| (user.into(), password.into()));
        (proxy.uri().to_string(), credentials)
    }

    #[test]
    fn a_proxy_is_read_as_people_write_it() {
        for (url, uri) in [
            ("proxy.example", "http://proxy.example:80/"),
            ("proxy.example:3128", "http://proxy.example:3128/"),
            ("HTTP://proxy.example:3128/", "http://proxy.example:3128/"),
            ("https://proxy.example", "https://proxy.example:443/"),
            ("socks://127.0.0.1:1080/", "socks5h://127.0.0.1:1080/"),
            ("socks5h://[::1]", "socks5h://[::1]:1080/"),
            (" http://[2001:db8::1]:8080 ", "http://[2001:db8::1]:8080/"),
        ] {
            assert_eq!(parts(url), (uri.to_owned(), None), "{url}");
        }
    }

    #[test]
    fn everything_up_to_the_last_at_sign_is_user_and_password() {
        for (url, user, password) in [
            ("http://user:p@ss@proxy.example:1", "user", "p@ss"),
            ("http://user:p%40ss@proxy.example:1", "user", "p@ss"),
            ("http://us%65r:a/b?c#d@proxy.example:1", "user", "a/b?c#d"),
            ("user:50%@proxy.example:1", "user", "50%"),
            ("socks5://user@proxy.example:1", "user", ""),
        ] {
            let (uri, credentials) = parts(url);
            assert!(uri.ends_with("://proxy.example:1/"), "{uri}");
            assert_eq!(credentials, Some((user.into(), password.into())), "{url}");
        }
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_refused_and_its_password_not_shown() {
        for url in [
            "ftp://user:secret@proxy.example",
            "socks4://user:secret@proxy.example",
            "http://user:secret@proxy .example",
            "http://user:secret@",
            "http://user:secret@:80",
            "http://user:secret@proxy.example:port",
            "http://user:secret@proxy.example:70000",
            "",
            "/secret",
        ] {
            let error = Proxy::parse(url).expect_err(url);
            assert!(matches!(error, BuildError::Proxy(_)), "{url}");
            assert!(!format!("{error} {error:?}").contains("secret"), "{error}");
        }
    }

    #[test]
    fn neither_user_nor_password_is_displayed() {
        let proxy = Proxy::parse("http://alice:secret@proxy.example").unwrap();
        let authorization = proxy.authorization();
        let shown = format!("{proxy} {proxy:?} {authorization:?}");
        assert!(
            !shown.contains("secret") && !shown.contains("alice") && !shown.contains("YWxp"),
            "{shown}"
        );
    }
}
