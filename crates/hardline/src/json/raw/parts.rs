use std::cell::Cell;

use bytes::Bytes;
use serde::de::{Expected, Visitor};

use super::raw_json::{RawJson, slice_of};
use crate::json::{Mismatch, scan};

/// The names by which the raw types ask our reader for their parts.
pub(crate) const RAW_LIST: &str = "$hardline::RawList";
pub(crate) const RAW_MAP: &str = "$hardline::RawMap";

/// The elements of a list or the members of an object, undecoded: one text, and where each part ends.
#[derive(Clone, Default)]
pub(super) struct RawParts {
    /// With its brackets.
    text: Bytes,
    /// Where the comma or the bracket after each part is.
    ends: Box<[u32]>,
    /// All of it was held to JSON's grammar.
    pub(super) is_checked: bool,
}

impl RawParts {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A part, without the white space around it.
    pub(super) fn get(&self, index: usize) -> Option<&[u8]> {
        let end = *self.ends.get(index)?;
        let begin = match index {
            0 => 1,
            _ => self.ends[index - 1] as usize + 1,
        };
        Some(scan::trim(&self.text[begin..end as usize]))
    }

    /// A text that lies in a part, as a raw value.
    pub(super) fn raw(&self, text: &[u8]) -> RawJson {
        RawJson::of(self.text.slice_ref(text), self.is_checked)
    }

    /// The text with its brackets.
    pub(super) fn text(&self) -> &Bytes {
        &self.text
    }

    pub(super) fn detach(&mut self) {
        self.text = Bytes::copy_from_slice(&self.text);
    }

    /// Parts that are joined by commas between these brackets.
    ///
    /// # Errors
    /// They are longer than 4 GB.
    pub(super) fn join(
        brackets: [u8; 2],
        parts: impl IntoIterator<Item = RawPart>,
    ) -> Result<Self, TooLong> {
        let mut text = vec![brackets[0]];
        let mut ends = Vec::new();
        let mut is_checked = true;
        for part in parts {
            if !ends.is_empty() {
                text.push(b',');
            }
            if let Some(name) = part.name {
                text.extend_from_slice(&name);
                text.push(b':');
            }
            text.extend_from_slice(part.value.as_bytes());
            is_checked &= part.value.is_checked;
            ends.push(u32::try_from(text.len()).map_err(|_| TooLong)?);
        }
        text.push(brackets[1]);
        Ok(Self {
            text: text.into(),
            ends: ends.into(),
            is_checked,
        })
    }
}

/// An element, or a member with its name in quotes.
pub(super) struct RawPart {
    pub(super) name: Option<Vec<u8>>,
    pub(super) value: RawJson,
}

/// A list or map is longer than 4 GB.
#[derive(Debug)]
pub(super) struct TooLong;

pub(super) const TOO_LONG: &str = "a raw list or map must be shorter than 4 GB";

thread_local! {
    /// The parts that a reader hands over to the visitor that it calls next. No other deserializer can put any here.
    static HANDED_OVER: Cell<Option<RawParts>> = const { Cell::new(None) };
}

/// Hands the list or object that begins at `at` over to a visitor that asked for it by the name of a raw type, and says
/// where it ends. `closing` is the bracket that ends it.
///
/// # Errors
/// Another value begins here; or it cannot be split; or the visitor's error.
pub(crate) fn read_parts<'de, V: Visitor<'de>>(
    text: &'de [u8],
    at: usize,
    body: Option<&Bytes>,
    closing: u8,
    visitor: V,
) -> Result<(V::Value, usize), RefusedParts> {
    let (_take_back, end) = hand_over(text, at, body, closing, &visitor)?;
    match visitor.visit_unit() {
        Ok(value) => Ok((value, end)),
        Err(mismatch) => Err(RefusedParts {
            mismatch,
            end: Some(end),
        }),
    }
}

/// The part of [`read_parts`] that is compiled once for all visitors.
fn hand_over(
    text: &[u8],
    at: usize,
    body: Option<&Bytes>,
    closing: u8,
    expected: &dyn Expected,
) -> Result<(TakeBack, usize), RefusedParts> {
    if text.get(at) != Some(&opening(closing)) {
        return Err(Mismatch::expected(expected).into());
    }
    let (ends, end) = split(text, at, closing)?;
    let part = &text[at..end];
    let text = match body {
        Some(body) => slice_of(body, part),
        None => Bytes::copy_from_slice(part),
    };
    HANDED_OVER.set(Some(RawParts {
        text,
        ends,
        is_checked: false,
    }));
    Ok((TakeBack, end))
}

