//! Programs that share a session through a store, each with a network and a clock of its own, and crash now and then.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use hardline::client_api::account::GetTokenOwner;
use hardline::flow::test_harness::START;
use hardline::flow::{
    FlowEvent, Hub, HubOutput, Input, InteractiveFlow, OperationFlow, RequestId, SessionEvent,
    SessionTokens, TokenManager,
};
use hardline::oauth_api::RegisterClient;
use hardline::types::Timestamp;
use hardline::wire::{Failure, FailureClass};
use hardline_loopback::sim::Rng;
use hardline_tests::simulation::oauth::OAuthWorld;
use hardline_tests::simulation::personality::oauth::{AUTHORIZATION_SERVERS, OAuthPersonality};
use http::{Request, Response};

use super::session_server::{Kind, Server, target, tokens};
use super::shared_server::SharedServer;

/// Where the tokens are kept: a file with a lock, which is released when its holder dies.
struct Store {
    tokens: Option<SessionTokens>,
    locked_by: Option<usize>,
}

/// A program that is running.
struct Program {
    hub: Hub<OperationFlow<GetTokenOwner>>,
    /// What it has sent, and what comes back.
    sent: VecDeque<(RequestId, Request<Vec<u8>>)>,
    arriving: VecDeque<(RequestId, Response<Bytes>)>,
    /// What it was told and has not done yet.
    told: VecDeque<SessionEvent>,
    /// How far its clock is ahead of the server's, in milliseconds.
    ahead: u64,
}

impl Program {
    fn start(tokens: Option<SessionTokens>, seed: u64) -> Self {
        Self {
            hub: Hub::new(TokenManager::new(target(), tokens, seed).with_store()),
            sent: VecDeque::new(),
            arriving: VecDeque::new(),
            told: VecDeque::new(),
            ahead: 0,
        }
    }

    fn now(&self, now: Timestamp) -> Timestamp {
        now + Duration::from_millis(self.ahead)
    }

    /// Carries out what its flows want; returns how many came to their ends, with and without success.
    fn drain(&mut self, now: Timestamp) -> (u32, u32) {
        let now = self.now(now);
        let mut ends = (0, 0);
        loop {
            match self.hub.poll_output(now) {
                HubOutput::Send(id, request) => self.sent.push_back((id, request)),
                HubOutput::Cancel(id) => self.sent.retain(|(sent, _)| *sent != id),
                HubOutput::SessionEvent(event) => self.told.push_back(event),
                HubOutput::Event(id, FlowEvent::Stalled(_)) => {
                    let flow = self.hub.flow_mut(id).unwrap();
                    flow.cancel(now).unwrap();
                }
                HubOutput::Event(..) => {}
                HubOutput::Done(_, outcome) if outcome.is_ok() => ends.0 += 1,
                HubOutput::Done(..) => ends.1 += 1,
                HubOutput::SendStreaming(..) | HubOutput::Receive(..) => {}
                HubOutput::Wait(_) => return ends,
            }
        }
    }
}

/// What happened in a run.
#[derive(Debug, Default)]
struct Seen {
    done: u32,
    failed: u32,
    refreshed: u32,
    /// Programs that crashed with new tokens that were not saved.
    unsaved: u32,
    /// Programs that were told that the session is over.
    logged_out: u32,
}

struct Run<'s> {
    server: &'s dyn SharedServer,
    rng: Rng,
    now: Timestamp,
    store: Store,
    programs: [Program; 2],
    seen: Seen,
    log: Vec<String>,
    /// No time passes while a program looks for newer tokens.
    is_prompt: bool,
}

const STEPS: u32 = 400;
const HOUR: u64 = 60 * 60 * 1000;

