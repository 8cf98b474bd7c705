//! Contents of events, read by both libraries and written again: the specification's examples, those of the tests, and each
//! of them with one of its values changed or left out.

mod inputs;
mod pair;
mod pairs;

use std::collections::BTreeSet;

use hardline::client_api;
use hardline::events::{self, EventContentVisitor, RegisteredContent};
use serde_json::Value;

use self::inputs::{examples, variations};
use self::pair::Pair;
use self::pairs::{NOT_IN_RUMA, pairs};
use crate::difference::{differences, is_empty};
use crate::listed::hold_to_table;

const BAD_PART: &str =
    "| every content | a part that is missing or of another kind | read without it | refused";

#[test]
fn every_difference_in_contents_is_listed() {
    let pairs = pairs();
    let mut found = BTreeSet::new();
    for input in examples() {
        let Some(pair) = pairs
            .iter()
            .find(|pair| pair.is_of(&input.event_type, &input.content))
        else {
            continue;
        };
        let read = |content: &Value| {
            let event_type = input.event_type.as_str();
            let ours = (pair.ours)(event_type, content);
            (ours, (pair.rumas)(event_type, content))
        };
        let (ours, rumas) = read(&input.content);
        let whole = ours.expect("an example is read");
        let Some(rumas) = rumas else {
            let name = input.name;
            found.insert(format!("| {} | {name} | read | refused", pair.event_type));
            continue;
        };
        add_differences(&mut found, pair, &input.content, &whole, &rumas);
        for variation in variations(&input.content) {
            match read(&variation.content) {
                (None, None) => {}
                (Some(ours), Some(rumas)) => {
                    add_differences(&mut found, pair, &variation.content, &ours, &rumas);
                }
                (None, Some(_)) => {
                    let part = part(&variation.place);
                    found.insert(format!(
                        "| {} | {part} is bad | refused | read",
                        pair.event_type
                    ));
                }
                (Some(ours), None) => {
                    assert_only_differs_at(&variation.place, &whole, &ours, pair);
                    found.insert(BAD_PART.to_owned());
                }
            }
        }
    }
    hold_to_table("## Contents of events", &found);
}

#[test]
fn every_content_of_both_has_a_pair() {
    struct Types(BTreeSet<&'static str>);

    impl EventContentVisitor for Types {
        fn visit<C: RegisteredContent>(&mut self) {
            self.0.insert(C::TYPE);
        }
    }

    let mut ours = Types(BTreeSet::new());
    events::visit_contents(&mut ours);
    client_api::visit_contents(&mut ours);
    let paired: BTreeSet<_> = pairs().iter().map(|pair| pair.event_type).collect();
    let without: Vec<_> = ours.0.difference(&paired).copied().collect();
    let listed: Vec<_> = NOT_IN_RUMA.iter().map(|(name, _)| *name).collect();
    assert_eq!(without, listed);
    assert!(NOT_IN_RUMA.iter().all(|(_, why)| why.ends_with('.')));
}

#[test]
fn every_pair_of_contents_is_compared() {
    let examples = examples();
    for pair in pairs() {
        let is_read_by_both = examples
            .iter()
            .filter(|input| pair.is_of(&input.event_type, &input.content))
            .any(|input| (pair.rumas)(&input.event_type, &input.content).is_some());
        assert!(is_read_by_both, "{} {:?}", pair.event_type, pair.with);
    }
}

/// Adds a row for each part of a content that the two read differently.
fn add_differences(
    found: &mut BTreeSet<String>,
    pair: &Pair,
    content: &Value,
    ours: &Value,
    rumas: &Value,
) {
    differences(ours, rumas, "", &mut |pointer, ours, rumas| {
        let sent = content.pointer(pointer);
        let (ours, rumas) = (shown(ours, sent), shown(rumas, sent));
        let row = match (ours.as_str(), rumas.as_str()) {
            ("empty", "absent") => {
                "| every content | a list or an object with nothing in it | empty | absent"
                    .to_owned()
            }
            _ => format!(
                "| {} | {} | {ours} | {rumas}",
                pair.event_type,
                part(pointer)
            ),
        };
        found.insert(row);
    });
}

/// What became of a part.
fn shown(value: Option<&Value>, sent: Option<&Value>) -> String {
    match value {
        None => "absent".to_owned(),
        Some(value) if is_empty(value) => "empty".to_owned(),
        Some(value) if Some(value) == sent => "as sent".to_owned(),
        Some(_) if sent.is_some() => "changed".to_owned(),
        Some(value) => format!("`{value}`"),
    }
}

/// A pointer without the indexes of lists, and without the IDs that are names.
fn part(pointer: &str) -> String {
    let names = pointer.split('/').map(|name| {
        let is_id = name.starts_with(['@', '!', '#', '$']);
        let is_index = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
        if is_id || is_index { "*" } else { name }
    });
    names.collect::<Vec<_>>().join("/")
}

/// What is bad costs only what it is a part of.
fn assert_only_differs_at(place: &str, whole: &Value, rest: &Value, pair: &Pair) {
    differences(whole, rest, "", &mut |pointer, _, _| {
        let is_at = place.starts_with(pointer) || pointer.starts_with(place);
        assert!(is_at, "{}: {place} costs {pointer}", pair.event_type);
    });
}
