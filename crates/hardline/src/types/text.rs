//! What every identifier and every secret has in common: it is a string with a type of its own.

#[cfg(feature = "events")]
mod glob;
mod invalid_text;

#[cfg(feature = "events")]
pub(crate) use glob::glob_matches;
pub use invalid_text::InvalidText;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};

use crate::json::lenient::IDENTIFIER;

/// Defines a string type with its conversions. `grammar` checks what a caller makes; nothing checks what a server
/// sends, except that a type that is `never_empty` takes no empty text.
///
/// Short functions are `inline`, so that a program compiles only those that it calls.
macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, grammar: $grammar:expr, examples: $examples:literal) => {
        $crate::types::text::text_type!($(#[$doc])* $name, grammar: $grammar, examples: $examples, any_text);
    };
    ($(#[$doc:meta])* $name:ident, grammar: $grammar:expr, examples: $examples:literal, never_empty) => {
        $crate::types::text::text_type!($(#[$doc])* $name, grammar: $grammar, examples: $examples, some_text);
    };
    ($(#[$doc:meta])* $name:ident, grammar: $grammar:expr, examples: $examples:literal, $read:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Makes a value from text that follows the grammar.
            ///
            /// # Errors
            /// [`InvalidText`](crate::types::InvalidText), which says what the grammar requires.
            pub fn parse(text: impl Into<String>) -> Result<Self, $crate::types::InvalidText> {
                let text = text.into();
                let grammar: fn(&str) -> Result<(), $crate::types::InvalidText> = $grammar;
                grammar(&text)?;
                Ok(Self(text))
            }

            /// The text.
            #[inline]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, without copying it.
            #[inline]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            #[inline]
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        // The derived Eq, Ord and Hash are those of the text, so a map can be searched by text.
        impl std::borrow::Borrow<str> for $name {
            #[inline]
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            #[inline]
            fn from(id: $name) -> Self {
                id.0
            }
        }

        $crate::types::text::transparent!($name, $read);
        $crate::types::text::parsed_type!($name);
        $crate::types::text::equals_text!($name);
        $crate::types::text::shape_of_text!($name, $read, $examples);
    };
}

/// The text itself on the wire. Written out, because a derive costs more to compile for each type.
macro_rules! transparent {
    ($name:ident, $read:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::types::text::$read(deserializer).map(Self)
            }
        }
    };
}

/// Reads a text that identifies something or is a secret.
///
/// # Errors
/// Those of the deserializer.
pub(crate) fn any_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    deserializer.deserialize_newtype_struct(IDENTIFIER, IdentifierVisitor)
}

/// The same for one that is of no use if it is empty: a token, or who or what is meant. An optional one then counts as
/// absent.
///
/// # Errors
/// Those of the deserializer, and the text is empty.
pub(crate) fn some_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = any_text(deserializer)?;
    if text.is_empty() {
        return Err(D::Error::invalid_value(
            Unexpected::Str(""),
            &"a non-empty string",
        ));
    }
    Ok(text)
}

/// Our reader also gives the text of a number. Other deserializers read a string.
struct IdentifierVisitor;

impl<'de> Visitor<'de> for IdentifierVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_string<E>(self, text: String) -> Result<String, E> {
        Ok(text)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<String, D::Error> {
        String::deserialize(deserializer)
    }
}

/// The conversions of a type that `parse` makes from text.
macro_rules! parsed_type {
    ($name:ident) => {
        impl std::str::FromStr for $name {
            type Err = $crate::types::InvalidText;

            #[inline]

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::types::InvalidText;

            #[inline]

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::types::InvalidText;

            #[inline]

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }
    };
}

/// Comparison with text.
macro_rules! equals_text {
    ($name:ident) => {
        impl PartialEq<str> for $name {
            #[inline]
            fn eq(&self, text: &str) -> bool {
                self.as_str() == text
            }
        }

        impl PartialEq<&str> for $name {
            #[inline]
            fn eq(&self, text: &&str) -> bool {
                self.as_str() == *text
            }
        }
    };
}

/// Defines a string type whose text never appears in `Debug`, and which has no `Display`. A `token` is never empty when
/// it is read.
macro_rules! secret_type {
    ($(#[$doc:meta])* $name:ident, examples: $examples:literal, $read:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// The secret itself, for code that needs it.
            #[inline]
            pub fn reveal(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        $crate::types::text::transparent!($name, $read);
        $crate::types::text::shape_of_text!($name, $read, $examples);
    };
    ($(#[$doc:meta])* $name:ident, grammar: $grammar:expr, examples: $examples:literal) => {
        secret_type!($(#[$doc])* $name, examples: $examples, any_text);

        impl $name {
            /// Makes a value from text that follows the grammar.
            ///
            /// # Errors
            /// [`InvalidText`](crate::types::InvalidText), which says what the grammar requires and does not repeat the
            /// text.
            pub fn parse(text: impl Into<String>) -> Result<Self, $crate::types::InvalidText> {
                let text = text.into();
                let grammar: fn(&str) -> Result<(), $crate::types::InvalidText> = $grammar;
                grammar(&text)?;
                Ok(Self(text))
            }
        }

        $crate::types::text::parsed_type!($name);
    };
    ($(#[$doc:meta])* $name:ident, token) => {
        secret_type!($(#[$doc])* $name, opaque, some_text);
    };
    ($(#[$doc:meta])* $name:ident, opaque) => {
        secret_type!($(#[$doc])* $name, opaque, any_text);
    };
    ($(#[$doc:meta])* $name:ident, opaque, $read:ident) => {
        secret_type!($(#[$doc])* $name, examples: "\\PC{1,40}", $read);

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            #[inline]

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(text.into())
            }
        }

        impl From<String> for $name {
            #[inline]
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

/// Defines an enumeration of strings that keeps a value that the specification does not list as `Other`.
macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A value that this library does not know, unchanged.
            Other(String),
        }

        impl $name {
            /// The value as it is sent and received.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }

            fn known(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        $crate::types::text::equals_text!($name);

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::known(text).unwrap_or_else(|| Self::Other(text.to_owned()))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::known(&text).unwrap_or(Self::Other(text))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str($crate::types::text::TextVisitor(std::marker::PhantomData))
            }
        }

        #[cfg(any(feature = "by-name", feature = "proptest"))]
        impl $crate::json::Shaped for $name {
            const SHAPE: &'static $crate::json::Shape =
                &$crate::json::Shape::Text(&$crate::json::TextShape {
                    known: &[$($text,)+],
                    ..$crate::json::TextShape::like("[a-z.]{1,12}")
                });
        }

        #[cfg(feature = "proptest")]
        $crate::json::strategy_of_shape!($name);
    };
}

/// Reads a string enumeration, and copies only unknown values.
pub(crate) struct TextVisitor<T>(pub(crate) PhantomData<T>);

impl<T: From<String> + for<'a> From<&'a str>> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<T, E> {
        Ok(text.into())
    }
}

/// Says what the JSON of a string type is: text that looks like these examples.
macro_rules! shape_of_text {
    (@is_never_empty any_text) => {
        false
    };
    (@is_never_empty some_text) => {
        true
    };
    ($name:ident, $read:ident, $examples:literal) => {
        #[cfg(any(feature = "by-name", feature = "proptest"))]
        impl $crate::json::Shaped for $name {
            const SHAPE: &'static $crate::json::Shape =
                &$crate::json::Shape::Text(&$crate::json::TextShape {
                    is_identifier: true,
                    is_never_empty: $crate::types::text::shape_of_text!(@is_never_empty $read),
                    ..$crate::json::TextShape::like($examples)
                });
        }

        #[cfg(feature = "proptest")]
        $crate::json::strategy_of_shape!($name);
    };
}

pub(crate) use {
    equals_text, parsed_type, secret_type, shape_of_text, text_enum, text_type, transparent,
};
