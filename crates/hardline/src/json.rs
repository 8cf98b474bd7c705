//! JSON: the reader, which skips bad fields; the writer; and values that stay undecoded.
//!
//! [`RawJson`] is an undecoded value, and [`JsonObject`] is an object of such values. [`DecodeWarnings`] lists the
//! fields that decoding skipped.

mod decode_warning;
mod empty;
mod json_map;
mod json_object;
#[doc(hidden)]
pub mod lenient;
mod mismatch;
mod name_index;
mod raw;
mod read_error;
mod reader;
mod repair;
pub(crate) mod scan;
#[cfg(any(feature = "by-name", feature = "proptest"))]
mod shape;
mod write_error;
mod writer;

pub use decode_warning::{DecodeWarning, JsonKind, WarningReason};
pub use empty::Empty;
pub(crate) use json_map::ReadEntries;
pub use json_map::{Iter as JsonMapIter, JsonMap};
pub use json_object::JsonObject;
pub(crate) use mismatch::Mismatch;
pub use raw::{Decoded, RawJson, RawList, RawMap};
pub(crate) use raw::{RAW_LIST, RAW_MAP, RAW_VALUE, read_parts, slice_of_body};
pub(crate) use read_error::ReadError;
pub(crate) use reader::Reader;
pub use repair::DecodeWarnings;
#[cfg(any(feature = "by-name", feature = "proptest"))]
pub use shape::{FieldShape, Presence, Shape, Shaped, StructShape, TextShape};
pub(crate) use write_error::WriteError;
pub(crate) use writer::JsonWriter;
