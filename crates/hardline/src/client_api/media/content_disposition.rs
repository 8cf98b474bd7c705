use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::client_api::media::FileName;

/// What a `Content-Disposition` says: whether to show a file in place or to keep it, and its name (RFC 6266).
///
/// ```
/// use hardline::client_api::media::ContentDisposition;
///
/// let disposition = ContentDisposition::parse("inline; filename=\"x.png\"; filename*=utf-8''caf%C3%A9%2F1.png");
/// assert!(disposition.is_inline);
/// assert_eq!(disposition.name.as_deref(), Some("café/1.png"));
/// assert_eq!(disposition.file_name().unwrap(), "1.png");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContentDisposition {
    /// `inline`: it may be shown in place, as far as the server knows its type to do no harm. Anything else, `attachment`
    /// or what nobody knows, is only to be saved.
    pub is_inline: bool,
    /// The name as it was sent, which may be a path or worse: see [`file_name`](Self::file_name).
    pub name: Option<String>,
}

impl ContentDisposition {
    /// Reads the value of the header field. What does not fit is skipped: there is no wrong value.
    pub fn parse(value: &str) -> Self {
        let mut parts = parts(value);
        let kind = parts.next().unwrap_or_default();
        let (mut plain, mut extended) = (None, None);
        for part in parts {
            let Some((name, value)) = part.split_once('=') else {
                continue;
            };
            let (name, value) = (name.trim(), value.trim());
            if name.eq_ignore_ascii_case("filename*") {
                extended = extended.or_else(|| extended_value(value));
            } else if name.eq_ignore_ascii_case("filename") {
                plain.get_or_insert_with(|| unquoted(value).into_owned());
            }
        }
        let name = extended.or(plain);
        Self {
            is_inline: kind.trim().eq_ignore_ascii_case("inline"),
            name: name.filter(|name| !name.is_empty()),
        }
    }

    /// The name, made safe to save a file by. `None` if the server gave none.
    pub fn file_name(&self) -> Option<FileName> {
        self.name.as_deref().map(FileName::from_untrusted)
    }
}

/// What stands between semicolons that are not in quotes.
fn parts(value: &str) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    value.split(move |character| {
        let escaped = std::mem::take(&mut is_escaped);
        match character {
            '"' if !escaped => is_quoted = !is_quoted,
            '\\' if is_quoted && !escaped => is_escaped = true,
            _ => {}
        }
        character == ';' && !is_quoted
    })
}

/// The text of a quoted string, or of what stands without quotes.
fn unquoted(value: &str) -> Cow<'_, str> {
    let Some(quoted) = value.strip_prefix('"') else {
        return Cow::Borrowed(value);
    };
    let mut text = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => text.extend(characters.next()),
            character => text.push(character),
        }
    }
    Cow::Owned(text)
}

/// The text of `utf-8'en'caf%C3%A9` (RFC 8187). Some senders put it in quotes.
fn extended_value(value: &str) -> Option<String> {
    let value = unquoted(value);
    let (charset, rest) = value.split_once('\'')?;
    let (_, encoded) = rest.split_once('\'')?;
    let bytes = percent_decode_str(encoded);
    if charset.eq_ignore_ascii_case("utf-8") {
        return bytes.decode_utf8().ok().map(Cow::into_owned);
    }
    charset
        .eq_ignore_ascii_case("iso-8859-1")
        .then(|| bytes.map(char::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_servers_and_browsers_write_is_read() {
        for (value, is_inline, name) in [
            ("", false, None),
            ("inline", true, None),
            ("INLINE;filename=a.png", true, Some("a.png")),
            ("attachment", false, None),
            ("form-data; name=x", false, None),
            ("inline; filename=", true, None),
            ("attachment; filename=note.txt", false, Some("note.txt")),
            (
                "attachment; FileName = \"a b.txt\" ",
                false,
                Some("a b.txt"),
            ),
            (
                r#"inline; filename="a\"b;c\\d.txt"; x=y"#,
                true,
                Some("a\"b;c\\d.txt"),
            ),
            (
                "inline; filename*=utf-8''cat%20%C3%BC%22.png",
                true,
                Some("cat ü\".png"),
            ),
            (
                "inline; filename*=UTF-8'en'a.png; filename=b.png",
                true,
                Some("a.png"),
            ),
            ("inline; filename*=iso-8859-1''%e9.png", true, Some("é.png")),
            ("inline; filename*=\"utf-8''a%2ab\"", true, Some("a*b")),
            // What cannot be read leaves the plain name.
            (
                "inline; filename*=utf-8''%ff; filename=b.png",
                true,
                Some("b.png"),
            ),
            (
                "inline; filename*=koi8-r''%c1; filename=b.png",
                true,
                Some("b.png"),
            ),
            (
                "inline; filename*=nonsense; filename=b.png",
                true,
                Some("b.png"),
            ),
            ("inline; filename=one; filename=two", true, Some("one")),
            ("inline; filename=\"unfinished", true, Some("unfinished")),
            ("; filename=a", false, Some("a")),
            ("inline; filename=naïve.txt", true, Some("naïve.txt")),
        ] {
            let read = ContentDisposition::parse(value);
            assert_eq!(read.is_inline, is_inline, "{value}");
            assert_eq!(read.name.as_deref(), name, "{value}");
        }
    }

    #[test]
    fn a_name_is_safe_however_it_was_written() {
        for value in [
            "attachment; filename=../../etc/passwd",
            "attachment; filename=\"..\\\\..\\\\passwd\"",
            "attachment; filename*=utf-8''..%2F..%2fetc%2Fpasswd",
            "attachment; filename*=utf-8''%00%E2%80%AEpasswd%00",
        ] {
            let read = ContentDisposition::parse(value);
            assert_eq!(read.file_name().unwrap(), "passwd", "{value}");
        }
        assert_eq!(ContentDisposition::parse("inline").file_name(), None);
    }
}
