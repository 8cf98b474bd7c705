//! Cuts out of a JSON text what its type does not accept, so that one bad field never costs the whole.
//!
//! The text is decoded until that fails; the place of the failure names the smallest member or element that holds the
//! fault; it is left out, and decoding goes on behind it. To stay linear however many faults there are, a round does not
//! decode again what is known to be good: it decodes the *frame* of what is open (`{"list":[`) with the rest of the text
//! behind it. In a frame the members that were passed are missing, so a failure at the end of an object may be a
//! member that is missing in the frame only; then that one object is decoded in full, once.
//!
//! ```text
//! text   {"a":1,"list":[{"x":1},{"x":"?"},{"x":2}],"b":3}
//! round 1 fails at "?"         -> left out; the rest begins behind it
//! round 2 {"list":[{ },{"x":2}],"b":3}      fails at the } : x is missing, in full as well -> the element is left out
//! round 3 {"list":[{"x":2}],"b":3}          fails at the } : a is missing, in full it is not -> done
//! ```

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::wire::fault::{Fault, FaultReason, JsonKind};
use crate::wire::scan;

/// How many faults are told one by one. A hostile body can have millions.
const FAULTS_TOLD: usize = 64;

/// A name longer than this is no field of a struct, and its text does not matter.
const NAME_LIMIT: usize = 512;

/// What was left out of a response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    told: Vec<Fault>,
    count: usize,
}

impl Faults {
    /// How many there were.
    pub fn count(&self) -> usize {
        self.count
    }

    /// True where nothing was left out.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The first 64 of them.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.told.iter()
    }
}

/// The text without what `decode` does not accept, and what that was. `first` is the failure of decoding it as it is.
///
/// # Errors
/// The fault that cannot be left out because it is the whole text.
pub(crate) fn repair(
    text: &[u8],
    first: &serde_json::Error,
    decode: &mut dyn FnMut(&[u8]) -> Result<(), serde_json::Error>,
) -> Result<(Vec<u8>, Faults), Fault> {
    let whole = |error: &serde_json::Error| Fault {
        pointer: String::new(),
        reason: FaultReason::of(error),
        kind: JsonKind::of(text),
    };
    let begin = scan::space(text, 0);
    if !matches!(text.get(begin), Some(b'{' | b'[')) {
        return Err(whole(first));
    }
    let mut repair = Repair::new(text, begin);
    let mut failed_at = offset(text, first);
    let mut later;
    let mut error = first;
    loop {
        let round = match repair.advance(failed_at) {
            Place::Part(part) => {
                repair.leave_out(&part, Reason::Error(error));
                repair.frame()
            }
            Place::End(end) if !repair.is_in_full(end) => repair.frame_in_full(end),
            Place::End(end) if repair.open.len() > 1 => {
                repair.leave_out_last(end, Reason::Error(error));
                repair.frame()
            }
            Place::End(_) | Place::Nowhere => return Err(whole(error)),
        };
        match decode(&repair.work[round..]) {
            Ok(()) => break,
            Err(again) => {
                failed_at = round + offset(&repair.work[round..], &again);
                later = again;
                error = &later;
            }
        }
    }
    repair.advance(usize::MAX);
    Ok((repair.good, repair.faults))
}

/// What a failure to decode the text is to be blamed on: the smallest member or element that holds it.
#[cfg(feature = "by-name")]
pub(crate) fn blame(text: &[u8], error: &serde_json::Error) -> Fault {
    let begin = scan::space(text, 0);
    let mut repair = Repair::new(text, begin);
    match repair.advance(offset(text, error)) {
        Place::Part(part) => repair.leave_out(&part, Reason::Error(error)),
        Place::End(end) if repair.open.len() > 1 => {
            repair.leave_out_last(end, Reason::Error(error));
        }
        Place::End(_) | Place::Nowhere => {}
    }
    repair.faults.told.pop().unwrap_or(Fault {
        pointer: String::new(),
        reason: FaultReason::of(error),
        kind: JsonKind::of(text),
    })
}

/// Why something is left out, before anybody is told: to word it takes longer than to find it.
enum Reason<'a> {
    Error(&'a serde_json::Error),
    Duplicate,
}

