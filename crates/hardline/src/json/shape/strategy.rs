//! Strategies for property tests: JSON values of a type's shape, decoded as the type.

use std::fmt;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::string::string_regex;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::json::{
    FieldShape, JsonObject, Presence, RawJson, RawList, Reader, Shape, Shaped, TextShape,
};

/// Values of a type, made from its shape. Members that may be missing sometimes are; lists and maps have up to three
/// parts.
///
/// # Panics
/// If the type refuses a value of its shape.
pub fn strategy<T>() -> BoxedStrategy<T>
where
    T: Shaped + DeserializeOwned + fmt::Debug + 'static,
{
    values(T::SHAPE).prop_map(|value| decoded(&value)).boxed()
}

/// The value as its type.
///
/// # Panics
/// If the type refuses it.
pub(crate) fn decoded<T: DeserializeOwned>(value: &Value) -> T {
    let text = value.to_string();
    Reader::decode_all(text.as_bytes()).unwrap_or_else(|refused| {
        let name = std::any::type_name::<T>();
        panic!("{name} has a shape whose values it refuses, such as {text}: {refused}")
    })
}

/// JSON values of a shape.
pub(crate) fn values(shape: &Shape) -> BoxedStrategy<Value> {
    match shape {
        Shape::Null => Just(Value::Null).boxed(),
        Shape::True => Just(Value::from(true)).boxed(),
        Shape::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Shape::Integer { least, greatest } => integers(*least, *greatest),
        Shape::PowerLevel => prop_oneof![
            (-10..=110_i64).prop_map(Value::from),
            integers(i64::MIN, i64::MAX as u64),
        ]
        .boxed(),
        // Eighths, since serde_json reads longer fractions inexactly, and whoever compares the two would see that.
        Shape::Number => any::<i32>()
            .prop_map(|eighths| Value::from(f64::from(eighths) / 8.0))
            .boxed(),
        Shape::Text(text) => texts(text).prop_map(Value::from).boxed(),
        Shape::Bytes => texts(&TextShape::like(BASE64))
            .prop_map(Value::from)
            .boxed(),
        Shape::List(element) => vec(values(element), 0..4).prop_map(Value::from).boxed(),
        Shape::Map(name, value) => objects(members(name, value)),
        Shape::Object => objects(members(String::SHAPE, &Shape::Any)),
        Shape::Optional(value) => option::of(values(value)).prop_map(Value::from).boxed(),
        Shape::Struct(object) => objects(fields(object.fields)),
        Shape::Open(object) => {
            let known = fields(object.known);
            match object.others {
                Some((name, value)) => {
                    let all = (members(name, value), known);
                    // What has a field of its own replaces another member of its name.
                    objects(
                        all.prop_map(|(others, known)| [others, known].concat())
                            .boxed(),
                    )
                }
                None => objects(known),
            }
        }
        Shape::Any => anything(),
    }
}

const BASE64: &str = "([A-Za-z0-9+/]{4}){0,24}([A-Za-z0-9+/]{2,3})?";

type Members = Vec<(String, Value)>;

fn objects(members: BoxedStrategy<Members>) -> BoxedStrategy<Value> {
    members
        .prop_map(|members| Value::Object(Map::from_iter(members)))
        .boxed()
}

fn members(name: &Shape, value: &Shape) -> BoxedStrategy<Members> {
    let name = values(name).prop_map(|name| match name {
        Value::String(name) => name,
        // A name is a string, whatever its type.
        name => name.to_string(),
    });
    vec((name, values(value)), 0..4).boxed()
}

fn fields(fields: &'static [FieldShape]) -> BoxedStrategy<Members> {
    let members: Vec<_> = fields.iter().map(field).collect();
    members
        .prop_map(|members| members.into_iter().flatten().collect())
        .boxed()
}

fn field(field: &'static FieldShape) -> BoxedStrategy<Option<(String, Value)>> {
    let value = values(field.shape.present());
    let member = value.prop_map(|value| (field.name.to_owned(), value));
    match field.presence {
        Presence::Required => member.prop_map(Some).boxed(),
        Presence::Optional | Presence::Default => option::of(member).boxed(),
    }
}

fn integers(least: i64, greatest: u64) -> BoxedStrategy<Value> {
    let (least, greatest) = (i128::from(least), i128::from(greatest));
    let edges = [least, least + 1, -1, 0, 1, greatest - 1, greatest];
    let edges = edges
        .into_iter()
        .filter(|edge| (least..=greatest).contains(edge));
    prop_oneof![
        1 => select(edges.collect::<Vec<_>>()),
        3 => least..=greatest,
    ]
    .prop_map(|number| match u64::try_from(number) {
        Ok(number) => Value::from(number),
        Err(_) => Value::from(number as i64),
    })
    .boxed()
}

fn texts(text: &TextShape) -> BoxedStrategy<String> {
    // Parsed once, not for every value.
    let examples = string_regex(text.examples).expect("the examples are a regular expression");
    match text.known {
        [] => examples.boxed(),
        known => prop_oneof![
            3 => select(known).prop_map(str::to_owned),
            1 => examples,
        ]
        .boxed(),
    }
}

/// Values up to three levels deep, except `null`: a member that is `null` counts as absent.
fn anything() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        texts(&TextShape::like("\\PC*")).prop_map(Value::from),
    ];
    let names = texts(&TextShape::like("[a-z_.]{1,8}"));
    leaf.prop_recursive(3, 16, 4, move |value| {
        prop_oneof![
            vec(value.clone(), 0..4).prop_map(Value::from),
            vec((names.clone(), value), 0..4).prop_map(Value::from_iter),
        ]
    })
    .boxed()
}

