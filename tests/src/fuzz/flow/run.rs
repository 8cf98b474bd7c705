use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use hardline::flow::{Input, Output, Prompt, Reply, RequestId, Ticket};
use hardline::types::Timestamp;
use hardline::wire::{Failure, FailureClass};
use http::header::AUTHORIZATION;
use http::{HeaderMap, Request, Response, StatusCode};

use super::driven::Driven;
use super::expectations::{IDENTITY_URL, LONGEST_WAIT, OUTPUTS, START, shows_no_secret};
use super::granted::granted;
use super::script::{Script, Step, Which};
use super::session::{Session, is_at};
use super::tokens::{SESSION_TOKEN, Tokens};
use super::underway::Underway;
use crate::simulation::WRONG;

/// The size of a new flow's saved form, in bytes.
const HOLDS: usize = 4 * 1024;

/// Drives a flow with a script.
pub(super) fn drive<F: Driven>(flow: F, mut script: Script<'_>, session: Option<Tokens>) {
    let mut run = Run {
        flow,
        session: Session::new(START, session),
        now: START,
        until: None,
        underway: Vec::new(),
        sent: BTreeSet::new(),
        headers: HeaderMap::new(),
        read: script.read(),
        is_done: false,
    };
    run.drain();
    while let Some(step) = script.step() {
        run.read = script.read();
        run.step(step);
        run.drain();
    }
}

/// A flow in progress.
struct Run<F> {
    flow: F,
    session: Session,
    now: Timestamp,
    /// The end of the flow's wait.
    until: Option<Timestamp>,
    /// The requests in flight, the newest last.
    underway: Vec<Underway>,
    /// All requests that the flow ever sent.
    sent: BTreeSet<RequestId>,
    /// The header fields of the next response.
    headers: HeaderMap,
    /// How many bytes of the script were read.
    read: usize,
    is_done: bool,
}

impl<F: Driven> Run<F> {
    fn step(&mut self, step: Step<'_>) {
        match step {
            Step::Answer(which, status, body) => {
                self.answer(which, status, Bytes::copy_from_slice(body));
            }
            Step::Grant(lifetime) => self.grant(lifetime),
            Step::Header(headers) => self.headers.extend(headers),
            Step::Fail(class) => self.fail(class),
            Step::Wait => {
                let ends = [self.until, self.session.until()];
                self.now = ends.into_iter().flatten().min().unwrap_or(self.now);
                self.tell_the_time();
            }
            Step::Timeout => self.tell_the_time(),
            // A caller that notices that the clock jumped reports it.
            Step::Clock(now) => {
                self.now = now;
                self.tell_the_time();
            }
            Step::Reply(reply) => self.reply(reply),
            Step::Retry => {
                let was = self.flow.prompt();
                let retried = self.flow.retry(self.now);
                assert_eq!(retried.is_ok(), was == Some(Prompt::Retry));
            }
            Step::Cancel => {
                let cancelled = self.flow.cancel(self.now);
                assert_eq!(cancelled.is_ok(), !self.is_done);
            }
            Step::Save => self.save(),
            Step::Session(tokens) => self.session.set_tokens(self.now, tokens),
            Step::Move => self.session.move_on(),
            Step::Nothing => {}
        }
    }

    fn answer(&mut self, which: Which, status: StatusCode, body: Bytes) {
        let answered = match which {
            Which::Newest => self.underway.pop(),
            Which::Oldest => (!self.underway.is_empty()).then(|| self.underway.remove(0)),
            Which::First => {
                let first = self.sent.first().copied();
                let first = first.filter(|first| !self.session.holds(*first));
                first.map(|first| {
                    let waiting = self.underway.iter().position(|one| one.is_of_flow(first));
                    waiting.map_or(Underway::Request(first, None), |index| {
                        self.underway.remove(index)
                    })
                })
            }
        };
        let Some(answered) = answered else { return };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = std::mem::take(&mut self.headers);
        match answered {
            Underway::Request(id, sent) => {
                let passed = self.session.pass(self.now, id, sent, response);
                if let Some(response) = passed {
                    self.flow
                        .handle_input(self.now, Input::Response(id, response));
                }
            }
            Underway::Refresh(id) => {
                let answer = Input::Response(id, response);
                self.session.handle_input(self.now, answer);
            }
        }
    }

    /// A response with the fields that any request may need. Its secrets must never show, and the session's stay with
    /// it.
    fn grant(&mut self, lifetime: Option<Duration>) {
        let is_refresh = matches!(self.underway.last(), Some(Underway::Refresh(_)));
        let token = if is_refresh { SESSION_TOKEN } else { WRONG };
        let body = granted(token, lifetime);
        self.answer(Which::Newest, StatusCode::OK, body.into());
    }