impl Run<'_> {
    fn new(server: &dyn SharedServer, tokens: SessionTokens, seed: u64) -> Run<'_> {
        let program = |index| Program::start(Some(tokens.clone()), seed + index);
        Run {
            server,
            rng: Rng::new(seed),
            now: START,
            programs: [program(0), program(1)],
            store: Store {
                tokens: Some(tokens),
                locked_by: None,
            },
            seen: Seen::default(),
            log: Vec::new(),
            is_prompt: seed.is_multiple_of(2),
        }
    }

    fn go(mut self) -> Seen {
        for _ in 0..STEPS {
            if self.store.tokens.is_none() {
                break;
            }
            let index = self.rng.within(0..2) as usize;
            self.step(index);
            let (done, failed) = self.programs[index].drain(self.now);
            self.seen.done += done;
            self.seen.failed += failed;
        }
        self.seen
    }

    fn step(&mut self, index: usize) {
        match self.rng.within(0..100) {
            0..20 if self.programs[index].hub.len() < 3 => {
                let now = self.programs[index].now(self.now);
                let owner = OperationFlow::new(now, GetTokenOwner::new(), target(), 1);
                self.programs[index].hub.insert(owner);
            }
            20..45 => self.serve(index),
            45..60 => self.deliver(index),
            60..80 => self.act(index),
            80..94 => self.pass(index),
            94..97 => self.crash(index),
            97 => {
                // Not back: a new token that dies before it is used ends the session if nobody knows that it died.
                let program = &mut self.programs[index];
                program.ahead += HOUR;
                let now = program.now(self.now);
                program.hub.handle_input(now, Input::Timeout);
            }
            _ => {}
        }
    }

    /// The server gets a request, and what it answers is on its way or lost.
    fn serve(&mut self, index: usize) {
        let Some((id, request)) = self.programs[index].sent.pop_front() else {
            return;
        };
        let program = &mut self.programs[index];
        if self.rng.happens(10) {
            let class =
                FailureClass::ALL[self.rng.within(0..FailureClass::ALL.len() as u64) as usize];
            if !class.never_sent() && self.rng.happens(50) {
                self.server.answer(self.now, request);
            }
            let now = program.now(self.now);
            let failure = Failure::new(class, "it is simulated");
            program.hub.handle_input(now, Input::Failed(id, failure));
            return;
        }
        let path = request.uri().path().to_owned();
        let response = self.server.answer(self.now, request);
        self.log
            .push(format!("{index}: {path} {}", response.status()));
        program.arriving.push_back((id, response));
    }

    fn deliver(&mut self, index: usize) {
        let program = &mut self.programs[index];
        if let Some((id, response)) = program.arriving.pop_front() {
            let now = program.now(self.now);
            program.hub.handle_input(now, Input::Response(id, response));
        }
    }

    /// The program does what it was told to do for the session.
    fn act(&mut self, index: usize) {
        let now = self.programs[index].now(self.now);
        let Some(event) = self.programs[index].told.pop_front() else {
            return;
        };
        self.log.push(format!("{index}: {event:?}"));
        let is_locked = self.store.locked_by.is_some_and(|holder| holder != index);
        let program = &mut self.programs[index];
        match event {
            SessionEvent::LoadTokens if is_locked => {
                // It waits for the lock; its flows do not wait for ever.
                program.told.push_front(SessionEvent::LoadTokens);
                return;
            }
            SessionEvent::LoadTokens => {
                self.store.locked_by = Some(index);
                let manager = program.hub.token_manager_mut();
                manager.loaded(now, self.store.tokens.clone());
                if manager.is_holding() {
                    return;
                }
            }
            SessionEvent::Refreshed(tokens) => {
                self.store.tokens = Some(tokens);
                program.hub.token_manager_mut().saved(now);
                self.seen.refreshed += 1;
            }
            SessionEvent::LoggedOut { .. } => {
                let stored = self.store.tokens.take();
                self.seen.logged_out += 1;
                assert!(
                    !stored.is_some_and(|tokens| self.server.takes(&tokens)),
                    "{index} is logged out, and the store has tokens that work: {:#?}",
                    self.log
                );
            }
            SessionEvent::RetryScheduled(_) => return,
            _ => {}
        }
        if self.store.locked_by == Some(index) {
            self.store.locked_by = None;
        }
    }

    /// Time passes, for everybody.
    fn pass(&mut self, index: usize) {
        let asks = |program: &Program| {
            let mut told = program.told.iter();
            told.any(|event| matches!(event, SessionEvent::LoadTokens))
        };
        if self.is_prompt && self.programs.iter().any(asks) {
            return;
        }
        let millis = match self.rng.within(0..4) {
            0 => self.rng.within(0..90_000),
            _ => self.rng.within(0..6_000),
        };
        self.now = self.now + Duration::from_millis(millis);
        let program = &mut self.programs[index];
        let now = program.now(self.now);
        program.hub.handle_input(now, Input::Timeout);
    }

    /// The program dies and begins anew, with what is in its store. What it sent may still arrive.
    fn crash(&mut self, index: usize) {
        let seed = self.rng.within(0..1_000);
        self.log.push(format!("{index} crashes"));
        let restarted = Program::start(self.store.tokens.clone(), seed);
        let died = std::mem::replace(&mut self.programs[index], restarted);
        let is_unsaved = |event: &SessionEvent| matches!(event, SessionEvent::Refreshed(_));
        self.seen.unsaved += u32::from(died.told.iter().any(is_unsaved));
        if self.store.locked_by == Some(index) {
            self.store.locked_by = None;
        }
        for (_, request) in died.sent {
            if self.rng.happens(30) {
                self.server.answer(self.now, request);
            }
        }
    }
}

