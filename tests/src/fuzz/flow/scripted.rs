//! A flow in a session to which a script's program does something now and then. Its states are in `flow/gated.rs`.

use std::cell::RefCell;
use std::fmt::Debug;
use std::rc::Rc;

use hardline::flow::test_harness::SessionFlow;
use hardline::flow::{
    Flow, Input, InteractiveFlow, NotAwaited, Output, Prompt, Reply, TokenManager,
};
use hardline::types::Timestamp;
use hardline::wire::Target;
use http::Request;
use http::header::AUTHORIZATION;

use super::driven::Driven;
use super::expectations::{IDENTITY_URL, START};
use super::tokens::{SESSION_TOKEN, TOKEN_ENDPOINT, Tokens};
use crate::simulation::BASE_URL;

/// The other homeserver.
const ELSEWHERE: &str = "https://elsewhere.example";

/// What the program does to the session.
#[derive(Clone, Copy, Debug)]
pub(super) enum Turn {
    /// It logs in or out.
    Tokens(Tokens),
    /// It moves the session to the other homeserver, or back.
    Move,
}

/// What it has done so far. A flow and the one that it was saved from do the same, one after the other.
pub(super) type Turns = Rc<RefCell<Vec<Turn>>>;

#[derive(Debug)]
pub(super) struct Scripted<F> {
    flow: SessionFlow<F>,
    turns: Turns,
    /// How many of them it has taken.
    taken: usize,
    is_elsewhere: bool,
}

impl<F: Driven> Scripted<F> {
    pub(super) fn new(flow: F, tokens: Tokens, turns: Turns) -> Self {
        let manager = TokenManager::new(target(BASE_URL), tokens.at(START), 1);
        Self {
            flow: SessionFlow::new(START, flow, manager),
            turns,
            taken: 0,
            is_elsewhere: false,
        }
    }

    /// Its saved form, and that of the flow alone.
    pub(super) fn saved(&self) -> serde_json::Result<(Vec<u8>, Vec<u8>)> {
        let saved = (&self.flow, self.taken, self.is_elsewhere);
        Ok((serde_json::to_vec(&saved)?, self.flow.flow().saved()?))
    }

    pub(super) fn load(saved: &[u8], turns: Turns) -> serde_json::Result<Self> {
        let (flow, taken, is_elsewhere) = serde_json::from_slice(saved)?;
        Ok(Self {
            flow,
            turns,
            taken,
            is_elsewhere,
        })
    }

    pub(super) fn is_holding(&self) -> bool {
        self.flow.is_holding()
    }
}

impl<F> Scripted<F> {
    fn catch_up(&mut self, now: Timestamp) {
        let turns = self.turns.borrow();
        for turn in &turns[self.taken..] {
            let manager = self.flow.token_manager_mut();
            match turn {
                Turn::Tokens(tokens) => manager.set_tokens(tokens.at(now)),
                Turn::Move => {
                    self.is_elsewhere = !self.is_elsewhere;
                    manager.set_target(target(base_url(self.is_elsewhere)));
                }
            }
        }
        self.taken = turns.len();
    }

    /// No token goes where it does not belong.
    fn check(&self, request: &Request<Vec<u8>>) {
        let is_at_home = is_at(request, base_url(self.is_elsewhere));
        let Some(token) = request.headers().get(AUTHORIZATION) else {
            let body = String::from_utf8_lossy(request.body());
            let is_refresh = request.uri() == TOKEN_ENDPOINT;
            assert!(is_at_home || is_refresh || !body.contains(SESSION_TOKEN));
            return;
        };
        if is_at(request, IDENTITY_URL) {
            let is_known = String::from_utf8_lossy(token.as_bytes()).contains(SESSION_TOKEN);
            assert!(!is_known, "{} has the session's token", request.uri());
        } else {
            assert!(is_at_home, "{} has a token", request.uri());
            assert!(token.is_sensitive());
            assert!(!request.uri().path().ends_with("/refresh"));
        }
    }
}

impl<F: Flow> Flow for Scripted<F> {
    type Event = F::Event;
    type Outcome = F::Outcome;

    fn poll_output(&mut self) -> Output<F::Event, F::Outcome> {
        let output = self.flow.poll_output();
        match &output {
            Output::Send(_, request) => self.check(request),
            Output::SendStreaming(_, head, _) => {
                self.check(&Request::from_parts(head.clone(), Vec::new()));
            }
            _ => {}
        }
        output
    }

    fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.flow.handle_input(now, input);
        self.catch_up(now);
    }

    fn state(&self) -> &'static str {
        self.flow.state()
    }
}

impl<F: InteractiveFlow> InteractiveFlow for Scripted<F> {
    type Success = F::Success;

    fn prompt(&self) -> Option<Prompt> {
        self.flow.prompt()
    }

    fn reply(&mut self, now: Timestamp, reply: Reply) -> Result<(), NotAwaited> {
        self.catch_up(now);
        self.flow.reply(now, reply)
    }

    fn retry(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.catch_up(now);
        self.flow.retry(now)
    }

    fn cancel(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.catch_up(now);
        self.flow.cancel(now)
    }
}

fn target(base_url: &str) -> Target {
    Target::homeserver(base_url).unwrap()
}

fn base_url(is_elsewhere: bool) -> &'static str {
    if is_elsewhere { ELSEWHERE } else { BASE_URL }
}

/// Whether a request goes to this server.
pub(super) fn is_at(request: &Request<Vec<u8>>, base_url: &str) -> bool {
    let url = request.uri().to_string();
    url.strip_prefix(base_url)
        .is_some_and(|path| path.starts_with('/'))
}
