use serde::de::{Error, Unexpected};

use crate::json::{Shape, TextShape};

/// Why a text or the name of an entry does not fit.
#[derive(Clone, Copy)]
pub(super) enum Misfit {
    Empty,
    Invalid,
}

impl Misfit {
    pub(super) fn of_text(shape: &TextShape, text: &str) -> Option<Self> {
        (shape.is_never_empty && text.is_empty()).then_some(Self::Empty)
    }

    /// A name is a text, whatever it stands for.
    pub(super) fn of_name(shape: &Shape, name: &str) -> Option<Self> {
        match shape {
            Shape::Text(shape) => Self::of_text(shape, name),
            Shape::Integer { least, greatest } => {
                let range = i128::from(*least)..=i128::from(*greatest);
                let number = name.parse().ok().filter(|number| range.contains(number));
                let is_written_so = number.is_some_and(|number| number.to_string() == name);
                (!is_written_so).then_some(Self::Invalid)
            }
            Shape::Boolean => (!matches!(name, "true" | "false")).then_some(Self::Invalid),
            _ => None,
        }
    }

    pub(super) fn error<E: Error>(self) -> E {
        match self {
            Self::Empty => E::invalid_value(Unexpected::Str(""), &"a non-empty string"),
            Self::Invalid => E::custom("the name does not fit"),
        }
    }
}
