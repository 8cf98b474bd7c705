use std::collections::BTreeMap;
use std::sync::Arc;

use crate::json::{JsonMap, JsonObject, JsonText, RawJson, RawList, RawMap, Shape, TextShape};

/// A type whose JSON has a known shape. What serde reads and writes for the type is of that shape.
///
/// An operation of your own needs a shape to be called by its name. Its derive stands beside serde's:
///
/// ```
/// use hardline::json::{Shape, Shaped};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Shaped)]
/// struct Paint {
///     #[serde(rename = "roomId")]
///     room_id: hardline::RoomId,
///     colour: Option<Colour>,
/// }
///
/// // A type that reads itself by hand says its shape by hand.
/// struct Colour(u8, u8, u8);
///
/// impl Shaped for Colour {
///     const SHAPE: &'static Shape = &Shape::Text(&TextShape::like("#[0-9a-f]{6}"));
/// }
/// # use hardline::json::TextShape;
/// # use serde::{Deserializer, Serializer};
/// # impl Serialize for Colour {
/// #     fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
/// #         serializer.collect_str(&format_args!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2))
/// #     }
/// # }
/// # impl<'de> Deserialize<'de> for Colour {
/// #     fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
/// #         String::deserialize(deserializer).map(|_| Self(0, 0, 0))
/// #     }
/// # }
///
/// let Shape::Struct(shape) = Paint::SHAPE else { unreachable!("it is a struct") };
/// assert_eq!(shape.fields[0].name, "roomId");
/// assert_eq!(shape.fields[1].shape.to_string(), "a string");
/// ```
pub trait Shaped {
    /// The shape.
    const SHAPE: &'static Shape;
}

macro_rules! shaped {
    ($($type:ty: $shape:expr;)+) => {
        $(impl Shaped for $type {
            const SHAPE: &'static Shape = &$shape;
        })+
    };
}

shaped! {
    (): Shape::Null;
    bool: Shape::Boolean;
    f64: Shape::Number;
    String: Shape::Text(&TextShape::like("\\PC*"));
    RawJson: Shape::Any;
    JsonObject: Shape::Object;
}

macro_rules! integers {
    ($($type:ty)+) => {
        $(impl Shaped for $type {
            const SHAPE: &'static Shape = &Shape::Integer {
                least: <$type>::MIN as i64,
                greatest: <$type>::MAX as u64,
            };
        })+
    };
}

integers! { u8 u16 u32 u64 i8 i16 i32 i64 }

impl<K: Shaped, V: Shaped> Shaped for JsonMap<K, V> {
    const SHAPE: &'static Shape = &Shape::Map(K::SHAPE, V::SHAPE);
}

// What stays undecoded is kept as it came, whatever its elements are.
impl<T: Shaped> Shaped for RawList<T> {
    const SHAPE: &'static Shape = &Shape::List(&Shape::Any);
}

impl<K: Shaped, V: Shaped> Shaped for RawMap<K, V> {
    const SHAPE: &'static Shape = &Shape::Map(String::SHAPE, &Shape::Any);
}

impl<T> Shaped for JsonText<T> {
    const SHAPE: &'static Shape = String::SHAPE;
}

impl<T: Shaped> Shaped for Option<T> {
    const SHAPE: &'static Shape = &Shape::Optional(T::SHAPE);
}

impl<T: Shaped> Shaped for Vec<T> {
    const SHAPE: &'static Shape = &Shape::List(T::SHAPE);
}

impl<K: Shaped, V: Shaped> Shaped for BTreeMap<K, V> {
    const SHAPE: &'static Shape = &Shape::Map(K::SHAPE, V::SHAPE);
}

impl<T: Shaped> Shaped for Box<T> {
    const SHAPE: &'static Shape = T::SHAPE;
}

impl<T: Shaped> Shaped for Arc<T> {
    const SHAPE: &'static Shape = T::SHAPE;
}

#[cfg(test)]
mod tests;
