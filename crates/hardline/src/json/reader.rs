//! JSON text to typed values: serde's deserializer for the bodies of responses.
//!
//! It differs from serde_json's when a value does not have its type: it remembers which member or element that was, and
//! can restart there (see [`repair`](crate::json::repair)). It keeps nothing else about a value, so the compiler
//! generates each type's code once, for good bodies and bad ones.

mod deserializer;
mod escape;
mod number;
mod raw_json;

use std::borrow::Cow;

use bytes::Bytes;
use serde::de::{Deserialize, Expected};

use self::number::Number;
use crate::json::repair::{DecodeWarnings, Repair, Shown};

use crate::json::ReadError;
use crate::json::mismatch::Mismatch;
use crate::json::{DecodeWarning, JsonKind, WarningReason, scan};

/// How many levels deep values are decoded; deeper values are skipped. Ignored and raw values may be deeper.
pub(crate) const DEPTH: usize = 128;

/// A JSON text, and the position up to which it has been read.
pub(crate) struct Reader<'de> {
    pub(crate) text: &'de [u8],
    /// The text, if all of it is UTF-8; otherwise each string is checked by itself.
    utf8: Option<&'de str>,
    /// Raw values that lie in this body become slices of it.
    body: Option<&'de Bytes>,
    pub(crate) at: usize,
    pub(crate) depth: usize,
    pub(crate) repair: Option<Box<Repair<'de>>>,
    /// Where the next part to skip begins.
    pub(crate) next_cut_begins: usize,
}

/// An object or a list that is being read.
pub(crate) struct Open {
    /// Where its opening bracket is.
    pub(crate) begin: usize,
    pub(crate) is_object: bool,
    /// The bracket that ends it.
    closing: u8,
    /// How many objects and lists enclose it.
    pub(crate) depth: usize,
    /// The member or element that is being read: its index, where it begins, and where its value begins.
    pub(crate) index: usize,
    pub(crate) part: usize,
    pub(crate) value: usize,
    /// What comes next.
    next: Next,
    /// Whether all of it is read. Otherwise reading continues from a position inside.
    pub(crate) is_whole: bool,
    /// The index of what is remembered about it between two attempts.
    shown: Option<usize>,
    /// A member or an element failed.
    pub(crate) has_failed: bool,
}

/// What comes next in an object or a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// The first part, or the end.
    First,
    /// A comma and a part, or the end.
    Further,
    /// A part.
    Here,
}

impl<'de> Reader<'de> {
    pub(crate) fn new(text: &'de [u8]) -> Self {
        Self {
            text,
            utf8: scan::utf8(text),
            body: None,
            at: 0,
            depth: 0,
            repair: None,
            next_cut_begins: usize::MAX,
        }
    }

