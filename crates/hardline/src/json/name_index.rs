use std::cmp::Ordering;

/// Finds the members of an object by their names. Of members with the same name the last counts.
///
/// It is sorted, so that no choice of names makes it slow, as it would a table of hashes.
#[derive(Clone, Debug)]
pub(crate) struct NameIndex {
    /// The members that count, in the order of their names.
    by_name: Box<[u32]>,
    /// They in their own order, if there are others.
    in_order: Option<Box<[u32]>>,
}

impl NameIndex {
    /// The index of so many members, whose names this function compares.
    pub(crate) fn new(members: u32, compare: impl Fn(u32, u32) -> Ordering) -> Self {
        let mut by_name: Vec<u32> = (0..members).collect();
        // Of equal names the last comes first, and the others go.
        by_name.sort_unstable_by(|one, other| compare(*one, *other).then(other.cmp(one)));
        by_name.dedup_by(|next, kept| compare(*next, *kept).is_eq());
        let mut in_order = None;
        if by_name.len() < members as usize {
            let mut members = by_name.clone();
            members.sort_unstable();
            in_order = Some(members.into());
        }
        Self {
            by_name: by_name.into(),
            in_order,
        }
    }

    /// How many members count.
    pub(crate) fn len(&self) -> usize {
        self.by_name.len()
    }

    /// The member whose name this function finds equal.
    pub(crate) fn find(&self, compare: impl Fn(u32) -> Ordering) -> Option<u32> {
        let place = self.by_name.binary_search_by(|member| compare(*member));
        place.ok().map(|place| self.by_name[place])
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
