use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use hardline_derive::Persist;
use http::{Request, Response};

use crate::flow::engine::effort::call_limit::CallLimit;
use crate::flow::engine::jitter::Jitter;
use crate::flow::engine::request_id::RequestIds;
use crate::flow::engine::retry_policy::FlowPolicy;
use crate::flow::engine::streaming::{Received, SinkPart, Streamed, Streaming};
use crate::flow::{
    BodyDirection, FailureKind, FlowEvent, Input, ReceiveBody, RequestId, RetryDecision,
    RetryPolicy, RetryScheduled,
};
use crate::types::Timestamp;
use crate::wire::{Error, Failure, FailureClass, Operation, RequestMeta};

/// One operation on its way: sent, and sent again if the policy says so.
///
/// ```text
///          .---------- the wait is over ----------.
///          v                                      |
/// Due --sent--> InFlight --failure, policy waits--> Waiting
///                  '------ response, or the policy gives up ------> finished
/// ```
#[derive(Debug)]
pub(crate) struct Attempts {
    /// The operation that was sent last; `None` if none was yet, or none since it was loaded.
    operation: Option<&'static Operation>,
    attempt: u32,
    phase: Phase,
    /// It is not sent again by itself, though it may be repeated.
    is_single: bool,
    /// The limit of this call.
    limit: Option<Box<Limit>>,
    /// If its body streams. The logic saves what a sink holds.
    streaming: Option<Box<Streaming>>,
}

/// How long a call may take as a whole.
#[derive(Debug)]
struct Limit {
    /// `None` after loading, until the call goes on.
    limit: Option<&'static CallLimit>,
    /// What is left of its time.
    left: Duration,
}

#[derive(Debug)]
enum Phase {
    Due,
    InFlight {
        id: RequestId,
        deadline: Timestamp,
        timeout: Duration,
        /// It waits for another access token.
        is_held: bool,
    },
    Waiting {
        until: Timestamp,
    },
    /// It was saved in flight and cannot be sent again without asking: it failed as interrupted.
    #[cfg(feature = "persist")]
    Interrupted,
}

/// The part of an operation in progress that a saved flow keeps.
#[cfg(feature = "persist")]
#[derive(Debug, Persist)]
pub(crate) enum SavedAttempts {
    InFlight {
        attempt: u32,
        repeatable: bool,
        left: Option<Duration>,
    },
    Waiting {
        attempt: u32,
        until: Timestamp,
        left: Option<Duration>,
    },
}

/// What an input means for an operation in progress.
pub(crate) enum Answered {
    /// Nothing: the input is for something else or late, or it is time to send.
    Nothing,
    /// A response, not decoded yet.
    Response(Response<Bytes>),
    /// The body is in the sink.
    Received(Box<Received>),
    /// No response will arrive.
    Failure(Error),
}

/// What all requests of a flow share.
#[derive(Debug, Persist)]
pub(crate) struct FlowState {
    pub(crate) now: Timestamp,
    pub(crate) policy: FlowPolicy,
    pub(crate) jitter: Jitter,
    pub(crate) ids: RequestIds,
    /// Requests that the flow no longer waits for, until the caller has been told.
    #[serde(skip)]
    pub(crate) cancelled: VecDeque<RequestId>,
}

impl FlowState {
    pub(crate) fn new(now: Timestamp, policy: RetryPolicy, seed: u64) -> Self {
        Self {
            now,
            policy: policy.into(),
            jitter: Jitter::new(seed),
            ids: RequestIds::default(),
            cancelled: VecDeque::new(),
        }
    }

    /// Takes over the time. If the clock was set back, what is pending comes as much earlier, so that nothing waits
    /// longer than it meant to.
    pub(crate) fn set_now<'a>(
        &mut self,
        now: Timestamp,
        pending: impl IntoIterator<Item = &'a mut Timestamp>,
    ) {
        if now < self.now {
            for deadline in pending {
                *deadline = now + (*deadline - self.now);
            }
        }
        self.now = now;
    }
}

impl Attempts {
    pub(crate) fn new() -> Self {
        Self {
            operation: None,
            attempt: 0,
            phase: Phase::Due,
            is_single: false,
            limit: None,
            streaming: None,
        }
    }

    /// One that was sent this often before.
    #[cfg(feature = "room_events")]
    pub(crate) fn after_attempts(attempt: u32) -> Self {
        Self {
            attempt,
            ..Self::new()
        }
    }

