use std::fmt::Debug;
use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response};

use super::network::{Arrival, Network};
use super::person::{Acted, Moment, Person};
use super::said::said;
use super::stream::Stream;
use super::{Choices, ContractError, START, Trouble, Violation};
use crate::flow::{Flow, Output, Prompt, Reply, RequestId};
use crate::types::{AccessToken, Timestamp};
use crate::wire::{Auth, RequestMeta, authorize};

/// What a run came to.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report<F: Flow> {
    /// The flow's outcome; `None` if it waits for a person or a program that does nothing.
    pub outcome: Option<F::Outcome>,
    /// The flow as it is now.
    pub flow: F,
    /// How many requests it sent.
    pub requests: u32,
    /// How many events it emitted.
    pub events: u32,
    /// The replies that it took, asked for or not.
    pub replies: Vec<Reply>,
    /// How long it took, whatever the clock said.
    pub passed: Duration,
    /// What came into the sink.
    pub sink: Vec<u8>,
    /// What happened, a line each. It holds neither queries nor bodies of requests, which may be secret.
    pub log: Vec<String>,
}

/// What a run needs.
pub(super) struct Setup<'a, F: Flow> {
    pub(super) flow: F,
    pub(super) choices: Choices,
    pub(super) server: Box<Server<'a>>,
    pub(super) person: Box<Person<'a, F>>,
    pub(super) unasked: Option<Unasked<F>>,
    /// The flow's prompt, if it is an interactive flow.
    pub(super) prompt: Option<fn(&F) -> Option<Prompt>>,
    pub(super) saving: Option<Saving<'a, F>>,
    /// Whether more is pending in a flow than its requests in flight.
    pub(super) pending: Box<Pending<'a, F>>,
    pub(super) secrets: Vec<String>,
    pub(super) access_token: Option<AccessToken>,
    pub(super) longest_wait: Option<Duration>,
    pub(super) at_most: u32,
    pub(super) without: Vec<Trouble>,
    pub(super) source: Option<Vec<u8>>,
    pub(super) sha256: Option<Sha256>,
}

type Sha256 = fn(&[u8]) -> [u8; 32];
type Server<'a> = dyn FnMut(Timestamp, Request<Vec<u8>>) -> Response<Bytes> + 'a;
type Unasked<F> = fn(Moment<'_, F>, Reply) -> Result<Acted, Violation>;

pub(super) struct Saving<'a, F> {
    pub(super) save: Box<Save<'a, F>>,
    pub(super) load: Box<Load<'a, F>>,
}

type Pending<'a, F> = dyn Fn(&F) -> bool + 'a;
type Save<'a, F> = dyn Fn(&F) -> Result<Vec<u8>, String> + 'a;
type Load<'a, F> = dyn Fn(&[u8]) -> Result<F, String> + 'a;

/// A flow in progress.
pub(super) struct Run<'a, F: Flow> {
    pub(super) setup: Setup<'a, F>,
    /// The flow without its last saving and loading, which must go the same way.
    pub(super) twin: Option<F>,
    pub(super) network: Network,
    pub(super) now: Timestamp,
    pub(super) passed: Duration,
    /// The end of the flow's wait.
    pub(super) until: Option<Timestamp>,
    outcome: Option<F::Outcome>,
    is_done: bool,
    is_superseded: bool,
    inputs: u32,
    pub(super) outputs: u32,
    requests: u32,
    events: u32,
    replies: Vec<Reply>,
    pub(super) sink: Vec<u8>,
    /// The sink has lost something.
    pub(super) sink_was_cut: bool,
    pub(super) log: Vec<String>,
}

/// No flow says more at once.
const OUTPUTS: usize = 64;
/// How far the clock is set, and how long it is quiet after the end.
pub(super) const HOUR: Duration = Duration::from_secs(60 * 60);

impl<'a, F: Flow<Event: Debug> + Debug> Run<'a, F> {
    pub(super) fn new(setup: Setup<'a, F>) -> Self {
        Self {
            setup,
            twin: None,
            network: Network::default(),
            now: START,
            passed: Duration::ZERO,
            until: None,
            outcome: None,
            is_done: false,
            is_superseded: false,
            inputs: 0,
            outputs: 0,
            requests: 0,
            events: 0,
            replies: Vec::new(),
            sink: Vec::new(),
            sink_was_cut: false,
            log: Vec::new(),
        }
    }

    pub(super) fn finish(mut self) -> Result<Report<F>, ContractError> {
        match self.go() {
            Ok(()) => Ok(Report {
                outcome: self.outcome,
                flow: self.setup.flow,
                requests: self.requests,
                events: self.events,
                replies: self.replies,
                passed: self.passed,
                sink: self.sink,
                log: self.log,
            }),
            Err(violation) => Err(ContractError {
                violation,
                log: self.log,
            }),
        }
    }

    fn go(&mut self) -> Result<(), Violation> {
        self.drain()?;
        while !self.is_done && self.step()? {
            self.drain()?;
            if self.inputs > self.setup.at_most {
                let inputs = self.inputs;
                return Err(Violation::Endless { inputs });
            }
        }
        if self.is_done {
            self.afterwards()?;
        }
        Ok(())
    }

