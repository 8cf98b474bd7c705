//! Conversations as state machines: which requests to send and when, what to ask the user, and what went wrong.
//!
//! A flow does no I/O and reads no clock. It says what to do next ([`Flow::poll_output`]) and is given what happened
//! ([`Flow::handle_input`]); the same inputs always give the same outputs. [`Client::run`] drives a flow for you. Your
//! own event loop does it like this:
//!
//! ```
//! use hardline::client_api::discovery::GetVersions;
//! use hardline::flow::{Flow, Input, OperationFlow, Output};
//! use hardline::types::Timestamp;
//! use hardline::wire::Target;
//!
//! let target = Target::homeserver("https://example.org")?;
//! let now = Timestamp::from_millis(0);
//! let mut flow = OperationFlow::new(now, GetVersions::new(), target, 1);
//! let versions = loop {
//!     match flow.poll_output() {
//!         Output::Send(id, request) => {
//!             assert_eq!(request.uri(), "https://example.org/_matrix/client/versions");
//!             // Hand the request to any HTTP library, and the response to the flow.
//!             let response = http::Response::new(r#"{"versions": ["v1.19"]}"#.into());
//!             flow.handle_input(now, Input::Response(id, response));
//!         }
//!         Output::Done(result) => break result?,
//!         Output::Wait(_) => unreachable!("the response has arrived"),
//!         Output::SendStreaming(id, ..) => flow.handle_input(now, Input::cannot_stream(id)),
//!         Output::Event(_) | Output::Cancel(_) | Output::Receive(..) => {}
//!     }
//! };
//! assert_eq!(versions.value.versions, ["v1.19"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Conversations that involve a user are [`InteractiveFlow`]s: they ask with [`Prompt`]s and take [`Reply`]s.
//!
//! # Theory of operation
//!
//! **The contract.** After every call that may change a flow (its constructor, `handle_input`, `reply`, `retry`,
//! `cancel`, loading), call `poll_output` until it returns [`Output::Wait`] or [`Output::Done`]. Whatever it returns
//! before that has to be carried out, in that order. Nothing else is asked of you: no call blocks, and none fails
//! because it came at the wrong time.
//!
//! **The loop**, step by step:
//!
//! 1. Poll, and carry out what comes, until the flow waits or is done.
//! 2. Wait for whichever is first: a response or a failure of a request that you sent, the time of the last `Wait`, or
//!    something that the user says.
//! 3. Tell the flow: `handle_input`, or `reply`, `retry` or `cancel`, with the current time. Go on with step 1.
//!
//! A loop over many flows keeps for each the time of its last `Wait`, and who waits for which request; the IDs are
//! unique within one flow only. `poll_output` and `handle_input` take microseconds, so one thread runs thousands.
//!
//! **What the outputs mean:**
//!
//! | output | what to do | if you do not |
//! |---|---|---|
//! | [`Send`](Output::Send) | send the request once, without following redirects; report its outcome | the flow times out and counts it as sent |
//! | [`SendStreaming`](Output::SendStreaming) | the same, with a body that you stream, or answer [`Input::cannot_stream`] | the same |
//! | [`Receive`](Output::Receive) | put the body of the response there | the same |
//! | [`Cancel`](Output::Cancel) | drop the request | a response comes late, and is ignored |
//! | [`Event`](Output::Event) | tell the user or the program | nothing is lost: [`InteractiveFlow::prompt`] says what is asked |
//! | [`Wait`](Output::Wait) | wake the flow at this time, if nothing happens before | a request that hangs hangs for ever |
//! | [`Done`](Output::Done) | take the outcome; drop what is in flight | it comes once only |
//!
//! **What the inputs mean:**
//!
//! | input | what happened |
//! |---|---|
//! | [`Response`](Input::Response) | a whole response, whatever its status |
//! | [`Failed`](Input::Failed) | there will be no response; the class says whether the server can have seen the request |
//! | [`Timeout`](Input::Timeout) | time has passed; one that is early or needless changes nothing |
//! | [`Head`](Input::Head) | the head of a response to `SendStreaming`; read on only when `Receive` says where to |
//! | [`Progress`](Input::Progress) | more of a body has passed: the request is alive, and its time limit begins anew |
//! | [`BodyEnded`](Input::BodyEnded) | the body is in the sink |
//! | [`Held`](Input::Held), [`Released`](Input::Released) | the request waits for another access token, and no longer does; [`Gated`] says so, a loop without it need not |
//!
//! An input for a request that the flow does not wait for (a late, duplicate or unknown one) changes nothing.
//!
//! **What may be dropped.** A flow can be dropped at any time; the server may still act on what was sent. So can a
//! request in flight, if you report it as [`Failed`](Input::Failed), as
//! [`Interrupted`](crate::wire::FailureClass::Interrupted) if you are not sure that it was never sent. A request that
//! is not safe to repeat is then not repeated, and the flow is `Stalled` until [`InteractiveFlow::retry`].
//!
//! **Time.** Every call takes the time, and a flow knows no other. A `now` that is earlier than the last one means that
//! the clock was set back: everything that the flow waits for comes earlier by as much. A clock that is set forward
//! ends waits early, which costs at most an attempt. A machine that slept needs no special care.
//!
//! **States.** [`Flow::state`] names the state for logs; the diagram at the top of each flow's source file has it as a
//! box. `hardline-tracing` has a wrapper that shows every transition.
//!
//! # All flows
//!
//! | flow | what it may ask for | outcome |
//! |---|---|---|
//! | [`AddThreepid`] | a message, authentication | `()` |
//! | `BindThreepid` | a message, `Terms` | `()` |
//! | [`ChangePassword`] | `NewPassword`, authentication | `()` |
//! | [`Deactivate`] | `Deactivation`, authentication | [`DeactivateAccountResponse`](crate::client_api::account::DeactivateAccountResponse) |
//! | `DeviceLogin` | nothing, but `DeviceAuthorization` needs the user | `LoggedIn` |
//! | [`Discovery`] | `Homeserver` | [`Discovered`] |
//! | `Download` | | `Downloaded` |
//! | `IdentitySession` | `Terms` | the identity server's access token |
//! | [`LogIn`] | `Password` or `LoginToken` | [`LoginResponse`](crate::client_api::session::LoginResponse) |
//! | `Lookup` | `Terms` | the addresses that were found, with their users |
//! | `OAuthLogin` | `Authorization` | `LoggedIn` |
//! | `OAuthLogout` | | `()` |
//! | [`OperationFlow`] | authentication | [`ApiResponse`](crate::wire::ApiResponse) |
//! | [`RegisterAccount`] | `Username`, `NewPassword`, `Threepid`, authentication | [`RegisterResponse`](crate::client_api::account::RegisterResponse) |
//! | [`ResetPassword`] | `NewPassword`, authentication | `()` |
//! | `SendQueue` | a save, and what to do with events that are stuck or uncertain | `()`, once it is closed and empty |
//! | `SlidingSync` | nothing: it tells what is new ([below](self#loops)) | `()`, once it is stopped |
//! | `SyncLoop` | nothing: it tells what is new ([below](self#loops)) | `()`, once it is stopped |
//! | `UnbindThreepid` | a message, `Terms` | `()` |
//! | `Upload` | | [`MxcUri`](crate::types::MxcUri) |
//!
//! Authentication is one or more of `Password`, `Terms`, `RegistrationToken`, `Captcha`, `Browser`, `Stage` and
//! `Threepid` with a message, as the server wants it and the program's [`UiaCapabilities`] allow. A message is a `Code`
//! or a `Confirmation`, and `NewMessage` if it came too late for either. Every flow may ask whether to go on after a
//! failure (`Retry`). The names are those of [`Prompt`]; the outcomes are those on success, and [`FlowError`] is the
//! other.
//!
//! # Loops
//!
//! A sync goes on for ever, asks nobody, and has events of its own. Its methods say what the program wants, and what it has
//! taken of what it was told: the flow goes on from there, and nothing is lost in a crash.
//!
//! # Following rooms
//!
//! `SlidingSync` (feature `unstable`) follows the rooms that the program looks at, so that a first answer takes no longer
//! for a thousand rooms than for twenty:
//!
//! 1. Begin one, and say what is wanted: lists (`set_list`), whose windows grow until they are whole or stay where they
//!    are, rooms (`subscribe`), and what comes beside them (`set_extensions`).
//! 2. On `SlidingSyncEvent::Answer`, store what is needed of it, with its tokens, and say so (`taken`). The server deletes
//!    what it has told of what was sent to the device only after that.
//! 3. Change what is wanted whenever the user looks at something else. The flow drops the request that waits, and asks
//!    again from the same position.
//! 4. On `Restarted`, the server had forgotten the connection: all rooms come again, in the batches of the lists. What was
//!    sent to the device does not.
//!
//! It is no store: it keeps where it is, what is wanted, and how many rooms each list has. Whether the server speaks the
//! unstable form or the accepted one is no matter of the program's.
//!
//! # Sending events
//!
//! `SendQueue` (feature `room_events`) sends a program's events: in order in each room, rooms side by side, and each event
//! once, over lost answers, crashes and restarts. It has events of its own (`SendEvent`), and ends only when it is
//! closed. The loop of a program that keeps it on disk:
//!
//! 1. Load the queue, or begin one; tell it which device is logged in (`new_device`), and look at what is stuck or
//!    uncertain (`entries`).
//! 2. Put events in (`enqueue`), each with random bytes, from which its transaction ID is made.
//! 3. On `SendEvent::Changed`, save it and confirm that (`saved`). No request for an event leaves before a save that has it.
//! 4. On `Sent`, replace the local echo with that transaction ID; on `Stuck` and `MayHaveBeenSent`, ask the user. On a
//!    change of the network, `nudge` it.
//!
//! An event whose content is not known yet, such as a picture that is still uploaded, keeps its place
//! (`OutgoingEvent::awaiting_content`), and `provide` gives it the content. `edit` and `discard` do what is still possible:
//! they change an event that never left, and otherwise send an edit or a redaction of it.
//!
//! # Access tokens
//!
//! A flow never holds the homeserver's access token. Attach it to the requests that need one, or put a [`TokenManager`]
//! between the flows and the network, which refreshes it too: [`Gated`] does that for one flow, [`Hub`] for many over
//! one session. Only a login by OAuth sends its last request with the token that it brings, to find out whose it is.
//!
//! # Files
//!
//! The body of a file never passes through a flow, which decides only where it goes: `Upload` and `Download` (with the
//! feature `media`) say [`SendStreaming`](Output::SendStreaming), and the transport takes the body from the program's
//! source, or puts it into the program's sink.
//!
//! - An upload: open the source at the offset, send the request with its body, and report the whole response. A request
//!   that is repeated opens the source again.
//! - A download: report the [`Head`](Input::Head), read nothing until [`Receive`](Output::Receive), cut the sink off at the
//!   offset that it says, and put the body behind it. Everything that is not the file (an error, a redirect) goes into
//!   memory instead. At the end, [`BodyEnd`] has the hash of all that the sink holds, if you compute it.
//! - Report [`Progress`](Input::Progress) from time to time: without it, the flow gives up after the policy's timeout. It
//!   tells the program a few times a second at most ([`FlowEvent::Progress`]).
//! - A source or a sink that cannot be opened at an offset fails the request as
//!   [`Unsendable`](crate::wire::FailureClass::Unsendable). A download then begins anew.
//!
//! # Saving
//!
//! With the feature `persist`, every flow can be saved, so that one that waits hours for a user survives a restart and
//! can continue on another machine. Serialize it with serde, as JSON: some of its parts are raw JSON, which no other
//! format carries. `SavedFlow` reads from a saved form which flow it is. The rules:
//!
//! - Save a flow while it waits or when it is done. Serializing a flow that has unpolled output is an error. A
//!   `SendQueue` may be saved at any time, since a save must come before its requests.
//! - Loading treats every request that was in flight as interrupted. If it is safe to repeat, it is sent again;
//!   otherwise the flow stalls once it is polled. [`InteractiveFlow::prompt`] says what the flow waits for; the event
//!   that said so is not repeated.
//! - A loaded flow doesn't know the current time, and its first [`Output::Wait`] may follow another machine's clock:
//!   give it an [`Input::Timeout`] at once, which does no harm.
//! - A file that was on its way into a sink goes on where it was, if the program gives the transport the same sink again and
//!   the server has ranges.
//! - The format carries its version and the flow's name. A version that this library can't read, or a name that it does
//!   not know, is an error that says so.
//! - **It holds secrets**: passwords, client secrets, authentication sessions, what a login by OAuth is granted. The caller
//!   is responsible for encrypting it.
//!
//! [`Client::run`]: crate::client::Client::run