/// Where decoding failed: how much of the text was read.
fn offset(text: &[u8], error: &serde_json::Error) -> usize {
    let mut line_begin = 0;
    for _ in 1..error.line() {
        let rest = &text[line_begin..];
        line_begin += rest
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(rest.len(), |newline| newline + 1);
    }
    line_begin + error.column()
}

struct Repair<'a> {
    text: &'a [u8],
    /// The text, in which what stands before `at` gives way to the frame of a round.
    work: Vec<u8>,
    /// What stands before is settled: it is in `good`, or left out.
    at: usize,
    good: Vec<u8>,
    /// The objects and lists that hold `at`, from the whole text inwards.
    open: Vec<Open<'a>>,
    /// The end of the object that the last round decoded in full.
    in_full: usize,
    faults: Faults,
}

/// An object or a list that is open at the place that was reached.
struct Open<'a> {
    name: Name,
    is_object: bool,
    /// Where its name, and a comma before that, begin in the good text.
    begins: usize,
    /// Where its bracket stands in the good text.
    bracket: usize,
    /// How many of its members or elements were passed.
    passed: usize,
    /// The names of the members that are in the good text.
    kept: BTreeSet<Cow<'a, [u8]>>,
    /// Something in it was left out, so that the frame does not show its earlier members.
    is_cut: bool,
}

#[derive(Clone)]
enum Name {
    Whole,
    /// The quoted name: where it begins and ends in the text.
    Member(usize, usize),
    Element(usize),
}

/// A member or an element.
struct Part {
    name: Name,
    value: usize,
    end: usize,
    /// Where the next one begins, or the closing bracket stands.
    next: usize,
    /// The comma or bracket behind it.
    delimiter: usize,
}

/// What a failure is to be blamed on.
enum Place {
    /// A member or element.
    Part(Part),
    /// The innermost open object or list as a whole, which ends here.
    End(usize),
    /// Nothing that is open.
    Nowhere,
}

impl<'a> Repair<'a> {
    fn new(text: &'a [u8], begin: usize) -> Self {
        let mut repair = Self {
            text,
            work: text.to_vec(),
            at: begin,
            good: Vec::with_capacity(text.len()),
            open: Vec::new(),
            in_full: 0,
            faults: Faults::default(),
        };
        repair.enter(Name::Whole, begin);
        repair
    }

    /// Goes on to the smallest part that holds the place, keeping all that is passed.
    fn advance(&mut self, place: usize) -> Place {
        while let Some(open) = self.open.last() {
            if matches!(self.text.get(self.at), Some(b'}' | b']') | None) {
                let end = self.at + 1;
                if place <= end {
                    return Place::End(end);
                }
                self.leave(end);
                continue;
            }
            let part = self.part_at(self.at, open);
            let is_inside = place > part.value && place < part.end;
            if is_inside && matches!(self.text[part.value], b'{' | b'[') {
                self.enter(part.name, part.value);
            } else if place <= part.delimiter {
                return Place::Part(part);
            } else if self.repeats(&part) {
                self.leave_out(&part, Reason::Duplicate);
            } else {
                self.keep(&part);
            }
        }
        Place::Nowhere
    }

    fn part_at(&self, at: usize, open: &Open<'_>) -> Part {
        let (name, value) = if open.is_object {
            let name_end = scan::string(self.text, at);
            let colon = scan::space(self.text, name_end);
            (
                Name::Member(at, name_end),
                scan::space(self.text, colon + 1),
            )
        } else {
            (Name::Element(open.passed), at)
        };
        let end = scan::value(self.text, value);
        let delimiter = scan::space(self.text, end);
        let is_last = self.text.get(delimiter) != Some(&b',');
        let next = if is_last {
            delimiter
        } else {
            scan::space(self.text, delimiter + 1)
        };
        Part {
            name,
            value: value.min(self.text.len() - 1),
            end,
            next,
            delimiter,
        }
    }

    fn enter(&mut self, name: Name, bracket: usize) {
        let begins = self.good.len();
        self.write_name(&name);
        self.open.push(Open {
            name,
            is_object: self.text[bracket] == b'{',
            begins,
            bracket: self.good.len(),
            passed: 0,
            kept: BTreeSet::new(),
            is_cut: false,
        });
        self.good.push(self.text[bracket]);
        self.at = scan::space(self.text, bracket + 1);
    }

