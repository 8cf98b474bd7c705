use std::collections::VecDeque;
use std::fmt;
use std::task::{Poll, ready};
use std::time::Duration;

use http::Request;

use super::attempts::{Attempts, Heard, Shared};
use super::{Event, Exchange, FlowError, Input, NotAwaited, Output, Prompt, Reply, RetryPolicy};
use crate::types::Timestamp;
use crate::wire::{
    self, Auth, Credentials, EncodeError, Endpoint, Error, ErrorCode, ErrorKind, Operation,
    OperationName, Target,
};

/// What is particular to one conversation: its states, and what leads from one to the next.
///
/// ```text
///        .--- the wait or the pause is over, the answer counts, reply ---.
///        v                                                               |
///  Ready: advance --call--> Calling (sent, waiting to send again) -------'
///        |                     '-- no answer that counts --> Stalled --retry--> Ready
///        |--pause--> Pausing
///        |--Pending--> Awaiting --reply--> Ready
///        '--Poll::Ready--> Over           any --cancel--> Over
/// ```
pub(crate) trait Script {
    /// What it brings.
    type Success;

    /// Its name in saved forms.
    #[cfg(feature = "persist")]
    const NAME: &'static str;

    /// Goes on as far as it can: reads like an `async fn`, with the state as its local variables. It is called again
    /// after every input, from the state that it left; [`Turn::call`] and [`Turn::pause`] then go on where they were.
    fn advance(&mut self, turn: &mut Turn<'_>) -> Poll<Result<Self::Success, FlowError>>;

    /// What the state awaits from the person or the program.
    fn prompt(&self) -> Option<Prompt>;

    /// Takes a reply. `is_calling` says that a request is under way.
    fn reply(&mut self, reply: Reply, is_calling: bool) -> Result<Replied, NotAwaited>;
}

/// What a reply led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replied {
    /// What was under way is dropped, and `advance` begins anew.
    Anew,
    /// It is noted, and what is under way goes on.
    Noted,
}

/// Runs a [`Script`]: everything that is the same in each of them.
pub(crate) struct Engine<S: Script> {
    pub(super) script: S,
    pub(super) core: Core,
    pub(super) outcome: Option<Box<Result<S::Success, FlowError>>>,
}

/// What is the same whatever the script.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) shared: Shared,
    pub(super) events: VecDeque<Event>,
    pub(super) slot: Slot,
}

/// What is under way.
#[derive(Debug)]
pub(super) enum Slot {
    /// The script is to go on.
    Ready,
    /// Nothing: the person or the program is to say something.
    Awaiting,
    /// A request, sent or to be sent again.
    Calling(Attempts),
    /// A pause, and how long it is.
    Pausing(Timestamp),
    /// Nothing: a request did not work, and is sent again only when that is wished for.
    Stalled,
    /// It is over.
    Over,
}

/// What a script is given to go on with.
pub(crate) struct Turn<'a> {
    core: &'a mut Core,
    input: Option<Input>,
    /// Where a request goes, while one can be sent.
    sent: Option<&'a mut Option<Sent>>,
}

type Sent = (Exchange, Request<Vec<u8>>);

/// The server refused an operation, or the request could not be built.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) operation: OperationName,
    pub(crate) error: Error,
}

