//! JSON text to typed values: serde's deserializer for the bodies of responses.
//!
//! It differs from serde_json's when a value does not have its type. serde decodes a value in one go, and an error deep
//! inside would end all of it; a *lenient* reader skips the smallest value that can be missed, reports it, and goes on
//! behind it:
//!
//! - an element of a list, and an entry of a map: serde's `next_element` and `next_entry` are generic in the type, so
//!   the reader can ask for the next one instead;
//! - a member of a derived type, which is read through [`lenient`](crate::json::lenient): its field stays empty;
//! - a member of a type with serde's own derive, which gives up when a member fails: the object is read again without
//!   the member, a few times, and is then skipped itself.
//!
//! A *strict* reader, and a lenient one within a type that is strict, skips nothing: the first value that does not fit
//! is the error.

mod brackets;
mod cursor;
mod deserializer;
mod member_name;
mod number;
mod parts;
mod pointers;
mod raw_json;
mod repair;
#[cfg(feature = "by-name")]
mod seeded;
mod variant;

pub(crate) use cursor::{Cursor, is_json};
#[cfg(feature = "canonical-json")]
pub(crate) use number::Number;

use bytes::Bytes;
use serde::de::{Deserialize, Expected};

use self::repair::Repair;
use crate::json::mismatch::Mismatch;
use crate::json::{DecodeWarning, DecodeWarnings, ReadError};

/// How many levels deep values are decoded; deeper values are skipped. Ignored and raw values may be deeper.
const DEPTH: usize = 128;

/// A JSON text that is being decoded.
pub(crate) struct Reader<'de> {
    cursor: Cursor<'de>,
    /// Raw values that lie in this body become slices of it.
    body: Option<&'de Bytes>,
    /// How many objects and lists enclose the position.
    depth: usize,
    /// Whether a value that does not fit is skipped.
    is_lenient: bool,
    repair: Option<Box<Repair>>,
    /// Members were cut from their objects.
    has_cuts: bool,
    /// One was cut from an object that was not read again since.
    has_new_cut: bool,
    /// Where the value begins that failed and was not skipped.
    failed_at: Option<usize>,
    /// Where a raw list or object begins that was refused, and where it ends.
    refused: Option<(usize, usize)>,
    /// The outermost object has a member `errcode` or `error`, or was not looked into.
    may_have_error: bool,
}

/// What a lenient reader has read of a text.
#[derive(Debug)]
pub(crate) struct Read<T> {
    pub(crate) value: T,
    /// What it skipped.
    pub(crate) warnings: DecodeWarnings,
    /// The outermost object has a member `errcode` or `error`, or was not looked into: it was read raw.
    pub(crate) may_have_error: bool,
}

impl<'de> Reader<'de> {
    /// Reads a text without skipping anything.
    pub(crate) fn strict(text: &'de [u8]) -> Self {
        Self {
            cursor: Cursor::new(text),
            body: None,
            depth: 0,
            is_lenient: false,
            repair: None,
            has_cuts: false,
            has_new_cut: false,
            failed_at: None,
            refused: None,
            may_have_error: true,
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
    ) -> Result<Read<T>, ReadError> {
        let mut reader = Self::lenient(text, body);
        let value = reader.read();
        reader.decoded(value)
    }

    fn lenient(text: &'de [u8], body: &'de Bytes) -> Self {
        let mut reader = Self::strict(text);
        reader.body = Some(body);
        reader.is_lenient = true;
        reader
    }

    /// What was read of the text, if that was all of it.
    fn decoded<T>(mut self, value: Result<T, Mismatch>) -> Result<Read<T>, ReadError> {
        Mismatch::are_told(true);
        match value {
            Ok(value) if self.cursor.end().is_ok() => Ok(Read {
                value,
                may_have_error: self.may_have_error,
                warnings: self.into_warnings(),
            }),
            Ok(_) => Err(ReadError::Syntax),
            Err(mismatch) => Err(self.into_error(mismatch)),
        }
    }

    /// Decodes the text without skipping anything.
    ///
    /// # Errors
    /// The first value that does not fit.
    pub(crate) fn decode_all<T: Deserialize<'de>>(text: &'de [u8]) -> Result<T, DecodeWarning> {
        Self::strict(text).all()
    }

