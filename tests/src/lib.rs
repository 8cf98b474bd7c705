//! What the tests that cross crates share: ways to run a flow, and the story that each of them runs.

pub mod by_hand;
pub mod runner;
pub mod simulation;
pub mod sink;
pub mod story;

/// The examples of the README, which are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