    fn fail(&mut self, class: FailureClass) {
        let failure = Failure::new(class, "as the script says");
        match self.underway.pop() {
            Some(Underway::Request(id, _)) => {
                self.flow.handle_input(self.now, Input::Failed(id, failure))
            }
            Some(Underway::Refresh(id)) => self
                .session
                .handle_input(self.now, Input::Failed(id, failure)),
            None => {}
        }
    }

    /// Tells the session first, since held requests may then be sent.
    fn tell_the_time(&mut self) {
        self.session.handle_input(self.now, Input::Timeout);
        self.let_go();
        let is_over = self.until.is_some_and(|until| until <= self.now);
        let held = if is_over {
            self.session.give_up_one()
        } else {
            None
        };
        let input = match held {
            Some(held) => {
                let failure = Failure::new(FailureClass::NotAdmitted, "it was held");
                Input::Failed(held, failure)
            }
            None => Input::Timeout,
        };
        self.flow.handle_input(self.now, input);
    }

    fn reply(&mut self, reply: Reply) {
        let was = self.flow.prompt();
        if self.flow.reply(self.now, reply).is_err() {
            assert_eq!(
                self.flow.prompt(),
                was,
                "what is not awaited changes nothing"
            );
        }
    }

    /// The loaded flow has the same prompt; requests in flight are lost.
    fn save(&mut self) {
        let prompt = self.flow.prompt();
        let (saved, loaded) = self.flow.reloaded();
        let most = HOLDS + 8 * self.read;
        let length = saved.len();
        assert!(length <= most, "{length} bytes of at most {most}");
        let saved = String::from_utf8_lossy(&saved);
        assert!(
            !saved.contains(SESSION_TOKEN),
            "it holds the session's token"
        );
        self.flow = loaded;
        if self.underway.is_empty() && !self.session.is_holding() {
            assert_eq!(self.flow.prompt(), prompt);
        }
        self.underway.clear();
        self.session.reload();
    }

    fn drain(&mut self) {
        for _ in 0..OUTPUTS {
            match self.flow.poll_output() {
                Output::Send(id, request) => {
                    assert!(self.sent.insert(id), "{id:?} is used twice");
                    // A flow has no token except that of an identity server.
                    let has_token = request.headers().contains_key(AUTHORIZATION);
                    assert!(!has_token || is_at(&request, IDENTITY_URL));
                    self.send((id, None), request, None);
                }
                Output::Cancel(id) => {
                    self.underway.retain(|other| !other.is_of_flow(id));
                    self.session.cancel(id);
                }
                Output::Event(event) => shows_no_secret(&event),
                Output::Done(outcome) => {
                    assert!(!self.is_done, "it is done once");
                    self.is_done = true;
                    assert_eq!(self.flow.prompt(), None);
                    match outcome {
                        Ok(success) => shows_no_secret(&success),
                        Err(error) => shows_no_secret(&(error.to_string(), error)),
                    }
                }
                Output::SendStreaming(..) | Output::Receive(..) => unreachable!("no body streams"),
                Output::Wait(until) => {
                    self.waits(until);
                    if !self.let_go() {
                        return;
                    }
                }
            }
        }
        panic!("it puts out more than {OUTPUTS} things at once");
    }

    /// Does what the session wants, and admits held requests again if possible; returns whether there were any.
    fn let_go(&mut self) -> bool {
        let released = self.session.drain(self.now, &mut self.underway);
        let are_some = !released.is_empty();
        for held in released {
            let request = (held.id, Some(held.ticket));
            self.send(request, held.request, held.response);
        }
        are_some
    }

    fn send(
        &mut self,
        id: (RequestId, Option<Ticket>),
        request: Request<Vec<u8>>,
        response: Option<Response<Bytes>>,
    ) {
        let underway = &mut self.underway;
        let session = &mut self.session;
        if let Some(input) = session.admit(self.now, id, request, response, underway) {
            self.flow.handle_input(self.now, input);
        }
    }

    fn waits(&mut self, until: Option<Timestamp>) {
        let longest = until.map(|until| until - self.now).unwrap_or_default();
        assert!(longest <= LONGEST_WAIT, "it waits {longest:?}");
        assert!(
            self.is_done || until.is_some() || self.flow.prompt().is_some(),
            "it waits for nobody"
        );
        let of_flow = |one: &&Underway| matches!(one, Underway::Request(..));
        let requests = self.underway.iter().filter(of_flow).count();
        // For each request in flight, someone waits for the response, but not forever.
        let most = usize::from(until.is_some());
        assert!(requests <= most, "{requests} requests are in flight");
        if self.is_done {
            self.session.leave_held();
        }
        shows_no_secret(&self.flow);
        self.until = until;
    }
}
