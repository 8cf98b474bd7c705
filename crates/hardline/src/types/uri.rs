#[cfg(feature = "proptest")]
mod arbitrary;

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::types::text::{parsed_type, text_enum};
use crate::types::{EventId, InvalidText, RoomAliasId, RoomId, RoomOrAliasId, ServerName, UserId};

/// A link to a user, a room or an event: a `matrix:` URI, or a `https://matrix.to` link, which browsers can open too.
///
/// [`parse`](Self::parse) reads both forms. `Display` writes the `matrix:` URI, and
/// [`to_matrix_to`](Self::to_matrix_to) writes the other form.
///
/// ```
/// use hardline::types::{MatrixId, MatrixUri, RoomId, ServerName, UserId};
///
/// let link = MatrixUri::parse("https://matrix.to/#/%23somewhere%3Aexample.org/$event?via=elsewhere.ca")?;
/// assert!(matches!(&link.id, MatrixId::Event(room, event) if *room == "#somewhere:example.org" && *event == "$event"));
/// assert_eq!(link.via, [ServerName::parse("elsewhere.ca")?]);
///
/// let user = MatrixUri::new(UserId::parse("@alice:example.org")?);
/// assert_eq!(user.to_string(), "matrix:u/alice:example.org");
/// assert_eq!(user.to_matrix_to(), "https://matrix.to/#/@alice:example.org");
///
/// let mut room = MatrixUri::new(RoomId::parse("!room:example.org")?);
/// room.via.push(ServerName::parse("elsewhere.ca")?);
/// assert_eq!(room.to_string(), "matrix:roomid/room:example.org?via=elsewhere.ca");
/// # Ok::<(), hardline::types::InvalidText>(())
/// ```
///
/// Specification: [`matrix:` URI scheme](https://spec.matrix.org/v1.19/appendices/#matrix-uri-scheme),
/// [matrix.to navigation](https://spec.matrix.org/v1.19/appendices/#matrixto-navigation).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MatrixUri {
    /// What it leads to.
    pub id: MatrixId,
    /// Servers through which the room can be joined: up to three, and none by its IP address. A room ID needs them.
    ///
    /// Specification: [routing](https://spec.matrix.org/v1.19/appendices/#routing).
    pub via: Vec<ServerName>,
    /// What to do once the user has agreed. Only a `matrix:` URI carries it.
    pub action: Option<UriAction>,
}

/// What a [`MatrixUri`] leads to.
///
/// ```
/// use hardline::types::{EventId, MatrixId, RoomId};
///
/// let room = RoomId::parse("!room:example.org")?;
/// let id = MatrixId::from((room.clone(), EventId::parse("$event")?));
/// assert_eq!(id, MatrixId::Event(room.into(), EventId::parse("$event")?));
/// # Ok::<(), hardline::types::InvalidText>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum MatrixId {
    /// A user.
    User(UserId),
    /// A room, by its ID.
    Room(RoomId),
    /// A room, by an alias.
    RoomAlias(RoomAliasId),
    /// An event in a room. Using the room's alias is deprecated, since the alias may later point to another room.
    Event(RoomOrAliasId, EventId),
}