impl Turn<'_> {
    /// One operation: sent, again where that is safe and the policy says so, and answered. Where no answer comes that
    /// counts, the flow stalls; what is left is what the server said.
    pub(crate) fn call<E: Endpoint>(
        &mut self,
        operation: &E,
        target: &Target,
    ) -> Poll<Result<E::Response, Refusal>> {
        self.call_as(operation, target, &Credentials::Later)
    }

    /// The same with credentials that the script has itself: those of another server than the account's. A token that
    /// died does not stall the flow then, since nobody but the script can get another.
    pub(crate) fn call_as<E: Endpoint>(
        &mut self,
        operation: &E,
        target: &Target,
        credentials: &Credentials,
    ) -> Poll<Result<E::Response, Refusal>> {
        match ready!(self.attempt(operation, target, credentials)) {
            Ok(response) => Poll::Ready(Ok(response)),
            Err(refusal) => self
                .settle(const { &E::OPERATION }, refusal, credentials)
                .map(Err),
        }
    }

    /// What a call makes of a refusal: where that may pass, the flow stalls.
    pub(crate) fn settle(
        &mut self,
        operation: &Operation,
        refusal: Refusal,
        credentials: &Credentials,
    ) -> Poll<Refusal> {
        if may_pass(&refusal.error, operation, credentials) {
            self.core.stall(refusal.error);
            return Poll::Pending;
        }
        Poll::Ready(refusal)
    }

    /// One operation where the script goes on whatever comes of it: nothing stalls.
    pub(crate) fn attempt<E: Endpoint>(
        &mut self,
        operation: &E,
        target: &Target,
        credentials: &Credentials,
    ) -> Poll<Result<E::Response, Refusal>> {
        let constant = const { &E::OPERATION };
        let (attempts, heard) = self.hear();
        let failure = match heard {
            Heard::Nothing => None,
            Heard::Response(response) => match wire::decode::<E>(response) {
                Ok(response) => return Poll::Ready(Ok(response)),
                Err(error) => Some(error),
            },
            Heard::Failure(error) => Some(error),
        };
        let own = operation.extras().and_then(|extras| extras.timeout);
        let encode = || wire::encode(operation, target, credentials);
        self.try_on(constant, attempts, failure, own, &encode)
            .map(|error| {
                Err(Refusal {
                    operation: constant.name(),
                    error,
                })
            })
    }

    /// What is under way, if anything, and what the input says of it.
    fn hear(&mut self) -> (Attempts, Heard) {
        let core = &mut *self.core;
        let mut attempts = match std::mem::replace(&mut core.slot, Slot::Ready) {
            Slot::Calling(attempts) => attempts,
            _ => Attempts::new(),
        };
        let heard = match self.input.take() {
            Some(input) => attempts.hear(&mut core.shared, input),
            None => Heard::Nothing,
        };
        (attempts, heard)
    }

    /// Sends the request if it is time, and otherwise waits, until there is nothing left to try. It is apart from
    /// [`attempt`](Turn::attempt) since that is compiled for each operation.
    fn try_on(
        &mut self,
        operation: &'static Operation,
        mut attempts: Attempts,
        failure: Option<Error>,
        own_timeout: Option<Duration>,
        encode: &dyn Fn() -> Result<Request<Vec<u8>>, EncodeError>,
    ) -> Poll<Error> {
        let core = &mut *self.core;
        if let Some(error) = failure {
            match attempts.after(&mut core.shared, operation, error) {
                Ok(waiting) => core.events.push_back(Event::Waiting(waiting)),
                Err(error) => return Poll::Ready(error),
            }
        }
        // Where one could not be built, another may be sent in its place.
        if attempts.is_due()
            && let Some(sent) = &mut self.sent
            && sent.is_none()
        {
            match encode() {
                Ok(request) => {
                    let shared = &mut core.shared;
                    **sent = Some(attempts.sent(shared, operation, own_timeout, request));
                }
                Err(error) => return Poll::Ready(error.into()),
            }
        }
        core.slot = Slot::Calling(attempts);
        Poll::Pending
    }

    /// Waits about so long: between one half and the whole of it.
    pub(crate) fn pause(&mut self, length: Duration) -> Poll<()> {
        let core = &mut *self.core;
        let now = core.shared.now;
        let until = match core.slot {
            Slot::Pausing(until) if until <= now => {
                core.slot = Slot::Ready;
                return Poll::Ready(());
            }
            // A clock that was set back must not make it longer.
            Slot::Pausing(until) => until.min(now + length),
            _ => now + core.shared.jitter.spread(length),
        };
        core.slot = Slot::Pausing(until);
        Poll::Pending
    }

    /// Tells the person or the program.
    pub(crate) fn tell(&mut self, event: Event) {
        self.core.events.push_back(event);
    }

    /// The longest wait of the policy.
    pub(crate) fn longest_wait(&self) -> Duration {
        self.core.shared.policy.longest_wait
    }
}