    /// Decodes the text and skips what its type does not accept. Raw values are slices of the body if the text lies in
    /// it.
    ///
    /// # Errors
    /// The text is not JSON, or nothing is left after skipping.
    pub(crate) fn decode<T: Deserialize<'de>>(
        text: &'de [u8],
        body: &'de Bytes,
    ) -> Result<(T, DecodeWarnings), ReadError> {
        let mut reader = Self::new(text);
        reader.body = Some(body);
        Mismatch::are_told(true);
        loop {
            match T::deserialize(&mut reader) {
                Ok(value) if reader.is_over()? => return Ok((value, reader.into_faults())),
                Ok(_) => {}
                Err(unfit) => reader.leave_out(unfit)?,
            }
        }
    }

    /// Whether an attempt that produced a value is the last; otherwise the next one is prepared.
    ///
    /// # Errors
    /// As [`decode`](Reader::decode).
    fn is_over(&mut self) -> Result<bool, ReadError> {
        match self.end() {
            Ok(()) => Ok(self.is_done()),
            Err(unfit) => self.leave_out(unfit).map(|()| false),
        }
    }

    /// Decodes the text without skipping anything.
    ///
    /// # Errors
    /// The first warning.
    pub(crate) fn decode_all<T: Deserialize<'de>>(text: &'de [u8]) -> Result<T, DecodeWarning> {
        Self::new(text).all()
    }

    /// The same for a text that lies in this body. Raw values are slices of it.
    ///
    /// # Errors
    /// As [`decode_all`](Reader::decode_all).
    pub(crate) fn decode_all_of<T: Deserialize<'de>>(
        body: &'de Bytes,
        text: &'de [u8],
    ) -> Result<T, DecodeWarning> {
        let mut reader = Self::new(text);
        reader.body = Some(body);
        reader.all()
    }

    fn all<T: Deserialize<'de>>(mut self) -> Result<T, DecodeWarning> {
        Mismatch::are_told(true);
        match T::deserialize(&mut self) {
            Ok(value) => match self.end() {
                Ok(()) => Ok(value),
                Err(unfit) => Err(self.into_fault(unfit)),
            },
            Err(unfit) => Err(self.into_fault(unfit)),
        }
    }

    /// The warning that ended the first attempt.
    fn into_fault(mut self, unfit: Mismatch) -> DecodeWarning {
        if let Err(ReadError::Shape(warning)) = self.leave_out(unfit) {
            return warning;
        }
        let kind = JsonKind::of(self.text);
        let told = self.into_faults().iter().next().cloned();
        told.unwrap_or(DecodeWarning {
            pointer: String::new(),
            reason: WarningReason::Invalid,
            kind,
        })
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

    #[inline]
    fn space(&mut self) {
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

    fn literal(&mut self, literal: &str) -> Result<(), Mismatch> {
        if !self.text[self.at..].starts_with(literal.as_bytes()) {
            return Err(Mismatch::Syntax);
        }
        self.at += literal.len();
        Ok(())
    }

    /// The error for a value of a kind that its type cannot be read from.
    fn unfit(&mut self, expected: &dyn Expected) -> Mismatch {
        self.repair().is_by_kind = true;
        Mismatch::expected(expected)
    }

    /// The string that begins here with its quote.
    pub(crate) fn string(&mut self) -> Result<Cow<'de, str>, Mismatch> {
        let begin = self.at;
        let is_plain = self.skip_string()?;
        let text = self.slice(begin + 1, self.at - 1)?;
        if is_plain {
            return Ok(Cow::Borrowed(text));
        }
        escape::unescape(text)
            .map(Cow::Owned)
            .ok_or(Mismatch::Invalid)
    }

    #[inline]
    fn slice(&self, begin: usize, end: usize) -> Result<&'de str, Mismatch> {
        match self.utf8 {
            Some(text) => Ok(&text[begin..end]),
            None => std::str::from_utf8(&self.text[begin..end]).map_err(|_| Mismatch::Invalid),
        }
    }

    /// Skips the string that begins here, and says whether it has no escapes.
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

    fn number(&mut self) -> Result<Number, Mismatch> {
        let (number, end) = Number::read(self.text, self.at)?;
        self.at = end;
        Ok(number)
    }

    /// Skips the next value, whatever it is, and checks it against JSON's grammar.
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

    /// Skips a member's name and the colon after it.
    fn skip_name(&mut self) -> Result<(), Mismatch> {
        if self.peek()? != b'"' {
            return Err(Mismatch::Syntax);
        }
        self.skip_string()?;
        self.expect(b':')
    }

    /// Enters the object or list that begins here.
    fn open(&mut self) -> Result<Open, Mismatch> {
        if self.depth == DEPTH {
            return Err(Mismatch::Invalid);
        }
        let bracket = self.text[self.at];
        let mut open = Open {
            begin: self.at,
            is_object: bracket == b'{',
            closing: closing(bracket),
            depth: self.depth,
            index: 0,
            part: self.at,
            value: self.at,
            next: Next::First,
            is_whole: true,
            shown: None,
            has_failed: false,
        };
        self.depth += 1;
        self.at += 1;
        if self.repair.is_some() {
            self.show(&mut open);
        }
        Ok(open)
    }

    /// Moves to the position from which it is read, if that is not its beginning.
    fn show(&mut self, open: &mut Open) {
        if let Some((place, shown)) = self.repair().shown_from(open.begin) {
            let Shown {
                index,
                at,
                next,
                is_whole,
                ..
            } = *shown;
            (open.index, open.next, open.is_whole) = (index, next, is_whole);
            open.shown = Some(place);
            self.at = at;
        }
    }

    /// Moves to the next member or element that is not skipped; false if there is none.
    #[inline]
    fn next_part(&mut self, open: &mut Open) -> Result<bool, Mismatch> {
        loop {
            let byte = self.peek()?;
            match open.next {
                Next::Further if byte == b',' => {
                    self.at += 1;
                    self.space();
                    open.index += 1;
                }
                Next::First | Next::Further if byte == open.closing => return Ok(false),
                Next::Further => return Err(Mismatch::Syntax),
                Next::First | Next::Here => {}
            }
            open.next = Next::Further;
            (open.part, open.value) = (self.at, self.at);
            if self.at < self.next_cut_begins || !self.passes_cut(open) {
                return Ok(true);
            }
        }
    }

    /// Moves to the end of a skipped part, if one begins here.
    fn passes_cut(&mut self, open: &mut Open) -> bool {
        let repair = self.repair();
        let cut = repair.cut_from(open.part);
        self.next_cut_begins = repair.next_cut_begins();
        if let Some(cut) = cut {
            self.at = cut.end;
            open.index += cut.parts - 1;
        }
        cut.is_some()
    }

    /// Moves to the value of the next member that is not skipped, and returns its name.
    #[inline]
    fn next_name(&mut self, open: &mut Open) -> Result<Option<Cow<'de, str>>, Mismatch> {
        match self.usual_name(open) {
            Some(name) => Ok(Some(Cow::Borrowed(name))),
            None => self.any_name(open),
        }
    }

    /// The same for the usual member: nothing is skipped, and a name without escapes is directly followed by a colon.
    /// Otherwise the reader does not move.
    fn usual_name(&mut self, open: &mut Open) -> Option<&'de str> {
        let text = self.text;
        let behind_last = match open.next {
            Next::First => self.at,
            Next::Further if *text.get(self.at)? == b',' => self.at + 1,
            Next::Further | Next::Here => return None,
        };
        let part = scan::space(text, behind_last);
        if open.shown.is_some() || part >= self.next_cut_begins {
            return None;
        }
        let (name, end) = self.plain_string(part)?;
        if *text.get(end)? != b':' {
            return None;
        }
        open.index += usize::from(open.next == Next::Further);
        open.next = Next::Further;
        self.at = scan::space(text, end + 1);
        (open.part, open.value) = (part, self.at);
        Some(name)
    }

    fn any_name(&mut self, open: &mut Open) -> Result<Option<Cow<'de, str>>, Mismatch> {
        if let Some(shown) = open.shown {
            return self.next_name_shown(open, shown);
        }
        if self.next_part(open)? {
            self.name(open).map(Some)
        } else {
            Ok(None)
        }
    }

    /// The string that begins at `at`, if it has no escapes, and where it ends.
    #[inline]
    fn plain_string(&self, at: usize) -> Option<(&'de str, usize)> {
        if *self.text.get(at)? != b'"' {
            return None;
        }
        let end = scan::plain(self.text, at + 1);
        if *self.text.get(end)? != b'"' {
            return None;
        }
        Some((self.utf8?.get(at + 1..end)?, end + 1))
    }

    /// The string that begins here, if it is of the usual form. Otherwise the reader does not move.
    pub(crate) fn usual_string(&mut self) -> Option<&'de str> {
        let (string, end) = self.plain_string(self.at)?;
        self.at = end;
        Some(string)
    }

    /// The name that begins here. The reader moves to its value even if the name cannot be read.
    fn name(&mut self, open: &mut Open) -> Result<Cow<'de, str>, Mismatch> {
        if self.text.get(self.at) != Some(&b'"') {
            return Err(Mismatch::Syntax);
        }
        let name = self.string();
        self.expect(b':')?;
        self.space();
        open.value = self.at;
        name
    }

    #[cold]
    fn next_name_shown(
        &mut self,
        open: &mut Open,
        shown: usize,
    ) -> Result<Option<Cow<'de, str>>, Mismatch> {
        let mut is_resumed = open.next == Next::Here;
        while self.next_part(open)? {
            let long = self.repair().value_behind_long_name(shown);
            if let Some(value) = long.filter(|_| is_resumed) {
                (open.value, self.at) = (value, value);
                return Ok(Some(Cow::Borrowed("")));
            }
            let name = self.name(open)?;
            if is_resumed || !self.repair().repeats(shown, name.clone()) {
                return Ok(Some(name));
            }
            self.leave_out_repeated(open)?;
            is_resumed = false;
        }
        Ok(None)
    }

    /// Leaves the object or list after a value was made of it.
    #[inline]
    fn close(&mut self, open: &Open) -> Result<(), Mismatch> {
        self.depth = open.depth;
        if self.peek()? == open.closing {
            self.at += 1;
            return Ok(());
        }
        // It has more elements than its type takes.
        self.give_up(open);
        Err(Mismatch::Invalid)
    }

    /// Leaves the object or list after decoding it failed.
    #[cold]
    fn give_up(&mut self, open: &Open) {
        self.depth = open.depth;
        if !open.has_failed {
            self.repair().blame_whole(open);
        }
    }
}

fn closing(bracket: u8) -> u8 {
    if bracket == b'{' { b'}' } else { b']' }
}

/// The open brackets, however many: one bit for each, set for an object's.
#[derive(Default)]
struct Brackets {
    count: u32,
    /// The last up to 64 of them, the innermost lowest.
    last: u64,
    /// Those before, 64 in each.
    others: Vec<u64>,
}

impl Brackets {
    fn push(&mut self, is_object: bool) {
        if self.count == u64::BITS {
            self.others.push(self.last);
            self.count = 0;
        }
        self.last = self.last << 1 | u64::from(is_object);
        self.count += 1;
    }

    /// Whether the innermost is an object's.
    fn innermost(&self) -> Option<bool> {
        (self.count > 0).then_some(self.last & 1 == 1)
    }

    fn pop(&mut self) {
        self.last >>= 1;
        self.count -= 1;
        if self.count == 0
            && let Some(last) = self.others.pop()
        {
            self.last = last;
            self.count = u64::BITS;
        }
    }
}
