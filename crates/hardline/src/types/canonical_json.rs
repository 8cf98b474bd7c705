use std::error::Error;
use std::fmt::{self, Write};

use crate::types::SafeInteger;

/// How deeply values may be nested, as in serde_json.
const DEEPEST: usize = 127;

/// The unique text of a JSON value that is signed and hashed: members ordered by name, no white space, no unnecessary
/// escapes.
///
/// A number with a fraction or an exponent becomes the integer that it equals: `1e2` becomes `100`. Values without a
/// canonical form are refused: a number that is not an integer or not a [`SafeInteger`], and an object in which a name
/// appears twice, since readers disagree about its meaning.
///
/// ```
/// use hardline::types::{CanonicalJsonError, canonical_json};
///
/// let text = r#"{"b": "\u65e5", "a": [1e2, null]}"#;
/// assert_eq!(canonical_json(text)?, r#"{"a":[100,null],"b":"日"}"#);
/// assert_eq!(canonical_json("1.5"), Err(CanonicalJsonError::Fraction { at: 0 }));
/// # Ok::<(), CanonicalJsonError>(())
/// ```
///
/// Remove the members `signatures` and `unsigned` from an object before you sign it.
///
/// # Errors
/// [`CanonicalJsonError`], which says what is wrong and at which byte.
///
/// Specification: [canonical JSON](https://spec.matrix.org/v1.19/appendices/#canonical-json),
/// [signing JSON](https://spec.matrix.org/v1.19/appendices/#signing-json).
pub fn canonical_json(text: &str) -> Result<String, CanonicalJsonError> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.pass_white_space();
    if reader.at < text.len() {
        return Err(CanonicalJsonError::NotJson { at: reader.at });
    }
    let mut canonical = String::with_capacity(text.len());
    value.write_to(&mut canonical);
    Ok(canonical)
}

/// Why a text has no canonical form. `at` is the position in the text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CanonicalJsonError {
    /// The text is not JSON.
    NotJson {
        /// The position in the text, in bytes.
        at: usize,
    },
    /// Values are nested more than 127 levels deep.
    TooDeep {
        /// The position in the text, in bytes.
        at: usize,
    },
    /// A number is not an integer.
    Fraction {
        /// The position in the text, in bytes.
        at: usize,
    },
    /// A number is not between -(2^53 - 1) and 2^53 - 1.
    OutOfRange {
        /// The position in the text, in bytes.
        at: usize,
    },
    /// An object has two members with the same name.
    DuplicateMember {
        /// The position where the object begins, in bytes.
        at: usize,
    },
}

impl fmt::Display for CanonicalJsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson { at } => write!(f, "the text is not json at byte {at}"),
            Self::TooDeep { at } => write!(f, "more than {DEEPEST} levels of values at byte {at}"),
            Self::Fraction { at } => write!(f, "the number at byte {at} is not an integer"),
            Self::OutOfRange { at } => write!(
                f,
                "the number at byte {at} is not between -9007199254740991 and 9007199254740991"
            ),
            Self::DuplicateMember { at } => {
                write!(
                    f,
                    "the object at byte {at} has two members with the same name"
                )
            }
        }
    }
}

impl Error for CanonicalJsonError {}

