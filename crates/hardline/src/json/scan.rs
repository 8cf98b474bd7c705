//! Finds where the values of a JSON text begin and end, without decoding them. Text that is not JSON gives wrong
//! positions, never a panic.
//!
//! Objects and lists are skipped and split by their brackets and strings alone, 64 bytes at once with whatever the
//! processor has. Nothing in them is held to JSON's grammar.
#![forbid(unsafe_code)]

mod blocks;
mod escape;
mod members;
mod plain;
#[cfg(any(
    test,
    not(any(feature = "simd", all(target_arch = "x86_64", target_feature = "sse2")))
))]
mod scalar;
#[cfg(feature = "simd")]
mod simd;
#[cfg(all(
    target_arch = "x86_64",
    target_feature = "sse2",
    any(test, not(feature = "simd"))
))]
mod sse2;
mod utf8;
mod walk;

pub(crate) use escape::unescape;
pub(crate) use members::{elements, members, members_named, unescaped};
pub(crate) use plain::{is_plain, plain};
pub(crate) use utf8::utf8;
pub(crate) use walk::Split;

/// Calls a function with the best back end that there is.
macro_rules! with_best_blocks {
    ($blocks:ident => $call:expr) => {{
        #[cfg(feature = "simd")]
        {
            fearless_simd::dispatch!(fearless_simd::Level::new(), simd => {
                let $blocks = simd::Vectors(simd);
                $call
            })
        }
        #[cfg(not(feature = "simd"))]
        {
            #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
            let $blocks = sse2::Sse2;
            #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
            let $blocks = scalar::Scalar;
            $call
        }
    }};
}

/// The end of the object or list that begins at `at`. `None` if the text ends first.
pub(crate) fn skip(text: &[u8], at: usize) -> Option<usize> {
    with_best_blocks!(blocks => walk::skip(blocks, text, at))
}

/// Splits the object or list that begins at `at`: adds where each of its commas is, and its closing bracket, counted
/// from `at`. `None` if the text ends first, or after more than 4 GB.
pub(crate) fn split(text: &[u8], at: usize, ends: &mut Vec<u32>) -> Option<Split> {
    with_best_blocks!(blocks => walk::split(blocks, text, at, ends))
}

/// The first position from `at` on that is not white space.
#[inline]
pub(crate) fn space(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(is_space) {
        at += 1;
    }
    at
}

/// The text of a body, without the white space around it. A byte order mark, which some servers put first, counts as
/// white space there.
pub(crate) fn body(text: &[u8]) -> &[u8] {
    trim(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text))
}

/// The text without the white space around it, as JSON defines it: a form feed is not white space.
pub(crate) fn trim(text: &[u8]) -> &[u8] {
    let begin = space(text, 0);
    let last = text.iter().rposition(|byte| !is_space(byte));
    &text[begin..last.map_or(begin, |last| last + 1)]
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// The end of the string that begins at `at` with its quote.
pub(crate) fn string(text: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    loop {
        at = plain(text, at);
        let Some(byte) = text.get(at) else {
            return text.len();
        };
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The end of the value that begins at `at`; `at` itself if none does.
pub(crate) fn value(text: &[u8], at: usize) -> usize {
    match text.get(at) {
        Some(b'{' | b'[') => skip(text, at).unwrap_or(text.len()),
        Some(b'"') => string(text, at),
        _ => {
            let rest = text.get(at..).unwrap_or_default();
            let is_in_value = |byte: &&u8| !b",:]}{[\" \t\n\r".contains(byte);
            at + rest.iter().take_while(is_in_value).count()
        }
    }
}

#[cfg(test)]
mod tests;
