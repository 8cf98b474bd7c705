use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, Error as _, SeqAccess, Unexpected, Visitor,
};
use serde::ser::{Serialize, Serializer};

use super::check::check;
use super::parts::{RAW_LIST, RawPart, RawParts, TOO_LONG, handed_over};
use crate::json::{DecodeWarning, DecodeWarnings, Decoded, RawJson};

/// A list whose elements are decoded one at a time, when they are asked for.
///
/// While a response is decoded, the list is a slice of its body and 4 bytes for each element. Reading it only counts
/// brackets and strings, and so takes a fraction of decoding. A list that is JSON is always split exactly. An element is
/// held to JSON's grammar when it is decoded, [checked](RawList::check) or serialized: one that is not JSON costs itself
/// alone. A slice keeps the whole body alive; [`detach`](RawList::detach) copies it out. `Debug` shows no element.
///
/// Every element is decoded or reported: parts of it that do not fit are skipped and listed in
/// [`Decoded::warnings`], and an element of which nothing is left is an error.
///
/// ```
/// use hardline::json::RawList;
///
/// let numbers: RawList<u8> = serde_json::from_str("[1, 2, 300]")?;
/// assert_eq!(numbers.len(), 3);
/// assert_eq!(numbers.get(1).unwrap()?.value, 2);
///
/// let (numbers, warnings) = numbers.decode_all();
/// assert_eq!(numbers, [1, 2]);
/// assert_eq!(warnings.iter().next().unwrap().pointer, "/2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RawList<T> {
    parts: RawParts,
    of: PhantomData<fn() -> T>,
}

impl<T> RawList<T> {
    fn of(parts: RawParts) -> Self {
        let of = PhantomData;
        Self { parts, of }
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// True if there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The elements, undecoded. They copy nothing, and are not checked unless the list was.
    pub fn raw(&self) -> impl ExactSizeIterator<Item = RawJson> {
        (0..self.len()).map(|index| self.parts.raw(self.text(index)))
    }

    fn text(&self, index: usize) -> &[u8] {
        self.parts.get(index).unwrap_or_default()
    }

    /// Holds every element to JSON's grammar, also those that are never decoded.
    ///
    /// # Errors
    /// What is wrong, and where. The error does not repeat the text, which may be a secret.
    pub fn check(&mut self) -> Result<(), serde_json::Error> {
        if !self.is_empty() && !self.parts.is_checked {
            check(self.parts.text())?;
        }
        self.parts.is_checked = true;
        Ok(())
    }

    /// Copies the text out, so that keeping it does not keep the response it came in.
    pub fn detach(&mut self) {
        self.parts.detach();
    }
}

impl<T: DeserializeOwned> RawList<T> {
    /// Decodes an element. `None` if the list is shorter.
    ///
    /// # Errors
    /// Why nothing of the element can be used.
    pub fn get(&self, index: usize) -> Option<Result<Decoded<T>, DecodeWarning>> {
        let text = self.parts.get(index)?;
        Some(Decoded::read(text, self.parts.text(), &|| {
            format!("/{index}")
        }))
    }

    /// Decodes one element after the other.
    ///
    /// ```
    /// use hardline::json::RawList;
    ///
    /// let names: RawList<String> = serde_json::from_str(r#"["a", null, "c"]"#)?;
    /// for name in names.iter() {
    ///     match name {
    ///         Ok(name) => println!("{}", name.value),
    ///         Err(warning) => println!("skipped: {warning}"),
    ///     }
    /// }
    /// assert_eq!(names.iter().filter(Result::is_ok).count(), 2);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Result<Decoded<T>, DecodeWarning>> {
        (0..self.len()).map(|index| {
            Decoded::read(self.text(index), self.parts.text(), &|| format!("/{index}"))
        })
    }

    /// Decodes all elements. What does not fit is skipped and reported, with pointers that begin at the list.
    pub fn decode_all(&self) -> (Vec<T>, DecodeWarnings) {
        let mut warnings = DecodeWarnings::default();
        let mut values = Vec::with_capacity(self.len());
        for element in self.iter() {
            match element {
                Ok(decoded) => {
                    warnings.append(decoded.warnings);
                    values.push(decoded.value);
                }
                Err(warning) => warnings.push(warning),
            }
        }
        (values, warnings)
    }
}

impl<T: Serialize> RawList<T> {
    /// A list of these values.
    ///
    /// ```
    /// use hardline::json::RawList;
    ///
    /// let list = RawList::new([1, 2])?;
    /// assert_eq!(serde_json::to_string(&list)?, "[1,2]");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// A value has no JSON form.
    ///
    /// # Panics
    /// The list is longer than 4 GB.
    pub fn new(values: impl IntoIterator<Item = T>) -> Result<Self, serde_json::Error> {
        values
            .into_iter()
            .map(|value| RawJson::new(&value))
            .collect()
    }
}

/// # Panics
/// The list is longer than 4 GB.
impl<T> FromIterator<RawJson> for RawList<T> {
    fn from_iter<I: IntoIterator<Item = RawJson>>(values: I) -> Self {
        let elements = values.into_iter().map(element);
        Self::of(RawParts::join(*b"[]", elements).expect(TOO_LONG))
    }
}

fn element(value: RawJson) -> RawPart {
    RawPart { name: None, value }
}

impl<T> Default for RawList<T> {
    fn default() -> Self {
        Self::of(RawParts::default())
    }
}

impl<T> Clone for RawList<T> {
    fn clone(&self) -> Self {
        Self::of(self.parts.clone())
    }
}

impl<T> PartialEq for RawList<T> {
    /// Compares the elements' texts: two notations of one value differ.
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && (0..self.len()).all(|index| self.text(index) == other.text(index))
    }
}

impl<T> Eq for RawList<T> {}

impl<T> fmt::Debug for RawList<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.parts.text().len();
        write!(f, "RawList({} elements, {bytes} bytes)", self.len())
    }
}

impl<T> Serialize for RawList<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.raw())
    }
}

impl<'de, T> Deserialize<'de> for RawList<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parts = deserializer.deserialize_newtype_struct(RAW_LIST, ListVisitor)?;
        Ok(Self::of(parts))
    }
}

struct ListVisitor;

impl<'de> Visitor<'de> for ListVisitor {
    type Value = RawParts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    /// Our reader has handed over the parts.
    fn visit_unit<E: serde::de::Error>(self) -> Result<RawParts, E> {
        handed_over(b']').ok_or_else(|| E::invalid_type(Unexpected::Unit, &self))
    }

    /// All other deserializers.
    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<RawParts, D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<RawParts, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = elements.next_element()? {
            values.push(element(value));
        }
        RawParts::join(*b"[]", values).map_err(|_| A::Error::custom(TOO_LONG))
    }
}

#[cfg(test)]
mod tests;
