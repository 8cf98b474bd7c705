use serde::de::Visitor;

use crate::json::mismatch::Mismatch;

/// A JSON number, in the type that holds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

impl Number {
    /// The number that begins at `at`, and where it ends.
    pub(super) fn read(text: &[u8], at: usize) -> Result<(Self, usize), Mismatch> {
        let is_negative = text.get(at) == Some(&b'-');
        let digits = at + usize::from(is_negative);
        let mut end = digits;
        let mut value = 0_u64;
        while let Some(digit @ b'0'..=b'9') = text.get(end) {
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            end += 1;
        }
        // Any number with so few digits fits.
        let value = if end - digits < 20 {
            Some(value)
        } else {
            std::str::from_utf8(&text[digits..end])
                .ok()
                .and_then(|digits| digits.parse().ok())
        };
        let is_whole = !matches!(text.get(end), Some(b'.' | b'e' | b'E'));
        let has_zero_in_front = end - digits > 1 && text[digits] == b'0';
        if end == digits || has_zero_in_front {
            return Err(Mismatch::Syntax);
        }
        match value {
            Some(value) if is_whole && !is_negative => return Ok((Self::Unsigned(value), end)),
            // -0 is a float: integers have no negative zero.
            Some(value @ 1..) if is_whole => {
                if let Some(value) = 0_i64.checked_sub_unsigned(value) {
                    return Ok((Self::Signed(value), end));
                }
            }
            _ => {}
        }
        let end = self::end(text, at)?;
        let float: Option<f64> = std::str::from_utf8(&text[at..end])
            .ok()
            .and_then(|number| number.parse().ok())
            .filter(|float: &f64| float.is_finite());
        float
            .map(|float| (Self::Float(float), end))
            .ok_or(Mismatch::Invalid)
    }

    pub(super) fn visit<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self {
            Self::Unsigned(value) => visitor.visit_u64(value),
            Self::Signed(value) => visitor.visit_i64(value),
            Self::Float(value) => visitor.visit_f64(value),
        }
    }
}

/// Where the number that begins at `at` ends.
pub(super) fn end(text: &[u8], at: usize) -> Result<usize, Mismatch> {
    let digits = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            Err(Mismatch::Syntax)
        } else {
            Ok(at + count)
        }
    };
    let begin = at + usize::from(text.get(at) == Some(&b'-'));
    let mut end = digits(begin)?;
    if end - begin > 1 && text[begin] == b'0' {
        return Err(Mismatch::Syntax);
    }
    if text.get(end) == Some(&b'.') {
        end = digits(end + 1)?;
    }
    if let Some(b'e' | b'E') = text.get(end) {
        let has_sign = matches!(text.get(end + 1), Some(b'+' | b'-'));
        end = digits(end + 1 + usize::from(has_sign))?;
    }
    Ok(end)
}
