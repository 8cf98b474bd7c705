//! What the tests that cross crates share: ways to run a flow, the story that each of them runs, and what holds the registry.

pub mod by_hand;
pub mod conformance;
pub mod runner;
pub mod shape;
pub mod simulation;
pub mod sink;
pub mod story;

/// The examples of the README, which are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
