use std::borrow::Cow;
use std::cmp::Ordering;

/// Finds the members of an object by their names. Of members with the same name the last counts.
///
/// It is sorted, so that no choice of names makes it slow, as it would a table of hashes. What all names begin with is
/// passed over, and the four bytes after it stand next to each other: they decide most comparisons.
#[derive(Clone, Debug)]
pub(crate) struct NameIndex {
    /// The members that count, in the order of their names.
    by_name: Box<[u32]>,
    /// The deciding bytes of each. None if there are many members, which would take too much memory.
    keys: Box<[u32]>,
    /// The length of what all names begin with.
    common: usize,
    /// The members that count in their own order, if there are others.
    in_order: Option<Box<[u32]>>,
}

/// From so many members on they are sorted by their whole names.
const MANY: u32 = 1 << 17;

impl NameIndex {
    /// The index of so many members, whose names this function knows. It is one function for maps of all types, since to
    /// sort is much code to compile.
    pub(crate) fn new<'a>(members: u32, name: &dyn Fn(u32) -> Cow<'a, [u8]>) -> Self {
        let common = (1..members).fold(usize::MAX, |common, member| {
            shared(&name(0), &name(member)).min(common)
        });
        let compare = |one, other| name(one).cmp(&name(other));
        // Of equal names the last comes first, and the others go.
        let order = |one: u32, other: u32| compare(one, other).then(other.cmp(&one));
        let (keys, by_name) = if members < MANY {
            let keyed = |member| (key(&name(member), common), member);
            let mut keyed: Vec<_> = (0..members).map(keyed).collect();
            keyed.sort_unstable_by(|one, other| {
                one.0.cmp(&other.0).then_with(|| order(one.1, other.1))
            });
            keyed.dedup_by(|next, kept| next.0 == kept.0 && compare(next.1, kept.1).is_eq());
            keyed.into_iter().unzip()
        } else {
            let mut by_name: Vec<u32> = (0..members).collect();
            by_name.sort_unstable_by(|one, other| order(*one, *other));
            by_name.dedup_by(|next, kept| compare(*next, *kept).is_eq());
            (Vec::new(), by_name)
        };
        let mut in_order = None;
        if by_name.len() < members as usize {
            let mut members = by_name.clone();
            members.sort_unstable();
            in_order = Some(members.into());
        }
        Self {
            by_name: by_name.into(),
            keys: keys.into(),
            common,
            in_order,
        }
    }

    /// How many members count.
    pub(crate) fn len(&self) -> usize {
        self.by_name.len()
    }

    /// The member with this name. The function compares a member's name with it.
    pub(crate) fn find(&self, name: &[u8], compare: impl Fn(u32) -> Ordering) -> Option<u32> {
        let mut members = &*self.by_name;
        if !self.keys.is_empty() {
            let key = key(name, self.common);
            let begin = self.keys.partition_point(|other| *other < key);
            let same = self.keys[begin..].partition_point(|other| *other == key);
            members = &members[begin..begin + same];
        }
        let place = members.binary_search_by(|member| compare(*member));
        place.ok().map(|place| members[place])
    }

    /// The members that count, in the order of their names.
    pub(crate) fn by_name(&self) -> impl Iterator<Item = u32> {
        self.by_name.iter().copied()
    }

    /// The member at this place in their own order, of those that count.
    pub(crate) fn in_order(&self, place: usize) -> usize {
        match &self.in_order {
            Some(in_order) => in_order[place] as usize,
            None => place,
        }
    }
}

/// How many bytes two names begin with together.
fn shared(one: &[u8], other: &[u8]) -> usize {
    let pairs = one.iter().zip(other);
    pairs.take_while(|(one, other)| one == other).count()
}

/// The bytes of a name that decide most comparisons, in their order.
fn key(name: &[u8], common: usize) -> u32 {
    let rest = name.get(common..).unwrap_or_default();
    let byte = |place| rest.get(place).copied().unwrap_or_default();
    u32::from_be_bytes([byte(0), byte(1), byte(2), byte(3)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[&str]) -> NameIndex {
        let members = u32::try_from(names.len()).unwrap();
        let index = NameIndex::new(members, &|member| names[member as usize].as_bytes().into());
        for name in names {
            let last = names.iter().rposition(|other| other == name).unwrap();
            let found = find(&index, names, name);
            assert_eq!(found, Some(last), "{name:?} of {names:?}");
        }
        index
    }

    fn find(index: &NameIndex, names: &[&str], name: &str) -> Option<usize> {
        let found = index.find(name.as_bytes(), |other| names[other as usize].cmp(name));
        found.map(|member| member as usize)
    }

    #[test]
    fn every_name_is_found_and_no_other() {
        for names in [
            &[][..],
            &["a"],
            &["a", "a"],
            &["", "a", "\0", "\0\0", ""],
            &["@bob:x", "@alice:x", "@bob:y", "@b", "@bob:x"],
            &["abcd", "abcde", "abc", "abcdf", "abcd\0", "abcde"],
        ] {
            let index = found(names);
            for other in ["b", "abcdg", "@carol", "\0\0\0", "ab", "x@bob:x"] {
                assert_eq!(find(&index, names, other), None, "{other} of {names:?}");
            }
        }
    }

    #[test]
    fn those_that_count_keep_their_order() {
        let index = found(&["b", "a", "c", "b", "a"]);
        assert_eq!(index.len(), 3);
        assert_eq!([0, 1, 2].map(|place| index.in_order(place)), [2, 3, 4]);
        assert_eq!(index.by_name().collect::<Vec<_>>(), [4, 3, 2]);
    }

    #[test]
    fn many_members_are_found_without_keys() {
        let members = if cfg!(miri) { 100 } else { MANY + 1 };
        let name = |member: u32| format!("n{:06}", member / 2);
        let index = NameIndex::new(members, &|member| name(member).into_bytes().into());
        assert_eq!(index.keys.is_empty(), !cfg!(miri));
        assert_eq!(index.len(), members.div_ceil(2) as usize);
        for member in [0, 1, 50, 99] {
            let wanted = name(member);
            let found = index.find(wanted.as_bytes(), |other| name(other).cmp(&wanted));
            assert_eq!(found, Some(member / 2 * 2 + 1));
        }
    }
}
