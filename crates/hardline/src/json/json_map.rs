mod deserialize;
mod iter;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Index;
use std::sync::OnceLock;
use std::vec;

use serde::ser::{Serialize, Serializer};

use crate::json::name_index::NameIndex;

pub(crate) use deserialize::ReadEntries;
pub use iter::Iter;

/// A JSON object as a map, in the order in which its entries were read or inserted.
///
/// Reading it only appends to a list. An index of the names is made when it is first needed: to find one, to count
/// entries, or to go through them, since of two entries with the same name only the last counts, whether its value fits
/// or not. Few entries are searched without it. `K` is a string type.
///
/// ```
/// use hardline::json::JsonMap;
///
/// let mut ages: JsonMap<String, u8> = serde_json::from_str(r#"{"bob": 7, "alice": 8, "bob": 9}"#)?;
/// assert_eq!(ages.len(), 2);
/// assert_eq!(ages["bob"], 9);
/// ages.insert("carol".to_owned(), 10);
/// assert_eq!(ages.keys().collect::<Vec<_>>(), ["alice", "bob", "carol"]);
/// assert_eq!(ages, JsonMap::from([("bob", 9), ("carol", 10), ("alice", 8)].map(|(name, age)| (name.to_owned(), age))));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct JsonMap<K, V> {
    entries: Vec<(K, V)>,
    index: OnceLock<NameIndex>,
}

/// So many entries are searched one by one.
const FEW: usize = 8;

impl<K, V> JsonMap<K, V> {
    /// A map without entries.
    pub const fn new() -> Self {
        Self::of(Vec::new())
    }

    const fn of(entries: Vec<(K, V)>) -> Self {
        Self {
            entries,
            index: OnceLock::new(),
        }
    }

    /// True if there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<K: AsRef<str>, V> JsonMap<K, V> {
    /// The value of the entry with this name.
    pub fn get<Q: AsRef<str> + ?Sized>(&self, name: &Q) -> Option<&V> {
        let name = name.as_ref();
        if self.entries.len() <= FEW {
            let mut entries = self.entries.iter().rev();
            return entries
                .find(|(key, _)| key.as_ref() == name)
                .map(|(_, value)| value);
        }
        let index = self.index();
        let found = index.find(name.as_bytes(), |other| self.name(other).cmp(name))?;
        Some(&self.entry(found).1)
    }

    /// Whether there is an entry with this name.
    pub fn contains_key<Q: AsRef<str> + ?Sized>(&self, name: &Q) -> bool {
        self.get(name).is_some()
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.index().len()
    }

    /// Names and values, in the order in which they were read or inserted.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter::new(&self.entries, self.index())
    }

    /// The names, in the order in which they were read or inserted.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.iter().map(|(name, _)| name)
    }

    /// The values, in the order in which they were read or inserted.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.iter().map(|(_, value)| value)
    }

    /// Adds an entry at the end. One with the same name no longer counts.
    pub fn insert(&mut self, name: K, value: V) {
        if self.entries.len() == self.entries.capacity() {
            // Before it grows, what does not count goes. As it then grows by its size, that is rare.
            self.settle();
            self.entries.reserve(self.entries.len().max(4));
        }
        self.index.take();
        self.entries.push((name, value));
    }

    /// Removes the entry with this name and returns its value. It takes time in proportion to the number of entries.
    pub fn remove<Q: AsRef<str> + ?Sized>(&mut self, name: &Q) -> Option<V> {
        let name = name.as_ref();
        self.index.take();
        let removed = self
            .entries
            .extract_if(.., |(key, _)| (*key).as_ref() == name);
        removed.last().map(|(_, value)| value)
    }

    /// The entries in the order of their names.
    pub fn into_map(self) -> BTreeMap<K, V>
    where
        K: Ord,
    {
        self.into_iter().collect()
    }

    fn index(&self) -> &NameIndex {
        self.index.get_or_init(|| {
            let entries = u32::try_from(self.entries.len());
            let entries = entries.expect("a map must have fewer than 2^32 entries");
            NameIndex::new(entries, &|entry| self.name(entry).as_bytes().into())
        })
    }

    fn entry(&self, place: u32) -> &(K, V) {
        &self.entries[place as usize]
    }

    fn name(&self, place: u32) -> &str {
        self.entry(place).0.as_ref()
    }

    /// Drops the entries that do not count.
    fn settle(&mut self) {
        if self.index().len() == self.entries.len() {
            return;
        }
        if let Some(index) = self.index.take() {
            let (mut place, mut kept) = (0, 0);
            self.entries.retain(|_| {
                let counts = kept < index.len() && index.in_order(kept) == place;
                kept += usize::from(counts);
                place += 1;
                counts
            });
        }
    }
}

impl<K, V> Default for JsonMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a, K: AsRef<str>, V> IntoIterator for &'a JsonMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Iter<'a, K, V> {
        self.iter()
    }
}

impl<K: AsRef<str>, V> IntoIterator for JsonMap<K, V> {
    type Item = (K, V);
    type IntoIter = vec::IntoIter<(K, V)>;

    fn into_iter(mut self) -> Self::IntoIter {
        self.settle();
        self.entries.into_iter()
    }
}

impl<K: AsRef<str>, V> FromIterator<(K, V)> for JsonMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self::of(entries.into_iter().collect())
    }
}

impl<K: AsRef<str>, V, const N: usize> From<[(K, V); N]> for JsonMap<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        Self::from_iter(entries)
    }
}

impl<K: AsRef<str>, V> Extend<(K, V)> for JsonMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        self.index.take();
        self.entries.extend(entries);
    }
}

impl<K: AsRef<str>, V, Q: AsRef<str> + ?Sized> Index<&Q> for JsonMap<K, V> {
    type Output = V;

    /// # Panics
    /// There is no entry with this name.
    fn index(&self, name: &Q) -> &V {
        self.get(name).expect("there is an entry with this name")
    }
}

impl<K: AsRef<str>, V: PartialEq> PartialEq for JsonMap<K, V> {
    /// The order does not matter.
    fn eq(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.index(), other.index());
        ours.len() == theirs.len()
            && ours.by_name().zip(theirs.by_name()).all(|(one, another)| {
                self.name(one) == other.name(another) && self.entry(one).1 == other.entry(another).1
            })
    }
}

impl<K: AsRef<str>, V: Eq> Eq for JsonMap<K, V> {}

impl<K: AsRef<str> + fmt::Debug, V: fmt::Debug> fmt::Debug for JsonMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: AsRef<str> + Serialize, V: Serialize> Serialize for JsonMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

#[cfg(feature = "proptest")]
impl<K, V> proptest::arbitrary::Arbitrary for JsonMap<K, V>
where
    K: AsRef<str> + proptest::arbitrary::Arbitrary + 'static,
    V: proptest::arbitrary::Arbitrary + 'static,
{
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    /// A few entries: they find what a hundred would, and sooner.
    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::prelude::*;

        proptest::collection::vec(any::<(K, V)>(), 0..4)
            .prop_map(Self::from_iter)
            .boxed()
    }
}

#[cfg(test)]
mod tests;