mod account;
mod engine;
mod gated;
mod hub;
#[cfg(feature = "identity")]
mod identity;
mod interactive_flow;
mod media;
#[cfg(feature = "oauth")]
mod oauth;
mod operation;
#[cfg(feature = "room_events")]
mod send;
mod session;
mod shown;
#[cfg(feature = "sync")]
mod sync;
#[cfg(feature = "test-harness")]
pub mod test_harness;
mod threepid;
mod uia;

use std::fmt;

use bytes::Bytes;
use http::{Request, Response, request, response};

use crate::types::Timestamp;
use crate::wire::{Failure, FailureClass};
use shown::{ShownRequest, ShownResponse, shown_variant};

pub use account::{ChangePassword, Deactivate, RegisterAccount, ResetPassword};
pub use engine::callable::Callable;
#[cfg(feature = "persist")]
pub use engine::persist::saved_flow::SavedFlow;
pub use engine::request_id::RequestId;
pub use engine::retry_policy::{FailureKind, RetryDecision, RetryPolicy};
pub use engine::retry_scheduled::RetryScheduled;
pub use engine::streaming::streamed_body::{BodyDirection, BodyEnd, ReceiveBody};
pub use gated::Gated;
pub(crate) use gated::gate::Gate;
pub use hub::{FlowId, Hub, HubOutput};
#[cfg(feature = "identity")]
pub use identity::{BindThreepid, IdentityServer, IdentitySession, Lookup, UnbindThreepid};
pub use interactive_flow::{FlowError, FlowEvent, InteractiveFlow, NotAwaited, Prompt, Reply};
pub use media::MediaError;
#[cfg(feature = "media")]
pub use media::{Download, Downloaded, Thumbnail, Upload};
#[cfg(feature = "oauth")]
pub use oauth::{DeviceLogin, LoggedIn, OAuthGap, OAuthLogin, OAuthLogout, OAuthRefresh};
pub use operation::OperationFlow;
#[cfg(feature = "room_events")]
pub use send::{
    Discarded, Edited, EnqueueError, EventRefusal, OutgoingEvent, QueuedEvent, QueuedState,
    SendEvent, SendOptions, SendQueue, SendQueueError, Uncertainty,
};
pub use session::{
    AddressMistake, Discovered, Discovery, HomeserverAddress, InvalidAddress, LegacyRefresh, LogIn,
    OAuthSession, RefreshMethod, RequestDecision, ResponseDecision, SessionEvent, SessionTokens,
    SignOnPage, Ticket, TokenManager,
};
#[cfg(feature = "sync")]
pub use sync::{Offline, SyncAnswer, SyncEvent, SyncLoop, SyncStatus, TimelineGap};
#[cfg(feature = "unstable")]
pub use sync::{SlidingSync, SlidingSyncAnswer, SlidingSyncEvent, SlidingSyncTokens, SyncList};
pub use threepid::{AddThreepid, ThreepidInput};
pub use uia::terms_document::{TermsDocument, TermsTranslation};
pub use uia::uia_capabilities::UiaCapabilities;

