//! `discover`.

use hardline::client::Client;
use hardline::flow::Discovery;
use hardline::wire::Target;
use hardline_hyper::TokioClock;

use crate::args::Discover;
use crate::cli_error::CliError;
use crate::connected::after_trying;
use crate::conversation::Conversation;
use crate::doing::Doing;
use crate::international::to_ascii;
use crate::interrupt::Interrupt;
use crate::network::transport;
use crate::prompt::Prompt;
use crate::random::seed;
use crate::report::Report;
use crate::step::Step;

/// Finds a homeserver, and reports what it advertises.
pub(crate) async fn run(discover: &Discover, report: &Report) -> Result<(), CliError> {
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    // The flow knows where each of its requests goes.
    let nowhere = Target::homeserver("https://invalid.invalid")
        .map_err(|error| CliError::usage(error.to_string()))?;
    let client = Client::new(transport(&discover.network, report)?, TokioClock, nowhere);
    let flow = Discovery::new(client.now(), discover.server.clone(), seed()?)
        .with_policy(discover.network.policy())
        .with_international_names(to_ascii);
    let doing = Doing::FindingTheHomeserver;
    let found = Conversation::new(&client, report, &prompt, &interrupt, doing)
        .run(flow)
        .await
        .map_err(|error| after_trying(&discover.server, error))?;
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
