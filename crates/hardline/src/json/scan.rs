//! Finds where the values of a JSON text begin and end, without decoding them. Text that is not JSON gives wrong
//! positions, never a panic.

use crate::json::reader::Reader;

/// A mark in each byte that is a quote, a backslash or a control character. Only the lowest mark counts.
#[inline]
fn special(bytes: &[u8; 8]) -> u64 {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    let word = u64::from_le_bytes(*bytes);
    // A lesser byte borrows from its highest bit, which is never set in the bytes we look for.
    let less = |word: u64, than: u8| word.wrapping_sub(EACH * u64::from(than));
    let equal = |byte: u8| less(word ^ (EACH * u64::from(byte)), 1);
    (less(word, 0x20) | equal(b'"') | equal(b'\\')) & !word & (EACH << 7)
}

#[inline]
fn is_special(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

/// Whether a string can be written in JSON without escapes.
pub(crate) fn is_plain(string: &[u8]) -> bool {
    // The last word overlaps the one before it.
    match (
        string.last_chunk(),
        string.first_chunk(),
        string.last_chunk(),
    ) {
        (Some(last), ..) => {
            are_plain::<16>(last) && string.as_chunks().0.iter().all(are_plain::<16>)
        }
        (_, Some(first), Some(last)) => are_plain::<8>(first) && are_plain::<8>(last),
        _ => !string.iter().any(|byte| is_special(*byte)),
    }
}

/// Checks all bytes at once, in a form that compilers turn into vector instructions.
#[inline]
fn are_plain<const N: usize>(bytes: &[u8; N]) -> bool {
    !bytes
        .iter()
        .fold(false, |found, byte| found | is_special(*byte))
}

/// The first position from `at` on that is not white space.
pub(crate) fn space(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| is_space(byte)).count()
}

/// The text without the white space around it, as JSON defines it: a form feed is not white space. A byte order mark,
/// which some servers put before a body, counts as white space too.
pub(crate) fn trim(text: &[u8]) -> &[u8] {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let begin = space(text, 0);
    let last = text.iter().rposition(|byte| !is_space(byte));
    &text[begin..last.map_or(begin, |last| last + 1)]
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// The first position from `at` on that holds a quote, a backslash or a control character, or the end of the text.
#[inline]
pub(crate) fn plain(text: &[u8], at: usize) -> usize {
    // Most strings are short.
    match word(text, at).map(special) {
        Some(found @ 1..) => at + (found.trailing_zeros() / 8) as usize,
        Some(0) => plain_long(text, at + 8),
        None => plain_bytes(text, at),
    }
}

fn plain_long(text: &[u8], mut at: usize) -> usize {
    while let Some(found) = word(text, at).map(special) {
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
        while word(text, at).is_some_and(are_plain::<16>) {
            at += 16;
        }
    }
    plain_bytes(text, at)
}

fn plain_bytes(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| !is_special(**byte)).count()
}

#[inline]
fn word<const N: usize>(text: &[u8], at: usize) -> Option<&[u8; N]> {
    text.get(at..)?.first_chunk()
}

/// The end of the string that begins at `at` with its quote.
pub(crate) fn string(text: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    loop {
        at = plain(text, at);
        let Some(byte) = text.get(at) else {
            return text.len();
        };
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The end of the value that begins at `at`.
pub(crate) fn value(text: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => at = string(text, at),
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            _ => {
                let rest = &text[at..];
                at += rest
                    .iter()
                    .take_while(|byte| !b",:]}{[\" \t\n\r".contains(byte))
                    .count();
            }
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

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
    let is_named = move |quoted: &[u8]| match quoted.strip_prefix(b"\"") {
        Some(rest) if !rest.contains(&b'\\') => rest.strip_suffix(b"\"") == Some(name.as_bytes()),
        _ => Reader::decode_all::<String>(quoted).is_ok_and(|unquoted| unquoted == name),
    };
    members(text)
        .filter(move |(quoted, _)| is_named(quoted))
        .map(|(_, value)| value)
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
    fn characters_to_escape_are_found_at_every_position() {
        for length in 0..20 {
            let mut text = vec![b'\x80'; length];
            assert!(is_plain(&text), "{length}");
            assert_eq!(plain(&text, 0), length);
            for at in 0..length {
                for special in [0, 0x1f, b'"', b'\\'] {
                    text[at] = special;
                    assert!(!is_plain(&text), "{special} at {at} of {length}");
                    assert_eq!(plain(&text, 0), at);
                    assert_eq!(plain(&text, at + 1), length);
                    text[at] = b' ';
                }
            }
        }
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
