//! What strangers meet first: that its documents lead where they say, and that what is written twice is written alike.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod changelog;
mod files;
mod guide;
mod links;
mod markdown;
mod readmes;
mod workflows;