    /// Carries the outputs out until the flow waits.
    pub(super) fn drain(&mut self) -> Result<(), Violation> {
        self.is_superseded = false;
        for _ in 0..OUTPUTS {
            let output = self.setup.flow.poll_output();
            self.compare(&output)?;
            if self.is_done && !matches!(output, Output::Wait(None)) {
                let output = said(&output);
                return Err(Violation::OutputAfterDone { output });
            }
            self.outputs += 1;
            match output {
                Output::Send(id, request) => self.sends(id, request, None)?,
                Output::SendStreaming(id, head, direction) => {
                    let request = Request::from_parts(head, Vec::new());
                    self.sends(id, request, Some(Stream::new(direction)))?;
                }
                Output::Receive(id, body) => self.receives(id, body)?,
                Output::Cancel(id) => {
                    self.log.push(format!("cancel {id:?}"));
                    self.network.cancels(id)?;
                }
                Output::Event(event) => {
                    self.shows(&event)?;
                    self.log.push(format!("event {event:?}"));
                    self.events += 1;
                    self.ask(Some(&event))?;
                }
                Output::Done(outcome) => {
                    self.log.push("done".to_owned());
                    self.outcome = Some(outcome);
                    self.is_done = true;
                }
                Output::Wait(until) => return self.waits(until),
            }
        }
        Err(Violation::NeverWaits { outputs: OUTPUTS })
    }

    /// The twin says the same.
    fn compare(&mut self, output: &Output<F::Event, F::Outcome>) -> Result<(), Violation> {
        let Some(twin) = &mut self.twin else {
            return Ok(());
        };
        let (without, with) = (said(&twin.poll_output()), said(output));
        if without == with {
            return Ok(());
        }
        Err(Violation::SaveChanges { without, with })
    }

    fn sends(
        &mut self,
        id: RequestId,
        mut request: Request<Vec<u8>>,
        stream: Option<Stream>,
    ) -> Result<(), Violation> {
        let (method, url) = (request.method(), request.uri());
        let host = url.host().unwrap_or_default();
        self.log
            .push(format!("{id:?} {method} {host}{}", url.path()));
        self.requests += 1;
        let meta = request.extensions().get::<RequestMeta>();
        let is_authenticated = meta.is_some_and(|meta| meta.operation.auth != Auth::None);
        if let Some(token) = &self.setup.access_token
            && is_authenticated
            && !request.headers().contains_key(AUTHORIZATION)
        {
            // A token that fits into no header is like none: the server says so.
            let _ = authorize(&mut request, token);
        }
        // A poll is sent again and again, whatever became of the one before.
        let prompt = self
            .setup
            .prompt
            .and_then(|prompt| prompt(&self.setup.flow));
        let is_poll = matches!(prompt, Some(Prompt::Confirmation { .. }));
        if let Some(stream) = &stream {
            request = self.with_source(request, stream);
        }
        self.network.sends(id, request, stream, is_poll)
    }

    fn waits(&mut self, until: Option<Timestamp>) -> Result<(), Violation> {
        let state = self.setup.flow.state();
        self.log.push(format!("{state} waits until {until:?}"));
        let again = self.setup.flow.poll_output();
        self.compare(&again)?;
        match again {
            Output::Wait(still) if still == until => {}
            other => {
                let output = said(&other);
                return Err(Violation::OutputAfterWait { output });
            }
        }
        self.until = until;
        if let Some(id) = self.unreceived() {
            return Err(Violation::HeadUnanswered { id });
        }
        if !self.setup.secrets.is_empty() {
            self.shows(&self.setup.flow)?;
        }
        let wait = until.map(|until| until - self.now).unwrap_or_default();
        if let Some(most) = self.setup.longest_wait
            && wait > most
        {
            return Err(Violation::WaitsTooLong { wait, most });
        }
        let Some(prompt) = self.setup.prompt else {
            return Ok(());
        };
        match prompt(&self.setup.flow) {
            Some(prompt) if self.is_done => {
                let prompt = Box::new(prompt);
                Err(Violation::PromptAfterDone { prompt })
            }
            None if until.is_none() && self.network.in_flight.is_empty() && !self.is_done => {
                Err(Violation::WaitsForNobody)
            }
            _ => Ok(()),
        }
    }

    fn shows(&self, shown: &impl Debug) -> Result<(), Violation> {
        let shown = format!("{shown:?}");
        match self.setup.secrets.iter().find(|one| shown.contains(*one)) {
            Some(_) => Err(Violation::SecretShown { shown }),
            None => Ok(()),
        }
    }

    /// Asks the person or the program; returns whether they did something.
    pub(super) fn ask(&mut self, event: Option<&F::Event>) -> Result<bool, Violation> {
        let moment = Moment {
            flow: &mut self.setup.flow,
            twin: self.twin.as_mut(),
            event,
            now: self.now,
            is_superseded: self.is_superseded,
        };
        let acted = (self.setup.person)(moment)?;
        Ok(self.acted(acted))
    }

    pub(super) fn acted(&mut self, acted: Acted) -> bool {
        let reply = match acted {
            Acted::Nothing => return false,
            Acted::Refused => {
                self.inputs += 1;
                return true;
            }
            Acted::Something(reply) => reply,
        };
        if let Some(reply) = &reply {
            self.log.push(format!("reply {reply:?}"));
        }
        self.replies.extend(reply);
        self.inputs += 1;
        self.is_superseded = true;
        self.network.acted();
        true
    }

    pub(super) fn input(&mut self, arrival: &Arrival) {
        self.network.arrives(arrival);
        self.inputs += 1;
        self.setup.flow.handle_input(self.now, arrival.input());
        if let Some(twin) = &mut self.twin {
            twin.handle_input(self.now, arrival.input());
        }
    }

    pub(super) fn pass(&mut self, duration: Duration) {
        self.passed += duration;
        self.now = self.now + duration;
    }

    /// What comes after the end changes nothing.
    fn afterwards(&mut self) -> Result<(), Violation> {
        while self.arrive_late() {
            self.drain()?;
        }
        self.pass(HOUR);
        self.input(&Arrival::Timeout);
        self.drain()
    }
}