    fn leave(&mut self, end: usize) {
        self.good.extend(self.text.get(self.at));
        if let Some(left) = self.open.pop() {
            self.remember(&left.name);
        }
        self.pass(end);
    }

    fn keep(&mut self, part: &Part) {
        self.write_name(&part.name);
        self.good
            .extend_from_slice(&self.text[part.value..part.end]);
        self.remember(&part.name);
        self.pass_to(part.next);
    }

    fn leave_out(&mut self, part: &Part, reason: Reason<'_>) {
        self.tell(
            &part.name,
            reason,
            JsonKind::of(&self.text[part.value..part.end]),
        );
        self.pass_to(part.next);
    }

    /// Leaves out the innermost open object or list, which ends here.
    fn leave_out_last(&mut self, end: usize, reason: Reason<'_>) {
        if let Some(last) = self.open.pop() {
            self.good.truncate(last.begins);
            self.tell(
                &last.name,
                reason,
                if last.is_object {
                    JsonKind::Object
                } else {
                    JsonKind::Array
                },
            );
        }
        self.pass(end);
    }

    /// Goes on behind a value that ends here, and behind the comma that follows it.
    fn pass(&mut self, end: usize) {
        let delimiter = scan::space(self.text, end);
        let is_last = self.text.get(delimiter) != Some(&b',');
        self.pass_to(if is_last {
            delimiter
        } else {
            scan::space(self.text, delimiter + 1)
        });
    }

    fn pass_to(&mut self, next: usize) {
        self.at = next;
        if let Some(open) = self.open.last_mut() {
            open.passed += 1;
        }
    }

    fn tell(&mut self, name: &Name, reason: Reason<'_>, kind: JsonKind) {
        for open in &mut self.open {
            open.is_cut = true;
        }
        if self.faults.told.len() < FAULTS_TOLD {
            let mut pointer = String::new();
            for name in self.open.iter().map(|open| &open.name).chain([name]) {
                self.point(name, &mut pointer);
            }
            let reason = match reason {
                Reason::Error(error) => FaultReason::of(error),
                Reason::Duplicate => FaultReason::Duplicate,
            };
            self.faults.told.push(Fault {
                pointer,
                reason,
                kind,
            });
        }
        self.faults.count += 1;
    }

