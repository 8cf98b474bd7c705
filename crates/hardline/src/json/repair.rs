//! Skips the parts of a JSON text that its type does not accept, so that one bad field never costs the whole.
//!
//! serde decodes a value in one go, and an error deep inside ends all of it. So the text is decoded until that fails;
//! the smallest member or element that contains the bad value is skipped, and decoding continues after it. It has to
//! restart at the root, since only the root's type is known. To stay linear however many bad values there are, an
//! attempt *shows* only the one part of each enclosing object and list that leads to the position, and continues from
//! the position itself. Objects that are shown in part may seem to lack members that they have; one that fails at its
//! end is shown whole, once, before it is blamed. When no bad value is left, the text is decoded a last time, whole
//! except for the skipped parts.
//!
//! ```text
//! text       {"a":1,"list":[{"x":1},{"x":"?"},{"x":2}],"b":3}
//! attempt 1  fails at "?"                              -> skipped
//! attempt 2  {"list":[{},{"x":2}],"b":3}                 lacks x -> the element is skipped
//! attempt 3  {"list":[{"x":2}],"b":3}                    no bad value is left, but the root was shown in part
//! attempt 4  {"a":1,"list":[{"x":1},{"x":2}],"b":3}      done
//! ```

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::json::ReadError;
use crate::json::decode_warning::{DecodeWarning, JsonKind, WarningReason};
use crate::json::mismatch::Mismatch;
use crate::json::reader::{DEPTH, Next, Open, Reader};
use crate::json::scan;

/// How many warnings are reported one by one. A hostile body can have millions.
const FAULTS_TOLD: usize = 64;

/// No struct has a field with a name longer than this, so the text of such a name does not matter.
const NAME_LIMIT: usize = 512;

/// If less than this was read of an object when a part of it failed, it is shown whole at once, so often.
const SMALL: usize = 1024;
const SMALL_SHOWN: u8 = 8;

/// The parts of a response that were skipped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecodeWarnings {
    told: Vec<DecodeWarning>,
    count: usize,
}

impl DecodeWarnings {
    /// How many parts were skipped.
    pub fn count(&self) -> usize {
        self.count
    }

    /// True if nothing was skipped.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The first 64 warnings.
    pub fn iter(&self) -> impl Iterator<Item = &DecodeWarning> {
        self.told.iter()
    }

    pub(crate) fn push(&mut self, warning: DecodeWarning) {
        self.count += 1;
        if self.told.len() < FAULTS_TOLD {
            self.told.push(warning);
        }
    }

    pub(crate) fn append(&mut self, others: Self) {
        self.count += others.count;
        let left = FAULTS_TOLD - self.told.len();
        self.told.extend(others.told.into_iter().take(left));
    }

    /// The same for the value that the one with these parts lies in, at this pointer.
    pub(crate) fn below(mut self, pointer: &str) -> Self {
        for warning in &mut self.told {
            warning.pointer.insert_str(0, pointer);
        }
        self
    }
}

impl FromIterator<DecodeWarning> for DecodeWarnings {
    fn from_iter<I: IntoIterator<Item = DecodeWarning>>(warnings: I) -> Self {
        let mut told: Vec<_> = warnings.into_iter().collect();
        let count = told.len();
        told.truncate(FAULTS_TOLD);
        Self { told, count }
    }
}

/// What a reader knows about the bad values of its text, once it has found one.
#[derive(Default)]
pub(crate) struct Repair<'de> {
    /// The skipped parts, in the order of the text. No two overlap.
    cuts: Vec<Cut>,
    /// The first of them after the position up to which the text has been read.
    next_cut: usize,
    /// The parts that failed, innermost first, each with the object or list that contains it.
    trail: Vec<Step>,
    /// The object or list that failed as a whole rather than in a part: where it begins, and whether all of it was
    /// shown.
    failed_whole: Option<(usize, bool)>,
    /// The value failed only because of its kind: every other value of that kind would fail too.
    pub(crate) is_by_kind: bool,
    /// The path to the position from which the attempt continues: objects and lists from the root inwards.
    way: Vec<Shown<'de>>,
    /// How many steps of the path have been taken.
    gone: usize,
    /// How many attempts were made since something was last skipped.
    idle: usize,
    warnings: DecodeWarnings,
}