/// A conversation as a state machine.
///
/// The contract: after every call that may change the flow (its constructor, [`handle_input`](Flow::handle_input), its
/// own methods), call [`poll_output`](Flow::poll_output) until it returns [`Output::Wait`] or [`Output::Done`].
pub trait Flow {
    /// What the user or the program must know or do.
    type Event;

    /// The final result.
    type Outcome;

    /// Returns what to do next.
    fn poll_output(&mut self) -> Output<Self::Event, Self::Outcome>;

    /// Reports what happened. Late, duplicate and unknown inputs are ignored.
    fn handle_input(&mut self, now: Timestamp, input: Input);

    /// The state that the flow is in, for logs: the box of its diagram, such as `AwaitingCode`. In a flow of several
    /// parts it is that of the part that speaks. A flow that waits for a retry is `Stalled`, and one that is over `Over`.
    fn state(&self) -> &'static str;
}

/// What happened outside of a flow. `Debug` shows neither the header fields nor the bodies of responses.
pub enum Input {
    /// A response arrived.
    Response(RequestId, Response<Bytes>),
    /// No response will arrive.
    Failed(RequestId, Failure),
    /// The time of the last [`Output::Wait`] has come. An early or needless timeout does no harm.
    Timeout,
    /// The request was not sent yet, or the server refused its access token and it will be sent again: it waits for
    /// another token. Until it is released it counts as never sent. [`Gated`] says so.
    Held(RequestId),
    /// The request that was held has now been sent.
    Released(RequestId),
    /// The head of a response whose body streams arrived. Read nothing of the body until [`Output::Receive`] says where
    /// it goes.
    Head(RequestId, response::Parts),
    /// A body that streams is on its way: so many bytes of it have passed so far, counted from its beginning.
    Progress(RequestId, u64),
    /// The body that was received into the sink is complete.
    BodyEnded(RequestId, BodyEnd),
}

