use crate::types::text::{text_enum, text_type};
use crate::types::{InvalidText, ServerName};

text_type! {
    /// A user: `@localpart:server`, at most 255 bytes.
    ///
    /// New user IDs have a local part of `a-z0-9._=/+-`, which [`validate_strict`](Self::validate_strict) checks. The
    /// local part of older accounts may be any text without `:` and U+0000, even empty; clients must accept it, and so
    /// does `parse`.
    ///
    /// ```
    /// use hardline::types::UserId;
    ///
    /// let user = UserId::parse("@alice:example.org")?;
    /// assert_eq!(user.localpart(), "alice");
    /// assert_eq!(user.server_name().unwrap(), "example.org");
    /// assert!(UserId::parse("@aliçe:example.org")?.is_historical());
    /// assert!(UserId::parse("alice").is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [user identifiers](https://spec.matrix.org/v1.19/appendices/#user-identifiers),
    /// [historical user IDs](https://spec.matrix.org/v1.19/appendices/#historical-user-ids).
    UserId, grammar: user_id, examples: "@([a-z0-9._=/+-]{1,20}|[^:\\x00]{0,8}):[a-z][a-z0-9-]{0,10}\\.org(:[1-9][0-9]{0,3})?", never_empty
}

impl UserId {
    /// The user with this name on this server.
    ///
    /// # Errors
    /// [`InvalidText`] if the two do not make a user ID, as with [`parse`](Self::parse).
    pub fn from_parts(localpart: &str, server: &ServerName) -> Result<Self, InvalidText> {
        Self::parse(format!("@{localpart}:{server}"))
    }

    /// The text between the `@` and the first `:`. For text that is not a user ID, as much as fits that description.
    pub fn localpart(&self) -> &str {
        let name = self.0.strip_prefix('@').unwrap_or(&self.0);
        name.split_once(':')
            .map_or(name, |(localpart, _)| localpart)
    }

    /// The server of the account. `None` if a server sent text without a server name.
    pub fn server_name(&self) -> Option<ServerName> {
        let (_, server) = self.0.split_once(':')?;
        ServerName::parse(server).ok()
    }

    /// Checks that the ID follows the grammar of new user IDs. Programs that create accounts, such as bridges, must
    /// follow it.
    ///
    /// # Errors
    /// [`InvalidText`] if it is historical, or not a user ID at all.
    ///
    /// ```
    /// use hardline::types::UserId;
    ///
    /// assert!(UserId::parse("@alice:example.org")?.validate_strict().is_ok());
    /// assert!(UserId::parse("@Alice:example.org")?.validate_strict().is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    pub fn validate_strict(&self) -> Result<(), InvalidText> {
        user_id(&self.0)?;
        let allowed = |byte: u8| {
            byte.is_ascii_lowercase()
                || byte.is_ascii_digit()
                || matches!(byte, b'.' | b'_' | b'=' | b'/' | b'+' | b'-')
        };
        let localpart = self.localpart();
        InvalidText::unless(
            !localpart.is_empty() && localpart.bytes().all(allowed),
            WHAT,
            "the local part of a new user ID must be made of a-z, 0-9 and ._=/+-",
        )
    }

    /// Whether it is a user ID that could no longer be created.
    pub fn is_historical(&self) -> bool {
        user_id(&self.0).is_ok() && self.validate_strict().is_err()
    }
}

const WHAT: &str = "user ID";

text_enum! {
    /// Whether a user is there.
    PresenceState {
        /// They are there.
        Online = "online",
        /// They are not.
        Offline = "offline",
        /// They are there, but have done nothing for a while.
        Unavailable = "unavailable",
    }
}

fn user_id(text: &str) -> Result<(), InvalidText> {
    let rest = text.strip_prefix('@').ok_or(InvalidText::new(
        WHAT,
        "it must begin with @, as in @alice:example.org",
    ))?;
    let (localpart, server) = rest.split_once(':').ok_or(InvalidText::new(
        WHAT,
        "it must end with : and a server, as in @alice:example.org",
    ))?;
    InvalidText::unless(text.len() <= 255, WHAT, "it is longer than 255 bytes")?;
    InvalidText::unless(!localpart.contains('\0'), WHAT, "its local part has U+0000")?;
    ServerName::parse(server)
        .map(drop)
        .map_err(|_| InvalidText::new(WHAT, "its server is not a server name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_accounts_are_accepted_and_told_from_new_ones() {
        for (text, is_historical) in [
            ("@alice:example.org", false),
            ("@a/b=c+d:[::1]:8448", false),
            ("@:example.org", true),
            ("@aliçe:example.org", true),
            ("@al ice:example.org", true),
        ] {
            let user = UserId::parse(text).unwrap();
            assert_eq!(user.is_historical(), is_historical, "{text}");
        }
        let long = format!("@{}:example.org", "a".repeat(250));
        for bad in [
            "alice:example.org",
            "@alice",
            "@alice:",
            "@a\0:example.org",
            "@a:b:c",
            &long,
        ] {
            assert!(UserId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_a_server_sends_is_not_checked() {
        let id: UserId = serde_json::from_str("\"not one\"").unwrap();
        assert_eq!(id, "not one");
        assert_eq!(id.localpart(), "not one");
        assert_eq!(id.server_name(), None);
        assert!(id.validate_strict().is_err());
        assert!(!id.is_historical());
    }

    #[test]
    fn a_map_of_users_is_searched_by_text() {
        let user = UserId::from_parts("alice", &ServerName::parse("example.org").unwrap());
        let rooms = std::collections::HashMap::from([(user.unwrap(), 1)]);
        assert_eq!(rooms.get("@alice:example.org"), Some(&1));
    }
}
