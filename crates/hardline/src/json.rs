//! JSON: what reads a body and skips what is bad in it, what writes one, and values that stay as they came.
//!
//! [`RawJson`] is a value that nobody has looked into, [`JsonObject`] an object of them. What decoding skips is reported as
//! [`DecodeWarnings`].

mod decode_warning;
mod empty;
mod json_object;
mod mismatch;
mod raw_json;
mod read_error;
mod reader;
mod repair;
pub(crate) mod scan;
mod write_error;
mod writer;

pub use decode_warning::{DecodeWarning, JsonKind, WarningReason};
pub use empty::Empty;
pub use json_object::JsonObject;
pub(crate) use mismatch::Mismatch;
pub use raw_json::RawJson;
pub(crate) use raw_json::{RAW_VALUE, slice_of_body};
pub(crate) use read_error::ReadError;
pub(crate) use reader::Reader;
pub use repair::DecodeWarnings;
pub(crate) use write_error::WriteError;
pub(crate) use writer::JsonWriter;
