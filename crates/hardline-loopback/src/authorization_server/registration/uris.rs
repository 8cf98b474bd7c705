use hardline::oauth_api::ApplicationType;
use http::Uri;

/// The hosts of the loopback, as they stand in a URI.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The `client_uri` of a client, which decides what its other URIs may be.
///
/// Specification: [client metadata](https://spec.matrix.org/v1.19/client-server-api/#client-metadata),
/// [redirect URI validation](https://spec.matrix.org/v1.19/client-server-api/#redirect-uri-validation).
pub(super) struct ClientUri {
    /// In lower case.
    host: String,
}

impl ClientUri {
    pub(super) fn parse(uri: &str) -> Result<Self, &'static str> {
        let parsed = Parsed::of(uri).ok_or("client_uri is no URI with a host")?;
        if parsed.scheme != "https" {
            return Err("client_uri is https");
        }
        if parsed.has_user_info {
            return Err("client_uri has no user name and no password");
        }
        Ok(Self { host: parsed.host })
    }

    /// Checks `tos_uri` or `policy_uri`.
    pub(super) fn check_page(&self, uri: &str) -> Result<(), &'static str> {
        self.check_picture(uri)?;
        match Parsed::of(uri) {
            Some(parsed) if parsed.has_user_info => Err("has no user name and no password"),
            _ => Ok(()),
        }
    }

    /// Checks `logo_uri`.
    pub(super) fn check_picture(&self, uri: &str) -> Result<(), &'static str> {
        let parsed = Parsed::of(uri).ok_or("is no URI with a host")?;
        if parsed.scheme != "https" {
            return Err("is https");
        }
        if !self.has(&parsed.host) {
            return Err("is on the host of client_uri, or below it");
        }
        Ok(())
    }

    pub(super) fn check_redirect_uri(
        &self,
        uri: &str,
        application_type: &ApplicationType,
    ) -> Result<(), &'static str> {
        if uri.contains('#') {
            return Err("a redirect URI has no fragment");
        }
        if !uri.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("a redirect URI is ASCII, percent-encoded where it has to be");
        }
        let (scheme, rest) = uri.split_once(':').ok_or("a redirect URI has a scheme")?;
        let scheme = scheme.to_ascii_lowercase();
        let in_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
        if !scheme.bytes().all(in_scheme) {
            return Err("the scheme of a redirect URI is made of a-z, 0-9, + - and .");
        }
        let is_native = *application_type == ApplicationType::Native;
        match scheme.as_str() {
            "https" => match Parsed::of(uri) {
                Some(parsed) if self.has(&parsed.host) => Ok(()),
                _ => Err("a redirect URI is on the host of client_uri, or below it"),
            },
            "http" if is_native => match Parsed::of(uri) {
                Some(parsed) if !LOOPBACK.contains(&&*parsed.host) => {
                    Err("a redirect URI with http is on the loopback")
                }
                Some(parsed) if parsed.has_port => Err(
                    "a redirect URI on the loopback is registered without a port: any will do later",
                ),
                Some(_) => Ok(()),
                None => Err("a redirect URI with http has a host"),
            },
            _ if !is_native => Err("a redirect URI of a web page is https"),
            _ if !self.has_reversed(&scheme) => Err(
                "the scheme of a redirect URI is https, or begins with the host of client_uri in reverse order",
            ),
            _ if rest.starts_with("//") => {
                Err("a redirect URI with a scheme of the client's own has no host: com.example:/")
            }
            _ => Ok(()),
        }
    }

    /// Whether a host is this one or below it.
    fn has(&self, host: &str) -> bool {
        let above = host.strip_suffix(self.host.as_str());
        above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
    }

    /// Whether a scheme is the reversed host, or begins with it.
    fn has_reversed(&self, scheme: &str) -> bool {
        let labels: Vec<&str> = self.host.rsplit('.').collect();
        let rest = scheme.strip_prefix(labels.join(".").as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// Whether a URI is that of a registered one: the same or, on the loopback, the same but for the port.
pub(in crate::authorization_server) fn is_redirect_uri_of(registered: &str, uri: &str) -> bool {
    registered == uri || without_loopback_port(uri).is_some_and(|uri| uri == registered)
}

/// A URI on the loopback without its port.
fn without_loopback_port(uri: &str) -> Option<String> {
    let rest = uri.strip_prefix("http://")?;
    let (host, rest) = LOOPBACK
        .iter()
        .find_map(|host| Some((host, rest.strip_prefix(host)?.strip_prefix(':')?)))?;
    let digits = rest.len()
        - rest
            .trim_start_matches(|letter: char| letter.is_ascii_digit())
            .len();
    rest[..digits].parse::<u16>().ok()?;
    Some(format!("http://{host}{}", &rest[digits..]))
}

/// A URI with a host, as far as it matters here.
struct Parsed {
    /// In lower case.
    scheme: String,
    has_user_info: bool,
    /// In lower case.
    host: String,
    has_port: bool,
}

impl Parsed {
    fn of(uri: &str) -> Option<Self> {
        let uri: Uri = uri.parse().ok()?;
        let authority = uri.authority()?;
        if authority.host().is_empty() {
            return None;
        }
        let host_and_port = authority.as_str().rsplit('@').next()?;
        Some(Self {
            scheme: uri.scheme_str()?.to_ascii_lowercase(),
            has_user_info: authority.as_str().contains('@'),
            host: authority.host().to_ascii_lowercase(),
            has_port: host_and_port.len() > authority.host().len(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_valid(uri: &str, application_type: &ApplicationType) -> bool {
        let client_uri = ClientUri::parse("https://example.com/").unwrap();
        client_uri.check_redirect_uri(uri, application_type).is_ok()
    }

    #[test]
    fn the_redirect_uris_of_native_clients_are_as_specified() {
        for valid in [
            "com.example.app:/callback",
            "com.example:/",
            "com.example:callback",
            "COM.Example:/",
            "http://localhost/callback",
            "http://127.0.0.1/callback",
            "http://[::1]/callback",
            "https://example.com/callback",
        ] {
            assert!(is_valid(valid, &ApplicationType::Native), "{valid}");
        }
        for invalid in [
            "example:/callback",
            "com.example.app://callback",
            "com.examples:/callback",
            "com.example:/callback#fragment",
            "com.example:/call back",
            "com.example.a_b:/callback",
            "https://localhost/callback",
            "http://localhost:1234/callback",
            "http://127.0.0.1:1/",
            "http://localhost.example.com/",
            "http://example.com/callback",
            "http:callback",
            "callback",
            "",
        ] {
            assert!(!is_valid(invalid, &ApplicationType::Native), "{invalid}");
        }
    }

    #[test]
    fn the_redirect_uris_of_web_pages_are_as_specified() {
        for valid in [
            "https://example.com/callback",
            "https://app.example.com/callback",
            "https://example.com:5173/?query=value",
            "https://EXAMPLE.com",
        ] {
            assert!(is_valid(valid, &ApplicationType::Web), "{valid}");
        }
        for invalid in [
            "https://example.com/callback#fragment",
            "http://example.com/callback",
            "http://localhost/",
            "com.example:/",
            "https://example.org/callback",
            "https://badexample.com/callback",
            "https://example.com.evil.example/",
            "https://example.com@evil.example/",
            "https:///callback",
            "https://example.com/ä",
        ] {
            assert!(!is_valid(invalid, &ApplicationType::Web), "{invalid}");
        }
    }

    #[test]
    fn a_client_uri_is_https_and_names_no_user() {
        for valid in ["https://example.com", "https://example.com:8443/a?b=c"] {
            assert!(ClientUri::parse(valid).is_ok(), "{valid}");
        }
        for invalid in [
            "http://example.com/",
            "https://user@example.com/",
            "https://user:password@example.com/",
            "com.example:/",
            "example.com",
            "https://",
            "",
        ] {
            assert!(ClientUri::parse(invalid).is_err(), "{invalid}");
        }
    }

    #[test]
    fn the_other_pages_are_on_the_host_of_the_client_uri() {
        let client_uri = ClientUri::parse("https://example.com/").unwrap();
        for valid in ["https://example.com/a", "https://a.example.com:8443/?b=c"] {
            assert!(client_uri.check_page(valid).is_ok(), "{valid}");
        }
        for invalid in ["http://example.com/a", "https://example.org/a", "/a"] {
            assert!(client_uri.check_page(invalid).is_err(), "{invalid}");
            assert!(client_uri.check_picture(invalid).is_err(), "{invalid}");
        }
        let with_user = "https://user@example.com/a";
        assert!(client_uri.check_page(with_user).is_err());
        assert!(client_uri.check_picture(with_user).is_ok());
    }

    #[test]
    fn a_redirect_uri_on_the_loopback_has_any_port() {
        let registered = "http://127.0.0.1/callback";
        for uri in [
            registered,
            "http://127.0.0.1:1/callback",
            "http://127.0.0.1:65535/callback",
        ] {
            assert!(is_redirect_uri_of(registered, uri), "{uri}");
        }
        for uri in [
            "http://localhost:1/callback",
            "http://127.0.0.1:1/other",
            "http://127.0.0.1:/callback",
            "http://127.0.0.1:65536/callback",
            "http://127.0.0.1:1@evil.example/callback",
            "http://127.0.0.1:1.evil.example/callback",
            "https://127.0.0.1:1/callback",
        ] {
            assert!(!is_redirect_uri_of(registered, uri), "{uri}");
        }
        assert!(is_redirect_uri_of("http://[::1]/", "http://[::1]:5/"));
        assert!(!is_redirect_uri_of(
            "https://example.com/",
            "https://example.com:5/"
        ));
    }
}
