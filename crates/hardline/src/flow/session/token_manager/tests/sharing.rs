use std::cell::RefCell;
use std::rc::Rc;

use super::*;

/// A store with a lock, which several processes share, and a server that refreshes each refresh token once.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) stored: Option<SessionTokens>,
    pub(super) locked_by: Option<usize>,
    refreshes: usize,
}

/// A program that keeps its tokens in the store.
pub(super) struct Process {
    number: usize,
    pub(super) manager: TokenManager,
    shared: Rc<RefCell<Shared>>,
    waits_for_lock: bool,
    /// The refresh that it sent last.
    pub(super) refresh: String,
}

impl Process {
    pub(super) fn start(number: usize, shared: &Rc<RefCell<Shared>>) -> Self {
        let stored = shared.borrow().stored.clone();
        Self {
            number,
            manager: TokenManager::new(homeserver(), stored, 1).with_store(),
            shared: Rc::clone(shared),
            waits_for_lock: false,
            refresh: String::new(),
        }
    }

    /// Does what the manager wants, and returns the refresh that it sends.
    pub(super) fn run(&mut self, now: u64) -> Option<RequestId> {
        let mut sent = None;
        loop {
            if self.waits_for_lock && self.shared.borrow().locked_by.is_none() {
                self.waits_for_lock = false;
                self.load(now);
            }
            match self.manager.poll_output() {
                Output::Send(id, request) => {
                    let body = String::from_utf8_lossy(request.body());
                    self.refresh = format!("{} {body}", request.uri());
                    self.shared.borrow_mut().refreshes += 1;
                    sent = Some(id);
                }
                Output::Event(SessionEvent::LoadTokens) => self.load(now),
                Output::Event(SessionEvent::Refreshed(tokens)) => {
                    self.shared.borrow_mut().stored = Some(tokens);
                    self.manager.saved(at(now));
                    self.unlock();
                }
                Output::Event(SessionEvent::RetryScheduled(_)) => {}
                Output::Event(_) => self.unlock(),
                other @ (Output::SendStreaming(..) | Output::Receive(..)) => panic!("{other:?}"),
                Output::Cancel(_) => {}
                Output::Wait(_) => return sent,
                Output::Done(never) => match never {},
            }
        }
    }

    fn load(&mut self, now: u64) {
        let mut shared = self.shared.borrow_mut();
        if shared.locked_by.is_some_and(|other| other != self.number) {
            self.waits_for_lock = true;
            return;
        }
        let stored = shared.stored.clone();
        let is_newer = stored.as_ref() != self.manager.tokens();
        shared.locked_by = (!is_newer).then_some(self.number);
        self.manager.loaded(at(now), stored);
    }

    fn unlock(&mut self) {
        let mut shared = self.shared.borrow_mut();
        shared.locked_by.take_if(|number| *number == self.number);
    }
}

pub(super) fn shared(kind: Kind) -> Rc<RefCell<Shared>> {
    Rc::new(RefCell::new(Shared {
        stored: Some(kind.tokens()),
        ..Shared::default()
    }))
}

fn with_store(kind: Kind) -> TokenManager {
    kind.manager().with_store()
}

#[test]
fn two_processes_with_one_store_refresh_once() {
    for &kind in KINDS {
        let shared = shared(kind);
        let mut one = Process::start(1, &shared);
        let mut two = Process::start(2, &shared);
        let first = held(&mut one.manager, HOUR, None);
        let second = held(&mut two.manager, HOUR, None);
        let id = one.run(HOUR).expect("it has the lock and refreshes");
        assert_eq!(two.run(HOUR), None);
        let answer = response(200, kind.second());
        one.manager
            .handle_input(at(HOUR + 1), Input::Response(id, answer));
        assert_eq!(one.run(HOUR + 1), None);
        assert_eq!(two.run(HOUR + 2), None);
        for (process, ticket) in [(&mut one, first), (&mut two, second)] {
            let (value, _) = sent_with(&mut process.manager, HOUR + 3, Some(ticket));
            assert_eq!(value, "Bearer second");
        }
        assert_eq!(shared.borrow().refreshes, 1);
    }
}

#[test]
fn tokens_that_another_process_refreshed_are_found_before_the_session_ends() {
    for &kind in KINDS {
        let shared = shared(kind);
        // It asks, waits for the lock in vain, and goes on.
        shared.borrow_mut().locked_by = Some(9);
        let mut one = Process::start(1, &shared);
        let (_, ticket) = sent_with(&mut one.manager, 0, None);
        assert!(refused(&mut one.manager, 0, ticket));
        assert_eq!(one.run(0), None);
        one.manager.handle_input(at(4_999), Input::Timeout);
        assert_eq!(one.run(4_999), None);
        one.manager.handle_input(at(5_000), Input::Timeout);
        let id = one.run(5_000).expect("nobody answered in time");
        // In the meantime the other one has refreshed.
        let newer = SessionTokens::new(AccessToken::from("second"));
        *shared.borrow_mut() = Shared {
            stored: Some(newer),
            ..Shared::default()
        };
        let (status, body) = kind.refusal();
        let refusal = Input::Response(id, response(status, body));
        one.manager.handle_input(at(5_001), refusal);
        assert_eq!(one.run(5_001), None);
        let (value, _) = sent_with(&mut one.manager, 5_001, Some(ticket));
        assert_eq!(value, "Bearer second");
    }
}

