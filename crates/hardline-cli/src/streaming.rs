//! Runs a flow whose body streams, and shows how far it is.

use hardline::client::{Conversation, Next};
use hardline::flow::{FlowError, FlowEvent, InteractiveFlow, MediaError, RetryScheduled};
use hardline_hyper::TokioClock;

use crate::any_transport::AnyTransport;
use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::explain::explain;
use crate::interrupt::interrupted;
use crate::report::Report;
use crate::server_words::ServerWords;
use crate::session::Session;
use crate::step::Step;

/// Runs it to its end. `on_progress` learns of the flow as often as something came.
pub(crate) async fn run<F: InteractiveFlow>(
    conversation: &mut Conversation<AnyTransport, TokioClock, F>,
    doing: Doing,
    session: &Session,
    report: &Report,
    mut on_progress: impl FnMut(&F) -> Result<(), CliError>,
) -> Result<F::Success, CliError> {
    report.busy(doing.in_words());
    let explained = |error| explain(error, doing, session.client().now());
    loop {
        let next = tokio::select! {
            () = session.interrupt().pressed() => return Err(interrupted()),
            next = conversation.next() => next,
        };
        match next {
            Next::Event(FlowEvent::Progress { bytes, total }) => {
                report.progress(bytes, total);
                on_progress(conversation.flow())?;
            }
            Next::Event(FlowEvent::RetryScheduled(RetryScheduled { error, until, .. })) => {
                let wait = until - session.client().now();
                report.step(&Step::Waiting {
                    wait_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                    why: ServerWords::of(&error),
                });
                report.busy("waiting");
            }
            Next::Event(FlowEvent::Stalled(error)) => return Err(explained(&error)),
            Next::Event(_) => {}
            Next::Done(Ok(done)) => return Ok(done),
            Next::Done(Err(FlowError::Refused { source, .. } | FlowError::LoggedOut(source))) => {
                return Err(explained(&source));
            }
            Next::Done(Err(FlowError::Media(error))) => return Err(unusable(&error)),
            Next::Done(Err(error)) => {
                return Err(CliError::given_up("given up", &error.to_string()));
            }
        }
    }
}

fn unusable(error: &MediaError) -> CliError {
    CliError::new(Exit::Declined, error.to_string(), "")
}
