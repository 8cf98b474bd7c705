//! What the tests that cross crates share: ways to run a flow, and the story that each of them runs.

#[cfg(feature = "runners")]
pub mod account_story;
pub mod browser;
pub mod by_hand;
pub mod fuzz;
#[cfg(feature = "runners")]
pub mod runner;
pub mod simulation;
#[cfg(feature = "runners")]
pub mod sink;
#[cfg(feature = "runners")]
pub mod story;

/// The examples of the README, which are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