impl Input {
    /// The request that it is about.
    pub fn request_id(&self) -> Option<RequestId> {
        match self {
            Self::Response(id, _)
            | Self::Failed(id, _)
            | Self::Held(id)
            | Self::Released(id)
            | Self::Head(id, _)
            | Self::Progress(id, _)
            | Self::BodyEnded(id, _) => Some(*id),
            Self::Timeout => None,
        }
    }

    /// What to answer [`Output::SendStreaming`] if the transport cannot stream.
    ///
    /// ```
    /// use hardline::flow::{BodyDirection, Input, RequestId};
    ///
    /// fn answer(id: RequestId, _: http::request::Parts, _: BodyDirection) -> Input {
    ///     Input::cannot_stream(id)
    /// }
    /// ```
    pub fn cannot_stream(id: RequestId) -> Self {
        let why = "the transport cannot stream bodies: use one that can";
        Self::Failed(id, Failure::new(FailureClass::Unsendable, why))
    }
}

/// What to do for a flow. `Debug` shows neither the queries nor the header fields nor the bodies of requests.
#[must_use = "a flow relies on its outputs being carried out"]
pub enum Output<E, T> {
    /// Send this request and report the outcome under this ID. The [`RequestMeta`](crate::wire::RequestMeta) in its
    /// extensions says how to send it. If the operation needs an access token (its
    /// [`auth`](field@crate::wire::Operation::auth) is `Required` or `Optional`) and the request has none yet, attach it with
    /// [`authorize`](crate::wire::authorize), if it goes to the homeserver's origin: a flow never holds the homeserver's
    /// token. [`Gated`] and [`Hub`] do that.
    Send(RequestId, Request<Vec<u8>>),
    /// Like [`Send`](Output::Send), for a request or a response whose body is not held in memory. A transport that
    /// cannot do that answers with [`Input::cannot_stream`].
    SendStreaming(RequestId, request::Parts, BodyDirection),
    /// The answer to [`Input::Head`]: where the response's body goes.
    Receive(RequestId, ReceiveBody),
    /// The flow no longer waits for this request: drop it.
    Cancel(RequestId),
    /// Tell the user or the program.
    Event(E),
    /// Nothing to do for now: give the flow an [`Input::Timeout`] at this time. With `None`, only a pending response or
    /// the application can make it continue.
    Wait(Option<Timestamp>),
    /// The flow is over. Returned once.
    Done(T),
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = |name, fields: &[&dyn fmt::Debug]| shown_variant(f, name, fields);
        match self {
            Self::Response(id, response) => {
                shown("Response", &[id, &ShownResponse::from(response)])
            }
            Self::Failed(id, failure) => shown("Failed", &[id, failure]),
            Self::Timeout => shown("Timeout", &[]),
            Self::Held(id) => shown("Held", &[id]),
            Self::Released(id) => shown("Released", &[id]),
            Self::Head(id, head) => shown("Head", &[id, &ShownResponse::from(head)]),
            Self::Progress(id, bytes) => shown("Progress", &[id, bytes]),
            Self::BodyEnded(id, end) => shown("BodyEnded", &[id, end]),
        }
    }
}

