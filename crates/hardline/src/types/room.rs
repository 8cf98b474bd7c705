mod room_tag;

pub use room_tag::RoomTag;

use crate::types::text::{text_enum, text_type};
use crate::types::{Base64, InvalidText, ServerName};

text_type! {
    /// A room: `!` and opaque text, at most 255 bytes.
    ///
    /// Up to room version 11 it ends with the server that made the room, `!room:example.org`, which need not be in the
    /// room any more. From version 12 on it is `!` and the hash of the room's first event. Clients treat it as opaque
    /// and compare it byte for byte, so `parse` only requires the `!` and something after it;
    /// [`validate_strict`](Self::validate_strict) requires one of the two forms.
    ///
    /// ```
    /// use hardline::types::RoomId;
    ///
    /// assert_eq!(RoomId::parse("!room:example.org")?.server_name().unwrap(), "example.org");
    /// let room = RoomId::parse("!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM")?;
    /// assert_eq!(room.server_name(), None);
    /// assert!(RoomId::parse("#room:example.org").is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [room IDs](https://spec.matrix.org/v1.19/appendices/#room-ids).
    RoomId, grammar: room_id, examples: "![A-Za-z0-9_-]{1,40}(:[a-z][a-z0-9-]{0,10}\\.org)?"
}

impl RoomId {
    /// The server that made the room, if the ID contains it: up to room version 11.
    pub fn server_name(&self) -> Option<ServerName> {
        let (_, server) = self.0.split_once(':')?;
        ServerName::parse(server).ok()
    }

    /// Checks that the ID has a form of the existing room versions, 1 to 12.
    ///
    /// # Errors
    /// [`InvalidText`] if it has neither form. A later room version may introduce another.
    pub fn validate_strict(&self) -> Result<(), InvalidText> {
        room_id(&self.0)?;
        let valid = match self.0[1..].split_once(':') {
            Some((_, server)) => ServerName::parse(server).is_ok(),
            None => is_hash(&self.0[1..], Base64::UrlSafe),
        };
        InvalidText::unless(
            valid,
            "room ID",
            "it must end with : and a server, or be ! with 43 characters of URL-safe base64",
        )
    }
}

text_type! {
    /// A name for a room: `#name:server`, at most 255 bytes. The name is any text without `:` and U+0000.
    ///
    /// ```
    /// use hardline::types::RoomAliasId;
    ///
    /// let alias = RoomAliasId::parse("#straße:example.org:8448")?;
    /// assert_eq!(alias.alias(), "straße");
    /// assert_eq!(alias.server_name().unwrap().port(), Some(8448));
    /// assert!(RoomAliasId::parse("#room").is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [room aliases](https://spec.matrix.org/v1.19/appendices/#room-aliases).
    RoomAliasId, grammar: room_alias_id, examples: "#[^:\\x00\\pC]{1,20}:[a-z][a-z0-9-]{0,10}\\.org"
}

impl RoomAliasId {
    /// The alias with this name on this server.
    ///
    /// # Errors
    /// [`InvalidText`] if the two do not make an alias, as with [`parse`](Self::parse).
    pub fn from_parts(alias: &str, server: &ServerName) -> Result<Self, InvalidText> {
        Self::parse(format!("#{alias}:{server}"))
    }

    /// The text between the `#` and the first `:`. For text that is not an alias, as much as fits that description.
    pub fn alias(&self) -> &str {
        let name = self.0.strip_prefix('#').unwrap_or(&self.0);
        name.split_once(':').map_or(name, |(alias, _)| alias)
    }

    /// The server that stores the alias. `None` if a server sent text without a server name.
    pub fn server_name(&self) -> Option<ServerName> {
        let (_, server) = self.0.split_once(':')?;
        ServerName::parse(server).ok()
    }
}

text_type! {
    /// A room by its ID or by one of its aliases, for operations that take either.
    ///
    /// ```
    /// use hardline::types::{RoomAliasId, RoomOrAliasId};
    ///
    /// let room = RoomOrAliasId::parse("#room:example.org")?;
    /// assert_eq!(room.room_id(), None);
    /// assert_eq!(room.room_alias_id(), Some(RoomAliasId::parse("#room:example.org")?));
    /// assert!(RoomOrAliasId::parse("@alice:example.org").is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [joining a
    /// room](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3joinroomidoralias).
    RoomOrAliasId, grammar: room_or_alias_id, examples: "[!#][A-Za-z0-9_-]{1,40}:[a-z][a-z0-9-]{0,10}\\.org"
}

impl RoomOrAliasId {
    /// The room ID, if it is one.
    pub fn room_id(&self) -> Option<RoomId> {
        RoomId::parse(self.as_str()).ok()
    }

    /// The alias, if it is one.
    pub fn room_alias_id(&self) -> Option<RoomAliasId> {
        RoomAliasId::parse(self.as_str()).ok()
    }
}

impl From<RoomId> for RoomOrAliasId {
    fn from(id: RoomId) -> Self {
        Self(id.0)
    }
}

impl From<RoomAliasId> for RoomOrAliasId {
    fn from(alias: RoomAliasId) -> Self {
        Self(alias.0)
    }
}

