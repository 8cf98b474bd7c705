use super::Violation;
use crate::flow::{Flow, FlowEvent, InteractiveFlow, Prompt, Reply};
use crate::types::Timestamp;
use crate::wire::Error;

/// What the person of a [`Trial`](super::Trial) does when they are asked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Answer {
    /// They reply.
    Reply(Reply),
    /// They reply like this whether the flow asks for it or not. If it does not, nothing may change.
    Try(Reply),
    /// They want to try again what stalled.
    Retry,
    /// They give up.
    Cancel,
    /// They walk away.
    Nothing,
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self::Reply(reply)
    }
}

/// When the person or the program is asked.
pub(super) struct Moment<'m, F: Flow> {
    pub(super) flow: &'m mut F,
    /// The same flow without saving, which must go the same way.
    pub(super) twin: Option<&'m mut F>,
    /// What the flow said; without it the flow waits for somebody.
    pub(super) event: Option<&'m F::Event>,
    pub(super) now: Timestamp,
    /// Whether the flow has been told something since it said this.
    pub(super) is_superseded: bool,
}

/// What came of it.
pub(super) enum Acted {
    Nothing,
    /// It was refused.
    Refused,
    /// Requests that follow are sent on purpose.
    Something(Option<Reply>),
}

pub(super) type Person<'a, F> = dyn FnMut(Moment<'_, F>) -> Result<Acted, Violation> + 'a;

/// Asks a person about what an interactive flow says.
pub(super) fn ask<F: InteractiveFlow>(
    moment: Moment<'_, F>,
    person: &mut impl FnMut(&Prompt, Option<&Error>) -> Answer,
) -> Result<Acted, Violation> {
    let current = moment.flow.prompt();
    let (prompt, error) = match moment.event {
        Some(FlowEvent::Asks(prompt)) => (prompt.clone(), None),
        Some(FlowEvent::Rejected { prompt, error }) => (prompt.clone(), Some(error)),
        Some(FlowEvent::Stalled(error)) => {
            if current != Some(Prompt::Retry) && !moment.is_superseded {
                let prompt = current.map(Box::new);
                return Err(Violation::NoRetryAfterStall { prompt });
            }
            (Prompt::Retry, Some(error))
        }
        Some(_) => return Ok(Acted::Nothing),
        None => match &current {
            Some(prompt) => (prompt.clone(), None),
            None => return Ok(Acted::Nothing),
        },
    };
    // What the person did since then may have taken effect, and another event says the rest.
    if current.as_ref() != Some(&prompt) {
        return Ok(Acted::Nothing);
    }
    let answer = match person(&prompt, error) {
        Answer::Try(reply) => return reply_unasked(moment, reply),
        answer => answer,
    };
    let now = moment.now;
    let take = |flow: &mut F| match &answer {
        Answer::Reply(reply) | Answer::Try(reply) => flow.reply(now, reply.clone()),
        Answer::Retry => flow.retry(now),
        Answer::Cancel => flow.cancel(now),
        Answer::Nothing => Ok(()),
    };
    let taken = take(moment.flow);
    if let Some(twin) = moment.twin {
        // If only one of them takes it, their outputs tell.
        let _ = take(twin);
    }
    if taken.is_err() {
        let (prompt, answer) = (Box::new(prompt), format!("{answer:?}"));
        return Err(Violation::ReplyRefused { prompt, answer });
    }
    Ok(match answer {
        Answer::Reply(reply) | Answer::Try(reply) => Acted::Something(Some(reply)),
        Answer::Retry | Answer::Cancel => Acted::Something(None),
        Answer::Nothing => Acted::Nothing,
    })
}

/// Replies although nobody asked.
pub(super) fn reply_unasked<F: InteractiveFlow>(
    moment: Moment<'_, F>,
    reply: Reply,
) -> Result<Acted, Violation> {
    let before = moment.flow.prompt();
    let taken = moment.flow.reply(moment.now, reply.clone());
    if let Some(twin) = moment.twin {
        let _ = twin.reply(moment.now, reply.clone());
    }
    if taken.is_ok() {
        return Ok(Acted::Something(Some(reply)));
    }
    let after = moment.flow.prompt();
    if before != after {
        let (before, after) = (before.map(Box::new), after.map(Box::new));
        return Err(Violation::RefusalChanges { before, after });
    }
    Ok(Acted::Refused)
}