text_enum! {
    /// What a [`MatrixUri`] asks for.
    ///
    /// ```
    /// use hardline::types::{MatrixUri, UriAction};
    ///
    /// let link = MatrixUri::parse("matrix:u/alice:example.org?action=chat")?;
    /// assert_eq!(link.action, Some(UriAction::Chat));
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [`matrix:` URI scheme](https://spec.matrix.org/v1.19/appendices/#matrix-uri-scheme).
    UriAction {
        /// Join the room.
        Join = "join",
        /// Start a direct chat with the user.
        Chat = "chat",
    }
}

impl MatrixUri {
    /// A link to this identifier, without servers and action.
    pub fn new(id: impl Into<MatrixId>) -> Self {
        Self {
            id: id.into(),
            via: Vec::new(),
            action: None,
        }
    }

    /// Reads a link of either form.
    ///
    /// It also accepts the older types of `matrix:` URIs (`user`, `room`, `event`), and identifiers in `matrix.to`
    /// links with or without percent-encoding. It ignores the authority and the fragment of a `matrix:` URI, invalid
    /// server names in `via`, and query parameters that have no meaning here.
    ///
    /// # Errors
    /// [`InvalidText`] if the text is not such a link, or does not lead to a valid identifier.
    pub fn parse(text: impl AsRef<str>) -> Result<Self, InvalidText> {
        let text = text.as_ref();
        if let Some(link) = strip_prefix(text, MATRIX_TO) {
            from_matrix_to(link)
        } else if let Some(uri) = strip_prefix(text, "matrix:") {
            from_matrix_uri(uri)
        } else {
            Err(invalid(
                "it must begin with matrix: or https://matrix.to/#/",
            ))
        }
    }

    /// The link as `https://matrix.to/#/...`. It carries no action.
    pub fn to_matrix_to(&self) -> String {
        let mut link = MATRIX_TO.to_owned();
        match &self.id {
            MatrixId::User(user) => link.extend(encode(user.as_str())),
            MatrixId::Room(room) => link.extend(encode(room.as_str())),
            MatrixId::RoomAlias(alias) => link.extend(encode(alias.as_str())),
            MatrixId::Event(room, event) => {
                link.extend(encode(room.as_str()));
                link.push('/');
                link.extend(encode(event.as_str()));
            }
        }
        for (index, server) in self.via.iter().enumerate() {
            link.push_str(if index == 0 { "?via=" } else { "&via=" });
            link.extend(encode(server.as_str()));
        }
        link
    }
}

parsed_type!(MatrixUri);

impl fmt::Display for MatrixUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.id {
            MatrixId::User(user) => write_segment(f, "matrix:u/", '@', user.as_str())?,
            MatrixId::Room(room) => write_segment(f, "matrix:roomid/", '!', room.as_str())?,
            MatrixId::RoomAlias(alias) => write_segment(f, "matrix:r/", '#', alias.as_str())?,
            MatrixId::Event(room, event) => {
                if room.as_str().starts_with('#') {
                    write_segment(f, "matrix:r/", '#', room.as_str())?;
                } else {
                    write_segment(f, "matrix:roomid/", '!', room.as_str())?;
                }
                write_segment(f, "/e/", '$', event.as_str())?;
            }
        }
        let via = self.via.iter().map(|server| ("via", server.as_str()));
        let action = self.action.iter().map(|action| ("action", action.as_str()));
        for (index, (name, value)) in via.chain(action).enumerate() {
            let separator = if index == 0 { '?' } else { '&' };
            write!(f, "{separator}{name}={}", encode(value))?;
        }
        Ok(())
    }
}

impl From<UserId> for MatrixId {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

impl From<RoomId> for MatrixId {
    fn from(room: RoomId) -> Self {
        Self::Room(room)
    }
}

impl From<RoomAliasId> for MatrixId {
    fn from(alias: RoomAliasId) -> Self {
        Self::RoomAlias(alias)
    }
}

impl<R: Into<RoomOrAliasId>> From<(R, EventId)> for MatrixId {
    fn from((room, event): (R, EventId)) -> Self {
        Self::Event(room.into(), event)
    }
}

const MATRIX_TO: &str = "https://matrix.to/#/";

/// The characters that are not encoded in a segment or a query value: unreserved characters, and those of an
/// identifier's form that have no meaning in a URI there.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b':')
    .remove(b'@');

fn encode(text: &str) -> percent_encoding::PercentEncode<'_> {
    utf8_percent_encode(text, PLAIN)
}

fn decode(text: &str) -> Result<String, InvalidText> {
    percent_decode_str(text)
        .decode_utf8()
        .map(String::from)
        .map_err(|_| invalid("its percent-encoded bytes are not utf-8"))
}

fn invalid(rule: &'static str) -> InvalidText {
    InvalidText::new("Matrix URI", rule)
}