    /// Whether this request is the one in flight.
    #[cfg(feature = "room_events")]
    pub(crate) fn is_in_flight_as(&self, other: RequestId) -> bool {
        matches!(self.phase, Phase::InFlight { id, .. } if id == other)
    }

    /// Whether the request in flight waits for another access token: then it counts as never sent.
    #[cfg(feature = "room_events")]
    pub(crate) fn is_held(&self) -> bool {
        matches!(self.phase, Phase::InFlight { is_held: true, .. })
    }

    /// The request's body comes from a source and has this length.
    pub(crate) fn upload(&mut self, length: u64) {
        self.streaming
            .get_or_insert_with(|| Box::new(Streaming::upload(length)));
    }

    /// The response's body goes into a sink that holds this part of it, and has at most this length.
    pub(crate) fn download(&mut self, part: &SinkPart, cap: Option<u64>) {
        self.streaming
            .get_or_insert_with(|| Box::new(Streaming::download(part.clone(), cap)));
    }

    /// What the sink holds: nothing if no body comes into one.
    pub(crate) fn sink_part(&self) -> &SinkPart {
        self.streaming
            .as_ref()
            .map_or(&SinkPart::EMPTY, |body| body.part())
    }

    /// What to tell the program about a body that streams, if it is time to.
    pub(crate) fn take_progress(&mut self, now: Timestamp) -> Option<FlowEvent> {
        self.streaming.as_mut()?.take_progress(now)
    }

