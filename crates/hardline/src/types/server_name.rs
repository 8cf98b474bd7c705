use std::net::{Ipv4Addr, Ipv6Addr};

use crate::types::InvalidText;
use crate::types::text::text_type;

text_type! {
    /// The name of a homeserver: a host name, an IPv4 address or an IPv6 address in brackets, and optionally a port.
    ///
    /// A host name is 1 to 255 characters of `0-9a-zA-Z.-` (at most 230 are recommended, in lower case), and a port is
    /// 1 to 5 digits. Names are compared byte for byte. An internationalised name is known in its ASCII form alone, into
    /// which [`parse_international`](Self::parse_international) converts what people write.
    ///
    /// ```
    /// use hardline::types::ServerName;
    ///
    /// let server = ServerName::parse("[2001:db8::1]:8448")?;
    /// assert_eq!(server.host(), "[2001:db8::1]");
    /// assert_eq!(server.port(), Some(8448));
    /// assert!(server.is_ip_literal());
    /// assert!(ServerName::parse("https://example.org").is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [server name](https://spec.matrix.org/v1.19/appendices/#server-name).
    ServerName, grammar: server_name, examples: "[a-z][a-z0-9-]{0,10}\\.org(:[1-9][0-9]{0,3})?", never_empty
}

impl ServerName {
    /// Reads a name that a person wrote. If its host is internationalised, `to_ascii` gives the ASCII form under which
    /// servers know it (IDNA): `idna::domain_to_ascii` of the crate `idna`, or what your platform has. The core itself
    /// has no tables of Unicode.
    ///
    /// # Errors
    /// [`InvalidText`] as [`parse`](Self::parse), and if the host has no ASCII form.
    ///
    /// ```
    /// use hardline::types::ServerName;
    ///
    /// let to_ascii = |host: &str| (host == "bücher.example").then(|| "xn--bcher-kva.example".to_owned());
    /// let name = ServerName::parse_international("bücher.example:8448", to_ascii)?;
    /// assert_eq!(name, "xn--bcher-kva.example:8448");
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    pub fn parse_international(
        text: &str,
        to_ascii: impl FnOnce(&str) -> Option<String>,
    ) -> Result<Self, InvalidText> {
        let (host, port) = split_port(text);
        if host.is_ascii() {
            return Self::parse(text);
        }
        let host = to_ascii(host).ok_or(InvalidText::new(
            WHAT,
            "its host has no ASCII form: check how it is spelled",
        ))?;
        Self::parse(host + port)
    }

    /// The name without its port. An IPv6 address keeps its brackets, as in a URL.
    pub fn host(&self) -> &str {
        split_port(&self.0).0
    }

    /// The port, if the name has one. Also `None` for a port above 65535, which the grammar allows but no server has.
    pub fn port(&self) -> Option<u16> {
        let digits = split_port(&self.0).1.strip_prefix(':')?;
        is_port(digits).then(|| digits.parse().ok())?
    }

    /// Whether the host is an IP address. Such a server must not appear in the `via` of a link.
    pub fn is_ip_literal(&self) -> bool {
        let host = self.host();
        host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok()
    }
}

/// The host, and the rest: nothing, or a colon and a port.
fn split_port(text: &str) -> (&str, &str) {
    let end = if text.starts_with('[') {
        text.find(']').map(|bracket| bracket + 1)
    } else {
        text.rfind(':')
    };
    text.split_at(end.unwrap_or(text.len()))
}

fn is_port(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

const WHAT: &str = "server name";

fn server_name(text: &str) -> Result<(), InvalidText> {
    InvalidText::unless(
        !text.contains('/'),
        WHAT,
        "it has a slash: leave out the slash and what is beside the name",
    )?;
    InvalidText::unless(
        !text.contains('@'),
        WHAT,
        "it has an @: leave out the user, and write the server alone",
    )?;
    let (host, port) = split_port(text);
    if let Some(address) = host.strip_prefix('[') {
        let address = address
            .strip_suffix(']')
            .ok_or(InvalidText::new(WHAT, "an IPv6 address must end with ]"))?;
        InvalidText::unless(
            address.parse::<Ipv6Addr>().is_ok(),
            WHAT,
            "what is between [ and ] is not an IPv6 address",
        )?;
    } else {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        InvalidText::unless(
            (1..=255).contains(&host.len()) && host.bytes().all(allowed),
            WHAT,
            "its host must be 1 to 255 letters, digits, dots and hyphens (an international name in its xn-- form)",
        )?;
    }
    InvalidText::unless(
        port.is_empty() || port.strip_prefix(':').is_some_and(is_port),
        WHAT,
        "its port must be 1 to 5 digits",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_names_follow_the_grammar() {
        for good in [
            "example.org",
            "example.org:8448",
            "1.2.3.4:1",
            "[::1]",
            "[2001:db8::1]:443",
            "localhost:18448",
        ] {
            assert!(ServerName::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            ":80",
            "a b",
            "[::1",
            "[::1]x",
            "[zz]",
            "example.org:",
            "example.org:123456",
            "münchen.de",
            "a/b",
            "a:b:80",
        ] {
            assert!(ServerName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_beside_a_name_is_named() {
        for (text, said) in [
            ("example.org/", "it has a slash"),
            ("https://example.org", "it has a slash"),
            ("alice@example.org", "it has an @"),
            ("@alice:example.org", "it has an @"),
            ("example.org:", "its port"),
        ] {
            let error = ServerName::parse(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }

    #[test]
    fn an_international_host_is_converted_and_its_port_kept() {
        let converted = |text: &str| {
            ServerName::parse_international(text, |host| {
                assert!(!host.is_ascii() && !host.contains(':'), "{host}");
                (host == "bücher.example").then(|| "xn--bcher-kva.example".to_owned())
            })
        };
        for (text, name) in [
            ("bücher.example", "xn--bcher-kva.example"),
            ("bücher.example:8448", "xn--bcher-kva.example:8448"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("[::1]:80", "[::1]:80"),
        ] {
            assert_eq!(converted(text).unwrap(), name, "{text}");
        }
        for text in [
            "straße.example",
            "bücher.example:x",
            "bücher.example/",
            "ü@bücher.example",
        ] {
            assert!(converted(text).is_err(), "{text}");
        }
        let odd = ServerName::parse_international("ü", |_| Some("still ü".to_owned()));
        assert!(odd.is_err());
    }

    #[test]
    fn host_and_port_are_read_from_whatever_a_server_sent() {
        for (text, host, port, is_ip) in [
            ("example.org", "example.org", None, false),
            ("example.org:8448", "example.org", Some(8448), false),
            ("1.2.3.4:80", "1.2.3.4", Some(80), true),
            ("1.2.3.400", "1.2.3.400", None, false),
            ("[::1]", "[::1]", None, true),
            ("[::1]:80", "[::1]", Some(80), true),
            ("localhost:99999", "localhost", None, false),
            ("localhost:+80", "localhost", None, false),
            ("[::1", "[::1", None, true),
            (":", "", None, false),
            ("é:80", "é", Some(80), false),
        ] {
            let name: ServerName = serde_json::from_value(text.into()).unwrap();
            assert_eq!(name.host(), host, "{text}");
            assert_eq!(name.port(), port, "{text}");
            assert_eq!(name.is_ip_literal(), is_ip, "{text}");
        }
    }
}
