use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::JsonMap;
use crate::json::lenient::{member_seed, skip_member};

impl<'de, K, V> Deserialize<'de> for JsonMap<K, V>
where
    K: AsRef<str> + Deserialize<'de>,
    V: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

struct Entries<K, V>(PhantomData<(K, V)>);

impl<'de, K, V> Visitor<'de> for Entries<K, V>
where
    K: AsRef<str> + Deserialize<'de>,
    V: Deserialize<'de>,
{
    type Value = JsonMap<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonMap<K, V>, A::Error> {
        let mut entries = ReadEntries::default();
        while let Some(name) = map.next_key_seed(member_seed::<K>())? {
            let Some(name) = name else {
                skip_member(&mut map)?;
                continue;
            };
            let value = map.next_value_seed(member_seed::<V>())?;
            entries.push(name, value);
        }
        Ok(entries.into_map())
    }
}

/// The entries of a map that is being read.
pub(crate) struct ReadEntries<K, V> {
    entries: Vec<(K, V)>,
    /// The names of entries whose values were skipped, each with the number of entries before it.
    skipped: Vec<(K, usize)>,
}

impl<K: AsRef<str>, V> ReadEntries<K, V> {
    /// Adds an entry, whose value is `None` if it was skipped.
    pub(crate) fn push(&mut self, name: K, value: Option<V>) {
        match value {
            Some(value) => self.entries.push((name, value)),
            None => self.skipped.push((name, self.entries.len())),
        }
    }

    /// The map. An entry that one with the same name follows does not count, even if that one was skipped.
    pub(crate) fn into_map(mut self) -> JsonMap<K, V> {
        if !self.skipped.is_empty() && !self.entries.is_empty() {
            self.drop_replaced();
        }
        JsonMap::of(self.entries)
    }

    fn drop_replaced(&mut self) {
        let skipped = self.skipped.iter();
        let skipped = skipped.map(|(name, before)| (name.as_ref(), *before));
        let skipped = last_of_each(skipped.collect());
        let mut place = 0;
        self.entries.retain(|(name, _)| {
            place += 1;
            !is_replaced(name.as_ref(), place, &skipped)
        });
    }
}

/// The last of each name, in the order of the names.
fn last_of_each(mut skipped: Vec<(&str, usize)>) -> Vec<(&str, usize)> {
    skipped.sort_unstable_by(|(one, before), (other, before_other)| {
        one.cmp(other).then(before_other.cmp(before))
    });
    skipped.dedup_by(|next, kept| next.0 == kept.0);
    skipped
}

/// Whether an entry of this name was skipped after so many.
fn is_replaced(name: &str, entries: usize, skipped: &[(&str, usize)]) -> bool {
    let found = skipped.binary_search_by(|(other, _)| (*other).cmp(name));
    found.is_ok_and(|found| skipped[found].1 >= entries)
}

impl<K, V> Default for ReadEntries<K, V> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            skipped: Vec::new(),
        }
    }
}
