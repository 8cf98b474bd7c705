//! How events relate to others: replies, edits, threads, reactions, references.

mod bundled_relations;
mod decrypted;
mod edits;
mod relates_to;
mod reply_fallback;

pub use bundled_relations::{
    AnnotationChunk, AnnotationCount, BundledRelations, ReferenceChunk, ReferringEvent,
    ThreadSummary,
};
pub use decrypted::DecryptedError;
pub use relates_to::{InReplyTo, RelatesTo, RelationType};
