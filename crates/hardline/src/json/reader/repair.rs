use std::collections::BTreeMap;
use std::ops::Range;

use super::pointers::pointers;
use crate::json::decode_warnings::{DecodeWarnings, WARNINGS_TOLD};
use crate::json::mismatch::Mismatch;
use crate::json::{DecodeWarning, JsonKind, WarningReason};

/// How often an object is read again without a member that its type does not accept. One that has more of them is
/// skipped itself.
const CUTS_PER_OBJECT: u8 = 8;

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

    /// Whether another member may be cut from the object that begins here.
    pub(super) fn may_cut(&mut self, object: usize) -> bool {
        let cuts = self.cuts_of.entry(object).or_default();
        *cuts += 1;
        *cuts <= CUTS_PER_OBJECT
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
