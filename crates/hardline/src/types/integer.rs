use std::error::Error;
use std::fmt;

use serde::de::{Deserializer, Error as _, Unexpected, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use crate::types::InvalidText;

/// An integer that every JSON library represents exactly: from -(2^53 - 1) to 2^53 - 1, the range that Matrix allows in
/// events.
///
/// ```
/// use hardline::types::SafeInteger;
///
/// assert_eq!(SafeInteger::try_from(9_007_199_254_740_991_i64)?, SafeInteger::MAX);
/// assert!(SafeInteger::try_from(9_007_199_254_740_992_u64).is_err());
/// assert_eq!(SafeInteger::from(-7).get(), -7);
/// # Ok::<(), hardline::types::IntegerOutOfRange>(())
/// ```
///
/// Specification: [canonical JSON](https://spec.matrix.org/v1.19/appendices/#canonical-json).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SafeInteger(i64);

impl SafeInteger {
    /// The greatest value, 2^53 - 1.
    pub const MAX: Self = Self((1 << 53) - 1);
    /// The least value, -(2^53 - 1).
    pub const MIN: Self = Self(-Self::MAX.0);

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for SafeInteger {
    type Error = IntegerOutOfRange;

    fn try_from(number: i64) -> Result<Self, IntegerOutOfRange> {
        if (Self::MIN.0..=Self::MAX.0).contains(&number) {
            Ok(Self(number))
        } else {
            Err(IntegerOutOfRange)
        }
    }
}

impl TryFrom<u64> for SafeInteger {
    type Error = IntegerOutOfRange;

    fn try_from(number: u64) -> Result<Self, IntegerOutOfRange> {
        i64::try_from(number)
            .map_err(|_| IntegerOutOfRange)?
            .try_into()
    }
}

impl From<i32> for SafeInteger {
    fn from(number: i32) -> Self {
        Self(number.into())
    }
}

impl From<u32> for SafeInteger {
    fn from(number: u32) -> Self {
        Self(number.into())
    }
}

impl From<SafeInteger> for i64 {
    fn from(number: SafeInteger) -> Self {
        number.0
    }
}

impl fmt::Display for SafeInteger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for SafeInteger {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for SafeInteger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        i64::deserialize(deserializer)?
            .try_into()
            .map_err(D::Error::custom)
    }
}

/// A number that not all JSON libraries represent exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntegerOutOfRange;

impl fmt::Display for IntegerOutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the number is not between -9007199254740991 and 9007199254740991")
    }
}

impl Error for IntegerOutOfRange {}

/// The power of a user in a room, or the power that an action requires. A greater level means more power.
///
/// A level that a caller makes is a [`SafeInteger`]. A level from a server may have any form that rooms of older
/// versions allow: any 64-bit integer, an integer as text (up to version 9), or a number with a fraction, which is cut
/// off (up to version 5).
///
/// ```
/// use hardline::types::PowerLevel;
///
/// let levels: Vec<PowerLevel> = serde_json::from_str(r#"[50, " +0100 ", 99.9]"#)?;
/// assert_eq!(levels, [50, 100, 99].map(PowerLevel::from));
/// assert_eq!(serde_json::to_string(&levels)?, "[50,100,99]");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Specification: [`m.room.power_levels`](https://spec.matrix.org/v1.19/client-server-api/#mroompower_levels),
/// [room version 1](https://spec.matrix.org/v1.19/rooms/v1/#mroompower_levels-events-accept-values-as-strings).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PowerLevel(i64);

impl PowerLevel {
    /// The level with this number.
    pub const fn new(level: SafeInteger) -> Self {
        Self(level.0)
    }

