use crate::types::InvalidText;
use crate::types::text::{text_enum, text_type};

text_type! {
    /// A user: `@localpart:server`, at most 255 bytes.
    ///
    /// ```
    /// use hardline::types::UserId;
    ///
    /// assert_eq!(UserId::parse("@alice:example.org")?.localpart(), "alice");
    /// assert!(UserId::parse("alice").is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [user identifiers](https://spec.matrix.org/v1.19/appendices/#user-identifiers).
    UserId, grammar: user_id, examples: "@[a-z0-9._=/+-]{1,20}:[a-z][a-z0-9-]{0,10}\\.org(:[1-9][0-9]{0,3})?"
}

impl UserId {
    /// What stands between the `@` and the first `:`.
    pub fn localpart(&self) -> &str {
        let name = self.0.strip_prefix('@').unwrap_or(&self.0);
        name.split_once(':')
            .map_or(name, |(localpart, _)| localpart)
    }
}

text_type! {
    /// A device of a user: opaque text.
    ///
    /// Specification: [devices](https://spec.matrix.org/v1.19/#devices).
    DeviceId, grammar: |text| require(!text.is_empty(), "device ID", "it is empty"), examples: "\\PC{1,20}"
}

text_type! {
    /// The name of a homeserver: a host name or IP address with an optional port, `example.org:8448`.
    ///
    /// Specification: [server name](https://spec.matrix.org/v1.19/appendices/#server-name).
    ServerName, grammar: server_name, examples: "[a-z][a-z0-9-]{0,10}\\.org(:[1-9][0-9]{0,3})?"
}

text_type! {
    /// The `sid` of a validation session: 1 to 255 of `0-9a-zA-Z.=_-`, made by the server that validates.
    ///
    /// Specification: [requestToken](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidmsisdnrequesttoken).
    ValidationSessionId, grammar: |text| opaque_id(text, "session ID"), examples: "[0-9a-zA-Z.=_-]{1,40}"
}

text_type! {
    /// The country whose dialling rules a phone number follows: two upper-case letters of ISO 3166-1, `GB`.
    ///
    /// ```
    /// use hardline::types::CountryCode;
    ///
    /// assert!(CountryCode::parse("GB").is_ok());
    /// assert_eq!(
    ///     CountryCode::parse("gb").unwrap_err().to_string(),
    ///     "not a country code: write the two letters of ISO 3166-1 in upper case, as in GB",
    /// );
    /// ```
    CountryCode, grammar: |text| require(
        text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()),
        "country code",
        "write the two letters of ISO 3166-1 in upper case, as in GB",
    ), examples: "[A-Z]{2}"
}

text_type! {
    /// A room: `!` and opaque text, in older rooms with the server that made it, `!room:example.org`; at most 255 bytes.
    ///
    /// Specification: [room IDs](https://spec.matrix.org/v1.19/appendices/#room-ids).
    RoomId, grammar: |text| require(
        text.len() > 1 && text.len() <= 255 && text.starts_with('!'),
        "room ID",
        "it begins with ! and has at most 255 bytes, as in !room:example.org",
    ), examples: "![A-Za-z0-9_-]{1,40}(:[a-z][a-z0-9-]{0,10}\\.org)?"
}

text_type! {
    /// A name for a room: `#name:server`, at most 255 bytes.
    ///
    /// Specification: [room aliases](https://spec.matrix.org/v1.19/appendices/#room-aliases).
    RoomAliasId, grammar: room_alias, examples: "#[^:\\x00\\pC]{1,20}:[a-z][a-z0-9-]{0,10}\\.org"
}

text_type! {
    /// A file that a homeserver keeps: `mxc://server/media`.
    ///
    /// Specification: [Matrix content URIs](https://spec.matrix.org/v1.19/client-server-api/#matrix-content-mxc-uris).
    MxcUri, grammar: mxc_uri, examples: "mxc://[a-z][a-z0-9-]{0,10}\\.org/[A-Za-z0-9_-]{1,20}"
}

text_type! {
    /// A key that signs: its algorithm and its version, `ed25519:0`.
    ///
    /// Specification: [signing details](https://spec.matrix.org/v1.19/appendices/#signing-details).
    SigningKeyId, grammar: signing_key_id, examples: "ed25519:[A-Za-z0-9_]{1,10}"
}

text_type! {
    /// A way of single sign-on that a homeserver offers: 1 to 255 of `0-9a-zA-Z.~_-`, from the homeserver's login flows.
    ///
    /// Specification: [client login via SSO](https://spec.matrix.org/v1.19/client-server-api/#client-login-via-sso).
    IdentityProviderId, grammar: |text| require(
        (1..=255).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'~' | b'_' | b'-')),
        "identity provider's ID",
        "it is 1 to 255 characters of 0-9, a-z, A-Z and .~_-",
    ), examples: "[a-z][0-9a-zA-Z.~_-]{0,20}"
}

text_enum! {
    /// The kind of a third-party identifier.
    ///
    /// Specification: [3PID types](https://spec.matrix.org/v1.19/appendices/#3pid-types).
    Medium {
        /// An e-mail address.
        Email = "email",
        /// A phone number: the digits of its international form, without `+`.
        Msisdn = "msisdn",
    }
}

/// The grammar that `sid` and `client_secret` share.
pub(crate) fn opaque_id(text: &str, what: &'static str) -> Result<(), InvalidText> {
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'=' | b'_' | b'-');
    require(
        (1..=255).contains(&text.len()) && text.bytes().all(allowed),
        what,
        "it is 1 to 255 characters of 0-9, a-z, A-Z and .=_-",
    )
}

