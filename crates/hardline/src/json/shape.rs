//! What the JSON of a type looks like, as data: operations by name and strategies of property tests are made from it.

mod shaped;
#[cfg(feature = "proptest")]
pub(crate) mod strategy;

use std::fmt;

pub use shaped::Shaped;

/// What the JSON of a type looks like. `Display` words it as errors do: "a string", "u64", "a map".
///
/// ```
/// use hardline::json::{Shape, Shaped};
///
/// assert_eq!(<Vec<String> as Shaped>::SHAPE.to_string(), "a sequence");
/// let Shape::List(element) = <Vec<String> as Shaped>::SHAPE else { unreachable!("it is a list") };
/// assert_eq!(element.to_string(), "a string");
/// assert_eq!(u8::SHAPE.to_string(), "u8");
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Shape {
    /// Any JSON value.
    Any,
    /// An object of any members.
    Object,
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// `true`. What `false` says is told as an error before the value is read.
    True,
    /// A whole number in this range.
    Integer {
        /// The least value.
        least: i64,
        /// The greatest value.
        greatest: u64,
    },
    /// A power level: a whole number, or one of the forms that older rooms allow.
    PowerLevel,
    /// A number.
    Number,
    /// A string.
    Text(&'static TextShape),
    /// Bytes: in JSON, a string of base64.
    Bytes,
    /// A list of values of one shape.
    List(&'static Shape),
    /// An object whose names and whose values have a shape each.
    Map(&'static Shape, &'static Shape),
    /// A value, or `null`.
    Optional(&'static Shape),
    /// An object with known members.
    Struct(&'static StructShape),
    /// An object with known members and others.
    Open(&'static OpenShape),
}

/// What a string type takes.
#[derive(Clone, Copy, Debug)]
pub struct TextShape {
    /// Whether it identifies something: a server's number is then read as its text.
    pub is_identifier: bool,
    /// Whether an empty text does not fit.
    pub is_never_empty: bool,
    /// Known values, if it is an enumeration. Others are kept as they are.
    pub known: &'static [&'static str],
    /// A regular expression for examples: of values that are not known, if it is an enumeration.
    pub examples: &'static str,
}

impl TextShape {
    /// A text that matches this regular expression, for a field whose type says less.
    pub const fn like(examples: &'static str) -> Self {
        Self {
            is_identifier: false,
            is_never_empty: false,
            known: &[],
            examples,
        }
    }
}

/// An object with known members.
#[derive(Clone, Copy, Debug)]
pub struct StructShape {
    /// The name of the type.
    pub name: &'static str,
    /// The members, in the order in which they are written.
    pub fields: &'static [FieldShape],
    /// Whether it is read without leniency wherever it stands, and all below it.
    pub is_strict: bool,
}

/// A member of a struct.
#[derive(Clone, Copy, Debug)]
pub struct FieldShape {
    /// Its name in JSON.
    pub name: &'static str,
    /// The shape of its value.
    pub shape: &'static Shape,
    /// Whether it may be missing.
    pub presence: Presence,
}

/// Whether a member may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The struct cannot be read without it.
    Required,
    /// Without it the field is `None`, and `None` is not written.
    Optional,
    /// Without it the field has its default value. It is always written.
    Default,
}

/// An object whose type is read by hand.
#[derive(Clone, Copy, Debug)]
pub struct OpenShape {
    /// What it should be, as an error says it.
    pub expected: &'static str,
    /// The members that have fields of their own. They are written first.
    pub known: &'static [FieldShape],
    /// Other names of known members, `(other name, name)`: what comes under them counts if the member has no value.
    pub aliases: &'static [(&'static str, &'static str)],
    /// The shapes of the names and the values of all other members, if they are kept.
    pub others: Option<(&'static Shape, &'static Shape)>,
}

impl Shape {
    /// The shape without a `null` that is allowed beside it.
    pub fn present(&self) -> &Self {
        match self {
            Self::Optional(shape) => shape.present(),
            _ => self,
        }
    }

    /// Whether it is an integer of a range that no type of Rust has: it is read as a wider one.
    #[cfg(feature = "by-name")]
    pub(crate) fn is_narrowed(&self) -> bool {
        match *self {
            Self::Integer { least, greatest } => {
                let width = (greatest as i128 - least as i128 + 1).unsigned_abs();
                !width.is_power_of_two()
            }
            _ => false,
        }
    }

    /// The known values of an enumeration; empty for everything else.
    pub fn known(&self) -> &'static [&'static str] {
        match self.present() {
            Self::Text(text) => text.known,
            _ => &[],
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "a JSON value",
            Self::Null => "unit",
            Self::Boolean | Self::True => "a boolean",
            Self::Integer { least, greatest } => integer(*least, *greatest),
            Self::PowerLevel => "a power level",
            Self::Number => "f64",
            Self::Text(_) => "a string",
            Self::Bytes => "bytes as base64",
            Self::List(_) => "a sequence",
            Self::Object | Self::Map(..) => "a map",
            Self::Optional(shape) => return shape.fmt(f),
            Self::Struct(object) => return write!(f, "struct {}", object.name),
            Self::Open(object) => object.expected,
        })
    }
}

/// The name of the integer type with this range, or of the one that it is read as.
const fn integer(least: i64, greatest: u64) -> &'static str {
    match (least, greatest) {
        (0, 0xff) => "u8",
        (0, 0xffff) => "u16",
        (0, 0xffff_ffff) => "u32",
        (0, _) => "u64",
        (-0x80, 0x7f) => "i8",
        (-0x8000, 0x7fff) => "i16",
        (-0x8000_0000, 0x7fff_ffff) => "i32",
        _ => "i64",
    }
}
