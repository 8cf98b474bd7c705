//! Internationalised names of servers, which DNS and servers know in an ASCII form.

use hardline::flow::{HomeserverAddress, InvalidAddress};
use hardline::types::{InvalidText, ServerName};
use hardline::wire::{BaseUrl, InvalidUrl};

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
}
