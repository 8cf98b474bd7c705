//! The fields of a type, found through its `Deserialize` implementation: the only place where the types on the wire
//! list them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::value::{MapDeserializer, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess,
    SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

/// A field of a type, or of a type inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The kind of its values.
    pub kind: Kind,
    /// Whether its struct cannot be decoded without it.
    pub is_required: bool,
}

/// The kinds of values that types on the wire ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`
    Boolean,
    /// A number without a fraction.
    Integer,
    /// A number.
    Number,
    /// Text.
    String,
    /// A list.
    List,
    /// An object whose names are data.
    Map,
    /// An object whose names are fields.
    Object,
    /// Anything: the value is kept as it is.
    Any,
}

/// The fields of a type by their paths, with `[]` for the elements of a list and `{*}` for the values of a map:
/// `threepids`, `threepids[].medium`, `policies.{*}.version`. A name with a dot is quoted: `"m.homeserver"`.
///
/// # Panics
/// If a type cannot be decoded even with all its fields.
pub fn fields<T: DeserializeOwned>() -> BTreeMap<String, Field> {
    let mut trace = Trace::default();
    loop {
        trace.kinds.take();
        match T::deserialize(Tracer::whole(&trace)) {
            Ok(_) => break,
            // An alias of a field that was seen already.
            Err(Error::Duplicate) => {
                let alias = trace.reached.take();
                trace.left_out.insert(alias);
            }
            Err(Error::Other(why)) => {
                panic!("{} cannot be probed: {why}", std::any::type_name::<T>())
            }
        }
    }
    let kinds = trace.kinds.take();
    let mut fields = BTreeMap::new();
    for (path, (kind, is_field)) in kinds {
        trace.left_out.insert(path.clone());
        let is_required = is_field && T::deserialize(Tracer::whole(&trace)).is_err();
        trace.left_out.remove(&path);
        fields.insert(path, Field { kind, is_required });
    }
    fields
}

/// The names of a struct's own fields, including aliases.
pub fn names<T: DeserializeOwned>() -> BTreeSet<&'static str> {
    let trace = Trace::default();
    // Whatever happens to the values, the names came first.
    let _ = T::deserialize(Tracer::whole(&trace));
    let names = trace.names.take();
    names.iter().copied().collect()
}

#[derive(Default)]
struct Trace {
    /// The names of the outermost struct's fields.
    names: RefCell<&'static [&'static str]>,
    /// The kind at each path, and whether it is a field of a struct.
    kinds: RefCell<BTreeMap<String, (Kind, bool)>>,
    /// The fields that the type is not given.
    left_out: BTreeSet<String>,
    /// The field that was given last.
    reached: RefCell<String>,
}

/// Gives a type one value of whatever it asks for.
struct Tracer<'a> {
    trace: &'a Trace,
    path: String,
    is_field: bool,
}

impl<'a> Tracer<'a> {
    fn whole(trace: &'a Trace) -> Self {
        Self {
            trace,
            path: String::new(),
            is_field: false,
        }
    }

    fn is(&self, kind: Kind) {
        if !self.path.is_empty() {
            let mut kinds = self.trace.kinds.borrow_mut();
            kinds.insert(self.path.clone(), (kind, self.is_field));
        }
    }

    fn within(&self, name: &str) -> String {
        let quote = if name.contains('.') { "\"" } else { "" };
        let dot = if self.path.is_empty() { "" } else { "." };
        format!("{}{dot}{quote}{name}{quote}", self.path)
    }
}

macro_rules! shown {
    ($($method:ident $visit:ident($value:expr) $kind:ident;)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.is(Kind::$kind);
            visitor.$visit($value)
        })+
    };
}

