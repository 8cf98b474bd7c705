//! Internationalised names of servers, which DNS and servers know in an ASCII form.

use hardline::flow::{HomeserverAddress, InvalidAddress};
use hardline::types::{InvalidText, MatrixId, MatrixUri, RoomOrAliasId, ServerName};
use hardline::wire::{BaseUrl, InvalidUrl};

use crate::room_address::RoomAddress;

/// The ASCII form of a host, as browsers find it.
pub(crate) fn to_ascii(host: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii_cow(host.as_bytes(), idna::AsciiDenyList::STD3);
    ascii.ok().map(std::borrow::Cow::into_owned)
}

/// The homeserver that a user means.
pub(crate) fn homeserver(text: &str) -> Result<HomeserverAddress, InvalidAddress> {
    HomeserverAddress::parse_international(text, to_ascii)
}

/// A base URL, such as an identity server's.
pub(crate) fn base_url(text: &str) -> Result<BaseUrl, InvalidUrl> {
    BaseUrl::parse_international(text.trim(), to_ascii)
}

/// The user that is meant: with a server's name in the form that servers know.
pub(crate) fn user(text: &str) -> Result<String, InvalidText> {
    match text.trim().split_once(':') {
        Some((user, server)) if user.starts_with('@') && !server.is_ascii() => {
            let server = ServerName::parse_international(server, to_ascii)?;
            Ok(format!("{user}:{server}"))
        }
        _ => Ok(text.trim().to_owned()),
    }
}

/// A server's name.
pub(crate) fn server_name(text: &str) -> Result<ServerName, InvalidText> {
    ServerName::parse_international(text.trim(), to_ascii)
}

/// The room that is meant: by its ID, an alias, with or without the `#` that shells take for the beginning of a comment, or a
/// link.
pub(crate) fn room(text: &str) -> Result<RoomAddress, String> {
    let text = text.trim();
    if let Ok(link) = MatrixUri::parse(text) {
        let id = match link.id {
            MatrixId::Room(id) => id.into(),
            MatrixId::RoomAlias(alias) => alias.into(),
            MatrixId::Event(room, _) => room,
            _ => return Err("the link leads to no room".to_owned()),
        };
        return Ok(RoomAddress { id, via: link.via });
    }
    let id = match text.split_once(':') {
        // IDs are opaque.
        _ if text.starts_with('!') => RoomOrAliasId::parse(text),
        Some((name, server)) if !name.contains(['/', '@']) => {
            server_name(server).and_then(|server| {
                let name = name.strip_prefix('#').unwrap_or(name);
                RoomOrAliasId::parse(format!("#{name}:{server}"))
            })
        }
        _ => {
            return Err(
                "a room is its ID (!room:example.org), an alias (#tea:example.org) or a link, in single quotes".to_owned(),
            );
        }
    };
    id.map(RoomAddress::new).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_converted_as_browsers_do() {
        for (text, ascii) in [
            ("Bücher.example:8448", "xn--bcher-kva.example:8448"),
            ("@alice:straße.example", "xn--strae-oqa.example"),
            ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
            ("bücher。example", "xn--bcher-kva.example"),
            (
                "https://bücher.example/m",
                "https://xn--bcher-kva.example/m",
            ),
        ] {
            let expected = HomeserverAddress::parse(ascii).unwrap();
            assert_eq!(homeserver(text), Ok(expected), "{text}");
        }
        for text in ["bü_cher.example", "a\u{202e}ü.example", "bü cher.example"] {
            assert!(homeserver(text).is_err(), "{text}");
        }
    }

    #[test]
    fn urls_are_converted_too() {
        let url = base_url(" https://bücher.example/id").unwrap();
        assert_eq!(url.to_string(), "https://xn--bcher-kva.example/id");
        assert!(base_url("https://bü_cher.example").is_err());
    }

    #[test]
    fn only_the_server_of_a_user_is_converted() {
        for (text, converted) in [
            ("@aliçe:bücher.example", "@aliçe:xn--bcher-kva.example"),
            ("@aliçe:example.org", "@aliçe:example.org"),
            (" aliçe ", "aliçe"),
            ("aliçe@bücher.example", "aliçe@bücher.example"),
        ] {
            assert_eq!(user(text).unwrap(), converted);
        }
        assert!(user("@alice:bü_cher.example").is_err());
    }

    #[test]
    fn a_room_is_an_id_an_alias_or_a_link() {
        for (text, id) in [
            ("!tea:example.org", "!tea:example.org"),
            (
                "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM",
                "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM",
            ),
            (" #tea:example.org ", "#tea:example.org"),
            ("tea:example.org:8448", "#tea:example.org:8448"),
            ("#bücher:bücher.example", "#bücher:xn--bcher-kva.example"),
            ("https://matrix.to/#/%23tea:example.org", "#tea:example.org"),
            ("matrix:r/tea:example.org/e/event", "#tea:example.org"),
        ] {
            assert_eq!(room(text).unwrap().id, id, "{text}");
        }
        let link = room("https://matrix.to/#/!tea:example.org?via=a.org&via=b.org").unwrap();
        assert_eq!(link.via, ["a.org", "b.org"]);
        for text in [
            "",
            "tea",
            "#tea",
            "!",
            "@alice:example.org",
            "matrix:u/alice:example.org",
            "#tea:bü_cher.example",
            "https://example.org/tea:x",
        ] {
            assert!(room(text).is_err(), "{text}");
        }
    }
}
