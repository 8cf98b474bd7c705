//! What the tests that cross crates share: ways to run a flow and to send a request, the story that each of them runs, and
//! a server that does what it should not.

pub mod adapter;
pub mod by_hand;
pub mod misbehaving;
pub mod runner;
pub mod sink;
pub mod story;

/// The examples of the README, which are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
