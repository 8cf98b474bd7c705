use std::cell::RefCell;
use std::rc::Rc;

use proptest::prelude::*;

use super::sharing::{Process, Shared, shared};
use super::*;

/// A server that gives a new refresh token with each refresh. The one before works until one of the new tokens is used, and
/// voids them if it is used again. After that it ends the session: somebody may have stolen it.
struct Server {
    kind: Kind,
    /// The pair in force.
    current: usize,
    /// Which pair was refreshed, while none of the new tokens was used.
    before: Option<usize>,
    expires_at: u64,
    is_over: bool,
}

impl Server {
    fn refresh(&mut self, now: u64, request: &str) -> Response<Bytes> {
        let asked =
            (0..=self.current).find(|number| request == self.kind.refresh(&refresh_token(*number)));
        let asked = asked.unwrap_or_else(|| panic!("{request} is nobody's"));
        if self.is_over || (asked != self.current && self.before != Some(asked)) {
            self.is_over = true;
            let (status, body) = self.kind.refusal();
            return response(status, body);
        }
        self.before = Some(asked);
        self.current += 1;
        self.expires_at = now + HOUR;
        response(200, self.kind.pair(self.current))
    }

    fn answer(&mut self, now: u64, authorization: &str) -> Response<Bytes> {
        let is_valid = authorization == format!("Bearer {}", access_token_of(self.current));
        if self.is_over || !is_valid || self.expires_at <= now {
            return unknown_token();
        }
        self.before = None;
        response(200, "{}")
    }
}

fn refresh_token(number: usize) -> String {
    if number == 0 {
        "refresh".to_owned()
    } else {
        format!("refresh-{number}")
    }
}

fn access_token_of(number: usize) -> String {
    if number == 0 {
        "first".to_owned()
    } else {
        format!("access-{number}")
    }
}

/// Two processes with one store, and their server.
struct Together {
    server: Server,
    shared: Rc<RefCell<Shared>>,
    processes: [Process; 2],
    /// The refreshes on their way.
    in_flight: [Option<RequestId>; 2],
    now: u64,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A request, which may cause a refresh. The server may have to be asked twice.
    Request,
    /// The refresh arrives and is answered.
    Answer,
    /// The refresh arrives, but its answer is lost.
    LoseAnswer,
    /// The process ends and is started again. Its lock is gone with it.
    Crash,
    /// The access token expires, and all that both hold is out of date.
    Expire,
    Wait,
}

impl Together {
    fn new(kind: Kind) -> Self {
        let shared = shared(kind);
        Self {
            server: Server {
                kind,
                current: 0,
                before: None,
                expires_at: HOUR,
                is_over: false,
            },
            processes: [Process::start(0, &shared), Process::start(1, &shared)],
            shared,
            in_flight: [None, None],
            now: 0,
        }
    }

    fn run(&mut self, index: usize) {
        if let Some(id) = self.processes[index].run(self.now) {
            self.in_flight[index] = Some(id);
        }
    }

    /// Sends a request, and returns whether it was answered.
    fn request(&mut self, index: usize) -> bool {
        let manager = &mut self.processes[index].manager;
        let mut request = request();
        let is_answered = match manager.admit(at(self.now), None, &mut request) {
            RequestDecision::Go(ticket) => {
                let authorization = request.headers()[AUTHORIZATION].to_str().unwrap();
                let answer = self.server.answer(self.now, authorization);
                let is_answered = answer.status().is_success();
                let _ = manager.pass(at(self.now), ticket, answer);
                is_answered
            }
            RequestDecision::Hold(_) => false,
            other => panic!("{other:?}"),
        };
        self.run(index);
        is_answered
    }

    fn answer(&mut self, index: usize, is_lost: bool) {
        let process = &mut self.processes[index];
        let Some(id) = self.in_flight[index].take() else {
            return;
        };
        let answer = self.server.refresh(self.now, &process.refresh);
        let input = if is_lost {
            Input::Failed(id, Failure::new(FailureClass::Interrupted, "lost"))
        } else {
            Input::Response(id, answer)
        };
        process.manager.handle_input(at(self.now), input);
        self.run(index);
    }

    fn step(&mut self, index: usize, step: Step) {
        match step {
            Step::Request => drop(self.request(index)),
            Step::Answer => self.answer(index, false),
            Step::LoseAnswer => self.answer(index, true),
            Step::Crash => {
                self.in_flight[index] = None;
                self.shared
                    .borrow_mut()
                    .locked_by
                    .take_if(|number| *number == index);
                self.processes[index] = Process::start(index, &self.shared);
            }
            // A refresh that took an hour would be nobody's any more.
            Step::Expire
                if self
                    .processes
                    .iter()
                    .any(|process| process.manager.is_holding()) => {}
            Step::Expire => self.now += HOUR,
            Step::Wait => {
                // Less than a program may take to answer, in all.
                self.now += 100;
                for index in 0..2 {
                    self.processes[index]
                        .manager
                        .handle_input(at(self.now), Input::Timeout);
                    self.run(index);
                }
            }
        }
    }

    /// Everything that is under way comes to its end, and then each process is answered.
    fn settle(&mut self) {
        for index in [0, 1, 0, 1] {
            let is_answered = (0..20).any(|_| {
                self.now += 1_000;
                for index in 0..2 {
                    self.processes[index]
                        .manager
                        .handle_input(at(self.now), Input::Timeout);
                    self.run(index);
                    self.answer(index, false);
                }
                self.request(index)
            });
            assert!(is_answered, "{:?}", self.processes[index].manager);
        }
    }
}

fn steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
    let step = prop_oneof![
        4 => Just(Step::Request),
        4 => Just(Step::Answer),
        2 => Just(Step::LoseAnswer),
        1 => Just(Step::Crash),
        2 => Just(Step::Expire),
        1 => Just(Step::Wait),
    ];
    prop::collection::vec((0..2_usize, step), 1..40)
}

proptest! {
    /// Whatever is lost and whoever crashes: two processes that share a store keep a session whose tokens rotate.
    #[test]
    fn two_processes_keep_a_session_whose_tokens_rotate(kind in prop::sample::select(KINDS), steps in steps()) {
        let mut together = Together::new(kind);
        for (index, step) in steps {
            together.step(index, step);
        }
        together.settle();
        prop_assert!(!together.server.is_over);
        let stored = together.shared.borrow().stored.clone();
        prop_assert_eq!(stored.unwrap().oauth, kind.tokens().oauth);
    }
}
