use serde::de::Visitor;

use crate::json::mismatch::Mismatch;

/// A JSON number, in the type that holds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

impl Number {
    /// The number that begins at `at`, and where it ends.
    pub(crate) fn read(text: &[u8], at: usize) -> Result<(Self, usize), Mismatch> {
        let is_negative = text.get(at) == Some(&b'-');
        let digits = at + usize::from(is_negative);
        let mut end = digits;
        let mut value = 0_u64;
        for byte in text.get(digits..).unwrap_or_default() {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            value = value.wrapping_mul(10).wrapping_add(digit.into());
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

    /// The integer that is written here with a fraction or an exponent, as in `3600.0`, if it is one. It is exact: a
    /// float in between would not be.
    pub(crate) fn whole(number: &[u8]) -> Option<Self> {
        let number = std::str::from_utf8(number).ok()?;
        let (is_negative, number) = match number.strip_prefix('-') {
            Some(number) => (true, number),
            None => (false, number),
        };
        let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = integer.to_owned() + fraction;
        let significant = digits.trim_end_matches('0');
        if significant.is_empty() {
            return Some(Self::Unsigned(0));
        }
        let zeros = i64::try_from(digits.len() - significant.len()).ok()?;
        let fraction = i64::try_from(fraction.len()).ok()?;
        let exponent = exponent
            .parse::<i64>()
            .ok()?
            .checked_add(zeros - fraction)?;
        let power = 10_u64.checked_pow(exponent.try_into().ok()?)?;
        let value = significant.parse::<u64>().ok()?.checked_mul(power)?;
        if is_negative {
            0_i64.checked_sub_unsigned(value).map(Self::Signed)
        } else {
            Some(Self::Unsigned(value))
        }
    }

    pub(crate) fn visit<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_exact_however_it_is_written() {
        for (text, whole) in [
            ("3600.0", Some(Number::Unsigned(3600))),
            ("-3600.000", Some(Number::Signed(-3600))),
            ("36e2", Some(Number::Unsigned(3600))),
            ("3.6E+3", Some(Number::Unsigned(3600))),
            ("360000e-2", Some(Number::Unsigned(3600))),
            ("0.0", Some(Number::Unsigned(0))),
            ("-0", Some(Number::Unsigned(0))),
            ("0e999999999999", Some(Number::Unsigned(0))),
            (
                "90071992547991.000",
                Some(Number::Unsigned(90_071_992_547_991)),
            ),
            ("18446744073709551615.0", Some(Number::Unsigned(u64::MAX))),
            ("18446744073709551616.0", None),
            ("-9223372036854775808.0", Some(Number::Signed(i64::MIN))),
            ("-9223372036854775809.0", None),
            ("1.5", None),
            ("1e-1", None),
            ("1e20", None),
            ("1e99999999999999999999", None),
        ] {
            assert_eq!(Number::whole(text.as_bytes()), whole, "{text}");
        }
    }
}
