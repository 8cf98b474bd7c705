use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request};
use serde_json::Value;

use super::outgoing;
use super::site::Site;
use crate::handlers::Errand;
use crate::homeserver::{OutgoingPush, PusherId};

/// How long a push gateway may take.
const GATEWAY_TIME_LIMIT: Duration = Duration::from_secs(10);
/// The size of the largest response of a push gateway.
const GATEWAY_LIMIT: usize = 64 << 10;

/// Does what the homeserver has to do by itself, whenever it is due.
pub(super) async fn run(site: Arc<Site>) {
    let mut chores = site.homeserver.chores();
    loop {
        let now = (site.now)();
        site.homeserver.pass_time(now);
        send_pushes(&site);
        let deadline = chores.borrow_and_update().deadline;
        let has_homeserver = match deadline {
            // A clock that stands still lets it wait as long again.
            Some(deadline) => tokio::time::timeout(deadline - now, chores.changed())
                .await
                .unwrap_or(Ok(())),
            None => chores.changed().await,
        };
        if has_homeserver.is_err() {
            return;
        }
    }
}

/// Sends what waits to the push gateways: to each pusher in order, and none of them waits for another.
fn send_pushes(site: &Arc<Site>) {
    let mut by_pusher: BTreeMap<PusherId, Vec<OutgoingPush>> = BTreeMap::new();
    for push in site.homeserver.take_pushes() {
        let of_pusher = by_pusher.entry(push.pusher.clone()).or_default();
        of_pusher.push(push);
    }
    for (pusher, pushes) in by_pusher {
        let site = Arc::clone(site);
        tokio::spawn(async move {
            for push in pushes {
                // What does not arrive is lost: the device learns of the event from its next sync.
                if is_rejected(&push).await {
                    site.homeserver.remove_pusher(&pusher);
                    return;
                }
            }
        });
    }
}

/// Sends a notification. Whether the gateway says that it does not know the pusher any more.
async fn is_rejected(push: &OutgoingPush) -> bool {
    let mut request = Request::new(push.body.to_string().into_bytes());
    let Ok(uri) = push.url.parse() else {
        return false;
    };
    *request.method_mut() = http::Method::POST;
    *request.uri_mut() = uri;
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, json);
    let errand = Errand {
        request,
        limit: GATEWAY_LIMIT,
        time_limit: GATEWAY_TIME_LIMIT,
    };
    let Ok(response) = outgoing::send(&errand).await else {
        return false;
    };
    let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    let rejected = body["rejected"].as_array().into_iter().flatten();
    rejected.into_iter().any(|key| *key == *push.pusher.pushkey)
}
