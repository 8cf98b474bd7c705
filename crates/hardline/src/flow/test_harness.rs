//! Drives a flow through whatever a network, a server, a person and a clock may do to it, and says where it breaks the
//! contract of [`Flow`](crate::flow::Flow).
//!
//! A [`Trial`] is one run. You play the server, a function of the time and a request, and the person, a function of the
//! prompt; the harness plays the rest. Whenever the flow waits, its [`Choices`] decide what happens: mostly that a
//! response arrives or the time passes, and now and then some [`Trouble`]. They come from a seed, for a property test, or
//! from bytes, for a fuzzer. A run ends when the flow is done, or when it waits for a person who has walked away. What
//! is checked in every run is the list of [`Violation`]s.
//!
//! This flow, made from scratch, asks before it sends anything:
//!
//! ```
//! use hardline::client_api::discovery::GetVersions;
//! use hardline::flow::test_harness::{Choices, Trial};
//! use hardline::flow::{Flow, Input, Output, RequestId};
//! use hardline::types::Timestamp;
//! use hardline::wire::{self, Credentials, Target};
//!
//! #[derive(Debug)]
//! enum AskFirst {
//!     New,
//!     Asking,
//!     Agreed,
//!     Sent,
//!     Answered(bool),
//!     Over,
//! }
//!
//! const ID: RequestId = RequestId::from_u64(1);
//!
//! impl Flow for AskFirst {
//!     type Event = &'static str;
//!     type Outcome = bool;
//!
//!     fn poll_output(&mut self) -> Output<&'static str, bool> {
//!         let (next, output) = match self {
//!             Self::New => (Self::Asking, Output::Event("may I?")),
//!             Self::Agreed => {
//!                 let target = Target::homeserver("https://example.org").expect("it is a URL");
//!                 let request = wire::encode(&GetVersions::new(), &target, &Credentials::None);
//!                 (Self::Sent, Output::Send(ID, request.expect("it can be sent")))
//!             }
//!             Self::Answered(is_ok) => (Self::Over, Output::Done(*is_ok)),
//!             Self::Asking | Self::Sent | Self::Over => return Output::Wait(None),
//!         };
//!         *self = next;
//!         output
//!     }
//!
//!     fn handle_input(&mut self, _now: Timestamp, input: Input) {
//!         match (&self, input) {
//!             (Self::Sent, Input::Response(ID, response)) => {
//!                 *self = Self::Answered(wire::decode::<GetVersions>(response).is_ok());
//!             }
//!             (Self::Sent, Input::Failed(ID, _)) => *self = Self::Answered(false),
//!             // It is late, a duplicate, or a timeout that nobody asked for.
//!             _ => {}
//!         }
//!     }
//!
//!     fn state(&self) -> &'static str {
//!         match self {
//!             Self::New | Self::Asking => "Asking",
//!             Self::Agreed | Self::Sent => "Sending",
//!             Self::Answered(_) | Self::Over => "Over",
//!         }
//!     }
//! }
//!
//! for seed in 0..200 {
//!     let server = |_now, _request| http::Response::new(r#"{"versions": ["v1.19"]}"#);
//!     let report = Trial::new(AskFirst::New, Choices::from_seed(seed), server)
//!         .with_program(|flow: &mut AskFirst, event, _now| {
//!             if *event == "may I?" {
//!                 *flow = AskFirst::Agreed;
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
//! more is checked with it. [`Trial::with_saving`] saves and loads them on the way. [`SessionFlow`] is a flow in a
//! session, and [`HubFlow`] are several: whatever happens to their requests happens to those that refresh the session
//! too. A flow that is part of something else that is larger is tried by implementing [`Flow`](crate::flow::Flow) for the
//! whole. Bodies that stream come from a [source](Trial::with_source) and go into a [sink](Report::sink), half by half, and may
//! break off in between; what the sink holds survives a restart of the program, all of it or half.

mod choices;
mod hub_flow;
mod network;
mod person;
mod run;
mod said;
mod session_flow;
mod step;
mod stream;
mod streaming;
mod token_store;
mod trial;
mod trouble;
mod violation;

use crate::types::Timestamp;

pub use choices::Choices;
pub use hub_flow::{HubEvent, HubFlow};
pub use person::Answer;
pub use run::Report;
pub use session_flow::SessionFlow;
pub use trial::Trial;
pub use trouble::Trouble;
pub use violation::{ContractError, Violation};

/// When every trial begins, 2026-01-01T00:00:00Z: the time for the flow's constructor.
pub const START: Timestamp = Timestamp::from_millis(1_767_225_600_000);

#[cfg(test)]
mod tests;
