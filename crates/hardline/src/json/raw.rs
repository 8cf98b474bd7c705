//! JSON that stays undecoded: one value, and lists and maps of values.

mod check;
mod decoded;
mod names;
mod parts;
mod raw_json;
mod raw_list;
mod raw_map;

pub use decoded::Decoded;
pub(crate) use parts::{RAW_LIST, RAW_MAP, RefusedParts, read_parts};
pub use raw_json::RawJson;
pub(crate) use raw_json::{RAW_VALUE, slice_of_body};
pub use raw_list::RawList;
pub use raw_map::RawMap;
