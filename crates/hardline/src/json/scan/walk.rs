use super::blocks::{BLOCK, Blocks, Marks, block};

/// An object or a list that was split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Split {
    /// The position after its closing bracket.
    pub(crate) end: usize,
    /// How many objects and lists begin directly in it.
    pub(crate) openings: usize,
}

/// The end of the object or list that begins at `at`. `None` if the text ends first.
#[inline(always)]
pub(super) fn skip<B: Blocks>(blocks: B, text: &[u8], mut at: usize) -> Option<usize> {
    let mut strings = Strings::default();
    let mut depth = 0_usize;
    let mut last = [0; BLOCK];
    loop {
        let marks = blocks.marks(block(text, at, &mut last)?);
        let inside = strings.inside(&marks);
        let (open, mut close) = (marks.open & !inside, marks.close & !inside);
        let closings = count(close);
        if closings >= depth {
            let mut closed = 0;
            while close != 0 {
                let bracket = lowest(close);
                closed += 1;
                if depth + count(open & (bracket - 1)) <= closed {
                    return Some(at + place(bracket) + 1);
                }
                close ^= bracket;
            }
        }
        depth = depth + count(open) - closings;
        at += BLOCK;
    }
}

/// Splits the object or list that begins at `at`: adds where each of its commas is, and its closing bracket, counted
/// from `at`. `None` if the text ends first, or if positions in it do not fit.
#[inline(always)]
pub(super) fn split<B: Blocks>(
    blocks: B,
    text: &[u8],
    begin: usize,
    ends: &mut Vec<u32>,
) -> Option<Split> {
    let mut strings = Strings::default();
    let (mut depth, mut openings) = (0_usize, 0);
    let mut last = [0; BLOCK];
    let mut at = begin;
    loop {
        let marks = blocks.marks(block(text, at, &mut last)?);
        let inside = strings.inside(&marks);
        let (open, close) = (marks.open & !inside, marks.close & !inside);
        let closings = count(close);
        if closings + 1 < depth {
            // No bracket leads out to the first level.
            depth = depth + count(open) - closings;
            at += BLOCK;
            continue;
        }
        let comma = marks.comma & !inside;
        let from_begin = u32::try_from(at - begin).ok()?;
        make_room(ends);
        let mut brackets = open | close;
        // The bytes after the last bracket.
        let mut rest = u64::MAX;
        while brackets != 0 {
            let bracket = lowest(brackets);
            brackets ^= bracket;
            if depth == 1 {
                note(ends, rest & (bracket - 1) & comma, from_begin);
            }
            rest = !(bracket | (bracket - 1));
            if open & bracket != 0 {
                openings += usize::from(depth == 1);
                depth += 1;
            } else if depth > 1 {
                depth -= 1;
            } else {
                note(ends, bracket, from_begin);
                let end = at + place(bracket) + 1;
                return Some(Split { end, openings });
            }
        }
        if depth == 1 {
            note(ends, rest & comma, from_begin);
        }
        at += BLOCK;
    }
}

/// Room for what one block may add. It grows by a quarter: doubling would take more memory than a body has.
#[inline(always)]
fn make_room(ends: &mut Vec<u32>) {
    if ends.capacity() - ends.len() < BLOCK {
        ends.reserve_exact(BLOCK.max(ends.len() / 4));
    }
}

#[inline(always)]
fn note(ends: &mut Vec<u32>, mut marks: u64, from_begin: u32) {
    while marks != 0 {
        // It cannot overflow: blocks divide the 4 GB evenly.
        ends.push(from_begin + marks.trailing_zeros());
        marks &= marks - 1;
    }
}

#[inline(always)]
fn lowest(marks: u64) -> u64 {
    marks & marks.wrapping_neg()
}

#[inline(always)]
fn place(mark: u64) -> usize {
    mark.trailing_zeros() as usize
}

#[inline(always)]
fn count(marks: u64) -> usize {
    marks.count_ones() as usize
}

/// Which bytes are in strings. It goes on from block to block.
#[derive(Clone, Copy, Default)]
struct Strings {
    /// The first byte of the next block is escaped.
    is_escaped: bool,
    /// All ones if the next block begins in a string.
    inside: u64,
}

impl Strings {
    /// The bytes in strings, with the opening quotes and without the closing ones.
    #[inline(always)]
    fn inside(&mut self, marks: &Marks) -> u64 {
        let quote = marks.quote & !self.escaped(marks.backslash);
        let mut inside = quote;
        // Each bit becomes the parity of the quotes up to it.
        for shift in [1, 2, 4, 8, 16, 32] {
            inside ^= inside << shift;
        }
        inside ^= self.inside;
        self.inside = if inside >> 63 == 1 { u64::MAX } else { 0 };
        inside
    }

    /// The bytes that a backslash escapes.
    #[inline(always)]
    fn escaped(&mut self, backslash: u64) -> u64 {
        const EVEN: u64 = 0x5555_5555_5555_5555;
        let first = u64::from(self.is_escaped);
        if backslash == 0 {
            self.is_escaped = false;
            return first;
        }
        let backslash = backslash & !first;
        let follows = backslash << 1 | first;
        // Of a run of backslashes every other one is escaped. Where a run ends after an odd number of them, the byte
        // after it is escaped. The addition carries through each run that begins at an odd position.
        let odd_begins = backslash & !EVEN & !follows;
        let (from_even, is_escaped) = odd_begins.overflowing_add(backslash);
        self.is_escaped = is_escaped;
        (EVEN ^ (from_even << 1)) & follows
    }
}