/// Makes a type arbitrary by its shape.
macro_rules! strategy_of_shape {
    ($type:ty) => {
        impl proptest::arbitrary::Arbitrary for $type {
            type Parameters = ();
            type Strategy = proptest::strategy::BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> Self::Strategy {
                $crate::json::strategy()
            }
        }
    };
}
pub(crate) use strategy_of_shape;

strategy_of_shape!(RawJson);
strategy_of_shape!(JsonObject);

impl<T: Shaped + 'static> Arbitrary for RawList<T> {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        strategy()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    use serde::Deserialize;

    use super::*;
    use crate::json::{OpenShape, StructShape};

    #[derive(Debug, Deserialize)]
    struct Everything {
        kind: Kind,
        level: i64,
        small: Option<u8>,
        exact: Option<f64>,
        #[serde(default)]
        names: Vec<Option<String>>,
        #[serde(default)]
        counts: BTreeMap<u16, bool>,
    }

    impl Shaped for Everything {
        const SHAPE: &'static Shape = &Shape::Struct(&StructShape {
            name: "Everything",
            fields: &[
                required("kind", Kind::SHAPE),
                required("level", i64::SHAPE),
                optional("small", Option::<u8>::SHAPE),
                optional("exact", Option::<f64>::SHAPE),
                defaulted("names", Vec::<Option<String>>::SHAPE),
                defaulted("counts", BTreeMap::<u16, bool>::SHAPE),
            ],
            is_strict: false,
        });
    }

    #[derive(Debug, Deserialize)]
    #[serde(transparent)]
    struct Kind(String);

    impl Shaped for Kind {
        const SHAPE: &'static Shape = &Shape::Text(&TextShape {
            known: &["m.one", "m.two"],
            ..TextShape::like("[a-z]{1,4}")
        });
    }

    const fn field(name: &'static str, shape: &'static Shape, presence: Presence) -> FieldShape {
        FieldShape {
            name,
            shape,
            presence,
        }
    }

    const fn required(name: &'static str, shape: &'static Shape) -> FieldShape {
        field(name, shape, Presence::Required)
    }

    const fn optional(name: &'static str, shape: &'static Shape) -> FieldShape {
        field(name, shape, Presence::Optional)
    }

    const fn defaulted(name: &'static str, shape: &'static Shape) -> FieldShape {
        field(name, shape, Presence::Default)
    }

    fn drawn<T: fmt::Debug>(strategy: BoxedStrategy<T>) -> Vec<T> {
        let mut runner = TestRunner::deterministic();
        let mut draw = || strategy.new_tree(&mut runner).unwrap().current();
        (0..200).map(|_| draw()).collect()
    }

    #[test]
    fn every_member_that_may_be_missing_sometimes_is() {
        let drawn = drawn(strategy::<Everything>());
        let both = |is_there: fn(&Everything) -> bool| {
            let there = drawn.iter().filter(|value| is_there(value)).count();
            (40..160).contains(&there)
        };
        assert!(both(|value| value.small.is_some()));
        assert!(both(|value| value.exact.is_some()));
        assert!(both(|value| value.names.is_empty()));
        assert!(both(|value| value.counts.is_empty()));
        let elements = || drawn.iter().flat_map(|value| &value.names);
        assert!(elements().any(Option::is_some) && elements().any(Option::is_none));
        assert!(drawn.iter().any(|value| value.names.len() == 3));
    }

    #[test]
    fn known_values_come_and_others_too() {
        let drawn = drawn(strategy::<Everything>());
        let kinds: BTreeSet<_> = drawn.iter().map(|value| value.kind.0.as_str()).collect();
        assert!(kinds.contains("m.one") && kinds.contains("m.two"));
        assert!(kinds.len() > 10, "{kinds:?}");
    }

    #[test]
    fn integers_come_to_their_edges() {
        let drawn = drawn(strategy::<Everything>());
        let levels: BTreeSet<_> = drawn.iter().map(|value| value.level).collect();
        assert!(levels.contains(&i64::MIN) && levels.contains(&i64::MAX));
        let small: BTreeSet<_> = drawn.iter().filter_map(|value| value.small).collect();
        assert!(small.contains(&0) && small.contains(&u8::MAX) && small.len() > 20);
    }

    #[test]
    fn an_open_object_has_its_own_members_and_others() {
        const OPEN: &Shape = &Shape::Open(&OpenShape {
            expected: "a policy",
            known: &[optional("version", Option::<String>::SHAPE)],
            aliases: &[],
            others: Some((&Shape::Text(&TextShape::like("[a-z]{2}")), bool::SHAPE)),
        });
        let drawn = drawn(values(OPEN));
        assert!(drawn.iter().any(|value| value["version"].is_string()));
        assert!(drawn.iter().any(|value| value["version"].is_null()));
        let most = drawn
            .iter()
            .map(|value| value.as_object().unwrap().len())
            .max();
        assert_eq!(most, Some(4));
    }

    #[test]
    #[should_panic(expected = "has a shape whose values it refuses")]
    fn a_type_that_refuses_its_shape_is_named() {
        #[derive(Debug, Deserialize)]
        #[serde(transparent)]
        struct Wrong(#[expect(dead_code, reason = "it is never read")] u8);

        impl Shaped for Wrong {
            const SHAPE: &'static Shape = String::SHAPE;
        }
        drawn(strategy::<Wrong>());
    }
}
