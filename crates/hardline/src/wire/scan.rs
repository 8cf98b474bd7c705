//! Where the values of a JSON text begin and end, without decoding them. Text that is not JSON gives wrong places,
//! never a panic.

/// A mark in each of the bytes that is a quote, a backslash or a control character. Only the lowest mark counts.
pub(crate) fn special(bytes: [u8; 8]) -> u64 {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    let word = u64::from_le_bytes(bytes);
    let less = |word: u64, than: u8| word.wrapping_sub(EACH * u64::from(than)) & !word;
    let equal = |byte: u8| less(word ^ (EACH * u64::from(byte)), 1);
    (less(word, 0x20) | equal(b'"') | equal(b'\\')) & (EACH << 7)
}

/// Whether a string stands in JSON as it is, without escapes.
pub(crate) fn is_plain(string: &[u8]) -> bool {
    let Some(last) = string.last_chunk() else {
        let mut word = [b' '; 8];
        word[..string.len()].copy_from_slice(string);
        return special(word) == 0;
    };
    let (words, _) = string.as_chunks();
    words.iter().chain([last]).all(|word| special(*word) == 0)
}

/// The first place from `at` on that is not white space.
pub(crate) fn space(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
        .count()
}

/// The end of the string that begins at `at` with its quote.
pub(crate) fn string(text: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
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

/// The members of the object that the text is: names and values, undecoded, for as long as they look like members.
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

/// The undecoded value of a member. Of two members of one name the first counts.
pub(crate) fn member<'t>(text: &'t [u8], name: &str) -> Option<&'t [u8]> {
    let is_named = |quoted: &[u8]| match quoted.strip_prefix(b"\"") {
        Some(rest) if !rest.contains(&b'\\') => rest.strip_suffix(b"\"") == Some(name.as_bytes()),
        _ => serde_json::from_slice::<String>(quoted).is_ok_and(|unquoted| unquoted == name),
    };
    members(text)
        .find(|(quoted, _)| is_named(quoted))
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
