use crate::json::scan;
use crate::wire::error::without_tokens::WithoutTokens;

/// How much of a body is looked at, in bytes.
const LOOKED_AT: usize = 480;
/// How much of it is shown, in characters.
const SHOWN: usize = 120;

/// What a body that was not understood looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyKind {
    Empty,
    Html,
    /// An object or a list that is not complete.
    CutShort,
    /// It may hold a secret.
    Json,
    Text,
    Binary,
}

impl BodyKind {
    pub(super) fn of(body: &[u8]) -> Self {
        let body = scan::body(body);
        let beginning = &body[..body.len().min(LOOKED_AT)];
        match beginning.first() {
            None => return Self::Empty,
            Some(b'{' | b'[' | b'"') if scan::value(body, 0) == body.len() && !is_closed(body) => {
                return Self::CutShort;
            }
            Some(b'{' | b'[' | b'"') => return Self::Json,
            Some(_) => {}
        }
        let text = String::from_utf8_lossy(beginning);
        let lower = text.to_ascii_lowercase();
        if ["<!doctype html", "<html", "<head", "<body"]
            .iter()
            .any(|tag| lower.contains(tag))
        {
            Self::Html
        } else if is_binary(&text) {
            Self::Binary
        } else if text.contains("\":") {
            Self::Json
        } else {
            Self::Text
        }
    }
}

/// The beginning of a body, for people. Empty if it is binary, or JSON, which may hold a secret.
pub(super) fn excerpt(body: &[u8]) -> String {
    let body = scan::body(body);
    let text = String::from_utf8_lossy(&body[..body.len().min(LOOKED_AT)]);
    let is_shown = match BodyKind::of(body) {
        BodyKind::Html => !is_binary(&text) && !text.contains("\":"),
        BodyKind::Text => true,
        BodyKind::Empty | BodyKind::CutShort | BodyKind::Json | BodyKind::Binary => false,
    };
    if !is_shown {
        return String::new();
    }
    // What is cut in the middle of a character is none.
    let text = text.trim_end_matches(char::REPLACEMENT_CHARACTER);
    let words: Vec<_> = text.split_whitespace().collect();
    let text = WithoutTokens(&words.join(" ")).to_string();
    text.chars().take(SHOWN).collect()
}

/// Whether the last bracket or quote closes what the first one opens, as far as the two tell.
fn is_closed(json: &[u8]) -> bool {
    match json {
        [b'{', .., last] => *last == b'}',
        [b'[', .., last] => *last == b']',
        [b'"', .., last] => *last == b'"',
        _ => false,
    }
}

/// Whether bytes are no text: several broken characters, or control characters that no text has.
fn is_binary(text: &str) -> bool {
    let broken = text
        .chars()
        .filter(|character| *character == char::REPLACEMENT_CHARACTER);
    broken.count() > text.chars().count() / 8 + 1
        || text.chars().any(|character| {
            character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_told_apart() {
        for (body, kind, shown) in [
            (&b""[..], BodyKind::Empty, ""),
            (b" \r\n", BodyKind::Empty, ""),
            (b"\xef\xbb\xbf", BodyKind::Empty, ""),
            (
                b"<html>\n <h1>502</h1>",
                BodyKind::Html,
                "<html> <h1>502</h1>",
            ),
            (
                b"\n<!DOCTYPE HTML><p>",
                BodyKind::Html,
                "<!DOCTYPE HTML><p>",
            ),
            (b"<html>\xe9t\xe9", BodyKind::Html, "<html>\u{fffd}t"),
            (b"<html><script>{\"token\": \"s\"}", BodyKind::Html, ""),
            (br#"{"access_token": "s"#, BodyKind::CutShort, ""),
            (br#"{"a": [1, 2"#, BodyKind::CutShort, ""),
            (br#"["s", "#, BodyKind::CutShort, ""),
            (br#"{"access_token": "s"}"#, BodyKind::Json, ""),
            (br#"{"access_token": s"}"#, BodyKind::Json, ""),
            (br#"{"access_token": "s"} x"#, BodyKind::Json, ""),
            (br#"2f{"access_token": "s"}"#, BodyKind::Json, ""),
            (b"Bad\tgateway\n", BodyKind::Text, "Bad gateway"),
            (
                "ошибка \u{202e}сервера".as_bytes(),
                BodyKind::Text,
                "ошибка сервера",
            ),
            (b"\x1f\x8b\x08\0\0\0", BodyKind::Binary, ""),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", BodyKind::Binary, ""),
            (b"\xff\xfe\xfd\xfc\xfb", BodyKind::Binary, ""),
        ] {
            assert_eq!(
                BodyKind::of(body),
                kind,
                "{:?}",
                body.escape_ascii().to_string()
            );
            assert_eq!(excerpt(body), shown);
        }
    }

    #[test]
    fn an_excerpt_is_short_and_ends_with_a_whole_character() {
        let long = "é".repeat(1000);
        assert_eq!(excerpt(long.as_bytes()), "é".repeat(SHOWN));
        let odd = format!("x{}", "é ".repeat(400));
        assert!(!excerpt(odd.as_bytes()).contains(char::REPLACEMENT_CHARACTER));
    }
}
