use serde::de::{Deserialize, Deserializer, Error as _};

/// The type of a member, and whether it is required: `string(mx-user-id)`, `list<integer>?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The kind of its values.
    pub kind: Kind,
    /// Whether it is required: it is unless its type ends with `?`.
    pub is_required: bool,
}

/// The kind of a member's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `boolean`
    Boolean,
    /// `integer`
    Integer,
    /// `number`: may have a fraction.
    Number,
    /// `string`, `string(FORMAT)`, `string(ONE|OTHER)` or `string(ONE|)`
    String(Text),
    /// `list<ELEMENT>`
    List(Box<Kind>),
    /// `map<KEY,VALUE>`: an object whose names are data of this format.
    Map(String, Box<Kind>),
    /// `object`, `object(TITLE)`; with a `+` if it may have members beyond the listed ones.
    Object {
        /// Its title in the specification.
        title: Option<String>,
        /// Whether it may have further members.
        is_open: bool,
    },
    /// `any`: JSON of several types.
    Any,
    /// `bytes`
    Bytes,
}

/// The kind of a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// Any string.
    Free,
    /// A string of a format: `mx-user-id`.
    Format(String),
    /// One of these, or others.
    OneOf(Vec<String>),
}

impl Typed {
    /// Parses a type as a row gives it.
    ///
    /// # Errors
    /// If the text is not a type.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (kind, is_required) = match text.strip_suffix('?') {
            Some(kind) => (kind, false),
            None => (text, true),
        };
        let kind = Kind::parse(kind).ok_or_else(|| format!("{text} is no type"))?;
        Ok(Self { kind, is_required })
    }
}

impl Kind {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "boolean" => Self::Boolean,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "string" => Self::String(Text::Free),
            "any" => Self::Any,
            "bytes" => Self::Bytes,
            _ => return Self::parse_compound(text),
        })
    }

    fn parse_compound(text: &str) -> Option<Self> {
        let within = |opening: &str, closing: &str| -> Option<&str> {
            text.strip_prefix(opening)?.strip_suffix(closing)
        };
        if let Some(element) = within("list<", ">") {
            return Some(Self::List(Box::new(Self::parse(element)?)));
        }
        if let Some(entry) = within("map<", ">") {
            let (key, value) = entry.split_once(',')?;
            return Some(Self::Map(key.to_owned(), Box::new(Self::parse(value)?)));
        }
        if let Some(detail) = within("string(", ")") {
            let values = detail
                .split('|')
                .filter(|value| !value.is_empty())
                .map(str::to_owned);
            return Some(Self::String(if detail.contains('|') {
                Text::OneOf(values.collect())
            } else {
                Text::Format(detail.to_owned())
            }));
        }
        let (object, is_open) = match text.strip_suffix('+') {
            Some(object) => (object, true),
            None => (text, false),
        };
        let title = match object.strip_prefix("object")? {
            "" => None,
            title => Some(title.strip_prefix('(')?.strip_suffix(')')?.to_owned()),
        };
        Some(Self::Object { title, is_open })
    }

    /// The keyword that its type begins with.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String(_) => "string",
            Self::List(_) => "list",
            Self::Map(..) => "map",
            Self::Object { .. } => "object",
            Self::Any => "any",
            Self::Bytes => "bytes",
        }
    }
}

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}
