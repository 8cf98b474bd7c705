use std::error::Error;
use std::fmt::{self, Write};

use crate::json::{Cursor, Mismatch, Number};
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
    let mut reader = Reader(Cursor::new(text.as_bytes()));
    let value = reader.value(0)?;
    reader.0.end().map_err(|_| reader.not_json())?;
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

/// Builds values from what a cursor reads. serde would lose how a number was written, and that a name is there twice.
struct Reader<'t>(Cursor<'t>);

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<Value, CanonicalJsonError> {
        match self.peek()? {
            b'{' | b'[' if depth == DEEPEST => Err(CanonicalJsonError::TooDeep { at: self.0.at }),
            b'{' => self.object(depth + 1),
            b'[' => self.list(depth + 1),
            b'"' => self.string().map(Value::Text),
            b'-' | b'0'..=b'9' => self.integer().map(Value::Integer),
            _ => {
                let words = ["true", "false", "null"].into_iter();
                let mut words = words.filter(|word| self.0.literal(word).is_ok());
                let word = words.next();
                word.map(Value::Word).ok_or(self.not_json())
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value, CanonicalJsonError> {
        self.0.at += 1;
        let mut values = Vec::new();
        if self.passes(b']')? {
            return Ok(Value::List(values));
        }
        loop {
            values.push(self.value(depth)?);
            if self.passes(b']')? {
                return Ok(Value::List(values));
            }
            self.expect(b',')?;
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, CanonicalJsonError> {
        let begin = self.0.at;
        self.0.at += 1;
        let mut members = Vec::new();
        if self.passes(b'}')? {
            return Ok(Value::Object(members));
        }
        loop {
            let name = self.string()?;
            self.expect(b':')?;
            members.push((name, self.value(depth)?));
            if self.passes(b'}')? {
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
        if self.peek()? != b'"' {
            return Err(self.not_json());
        }
        let error = self.not_json();
        let string = self.0.string().map_err(|_| error)?;
        Ok(string.into_owned())
    }

    fn integer(&mut self) -> Result<SafeInteger, CanonicalJsonError> {
        let at = self.0.at;
        let number = self.0.integer().map_err(|mismatch| match mismatch {
            Mismatch::Syntax => CanonicalJsonError::NotJson { at },
            // It is greater than any float.
            _ => CanonicalJsonError::OutOfRange { at },
        })?;
        let integer = match number {
            Number::Unsigned(number) => SafeInteger::try_from(number),
            Number::Signed(number) => SafeInteger::try_from(number),
            Number::Float(number) if number.abs() < MOST_IN_64_BITS => {
                return Err(CanonicalJsonError::Fraction { at });
            }
            Number::Float(_) => return Err(CanonicalJsonError::OutOfRange { at }),
        };
        integer.map_err(|_| CanonicalJsonError::OutOfRange { at })
    }

    fn peek(&mut self) -> Result<u8, CanonicalJsonError> {
        self.0.peek().map_err(|_| self.not_json())
    }

    fn passes(&mut self, byte: u8) -> Result<bool, CanonicalJsonError> {
        let is_there = self.peek()? == byte;
        self.0.at += usize::from(is_there);
        Ok(is_there)
    }

    fn expect(&mut self, byte: u8) -> Result<(), CanonicalJsonError> {
        self.0.expect(byte).map_err(|_| self.not_json())
    }

    fn not_json(&self) -> CanonicalJsonError {
        CanonicalJsonError::NotJson { at: self.0.at }
    }
}

/// A lesser number that is whole was read as an integer.
const MOST_IN_64_BITS: f64 = 9_223_372_036_854_775_808.0;

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
            ("1.", 0),
            ("1e", 0),
            ("-", 0),
            ("+1", 0),
            ("[1,]", 3),
            ("[1 2]", 3),
            ("{\"a\"}", 4),
            ("{a:1}", 1),
            ("\"\\", 0),
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