    /// The same for a text that lies in this body. Raw values are slices of it.
    ///
    /// # Errors
    /// As [`decode_all`](Reader::decode_all).
    pub(crate) fn decode_all_of<T: Deserialize<'de>>(
        body: &'de Bytes,
        text: &'de [u8],
    ) -> Result<T, DecodeWarning> {
        let mut reader = Self::strict(text);
        reader.body = Some(body);
        reader.all()
    }

    fn all<T: Deserialize<'de>>(mut self) -> Result<T, DecodeWarning> {
        let value = T::deserialize(&mut self);
        self.all_decoded(value)
    }

    fn all_decoded<T>(mut self, value: Result<T, Mismatch>) -> Result<T, DecodeWarning> {
        let mismatch = match (value, self.cursor.end()) {
            (Ok(value), Ok(())) => return Ok(value),
            (Err(mismatch), _) | (Ok(_), Err(mismatch)) => mismatch,
        };
        Err(self.error(mismatch))
    }

    /// Reads the value that begins here. An object is read again without the members that were cut from it.
    fn read<T: Deserialize<'de>>(&mut self) -> Result<T, Mismatch> {
        let (begin, depth) = (self.cursor.at, self.depth);
        loop {
            match T::deserialize(&mut *self) {
                Err(_) if self.has_new_cut => {
                    self.read_again(begin);
                    self.depth = depth;
                }
                result => return result,
            }
        }
    }

    /// Skips the value that begins at a position and does not fit.
    ///
    /// # Errors
    /// It is not skipped: it is not JSON, or the reader is strict.
    #[cold]
    fn skip_misfit(&mut self, value: usize, mismatch: Mismatch) -> Result<(), Mismatch> {
        if mismatch == Mismatch::Syntax || !self.is_lenient {
            self.failed_at.get_or_insert(value);
            return Err(mismatch);
        }
        self.cursor.at = value;
        match self.refused.take() {
            // It is not JSON, but what stands around it may be.
            Some((refused, end)) if refused == value => self.cursor.at = end,
            _ => self.cursor.skip_value()?,
        }
        self.failed_at = None;
        self.report(value, mismatch);
        Ok(())
    }

    /// Skips a value that is `null`, which a lenient reader takes for none; `false` for any other.
    fn skip_null(&mut self, value: usize) -> bool {
        let read = self.cursor.at;
        self.cursor.at = value;
        let is_null = self.is_lenient
            && self.cursor.peek() == Ok(b'n')
            && self.cursor.literal("null").is_ok();
        if is_null {
            (self.failed_at, self.refused) = (None, None);
        } else {
            self.cursor.at = read;
        }
        is_null
    }

    /// Cuts a member that its type does not accept, for the next time that its object is read.
    /// Returns the error with which the object has failed for now.
    #[cold]
    fn cut(&mut self, object: usize, member: usize, value: usize, mismatch: Mismatch) -> Mismatch {
        let text = self.cursor.text;
        // Without a cut in the outermost object nothing would be left.
        let is_outermost = self.depth <= 1;
        let repair = self.repair.get_or_insert_default();
        let may_cut = mismatch != Mismatch::Syntax
            && self.is_lenient
            && repair.may_cut(object, value - object)
            && (is_outermost || !repair.is_costly(text));
        if !may_cut {
            self.failed_at.get_or_insert(value);
            return mismatch;
        }
        if let Err(mismatch) = self.skip_misfit(value, mismatch) {
            return mismatch;
        }
        let end = self.cursor.at;
        self.repair.get_or_insert_default().cut(member, end);
        (self.has_cuts, self.has_new_cut) = (true, true);
        mismatch
    }

    /// Reports that the value that begins at a position was skipped, or one before it in its favour.
    #[cold]
    fn report(&mut self, value: usize, mismatch: Mismatch) {
        let text = self.cursor.text;
        let repair = self.repair.get_or_insert_default();
        repair.report(text, value, mismatch);
    }

    /// Goes back to where an object begins. What was skipped in it so far is not reported again.
    #[cold]
    fn read_again(&mut self, object: usize) {
        self.has_new_cut = false;
        let read_until = std::mem::replace(&mut self.cursor.at, object);
        let repair = self.repair.get_or_insert_default();
        repair.is_read_again(object + 1..read_until);
    }

    /// The end of the member that begins here, if it was cut.
    #[inline]
    fn end_of_cut(&self, member: usize) -> Option<usize> {
        self.repair.as_ref()?.end_of_cut(member)
    }

    fn into_warnings(self) -> DecodeWarnings {
        let text = self.cursor.text;
        self.repair
            .map(|repair| repair.into_warnings(text))
            .unwrap_or_default()
    }

    /// Why nothing was decoded. The text is not known to be JSON until all of it was read.
    #[cold]
    fn into_error(self, mismatch: Mismatch) -> ReadError {
        if mismatch == Mismatch::Syntax || !is_json(self.cursor.text) {
            return ReadError::Syntax;
        }
        ReadError::Shape(self.error(mismatch))
    }

    /// The value that failed and was not skipped.
    fn error(&self, mismatch: Mismatch) -> DecodeWarning {
        let at = self.failed_at.unwrap_or_default();
        repair::warning_at(self.cursor.text, at, mismatch)
    }

    /// The error for a value of a kind that its type cannot be read from.
    #[cold]
    fn unfit(&self, expected: &dyn Expected) -> Mismatch {
        Mismatch::expected(expected)
    }
}

#[cfg(test)]
mod tests;
