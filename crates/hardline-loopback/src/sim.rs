//! A simulated network and clock: flows run through hours of failures in microseconds, and the same seed gives the same
//! run.
//!
//! ```
//! use hardline::client_api::discovery::GetVersions;
//! use hardline::flow::OperationFlow;
//! use hardline::types::ServerName;
//! use hardline::wire::Target;
//! use hardline_loopback::Homeserver;
//! use hardline_loopback::sim::Simulation;
//!
//! let homeserver = Homeserver::new(ServerName::parse("example.org")?, "https://example.org", [7; 32]);
//! let mut simulation = Simulation::new(1, |now, request| homeserver.handle(now, request));
//! simulation.set_trouble(50);
//! let target = Target::homeserver("https://example.org")?;
//! let flow = OperationFlow::new(simulation.now(), GetVersions::new(), target, 1);
//! let outcome = simulation.run(flow, |_waiting, _flow, _now| {});
//! assert!(outcome.is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod faults;
mod rng;
mod streaming;
mod streams;

use std::collections::BTreeMap;
use std::fmt;
use std::mem;
use std::time::Duration;

use bytes::Bytes;
use hardline::flow::{Flow, Input, Output, RequestId};
use hardline::types::{AccessToken, Timestamp};
use hardline::wire::{Auth, Failure, RequestMeta, authorize};
use http::header::AUTHORIZATION;
use http::{Request, Response};

use crate::handlers::{Arrived, Wait};
use faults::{Delivery, NetworkFault};
pub use rng::Rng;
use streams::{BodyPart, Streams};

/// Where every simulation begins: 2026-01-01T00:00:00Z.
const BEGINNING: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// A network between a flow and a server, and the flow's clock.
///
/// A server that is a [`Homeserver`](crate::Homeserver) lets a `/sync` wait for its `timeout`, as it would over sockets: the
/// simulation asks it again whenever another request has arrived, and when the time is over.
///
/// It is the other side of a flow: [`send`](Simulation::send) and [`cancel`](Simulation::cancel) take the outputs of a
/// flow, and [`next`](Simulation::next) gives its inputs. [`run`](Simulation::run) does all of that.
pub struct Simulation<'s> {
    server: Box<Server<'s>>,
    access_token: Option<AccessToken>,
    rng: Rng,
    trouble: u8,
    clock_jumps: bool,
    /// The time since the beginning, whatever the clock says.
    passed: Duration,
    /// The time of the clock.
    now: Timestamp,
    /// The requests and inputs under way, by when they arrive.
    under_way: BTreeMap<(Duration, u64), Arrival>,
    sent: u64,
    /// The requests that wait at the server for changes.
    waiting: Vec<Asked>,
    /// The bodies on their way that no flow sees.
    streams: Streams,
    /// The time that the flow waits for, and when that is, as of when the flow said so.
    timer: Option<(Timestamp, Duration)>,
}

type Server<'s> = dyn FnMut(Timestamp, Request<Bytes>) -> Response<Vec<u8>> + 's;

enum Arrival {
    /// A request arrives at the server.
    Request(RequestId, Request<Bytes>, NetworkFault),
    /// An input arrives at the flow.
    Input(Input),
    /// More of a body arrives at the sink.
    Body(RequestId, BodyPart),
    /// The time is over for a request that waits at the server.
    Waited,
}

/// A request that has arrived at the server, which may rather respond later.
struct Asked {
    id: RequestId,
    request: Request<Bytes>,
    fault: NetworkFault,
}

impl<'s> Simulation<'s> {
    /// A network without failures, before a server: a function of the time and a request.
    pub fn new(
        seed: u64,
        server: impl FnMut(Timestamp, Request<Bytes>) -> Response<Vec<u8>> + 's,
    ) -> Self {
        Self {
            server: Box::new(server),
            access_token: None,
            rng: Rng::new(seed),
            trouble: 0,
            clock_jumps: false,
            passed: Duration::ZERO,
            now: BEGINNING,
            under_way: BTreeMap::new(),
            sent: 0,
            waiting: Vec::new(),
            streams: Streams::default(),
            timer: None,
        }
    }

