use std::time::Duration;

use super::outgoing;
use super::site::{Outcome, Served, Site, Waiting};
use crate::homeserver::Change;

/// How long a client's own change is held back from its waiting requests, so that the response to the request that made
/// it arrives first: clients take the echo of a message that they do not know to be theirs for another one.
const ECHO_DELAY: Duration = Duration::from_millis(20);

/// The outcome of a request, which waits for changes and for other servers first if it has to.
pub(super) async fn outcome(site: &Site, mut served: Served) -> Outcome {
    loop {
        served = match served {
            Served::Done(outcome) => return outcome,
            Served::Asking(asking) => {
                let report = outgoing::send(&asking.errand).await;
                site.report(asking, report)
            }
            Served::Waiting(waiting) => wait(site, waiting).await,
        };
    }
}

/// Waits for changes until there is something to say.
async fn wait(site: &Site, waiting: Waiting) -> Served {
    let Some(_place) = site.waiters.enter() else {
        return Served::Done(Outcome::Answer(waiting.response));
    };
    let mut changes = site.homeserver.changes(&waiting.wait.user_id);
    // What changed before it listened counts as well.
    let mut served = site.ask_again(waiting);
    while let Served::Waiting(waiting) = served {
        let (position, until) = (waiting.wait.position, waiting.wait.until);
        let news = changes.wait_for(|change| change.position > position);
        let left = until - (site.now)();
        let change: Option<Change> = match tokio::time::timeout(left, news).await {
            Ok(Ok(change)) => Some(*change),
            // The time is over; or the homeserver is.
            Ok(Err(_)) | Err(_) => None,
        };
        if change.is_some_and(|change| change.is_own) {
            tokio::time::sleep(ECHO_DELAY).await;
        }
        if change.is_none() && (site.now)() < until {
            // A clock that does not move with time would let it wait for ever.
            return Served::Done(Outcome::Answer(waiting.response));
        }
        served = site.ask_again(waiting);
    }
    served
}
