use std::collections::BTreeMap;
use std::fmt;

use hardline::types::{CanonicalJsonError, canonical_json as canonical};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

/// A text: its canonical form means the same to serde_json, which writes it the same when sorted; and it is its own
/// canonical form.
pub fn canonical_json(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let theirs = serde_json::from_str::<Tree>(&text);
    match canonical(&text) {
        Ok(ours) => {
            assert_eq!(canonical(&ours).as_ref(), Ok(&ours));
            let theirs = theirs.expect("what has a canonical form is JSON");
            assert!(!theirs.has_twins());
            let read = serde_json::from_str::<Tree>(&ours).expect("a canonical form is JSON");
            assert_eq!(ours, read.written());
            assert!(read.is(&theirs), "{ours}");
        }
        Err(CanonicalJsonError::Fraction { .. }) => {
            // A number so small that serde_json reads it as 0 is a fraction nevertheless.
            assert!(theirs.map_or(true, |tree| tree.any(&|number| number.is_f64())));
        }
        Err(CanonicalJsonError::OutOfRange { .. }) => {
            assert!(theirs.map_or(true, |tree| tree.any(&|number| !is_safe(number))));
        }
        Err(CanonicalJsonError::DuplicateMember { .. }) => {
            assert!(theirs.map_or(true, |tree| tree.has_twins()));
        }
        Err(_) => assert!(theirs.is_err()),
    }
}

fn is_safe(number: &Number) -> bool {
    let range = 9_007_199_254_740_991_u64;
    let written = number.as_i64().map(i64::unsigned_abs).or(number.as_u64());
    written.is_some_and(|number| number <= range)
}

/// What serde_json reads, with every member of an object.
enum Tree {
    Atom(Value),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl Tree {
    fn has_twins(&self) -> bool {
        match self {
            Self::Atom(_) => false,
            Self::List(values) => values.iter().any(Self::has_twins),
            Self::Object(members) => {
                let names: BTreeMap<_, _> = members.iter().map(|(name, _)| (name, ())).collect();
                names.len() < members.len() || members.iter().any(|(_, value)| value.has_twins())
            }
        }
    }

    fn any(&self, is: &dyn Fn(&Number) -> bool) -> bool {
        match self {
            Self::Atom(value) => value.as_number().is_some_and(is),
            Self::List(values) => values.iter().any(|value| value.any(is)),
            Self::Object(members) => members.iter().any(|(_, value)| value.any(is)),
        }
    }

    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Atom(Value::Number(one)), Self::Atom(Value::Number(other))) => {
                // serde_json's fast parsing of fractions may be off by a little.
                let (exact, read) = (one.as_f64().unwrap(), other.as_f64().unwrap());
                one == other || other.is_f64() && (exact - read).abs() <= exact.abs() * 1e-12
            }
            (Self::Atom(one), Self::Atom(other)) => one == other,
            (Self::List(ones), Self::List(others)) => {
                ones.len() == others.len()
                    && ones.iter().zip(others).all(|(one, other)| one.is(other))
            }
            (Self::Object(ones), Self::Object(others)) => {
                let others: BTreeMap<_, _> =
                    others.iter().map(|(name, value)| (name, value)).collect();
                ones.len() == others.len()
                    && ones
                        .iter()
                        .all(|(name, one)| others.get(name).is_some_and(|other| one.is(other)))
            }
            _ => false,
        }
    }

    fn written(&self) -> String {
        match self {
            Self::Atom(value) => value.to_string(),
            Self::List(values) => {
                let values: Vec<String> = values.iter().map(Self::written).collect();
                format!("[{}]", values.join(","))
            }
            Self::Object(members) => {
                // By code points, unlike string comparison in some other languages.
                let sorted: BTreeMap<Vec<char>, (&String, &Tree)> = members
                    .iter()
                    .map(|(name, value)| (name.chars().collect(), (name, value)))
                    .collect();
                let members: Vec<String> = sorted
                    .values()
                    .map(|(name, value)| {
                        format!("{}:{}", Value::from(name.as_str()), value.written())
                    })
                    .collect();
                format!("{{{}}}", members.join(","))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Atom(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Atom(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Atom(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Atom(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Atom(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Atom(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tree, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Tree::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Tree, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = object.next_entry()? {
            members.push(member);
        }
        Ok(Tree::Object(members))
    }
}
