/// The open brackets, however many: one bit for each, set for an object's.
#[derive(Default)]
pub(super) struct Brackets {
    count: u32,
    /// The last up to 64 of them, the innermost lowest.
    last: u64,
    /// Those before, 64 in each.
    others: Vec<u64>,
}

impl Brackets {
    pub(super) fn push(&mut self, is_object: bool) {
        if self.count == u64::BITS {
            self.others.push(self.last);
            self.count = 0;
        }
        self.last = self.last << 1 | u64::from(is_object);
        self.count += 1;
    }

    /// Whether the innermost is an object's.
    pub(super) fn innermost(&self) -> Option<bool> {
        (self.count > 0).then_some(self.last & 1 == 1)
    }

    pub(super) fn pop(&mut self) {
        self.last >>= 1;
        self.count -= 1;
        if self.count == 0
            && let Some(last) = self.others.pop()
        {
            self.last = last;
            self.count = u64::BITS;
        }
    }
}