#[test]
fn even_a_session_without_a_refresh_token_looks_for_newer_tokens_before_it_ends() {
    for newer in [
        Some(SessionTokens::new(AccessToken::from("second"))),
        Some(SessionTokens::new(AccessToken::from("first"))),
        None,
    ] {
        let first = SessionTokens::new(AccessToken::from("first"));
        let mut manager = manager(first).with_store();
        let (_, ticket) = sent_with(&mut manager, 0, None);
        assert!(refused(&mut manager, 0, ticket));
        assert_eq!(drain(&mut manager).1, ["LoadTokens"]);
        let is_newer = newer
            .as_ref()
            .is_some_and(|newer| newer.access_token.reveal() == "second");
        manager.loaded(at(1), newer);
        let told = drain(&mut manager).1;
        if is_newer {
            assert_eq!(told, [""; 0]);
            assert_eq!(sent_with(&mut manager, 1, Some(ticket)).0, "Bearer second");
        } else {
            assert_eq!(told, ["LoggedOut"]);
        }
    }
}

#[test]
fn it_asks_before_every_refresh_and_again_before_it_gives_up() {
    for &kind in KINDS {
        let mut manager = with_store(kind);
        for now in [0, 40_000] {
            let ticket = held(&mut manager, HOUR + now, None);
            assert_eq!(drain(&mut manager), (vec![], vec!["LoadTokens".to_owned()]));
            manager.loaded(at(HOUR + now), Some(kind.tokens()));
            let told = refresh(&mut manager, HOUR + now, 403, "<html>");
            assert_eq!(told, ["RefreshFailed"]);
            sent_with(&mut manager, HOUR + now, Some(ticket));
        }
        let ticket = held(&mut manager, HOUR + 80_000, None);
        assert_eq!(drain(&mut manager).1, ["LoadTokens"]);
        manager.loaded(at(HOUR + 80_000), None);
        let told = refused_refresh(&mut manager, HOUR + 80_000, kind);
        assert_eq!(told, ["LoadTokens"]);
        manager.handle_input(at(HOUR + 85_000), Input::Timeout);
        assert_eq!(drain(&mut manager).1, ["RefreshRefused"]);
        let (value, ticket) = sent_with(&mut manager, HOUR + 85_000, Some(ticket));
        assert_eq!(value, "Bearer first");
        assert!(refused(&mut manager, HOUR + 85_000, ticket));
        assert_eq!(drain(&mut manager).1, ["LoadTokens"]);
        manager.loaded(at(HOUR + 85_000), Some(kind.tokens()));
        assert_eq!(drain(&mut manager).1, ["LoggedOut"]);
    }
}

#[test]
fn requests_wait_until_new_tokens_are_saved() {
    for &kind in KINDS {
        let mut manager = with_store(kind);
        let ticket = held(&mut manager, HOUR, None);
        drain(&mut manager);
        manager.loaded(at(HOUR), None);
        let (sent, _) = drain(&mut manager);
        let answer = response(200, kind.second());
        manager.handle_input(at(HOUR), Input::Response(sent[0].0, answer));
        // A confirmation that belongs to nothing confirms nothing.
        manager.saved(at(HOUR));
        held(&mut manager, HOUR, Some(ticket));
        assert_eq!(drain(&mut manager).1, ["Refreshed"]);
        held(&mut manager, HOUR, Some(ticket));
        manager.saved(at(HOUR));
        let (value, _) = sent_with(&mut manager, HOUR, Some(ticket));
        assert_eq!(value, "Bearer second");
    }
}

#[test]
fn a_crash_between_the_refresh_and_the_first_use_loses_nothing() {
    for &kind in KINDS {
        for has_saved in [false, true] {
            let shared = shared(kind);
            let mut crashing = Process::start(1, &shared);
            let ticket = held(&mut crashing.manager, HOUR, None);
            let id = crashing.run(HOUR).expect("it refreshes");
            let answer = response(200, kind.second());
            crashing
                .manager
                .handle_input(at(HOUR), Input::Response(id, answer));
            // The server drops the old refresh token only when the new access token is used.
            held(&mut crashing.manager, HOUR, Some(ticket));
            if has_saved {
                crashing.run(HOUR);
            }
            drop(crashing);
            shared.borrow_mut().locked_by = None;

            let mut restarted = Process::start(2, &shared);
            if has_saved {
                let (value, _) = sent_with(&mut restarted.manager, HOUR, None);
                assert_eq!(value, "Bearer second");
                continue;
            }
            let ticket = held(&mut restarted.manager, HOUR, None);
            let id = restarted.run(HOUR).expect("it refreshes with the old one");
            let answer = r#"{"access_token": "third"}"#;
            restarted
                .manager
                .handle_input(at(HOUR), Input::Response(id, response(200, answer)));
            restarted.run(HOUR);
            let (value, _) = sent_with(&mut restarted.manager, HOUR, Some(ticket));
            assert_eq!(value, "Bearer third");
        }
    }
}

