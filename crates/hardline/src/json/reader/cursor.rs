use std::borrow::Cow;

use super::brackets::Brackets;
use super::number::{self, Number};
use crate::json::mismatch::Mismatch;
use crate::json::scan;

/// A position in a JSON text, and what can be read there: words, strings, numbers, or a value that is passed over.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'de> {
    pub(crate) text: &'de [u8],
    /// The text, if all of it is UTF-8; otherwise each string is checked by itself.
    utf8: Option<&'de str>,
    pub(crate) at: usize,
}

impl<'de> Cursor<'de> {
    /// The beginning of a text.
    pub(crate) fn new(text: &'de [u8]) -> Self {
        Self {
            text,
            utf8: scan::utf8(text),
            at: 0,
        }
    }

    #[inline]
    pub(crate) fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.text.get(self.at) {
            self.at += 1;
        }
    }

    /// The first byte of what comes next.
    #[inline]
    pub(crate) fn peek(&mut self) -> Result<u8, Mismatch> {
        self.space();
        self.text.get(self.at).copied().ok_or(Mismatch::Syntax)
    }

    #[inline]
    pub(crate) fn expect(&mut self, byte: u8) -> Result<(), Mismatch> {
        if self.peek()? != byte {
            return Err(Mismatch::Syntax);
        }
        self.at += 1;
        Ok(())
    }

    /// Only white space is left.
    pub(crate) fn end(&mut self) -> Result<(), Mismatch> {
        self.space();
        if self.at == self.text.len() {
            Ok(())
        } else {
            Err(Mismatch::Syntax)
        }
    }

    pub(crate) fn literal(&mut self, literal: &str) -> Result<(), Mismatch> {
        if !self.text[self.at..].starts_with(literal.as_bytes()) {
            return Err(Mismatch::Syntax);
        }
        self.at += literal.len();
        Ok(())
    }

    pub(crate) fn number(&mut self) -> Result<Number, Mismatch> {
        let (number, end) = Number::read(self.text, self.at)?;
        self.at = end;
        Ok(number)
    }

    /// The number that begins here, as an integer if it is whole, however it is written.
    pub(crate) fn integer(&mut self) -> Result<Number, Mismatch> {
        let begin = self.at;
        let number = self.number()?;
        if let Number::Float(_) = number {
            return Ok(Number::whole(&self.text[begin..self.at]).unwrap_or(number));
        }
        Ok(number)
    }

    /// The string that begins here with its quote.
    pub(crate) fn string(&mut self) -> Result<Cow<'de, str>, Mismatch> {
        if let Some((string, end)) = self.plain_string(self.at) {
            self.at = end;
            return Ok(Cow::Borrowed(string));
        }
        let begin = self.at;
        let is_plain = self.skip_string()?;
        let text = self.slice(begin + 1, self.at - 1)?;
        if is_plain {
            return Ok(Cow::Borrowed(text));
        }
        scan::unescape(text)
            .map(Cow::Owned)
            .ok_or(Mismatch::Invalid)
    }

    /// The string that begins at `at`, if it has no escapes, and where it ends.
    #[inline]
    pub(crate) fn plain_string(&self, at: usize) -> Option<(&'de str, usize)> {
        if *self.text.get(at)? != b'"' {
            return None;
        }
        let end = scan::plain(self.text, at + 1);
        if *self.text.get(end)? != b'"' {
            return None;
        }
        Some((self.utf8?.get(at + 1..end)?, end + 1))
    }

    /// The text between two positions.
    #[inline]
    pub(crate) fn slice(&self, begin: usize, end: usize) -> Result<&'de str, Mismatch> {
        match self.utf8 {
            Some(text) => Ok(&text[begin..end]),
            None => std::str::from_utf8(&self.text[begin..end]).map_err(|_| Mismatch::Invalid),
        }
    }

    /// Passes the next value, whatever it is, and holds it to JSON's grammar.
    pub(crate) fn skip_value(&mut self) -> Result<(), Mismatch> {
        let mut brackets = Brackets::default();
        loop {
            match self.peek()? {
                b'"' => {
                    self.skip_string()?;
                }
                b'-' | b'0'..=b'9' => self.at = number::end(self.text, self.at)?,
                b't' => self.literal("true")?,
                b'f' => self.literal("false")?,
                b'n' => self.literal("null")?,
                bracket @ (b'{' | b'[') => {
                    self.at += 1;
                    brackets.push(bracket == b'{');
                    if self.peek()? != closing(bracket) {
                        if bracket == b'{' {
                            self.skip_name()?;
                        }
                        continue;
                    }
                }
                _ => return Err(Mismatch::Syntax),
            }
            loop {
                let Some(is_object) = brackets.innermost() else {
                    return Ok(());
                };
                let next = self.peek()?;
                self.at += 1;
                if next == b',' {
                    if is_object {
                        self.skip_name()?;
                    }
                    break;
                }
                if next != if is_object { b'}' } else { b']' } {
                    return Err(Mismatch::Syntax);
                }
                brackets.pop();
            }
        }
    }

    /// Passes a member's name and the colon after it.
    fn skip_name(&mut self) -> Result<(), Mismatch> {
        if self.peek()? != b'"' {
            return Err(Mismatch::Syntax);
        }
        self.skip_string()?;
        self.expect(b':')
    }

    /// Passes the string that begins here, and says whether it has no escapes.
    fn skip_string(&mut self) -> Result<bool, Mismatch> {
        let text = self.text;
        let mut at = self.at + 1;
        let mut is_plain = true;
        loop {
            at = scan::plain(text, at);
            match text.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(is_plain);
                }
                Some(b'\\') => {
                    is_plain = false;
                    let is_hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
                    at += match text.get(at + 1) {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
                        Some(b'u') if text.get(at + 2..at + 6).is_some_and(is_hex) => 6,
                        _ => return Err(Mismatch::Syntax),
                    };
                }
                Some(_) | None => return Err(Mismatch::Syntax),
            }
        }
    }
}

/// Whether a text is JSON, by its grammar: a string may hold what is not UTF-8.
pub(crate) fn is_json(text: &[u8]) -> bool {
    let mut cursor = Cursor::new(text);
    cursor.skip_value().and_then(|()| cursor.end()).is_ok()
}

/// The bracket that ends what this one begins.
pub(super) fn closing(bracket: u8) -> u8 {
    if bracket == b'{' { b'}' } else { b']' }
}
