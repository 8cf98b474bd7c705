#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
use safe_arch::{
    cmp_eq_mask_i8_m128i, load_unaligned_m128i, min_u8_m128i, move_mask_i8_m128i,
    set_splat_i8_m128i,
};

/// The first position from `at` on that holds a quote, a backslash or a control character, or the end of the text.
#[inline]
pub(crate) fn plain(text: &[u8], mut at: usize) -> usize {
    while let Some(bytes) = word(text, at) {
        let first = first_special(bytes);
        at += first;
        if first < bytes.len() {
            return at;
        }
    }
    plain_bytes(text, at)
}

/// The place of the first special byte, or 16.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[inline]
fn first_special(bytes: &[u8; 16]) -> usize {
    let bytes = load_unaligned_m128i(bytes);
    let splat = |byte: u8| set_splat_i8_m128i(byte.cast_signed());
    let control = cmp_eq_mask_i8_m128i(min_u8_m128i(bytes, splat(0x1f)), bytes);
    let quote = cmp_eq_mask_i8_m128i(bytes, splat(b'"'));
    let backslash = cmp_eq_mask_i8_m128i(bytes, splat(b'\\'));
    let special = move_mask_i8_m128i(control | quote | backslash);
    (special | 1 << 16).trailing_zeros() as usize
}

/// The place of the first special byte, or 16.
#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
#[inline]
fn first_special(bytes: &[u8; 16]) -> usize {
    let [first, second] = bytes.as_chunks().0 else {
        return 0;
    };
    match (special(first), special(second)) {
        (0, second) => 8 + (second.trailing_zeros() / 8) as usize,
        (first, _) => (first.trailing_zeros() / 8) as usize,
    }
}

fn plain_bytes(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| !is_special(**byte)).count()
}

#[inline]
fn word<const N: usize>(text: &[u8], at: usize) -> Option<&[u8; N]> {
    text.get(at..)?.first_chunk()
}

/// A mark in each byte that is a quote, a backslash or a control character. Only the lowest mark counts.
#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
#[inline]
fn special(bytes: &[u8; 8]) -> u64 {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    let word = u64::from_le_bytes(*bytes);
    // A lesser byte borrows from its highest bit, which is never set in the bytes we look for.
    let less = |word: u64, than: u8| word.wrapping_sub(EACH * u64::from(than));
    let equal = |byte: u8| less(word ^ (EACH * u64::from(byte)), 1);
    (less(word, 0x20) | equal(b'"') | equal(b'\\')) & !word & (EACH << 7)
}

#[inline]
fn is_special(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

/// Whether a string can be written in JSON without escapes.
pub(crate) fn is_plain(string: &[u8]) -> bool {
    // The last word overlaps the one before it.
    match (
        string.last_chunk(),
        string.first_chunk(),
        string.last_chunk(),
    ) {
        (Some(last), ..) => {
            are_plain::<16>(last) && string.as_chunks().0.iter().all(are_plain::<16>)
        }
        (_, Some(first), Some(last)) => are_plain::<8>(first) && are_plain::<8>(last),
        _ => !string.iter().any(|byte| is_special(*byte)),
    }
}

/// Checks all bytes at once, in a form that compilers turn into vector instructions.
#[inline]
fn are_plain<const N: usize>(bytes: &[u8; N]) -> bool {
    !bytes
        .iter()
        .fold(false, |found, byte| found | is_special(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_to_escape_are_found_at_every_position() {
        for length in 0..40 {
            let mut text = vec![b'\x80'; length];
            assert!(is_plain(&text), "{length}");
            assert_eq!(plain(&text, 0), length);
            for at in 0..length {
                for special in [0, 0x1f, b'"', b'\\'] {
                    text[at] = special;
                    assert!(!is_plain(&text), "{special} at {at} of {length}");
                    assert_eq!(plain(&text, 0), at);
                    assert_eq!(plain(&text, at + 1), length);
                    text[at] = b' ';
                }
            }
        }
    }
}
