use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::{Decision, Exchange, Input, RetryPolicy, Trouble, Waiting};
use crate::flow::exchange::Exchanges;
use crate::flow::jitter::Jitter;
use crate::types::Timestamp;
use crate::wire::{
    self, Answer, Credentials, Dispatch, EncodeError, Endpoint, Error, Failure, FailureClass,
    Operation, Target,
};

/// One operation on its way: sent, and sent again where the policy says so.
///
/// ```text
///          .---------- the wait is over ----------.
///          v                                      |
/// Due --sent--> InFlight --trouble, policy waits--> Waiting
///                  '------ answer, or the policy gives up ------> finished
/// ```
#[derive(Debug)]
pub(crate) struct Attempts {
    attempt: u32,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    Due,
    InFlight {
        exchange: Exchange,
        deadline: Timestamp,
        timeout: Duration,
        /// Whether it may be sent again without knowing what became of it.
        #[cfg(feature = "persist")]
        repeatable: bool,
    },
    Waiting {
        until: Timestamp,
    },
}

/// What is kept of an operation on its way in a saved flow.
#[cfg(feature = "persist")]
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(crate) enum SavedAttempts {
    InFlight { attempt: u32, repeatable: bool },
    Waiting { attempt: u32, until: Timestamp },
}

/// What an input says of an operation on its way.
pub(crate) enum Heard {
    /// Nothing: it belongs elsewhere, or comes too late, or it is time to send.
    Nothing,
    /// The response, which may be an answer.
    Response(Response<Bytes>),
    /// There is none.
    Failure(Error),
}

/// What an input led to.
pub(crate) enum Progress<T> {
    /// Nothing: it belongs elsewhere, or comes too late.
    None,
    /// It failed and is sent again.
    Again(Waiting),
    /// It is finished.
    Finished(Result<Answer<T>, Error>),
}

/// What every exchange of a flow shares.
#[derive(Debug)]
#[cfg_attr(feature = "persist", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Shared {
    pub(crate) now: Timestamp,
    pub(crate) policy: RetryPolicy,
    pub(crate) jitter: Jitter,
    pub(crate) exchanges: Exchanges,
    /// Exchanges that nobody waits for any more, until that is told.
    #[cfg_attr(feature = "persist", serde(skip))]
    pub(crate) cancelled: VecDeque<Exchange>,
}

impl Shared {
    pub(crate) fn new(now: Timestamp, policy: RetryPolicy, seed: u64) -> Self {
        Self {
            now,
            policy,
            jitter: Jitter::new(seed),
            exchanges: Exchanges::default(),
            cancelled: VecDeque::new(),
        }
    }
}

impl Attempts {
    pub(crate) fn new() -> Self {
        Self {
            attempt: 0,
            phase: Phase::Due,
        }
    }

    /// Whether the request is to be sent now.
    pub(crate) fn is_due(&self) -> bool {
        matches!(self.phase, Phase::Due)
    }

    /// The request, which the caller is to send now.
    pub(crate) fn send<E: Endpoint>(
        &mut self,
        shared: &mut Shared,
        operation: &E,
        target: &Target,
        credentials: &Credentials,
    ) -> Result<(Exchange, Request<Vec<u8>>), EncodeError> {
        let request = wire::encode(operation, target, credentials)?;
        let own = operation.extras().and_then(|extras| extras.timeout);
        Ok(self.sent(shared, const { &E::OPERATION }, own, request))
    }

    /// As [`send`](Attempts::send), of a request that is encoded already. `own` is a timeout of its own.
    pub(crate) fn sent(
        &mut self,
        shared: &mut Shared,
        operation: &'static Operation,
        own: Option<Duration>,
        mut request: Request<Vec<u8>>,
    ) -> (Exchange, Request<Vec<u8>>) {
        self.attempt += 1;
        let exchange = shared.exchanges.next();
        let timeout = own.unwrap_or(shared.policy.timeout);
        self.phase = Phase::InFlight {
            exchange,
            deadline: shared.now + timeout,
            timeout,
            #[cfg(feature = "persist")]
            repeatable: operation.is_repeatable(),
        };
        let mut dispatch = Dispatch::new(operation, timeout);
        dispatch.attempt = self.attempt;
        request.extensions_mut().insert(dispatch);
        (exchange, request)
    }

