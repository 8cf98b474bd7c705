use std::borrow::Cow;
use std::cell::Cell;

use serde::de::{Deserialize, DeserializeSeed, MapAccess, SeqAccess};

use super::cursor::closing;
use super::member_name::MemberName;
use super::{DEPTH, Reader};
use crate::json::lenient::{MEMBER, REPEATED_MEMBER};
use crate::json::mismatch::Mismatch;
use crate::json::scan;

/// The members or elements of the object or list that is being read.
pub(super) struct Parts<'r, 'de> {
    reader: &'r mut Reader<'de>,
    /// Where its opening bracket is.
    begin: usize,
    /// The bracket that ends it.
    closing: u8,
    is_first: bool,
    /// Whether a part that does not fit is skipped: not in a tuple, where each has its place.
    skips: bool,
    /// Where the part begins that is being read, and where its value begins.
    part: usize,
    value: usize,
    /// The name of a member was read, and its value was not.
    is_named: bool,
}

impl<'r, 'de> Parts<'r, 'de> {
    /// Enters the object or list that begins here.
    pub(super) fn open(reader: &'r mut Reader<'de>, skips: bool) -> Result<Self, Mismatch> {
        if reader.depth == DEPTH {
            return Err(Mismatch::Invalid);
        }
        if reader.depth == 0 {
            reader.may_have_error = false;
        }
        let begin = reader.cursor.at;
        reader.depth += 1;
        reader.cursor.at += 1;
        Ok(Self {
            begin,
            closing: closing(reader.cursor.text[begin]),
            is_first: true,
            skips: skips && reader.is_lenient,
            part: begin,
            value: begin,
            is_named: false,
            reader,
        })
    }

    /// Leaves it after its type has read it.
    pub(super) fn close<T>(mut self, made: Result<T, Mismatch>) -> Result<T, Mismatch> {
        self.reader.depth -= 1;
        match made {
            Ok(made) => self.end().map(|()| made),
            Err(mismatch) => Err(self.refused(mismatch)),
        }
    }

    #[inline]
    fn end(&mut self) -> Result<(), Mismatch> {
        if self.reader.cursor.peek()? != self.closing {
            // It has more elements than its type takes.
            return Err(Mismatch::Invalid);
        }
        self.reader.cursor.at += 1;
        Ok(())
    }

    #[cold]
    fn refused(&mut self, mismatch: Mismatch) -> Mismatch {
        if self.is_named {
            // The type took a name and refuses the member: it has read one of that name before, for example.
            return self.reader.cut(self.begin, self.part, self.value, mismatch);
        }
        mismatch
    }

    /// Moves to the next part that was not cut; false if there is none.
    #[inline]
    fn next_part(&mut self) -> Result<bool, Mismatch> {
        loop {
            let byte = self.reader.cursor.peek()?;
            if byte == self.closing {
                return Ok(false);
            }
            if self.is_first {
                self.is_first = false;
            } else if byte == b',' {
                self.reader.cursor.at += 1;
                if self.reader.cursor.peek()? == self.closing {
                    return Err(Mismatch::Syntax);
                }
            } else {
                return Err(Mismatch::Syntax);
            }
            (self.part, self.value) = (self.reader.cursor.at, self.reader.cursor.at);
            match self.reader.end_of_cut(self.part) {
                Some(end) => self.reader.cursor.at = end,
                None => return Ok(true),
            }
        }
    }

    /// Moves to the value of the next member, and returns its name.
    #[inline]
    pub(super) fn next_name(&mut self) -> Result<Option<Cow<'de, str>>, Mismatch> {
        let name = match self.usual_name() {
            Some(name) => Some(Cow::Borrowed(name)),
            None => self.any_name()?,
        };
        if self.reader.depth == 1 && matches!(name.as_deref(), Some("errcode" | "error")) {
            self.reader.may_have_error = true;
        }
        self.is_named = name.is_some();
        Ok(name)
    }

    /// The same for the usual member: nothing was cut, and a name without escapes is directly followed by a colon.
    /// Otherwise the reader does not move.
    #[inline]
    fn usual_name(&mut self) -> Option<&'de str> {
        if self.reader.has_cuts {
            return None;
        }
        let cursor = &mut self.reader.cursor;
        let text = cursor.text;
        let behind_last = match (self.is_first, text.get(cursor.at)?) {
            (true, _) => cursor.at,
            (false, b',') => cursor.at + 1,
            (false, _) => return None,
        };
        let part = scan::space(text, behind_last);
        let (name, end) = cursor.plain_string(part)?;
        if *text.get(end)? != b':' {
            return None;
        }
        cursor.at = scan::space(text, end + 1);
        self.is_first = false;
        (self.part, self.value) = (part, cursor.at);
        Some(name)
    }

    fn any_name(&mut self) -> Result<Option<Cow<'de, str>>, Mismatch> {
        while self.next_part()? {
            if self.reader.cursor.text.get(self.part) != Some(&b'"') {
                return Err(Mismatch::Syntax);
            }
            let name = self.reader.cursor.string();
            if name == Err(Mismatch::Syntax) {
                return Err(Mismatch::Syntax);
            }
            self.reader.cursor.expect(b':')?;
            self.reader.cursor.space();
            self.value = self.reader.cursor.at;
            match name {
                Ok(name) => return Ok(Some(name)),
                // No field and no entry has a name that is no text.
                Err(mismatch) => self.reader.skip_misfit(self.value, mismatch)?,
            }
        }
        Ok(None)
    }

    /// The reader, at the value of the member whose name was read.
    pub(super) fn value(&mut self) -> &mut Reader<'de> {
        self.is_named = false;
        self.reader
    }

    fn seeded<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Mismatch> {
        self.is_named = false;
        let value = seed.deserialize(&mut *self.reader);
        if value.is_err() {
            self.reader.failed_at.get_or_insert(self.value);
        }
        value
    }
}