impl<E: fmt::Debug, T: fmt::Debug> fmt::Debug for Output<E, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = |name, fields: &[&dyn fmt::Debug]| shown_variant(f, name, fields);
        match self {
            Self::Send(id, request) => shown("Send", &[id, &ShownRequest::from(request)]),
            Self::SendStreaming(id, head, direction) => {
                shown("SendStreaming", &[id, &ShownRequest::from(head), direction])
            }
            Self::Receive(id, body) => shown("Receive", &[id, body]),
            Self::Cancel(id) => shown("Cancel", &[id]),
            Self::Event(event) => shown("Event", &[event]),
            Self::Wait(until) => shown("Wait", &[until]),
            Self::Done(done) => shown("Done", &[done]),
        }
    }
}

impl<E, T> Output<E, T> {
    /// The same output of a flow that has this one as a part: see [`Hub`].
    pub fn map<F, U>(
        self,
        event: impl FnOnce(E) -> F,
        outcome: impl FnOnce(T) -> U,
    ) -> Output<F, U> {
        match self {
            Self::Send(id, request) => Output::Send(id, request),
            Self::SendStreaming(id, parts, direction) => {
                Output::SendStreaming(id, parts, direction)
            }
            Self::Receive(id, body) => Output::Receive(id, body),
            Self::Cancel(id) => Output::Cancel(id),
            Self::Event(told) => Output::Event(event(told)),
            Self::Wait(until) => Output::Wait(until),
            Self::Done(done) => Output::Done(outcome(done)),
        }
    }
}
