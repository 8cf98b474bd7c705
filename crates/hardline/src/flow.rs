//! Conversations as state machines: what is sent when, what is awaited from whom, and what went wrong.
//!
//! A flow sends nothing and waits for nothing. It says what is to be done ([`Flow::poll_output`]) and is told what
//! happened ([`Flow::handle_input`]), and the same inputs always give the same run. [`Client::run`] drives one; an event
//! loop of your own does it like this:
//!
//! ```
//! use hardline::client_api::discovery::GetVersions;
//! use hardline::flow::{Flow, Input, OperationFlow, Output, RetryPolicy};
//! use hardline::types::Timestamp;
//! use hardline::wire::Target;
//!
//! let target = Target::homeserver("https://example.org")?;
//! let now = Timestamp::from_millis(0);
//! let mut flow = OperationFlow::new(now, GetVersions::new(), target, RetryPolicy::default(), 1);
//! let versions = loop {
//!     match flow.poll_output() {
//!         Output::Send(id, request) => {
//!             assert_eq!(request.uri(), "https://example.org/_matrix/client/versions");
//!             // Hand the request to any HTTP library, and what comes back to the flow.
//!             let response = http::Response::new(r#"{"versions": ["v1.19"]}"#.into());
//!             flow.handle_input(now, Input::Response(id, response));
//!         }
//!         Output::Done(result) => break result?,
//!         Output::Wait(_) => unreachable!("the answer is there"),
//!         Output::Event(_) | Output::Cancel(_) => {}
//!     }
//! };
//! assert_eq!(versions.value.versions, ["v1.19"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Conversations in which a person takes part are [`InteractiveFlow`]s: they ask with [`Prompt`]s and take [`Reply`]s.
//!
//! # Saving
//!
//! With the feature `persist` an interactive flow, or an [`OperationFlow`], is data, so that one that waits hours for a person survives a restart and can be
//! picked up by another machine: serialize it with serde, as JSON (some of its parts are raw JSON, which no other format
//! carries). The rules:
//!
//! - It is saved while it waits or is done. With output that nobody saw, serializing is an error that says so.
//! - Loading counts every exchange that was in flight as interrupted: what is safe to repeat is sent again, what is not
//!   stalls the flow. [`InteractiveFlow::prompt`] says what is awaited; the event that said so is not told again.
//! - What is loaded does not know how late it is, and its first [`Output::Wait`] may be by another machine's clock: tell it an
//!   [`Input::Timeout`] at once, which does no harm.
//! - The form has a version and the flow's name in it. What this release does not read is refused with an error that says so.
//! - **It holds secrets**: passwords, client secrets, authentication sessions. Encrypting it is the caller's.
//!
//! [`Client::run`]: crate::client::Client::run

mod account;
mod engine;
#[cfg(feature = "identity")]
mod identity;
mod interactive_flow;
mod operation;
mod session;
mod threepid;
mod uia;

use bytes::Bytes;
use http::{Request, Response};

use crate::types::Timestamp;
use crate::wire::Failure;

pub use account::{ChangePassword, Deactivate, RegisterAccount, ResetPassword};
pub use engine::request_id::RequestId;
pub use engine::retry_policy::{FailureKind, RetryDecision, RetryPolicy};
pub use engine::retry_scheduled::RetryScheduled;
#[cfg(feature = "identity")]
pub use identity::{BindThreepid, IdentityServer, IdentitySession, Lookup, UnbindThreepid};
pub use interactive_flow::{FlowError, FlowEvent, InteractiveFlow, NotAwaited, Prompt, Reply};
#[cfg(feature = "by-name")]
pub use operation::NamedFlow;
pub use operation::{AuthenticatedFlow, OperationFlow};
pub use session::{
    Discovered, Discovery, HomeserverAddress, InvalidAddress, LogIn, RequestDecision,
    ResponseDecision, SessionEvent, SessionTokens, SignOnPage, Ticket, TokenManager,
};
pub use threepid::{AddThreepid, ThreepidInput};
pub use uia::terms_document::{TermsDocument, TermsTranslation};
pub use uia::uia_capabilities::UiaCapabilities;

/// A conversation as a state machine.
///
/// The law: after every call that may change it (its making, [`handle_input`](Flow::handle_input), the methods of its
/// own), call [`poll_output`](Flow::poll_output) until it returns [`Output::Wait`] or [`Output::Done`].
pub trait Flow {
    /// What the person or the program must know or do.
    type Event;

    /// How it ends.
    type Outcome;

    /// What is to be done next.
    fn poll_output(&mut self) -> Output<Self::Event, Self::Outcome>;

    /// Tells what happened. What comes late, twice or from nowhere is ignored.
    fn handle_input(&mut self, now: Timestamp, input: Input);
}

/// What happened outside of a flow.
#[derive(Debug)]
pub enum Input {
    /// A response came.
    Response(RequestId, Response<Bytes>),
    /// No response will come.
    Failed(RequestId, Failure),
    /// The time of the last [`Output::Wait`] is over. Telling it early or needlessly does no harm.
    Timeout,
}

/// What is to be done for a flow.
#[derive(Debug)]
#[must_use = "what a flow puts out is to be done"]
#[expect(
    clippy::large_enum_variant,
    reason = "it is moved once; a box would cost each request an allocation"
)]
pub enum Output<E, T> {
    /// Send this request, and tell what came of it under this number. How is said by the
    /// [`RequestMeta`](crate::wire::RequestMeta) in its extensions; where the operation needs an access token,
    /// [`authorize`](crate::wire::authorize) attaches it, unless the request has one already: a flow never holds the
    /// homeserver's.
    Send(RequestId, Request<Vec<u8>>),
    /// Nobody waits for this exchange any more: drop it.
    Cancel(RequestId),
    /// Tell the person or the program.
    Event(E),
    /// Nothing more for now: tell an [`Input::Timeout`] at this time. `None`: only a response that is awaited or the
    /// application can move it on.
    Wait(Option<Timestamp>),
    /// It is over. Told once.
    Done(T),
}