fn user_id(text: &str) -> Result<(), InvalidText> {
    const WHAT: &str = "user ID";
    let rest = text.strip_prefix('@').ok_or(InvalidText::new(
        WHAT,
        "it begins with @, as in @alice:example.org",
    ))?;
    let (localpart, server) = rest.split_once(':').ok_or(InvalidText::new(
        WHAT,
        "it names its server, as in @alice:example.org",
    ))?;
    require(text.len() <= 255, WHAT, "it is longer than 255 bytes")?;
    // The historical grammar: anything printable but the colon. Accounts of that kind are still about.
    require(
        localpart.bytes().all(|byte| byte.is_ascii_graphic()),
        WHAT,
        "its local part is printable ASCII without spaces",
    )?;
    server_name(server).map_err(|_| InvalidText::new(WHAT, "its server is not a server name"))
}

fn room_alias(text: &str) -> Result<(), InvalidText> {
    const WHAT: &str = "room alias";
    const FORM: &str = "it is # with a name, : and a server, as in #room:example.org";
    require(text.len() <= 255, WHAT, "it is longer than 255 bytes")?;
    let (name, server) = text
        .strip_prefix('#')
        .and_then(|rest| rest.split_once(':'))
        .ok_or(InvalidText::new(WHAT, FORM))?;
    require(!name.is_empty() && !name.contains('\0'), WHAT, FORM)?;
    server_name(server).map_err(|_| InvalidText::new(WHAT, "its server is not a server name"))
}

fn mxc_uri(text: &str) -> Result<(), InvalidText> {
    const WHAT: &str = "content URI";
    let (server, media) = text
        .strip_prefix("mxc://")
        .and_then(|rest| rest.split_once('/'))
        .ok_or(InvalidText::new(WHAT, "it has the form mxc://server/media"))?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    require(
        !media.is_empty() && media.bytes().all(allowed),
        WHAT,
        "its media ID is made of 0-9, a-z, A-Z, _ and -",
    )?;
    server_name(server).map_err(|_| InvalidText::new(WHAT, "its server is not a server name"))
}

fn signing_key_id(text: &str) -> Result<(), InvalidText> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let valid = text.split_once(':').is_some_and(|(algorithm, version)| {
        !algorithm.is_empty() && !version.is_empty() && version.bytes().all(allowed)
    });
    require(
        valid,
        "signing key ID",
        "it is an algorithm, : and a version of 0-9, a-z, A-Z and _, as in ed25519:0",
    )
}

fn server_name(text: &str) -> Result<(), InvalidText> {
    const WHAT: &str = "server name";
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest
                .split_once(']')
                .ok_or(InvalidText::new(WHAT, "an IPv6 address ends with ]"))?;
            let valid = address.parse::<std::net::Ipv6Addr>().is_ok();
            require(
                valid,
                WHAT,
                "what is between [ and ] is not an IPv6 address",
            )?;
            (
                None,
                port.strip_prefix(':').or((!port.is_empty()).then_some("")),
            )
        }
        None => match text.split_once(':') {
            Some((host, port)) => (Some(host), Some(port)),
            None => (Some(text), None),
        },
    };
    if let Some(host) = host {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        require(
            (1..=255).contains(&host.len()) && host.bytes().all(allowed),
            WHAT,
            "its host is 1 to 255 letters, digits, dots and hyphens (an international name in its xn-- form)",
        )?;
    }
    port.map_or(Ok(()), |port| {
        require(
            (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit()),
            WHAT,
            "its port is 1 to 5 digits",
        )
    })
}

fn require(holds: bool, what: &'static str, rule: &'static str) -> Result<(), InvalidText> {
    if holds {
        Ok(())
    } else {
        Err(InvalidText::new(what, rule))
    }
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
        ] {
            assert!(ServerName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn user_ids_follow_the_grammar() {
        for good in ["@alice:example.org", "@:example.org", "@a/b=c:[::1]:8448"] {
            assert!(UserId::parse(good).is_ok(), "{good}");
        }
        let long = format!("@{}:example.org", "a".repeat(250));
        for bad in [
            "alice:example.org",
            "@alice",
            "@al ice:example.org",
            "@alice:",
            "@ü:example.org",
            &long,
        ] {
            assert!(UserId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn rooms_files_and_keys_follow_their_grammars() {
        for good in [
            "!room:example.org",
            "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM",
        ] {
            assert!(RoomId::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "!",
            "room:example.org",
            &format!("!{}", "a".repeat(255)),
        ] {
            assert!(RoomId::parse(bad).is_err(), "{bad}");
        }
        assert!(RoomAliasId::parse("#straße:example.org:8448").is_ok());
        for bad in [
            "",
            "#:example.org",
            "#room",
            "room:example.org",
            "#room:",
            "#r\0:a.b",
        ] {
            assert!(RoomAliasId::parse(bad).is_err(), "{bad}");
        }
        assert!(MxcUri::parse("mxc://example.org:8448/a_B-0").is_ok());
        for bad in [
            "",
            "mxc://example.org",
            "mxc://example.org/",
            "mxc:///a",
            "mxc://a.b/c/d",
            "http://a.b/c",
        ] {
            assert!(MxcUri::parse(bad).is_err(), "{bad}");
        }
        assert!(SigningKeyId::parse("ed25519:a_0").is_ok());
        for bad in ["", "ed25519", "ed25519:", ":0", "ed25519:a-b"] {
            assert!(SigningKeyId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_a_server_sends_is_not_checked() {
        let id: UserId = serde_json::from_str("\"not one\"").unwrap();
        assert_eq!(id.as_str(), "not one");
        let medium: Medium = serde_json::from_str("\"fax\"").unwrap();
        assert_eq!(medium, Medium::Other("fax".to_owned()));
    }
}
