//! What holds for the content of every type of event, whatever its values: it survives a round trip through an event, and
//! one that somebody else wrote loses only its bad parts.

use hardline::events::{ArbitraryContent, ArbitraryContentVisitor, RawEvent};
use hardline::json::RawJson;
use hardline_tests::contents;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::properties::{hold_named, of_every_kind, places, with, without};

/// Checks a property of a content on this many values of a strategy.
fn hold<C: ArbitraryContent, S: Strategy>(
    cases: u32,
    strategy: &S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    hold_named(C::TYPE, cases, strategy, property);
}

fn event<C: ArbitraryContent>(content: &Value) -> RawEvent {
    let rest = if C::IS_PREFIX { "id" } else { "" };
    let event_type = format!("{}{rest}", C::TYPE);
    RawEvent::new(&json!({"type": event_type, "content": content})).unwrap()
}

fn value<C: ArbitraryContent>(content: &C) -> Value {
    RawJson::new(content).unwrap().deserialize().unwrap()
}

#[test]
fn a_content_survives_a_round_trip_through_an_event() {
    struct Contents;
    impl ArbitraryContentVisitor for Contents {
        fn visit<C: ArbitraryContent>(&mut self) {
            hold::<C, _>(64, &any::<C>(), |content| {
                let event = event::<C>(&value(&content));
                let strict = event.content_as_strict::<C>();
                let strict = strict.map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
                prop_assert_eq!(value(&strict), value(&content));
                prop_assert_eq!(event.content_as::<C>(), Ok(strict));
                let warnings = event.content_warnings::<C>().unwrap();
                prop_assert!(warnings.is_empty(), "{:?}", warnings);
                Ok(())
            });
        }
    }
    contents::visit_arbitrary(&mut Contents);
}

#[test]
fn a_bad_part_of_a_content_is_skipped_and_reported() {
    struct Parts;
    impl ArbitraryContentVisitor for Parts {
        fn visit<C: ArbitraryContent>(&mut self) {
            let strategy = (any::<C>(), any::<Index>(), any::<Index>());
            hold::<C, _>(128, &strategy, |(content, place, other)| {
                let content = value(&content);
                let places = places(&content);
                if places.is_empty() {
                    return Ok(());
                }
                let place = place.get(&places);
                let others = of_every_kind();
                let broken = with(&content, place, other.get(&others));
                let sent = event::<C>(&broken);
                let Ok(warnings) = sent.content_warnings::<C>() else {
                    // The content cannot do without the part.
                    prop_assert!(sent.content_as::<C>().is_err());
                    prop_assert!(sent.content_as_strict::<C>().is_err());
                    return Ok(());
                };
                // Another value of its kind, or one that is kept as it is, is no bad part. Null for what is missing and a number
                // for an ID are read without a word, and refused strictly.
                let is_refused = sent.content_as_strict::<C>().is_err();
                let wrong = other.get(&others);
                prop_assert!(warnings.is_empty() || is_refused);
                prop_assert!(
                    !warnings.is_empty() || !is_refused || wrong.is_null() || wrong.is_number()
                );
                for warning in warnings.iter() {
                    let (one, other) = (&warning.pointer, place);
                    prop_assert!(
                        one.starts_with(other.as_str()) || other.starts_with(one.as_str()),
                        "{} is left out for {}",
                        one,
                        other
                    );
                }
                // Nothing else was skipped: the rest equals the content without that part.
                if let [warning] = &warnings.iter().collect::<Vec<_>>()[..] {
                    let rest = event::<C>(&without(&broken, &warning.pointer));
                    prop_assert_eq!(sent.content_as::<C>(), rest.content_as::<C>());
                    prop_assert!(rest.content_warnings::<C>().unwrap().is_empty());
                }
                Ok(())
            });
        }
    }
    contents::visit_arbitrary(&mut Parts);
}

#[test]
fn a_content_of_anything_is_decoded_or_refused() {
    struct Anything;
    impl ArbitraryContentVisitor for Anything {
        fn visit<C: ArbitraryContent>(&mut self) {
            for content in of_every_kind() {
                let event = event::<C>(&content);
                let decoded = event.content_as::<C>();
                if !content.is_object() {
                    assert!(decoded.is_err(), "{} is {content}", C::TYPE);
                }
            }
        }
    }
    contents::visit_arbitrary(&mut Anything);
}
