use std::cell::RefCell;
use std::rc::Rc;

use super::*;

/// A store with a lock, which several processes share, and a server that refreshes each refresh token once.
#[derive(Default)]
struct Shared {
    stored: Option<SessionTokens>,
    locked_by: Option<usize>,
    refreshes: usize,
}

/// A program that keeps its tokens in the store.
struct Process {
    number: usize,
    manager: TokenManager,
    shared: Rc<RefCell<Shared>>,
    waits_for_lock: bool,
}

impl Process {
    fn start(number: usize, shared: &Rc<RefCell<Shared>>) -> Self {
        let stored = shared.borrow().stored.clone();
        Self {
            number,
            manager: TokenManager::new(homeserver(), stored, 1).with_store(),
            shared: Rc::clone(shared),
            waits_for_lock: false,
        }
    }

    /// Does what the manager wants, and returns the refresh that it sends.
    fn run(&mut self, now: u64) -> Option<RequestId> {
        let mut sent = None;
        loop {
            if self.waits_for_lock && self.shared.borrow().locked_by.is_none() {
                self.waits_for_lock = false;
                self.load(now);
            }
            match self.manager.poll_output() {
                Output::Send(id, _) => {
                    self.shared.borrow_mut().refreshes += 1;
                    sent = Some(id);
                }
                Output::Event(SessionEvent::LoadTokens) => self.load(now),
                Output::Event(SessionEvent::Refreshed(tokens)) => {
                    self.shared.borrow_mut().stored = Some(tokens);
                    self.manager.saved(at(now));
                    self.unlock();
                }
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

fn shared() -> Rc<RefCell<Shared>> {
    Rc::new(RefCell::new(Shared {
        stored: Some(tokens()),
        ..Shared::default()
    }))
}

fn with_store() -> TokenManager {
    manager(tokens()).with_store()
}

#[test]
fn two_processes_with_one_store_refresh_once() {
    let shared = shared();
    let mut one = Process::start(1, &shared);
    let mut two = Process::start(2, &shared);
    let first = held(&mut one.manager, HOUR, None);
    let second = held(&mut two.manager, HOUR, None);
    let id = one.run(HOUR).expect("it has the lock and refreshes");
    assert_eq!(two.run(HOUR), None);
    let answer = response(200, SECOND_TOKENS);
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

#[test]
fn tokens_that_another_process_refreshed_are_found_before_the_session_ends() {
    let shared = shared();
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
    let refusal = Input::Response(id, response(401, UNKNOWN_TOKEN));
    one.manager.handle_input(at(5_001), refusal);
    assert_eq!(one.run(5_001), None);
    let (value, _) = sent_with(&mut one.manager, 5_001, Some(ticket));
    assert_eq!(value, "Bearer second");
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
    let mut manager = with_store();
    for now in [0, 40_000] {
        let ticket = held(&mut manager, HOUR + now, None);
        assert_eq!(drain(&mut manager), (vec![], vec!["LoadTokens".to_owned()]));
        manager.loaded(at(HOUR + now), Some(tokens()));
        let told = refresh(&mut manager, HOUR + now, 403, "<html>");
        assert_eq!(told, ["RefreshFailed"]);
        sent_with(&mut manager, HOUR + now, Some(ticket));
    }
    let ticket = held(&mut manager, HOUR + 80_000, None);
    assert_eq!(drain(&mut manager).1, ["LoadTokens"]);
    manager.loaded(at(HOUR + 80_000), None);
    let told = refresh(&mut manager, HOUR + 80_000, 401, UNKNOWN_TOKEN);
    assert_eq!(told, ["LoadTokens"]);
    manager.handle_input(at(HOUR + 85_000), Input::Timeout);
    assert_eq!(drain(&mut manager).1, ["RefreshRefused"]);
    let (value, ticket) = sent_with(&mut manager, HOUR + 85_000, Some(ticket));
    assert_eq!(value, "Bearer first");
    assert!(refused(&mut manager, HOUR + 85_000, ticket));
    assert_eq!(drain(&mut manager).1, ["LoadTokens"]);
    manager.loaded(at(HOUR + 85_000), Some(tokens()));
    assert_eq!(drain(&mut manager).1, ["LoggedOut"]);
}

#[test]
fn requests_wait_until_new_tokens_are_saved() {
    let mut manager = with_store();
    let ticket = held(&mut manager, HOUR, None);
    drain(&mut manager);
    manager.loaded(at(HOUR), None);
    let (sent, _) = drain(&mut manager);
    let answer = response(200, SECOND_TOKENS);
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

#[test]
fn a_crash_between_the_refresh_and_the_first_use_loses_nothing() {
    for has_saved in [false, true] {
        let shared = shared();
        let mut crashing = Process::start(1, &shared);
        let ticket = held(&mut crashing.manager, HOUR, None);
        let id = crashing.run(HOUR).expect("it refreshes");
        let answer = response(200, SECOND_TOKENS);
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

#[test]
fn a_store_that_is_behind_takes_nothing_back() {
    let mut manager = with_store();
    held(&mut manager, HOUR, None);
    drain(&mut manager);
    manager.loaded(at(HOUR), None);
    assert_eq!(
        refresh(&mut manager, HOUR, 200, SECOND_TOKENS),
        ["Refreshed"]
    );
    manager.saved(at(HOUR));
    held(&mut manager, HOUR * 2, None);
    drain(&mut manager);
    manager.loaded(at(HOUR * 2), Some(tokens()));
    assert_eq!(access_token(&manager), Some("second"));
    assert_eq!(drain(&mut manager).0.len(), 1);
}

#[test]
fn an_answer_that_comes_too_late_is_ignored() {
    let mut manager = with_store();
    held(&mut manager, HOUR, None);
    assert_eq!(drain(&mut manager).1, ["LoadTokens"]);
    manager.handle_input(at(HOUR + 5_000), Input::Timeout);
    let newer = SessionTokens::new(AccessToken::from("newer"));
    manager.loaded(at(HOUR + 5_001), Some(newer));
    assert_eq!(access_token(&manager), Some("first"));
    assert_eq!(drain(&mut manager).0.len(), 1);
}
