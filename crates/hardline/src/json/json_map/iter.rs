use std::iter::FusedIterator;
use std::ops::Range;

use crate::json::name_index::NameIndex;

/// The entries of a [`JsonMap`](super::JsonMap), in its order.
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
