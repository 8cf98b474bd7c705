use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::OnceLock;

use serde::de::value::CowStrDeserializer;
use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, Error as _, MapAccess, Unexpected, Visitor,
};
use serde::ser::{Serialize, Serializer};

use super::check::check;
use super::names::{compare, key, pointer, shown};
use super::parts::{RAW_MAP, RawPart, RawParts, TOO_LONG, handed_over, member};
use crate::json::name_index::NameIndex;
use crate::json::{
    DecodeWarning, DecodeWarnings, Decoded, JsonKind, Mismatch, RawJson, WarningReason, scan,
};

/// An object whose members are decoded one at a time, when they are asked for.
///
/// It is to objects what a [`RawList`](super::RawList) is to lists: a slice of the body and 4 bytes for each member, of
/// which nothing is held to JSON's grammar before it is decoded, [checked](RawMap::check) or serialized. Names are
/// compared without their escapes, and of two members with the same name the last counts, whether its value fits or
/// not; for that, an index of 4 bytes a member is made when it is first needed.
///
/// `K` is a type that is read from a string. A name that it refuses costs that member alone, and is reported.
///
/// ```
/// use hardline::json::RawMap;
/// use hardline::types::UserId;
///
/// let ages: RawMap<UserId, u8> = serde_json::from_str(r#"{"@a:x.org": 7, "@b:x.org": 900, "@a:x.org": 8}"#)?;
/// assert_eq!(ages.len(), 2);
/// assert_eq!(ages.get("@a:x.org").unwrap()?.value, 8);
///
/// let (ages, warnings) = ages.decode_all();
/// assert_eq!(ages.len(), 1);
/// assert_eq!(warnings.iter().next().unwrap().pointer, "/@b:x.org");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RawMap<K, V> {
    parts: RawParts,
    index: OnceLock<NameIndex>,
    of: PhantomData<fn() -> (K, V)>,
}

impl<K, V> RawMap<K, V> {
    fn of(parts: RawParts) -> Self {
        Self {
            parts,
            index: OnceLock::new(),
            of: PhantomData,
        }
    }

    /// The number of members; those with the same name count once.
    pub fn len(&self) -> usize {
        self.index().len()
    }

    /// True if there are no members.
    pub fn is_empty(&self) -> bool {
        self.parts.len() == 0
    }

    /// The undecoded value of a member. It copies nothing, and is not checked unless the map was.
    pub fn get_raw(&self, name: &str) -> Option<RawJson> {
        self.find(name).map(|(_, value)| self.parts.raw(value))
    }

    /// Names and undecoded values, in the order of the body. They are not checked unless the map was; escapes in names
    /// that are half a character give U+FFFD.
    pub fn raw(&self) -> impl ExactSizeIterator<Item = (Cow<'_, str>, RawJson)> {
        self.members()
            .map(|(name, value)| (shown(name), self.parts.raw(value)))
    }

    /// Holds every member to JSON's grammar, also those that are never decoded.
    ///
    /// # Errors
    /// What is wrong, and where. The error does not repeat the text, which may be a secret.
    pub fn check(&mut self) -> Result<(), serde_json::Error> {
        if !self.is_empty() && !self.parts.is_checked {
            check(self.parts.text())?;
        }
        self.parts.is_checked = true;
        Ok(())
    }

    /// Copies the text out, so that keeping it does not keep the response it came in.
    pub fn detach(&mut self) {
        self.parts.detach();
    }

    fn index(&self) -> &NameIndex {
        self.index.get_or_init(|| {
            // A text of less than 4 GB has fewer members.
            let members = u32::try_from(self.parts.len()).unwrap_or(u32::MAX);
            NameIndex::new(members, &|member| key(self.name(member)))
        })
    }

    /// A member's name, in its quotes, and its value.
    fn member(&self, index: usize) -> (&[u8], &[u8]) {
        let part = self.parts.get(index);
        part.and_then(member).unwrap_or_default()
    }

    fn name(&self, index: u32) -> &[u8] {
        self.member(index as usize).0
    }

    /// The members that count.
    fn members(&self) -> impl ExactSizeIterator<Item = (&[u8], &[u8])> {
        let index = self.index();
        (0..index.len()).map(|place| self.member(index.in_order(place)))
    }

    fn find(&self, name: &str) -> Option<(&[u8], &[u8])> {
        let index = self.index();
        let found = index.find(name.as_bytes(), |other| {
            key(self.name(other)).as_ref().cmp(name.as_bytes())
        })?;
        Some(self.member(found as usize))
    }
}

impl<K, V: DeserializeOwned> RawMap<K, V> {
    /// Decodes the value of a member. `None` if there is no such member.
    ///
    /// # Errors
    /// Why nothing of the value can be used.
    pub fn get(&self, name: &str) -> Option<Result<Decoded<V>, DecodeWarning>> {
        self.find(name)
            .map(|(name, value)| Decoded::read(value, self.parts.text(), &|| pointer(name)))
    }
}

impl<K: DeserializeOwned, V> RawMap<K, V> {
    /// The names, in the order of the body.
    ///
    /// # Errors
    /// Why a name cannot be used.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = Result<K, DecodeWarning>> {
        self.members().map(|(name, value)| read_name(name, value))
    }
}

