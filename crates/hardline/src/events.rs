//! Events: the envelope that every one of them has.
//!
//! Responses have events as [`RawEvent`]s, in lists that are read one event at a time.

mod raw_event;

pub use raw_event::RawEvent;