#[test]
fn a_store_that_is_behind_takes_nothing_back() {
    for &kind in KINDS {
        let mut manager = with_store(kind);
        held(&mut manager, HOUR, None);
        drain(&mut manager);
        manager.loaded(at(HOUR), None);
        assert_eq!(
            refresh(&mut manager, HOUR, 200, kind.second()),
            ["Refreshed"]
        );
        manager.saved(at(HOUR));
        held(&mut manager, HOUR * 2, None);
        drain(&mut manager);
        manager.loaded(at(HOUR * 2), Some(kind.tokens()));
        assert_eq!(access_token(&manager), Some("second"));
        assert_eq!(drain(&mut manager).0.len(), 1);
    }
}

#[test]
fn an_answer_that_comes_too_late_is_ignored() {
    for &kind in KINDS {
        let mut manager = with_store(kind);
        held(&mut manager, HOUR, None);
        assert_eq!(drain(&mut manager).1, ["LoadTokens"]);
        manager.handle_input(at(HOUR + 5_000), Input::Timeout);
        let newer = SessionTokens::new(AccessToken::from("newer"));
        manager.loaded(at(HOUR + 5_001), Some(newer));
        assert_eq!(access_token(&manager), Some("first"));
        assert_eq!(drain(&mut manager).0.len(), 1);
    }
}

#[test]
fn a_program_that_logs_out_finds_the_newest_tokens_first() {
    for &kind in KINDS {
        for has_newer in [false, true] {
            let mut manager = with_store(kind);
            manager.reload(at(0));
            assert_eq!(drain(&mut manager), (vec![], vec!["LoadTokens".to_owned()]));
            let ticket = held(&mut manager, 0, None);
            let mut stored = kind.tokens();
            if has_newer {
                stored.access_token = AccessToken::from("newer");
            }
            manager.loaded(at(1), Some(stored.clone()));
            // It was a question, and no more.
            assert_eq!(drain(&mut manager), (vec![], vec![]));
            assert!(!manager.is_holding());
            sent_with(&mut manager, 1, Some(ticket));
            assert_eq!(manager.end_session(), Some(stored));
        }
        // Nobody answers.
        let mut manager = with_store(kind);
        manager.reload(at(0));
        drain(&mut manager);
        manager.handle_input(at(5_000), Input::Timeout);
        assert!(!manager.is_holding());
        // There is nobody to ask, or nothing to ask for.
        let mut manager = kind.manager();
        manager.reload(at(0));
        assert!(!manager.is_holding());
        let mut manager = TokenManager::new(homeserver(), None, 1).with_store();
        manager.reload(at(0));
        assert!(!manager.is_holding());
    }
}

#[test]
fn a_token_that_is_refused_while_the_program_looks_for_newer_ones_is_refreshed() {
    for &kind in KINDS {
        let mut manager = with_store(kind);
        let (_, ticket) = sent_with(&mut manager, 0, None);
        manager.reload(at(0));
        assert!(refused(&mut manager, 1, ticket));
        assert_eq!(drain(&mut manager).1, ["LoadTokens"]);
        manager.loaded(at(2), Some(kind.tokens()));
        assert_eq!(drain(&mut manager).0[0].1, kind.refresh("refresh"));
    }
}

#[test]
fn no_session_ends_while_nobody_says_whether_there_are_newer_tokens() {
    for &kind in KINDS {
        for can_refresh in [true, false] {
            let mut only = kind.tokens();
            only.refresh_token.take_if(|_| !can_refresh);
            let mut manager = manager(only.clone()).with_store();
            let (_, ticket) = sent_with(&mut manager, 0, None);
            assert!(refused(&mut manager, 0, ticket));
            assert_eq!(drain(&mut manager).1, ["LoadTokens"]);
            let mut now = 0;
            let mut wait_in_vain = |manager: &mut TokenManager| {
                now += 60_000;
                manager.handle_input(at(now), Input::Timeout);
            };
            wait_in_vain(&mut manager);
            let told = if can_refresh {
                assert_eq!(refused_refresh(&mut manager, 60_000, kind), ["LoadTokens"]);
                wait_in_vain(&mut manager);
                "RefreshRefused"
            } else {
                "RefreshFailed"
            };
            assert_eq!(drain(&mut manager), (vec![], vec![told.to_owned()]));
            assert_eq!(manager.tokens(), Some(&only));
            assert!(matches!(
                manager.admit(at(120_000), Some(ticket), &mut request()),
                RequestDecision::Refuse(_)
            ));
            // It asks again with the next request, and what was refused for good is not sent again.
            let (_, next) = sent_with(&mut manager, 120_000, None);
            assert!(refused(&mut manager, 120_000, next));
            assert_eq!(drain(&mut manager), (vec![], vec!["LoadTokens".to_owned()]));
            let mut newer = kind.tokens();
            newer.access_token = AccessToken::from("newer");
            manager.loaded(at(120_001), Some(newer));
            let (value, _) = sent_with(&mut manager, 120_002, Some(next));
            assert_eq!(value, "Bearer newer");
        }
    }
}
