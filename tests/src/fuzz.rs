//! The fuzz targets: each is a function that takes bytes and panics if something does not hold.
//!
//! The bytes are read as text where possible, so that people can write seeds: an operation's name on the first line, a
//! status or a request line, header fields, an empty line, a body. `tests/fuzz` contains the fuzzers themselves and
//! their seeds; on stable Rust, `tests/tests/pure/fuzz.rs` runs every seed and every input that ever failed.
#![allow(clippy::unwrap_used, reason = "a target fails by panicking")]

mod authorization_response;
mod by_name;
mod canonical_json;
mod check_error;
mod check_request;
mod check_response;
mod decode;
mod embed;
mod encode;
mod error;
mod file_name;
mod flow;
mod identifiers;
mod input;
mod operations;
mod push_rules;
mod raw_event;
mod raw_json;
mod repair;
mod router;
mod server;
mod split;
mod url;

pub use authorization_response::authorization_response;
pub use canonical_json::canonical_json;
pub use decode::decode_any;
pub use embed::embed;
pub use encode::encode_any;
pub use error::error_any;
pub use file_name::file_name;
pub use flow::{flow_any, flow_names, fuzzed_flows, hub};
pub use identifiers::identifiers;
pub use push_rules::push_rules;
pub use raw_event::raw_event;
pub use raw_json::raw_json;
pub use repair::repair;
pub use server::server_any;
pub use split::split;
pub use url::{Everywhere, url, urls_agree};

/// A target.
pub type Target = fn(&[u8]);

/// Every target with its name.
pub const TARGETS: [(&str, Target); 17] = [
    ("authorization_response", authorization_response),
    ("canonical_json", canonical_json),
    ("decode_any", decode_any),
    ("embed", embed),
    ("encode_any", encode_any),
    ("error_any", error_any),
    ("file_name", file_name),
    ("flow_any", flow_any),
    ("hub", hub),
    ("identifiers", identifiers),
    ("push_rules", push_rules),
    ("raw_event", raw_event),
    ("raw_json", raw_json),
    ("repair", repair),
    ("server_any", server_any),
    ("split", split),
    ("url", url),
];