impl<K: DeserializeOwned, V: DeserializeOwned> RawMap<K, V> {
    /// Decodes one member after the other, in the order of the body.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Result<(K, Decoded<V>), DecodeWarning>> {
        self.members().map(|(name, value)| {
            let key = read_name(name, value)?;
            let value = Decoded::read(value, self.parts.text(), &|| pointer(name))?;
            Ok((key, value))
        })
    }

    /// Decodes all members. What does not fit is skipped and reported, with pointers that begin at the map.
    pub fn decode_all(&self) -> (Vec<(K, V)>, DecodeWarnings) {
        let mut warnings = DecodeWarnings::default();
        let mut values = Vec::with_capacity(self.len());
        for member in self.iter() {
            match member {
                Ok((name, decoded)) => {
                    warnings.append(decoded.warnings);
                    values.push((name, decoded.value));
                }
                Err(warning) => warnings.push(warning),
            }
        }
        (values, warnings)
    }
}

fn read_name<K: DeserializeOwned>(name: &[u8], value: &[u8]) -> Result<K, DecodeWarning> {
    let refused = |reason| DecodeWarning {
        pointer: pointer(name),
        reason,
        kind: JsonKind::of(value),
    };
    let name = scan::unescaped(name).ok_or_else(|| refused(WarningReason::Invalid))?;
    Mismatch::are_told(true);
    K::deserialize(CowStrDeserializer::<Mismatch>::new(name))
        .map_err(|mismatch| refused(mismatch.reason()))
}

impl<K: AsRef<str>, V: Serialize> RawMap<K, V> {
    /// A map of these members. Of two with the same name the last counts.
    ///
    /// ```
    /// use hardline::json::RawMap;
    ///
    /// let map = RawMap::new([("a", 1), ("b", 2)])?;
    /// assert_eq!(serde_json::to_string(&map)?, r#"{"a":1,"b":2}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// A value has no JSON form.
    ///
    /// # Panics
    /// The map is longer than 4 GB.
    pub fn new(members: impl IntoIterator<Item = (K, V)>) -> Result<Self, serde_json::Error> {
        let members = members.into_iter();
        members
            .map(|(name, value)| Ok((name.as_ref().to_owned(), RawJson::new(&value)?)))
            .collect()
    }
}

/// # Panics
/// The map is longer than 4 GB.
impl<K, V> FromIterator<(String, RawJson)> for RawMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (String, RawJson)>>(members: I) -> Self {
        let parts = members.into_iter().map(part);
        Self::of(RawParts::join(*b"{}", parts).expect(TOO_LONG))
    }
}

fn part((name, value): (String, RawJson)) -> RawPart {
    let name = serde_json::to_vec(&name).expect("a string has a JSON form");
    RawPart {
        name: Some(name),
        value,
    }
}

impl<K, V> Default for RawMap<K, V> {
    fn default() -> Self {
        Self::of(RawParts::default())
    }
}

impl<K, V> Clone for RawMap<K, V> {
    fn clone(&self) -> Self {
        Self {
            parts: self.parts.clone(),
            index: self.index.clone(),
            of: PhantomData,
        }
    }
}

impl<K, V> PartialEq for RawMap<K, V> {
    /// Compares names and the values' texts, whatever the order: two notations of one value differ.
    fn eq(&self, other: &Self) -> bool {
        let sorted = |map: &'_ Self| map.index().by_name().collect::<Vec<_>>();
        let (ours, theirs) = (sorted(self), sorted(other));
        ours.len() == theirs.len()
            && ours.into_iter().zip(theirs).all(|(one, another)| {
                let one = self.member(one as usize);
                let another = other.member(another as usize);
                compare(one.0, another.0).is_eq() && one.1 == another.1
            })
    }
}

impl<K, V> Eq for RawMap<K, V> {}

impl<K, V> fmt::Debug for RawMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.parts.text().len();
        write!(f, "RawMap({} members, {bytes} bytes)", self.len())
    }
}

impl<K, V> Serialize for RawMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.members()
                .map(|(name, value)| (Name(name), self.parts.raw(value))),
        )
    }
}

/// A name, which must be JSON.
struct Name<'a>(&'a [u8]);

impl Serialize for Name<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(name) = scan::unescaped(self.0) else {
            return Err(serde::ser::Error::custom(
                "the name of a raw member is not JSON",
            ));
        };
        serializer.serialize_str(&name)
    }
}

impl<'de, K, V> Deserialize<'de> for RawMap<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parts = deserializer.deserialize_newtype_struct(RAW_MAP, MapVisitor)?;
        Ok(Self::of(parts))
    }
}

struct MapVisitor;

impl<'de> Visitor<'de> for MapVisitor {
    type Value = RawParts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    /// Our reader has handed over the parts.
    fn visit_unit<E: serde::de::Error>(self) -> Result<RawParts, E> {
        handed_over(b'}').ok_or_else(|| E::invalid_type(Unexpected::Unit, &self))
    }

    /// All other deserializers.
    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<RawParts, D::Error> {
        deserializer.deserialize_map(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<RawParts, A::Error> {
        let mut parts = Vec::new();
        while let Some(member) = members.next_entry()? {
            parts.push(part(member));
        }
        RawParts::join(*b"{}", parts).map_err(|_| A::Error::custom(TOO_LONG))
    }
}

#[cfg(test)]
mod tests;
