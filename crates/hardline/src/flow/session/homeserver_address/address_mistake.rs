use std::fmt;
use std::net::Ipv6Addr;

use crate::json::Printable;
use crate::types::{InvalidText, ServerName};

/// A slip in what a user entered as their homeserver, and what they will have meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressMistake {
    what: &'static str,
    meant: String,
}

impl AddressMistake {
    /// What the user will have meant: text that is a homeserver's address.
    pub fn meant(&self) -> &str {
        &self.meant
    }

    /// The mistake in text that is neither a user ID nor a server name, if it is a common one. `name` reads server
    /// names.
    pub(super) fn of(
        text: &str,
        name: &dyn Fn(&str) -> Result<ServerName, InvalidText>,
    ) -> Option<Self> {
        let is_name = |text: &str| name(text).is_ok();
        let mistake = |what, meant: String| Some(Self { what, meant });
        if let Some((scheme, rest)) = broken_scheme(text) {
            let what = "a URL begins with https:// or http://";
            return mistake(what, format!("{scheme}://{rest}"));
        }
        if text.parse::<Ipv6Addr>().is_ok() {
            let what = "an IPv6 address stands in brackets";
            return mistake(what, format!("[{text}]"));
        }
        if let Some(rest) = text.strip_prefix('@') {
            // As in the fediverse.
            let (user, server) = rest.rsplit_once('@')?;
            let what = "the server of a user ID follows a colon";
            return is_name(server).then(|| mistake(what, format!("@{user}:{server}")))?;
        }
        if let Some(rest) = text.strip_prefix(['#', '!', '+', '$']) {
            let (_, server) = rest.split_once(':')?;
            let what = "this is not a user but a room or the like";
            return is_name(server).then(|| mistake(what, server.to_owned()))?;
        }
        if let Some((server, _)) = text.trim_start_matches('/').split_once('/') {
            let what = "it has a slash and more, which no server name has";
            return is_name(server).then(|| mistake(what, server.to_owned()))?;
        }
        if let Some(server) = text.strip_prefix('/') {
            let server = server.trim_start_matches('/');
            let what = "it begins with a slash";
            return is_name(server).then(|| mistake(what, server.to_owned()))?;
        }
        if let Some((user, server)) = text.trim_start_matches("mailto:").rsplit_once('@') {
            let what = "this is an e-mail address, and a user ID has its @ in front and a colon";
            return is_name(server).then(|| mistake(what, format!("@{user}:{server}")))?;
        }
        let (user, server) = text.split_once(':')?;
        // In `example.org:port` the port is wrong.
        let is_server = is_name(server) && (server.contains(['.', '[']) || server == "localhost");
        let what = "the @ of a user ID is missing";
        is_server.then(|| mistake(what, format!("@{user}:{server}")))?
    }
}

/// What a URL begins with that lacks a colon or a slash, and the rest of it.
fn broken_scheme(text: &str) -> Option<(&'static str, &str)> {
    ["https", "http"].into_iter().find_map(|scheme| {
        let beginning = text.get(..scheme.len())?;
        let rest = &text[scheme.len()..];
        let host = rest.trim_start_matches([':', '/']);
        let is_scheme = beginning.eq_ignore_ascii_case(scheme)
            && rest.len() != host.len()
            && host.starts_with(|first: char| first.is_alphanumeric() || first == '[');
        is_scheme.then_some((scheme, host))
    })
}

impl fmt::Display for AddressMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let meant = Printable(&self.meant);
        write!(
            f,
            "not the address of a homeserver: {}: write {meant}",
            self.what
        )
    }
}

impl std::error::Error for AddressMistake {}

#[cfg(test)]
mod tests {
    use crate::flow::{HomeserverAddress, InvalidAddress};

    #[test]
    fn common_slips_are_named_with_what_to_write() {
        for (text, what, meant) in [
            ("alice:example.org", "the @", "@alice:example.org"),
            ("alice:example.org:8448", "the @", "@alice:example.org:8448"),
            ("alice:localhost", "the @", "@alice:localhost"),
            ("alice:[::1]", "the @", "@alice:[::1]"),
            ("@alice@example.org", "a colon", "@alice:example.org"),
            ("alice@example.org", "a colon", "@alice:example.org"),
            ("alice@example.org/", "a colon", "@alice:example.org"),
            ("mailto:alice@example.org", "a colon", "@alice:example.org"),
            ("https//example.org", "https://", "https://example.org"),
            ("https:/example.org/m", "https://", "https://example.org/m"),
            ("http:example.org", "http://", "http://example.org"),
            ("HTTPS:example.org:80", "https://", "https://example.org:80"),
            ("example.org/path", "slash", "example.org"),
            ("example.org/path/", "slash", "example.org"),
            ("//example.org", "slash", "example.org"),
            ("//example.org/m", "slash", "example.org"),
            ("#room:example.org", "a room", "example.org"),
            ("2001:db8::1", "brackets", "[2001:db8::1]"),
        ] {
            let InvalidAddress::Mistaken(mistake) = HomeserverAddress::parse(text).unwrap_err()
            else {
                panic!("{text} has a reason only");
            };
            assert_eq!(mistake.meant(), meant, "{text}");
            assert!(meant.parse::<HomeserverAddress>().is_ok(), "{meant}");
            let shown = mistake.to_string();
            assert!(shown.contains(what), "{text}: {shown}");
            assert!(shown.ends_with(&format!("write {meant}")), "{shown}");
        }
    }

    #[test]
    fn nothing_is_suggested_that_would_be_wrong_too() {
        for text in [
            "",
            "@alice",
            "@a@b c",
            "a@b c",
            "a:b c",
            "https:",
            "example.org:80a",
            "#room",
            "/",
            "a b/c",
            "::g",
        ] {
            let error = HomeserverAddress::parse(text).unwrap_err();
            assert!(
                !matches!(error, InvalidAddress::Mistaken(_)),
                "{text}: {error}"
            );
        }
    }
}