/// Neighbouring members or elements that are skipped.
#[derive(Clone, Copy)]
pub(crate) struct Cut {
    begin: usize,
    /// After the last value.
    pub(crate) end: usize,
    pub(crate) parts: usize,
}

/// A member or an element in an object or a list.
struct Step {
    depth: usize,
    begin: usize,
    is_object: bool,
    index: usize,
    part: usize,
    value: usize,
}

/// What an attempt shows of an object or a list: all of it, or everything from a position on.
pub(crate) struct Shown<'de> {
    begin: usize,
    pub(crate) is_whole: bool,
    pub(crate) at: usize,
    pub(crate) index: usize,
    pub(crate) next: Next,
    /// Where the part's value begins, if the part has a long name.
    value: Option<usize>,
    /// How often it was shown whole because it is small.
    small: u8,
    /// The names of the members that were passed. They serve to skip the later of two members with the same name in an
    /// object that is not shown whole: its type does not see that there are two.
    names: Option<BTreeSet<Cow<'de, str>>>,
}

impl<'de> Repair<'de> {
    pub(crate) fn is_told(&self) -> bool {
        self.warnings.told.len() < FAULTS_TOLD
    }

    pub(crate) fn next_cut_begins(&self) -> usize {
        let next_cut = self.cuts.get(self.next_cut);
        next_cut.map_or(usize::MAX, |cut| cut.begin)
    }

    /// The cut that begins at this part.
    pub(crate) fn cut_from(&mut self, part: usize) -> Option<Cut> {
        while let Some(cut) = self.cuts.get(self.next_cut) {
            if cut.begin >= part {
                return Some(*cut).filter(|cut| cut.begin == part);
            }
            self.next_cut += 1;
        }
        None
    }

    /// What is shown of the object or list that begins here, if it is on the path.
    pub(crate) fn shown_from(&mut self, begin: usize) -> Option<(usize, &Shown<'de>)> {
        let shown = self.way.get(self.gone)?;
        if shown.begin != begin {
            return None;
        }
        self.gone += 1;
        Some((self.gone - 1, shown))
    }

    pub(crate) fn value_behind_long_name(&self, shown: usize) -> Option<usize> {
        self.way[shown].value
    }

    pub(crate) fn repeats(&mut self, shown: usize, name: Cow<'de, str>) -> bool {
        match &mut self.way[shown].names {
            Some(names) => !names.insert(name),
            None => false,
        }
    }

    /// The part that is being read has failed.
    #[cold]
    pub(crate) fn blame(&mut self, open: &mut Open) {
        open.has_failed = true;
        // A type may have ignored an earlier failure.
        if self
            .trail
            .last()
            .is_some_and(|last| last.depth <= open.depth)
        {
            self.trail.clear();
        }
        self.trail.push(Step {
            depth: open.depth,
            begin: open.begin,
            is_object: open.is_object,
            index: open.index,
            part: open.part,
            value: open.value,
        });
    }

    /// The object or list itself has failed, not a part of it.
    #[cold]
    pub(crate) fn blame_whole(&mut self, open: &Open) {
        self.trail.clear();
        self.failed_whole = Some((open.begin, open.is_whole));
    }

    /// What is shown of the object or list that begins here, at this depth.
    fn show(&mut self, depth: usize, begin: usize) -> &mut Shown<'de> {
        if self.way.get(depth).is_none_or(|shown| shown.begin != begin) {
            self.way.truncate(depth);
            self.way.push(Shown {
                begin,
                is_whole: true,
                at: begin + 1,
                index: 0,
                next: Next::First,
                value: None,
                small: 0,
                names: None,
            });
        }
        &mut self.way[depth]
    }

    /// Prepares the next attempt.
    fn begin(&mut self) {
        self.gone = 0;
        self.is_by_kind = false;
        self.failed_whole = None;
        self.trail.clear();
        Mismatch::are_told(self.is_told());
        // The part that was skipped last is near.
        self.next_cut = match self.way.last() {
            Some(shown) => {
                let cuts = self.cuts.iter();
                let behind = cuts.rev().take_while(|cut| cut.begin >= shown.at).count();
                self.cuts.len() - behind
            }
            None => 0,
        };
    }
}

impl<'de> Reader<'de> {
    /// Whether the whole text was decoded, except for the skipped parts; otherwise that attempt is prepared.
    pub(crate) fn is_done(&mut self) -> bool {
        let Some(repair) = &mut self.repair else {
            return true;
        };
        let is_done = repair.way.first().is_none_or(|root| root.is_whole);
        if !is_done {
            repair.way.clear();
            self.begin_again();
        }
        is_done
    }

