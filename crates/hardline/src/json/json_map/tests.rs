use serde::de::value::MapDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Value};

use super::*;
use crate::json::lenient::{MEMBER, REPEATED_MEMBER};

fn map(text: &str) -> JsonMap<String, u32> {
    serde_json::from_str(text).unwrap()
}

fn shown(map: &JsonMap<String, u32>) -> Vec<(&str, u32)> {
    map.iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect()
}

#[test]
fn entries_keep_their_order_and_of_two_the_last_counts() {
    let map = map(r#"{"b":1,"a":2,"b":3,"c":4,"\u0061":5}"#);
    assert_eq!(shown(&map), [("b", 3), ("c", 4), ("a", 5)]);
    assert_eq!(map.len(), 3);
    assert_eq!(map.keys().rev().collect::<Vec<_>>(), ["a", "c", "b"]);
    assert_eq!(map.values().copied().collect::<Vec<_>>(), [3, 4, 5]);
    assert_eq!(map["b"], 3);
    assert_eq!(map.get("d"), None);
    assert_eq!(format!("{map:?}"), r#"{"b": 3, "c": 4, "a": 5}"#);
    assert_eq!(
        serde_json::to_string(&map).unwrap(),
        r#"{"b":3,"c":4,"a":5}"#
    );
    let owned: Vec<_> = map.clone().into_iter().collect();
    assert_eq!(owned[0], ("b".to_owned(), 3));
    assert_eq!(map.into_map().into_values().collect::<Vec<_>>(), [5, 3, 4]);
}

#[test]
fn many_entries_are_found_as_few_are() {
    let name = |number: u32| format!("n{}", number * 7919 % 1000);
    let many: JsonMap<String, u32> = (0..1500).map(|number| (name(number), number)).collect();
    assert_eq!(many.len(), 1000);
    for number in 0..1500 {
        let last = if number < 500 { number + 1000 } else { number };
        assert_eq!(many.get(&name(number)), Some(&last));
    }
    assert!(!many.contains_key("n1000"));
}

#[test]
fn the_order_does_not_matter_to_equality() {
    assert_eq!(map(r#"{"a":1,"b":2}"#), map(r#"{"b":3,"a":1,"b":2}"#));
    assert_ne!(map(r#"{"a":1,"b":2}"#), map(r#"{"a":1}"#));
    assert_ne!(map(r#"{"a":1,"b":2}"#), map(r#"{"a":1,"b":3}"#));
    assert_ne!(map(r#"{"a":1,"b":2}"#), map(r#"{"a":1,"c":2}"#));
}

#[test]
fn an_entry_is_found_as_soon_as_it_is_inserted() {
    let mut map = JsonMap::new();
    for number in 0..40 {
        map.insert(number.to_string(), number);
        assert_eq!(map.len(), number + 1);
        assert_eq!(map.get(&number.to_string()), Some(&number));
    }
}

#[test]
fn a_name_that_is_inserted_again_moves_to_the_end_and_takes_no_more_room() {
    let mut map = JsonMap::new();
    for number in 0..10_000 {
        map.insert("a".to_owned(), number);
        map.insert(format!("n{}", number % 10), number);
    }
    assert_eq!(map.len(), 11);
    assert_eq!(map["a"], 9_999);
    assert_eq!(shown(&map).last(), Some(&("n9", 9_999)));
    assert!(map.entries.capacity() < 100);
    map.extend([("z".to_owned(), 1), ("a".to_owned(), 2)]);
    assert_eq!((map["a"], map.len()), (2, 12));
    assert_eq!(map.remove("a"), Some(2));
    assert_eq!(map.remove("a"), None);
    assert_eq!(map.len(), 11);
}

#[test]
fn an_entry_that_is_skipped_replaces_the_earlier_one_of_its_name() {
    let read = |entries: &[(&str, Value)]| {
        let entries = entries.iter().map(|(name, value)| {
            let name = Lenient(Value::from(*name));
            (name, Lenient(value.clone()))
        });
        JsonMap::<String, u32>::deserialize(MapDeserializer::new(entries)).unwrap()
    };
    let bad = Value::from("bad");
    let one = read(&[("a", 1.into()), ("b", 2.into()), ("a", bad.clone())]);
    assert_eq!(shown(&one), [("b", 2)]);
    let two = read(&[("a", 1.into()), ("a", bad.clone()), ("a", 3.into())]);
    assert_eq!(shown(&two), [("a", 3)]);
    let three = read(&[("a", bad.clone()), ("a", bad.clone()), ("b", bad)]);
    assert!(three.is_empty());
}

#[test]
fn a_name_that_does_not_fit_costs_itself_alone() {
    #[derive(PartialEq, Debug)]
    struct Short(String);
    impl AsRef<str> for Short {
        fn as_ref(&self) -> &str {
            &self.0
        }
    }
    impl<'de> Deserialize<'de> for Short {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            (text.len() < 4)
                .then_some(Self(text))
                .ok_or_else(|| serde::de::Error::invalid_length(4, &"a short name"))
        }
    }
    let names = ["a", "long", "b"].map(|name| (Lenient(name.into()), Lenient(1.into())));
    let names = MapDeserializer::new(names.into_iter());
    let map = JsonMap::<Short, u32>::deserialize(names).unwrap();
    assert_eq!(
        map.keys().map(AsRef::as_ref).collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert!(serde_json::from_str::<JsonMap<Short, u32>>(r#"{"long":1}"#).is_err());
}

/// A value as a lenient reader gives it: asked for a member, it skips what does not fit.
struct Lenient(Value);

impl<'de> Deserializer<'de> for Lenient {
    type Error = Error;

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match name {
            MEMBER | REPEATED_MEMBER => visitor.visit_seq(One(Some(self.0))),
            _ => self.0.deserialize_newtype_struct(name, visitor),
        }
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl IntoDeserializer<'_, Error> for Lenient {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

struct One(Option<Value>);

impl<'de> SeqAccess<'de> for One {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some(value) = self.0.take() else {
            return Ok(None);
        };
        seed.deserialize(value).map(Some)
    }

    fn next_element<T: Deserialize<'de>>(&mut self) -> Result<Option<T>, Error> {
        let value = self.0.take();
        Ok(value.and_then(|value| T::deserialize(value).ok()))
    }
}