/// Takes back what the visitor did not take, even if it panics.
struct TakeBack;

impl Drop for TakeBack {
    fn drop(&mut self) {
        HANDED_OVER.set(None);
    }
}

/// A list or object that cannot be handed over.
pub(crate) struct RefusedParts {
    pub(crate) mismatch: Mismatch,
    /// Where it ends, if what is wrong with it leaves no doubt of that.
    pub(crate) end: Option<usize>,
}

impl From<Mismatch> for RefusedParts {
    fn from(mismatch: Mismatch) -> Self {
        Self {
            mismatch,
            end: None,
        }
    }
}

/// What our reader has handed over, if it is of this kind.
pub(super) fn handed_over(closing: u8) -> Option<RawParts> {
    HANDED_OVER
        .take()
        .filter(|parts| parts.text.last() == Some(&closing))
}

fn opening(closing: u8) -> u8 {
    if closing == b'}' { b'{' } else { b'[' }
}

/// Where the parts of the list or object at `at` end, and where it ends itself.
///
/// # Errors
/// It is not JSON, in a way that leaves unclear where its parts begin and end. What is wrong inside a part is found
/// when the part is read.
fn split(text: &[u8], at: usize, closing: u8) -> Result<(Box<[u32]>, usize), RefusedParts> {
    let mut ends = Vec::new();
    let split = scan::split(text, at, &mut ends).ok_or(Mismatch::Syntax)?;
    let list = &text[at..split.end];
    if list.last() != Some(&closing) {
        return Err(Mismatch::Syntax.into());
    }
    if let [end] = ends[..]
        && scan::trim(&list[1..end as usize]).is_empty()
    {
        return Ok((Box::default(), split.end));
    }
    if !is_split_well(list, &ends, closing, split.openings) {
        return Err(RefusedParts {
            mismatch: Mismatch::Invalid,
            end: Some(split.end),
        });
    }
    Ok((ends.into(), split.end))
}

/// Whether each part holds one value. `openings` counts the objects and lists in it.
fn is_split_well(list: &[u8], ends: &[u32], closing: u8, openings: usize) -> bool {
    let mut bracketed = 0;
    for value in values(list, ends, closing) {
        match value.map(is_bracketed) {
            Some(Some(is_bracketed)) => bracketed += usize::from(is_bracketed),
            Some(None) | None => return false,
        }
    }
    // Otherwise some part holds more than one value.
    bracketed == openings
        || values(list, ends, closing).flatten().all(|value| {
            is_bracketed(value) == Some(false) || scan::skip(value, 0) == Some(value.len())
        })
}

/// The value of each part, `None` where there is none.
fn values<'t>(list: &'t [u8], ends: &[u32], closing: u8) -> impl Iterator<Item = Option<&'t [u8]>> {
    let mut begin = 1;
    ends.iter().map(move |end| {
        let end = *end as usize;
        let part = scan::trim(&list[begin..end]);
        begin = end + 1;
        let value = match closing {
            b'}' => member(part)?.1,
            _ => part,
        };
        (!value.is_empty()).then_some(value)
    })
}

/// The name of a member in its quotes, and its value.
pub(super) fn member(part: &[u8]) -> Option<(&[u8], &[u8])> {
    if part.first() != Some(&b'"') {
        return None;
    }
    let (name, rest) = part.split_at_checked(scan::string(part, 0))?;
    let colon = scan::space(rest, 0);
    if rest.get(colon) != Some(&b':') {
        return None;
    }
    Some((name, scan::trim(&rest[colon + 1..])))
}

/// Whether a value is an object or a list; `None` if it begins like one, and does not end like one.
fn is_bracketed(value: &[u8]) -> Option<bool> {
    match value {
        [b'{', .., b'}'] | [b'[', .., b']'] => Some(true),
        [b'{' | b'[', ..] => None,
        _ => Some(false),
    }
}
