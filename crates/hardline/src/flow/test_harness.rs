//! Drives a flow through whatever a network, a server, a person and a clock may do to it, and says where it breaks the
//! contract of [`Flow`](crate::flow::Flow).
//!
//! A [`Trial`] is one run. You play the server, a function of the time and a request, and the person, a function of the
//! prompt; the harness plays the rest. Whenever the flow waits, its [`Choices`] decide what happens: mostly that a
//! response arrives or the time passes, and now and then some [`Trouble`]. They come from a seed, for a property test, or
//! from bytes, for a fuzzer. A run ends when the flow is done, or when it waits for a person who has walked away. What
//! is checked in every run is the list of [`Violation`]s.
//!
//! This flow asks before it sends anything:
//!
//! ```
//! use hardline::client_api::discovery::GetVersions;
//! use hardline::flow::test_harness::{Choices, START, Trial};
//! use hardline::flow::{Flow, Input, OperationFlow, Output};
//! use hardline::types::Timestamp;
//! use hardline::wire::Target;
//!
//! #[derive(Debug)]
//! struct AskFirst {
//!     has_asked: bool,
//!     versions: Option<OperationFlow<GetVersions>>,
//! }
//!
//! impl AskFirst {
//!     fn agree(&mut self, now: Timestamp) {
//!         let target = Target::homeserver("https://example.org").expect("it is a URL");
//!         let versions = OperationFlow::new(now, GetVersions::new(), target, 1);
//!         self.versions = Some(versions.unattended());
//!     }
//! }
//!
//! impl Flow for AskFirst {
//!     type Event = &'static str;
//!     type Outcome = bool;
//!
//!     fn poll_output(&mut self) -> Output<&'static str, bool> {
//!         let Some(versions) = &mut self.versions else {
//!             let has_asked = std::mem::replace(&mut self.has_asked, true);
//!             return if has_asked { Output::Wait(None) } else { Output::Event("may I?") };
//!         };
//!         let output = versions.poll_output();
//!         output.map(|_| "it takes a little longer", |versions| versions.is_ok())
//!     }
//!
//!     fn handle_input(&mut self, now: Timestamp, input: Input) {
//!         if let Some(versions) = &mut self.versions {
//!             versions.handle_input(now, input);
//!         }
//!     }
//!
//!     fn state(&self) -> &'static str {
//!         match &self.versions {
//!             Some(versions) => versions.state(),
//!             None => "Asking",
//!         }
//!     }
//! }
//!
//! for seed in 0..200 {
//!     let flow = AskFirst { has_asked: false, versions: None };
//!     let server = |_now, _request| http::Response::new(r#"{"versions": ["v1.19"]}"#);
//!     let report = Trial::new(flow, Choices::from_seed(seed), server)
//!         .with_program(|flow: &mut AskFirst, event, now| {
//!             if *event == "may I?" {
//!                 flow.agree(now);
//!             }
//!         })
//!         .run()?;
//!     assert!(report.outcome.is_some());
//!     // Nothing goes wrong with every fourth seed.
//!     assert!(seed % 4 > 0 || report.outcome == Some(true));
//! }
//! # Ok::<(), hardline::flow::test_harness::ContractError>(())
//! ```
//!
//! [`InteractiveFlow`](crate::flow::InteractiveFlow)s take [`Trial::with_person`] instead, which has an example, and
//! more is checked with it. [`Trial::with_saving`] saves and loads them on the way. A flow that is part of something larger, such as several
//! flows behind one gate, is tried by implementing [`Flow`](crate::flow::Flow) for the whole. Bodies that stream are not
//! played: the harness answers like a transport that cannot stream.

mod choices;
mod network;
mod person;
mod run;
mod step;
mod trial;
mod trouble;
mod violation;

use crate::types::Timestamp;

pub use choices::Choices;
pub use person::Answer;
pub use run::Report;
pub use trial::Trial;
pub use trouble::Trouble;
pub use violation::{ContractError, Violation};

/// When every trial begins, 2026-01-01T00:00:00Z: the time for the flow's constructor.
pub const START: Timestamp = Timestamp::from_millis(1_767_225_600_000);

#[cfg(test)]
mod tests;
