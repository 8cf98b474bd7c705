use std::iter::FusedIterator;
use std::ops::Range;
use std::vec;

use super::JsonMap;
use crate::json::name_index::NameIndex;

/// The entries of a [`JsonMap`], in its order.
#[derive(Clone, Debug)]
pub struct Iter<'a, K, V> {
    entries: &'a [(K, V)],
    index: &'a NameIndex,
    rest: Range<usize>,
}

impl<'a, K, V> Iter<'a, K, V> {
    pub(super) fn new(entries: &'a [(K, V)], index: &'a NameIndex) -> Self {
        let rest = 0..index.len();
        Self {
            entries,
            index,
            rest,
        }
    }

    fn entry(&self, place: usize) -> (&'a K, &'a V) {
        let (name, value) = &self.entries[self.index.in_order(place)];
        (name, value)
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        self.rest.next().map(|place| self.entry(place))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rest.size_hint()
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.rest.next_back().map(|place| self.entry(place))
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}

impl<K, V> FusedIterator for Iter<'_, K, V> {}

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