fn run(server: &dyn SharedServer, tokens: SessionTokens, seed: u64) -> Seen {
    Run::new(server, tokens, seed).go()
}

fn add(sum: &mut Seen, seen: &Seen) {
    sum.done += seen.done;
    sum.failed += seen.failed;
    sum.refreshed += seen.refreshed;
    sum.unsaved += seen.unsaved;
    sum.logged_out += seen.logged_out;
}

#[test]
fn programs_that_share_a_session_stay_logged_in_whatever_is_lost() {
    for kind in Kind::ALL {
        let mut sum = Seen::default();
        for seed in 0..300 {
            let server = Server::new(kind, seed);
            let seen = run(&server, tokens(kind, seed), seed);
            // Whatever the network does, a refresh token gets the same successors until one of them is used. A program that
            // is late goes on without the lock, and may save old tokens over new ones.
            let is_prompt = seed.is_multiple_of(2);
            assert!(seen.logged_out == 0 || !is_prompt, "{kind:?}, seed {seed}");
            add(&mut sum, &seen);
        }
        assert!(sum.done > 1_500, "{kind:?}: {sum:?}");
        assert!(sum.refreshed > 300 && sum.unsaved > 20, "{kind:?}: {sum:?}");
    }
}

/// A session that somebody granted to both programs.
fn granted(personality: &'static OAuthPersonality) -> (OAuthWorld, SessionTokens) {
    let world = OAuthWorld::new(personality);
    let client = RegisterClient::device("https://app.example.com/".to_owned());
    let tokens = world.log_in(&client, "DEVICEDEVICE");
    (world, tokens)
}

#[test]
fn with_every_family_programs_are_logged_out_only_when_nothing_that_they_have_works() {
    for personality in AUTHORIZATION_SERVERS {
        // They have the same manners without devices; and where nobody says how long a token lives, none is refreshed in
        // such a short time.
        if personality.device.is_none() || !personality.access_lifetime.1 {
            continue;
        }
        let mut sum = Seen::default();
        for seed in 0..150 {
            let (world, tokens) = granted(personality);
            add(&mut sum, &run(&world, tokens, seed));
        }
        assert!(sum.done > 1_000, "{}: {sum:?}", personality.name);
        assert!(sum.refreshed > 50, "{}: {sum:?}", personality.name);
    }
}