fn write_segment(f: &mut fmt::Formatter<'_>, before: &str, sigil: char, id: &str) -> fmt::Result {
    let name = id.strip_prefix(sigil).unwrap_or(id);
    write!(f, "{before}{}", encode(name))
}

/// Strips an ASCII prefix, ignoring case: schemes and hosts are not case-sensitive.
fn strip_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn from_matrix_uri(text: &str) -> Result<MatrixUri, InvalidText> {
    let text = text.split_once('#').map_or(text, |(text, _)| text);
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let path = match path.strip_prefix("//") {
        Some(rest) => rest.split_once('/').map_or("", |(_, path)| path),
        None => path,
    };
    let segments: Vec<&str> = path.splitn(5, '/').collect();
    let id = match segments[..] {
        [kind, name] => entity(kind, name)?,
        [kind, name, "e" | "event", event] => {
            let event = EventId::parse(format!("${}", decode(event)?))?;
            in_room(entity(kind, name)?, event)?
        }
        _ => {
            return Err(invalid(
                "it must have a type and a name, followed by /e/ and the event ID for an event",
            ));
        }
    };
    let (via, action) = read_query(query);
    Ok(MatrixUri { id, via, action })
}

fn entity(kind: &str, name: &str) -> Result<MatrixId, InvalidText> {
    let name = decode(name)?;
    match kind {
        "u" | "user" => Ok(UserId::parse(format!("@{name}"))?.into()),
        "r" | "room" => Ok(RoomAliasId::parse(format!("#{name}"))?.into()),
        "roomid" => Ok(RoomId::parse(format!("!{name}"))?.into()),
        _ => Err(invalid("its type must be u, r or roomid")),
    }
}

fn from_matrix_to(text: &str) -> Result<MatrixUri, InvalidText> {
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let path = path.strip_suffix('/').unwrap_or(path);
    // A slash that is not encoded belongs to a name, unless an event begins after it.
    let event_at = path.find("/$").or_else(|| path.find("/%24"));
    let (name, event) = match event_at {
        Some(at) => (&path[..at], Some(&path[at + 1..])),
        None => (path, None),
    };
    let decoded = decode(name)?;
    let id = match decoded.as_bytes().first() {
        Some(b'@') => UserId::parse(decoded)?.into(),
        Some(b'#') => RoomAliasId::parse(decoded)?.into(),
        // A room ID may contain anything, so text after a slash would be taken for a part of it.
        Some(b'!') if !name.contains('/') => RoomId::parse(decoded)?.into(),
        _ => {
            return Err(invalid(
                "it must lead to a user, a room or an event in a room",
            ));
        }
    };
    let id = match event {
        Some(event) => in_room(id, EventId::parse(decode(event)?)?)?,
        None => id,
    };
    let (via, _) = read_query(query);
    Ok(MatrixUri {
        id,
        via,
        action: None,
    })
}

fn in_room(room: MatrixId, event: EventId) -> Result<MatrixId, InvalidText> {
    match room {
        MatrixId::Room(room) => Ok((room, event).into()),
        MatrixId::RoomAlias(alias) => Ok((alias, event).into()),
        MatrixId::User(_) | MatrixId::Event(..) => Err(invalid("an event must be in a room")),
    }
}