enum Value {
    Word(&'static str),
    Integer(SafeInteger),
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    fn write_to(&self, out: &mut String) {
        match self {
            Self::Word(word) => out.push_str(word),
            Self::Integer(number) => {
                // Writing to a String cannot fail.
                let _ = write!(out, "{number}");
            }
            Self::Text(text) => write_text(text, out),
            Self::List(values) => {
                out.push('[');
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    value.write_to(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_text(name, out);
                    out.push(':');
                    value.write_to(out);
                }
                out.push('}');
            }
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..'\u{20}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// Parses the grammar itself, since it needs numbers as they are written: as a float, a number may look like an integer
/// although it is not one.
struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn value(&mut self, depth: usize) -> Result<Value, CanonicalJsonError> {
        self.pass_white_space();
        match self.peek() {
            Some(b'{' | b'[') if depth == DEEPEST => {
                Err(CanonicalJsonError::TooDeep { at: self.at })
            }
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.list(depth + 1),
            Some(b'"') => self.string().map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Integer),
            _ => ["true", "false", "null"]
                .into_iter()
                .find(|word| self.text.as_bytes()[self.at..].starts_with(word.as_bytes()))
                .map(|word| {
                    self.at += word.len();
                    Value::Word(word)
                })
                .ok_or(self.not_json()),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value, CanonicalJsonError> {
        self.at += 1;
        let mut values = Vec::new();
        self.pass_white_space();
        if self.pass(b']') {
            return Ok(Value::List(values));
        }
        loop {
            values.push(self.value(depth)?);
            self.pass_white_space();
            if self.pass(b']') {
                return Ok(Value::List(values));
            }
            self.expect(b',')?;
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, CanonicalJsonError> {
        let begin = self.at;
        self.at += 1;
        let mut members = Vec::new();
        self.pass_white_space();
        if self.pass(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.pass_white_space();
            let name = self.string()?;
            self.pass_white_space();
            self.expect(b':')?;
            members.push((name, self.value(depth)?));
            self.pass_white_space();
            if self.pass(b'}') {
                break;
            }
            self.expect(b',')?;
        }
        // Text is compared as UTF-8, which orders it by code points.
        members.sort_by(|(one, _), (other, _)| one.cmp(other));
        if members.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(CanonicalJsonError::DuplicateMember { at: begin });
        }
        Ok(Value::Object(members))
    }

    fn string(&mut self) -> Result<String, CanonicalJsonError> {
        let begin = self.at;
        self.expect(b'"')?;
        loop {
            match self.peek() {
                Some(b'"') => break,
                // An escaped character does not end the string. A character of several bytes is skipped byte by byte.
                Some(b'\\') => self.at += 2,
                Some(_) => self.at += 1,
                None => return Err(self.not_json()),
            }
        }
        self.at += 1;
        serde_json::from_slice(&self.text.as_bytes()[begin..self.at])
            .map_err(|_| CanonicalJsonError::NotJson { at: begin })
    }

    fn number(&mut self) -> Result<SafeInteger, CanonicalJsonError> {
        let begin = self.at;
        let is_negative = self.pass(b'-');
        let whole = self.digits()?;
        if whole.len() > 1 && whole.starts_with('0') {
            return Err(CanonicalJsonError::NotJson { at: begin });
        }
        let mut digits = whole.to_owned();
        let mut exponent = 0;
        if self.pass(b'.') {
            let fraction = self.digits()?;
            digits.push_str(fraction);
            exponent = -(fraction.len() as i64);
        }
        if self.pass(b'e') || self.pass(b'E') {
            let is_less = !self.pass(b'+') && self.pass(b'-');
            // An exponent that does not fit is far greater than the number of digits that any text can have.
            let written = self.digits()?.parse().unwrap_or(i64::MAX / 2);
            exponent += if is_less { -written } else { written };
        }
        integer(is_negative, &digits, exponent).map_err(|problem| problem(begin))
    }

    /// One or more digits.
    fn digits(&mut self) -> Result<&'t str, CanonicalJsonError> {
        let begin = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == begin {
            return Err(self.not_json());
        }
        Ok(&self.text[begin..self.at])
    }

    fn pass_white_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), CanonicalJsonError> {
        if self.pass(byte) {
            Ok(())
        } else {
            Err(self.not_json())
        }
    }

    fn pass(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn not_json(&self) -> CanonicalJsonError {
        CanonicalJsonError::NotJson {
            at: self.at.min(self.text.len()),
        }
    }
}

/// The integer of these digits times ten to the power of the exponent.
fn integer(
    is_negative: bool,
    digits: &str,
    exponent: i64,
) -> Result<SafeInteger, fn(usize) -> CanonicalJsonError> {
    let digits = digits.trim_start_matches('0');
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return Ok(SafeInteger::default());
    }
    let exponent = exponent.saturating_add((digits.len() - significant.len()) as i64);
    if exponent < 0 {
        return Err(|at| CanonicalJsonError::Fraction { at });
    }
    // The range ends at 16 digits, which fit into 64 bits.
    let power = u32::try_from(exponent)
        .ok()
        .filter(|power| significant.len() + *power as usize <= 16);
    power
        .and_then(|power| Some(significant.parse::<i64>().ok()? * 10_i64.pow(power)))
        .map(|number| if is_negative { -number } else { number })
        .and_then(|number| SafeInteger::try_from(number).ok())
        .ok_or(|at| CanonicalJsonError::OutOfRange { at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (text, number) in [
            ("0", "0"),
            ("-0", "0"),
            ("-0.0e99999999999999999999", "0"),
            ("1e2", "100"),
            ("-1.50E+1", "-15"),
            ("100e-2", "1"),
            ("9007199254740991", "9007199254740991"),
            ("-9007199254740991.000", "-9007199254740991"),
        ] {
            assert_eq!(canonical_json(text).as_deref(), Ok(number), "{text}");
        }
        for text in [
            "1.5",
            "1e-1",
            "4503599627370496.4",
            "1e-99999999999999999999",
        ] {
            let refused = Err(CanonicalJsonError::Fraction { at: 0 });
            assert_eq!(canonical_json(text), refused, "{text}");
        }
        for text in [
            "9007199254740992",
            "-9007199254740992",
            "1e16",
            "1e99999999999999999999",
            "123456789012345678901234567890",
        ] {
            let refused = Err(CanonicalJsonError::OutOfRange { at: 0 });
            assert_eq!(canonical_json(text), refused, "{text}");
        }
    }

    #[test]
    fn invalid_json_is_an_error_with_its_position() {
        for (text, at) in [
            ("", 0),
            (" nul", 1),
            ("01", 0),
            ("1.", 2),
            ("1e", 2),
            ("-", 1),
            ("+1", 0),
            ("[1,]", 3),
            ("[1 2]", 3),
            ("{\"a\"}", 4),
            ("{a:1}", 1),
            ("\"\\", 2),
            ("\"\\ud800\"", 0),
            ("\"\n\"", 0),
            ("{} x", 3),
            ("\u{feff}{}", 0),
        ] {
            let refused = Err(CanonicalJsonError::NotJson { at });
            assert_eq!(canonical_json(text), refused, "{text}");
        }
    }

    #[test]
    fn a_duplicate_name_is_refused_however_it_is_written() {
        let text = r#"[{"a": 1, "b": 2, "\u0061": 1}]"#;
        let refused = Err(CanonicalJsonError::DuplicateMember { at: 1 });
        assert_eq!(canonical_json(text), refused);
    }

    #[test]
    fn values_lie_in_each_other_as_deep_as_serde_json_reads_them() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(canonical_json(&nested(127)), Ok(nested(127)));
        assert!(serde_json::from_str::<serde_json::Value>(&nested(127)).is_ok());
        let refused = Err(CanonicalJsonError::TooDeep { at: 127 });
        assert_eq!(canonical_json(&nested(128)), refused);
        assert!(serde_json::from_str::<serde_json::Value>(&nested(128)).is_err());
    }
}