impl<S: Script> Engine<S> {
    /// A conversation that begins. `seed` spreads the waits.
    pub(crate) fn new(now: Timestamp, script: S, seed: u64) -> Self {
        Self {
            script,
            core: Core {
                shared: Shared::new(now, RetryPolicy::default(), seed),
                events: VecDeque::new(),
                slot: Slot::Ready,
            },
            outcome: None,
        }
    }

    pub(crate) fn set_policy(&mut self, policy: RetryPolicy) {
        self.core.shared.policy = policy;
    }

    /// The script, to be completed before it begins.
    pub(crate) fn script_mut(&mut self) -> &mut S {
        &mut self.script
    }

    pub(crate) fn prompt(&self) -> Option<Prompt> {
        match self.core.slot {
            Slot::Over => None,
            Slot::Stalled => Some(Prompt::Retry),
            _ => self.script.prompt(),
        }
    }

    pub(crate) fn reply(&mut self, now: Timestamp, reply: Reply) -> Result<(), NotAwaited> {
        self.core.shared.now = now;
        if matches!(self.core.slot, Slot::Over) {
            return Err(NotAwaited);
        }
        let is_calling = matches!(self.core.slot, Slot::Calling(_));
        if self.script.reply(reply, is_calling)? == Replied::Anew {
            self.core.abandon();
            self.core.slot = Slot::Ready;
        }
        Ok(())
    }

    pub(crate) fn retry(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.core.shared.now = now;
        match self.core.slot {
            Slot::Stalled => {
                self.core.slot = Slot::Ready;
                Ok(())
            }
            _ => Err(NotAwaited),
        }
    }

    pub(crate) fn cancel(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.core.shared.now = now;
        if matches!(self.core.slot, Slot::Over) {
            return Err(NotAwaited);
        }
        self.core.abandon();
        self.finish(Err(FlowError::Cancelled));
        Ok(())
    }

    pub(crate) fn poll_output(&mut self) -> Output<Event, Result<S::Success, FlowError>> {
        let mut sent = None;
        // An exchange that nobody waits for is dropped before the next is sent.
        if self.core.shared.cancelled.is_empty() && self.core.events.is_empty() && self.is_due() {
            self.advance(None, Some(&mut sent));
        }
        if let Some((exchange, request)) = sent {
            return Output::Send(exchange, request);
        }
        if let Some(exchange) = self.core.shared.cancelled.pop_front() {
            return Output::Cancel(exchange);
        }
        if let Some(event) = self.core.events.pop_front() {
            return Output::Event(event);
        }
        if let Some(outcome) = self.outcome.take() {
            return Output::Done(*outcome);
        }
        // A conversation may wait for hours, and many at once: it keeps no room for what it has not.
        self.core.events = VecDeque::new();
        self.core.shared.cancelled = VecDeque::new();
        Output::Wait(match &self.core.slot {
            Slot::Calling(attempts) => attempts.deadline(),
            Slot::Pausing(until) => Some(*until),
            _ => None,
        })
    }

    pub(crate) fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.core.shared.now = now;
        // Where nothing is under way, it is late.
        if matches!(self.core.slot, Slot::Calling(_) | Slot::Pausing(_)) {
            self.advance(Some(input), None);
        }
    }

    /// Whether there is something to do before anything else happens.
    fn is_due(&self) -> bool {
        match &self.core.slot {
            Slot::Ready => true,
            Slot::Calling(attempts) => attempts.is_due(),
            _ => false,
        }
    }

    fn advance(&mut self, input: Option<Input>, sent: Option<&mut Option<Sent>>) {
        let mut turn = Turn {
            core: &mut self.core,
            input,
            sent,
        };
        match self.script.advance(&mut turn) {
            Poll::Ready(result) => self.finish(result),
            // It neither calls nor pauses, so it waits for the person or the program.
            Poll::Pending if matches!(self.core.slot, Slot::Ready) => {
                self.core.slot = Slot::Awaiting;
            }
            Poll::Pending => {}
        }
    }

    fn finish(&mut self, result: Result<S::Success, FlowError>) {
        self.core.slot = Slot::Over;
        self.outcome = Some(Box::new(result));
    }
}