impl<'de> SeqAccess<'de> for Parts<'_, 'de> {
    type Error = Mismatch;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Mismatch> {
        if self.next_part()? {
            self.seeded(seed).map(Some)
        } else {
            Ok(None)
        }
    }

    /// The next element that fits.
    fn next_element<T: Deserialize<'de>>(&mut self) -> Result<Option<T>, Mismatch> {
        while self.next_part()? {
            match self.reader.read() {
                Ok(element) => return Ok(Some(element)),
                Err(mismatch) if self.skips => self.reader.skip_misfit(self.value, mismatch)?,
                Err(mismatch) => {
                    self.reader.failed_at.get_or_insert(self.value);
                    return Err(mismatch);
                }
            }
        }
        Ok(None)
    }
}

impl<'de> MapAccess<'de> for Parts<'_, 'de> {
    type Error = Mismatch;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mismatch> {
        let Some(name) = self.next_name()? else {
            return Ok(None);
        };
        if !self.reader.is_lenient {
            return seed.deserialize(MemberName::new(name)).map(Some);
        }
        let misfit = Cell::new(None);
        let key = seed.deserialize(MemberName::lenient(name, &misfit))?;
        if let Some(mismatch) = misfit.take() {
            self.reader.report(self.value, mismatch);
        }
        Ok(Some(key))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Mismatch> {
        self.seeded(seed)
    }

    /// The value of a member, which is cut from the object if it does not fit.
    fn next_value<T: Deserialize<'de>>(&mut self) -> Result<T, Mismatch> {
        self.is_named = false;
        match self.reader.read() {
            Err(mismatch) => Err(self.reader.cut(self.begin, self.part, self.value, mismatch)),
            value => value,
        }
    }

    /// The next entry whose name and value fit.
    fn next_entry<K: Deserialize<'de>, V: Deserialize<'de>>(
        &mut self,
    ) -> Result<Option<(K, V)>, Mismatch> {
        while let Some(name) = self.next_name()? {
            self.is_named = false;
            let key = K::deserialize(MemberName::new(name));
            match key.and_then(|key| Ok((key, self.reader.read()?))) {
                Ok(entry) => return Ok(Some(entry)),
                Err(mismatch) => self.reader.skip_misfit(self.value, mismatch)?,
            }
        }
        Ok(None)
    }
}

/// The value of a member of a derived type: it is there, or it is skipped.
pub(super) struct OneValue<'r, 'de> {
    reader: &'r mut Reader<'de>,
    /// Whether `null` says that there is none.
    may_be_null: bool,
}

impl<'r, 'de> OneValue<'r, 'de> {
    /// The value of what is asked for by one of these names: `FIELD`, `MEMBER`, `REPEATED_MEMBER`.
    #[inline]
    pub(super) fn named(name: &'static str, reader: &'r mut Reader<'de>) -> Self {
        if name == REPEATED_MEMBER && reader.is_lenient {
            // The one that was read before is skipped in favour of this one.
            reader.report(reader.cursor.at, Mismatch::Duplicate);
        }
        Self {
            reader,
            may_be_null: name != MEMBER,
        }
    }

    #[cold]
    fn skip<T>(&mut self, value: usize, mismatch: Mismatch) -> Result<Option<T>, Mismatch> {
        if !(self.may_be_null && self.reader.skip_null(value)) {
            self.reader.skip_misfit(value, mismatch)?;
        }
        Ok(None)
    }
}

impl<'de> SeqAccess<'de> for OneValue<'_, 'de> {
    type Error = Mismatch;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Mismatch> {
        let value = self.reader.cursor.at;
        match seed.deserialize(&mut *self.reader) {
            Ok(read) => Ok(Some(read)),
            Err(mismatch) => self.skip(value, mismatch),
        }
    }

    fn next_element<T: Deserialize<'de>>(&mut self) -> Result<Option<T>, Mismatch> {
        let value = self.reader.cursor.at;
        match self.reader.read() {
            Ok(read) => Ok(Some(read)),
            Err(mismatch) => self.skip(value, mismatch),
        }
    }
}
