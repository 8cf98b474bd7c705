/// How many bytes are looked at in one go.
pub(super) const BLOCK: usize = 64;

/// Where certain characters are in a block: a bit for each byte, the first byte's lowest. Strings may hold them too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) quote: u64,
    pub(super) backslash: u64,
    /// `{` and `[`.
    pub(super) open: u64,
    /// `}` and `]`.
    pub(super) close: u64,
    pub(super) comma: u64,
}

/// The instructions of a processor that find characters.
pub(super) trait Blocks: Copy {
    fn marks(self, block: &[u8; BLOCK]) -> Marks;
}

/// The block that begins here, filled up with spaces if the text ends in it. `None` at the end of the text.
#[inline(always)]
pub(super) fn block<'t>(
    text: &'t [u8],
    at: usize,
    last: &'t mut [u8; BLOCK],
) -> Option<&'t [u8; BLOCK]> {
    let rest = text.get(at..)?;
    if let Some(block) = rest.first_chunk() {
        return Some(block);
    }
    if rest.is_empty() {
        return None;
    }
    last.fill(b' ');
    last[..rest.len()].copy_from_slice(rest);
    Some(last)
}