impl Core {
    /// Nobody waits for what is under way any more.
    fn abandon(&mut self) {
        if let Slot::Calling(attempts) = &self.slot {
            attempts.abandon(&mut self.shared);
        }
    }

    pub(super) fn stall(&mut self, error: Error) {
        self.slot = Slot::Stalled;
        self.events.push_back(Event::Stalled(error));
    }
}

// The outcome may be of a type that shows secrets.
impl<S: Script + fmt::Debug> fmt::Debug for Engine<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("script", &self.script)
            .field("core", &self.core)
            .finish_non_exhaustive()
    }
}

impl Refusal {
    /// What the server called it.
    pub(crate) fn errcode(&self) -> Option<&ErrorCode> {
        self.error.errcode()
    }
}

impl From<Refusal> for FlowError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused {
            operation: refusal.operation,
            source: refusal.error,
        }
    }
}

/// Whether it may work another time, or with another access token, though nothing else changes.
fn may_pass(error: &Error, operation: &Operation, credentials: &Credentials) -> bool {
    match error.kind() {
        ErrorKind::Transport(_) | ErrorKind::Answer(_) => true,
        ErrorKind::Server(refused) => {
            let is_later =
                operation.auth_mode() != Auth::None && matches!(credentials, Credentials::Later);
            let token = is_later
                && matches!(
                    error.errcode(),
                    Some(ErrorCode::UnknownToken | ErrorCode::MissingToken)
                );
            token || error.is_rate_limited() || refused.status.is_server_error()
        }
        ErrorKind::Encode(_) | ErrorKind::Uia(_) => false,
    }
}

/// Gives a flow that wraps an engine, as its field 0, what all of them have.
macro_rules! dialogue {
    ($flow:ident $(<$parameter:ident: $bound:path>)?, brings: $success:ty) => {
        impl $(<$parameter: $bound>)? $flow $(<$parameter>)? {
            /// The same with another policy of trying again.
            #[must_use]
            pub fn with_policy(mut self, policy: $crate::flow::RetryPolicy) -> Self {
                self.0.set_policy(policy);
                self
            }
        }

        impl $(<$parameter: $bound>)? $crate::flow::Dialogue for $flow $(<$parameter>)? {
            type Success = $success;

            fn prompt(&self) -> Option<$crate::flow::Prompt> {
                self.0.prompt()
            }

            fn reply(
                &mut self,
                now: $crate::types::Timestamp,
                reply: $crate::flow::Reply,
            ) -> Result<(), $crate::flow::NotAwaited> {
                self.0.reply(now, reply)
            }

            fn retry(
                &mut self,
                now: $crate::types::Timestamp,
            ) -> Result<(), $crate::flow::NotAwaited> {
                self.0.retry(now)
            }

            fn cancel(
                &mut self,
                now: $crate::types::Timestamp,
            ) -> Result<(), $crate::flow::NotAwaited> {
                self.0.cancel(now)
            }
        }

        impl $(<$parameter: $bound>)? $crate::flow::Flow for $flow $(<$parameter>)? {
            type Event = $crate::flow::Event;
            type Outcome = Result<$success, $crate::flow::FlowError>;

            fn poll_output(&mut self) -> $crate::flow::Output<Self::Event, Self::Outcome> {
                self.0.poll_output()
            }

            fn handle_input(&mut self, now: $crate::types::Timestamp, input: $crate::flow::Input) {
                self.0.handle_input(now, input);
            }
        }
    };
}

pub(crate) use dialogue;

#[cfg(test)]
mod tests;
