use std::collections::BTreeMap;
use std::ops::Range;

use super::pointers::pointers;
use crate::json::decode_warnings::{DecodeWarnings, WARNINGS_TOLD};
use crate::json::mismatch::Mismatch;
use crate::json::{DecodeWarning, JsonKind, WarningReason};

/// How often an object is read again without a member that its type does not accept. One that has more of them is
/// skipped itself.
const CUTS_PER_OBJECT: u8 = 8;

/// So many bytes are read again whatever the length of the text, and so many texts more: objects that lie in each other
/// would otherwise be read again for each that encloses them.
const BYTES_AGAIN: usize = 64 * 1024;
const TEXTS_AGAIN: usize = 16;

/// What was skipped of a text.
#[derive(Default)]
pub(super) struct Repair {
    skipped: Vec<Skipped>,
    count: usize,
    /// The members without which their objects are read again: where each begins, and where it ends.
    cuts: BTreeMap<usize, usize>,
    /// How many members were cut from the object that begins at a position.
    cuts_of: BTreeMap<usize, u8>,
    /// What is read again.
    known: Range<usize>,
    /// How much was read again so far.
    bytes_again: usize,
}

/// A value that was skipped.
struct Skipped {
    at: usize,
    reason: WarningReason,
    kind: JsonKind,
}

impl Repair {
    /// Notes a value that was skipped.
    pub(super) fn report(&mut self, text: &[u8], at: usize, mismatch: Mismatch) {
        if self.known.contains(&at) {
            return;
        }
        self.count += 1;
        if self.skipped.len() < WARNINGS_TOLD {
            self.skipped.push(Skipped {
                at,
                reason: mismatch.reason(),
                kind: JsonKind::of(&text[at..]),
            });
            // Wording a warning takes longer than finding it.
            Mismatch::are_told(self.skipped.len() < WARNINGS_TOLD);
        }
    }

    /// Whether another member may be cut from an object, of which so much is then read again.
    pub(super) fn may_cut(&mut self, object: usize, read: usize) -> bool {
        let cuts = self.cuts_of.entry(object).or_default();
        *cuts += 1;
        self.bytes_again = self.bytes_again.saturating_add(read);
        *cuts <= CUTS_PER_OBJECT
    }

    /// Whether so much was read again that no more should be.
    pub(super) fn is_costly(&self, text: &[u8]) -> bool {
        self.bytes_again > BYTES_AGAIN + TEXTS_AGAIN * text.len()
    }

    /// Cuts a member, from its name to the end of its value.
    pub(super) fn cut(&mut self, member: usize, end: usize) {
        self.cuts.insert(member, end);
    }

    /// A part of the text is read again. What was skipped there is known.
    pub(super) fn is_read_again(&mut self, part: Range<usize>) {
        self.known = part;
    }

    /// The end of the member that begins here, if it was cut.
    pub(super) fn end_of_cut(&self, member: usize) -> Option<usize> {
        self.cuts.get(&member).copied()
    }

    /// The warnings, with pointers into the text.
    pub(super) fn into_warnings(self, text: &[u8]) -> DecodeWarnings {
        let pointers = pointers(text, self.skipped.iter().map(|skipped| skipped.at));
        let told = pointers.into_iter().zip(self.skipped);
        let told = told.map(|(pointer, Skipped { reason, kind, .. })| DecodeWarning {
            pointer,
            reason,
            kind,
        });
        DecodeWarnings::new(told.collect(), self.count)
    }
}

/// The warning for a value that was not skipped: it is the error.
pub(super) fn warning_at(text: &[u8], at: usize, mismatch: Mismatch) -> DecodeWarning {
    let mut repair = Repair::default();
    repair.report(text, at, mismatch);
    let warnings = repair.into_warnings(text);
    let mut warnings = warnings.iter().cloned();
    warnings.next().expect("one value was reported")
}
