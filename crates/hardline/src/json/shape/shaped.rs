use std::collections::BTreeMap;
use std::sync::Arc;

use crate::json::{JsonObject, RawJson, Shape, TextShape};

/// A type whose JSON has a known shape. What serde reads and writes for the type is of that shape.
///
/// The derives of operations and of their parts write it; a type that reads itself by hand says it by hand:
///
/// ```
/// use hardline::json::{Shape, Shaped, TextShape};
///
/// struct Colour(u8, u8, u8);
///
/// impl Shaped for Colour {
///     const SHAPE: &'static Shape = &Shape::Text(&TextShape::like("#[0-9a-f]{6}"));
/// }
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