    /// When something happens by itself.
    pub(crate) fn deadline(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Due => None,
            Phase::InFlight { deadline, .. } => Some(deadline),
            Phase::Waiting { until } => Some(until),
        }
    }

    /// Nobody waits for what is under way any more.
    pub(crate) fn abandon(&self, shared: &mut Shared) {
        if let Phase::InFlight { exchange, .. } = self.phase {
            shared.cancelled.push_back(exchange);
        }
    }

    /// What is kept of it in a saved flow; `None` while it is still to be sent.
    #[cfg(feature = "persist")]
    pub(crate) fn saved(&self) -> Option<SavedAttempts> {
        let attempt = self.attempt;
        match self.phase {
            Phase::Due => None,
            Phase::InFlight { repeatable, .. } => Some(SavedAttempts::InFlight {
                attempt,
                repeatable,
            }),
            Phase::Waiting { until } => Some(SavedAttempts::Waiting { attempt, until }),
        }
    }

    /// Goes on with what was saved. An exchange that was in flight was interrupted: `None` where it is not to be sent again.
    #[cfg(feature = "persist")]
    pub(crate) fn load(saved: SavedAttempts, shared: &Shared) -> Option<Self> {
        let (attempt, until) = match saved {
            SavedAttempts::Waiting { attempt, until } => (attempt, until),
            // The time may be long past: it is sent when the next input tells what the time is.
            SavedAttempts::InFlight {
                attempt,
                repeatable: true,
            } if attempt < shared.policy.attempts => (attempt, shared.now),
            SavedAttempts::InFlight { .. } => return None,
        };
        let phase = Phase::Waiting { until };
        Some(Self { attempt, phase })
    }

    pub(crate) fn handle<E: Endpoint>(
        &mut self,
        shared: &mut Shared,
        input: Input,
    ) -> Progress<E::Response> {
        self.handle_with(
            shared,
            const { &E::OPERATION },
            wire::decode_answer::<E>,
            input,
        )
    }

    /// As [`handle`](Attempts::handle), of an operation whose answer this function decodes.
    pub(crate) fn handle_with<T>(
        &mut self,
        shared: &mut Shared,
        operation: &Operation,
        decode: impl FnOnce(Response<Bytes>) -> Result<Answer<T>, Error>,
        input: Input,
    ) -> Progress<T> {
        let error = match self.hear(shared, input) {
            Heard::Nothing => return Progress::None,
            Heard::Response(response) => match decode(response) {
                Ok(answer) => return Progress::Finished(Ok(answer)),
                Err(error) => error,
            },
            Heard::Failure(error) => error,
        };
        match self.after(shared, operation, error) {
            Ok(waiting) => Progress::Again(waiting),
            Err(error) => Progress::Finished(Err(error)),
        }
    }

    /// What an input says of what is under way.
    pub(crate) fn hear(&mut self, shared: &mut Shared, input: Input) -> Heard {
        self.follow_the_clock(shared);
        match (input, &self.phase) {
            (Input::Response(answered, response), Phase::InFlight { exchange, .. })
                if answered == *exchange =>
            {
                Heard::Response(response)
            }
            (Input::Failed(failed, failure), Phase::InFlight { exchange, .. })
                if failed == *exchange =>
            {
                Heard::Failure(failure.into())
            }
            (
                Input::Timeout,
                Phase::InFlight {
                    exchange,
                    deadline,
                    timeout,
                    ..
                },
            ) if *deadline <= shared.now => {
                shared.cancelled.push_back(*exchange);
                let waited = format!("no answer within {} ms", timeout.as_millis());
                Heard::Failure(Failure::new(FailureClass::TimedOutAfterSend, waited).into())
            }
            (Input::Timeout, Phase::Waiting { until }) if *until <= shared.now => {
                self.phase = Phase::Due;
                Heard::Nothing
            }
            _ => Heard::Nothing,
        }
    }

    /// Makes ready for the next attempt after one that failed.
    ///
    /// # Errors
    /// The error that it was given, where that is the end.
    pub(crate) fn after(
        &mut self,
        shared: &mut Shared,
        operation: &Operation,
        error: Error,
    ) -> Result<Waiting, Error> {
        let trouble = Trouble::of(&error, shared.now);
        match shared
            .policy
            .decide(operation.is_repeatable(), trouble, self.attempt)
        {
            Decision::GiveUp => Err(error),
            Decision::Wait(wait) => {
                // What the server asked for is kept to; what is ours is spread.
                let asked = matches!(
                    trouble,
                    Trouble::Limited(Some(_)) | Trouble::Broken(Some(_))
                );
                let wait = if asked {
                    wait
                } else {
                    shared.jitter.spread(wait)
                };
                let until = shared.now + wait;
                self.phase = Phase::Waiting { until };
                Ok(Waiting { error, until })
            }
        }
    }

    /// A clock that was set back must not make a wait longer than the policy allows.
    fn follow_the_clock(&mut self, shared: &Shared) {
        match &mut self.phase {
            Phase::Due => {}
            Phase::InFlight {
                deadline, timeout, ..
            } => *deadline = (*deadline).min(shared.now + *timeout),
            Phase::Waiting { until } => {
                *until = (*until).min(shared.now + shared.policy.longest_wait)
            }
        }
    }
}
