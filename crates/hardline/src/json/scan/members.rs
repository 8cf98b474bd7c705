use std::borrow::Cow;

use super::escape::unescape;
use super::{space, string, value};

/// The members of an object's text: names and values, undecoded, for as long as they look like members.
pub(crate) fn members(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let begin = space(text, 0);
    let mut at = if text.get(begin) == Some(&b'{') {
        Some(begin + 1)
    } else {
        None
    };
    std::iter::from_fn(move || {
        let name_at = space(text, at?);
        if text.get(name_at) != Some(&b'"') {
            return None;
        }
        let name_end = string(text, name_at);
        let colon = space(text, name_end);
        if text.get(colon) != Some(&b':') {
            return None;
        }
        let value_at = space(text, colon + 1);
        let value_end = value(text, value_at);
        if value_at == value_end {
            return None;
        }
        let after = space(text, value_end);
        at = (text.get(after) == Some(&b',')).then_some(after + 1);
        Some((&text[name_at..name_end], &text[value_at..value_end]))
    })
}

/// The elements of a list's text, undecoded, for as long as they look like elements.
pub(crate) fn elements(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = space(text, 0);
    std::iter::from_fn(move || {
        let begin = space(text, at + 1);
        let end = value(text, begin);
        at = space(text, end);
        matches!(text.get(at), Some(b',' | b']')).then(|| &text[begin..end])
    })
    .take_while(|element| !element.is_empty())
}

/// The undecoded values of all members with this name, in the order of the text.
pub(crate) fn members_named<'t>(text: &'t [u8], name: &str) -> impl Iterator<Item = &'t [u8]> {
    members(text)
        .filter(move |(quoted, _)| unescaped(quoted).is_some_and(|known| known == name))
        .map(|(_, value)| value)
}

/// What a string in its quotes says. `None` if its escapes are not JSON's, or leave no characters.
pub(crate) fn unescaped(quoted: &[u8]) -> Option<Cow<'_, str>> {
    let plain = quoted.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let plain = std::str::from_utf8(plain).ok()?;
    if plain.contains('\\') {
        unescape(plain).map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(plain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let shown = |(name, value)| {
            format!(
                "{}={}",
                String::from_utf8_lossy(name),
                String::from_utf8_lossy(value)
            )
        };
        members(text.as_bytes()).map(shown).collect()
    }

    #[test]
    fn members_are_found_without_decoding_them() {
        assert_eq!(
            shown(r#" { "a" : [1, {"b": "]"}] , "c\"d":"}\\", "e":-1.5e3 } "#),
            [r#""a"=[1, {"b": "]"}]"#, r#""c\"d"="}\\""#, r#""e"=-1.5e3"#]
        );
        assert!(shown("{}").is_empty());
        assert!(shown("[1]").is_empty());
    }

    #[test]
    fn members_of_one_name_are_found_however_they_are_written() {
        let text = br#"{"a":1,"b":2,"\u0061":3,"c":{"a":4}}"#;
        let values = |name| members_named(text, name).collect::<Vec<_>>();
        assert_eq!(values("a"), [b"1", b"3"]);
        assert_eq!(values("b"), [b"2"]);
        assert!(values("d").is_empty());
    }

    #[test]
    fn text_that_is_cut_short_gives_what_is_there() {
        let whole = r#"{"errcode":"M_UNKNOWN","error":"a \" b","n":[1,{"x":2}]}"#;
        for end in 0..=whole.len() {
            let found = shown(&whole[..end]);
            if end >= r#"{"errcode":"M_UNKNOWN""#.len() {
                assert_eq!(found[0], r#""errcode"="M_UNKNOWN""#);
            }
        }
    }
}
