//! A flow that is watched while it asks a server from time to time. Its states are the flow's.

use std::time::Duration;

use hardline::flow::{Flow, Input, InteractiveFlow, NotAwaited, Output, Prompt, Reply, RequestId};
use hardline::types::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A flow that must not ask about a device more often than the server wants, by the clock that it has.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Watched<F> {
    flow: F,
    now: Timestamp,
    interval: Duration,
    asked_at: Option<Timestamp>,
    /// A request in flight. One that is not known any more when the flow is loaded is not waited for.
    #[serde(skip)]
    asks: Option<RequestId>,
}

/// What RFC 8628 has if a server says nothing, and how much longer `slow_down` makes it.
const INTERVAL: Duration = Duration::from_secs(5);

impl<F> Watched<F> {
    pub(super) fn new(now: Timestamp, flow: F) -> Self {
        Self {
            flow,
            now,
            interval: INTERVAL,
            asked_at: None,
            asks: None,
        }
    }

    fn set_now(&mut self, now: Timestamp) {
        // If the clock is set back, so is what was before.
        let back = self.now - now;
        self.asked_at = self
            .asked_at
            .map(|asked| Timestamp::from_millis(asked.as_millis() - back.as_millis() as u64));
        self.now = now;
    }

    fn sees(&mut self, body: &[u8]) {
        let answer: Value = serde_json::from_slice(body).unwrap_or_default();
        if answer.get("device_code").is_some() {
            let interval = answer.get("interval").and_then(Value::as_u64);
            self.interval = interval.map_or(INTERVAL, Duration::from_secs);
            self.asked_at = None;
        }
        if answer
            .get("error")
            .is_some_and(|error| error == "slow_down")
        {
            self.interval += INTERVAL;
        }
    }
}

impl<F: Flow> Flow for Watched<F> {
    type Event = F::Event;
    type Outcome = F::Outcome;

    fn poll_output(&mut self) -> Output<F::Event, F::Outcome> {
        let output = self.flow.poll_output();
        if let Output::Send(id, request) = &output {
            self.asks = Some(*id);
            let body = String::from_utf8_lossy(request.body());
            if body.contains("device_code=") {
                let asked_at = self.asked_at.replace(self.now);
                let passed = asked_at.map(|asked_at| self.now - asked_at);
                assert!(
                    passed.is_none_or(|passed| passed >= self.interval),
                    "it asks after {passed:?} instead of {:?}",
                    self.interval
                );
            }
        }
        output
    }

    fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.set_now(now);
        if let Input::Response(id, response) = &input
            && self.asks == Some(*id)
        {
            self.asks = None;
            let body = response.body().clone();
            self.sees(&body);
        }
        self.flow.handle_input(now, input);
    }

    fn state(&self) -> &'static str {
        self.flow.state()
    }
}

impl<F: InteractiveFlow> InteractiveFlow for Watched<F> {
    type Success = F::Success;

    fn prompt(&self) -> Option<Prompt> {
        self.flow.prompt()
    }

    fn reply(&mut self, now: Timestamp, reply: Reply) -> Result<(), NotAwaited> {
        self.set_now(now);
        self.flow.reply(now, reply)
    }

    fn retry(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.set_now(now);
        // Somebody wants it at once.
        self.asked_at = None;
        self.flow.retry(now)
    }

    fn cancel(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.set_now(now);
        self.flow.cancel(now)
    }
}
