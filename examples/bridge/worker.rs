//! A process that runs conversations which have something to do, whoever began them.
use std::path::Path;
use std::time::Duration;

use hardline::client::{Client, Next};
use hardline::flow::{SendEvent, SendQueue};
use hardline::types::AccessToken;
use hardline::wire::Target;
use hardline_hyper::{HyperTransport, TokioClock};

use crate::store::{Claim, Store};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// How many conversations are claimed at once: what one round to the database costs is shared by all of them.
const AT_ONCE: u32 = 20;

/// Works until no conversation has anything to do, now or later.
pub(crate) async fn work(database: &Path, url: &str, token: AccessToken) -> Result<()> {
    let mut store = Store::open(database)?;
    let client = Client::new(HyperTransport::new()?, TokioClock, Target::homeserver(url)?)
        .with_access_token(token);
    while store.count_due()? > 0 {
        let claimed = store.claim(client.now(), AT_ONCE)?;
        if claimed.is_empty() {
            // Others have them, or they wait for their time.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        for (claim, flow) in claimed {
            run(flow, &claim, &client, &store).await?;
            store.release(&claim)?;
        }
    }
    Ok(())
}

/// Runs a conversation as long as it has something to do. While it waits it is in the database alone.
async fn run(
    flow: SendQueue,
    claim: &Claim,
    client: &Client<HyperTransport, TokioClock>,
    store: &Store,
) -> Result<()> {
    let mut conversation = client.run(flow);
    loop {
        let due = match conversation.next().await {
            // What is to be sent leaves once that is saved, so that whoever goes on after a crash knows of it.
            Next::Event(SendEvent::Changed { revision }) => {
                let flow = conversation.flow();
                let due = (!flow.is_empty()).then(|| client.now());
                if !store.save(claim, flow, due)? {
                    return Ok(());
                }
                if due.is_none() {
                    return Ok(());
                }
                conversation.flow_mut().saved(client.now(), revision);
                continue;
            }
            Next::Event(SendEvent::Limited(retry) | SendEvent::Offline(retry)) => Some(retry.until),
            Next::Event(SendEvent::RetryScheduled { retry, .. }) => Some(retry.until),
            // Somebody has to look at these.
            Next::Event(
                SendEvent::Stuck { .. }
                | SendEvent::MayHaveBeenSent { .. }
                | SendEvent::LoggedOut(_),
            ) => None,
            Next::Event(_) => continue,
            Next::Done(()) => return Ok(()),
        };
        store.save(claim, &conversation.into_flow(), due)?;
        return Ok(());
    }
}