    pub(crate) fn into_faults(self) -> DecodeWarnings {
        self.repair
            .map(|repair| repair.warnings)
            .unwrap_or_default()
    }

    /// What is known about the bad values.
    pub(crate) fn repair(&mut self) -> &mut Repair<'de> {
        self.repair.get_or_insert_default()
    }

    /// Skips the part that failed, and prepares the next attempt.
    ///
    /// # Errors
    /// The part cannot be skipped: the text is not JSON, or the part is the whole text.
    #[cold]
    pub(crate) fn leave_out(&mut self, unfit: Mismatch) -> Result<(), ReadError> {
        if unfit == Mismatch::Syntax {
            return Err(ReadError::Syntax);
        }
        let repair = self.repair();
        let trail = std::mem::take(&mut repair.trail);
        let shown_in_part = match repair.failed_whole {
            Some((begin, false)) => Some(begin),
            _ => None,
        };
        let cut = match (trail.first(), shown_in_part) {
            (Some(part), None) => Some(self.cut(part, &trail, unfit)?),
            (None, None) => return Err(ReadError::Shape(self.fault_of_all(unfit)?)),
            (_, Some(_)) => None,
        };
        // Each open object and list is shown whole once. A type that still fails does not depend on its value alone.
        let repair = self.repair();
        repair.idle = if cut.is_some() { 0 } else { repair.idle + 1 };
        if repair.idle > 2 * DEPTH {
            return Err(ReadError::Shape(self.fault_of_all(Mismatch::Invalid)?));
        }
        self.lead(&trail, cut, shown_in_part);
        self.repair().trail = trail;
        self.begin_again();
        Ok(())
    }

    fn begin_again(&mut self) {
        (self.at, self.depth) = (0, 0);
        let repair = self.repair();
        repair.begin();
        self.next_cut_begins = repair.next_cut_begins();
    }

    /// The warning for the whole text. The text is not known to be JSON until all of it has been read.
    fn fault_of_all(&mut self, unfit: Mismatch) -> Result<DecodeWarning, ReadError> {
        self.at = 0;
        self.skip_value()
            .and_then(|()| self.end())
            .map_err(|_| ReadError::Syntax)?;
        Ok(DecodeWarning {
            pointer: String::new(),
            reason: unfit.reason(),
            kind: JsonKind::of(self.text),
        })
    }

    /// Skips a part, and those after it in the same list that are sure to fail for the same reason.
    fn cut(&mut self, part: &Step, trail: &[Step], unfit: Mismatch) -> Result<Cut, ReadError> {
        let mut cut = Cut {
            begin: part.part,
            end: self.end_of_value(part.value)?,
            parts: 1,
        };
        let kind = JsonKind::of(&self.text[part.value..]);
        let repair = self.repair();
        let is_by_kind = repair.is_by_kind && repair.failed_whole.is_none() && !part.is_object;
        let reason = unfit.reason();
        self.tell(trail, 0, &reason, kind);
        while is_by_kind && self.peek() == Ok(b',') {
            self.at += 1;
            if self.peek().is_err() || JsonKind::of(&self.text[self.at..]) != kind {
                break;
            }
            cut.end = self.end_of_value(self.at)?;
            self.tell(trail, cut.parts, &reason, kind);
            cut.parts += 1;
        }
        let cuts = &mut self.repair().cuts;
        // Parts that were skipped inside it are now covered by it.
        while cuts.last().is_some_and(|inside| inside.begin > cut.begin) {
            cuts.pop();
        }
        cuts.push(cut);
        Ok(cut)
    }

    fn end_of_value(&mut self, value: usize) -> Result<usize, ReadError> {
        self.at = value;
        self.skip_value().map_err(|_| ReadError::Syntax)?;
        Ok(self.at)
    }

    /// Continues after a member that appears a second time.
    pub(crate) fn leave_out_repeated(&mut self, open: &mut Open) -> Result<(), Mismatch> {
        self.at = open.value;
        self.skip_value()?;
        let cut = Cut {
            begin: open.part,
            end: self.at,
            parts: 1,
        };
        let cuts = &mut self.repair().cuts;
        let place = cuts.partition_point(|earlier| earlier.begin < cut.begin);
        cuts.insert(place, cut);
        let kind = JsonKind::of(&self.text[open.value..]);
        if self.repair().is_told() {
            let mut pointer = String::new();
            let way = self.repair.iter().flat_map(|repair| &repair.way);
            for shown in way.take(open.depth) {
                let is_object = self.text[shown.begin] == b'{';
                self.point(is_object.then_some(shown.at), shown.index, &mut pointer);
            }
            self.point(Some(open.part), open.index, &mut pointer);
            self.repair().warnings.told.push(DecodeWarning {
                pointer,
                reason: Mismatch::Duplicate.reason(),
                kind,
            });
        }
        self.repair().warnings.count += 1;
        Ok(())
    }

    /// Reports a skipped part, or the one that follows it after so many others.
    fn tell(&mut self, trail: &[Step], behind: usize, reason: &WarningReason, kind: JsonKind) {
        let repair = self.repair();
        repair.warnings.count += 1;
        if !repair.is_told() {
            return;
        }
        let mut pointer = String::new();
        for (place, step) in trail.iter().enumerate().rev() {
            let index = step.index + if place == 0 { behind } else { 0 };
            self.point(step.is_object.then_some(step.part), index, &mut pointer);
        }
        self.repair().warnings.told.push(DecodeWarning {
            pointer,
            reason: reason.clone(),
            kind,
        });
    }

    /// Adds the name of the member that begins here, or the index of an element.
    fn point(&self, member: Option<usize>, index: usize, pointer: &mut String) {
        pointer.push('/');
        match member {
            Some(member) => {
                let end = scan::string(self.text, member);
                let name = Reader::new(&self.text[member..end]).string();
                let name = name.unwrap_or(Cow::Borrowed("\u{fffd}"));
                let name: String = name.chars().take(NAME_LIMIT).collect();
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
            None => pointer.push_str(&index.to_string()),
        }
    }

    /// Sets the path to the skipped part, after which the next attempt continues, or to the object or list that it
    /// shows whole.
    fn lead(&mut self, trail: &[Step], cut: Option<Cut>, show_whole: Option<usize>) {
        for (depth, step) in trail.iter().rev().enumerate() {
            let is_innermost = depth + 1 == trail.len();
            let shown = self.repair().show(depth, step.begin);
            match cut {
                Some(cut) if is_innermost => {
                    let is_small = step.is_object
                        && step.part - step.begin <= SMALL
                        && shown.small < SMALL_SHOWN;
                    if is_small {
                        shown.small += 1;
                        shown.all();
                        continue;
                    }
                    shown.from(cut.end, step.index + cut.parts - 1, Next::Further);
                    if step.is_object && shown.names.is_none() {
                        let names = self.names_before(step);
                        self.repair().way[depth].names = Some(names);
                    }
                }
                _ => {
                    shown.from(step.part, step.index, Next::Here);
                    shown.value = (step.value - step.part > NAME_LIMIT).then_some(step.value);
                }
            }
        }
        let mut length = trail.len();
        if let Some(begin) = show_whole {
            self.repair().show(length, begin).all();
            length += 1;
        }
        self.repair().way.truncate(length);
    }

    /// The names of the members before this one that are not skipped.
    fn names_before(&mut self, step: &Step) -> BTreeSet<Cow<'de, str>> {
        let mut names = BTreeSet::new();
        self.at = step.begin + 1;
        while self.peek() == Ok(b'"') && self.at < step.part {
            let at = self.at;
            let cuts = &self.repair().cuts;
            let is_cut = cuts.binary_search_by_key(&at, |cut| cut.begin).is_ok();
            let name = self.string();
            let passed = self.expect(b':').and_then(|()| self.skip_value());
            if let (Ok(name), false) = (name, is_cut) {
                names.insert(name);
            }
            if passed.and_then(|()| self.expect(b',')).is_err() {
                break;
            }
        }
        names
    }
}

impl Shown<'_> {
    fn all(&mut self) {
        self.from(self.begin + 1, 0, Next::First);
        self.is_whole = true;
        self.names = None;
    }

    fn from(&mut self, at: usize, index: usize, next: Next) {
        (self.at, self.index, self.next) = (at, index, next);
        self.is_whole = false;
        self.value = None;
    }
}

#[cfg(test)]
mod tests;