text_type! {
    /// The version of the rules that a room follows: 1 to 32 characters of `a-z0-9.-`. Versions have no order.
    ///
    /// ```
    /// use hardline::types::RoomVersionId;
    ///
    /// assert_eq!(RoomVersionId::parse("12")?, "12");
    /// assert!(RoomVersionId::parse("V12").is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [room version grammar](https://spec.matrix.org/v1.19/rooms/#room-version-grammar).
    RoomVersionId, grammar: |text| InvalidText::unless(
        (1..=32).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-')),
        "room version",
        "it must be 1 to 32 characters of a-z, 0-9, . and -",
    ), examples: "[1-9]|1[0-2]|[a-z0-9.-]{1,32}"
}

text_type! {
    /// The position of a room among the children of a space: 1 to 50 characters from the space to `~`, compared as
    /// text.
    ///
    /// ```
    /// use hardline::types::SpaceChildOrder;
    ///
    /// assert!(SpaceChildOrder::parse("a")? < SpaceChildOrder::parse("b")?);
    /// assert!(SpaceChildOrder::parse("").is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [ordering of
    /// children](https://spec.matrix.org/v1.19/client-server-api/#ordering-of-children-within-a-space).
    SpaceChildOrder, grammar: |text| InvalidText::unless(
        (1..=50).contains(&text.len()) && text.bytes().all(|byte| (b' '..=b'~').contains(&byte)),
        "space child order",
        "it must be 1 to 50 printable ASCII characters",
    ), examples: "[ -~]{1,50}"
}

/// Whether the text is a SHA-256 hash, as in the IDs of rooms and events.
pub(crate) fn is_hash(text: &str, alphabet: Base64) -> bool {
    text.len() == 43 && alphabet.decode(text).is_ok()
}

text_enum! {
    /// Whether a room is in a directory of rooms.
    RoomVisibility {
        /// It is.
        Public = "public",
        /// It is not.
        Private = "private",
    }
}

text_enum! {
    /// What a user is to a room.
    Membership {
        /// They are in it.
        Join = "join",
        /// They are invited.
        Invite = "invite",
        /// They have asked to be let in.
        Knock = "knock",
        /// They have left, or were removed.
        Leave = "leave",
        /// They may not come in.
        Ban = "ban",
    }
}

text_enum! {
    /// How one gets into a room.
    JoinRule {
        /// Everybody can join.
        Public = "public",
        /// By invitation.
        Invite = "invite",
        /// By invitation, for which everybody can ask.
        Knock = "knock",
        /// By invitation, or because one is in another room. Since room version 8.
        Restricted = "restricted",
        /// Both of these. Since room version 10.
        KnockRestricted = "knock_restricted",
        /// Reserved: nobody can join.
        Private = "private",
    }
}

text_enum! {
    /// What a room is for, if it is not for talking.
    RoomType {
        /// It is a space: it holds rooms together.
        Space = "m.space",
    }
}

fn room_id(text: &str) -> Result<(), InvalidText> {
    InvalidText::unless(
        text.len() > 1 && text.len() <= 255 && text.starts_with('!') && !text.contains('\0'),
        "room ID",
        "it must begin with ! and have at most 255 bytes, as in !room:example.org",
    )
}

fn room_alias_id(text: &str) -> Result<(), InvalidText> {
    const WHAT: &str = "room alias";
    const FORM: &str = "it must be # with a name, : and a server, as in #room:example.org";
    InvalidText::unless(text.len() <= 255, WHAT, "it is longer than 255 bytes")?;
    let (alias, server) = text
        .strip_prefix('#')
        .and_then(|rest| rest.split_once(':'))
        .ok_or(InvalidText::new(WHAT, FORM))?;
    InvalidText::unless(!alias.contains('\0'), WHAT, "its name has U+0000")?;
    ServerName::parse(server)
        .map(drop)
        .map_err(|_| InvalidText::new(WHAT, "its server is not a server name"))
}

fn room_or_alias_id(text: &str) -> Result<(), InvalidText> {
    match text.as_bytes().first() {
        Some(b'!') => room_id(text),
        Some(b'#') => room_alias_id(text),
        _ => Err(InvalidText::new(
            "room ID or alias",
            "it must begin with ! or #, as in #room:example.org",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_are_opaque_and_hold_to_their_forms_only_when_asked() {
        for (text, is_strict) in [
            ("!room:example.org", true),
            ("!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM", true),
            ("!31hneApxJ/1o+63DmFrpeqnkFfWppnzWso1JvH3ogLM", false),
            ("!room", false),
            ("!room:example.org:x", false),
        ] {
            let room = RoomId::parse(text).unwrap();
            assert_eq!(room.validate_strict().is_ok(), is_strict, "{text}");
        }
        let long = format!("!{}", "a".repeat(255));
        for bad in ["", "!", "room:example.org", "!a\0", &long] {
            assert!(RoomId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn text_that_is_not_a_room_id_or_alias_is_neither() {
        for text in ["", "é", "#", "!", "#a:", "not one"] {
            let room: RoomOrAliasId = serde_json::from_value(text.into()).unwrap();
            assert_eq!(room.room_id(), None, "{text}");
            assert_eq!(room.room_alias_id(), None, "{text}");
            let room: RoomId = serde_json::from_value(text.into()).unwrap();
            assert!(room.validate_strict().is_err(), "{text}");
        }
    }

    #[test]
    fn an_id_or_an_alias_becomes_either() {
        let room = RoomId::parse("!room:example.org").unwrap();
        assert_eq!(RoomOrAliasId::from(room.clone()).room_id(), Some(room));
        let alias = RoomAliasId::parse("#:example.org").unwrap();
        let either = RoomOrAliasId::from(alias.clone());
        assert_eq!(either.room_alias_id(), Some(alias));
    }
}
