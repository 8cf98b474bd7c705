use super::blocks::Blocks;
use super::scalar::Scalar;
use super::{Split, walk};

/// What a back end makes of a text: where the value ends, and how it is split.
type Outcome = (Option<usize>, Option<Split>, Vec<u32>);

fn outcome<B: Blocks>(blocks: B, text: &[u8], at: usize) -> Outcome {
    let mut ends = Vec::new();
    let skipped = walk::skip(blocks, text, at);
    let split = walk::split(blocks, text, at, &mut ends);
    (skipped, split, ends)
}

/// The same, byte by byte.
fn plainly(text: &[u8], at: usize) -> Outcome {
    let (mut depth, mut openings, mut ends) = (0_usize, 0, Vec::new());
    let (mut is_in_string, mut is_escaped) = (false, false);
    for (place, byte) in text.iter().enumerate().skip(at) {
        let from_begin = u32::try_from(place - at).unwrap();
        match byte {
            b'\\' => {
                is_escaped = !is_escaped;
                continue;
            }
            b'"' if !is_escaped => is_in_string = !is_in_string,
            _ if is_in_string => {}
            b'{' | b'[' => {
                openings += usize::from(depth == 1);
                depth += 1;
            }
            b'}' | b']' if depth <= 1 => {
                ends.push(from_begin);
                let end = place + 1;
                return (Some(end), Some(Split { end, openings }), ends);
            }
            b'}' | b']' => depth -= 1,
            b',' if depth == 1 => ends.push(from_begin),
            _ => {}
        }
        is_escaped = false;
    }
    (None, None, ends)
}

/// Every back end that this processor has must agree with the plain loop.
fn agree(text: &[u8], at: usize) {
    let expected = plainly(text, at);
    let shown = String::from_utf8_lossy(text);
    assert_eq!(outcome(Scalar, text, at), expected, "{shown}");
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    assert_eq!(outcome(super::sse2::Sse2, text, at), expected, "{shown}");
    #[cfg(feature = "simd")]
    for level in levels() {
        let found = fearless_simd::dispatch!(level, simd => {
            outcome(super::simd::Vectors(simd), text, at)
        });
        assert_eq!(found, expected, "{shown} with {level:?}");
    }
}

/// The widest vectors of this processor, and narrower ones.
#[cfg(feature = "simd")]
fn levels() -> Vec<fearless_simd::Level> {
    use fearless_simd::Level;

    let best = Level::new();
    #[cfg(target_arch = "x86_64")]
    let narrower = [
        best.as_avx2().map(Level::Avx2),
        best.as_sse4_2().map(Level::Sse4_2),
    ];
    #[cfg(not(target_arch = "x86_64"))]
    let narrower: [Option<Level>; 0] = [];
    let mut levels: Vec<_> = narrower.into_iter().flatten().collect();
    levels.push(best);
    levels
}

/// Miri is slow.
const STEP: usize = if cfg!(miri) { 31 } else { 1 };

#[test]
fn strings_escapes_and_brackets_are_found_at_every_place_of_a_block() {
    let parts: [&[u8]; 12] = [
        br#""""#,
        br#"",""#,
        br#""\\""#,
        br#""\"],""#,
        br#""\\\"}""#,
        br#""\\\\",1"#,
        b"{}",
        b"[1,2],3",
        br#"{"a":[{"b":"]"}],"c":","}"#,
        b"1]",
        b"\\",
        b"\"",
    ];
    for part in parts {
        for length in (0..130).step_by(STEP) {
            let padding = vec![b' '; length];
            agree(&[b"[", &padding[..], part, b"]"].concat(), 0);
            agree(&[b"[[", &padding[..], part, b"],1]"].concat(), 0);
            let filler = vec![b'x'; length];
            agree(&[b"[\"", &filler[..], b"\",", part, b",2]  "].concat(), 0);
            agree(&[&padding[..], b"{", part, b"}"].concat(), length);
            let backslashes = vec![b'\\'; length];
            agree(&[b"[\"", &backslashes[..], part, b"\"]]"].concat(), 0);
        }
    }
}

#[test]
fn more_brackets_than_any_stack_holds_are_skipped() {
    let depth = 1_000_000 / (STEP * STEP);
    let text = [vec![b'['; depth], vec![b']'; depth]].concat();
    assert_eq!(super::skip(&text, 0), Some(text.len()));
    assert_eq!(super::skip(&text[..text.len() - 1], 0), None);
}

#[cfg(feature = "proptest")]
proptest::proptest! {
    #[test]
    fn back_ends_agree_on_any_text(
        text in r#"[\[{]([\[\]{}",:\\ a1\x00é]|\\\\|\\"|"[a ,\]]{0,40}"|,|x{1,70}){0,60}"#,
        at in 0_usize..3,
    ) {
        agree(text.as_bytes(), at.min(text.len()));
    }

    #[test]
    fn back_ends_agree_on_any_bytes(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        agree(&bytes, 0);
    }
}