    /// Sets the percentage of exchanges that fail from now on: a response that is lost, late, duplicated or truncated,
    /// a connection that is refused or breaks, before or after the server acted, a rate limit, a server that is not
    /// ready or broken, a proxy's page. The seed decides which.
    pub fn set_trouble(&mut self, percent: u8) {
        self.trouble = percent;
    }

    /// Sets whether the clock jumps now and then from now on, forward or back, by up to a day.
    pub fn set_clock_jumps(&mut self, jumps: bool) {
        self.clock_jumps = jumps;
    }

    /// Sets the access token for the operations that need one.
    pub fn set_access_token(&mut self, access_token: Option<AccessToken>) {
        self.access_token = access_token;
    }

    /// The time of the clock.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// How long the simulation has run, whatever the clock said.
    pub fn passed(&self) -> Duration {
        self.passed
    }

    /// Sends a request of the flow.
    pub fn send(&mut self, id: RequestId, mut request: Request<Vec<u8>>) {
        let auth = request
            .extensions()
            .get::<RequestMeta>()
            .map(|meta| meta.operation.auth);
        if let Some(token) = &self.access_token
            && auth.is_some_and(|auth| auth != Auth::None)
            // A flow with a token for another server has attached it already.
            && !request.headers().contains_key(AUTHORIZATION)
        {
            // A token that does not fit into a header is like no token: the server says so.
            let _ = authorize(&mut request, token);
        }
        let fault = NetworkFault::draw(&mut self.rng, self.trouble);
        let there = Duration::from_millis(self.rng.within(5..500));
        let request = request.map(Bytes::from);
        self.arrive(there, Arrival::Request(id, request, fault));
    }

    /// Cancels an exchange that the flow no longer waits for. A request under way still arrives, and a response under
    /// way is delivered half of the time: it may have been in the program already.
    pub fn cancel(&mut self, id: RequestId) {
        self.waiting.retain(|asked| asked.id != id);
        self.forget_body(id);
        if self.rng.happens(50) {
            self.under_way.retain(|_, arrival| match arrival {
                Arrival::Request(..) | Arrival::Body(..) | Arrival::Waited => true,
                Arrival::Input(input) => input.request_id() != Some(id),
            });
        }
    }

    /// Lets time pass until there is an input for the flow, which waits until then; `None` if there never is.
    pub fn next(&mut self, until: Option<Timestamp>) -> Option<Input> {
        // Like a driver: the timer is set when the flow says the time, and a clock that jumps does not move it.
        self.timer = until.map(|until| match self.timer {
            Some((set, at)) if set == until => (set, at),
            _ => (until, self.passed + (until - self.now)),
        });
        if self.clock_jumps && self.rng.happens(10) {
            self.jump();
        }
        loop {
            let arrives = self.under_way.first_key_value().map(|(&(at, _), _)| at);
            let rings = self.timer.map(|(_, at)| at);
            match (arrives, rings) {
                (None, None) => return None,
                (Some(at), rings) if rings.is_none_or(|rings| at <= rings) => {
                    self.pass(at);
                    let (_, arrival) = self.under_way.pop_first()?;
                    match arrival {
                        Arrival::Input(input) => return Some(input),
                        Arrival::Body(id, part) => return Some(self.body_arrived(id, part)),
                        Arrival::Request(id, request, fault) => {
                            self.arrived(id, request, fault);
                        }
                        Arrival::Waited => self.ask_again(),
                    }
                }
                (_, Some(at)) => {
                    self.pass(at);
                    self.timer = None;
                    return Some(Input::Timeout);
                }
                (Some(_), None) => return None,
            }
        }
    }

