//! JSON: the reader, which skips bad fields; the writer; and values that stay undecoded.
//!
//! [`RawJson`] is one undecoded value; [`RawList`] and [`RawMap`] are lists and objects of them, decoded one at a time.
//! [`JsonMap`] is an object whose values have one type, and [`JsonObject`] one of undecoded values. [`DecodeWarnings`]
//! lists the fields that decoding skipped.

mod decode_warning;
mod decode_warnings;
mod empty;
mod json_map;
mod json_object;
#[doc(hidden)]
pub mod lenient;
mod mismatch;
mod name_index;
mod printable;
mod raw;
mod read_error;
mod reader;
pub(crate) mod scan;
#[cfg(any(feature = "by-name", feature = "proptest"))]
mod shape;
mod write_error;
mod writer;

pub use decode_warning::{DecodeWarning, JsonKind, WarningReason};
pub use decode_warnings::DecodeWarnings;
pub use empty::Empty;
#[cfg(any(feature = "by-name", feature = "proptest"))]
pub use hardline_derive::Shaped;
pub(crate) use json_map::ReadEntries;
pub use json_map::{Iter as JsonMapIter, JsonMap};
pub use json_object::JsonObject;
pub(crate) use mismatch::Mismatch;
pub use printable::Printable;
pub use raw::{Decoded, JsonText, RawJson, RawList, RawMap};
pub(crate) use raw::{
    RAW_LIST, RAW_MAP, RAW_VALUE, RefusedParts, check_unique_names, read_parts, slice_of_body,
};
pub(crate) use read_error::ReadError;
#[cfg(feature = "canonical-json")]
pub(crate) use reader::Number;
pub(crate) use reader::{Cursor, Read, Reader, is_json};
#[cfg(feature = "proptest")]
#[doc(hidden)]
pub use shape::strategy::strategy;
#[cfg(feature = "proptest")]
pub(crate) use shape::strategy::{decoded, strategy_of_shape, values};
#[cfg(any(feature = "by-name", feature = "proptest"))]
pub use shape::{FieldShape, OpenShape, Presence, Shape, Shaped, StructShape, TextShape};
pub(crate) use write_error::WriteError;
pub(crate) use writer::JsonWriter;
