//! JSON that stays undecoded: one value, and lists and maps of values.

mod check;
mod decoded;
mod json_text;
mod names;
mod parts;
mod raw_json;
mod raw_list;
mod raw_map;
mod unique_names;

pub use decoded::Decoded;
pub use json_text::JsonText;
pub(crate) use parts::{RAW_LIST, RAW_MAP, RefusedParts, read_parts};
pub use raw_json::RawJson;
pub(crate) use raw_json::{RAW_VALUE, slice_of_body};
pub use raw_list::RawList;
pub use raw_map::RawMap;
pub(crate) use unique_names::check_unique_names;
