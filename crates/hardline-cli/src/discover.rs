//! `discover`.

use hardline::client::Client;
use hardline::flow::Discovery;
use hardline::wire::Target;
use hardline_hyper::TokioClock;

use crate::advice::{Doing, CliError};
use crate::args::Discover;
use crate::conversation::Conversation;
use crate::interrupt::Interrupt;
use crate::prompt::Prompt;
use crate::random::seed;
use crate::report::{Report, Step};

/// Finds a homeserver, and tells what it advertises.
pub(crate) async fn run(discover: &Discover, report: &Report) -> Result<(), CliError> {
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    // The conversation knows where each of its requests goes.
    let nowhere = Target::homeserver("https://invalid.invalid")
        .map_err(|error| CliError::usage(error.to_string()))?;
    let client = Client::new(discover.network.transport.build()?, TokioClock, nowhere);
    let flow = Discovery::new(client.now(), discover.server.clone(), seed()?)
        .with_policy(discover.network.policy());
    let doing = Doing::FindingTheHomeserver;
    let found = Conversation::new(&client, report, &prompt, &interrupt, doing)
        .hold(flow)
        .await?;
    let newest = found
        .homeserver
        .supported
        .and_then(|supported| supported.newest());
    report.result(&Step::Discovered {
        homeserver: found.homeserver.base_url.to_string(),
        newest: newest.map(|newest| newest.to_string()),
        identity_server: found.identity_server.map(|url| url.to_string()),
    });
    Ok(())
}