    /// Runs a flow to its end, or until it waits only for the application: then there is no outcome. `on_event` replies
    /// to its prompts.
    pub fn run<F: Flow>(
        &mut self,
        mut flow: F,
        mut on_event: impl FnMut(F::Event, &mut F, Timestamp),
    ) -> Option<F::Outcome> {
        loop {
            match flow.poll_output() {
                Output::Send(id, request) => self.send(id, request),
                Output::Cancel(id) => self.cancel(id),
                Output::SendStreaming(id, head, direction) => {
                    self.send_streaming(id, head, direction);
                }
                Output::Receive(id, body) => self.receive(id, body),
                Output::Event(event) => on_event(event, &mut flow, self.now),
                Output::Done(outcome) => return Some(outcome),
                Output::Wait(until) => {
                    let input = self.next(until)?;
                    flow.handle_input(self.now, input);
                }
            }
        }
    }

    fn arrived(&mut self, id: RequestId, mut request: Request<Bytes>, fault: NetworkFault) {
        if !fault.acts() {
            return self.deliver(id, fault, None);
        }
        let arrived = Arrived(self.server_time());
        request.extensions_mut().insert(arrived);
        let asked = Asked { id, request, fault };
        if let Some((asked, until)) = self.ask(asked) {
            self.arrive(until - self.server_time(), Arrival::Waited);
            self.waiting.push(asked);
        }
        // What it changed may be what others wait for.
        self.ask_again();
    }

    /// Asks the server. Gives the request back if the server would rather respond later, with the time until then.
    fn ask(&mut self, asked: Asked) -> Option<(Asked, Timestamp)> {
        let now = self.server_time();
        let response = (self.server)(now, asked.request.clone());
        if let Some(wait) = response.extensions().get::<Wait>() {
            return Some((asked, wait.until));
        }
        self.deliver(asked.id, asked.fault, Some(response.map(Bytes::from)));
        None
    }

    /// Asks the server what waits for changes.
    fn ask_again(&mut self) {
        for asked in mem::take(&mut self.waiting) {
            if let Some((asked, _)) = self.ask(asked) {
                self.waiting.push(asked);
            }
        }
    }

    /// The server's clock does not jump.
    fn server_time(&self) -> Timestamp {
        BEGINNING + self.passed
    }

    /// Delivers what becomes of an exchange.
    fn deliver(&mut self, id: RequestId, fault: NetworkFault, answer: Option<Response<Bytes>>) {
        let streams = self.streams.waits_for_head(id);
        let answer = answer.map(|response| match fault {
            // A body that streams breaks off later.
            NetworkFault::Truncated if !streams => {
                response.map(|body| body.slice(..body.len() / 2))
            }
            _ => response,
        });
        let response = match (fault.delivery(&mut self.rng), answer) {
            (Delivery::Answer, Some(answer)) => answer,
            (Delivery::Replaced(response), _) => response,
            (Delivery::Failure(class), _) => {
                let failure = Failure::new(class, "it is simulated");
                let back = fault.delay(&mut self.rng);
                return self.arrive(back, Arrival::Input(Input::Failed(id, failure)));
            }
            (Delivery::Nothing | Delivery::Answer, _) => return,
        };
        if streams {
            let back = fault.delay(&mut self.rng);
            return self.head_arrives(id, back, fault, response);
        }
        if fault == NetworkFault::Duplicated {
            let back = fault.delay(&mut self.rng);
            let again = Input::Response(id, response.clone());
            self.arrive(back, Arrival::Input(again));
        }
        let back = fault.delay(&mut self.rng);
        self.arrive(back, Arrival::Input(Input::Response(id, response)));
    }

    fn arrive(&mut self, after: Duration, arrival: Arrival) {
        self.sent += 1;
        self.under_way
            .insert((self.passed + after, self.sent), arrival);
    }

    fn pass(&mut self, at: Duration) {
        self.now = self.now + at.saturating_sub(self.passed);
        self.passed = self.passed.max(at);
    }

    fn jump(&mut self) {
        let millis = self.rng.within(0..24 * 60 * 60 * 1000);
        self.now = if self.rng.happens(50) {
            self.now + Duration::from_millis(millis)
        } else {
            Timestamp::from_millis(self.now.as_millis().saturating_sub(millis))
        };
    }
}

impl fmt::Debug for Simulation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulation")
            .field("passed", &self.passed)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
