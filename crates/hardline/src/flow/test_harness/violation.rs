use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::flow::{Prompt, RequestId};
use crate::types::Timestamp;

/// A run in which the flow broke the contract.
#[derive(Debug)]
#[non_exhaustive]
pub struct ContractError {
    /// What it did.
    pub violation: Violation,
    /// What happened before, the latest last.
    pub log: Vec<String>,
}

/// What a flow must not do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Violation {
    /// After [`Output::Wait`](crate::flow::Output::Wait) and without an input it had more to say, or another wait.
    OutputAfterWait {
        /// What it said.
        output: String,
    },
    /// After [`Output::Done`](crate::flow::Output::Done) it said something but `Wait(None)`.
    OutputAfterDone {
        /// What it said.
        output: String,
    },
    /// It said this many things in a row and neither waited nor was done.
    NeverWaits {
        /// How many.
        outputs: usize,
    },
    /// The run goes on and on.
    Endless {
        /// How many inputs it was given.
        inputs: u32,
    },
    /// Two requests have the same ID.
    IdReused {
        /// The ID.
        id: RequestId,
    },
    /// It cancelled a request that was not in flight.
    UnknownCancelled {
        /// The ID.
        id: RequestId,
    },
    /// It said where a body goes of which no head has come, or said it twice.
    NothingToReceive {
        /// The ID.
        id: RequestId,
    },
    /// The head of a response has come, and it did not say where the body goes.
    HeadUnanswered {
        /// The ID.
        id: RequestId,
    },
    /// It put the body of a response that is no success into the sink.
    ErrorIntoSink {
        /// The status.
        status: StatusCode,
    },
    /// It wrote behind the end of what the sink holds.
    SinkHole {
        /// Where.
        at: usize,
        /// How much the sink holds.
        holds: usize,
    },
    /// It sent a request again that must not be repeated, although nobody knows what became of the first and nobody
    /// asked for it.
    RepeatedUnsafely {
        /// Its URL.
        url: String,
    },
    /// Nothing is in flight, nothing is asked, and it waits without end.
    WaitsForNobody,
    /// It waits longer than it may.
    WaitsTooLong {
        /// How long.
        wait: Duration,
        /// How long it may.
        most: Duration,
    },
    /// The clock was set back and its deadlines did not move with it: it hangs, or gives up early.
    ClockStep {
        /// The wait that was left.
        left: Duration,
        /// When it wants to be woken after the step.
        until: Option<Timestamp>,
        /// The time after the step.
        now: Timestamp,
    },
    /// It cannot be saved while it waits, or not be loaded.
    NotSaved {
        /// Why not.
        error: String,
    },
    /// Saving and loading changed its course, although nothing was in flight.
    SaveChanges {
        /// What it says without saving.
        without: String,
        /// What it says after loading.
        with: String,
    },
    /// A secret shows in its `Debug` form or in an event's.
    SecretShown {
        /// The text.
        shown: String,
    },
    /// It refuses the reply to its own prompt, and nothing happened in between.
    ReplyRefused {
        /// What it asked for.
        prompt: Box<Prompt>,
        /// What it was given.
        answer: String,
    },
    /// It refused a reply, and yet its prompt changed.
    RefusalChanges {
        /// The prompt before.
        before: Option<Box<Prompt>>,
        /// The prompt after.
        after: Option<Box<Prompt>>,
    },
    /// It is done, and has a prompt.
    PromptAfterDone {
        /// The prompt.
        prompt: Box<Prompt>,
    },
    /// It stalled, and the prompt is another one than [`Prompt::Retry`].
    NoRetryAfterStall {
        /// The prompt.
        prompt: Option<Box<Prompt>>,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutputAfterWait { output } => {
                write!(f, "after `Wait` and without an input it says {output}")
            }
            Self::OutputAfterDone { output } => write!(f, "after `Done` it says {output}"),
            Self::NeverWaits { outputs } => {
                write!(
                    f,
                    "{outputs} outputs in a row, and neither `Wait` nor `Done`"
                )
            }
            Self::Endless { inputs } => {
                write!(f, "after {inputs} inputs it neither ends nor asks")
            }
            Self::IdReused { id } => write!(f, "{id:?} is used twice"),
            Self::UnknownCancelled { id } => {
                write!(f, "{id:?} is cancelled and is not in flight")
            }
            Self::NothingToReceive { id } => {
                write!(
                    f,
                    "it says where the body of {id:?} goes, of which no head has come"
                )
            }
            Self::HeadUnanswered { id } => {
                write!(
                    f,
                    "the head of {id:?} has come, and it does not say where the body goes"
                )
            }
            Self::ErrorIntoSink { status } => {
                write!(
                    f,
                    "it puts the body of a response with status {status} into the sink"
                )
            }
            Self::SinkHole { at, holds } => {
                write!(
                    f,
                    "it writes into the sink at {at}, which holds {holds} bytes"
                )
            }
            Self::RepeatedUnsafely { url } => write!(
                f,
                "{url} must not be repeated and is sent again, though nobody knows what became of the first request"
            ),
            Self::WaitsForNobody => {
                f.write_str("it waits without end, with nothing in flight and nothing asked")
            }
            Self::WaitsTooLong { wait, most } => write!(f, "it waits {wait:?}, more than {most:?}"),
            Self::ClockStep { left, until, now } => write!(
                f,
                "the clock was set back to {now:?} with {left:?} left to wait, and now it waits until {until:?}"
            ),
            Self::NotSaved { error } => write!(f, "it waits and is not saved: {error}"),
            Self::SaveChanges { without, with } => {
                write!(f, "saved and loaded it says {with}, otherwise {without}")
            }
            Self::SecretShown { shown } => write!(f, "a secret shows: {shown}"),
            Self::ReplyRefused { prompt, answer } => {
                write!(f, "it asks for {prompt:?} and refuses {answer}")
            }
            Self::RefusalChanges { before, after } => write!(
                f,
                "it refused a reply, and its prompt was {before:?} and is {after:?}"
            ),
            Self::PromptAfterDone { prompt } => write!(f, "it is done and asks for {prompt:?}"),
            Self::NoRetryAfterStall { prompt } => {
                write!(f, "it stalled and asks for {prompt:?} instead of a retry")
            }
        }
    }
}

impl fmt::Display for ContractError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, after:", self.violation)?;
        let latest = self.log.len().saturating_sub(LATEST);
        let mut lines = self.log[latest..].iter();
        lines.try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl Error for Violation {}

impl Error for ContractError {}

/// How many lines of the log are displayed.
const LATEST: usize = 24;