    fn point(&self, name: &Name, pointer: &mut String) {
        match name {
            Name::Whole => {}
            Name::Element(index) => pointer.push_str(&format!("/{index}")),
            Name::Member(begin, end) => {
                let name = unquote(&self.text[*begin..*end]);
                let name = String::from_utf8_lossy(&name[..name.len().min(NAME_LIMIT)]);
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
        }
    }

    /// In an object of which something was left out, the later of two members of one name goes too: the frame does not
    /// show the earlier, so decoding would not see that there are two.
    fn repeats(&self, part: &Part) -> bool {
        let (Some(open), Name::Member(begin, end)) = (self.open.last(), &part.name) else {
            return false;
        };
        open.is_cut && open.kept.contains(&unquote(&self.text[*begin..*end]))
    }

    fn remember(&mut self, name: &Name) {
        if let (Some(open), Name::Member(begin, end)) = (self.open.last_mut(), name) {
            open.kept.insert(unquote(&self.text[*begin..*end]));
        }
    }

    fn write_name(&mut self, name: &Name) {
        if !matches!(self.good.last(), None | Some(b'{' | b'[')) {
            self.good.push(b',');
        }
        if let Name::Member(begin, end) = name {
            self.good.extend_from_slice(&self.text[*begin..*end]);
            self.good.push(b':');
        }
    }

    /// Writes what is open before the rest of the text, and says where it begins.
    fn frame(&mut self) -> usize {
        let mut frame = Vec::new();
        for open in &self.open {
            self.frame_name(&open.name, &mut frame);
            frame.push(if open.is_object { b'{' } else { b'[' });
        }
        self.write_before(self.at, &frame)
    }

    /// As [`frame`](Repair::frame), with all that is good of the innermost open object, which ends here.
    fn frame_in_full(&mut self, end: usize) -> usize {
        let mut frame = Vec::new();
        for (index, open) in self.open.iter().enumerate() {
            self.frame_name(&open.name, &mut frame);
            if index + 1 == self.open.len() {
                frame.extend_from_slice(&self.good[open.bracket..]);
                frame.extend(self.text.get(self.at));
            } else {
                frame.push(if open.is_object { b'{' } else { b'[' });
            }
        }
        self.in_full = end;
        self.write_before(end, &frame)
    }

    fn is_in_full(&self, end: usize) -> bool {
        self.in_full == end
    }

    fn frame_name(&self, name: &Name, frame: &mut Vec<u8>) {
        if let Name::Member(begin, end) = *name {
            let is_long = end - begin > NAME_LIMIT;
            frame.extend_from_slice(if is_long {
                b"\"\""
            } else {
                &self.text[begin..end]
            });
            frame.push(b':');
        }
    }

    /// A frame is made of parts of the text before `end`, so there is room for it.
    fn write_before(&mut self, end: usize, frame: &[u8]) -> usize {
        let begin = end.saturating_sub(frame.len());
        self.work[begin..end].copy_from_slice(&frame[frame.len() - (end - begin)..]);
        begin
    }
}

/// The name of a member, without quotes and escapes.
fn unquote(quoted: &[u8]) -> Cow<'_, [u8]> {
    let inside = quoted
        .get(1..quoted.len().saturating_sub(1))
        .unwrap_or_default();
    if !inside.contains(&b'\\') {
        return Cow::Borrowed(inside);
    }
    match serde_json::from_slice::<String>(quoted) {
        Ok(name) => Cow::Owned(name.into_bytes()),
        Err(_) => Cow::Borrowed(inside),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde::de::DeserializeOwned;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Root {
        id: String,
        count: Option<u64>,
        #[serde(default)]
        list: Vec<Item>,
        #[serde(default)]
        map: BTreeMap<String, bool>,
        inner: Option<Inner>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Item {
        x: u64,
        y: Option<String>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Inner {
        #[serde(default)]
        lists: Vec<Vec<u64>>,
        needed: bool,
    }

    fn decode<T: DeserializeOwned>(text: &str) -> Result<(T, Vec<String>), String> {
        let first = match serde_json::from_str::<T>(text) {
            Ok(value) => return Ok((value, Vec::new())),
            Err(error) => error,
        };
        let mut decode = |text: &[u8]| serde_json::from_slice::<T>(text).map(drop);
        let (good, faults) =
            repair(text.as_bytes(), &first, &mut decode).map_err(|fault| fault.to_string())?;
        let value = serde_json::from_slice(&good).map_err(|error| error.to_string())?;
        Ok((value, faults.iter().map(ToString::to_string).collect()))
    }

    fn root(text: &str) -> (Root, Vec<String>) {
        decode(text).unwrap()
    }

    fn item(x: u64) -> Item {
        Item { x, y: None }
    }

    #[test]
    fn a_bad_optional_member_costs_itself() {
        let (value, faults) = root(r#"{"count": "many", "id": "a", "list": [{"x": 1}]}"#);
        assert_eq!(
            (value.id.as_str(), value.count, value.list),
            ("a", None, vec![item(1)])
        );
        assert_eq!(faults, ["/count is a string, not u64"]);
        let (value, faults) = root(r#"{"id": "a", "list": {"x": 1}, "count": 2}"#);
        assert_eq!((value.count, value.list), (Some(2), vec![]));
        assert_eq!(faults, ["/list is an object, not a sequence"]);
    }

    #[test]
    fn a_bad_element_costs_itself() {
        let (value, faults) = root(
            "{\n \"id\": \"a\",\n \"list\": [\n {\"x\": 1}, null, {\"x\": \"?\"},\n {\"x\": 2, \"y\": 3}, {}, 5, [] ,{\"x\": 4}]}",
        );
        assert_eq!(value.list, [item(1), item(2), item(4)]);
        assert_eq!(
            faults,
            [
                "/list/1 is null, not struct Item",
                "/list/2/x is a string, not u64",
                "/list/2 lacks x",
                "/list/3/y is a number, not a string",
                "/list/4 lacks x",
                "/list/5 is a number, not struct Item",
                "/list/6 is a list, not struct Item with 2 elements",
            ]
        );
    }

    #[test]
    fn a_bad_map_entry_costs_itself() {
        let (value, faults) =
            root(r#"{"map": {"a": true, "b/~": 1, "c": false, "d": [1]}, "id": "a"}"#);
        assert_eq!(
            value.map,
            BTreeMap::from([("a".to_owned(), true), ("c".to_owned(), false)])
        );
        assert_eq!(
            faults,
            [
                "/map/b~1~0 is a number, not a boolean",
                "/map/d is a list, not a boolean"
            ]
        );
    }

    #[test]
    fn a_struct_that_lacks_what_it_needs_goes_as_one() {
        let (value, faults) =
            root(r#"{"id": "a", "inner": {"lists": [[1, -1], ["x"], 2, [3]]}, "count": 1}"#);
        assert_eq!((value.inner, value.count), (None, Some(1)));
        assert_eq!(faults.last().unwrap(), "/inner lacks needed");
        let (value, _) =
            root(r#"{"id": "a", "inner": {"needed": true, "lists": [[1, -1], ["x"], 2, [3]]}}"#);
        assert_eq!(
            value.inner,
            Some(Inner {
                lists: vec![vec![1], vec![], vec![3]],
                needed: true
            })
        );
        let (value, _) =
            root(r#"{"id": "a", "inner": {"lists": [[1, -1], ["x"], 2, [3]], "needed": true}}"#);
        assert_eq!(
            value.inner,
            Some(Inner {
                lists: vec![vec![1], vec![], vec![3]],
                needed: true
            })
        );
    }

    #[test]
    fn of_two_members_of_one_name_the_later_goes() {
        let (value, faults) =
            root(r#"{"id": "a", "count": 1, "id": "b", "count": 2, "i\u0064": "c"}"#);
        assert_eq!((value.id.as_str(), value.count), ("a", Some(1)));
        assert_eq!(
            faults,
            [
                "/id stands there twice",
                "/count stands there twice",
                "/id stands there twice"
            ]
        );
    }

    #[test]
    fn what_the_whole_lacks_is_the_error() {
        assert_eq!(
            decode::<Root>(r#"{"count": 1}"#).unwrap_err(),
            "the answer lacks id"
        );
        assert_eq!(
            decode::<Root>(r#"{"count": "x", "list": [1]}"#).unwrap_err(),
            "the answer lacks id"
        );
        assert_eq!(
            decode::<Root>(r#"{"id": 5}"#).unwrap_err(),
            "the answer lacks id"
        );
        assert_eq!(
            decode::<Root>("5").unwrap_err(),
            "the answer is a number, not struct Root"
        );
    }

    #[test]
    fn broken_strings_and_numbers_cost_themselves() {
        let (value, faults) =
            root(r#"{"id": "a", "list": [{"x": 1, "y": "\ud800"}, {"x": 1e999}, {"x": 2}]}"#);
        assert_eq!(value.list, [item(1), item(2)]);
        assert_eq!(faults.len(), 3);
    }

    #[test]
    fn long_names_do_not_cost_the_time_of_their_length() {
        let name = "n".repeat(5_000);
        let text = format!(r#"{{"id": "a", "map": {{"{name}": 1, "b": true, "{name}": 2}}}}"#);
        let (value, faults) = root(&text);
        assert_eq!(value.map, BTreeMap::from([("b".to_owned(), true)]));
        assert_eq!(faults.len(), 2);
    }

    #[test]
    fn many_faults_take_rounds_that_are_short() {
        let elements: Vec<String> = (0..4_000)
            .map(|n| format!(r#"{{"x": {n}, "y": {n}}},{{"x": null}}"#))
            .collect();
        let text = format!(r#"{{"list": [{}], "id": "a"}}"#, elements.join(","));
        let first = serde_json::from_str::<Root>(&text).unwrap_err();
        let mut decoded = 0;
        let mut decode = |text: &[u8]| {
            let result = serde_json::from_slice::<Root>(text);
            decoded += result
                .as_ref()
                .map_or_else(|error| offset(text, error), |_| text.len());
            result.map(drop)
        };
        let (good, faults) = repair(text.as_bytes(), &first, &mut decode).unwrap();
        let value: Root = serde_json::from_slice(&good).unwrap();
        assert_eq!(value.list.len(), 4_000);
        assert_eq!(
            (faults.count(), faults.iter().count()),
            (4_000 * 3, FAULTS_TOLD)
        );
        assert!(
            decoded < 4 * text.len(),
            "{decoded} bytes decoded of {}",
            text.len()
        );
    }
}
