use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use bytes::Bytes;
use hardline::flow::{Input, Reply, RequestId, RetryPolicy};
use hardline::types::Timestamp;
use hardline::wire::RequestMeta;
use http::{Request, Response};
use serde_json::Value;

use super::world::{CLIENT_SECRET, PASSWORD, WRONG, World};

/// Keeps the books of a run, and reports forbidden actions.
pub(super) struct Ledger {
    seed: u64,
    in_flight: BTreeSet<RequestId>,
    /// Requests that must not be sent twice, whose outcome is unknown.
    in_doubt: BTreeSet<(String, Vec<u8>)>,
    unsafe_requests: BTreeMap<RequestId, (String, Vec<u8>)>,
    /// How many messages are allowed: those from before, one, and one more for each resend.
    messages: usize,
}

impl Ledger {
    pub(super) fn new(seed: u64, world: &World) -> Self {
        Self {
            seed,
            in_flight: BTreeSet::new(),
            in_doubt: BTreeSet::new(),
            unsafe_requests: BTreeMap::new(),
            messages: world.homeserver.inbox().messages().len() + 1,
        }
    }

    /// Whether a request is in flight whose response the flow waits for.
    pub(super) fn is_in_flight(&self) -> bool {
        !self.in_flight.is_empty()
    }

    pub(super) fn sent(&mut self, id: RequestId, request: &Request<Vec<u8>>, is_poll: bool) {
        let seed = self.seed;
        assert!(
            self.in_flight.insert(id),
            "seed {seed}: {id:?} is used twice"
        );
        let dispatch = request.extensions().get::<RequestMeta>();
        let dispatch = dispatch.expect("a flow says how its requests are sent");
        assert!(
            dispatch.attempt <= RetryPolicy::default().attempts,
            "seed {seed}: attempt {}",
            dispatch.attempt
        );
        if !dispatch.repeatable && !is_poll {
            let request = (request.uri().to_string(), request.body().clone());
            assert!(
                self.in_doubt.insert(request.clone()),
                "seed {seed}: {} is sent again, though it is not known what became of it",
                request.0
            );
            self.unsafe_requests.insert(id, request);
        }
    }

    pub(super) fn cancelled(&mut self, id: RequestId) {
        self.in_flight.remove(&id);
    }

    /// The flow's input. A late one tells it nothing, so the outcome stays unknown.
    pub(super) fn came(&mut self, input: &Input) {
        let (id, is_known) = match input {
            Input::Response(id, response) => (id, is_known(response)),
            Input::Failed(id, failure) => (id, failure.class().never_sent()),
            _ => return,
        };
        if self.in_flight.remove(id)
            && is_known
            && let Some(request) = self.unsafe_requests.get(id)
        {
            self.in_doubt.remove(request);
        }
    }

    /// The user replied: requests that follow are sent on purpose.
    pub(super) fn acted(&mut self, reply: Option<&Reply>) {
        self.in_doubt.clear();
        let asks = matches!(reply, Some(Reply::Resend | Reply::Threepid(_)));
        self.messages += usize::from(asks);
    }

    /// The flow was saved and loaded: it has no requests in flight any more.
    pub(super) fn forgotten(&mut self) {
        self.in_flight.clear();
    }

    pub(super) fn waits(&self, now: Timestamp, until: Option<Timestamp>) {
        let policy = RetryPolicy::default();
        let cap = if self.is_in_flight() {
            policy.timeout
        } else {
            policy.longest_wait
        };
        let wait = until.map(|until| until - now).unwrap_or_default();
        assert!(wait <= cap, "seed {}: it waits {wait:?}", self.seed);
    }

    /// Nothing that is shown contains a secret.
    pub(super) fn shown(&self, shown: &impl Debug) {
        let text = format!("{shown:?}");
        for secret in [PASSWORD, CLIENT_SECRET, WRONG] {
            assert!(!text.contains(secret), "seed {}: {text}", self.seed);
        }
    }

    pub(super) fn ended(&self, world: &World) {
        let messages = world.homeserver.inbox().messages();
        assert!(
            messages.len() <= self.messages,
            "seed {}: {} messages were sent, and {} were asked for",
            self.seed,
            messages.len(),
            self.messages
        );
    }
}

/// Whether a response tells the outcome of its request. A refusal does, even if the rest is cut off.
fn is_known(response: &Response<Bytes>) -> bool {
    let status = response.status();
    status.is_client_error()
        || !status.is_server_error() && serde_json::from_slice::<Value>(response.body()).is_ok()
}
