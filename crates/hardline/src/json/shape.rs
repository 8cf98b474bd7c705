/// What the JSON of a type looks like, as data: operations by name and strategies of property tests are made from it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Shape {
    /// Any JSON value.
    Any,
    /// An object of any members.
    Object,
    /// `true` or `false`.
    Boolean,
    /// A whole number in this range.
    Integer {
        /// The least value.
        least: i64,
        /// The greatest value.
        greatest: u64,
    },
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
}

/// What a string type takes.
#[derive(Clone, Copy, Debug)]
pub struct TextShape {
    /// Whether it identifies something: a server's number is then read as its text.
    pub is_identifier: bool,
    /// Known values, if it is an enumeration. Others are kept as they are.
    pub known: &'static [&'static str],
    /// A regular expression for examples.
    pub examples: &'static str,
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

/// A type whose JSON has a known shape.
pub trait Shaped {
    /// The shape.
    const SHAPE: &'static Shape;
}