    /// How often it was sent.
    #[cfg_attr(
        not(feature = "media"),
        allow(dead_code, reason = "an upload that was repeated may be there already")
    )]
    pub(crate) fn count(&self) -> u32 {
        self.attempt
    }

    /// Which body streams, if one does.
    pub(crate) fn direction(&self) -> Option<BodyDirection> {
        Some(self.streaming.as_ref()?.direction())
    }

    /// Where the body of the response in flight goes, once.
    pub(crate) fn take_receive(&mut self) -> Option<(RequestId, ReceiveBody)> {
        match self.phase {
            Phase::InFlight { id, .. } => Some((id, self.streaming.as_mut()?.take_receive()?)),
            _ => None,
        }
    }

    /// It is sent once only.
    pub(crate) fn send_once(&mut self) {
        self.is_single = true;
    }

    /// Limits the call as a whole. This much of the limit's time is left.
    pub(crate) fn limit_to(&mut self, limit: &'static CallLimit, left: Duration) {
        let known = self
            .limit
            .get_or_insert_with(|| Box::new(Limit { limit: None, left }));
        known.limit = Some(limit);
    }

    /// Whether to go on without an input, usually by sending the request.
    pub(crate) fn is_due(&self) -> bool {
        match self.phase {
            Phase::Due => true,
            #[cfg(feature = "persist")]
            Phase::Interrupted => true,
            Phase::InFlight { .. } | Phase::Waiting { .. } => false,
        }
    }

    /// Whether this is the operation that was sent. After loading that is not known, but nothing is in flight then.
    pub(crate) fn may_be_of(&self, operation: &Operation) -> bool {
        self.operation
            .is_none_or(|sent| sent.name() == operation.name())
    }

    /// The caller must send this request now. `own` is the operation's own timeout.
    pub(crate) fn sent(
        &mut self,
        flow_state: &mut FlowState,
        operation: &'static Operation,
        own: Option<Duration>,
        mut request: Request<Vec<u8>>,
    ) -> (RequestId, Request<Vec<u8>>) {
        self.operation = Some(operation);
        self.attempt += 1;
        let id = flow_state.ids.next();
        let mut timeout = own.unwrap_or(flow_state.policy.timeout);
        if let Some(limit) = &self.limit {
            timeout = timeout.min(limit.left);
        }
        self.phase = Phase::InFlight {
            id,
            deadline: flow_state.now + timeout,
            timeout,
            is_held: false,
        };
        let dispatch = RequestMeta::new(operation, timeout);
        let mut dispatch = dispatch.with_options_of(&mut request);
        dispatch.attempt = self.attempt;
        if let Some(streaming) = &mut self.streaming {
            streaming.begin(operation, &mut request);
        }
        request.extensions_mut().insert(dispatch);
        (id, request)
    }

    /// When something happens without an input.
    pub(crate) fn deadline(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::InFlight { deadline, .. } => Some(deadline),
            Phase::Waiting { until } => Some(until),
            _ => None,
        }
    }

    /// When the request in flight was sent, by the clock as it is now.
    pub(crate) fn sent_at(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::InFlight {
                deadline, timeout, ..
            } => Some(
                Timestamp::default() + (deadline - Timestamp::default()).saturating_sub(timeout),
            ),
            _ => None,
        }
    }

    /// The same, to be moved.
    pub(crate) fn deadline_mut(&mut self) -> Option<&mut Timestamp> {
        match &mut self.phase {
            Phase::InFlight { deadline, .. } => Some(deadline),
            Phase::Waiting { until } => Some(until),
            _ => None,
        }
    }

    /// Stops waiting for the request in flight.
    pub(crate) fn abandon(&self, flow_state: &mut FlowState) {
        if let Phase::InFlight { id, .. } = self.phase {
            flow_state.cancelled.push_back(id);
        }
    }

    /// The part that a saved flow keeps; `None` while the request is still to be sent.
    #[cfg(feature = "persist")]
    pub(crate) fn saved(&self) -> Option<SavedAttempts> {
        let attempt = self.attempt;
        match self.phase {
            Phase::Due | Phase::Interrupted => None,
            // It counts as never sent.
            Phase::InFlight { is_held: true, .. } => Some(SavedAttempts::InFlight {
                attempt: attempt.saturating_sub(1),
                repeatable: true,
                left: self.left(),
            }),
            Phase::InFlight { .. }
                if self.streaming.as_ref().is_some_and(|body| !body.is_told()) =>
            {
                None
            }
            Phase::InFlight { .. } => Some(SavedAttempts::InFlight {
                attempt,
                repeatable: !self.is_single
                    && self.operation.is_some_and(|operation| operation.repeatable),
                left: self.left(),
            }),
            Phase::Waiting { until } => Some(SavedAttempts::Waiting {
                attempt,
                until,
                left: self.left(),
            }),
        }
    }

    /// What is left of the time of the call's limit.
    #[cfg(feature = "persist")]
    fn left(&self) -> Option<Duration> {
        Some(self.limit.as_ref()?.left)
    }

    /// Continues from a saved flow. A request that was in flight counts as interrupted.
    #[cfg(feature = "persist")]
    pub(crate) fn load(saved: SavedAttempts, flow_state: &FlowState) -> Self {
        let (attempt, phase, left) = match saved {
            SavedAttempts::Waiting {
                attempt,
                until,
                left,
            } => (attempt, Phase::Waiting { until }, left),
            // The time may be long past: the request is sent once the next input tells the time.
            SavedAttempts::InFlight {
                attempt,
                repeatable: true,
                left,
            } if attempt < flow_state.policy.attempts => {
                let until = flow_state.now;
                (attempt, Phase::Waiting { until }, left)
            }
            SavedAttempts::InFlight { attempt, left, .. } => (attempt, Phase::Interrupted, left),
        };
        Self {
            attempt,
            phase,
            limit: left.map(|left| Box::new(Limit { limit: None, left })),
            ..Self::new()
        }
    }

    /// What an input, or that there is none, means for the request in flight.
    pub(crate) fn on_input(
        &mut self,
        flow_state: &mut FlowState,
        input: Option<Input>,
    ) -> Answered {
        #[cfg(feature = "persist")]
        if matches!(self.phase, Phase::Interrupted) {
            let why = "the flow was saved while it waited for the response";
            return Answered::Failure(Failure::new(FailureClass::Interrupted, why).into());
        }
        let Some(input) = input else {
            return Answered::Nothing;
        };
        if self.is_about_body(&input) {
            return self.on_streamed(flow_state, input);
        }
        match (input, &mut self.phase) {
            (Input::Response(answered, response), Phase::InFlight { id, .. })
                if answered == *id =>
            {
                Answered::Response(response)
            }
            (Input::Failed(failed, failure), Phase::InFlight { id, .. }) if failed == *id => {
                // A sink that cannot be added to can begin anew.
                if failure.class() == FailureClass::Unsendable
                    && let Some(streaming) = &mut self.streaming
                    && streaming.sink_is_gone()
                {
                    let failure = Failure::new(FailureClass::Interrupted, failure);
                    return Answered::Failure(failure.into());
                }
                Answered::Failure(failure.into())
            }
            (Input::Held(held), Phase::InFlight { id, is_held, .. }) if held == *id => {
                *is_held = true;
                Answered::Nothing
            }
            (
                Input::Released(released),
                Phase::InFlight {
                    id,
                    deadline,
                    timeout,
                    is_held,
                    ..
                },
            ) if released == *id => {
                *is_held = false;
                *deadline = flow_state.now + *timeout;
                Answered::Nothing
            }
            (
                Input::Timeout,
                Phase::InFlight {
                    id,
                    deadline,
                    timeout,
                    is_held,
                    ..
                },
            ) if *deadline <= flow_state.now => {
                flow_state.cancelled.push_back(*id);
                if *is_held {
                    return Answered::Failure(Failure::not_admitted().into());
                }
                let waited = format!("no response within {} ms", timeout.as_millis());
                Answered::Failure(Failure::new(FailureClass::TimedOutAfterSend, waited).into())
            }
            (Input::Timeout, Phase::Waiting { until }) if *until <= flow_state.now => {
                self.phase = Phase::Due;
                Answered::Nothing
            }
            _ => Answered::Nothing,
        }
    }

    /// Whether the body of the request in flight streams and this input says something of it.
    fn is_about_body(&self, input: &Input) -> bool {
        match (&self.phase, input) {
            (_, Input::Failed(..) | Input::Timeout | Input::Held(_) | Input::Released(_)) => false,
            (Phase::InFlight { id, .. }, input) => {
                self.streaming.is_some() && input.request_id() == Some(*id)
            }
            _ => false,
        }
    }

    fn on_streamed(&mut self, flow_state: &mut FlowState, input: Input) -> Answered {
        let (
            Phase::InFlight {
                id,
                deadline,
                timeout,
                ..
            },
            Some(streaming),
            Some(operation),
        ) = (&mut self.phase, &mut self.streaming, self.operation)
        else {
            return Answered::Nothing;
        };
        let is_unfinished = !matches!(input, Input::Response(..) | Input::BodyEnded(..));
        match streaming.on_input(operation, input) {
            Streamed::Nothing => Answered::Nothing,
            Streamed::Alive => {
                *deadline = flow_state.now + *timeout;
                Answered::Nothing
            }
            Streamed::Received(received) => Answered::Received(received),
            Streamed::Response(response) => Answered::Response(response),
            Streamed::Failed(error) => {
                if is_unfinished {
                    flow_state.cancelled.push_back(*id);
                }
                Answered::Failure(error)
            }
        }
    }

    /// Prepares the next attempt after a failed one.
    ///
    /// # Errors
    /// Returns the given error if the policy gives up.
    pub(crate) fn after(
        &mut self,
        flow_state: &mut FlowState,
        operation: &Operation,
        error: Error,
    ) -> Result<RetryScheduled, Error> {
        let failure = FailureKind::of(&error, flow_state.now);
        if self.streaming.as_mut().is_some_and(|body| body.take_gain()) {
            self.attempt = 1;
        }
        match flow_state
            .policy
            .decide(operation.repeatable, failure, self.attempt)
        {
            RetryDecision::GiveUp => Err(error),
            RetryDecision::Wait(wait) => {
                // The server's own wait is kept exactly; ours gets jitter.
                let asked = matches!(
                    failure,
                    FailureKind::Limited(Some(_)) | FailureKind::Broken(Some(_))
                );
                let wait = if asked {
                    wait
                } else {
                    flow_state.jitter.spread(wait)
                };
                if !self.spend(flow_state.now, wait, asked) {
                    return Err(error);
                }
                let until = flow_state.now + wait;
                self.phase = Phase::Waiting { until };
                Ok(RetryScheduled { error, until })
            }
        }
    }

    /// Takes what the latest attempt took, and the wait before the next, from the time that the call's own limit leaves.
    /// False if it allows no next one.
    fn spend(&mut self, now: Timestamp, wait: Duration, asked: bool) -> bool {
        let Some(Limit {
            limit: Some(limit),
            left,
        }) = self.limit.as_deref_mut()
        else {
            return true;
        };
        let took = match self.phase {
            Phase::InFlight {
                deadline, timeout, ..
            } => timeout.saturating_sub(deadline - now),
            _ => Duration::ZERO,
        };
        let waits = if asked && !limit.counts_asked_waits {
            Duration::ZERO
        } else {
            wait
        };
        *left = left.saturating_sub(took + waits);
        self.attempt < limit.attempts && !left.is_zero()
    }
}