fn read_query(query: &str) -> (Vec<ServerName>, Option<UriAction>) {
    let (mut via, mut action) = (Vec::new(), None);
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let Ok(value) = decode(value) else { continue };
        match name {
            "via" => via.extend(ServerName::parse(value)),
            "action" if action.is_none() => action = Some(UriAction::from(value)),
            _ => {}
        }
    }
    (via, action)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The link in both forms, if it is one.
    fn both(text: &str) -> Option<(String, String)> {
        let link = MatrixUri::parse(text).ok()?;
        Some((link.to_string(), link.to_matrix_to()))
    }

    #[test]
    fn characters_with_a_meaning_in_a_uri_are_encoded() {
        for (id, uri, link) in [
            (
                MatrixId::from(UserId::parse("@a/b?c#d%é:[::1]:80").unwrap()),
                "matrix:u/a%2Fb%3Fc%23d%25%C3%A9:%5B::1%5D:80",
                "https://matrix.to/#/@a%2Fb%3Fc%23d%25%C3%A9:%5B::1%5D:80",
            ),
            (
                MatrixId::from((
                    RoomId::parse("!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM").unwrap(),
                    EventId::parse("$acR1l0raoZnm60CBwAVgqbZqoO/mYU81xysh1u7XcJk").unwrap(),
                )),
                "matrix:roomid/31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM/e/acR1l0raoZnm60CBwAVgqbZqoO%2FmYU81xysh1u7XcJk",
                "https://matrix.to/#/!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM/$acR1l0raoZnm60CBwAVgqbZqoO%2FmYU81xysh1u7XcJk",
            ),
        ] {
            let written = MatrixUri::new(id);
            let forms = Some((uri.to_owned(), link.to_owned()));
            assert_eq!(both(uri), forms);
            assert_eq!(both(link), forms);
            assert_eq!(MatrixUri::parse(written.to_string()), Ok(written.clone()));
            assert_eq!(MatrixUri::parse(written.to_matrix_to()), Ok(written));
        }
    }

    #[test]
    fn links_are_read_as_people_write_them() {
        let room = "https://matrix.to/#/!a:b.c/$d/e:f.g";
        for (text, link) in [
            ("https://matrix.to/#/#a:b.c", "https://matrix.to/#/%23a:b.c"),
            (
                "HTTPS://Matrix.to/#/%40a%3Ab.c/",
                "https://matrix.to/#/@a:b.c",
            ),
            (
                "https://matrix.to/#/@a/b:c.d",
                "https://matrix.to/#/@a%2Fb:c.d",
            ),
            (room, "https://matrix.to/#/!a:b.c/$d%2Fe:f.g"),
            (
                "https://matrix.to/#/%21a%3Ab.c/%24d?via=e.f&via=no+server&x&via=%5B%3A%3A1%5D",
                "https://matrix.to/#/!a:b.c/$d?via=e.f&via=%5B::1%5D",
            ),
            ("matrix:room/a:b.c", "https://matrix.to/#/%23a:b.c"),
            ("matrix:user/a:b.c", "https://matrix.to/#/@a:b.c"),
            ("MATRIX:roomid/a/event/d", "https://matrix.to/#/!a/$d"),
            (
                "matrix://auth:80/r/a:b.c#frag?x",
                "https://matrix.to/#/%23a:b.c",
            ),
        ] {
            assert_eq!(
                both(text).map(|(_, link)| link).as_deref(),
                Some(link),
                "{text}"
            );
        }
    }

    #[test]
    fn invalid_links_are_refused() {
        for text in [
            "",
            "matrix:",
            "matrix:u",
            "matrix:u/",
            "matrix:x/a:b.c",
            "matrix:u/alice",
            "matrix:u/a:b.c/e/d",
            "matrix:roomid/a/x/d",
            "matrix:roomid/a/e/d/e/f",
            "matrix:roomid/a/e/",
            "matrix:u/%FF:b.c",
            "matrix://u",
            "https://matrix.to/",
            "https://matrix.to/#/",
            "https://matrix.to/#/+group:b.c",
            "https://matrix.to/#/alice",
            "https://matrix.to/#/@a:b.c/$d",
            "https://matrix.to/#/!a:b.c/d",
            "https://matrix.to/#/%FF",
            "https://example.org/#/@a:b.c",
            "é",
        ] {
            assert_eq!(both(text), None, "{text}");
        }
    }

    #[test]
    fn an_action_follows_the_servers() {
        let text = "matrix:roomid/a:b.c?via=e.f&action=join";
        let link = MatrixUri::parse(text).unwrap();
        assert_eq!(link.action, Some(UriAction::Join));
        assert_eq!(link.to_string(), text);
        let link = MatrixUri::parse("matrix:u/a:b.c?action=chat&action=join").unwrap();
        assert_eq!(link.action, Some(UriAction::Chat));
    }
}
