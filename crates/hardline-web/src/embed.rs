//! The whole core for JavaScript, as steps: thin over `hardline::embed`.
#![allow(unreachable_pub, reason = "JavaScript reaches what is exported")]

mod core;
mod error;
mod output;
mod pairs;
