//! What the tests that cross crates share: ways to run a flow and to send a request, the story that each of them runs, a
//! server that does what it should not, and what holds the registry.

#[cfg(feature = "runners")]
pub mod account_story;
#[cfg(feature = "runners")]
pub mod adapter;
#[cfg(feature = "runners")]
pub mod browser;
#[cfg(feature = "runners")]
pub mod by_hand;
pub mod conformance;
pub mod facts;
pub mod fuzz;
#[cfg(feature = "runners")]
pub mod identity_story;
#[cfg(feature = "runners")]
pub mod misbehaving;
#[cfg(feature = "runners")]
pub mod runner;
pub mod scaffold;
pub mod shape;
pub mod simulation;
#[cfg(feature = "runners")]
pub mod sink;
#[cfg(feature = "runners")]
pub mod story;

/// The examples of the README, which are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