impl<'de> Deserializer<'de> for Tracer<'_> {
    type Error = Error;

    shown! {
        deserialize_any visit_borrowed_str("1111") Any;
        deserialize_bool visit_bool(true) Boolean;
        deserialize_i8 visit_i8(1) Integer;
        deserialize_i16 visit_i16(1) Integer;
        deserialize_i32 visit_i32(1) Integer;
        deserialize_i64 visit_i64(1) Integer;
        deserialize_u8 visit_u8(1) Integer;
        deserialize_u16 visit_u16(1) Integer;
        deserialize_u32 visit_u32(1) Integer;
        deserialize_u64 visit_u64(1) Integer;
        deserialize_f32 visit_f32(1.0) Number;
        deserialize_f64 visit_f64(1.0) Number;
        deserialize_str visit_str("a") String;
        deserialize_string visit_str("a") String;
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        // The name by which a type asks serde_json for the text of a value.
        if name.contains("RawValue") {
            // The whole too: what is kept as it came lacks no member.
            let mut kinds = self.trace.kinds.borrow_mut();
            kinds.insert(self.path.clone(), (Kind::Any, self.is_field));
            drop(kinds);
            return visitor.visit_map(MapDeserializer::new([(name, "{}")].into_iter()));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.is(Kind::List);
        let path = format!("{}[]", self.path);
        visitor.visit_seq(One(Some(Tracer {
            path,
            is_field: false,
            ..self
        })))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.is(Kind::Map);
        let path = self.within("{*}");
        visitor.visit_map(One(Some(Tracer {
            path,
            is_field: false,
            ..self
        })))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.is(Kind::Object);
        if self.path.is_empty() {
            self.trace.names.replace(fields);
        }
        visitor.visit_map(Members {
            of: self,
            fields: fields.iter(),
            path: String::new(),
        })
    }

    forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct enum identifier ignored_any
    }
}

/// One element of a list, or one entry of a map.
struct One<'a>(Option<Tracer<'a>>);

impl<'de> SeqAccess<'de> for One<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        self.0
            .take()
            .map(|element| seed.deserialize(element))
            .transpose()
    }
}

impl<'de> MapAccess<'de> for One<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let name: StrDeserializer<'_, Error> = "a".into_deserializer();
        self.0.is_some().then(|| seed.deserialize(name)).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let value = self.0.take();
        seed.deserialize(value.ok_or_else(|| Error::custom("a value is read twice"))?)
    }
}

/// The fields of a struct.
struct Members<'a> {
    of: Tracer<'a>,
    fields: std::slice::Iter<'static, &'static str>,
    /// The path of the field whose value is next.
    path: String,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        for name in self.fields.by_ref() {
            self.path = self.of.within(name);
            if !self.of.trace.left_out.contains(&self.path) {
                self.of.trace.reached.replace(self.path.clone());
                let name: StrDeserializer<'_, Error> = name.into_deserializer();
                return seed.deserialize(name).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Tracer {
            trace: self.of.trace,
            path: self.path.clone(),
            is_field: true,
        })
    }
}

#[derive(Debug)]
enum Error {
    Duplicate,
    Other(String),
}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(why: T) -> Self {
        Self::Other(why.to_string())
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self::Duplicate
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate => f.write_str("a field stands there twice"),
            Self::Other(why) => f.write_str(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use hardline::json::JsonObject;
    use hardline::types::Timestamp;
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Root {
        #[serde(rename = "m.id")]
        id: String,
        items: Option<Vec<Item>>,
        #[serde(default)]
        by_name: BTreeMap<String, bool>,
        open: Option<JsonObject>,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Item {
        #[serde(alias = "seen")]
        at: Timestamp,
        note: Option<String>,
    }

    #[test]
    fn a_type_tells_its_fields() {
        let told: Vec<_> = fields::<Root>()
            .into_iter()
            .map(|(path, field)| format!("{path} {:?} {}", field.kind, field.is_required))
            .collect();
        assert_eq!(
            told,
            [
                "\"m.id\" String true",
                "by_name Map false",
                "by_name.{*} Boolean false",
                "items List false",
                "items[] Object false",
                "items[].at Integer true",
                "items[].note String false",
                "open Map false",
                "open.{*} Any false",
            ]
        );
    }
}
