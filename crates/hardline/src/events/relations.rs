//! How events relate to others: replies, edits, threads, reactions, references.

mod relates_to;

pub use relates_to::{InReplyTo, RelatesTo, RelationType};
