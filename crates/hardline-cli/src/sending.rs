//! Sends what is in the outbox.

use std::collections::BTreeMap;
use std::time::Duration;

use hardline::client::{Conversation, Next};
use hardline::flow::{QueuedState, RetryScheduled, SendEvent, SendQueue};
use hardline::types::TransactionId;
use hardline::wire::Error;
use hardline_hyper::TokioClock;
use tokio::time::Instant;

use crate::any_transport::AnyTransport;
use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::explain::explain;
use crate::interrupt::interrupted;
use crate::outbox::{Outbox, Place};
use crate::random::transaction_entropy;
use crate::report::Report;
use crate::room_step::RoomStep;
use crate::server_words::ServerWords;
use crate::session::Session;
use crate::step::Step;

/// How long a server is tried that does not answer. What is left then is kept.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Sending<'a> {
    session: &'a Session,
    report: &'a Report,
    place: Place,
    queue: Conversation<AnyTransport, TokioClock, SendQueue>,
    /// Since the server does not answer: until when it is tried, and why it failed.
    gives_up: Option<(Instant, CliError)>,
    /// What the server refused.
    refused: BTreeMap<TransactionId, CliError>,
}

impl<'a> Sending<'a> {
    pub(crate) fn new(outbox: Outbox, session: &'a Session, report: &'a Report) -> Self {
        let (queue, place) = outbox.into_parts();
        Self {
            session,
            report,
            place,
            queue: session.client().run(queue),
            gives_up: None,
            refused: BTreeMap::new(),
        }
    }

    /// Sends all of it. The error is that of `own`, or the first one if none is meant.
    pub(crate) async fn run(mut self, own: Option<&TransactionId>) -> Result<(), CliError> {
        self.report.busy(Doing::Sending.in_words());
        let ended = self.send_all().await;
        let place = self.place;
        let left = self.queue.into_flow();
        // It may have changed since it was told to be saved.
        let saved = place.save(&left);
        if let Err(error) = ended {
            saved?;
            return Err(if left.is_empty() || !place.is_kept() {
                error
            } else {
                error.or("the message is kept: `hardline resume` sends it")
            });
        }
        saved?;
        let mut refused = self.refused;
        let own = match own {
            Some(own) => refused.remove(own),
            None => refused.pop_first().map(|(_, error)| error),
        };
        for error in refused.values() {
            self.report.warning(&format!(
                "an earlier message was not sent: {}",
                error.sentence()
            ));
        }
        let doubtful = left
            .entries()
            .filter(|entry| is_doubtful(entry.state))
            .count();
        if doubtful > 0 {
            self.report.warning(&format!(
                "{doubtful} earlier messages may have been sent, or not: `hardline resume` asks what to do about them"
            ));
        }
        own.map_or(Ok(()), Err)
    }

    /// Sends what can be sent; as an error, why that ended before.
    async fn send_all(&mut self) -> Result<(), CliError> {
        while self.has_more() {
            let gives_up = async {
                match &self.gives_up {
                    Some((until, _)) => tokio::time::sleep_until(*until).await,
                    None => std::future::pending().await,
                }
            };
            let interrupt = self.session.interrupt();
            let next = tokio::select! {
                () = interrupt.pressed() => return Err(interrupted()),
                () = gives_up => None,
                next = self.queue.next() => Some(next),
            };
            match (next, &mut self.gives_up) {
                (Some(Next::Event(event)), _) => self.on_event(event)?,
                (Some(Next::Done(())), _) => return Ok(()),
                (None, gives_up) => {
                    if let Some((_, why)) = gives_up.take() {
                        return Err(why);
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether something is to be sent, or to be saved.
    fn has_more(&self) -> bool {
        let queue = self.queue.flow();
        let is_unsaved = self.place.is_kept() && queue.saved_revision() < queue.revision();
        is_unsaved || queue.entries().any(|entry| !is_doubtful(entry.state))
    }

    fn on_event(&mut self, event: SendEvent) -> Result<(), CliError> {
        let now = self.session.client().now();
        match event {
            SendEvent::Changed { revision } => {
                self.place.save(self.queue.flow())?;
                self.queue.flow_mut().saved(now, revision);
            }
            SendEvent::Sent {
                room_id,
                txn_id,
                event_id,
            } => {
                self.gives_up = None;
                self.report.result(&RoomStep::Sent {
                    room_id: room_id.to_string(),
                    event_id: event_id.to_string(),
                    txn_id: txn_id.to_string(),
                });
            }
            SendEvent::Stuck { txn_id, error, .. } => {
                let entropy = transaction_entropy()?;
                let queue = self.queue.flow_mut();
                // Whoever sent it learns of it, and it would be refused again.
                let discarded = queue.discard(now, &txn_id, entropy);
                discarded.map_err(|error| CliError::local("could not drop the message", &error))?;
                self.refused.insert(txn_id, self.explained(&error));
            }
            SendEvent::RetryScheduled { retry, .. }
            | SendEvent::Limited(retry)
            | SendEvent::Offline(retry) => self.waits(&retry),
            SendEvent::Online => self.gives_up = None,
            SendEvent::LoggedOut(error) => return Err(self.explained(&error)),
            _ => {}
        }
        Ok(())
    }

    /// The queue tries again by itself, and for ever. Somebody waits for this command.
    fn waits(&mut self, retry: &RetryScheduled) {
        let now = self.session.client().now();
        let wait = retry.until - now;
        let patience = if self.session.policy().attempts <= 1 || wait > PATIENCE {
            Duration::ZERO
        } else {
            PATIENCE
        };
        let why = self.explained(&retry.error);
        let until = Instant::now() + patience;
        let (until, _) = self.gives_up.get_or_insert((until, why));
        if *until > Instant::now() {
            self.report.step(&Step::Waiting {
                wait_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                why: ServerWords::of(&retry.error),
            });
            self.report.busy("waiting");
        }
    }

    fn explained(&self, error: &Error) -> CliError {
        explain(error, Doing::Sending, self.session.client().now())
    }
}

/// Whether it waits for somebody to say what is to become of it.
pub(crate) fn is_doubtful(state: QueuedState<'_>) -> bool {
    matches!(
        state,
        QueuedState::MayHaveBeenSent(_) | QueuedState::Stuck(_)
    )
}
