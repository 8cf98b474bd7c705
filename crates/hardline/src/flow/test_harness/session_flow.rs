//! A flow in a session, as one flow. Its states are in `flow/gated.rs`, those of the session in
//! `flow/session/token_manager.rs`.

use hardline_derive::Persist;

use super::token_store;
use crate::flow::{
    Flow, Gated, Input, InteractiveFlow, NotAwaited, Output, Prompt, Reply, RequestId, TokenManager,
};
use crate::types::Timestamp;

/// A flow with a session of its own: a [`Gated`] flow and its [`TokenManager`], for a [`Trial`](super::Trial) of both
/// together. A session with a store is answered: it finds there what it put there.
///
/// ```
/// use hardline::client_api::account::GetTokenOwner;
/// use hardline::flow::test_harness::{Choices, START, SessionFlow, Trial};
/// use hardline::flow::{OperationFlow, SessionTokens, TokenManager};
/// use hardline::types::{AccessToken, RefreshToken};
/// use hardline::wire::Target;
///
/// let target = Target::homeserver("https://example.org")?;
/// for seed in 0..40 {
///     let old = SessionTokens::new(AccessToken::from("old"));
///     let tokens = old.refreshed_with(RefreshToken::from("refresh"));
///     let manager = TokenManager::new(target.clone(), Some(tokens), 1);
///     let flow = OperationFlow::new(START, GetTokenOwner::new(), target.clone(), 1);
///     let flow = SessionFlow::new(START, flow.unattended(), manager);
///     let server = |_now, request: http::Request<Vec<u8>>| {
///         let (status, body) = match request.headers().get("authorization") {
///             None => (200, r#"{"access_token": "new"}"#),
///             Some(token) if token == "Bearer new" => (200, r#"{"user_id": "@alice:example.org"}"#),
///             Some(_) => (401, r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "it has expired"}"#),
///         };
///         http::Response::builder().status(status).body(body).expect("it is a response")
///     };
///     let report = Trial::new(flow, Choices::from_seed(seed), server).run()?;
///     assert!(report.outcome.is_some());
///     // A request with the old token, the refresh, and one with the new token, if nothing goes wrong.
///     assert!(seed % 4 > 0 || report.requests == 3);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Persist)]
pub struct SessionFlow<F> {
    flow: Gated<F>,
    manager: TokenManager,
    now: Timestamp,
    is_over: bool,
}

/// Whose request it is. Both count their own, and the IDs of both together are even and odd.
#[derive(Clone, Copy)]
enum Sender {
    Flow,
    Session,
}

impl Sender {
    fn outer(self, id: RequestId) -> RequestId {
        RequestId::from_u64(2 * id.as_u64() + u64::from(matches!(self, Self::Session)))
    }

    fn of(id: RequestId) -> (Self, RequestId) {
        let sender = match id.as_u64() % 2 {
            0 => Self::Flow,
            _ => Self::Session,
        };
        (sender, RequestId::from_u64(id.as_u64() / 2))
    }
}

impl<F> SessionFlow<F> {
    /// A flow that was begun now, and its session.
    pub fn new(now: Timestamp, flow: F, manager: TokenManager) -> Self {
        Self {
            flow: Gated::new(flow),
            manager,
            now,
            is_over: false,
        }
    }

    /// The flow.
    pub fn flow(&self) -> &F {
        self.flow.flow()
    }

    /// The flow, to call its methods.
    pub fn flow_mut(&mut self) -> &mut F {
        self.flow.flow_mut()
    }

    /// The session.
    pub fn token_manager(&self) -> &TokenManager {
        &self.manager
    }

    /// The session, to log in or out, for example.
    pub fn token_manager_mut(&mut self) -> &mut TokenManager {
        &mut self.manager
    }

    /// Whether the session is being refreshed or a request waits for that, which is not saved: for
    /// [`Trial::with_pending`](super::Trial::with_pending).
    pub fn is_holding(&self) -> bool {
        self.flow.is_held() || self.manager.is_holding()
    }
}

impl<F: Flow> SessionFlow<F> {
    /// What to do for the session, or until when it waits.
    fn poll_session(&mut self) -> Result<Output<F::Event, F::Outcome>, Option<Timestamp>> {
        loop {
            match self.manager.poll_output() {
                Output::Send(id, request) => {
                    return Ok(Output::Send(Sender::Session.outer(id), request));
                }
                Output::Cancel(id) => return Ok(Output::Cancel(Sender::Session.outer(id))),
                Output::Event(event) => {
                    token_store::answer(self.now, &event, &mut self.manager);
                }
                Output::Wait(until) => return Err(until),
                // Nothing of the session streams.
                Output::SendStreaming(..) | Output::Receive(..) => {}
                Output::Done(never) => match never {},
            }
        }
    }
}

impl<F: Flow> Flow for SessionFlow<F> {
    type Event = F::Event;
    type Outcome = F::Outcome;

    fn poll_output(&mut self) -> Output<F::Event, F::Outcome> {
        if self.is_over {
            return Output::Wait(None);
        }
        let sender = Sender::Flow;
        loop {
            let until = match self.flow.poll_output(self.now, &mut self.manager) {
                Output::Send(id, request) => return Output::Send(sender.outer(id), request),
                Output::SendStreaming(id, parts, direction) => {
                    return Output::SendStreaming(sender.outer(id), parts, direction);
                }
                Output::Receive(id, body) => return Output::Receive(sender.outer(id), body),
                Output::Cancel(id) => return Output::Cancel(sender.outer(id)),
                Output::Event(event) => return Output::Event(event),
                Output::Done(outcome) => {
                    self.is_over = true;
                    return Output::Done(outcome);
                }
                Output::Wait(until) => until,
            };
            match self.poll_session() {
                Ok(output) => return output,
                Err(_) if self.flow.is_held() && !self.manager.is_holding() => {}
                Err(other) => return Output::Wait(until.into_iter().chain(other).min()),
            }
        }
    }

    fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.now = now;
        let Some(id) = input.request_id() else {
            self.manager.handle_input(now, Input::Timeout);
            self.flow
                .handle_input(now, &mut self.manager, Input::Timeout);
            return;
        };
        let (sender, id) = Sender::of(id);
        let input = match input {
            Input::Response(_, response) => Input::Response(id, response),
            Input::Failed(_, failure) => Input::Failed(id, failure),
            Input::Head(_, parts) => Input::Head(id, parts),
            Input::Progress(_, bytes) => Input::Progress(id, bytes),
            Input::BodyEnded(_, end) => Input::BodyEnded(id, end),
            // The gate says so by itself.
            Input::Held(_) | Input::Released(_) | Input::Timeout => return,
        };
        match sender {
            Sender::Flow => self.flow.handle_input(now, &mut self.manager, input),
            Sender::Session => self.manager.handle_input(now, input),
        }
    }

    fn state(&self) -> &'static str {
        self.flow().state()
    }
}

impl<F: InteractiveFlow> InteractiveFlow for SessionFlow<F> {
    type Success = F::Success;

    fn prompt(&self) -> Option<Prompt> {
        self.flow().prompt()
    }

    fn reply(&mut self, now: Timestamp, reply: Reply) -> Result<(), NotAwaited> {
        self.now = now;
        self.flow_mut().reply(now, reply)
    }

    fn retry(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.now = now;
        self.flow_mut().retry(now)
    }

    fn cancel(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.now = now;
        self.flow_mut().cancel(now)
    }
}