    /// Reads the text form of older rooms: digits, optionally with a sign before them and ASCII white space around
    /// them.
    ///
    /// # Errors
    /// [`InvalidText`] if the text has another form, or does not fit into 64 bits.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let number = text.trim_matches(|c: char| c.is_ascii_whitespace());
        let digits = number.strip_prefix(['+', '-']).unwrap_or(number);
        let is_decimal = digits.bytes().all(|byte| byte.is_ascii_digit());
        let level = number.parse().ok().filter(|_| is_decimal);
        level.map(Self).ok_or(InvalidText::new(
            "power level",
            "it must be a 64-bit integer in decimal digits",
        ))
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl From<SafeInteger> for PowerLevel {
    fn from(level: SafeInteger) -> Self {
        Self::new(level)
    }
}

impl From<i32> for PowerLevel {
    fn from(level: i32) -> Self {
        Self(level.into())
    }
}

impl From<PowerLevel> for i64 {
    fn from(level: PowerLevel) -> Self {
        level.0
    }
}

impl fmt::Display for PowerLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for PowerLevel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for PowerLevel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LevelVisitor)
    }
}

struct LevelVisitor;

impl Visitor<'_> for LevelVisitor {
    type Value = PowerLevel;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a power level")
    }

    fn visit_i64<E>(self, level: i64) -> Result<PowerLevel, E> {
        Ok(PowerLevel(level))
    }

    fn visit_u64<E: serde::de::Error>(self, level: u64) -> Result<PowerLevel, E> {
        i64::try_from(level)
            .map(PowerLevel)
            .map_err(|_| E::invalid_value(Unexpected::Unsigned(level), &self))
    }

    fn visit_f64<E: serde::de::Error>(self, level: f64) -> Result<PowerLevel, E> {
        // The least power of two that does not fit; casting a smaller number is exact and cuts the fraction off.
        const LIMIT: f64 = 9_223_372_036_854_775_808.0;
        if level.abs() < LIMIT {
            Ok(PowerLevel(level as i64))
        } else {
            Err(E::invalid_value(Unexpected::Float(level), &self))
        }
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<PowerLevel, E> {
        PowerLevel::parse(text).map_err(E::custom)
    }
}

#[cfg(any(feature = "by-name", feature = "proptest"))]
impl crate::json::Shaped for SafeInteger {
    const SHAPE: &'static crate::json::Shape = &crate::json::Shape::Integer {
        least: Self::MIN.0,
        greatest: Self::MAX.0 as u64,
    };
}

#[cfg(any(feature = "by-name", feature = "proptest"))]
impl crate::json::Shaped for PowerLevel {
    const SHAPE: &'static crate::json::Shape = &crate::json::Shape::PowerLevel;
}

#[cfg(feature = "proptest")]
crate::json::strategy_of_shape!(SafeInteger);
#[cfg(feature = "proptest")]
crate::json::strategy_of_shape!(PowerLevel);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_outside_of_the_range_are_refused() {
        for good in ["0", "9007199254740991", "-9007199254740991"] {
            assert!(serde_json::from_str::<SafeInteger>(good).is_ok(), "{good}");
        }
        for bad in [
            "9007199254740992",
            "-9007199254740992",
            "18446744073709551615",
            "1.5",
            "\"1\"",
        ] {
            assert!(serde_json::from_str::<SafeInteger>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn power_levels_are_read_as_rooms_of_every_version_have_them() {
        for (json, level) in [
            ("100", Some(100)),
            ("-1", Some(-1)),
            ("9007199254740992", Some(9_007_199_254_740_992)),
            ("1e3", Some(1000)),
            ("-0.9", Some(0)),
            ("-50.9", Some(-50)),
            ("\"000100\"", Some(100)),
            ("\" -5\\n\"", Some(-5)),
            ("1e19", None),
            ("18446744073709551615", None),
            ("\"\"", None),
            ("\"+\"", None),
            ("\"+-5\"", None),
            ("\"1.5\"", None),
            ("\"1_000\"", None),
            ("\"99999999999999999999\"", None),
            ("null", None),
            ("true", None),
        ] {
            let read = serde_json::from_str(json).ok().map(PowerLevel::get);
            assert_eq!(read, level, "{json}");
        }
    }
}
