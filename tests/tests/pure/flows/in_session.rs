//! Flows in a session, alone and in a hub, whose requests and refreshes get lost, come twice and fail in any order, while
//! all of it is saved and loaded now and then.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use bytes::Bytes;
use hardline::client_api::session::Logout;
use hardline::flow::test_harness::{
    Answer, Choices, HubEvent, HubFlow, Report, START, SessionFlow, Trial, Trouble,
};
use hardline::flow::{
    AddThreepid, FlowEvent, Hub, InteractiveFlow, OperationFlow, Prompt, Reply, SessionTokens,
    ThreepidInput, TokenManager,
};
use hardline::types::{
    AccessToken, ClientSecret, CountryCode, Password, RefreshToken, Timestamp, UserId,
    ValidationToken,
};
use hardline::wire::{BaseUrl, Homeserver};
use hardline_tests::simulation::BASE_URL;
use http::{Request, Response};

use super::session_server::{CODE, Kind, PASSWORD, Server, manager, target};

/// Each has a secret of its own, so that no request is another's.
fn add(index: u32) -> AddThreepid {
    AddThreepid::new(
        START,
        Homeserver::new(BaseUrl::parse(BASE_URL).unwrap()),
        UserId::parse("@alice:example.org").unwrap(),
        ThreepidInput::phone(CountryCode::parse("GB").unwrap(), "07700900001"),
        ClientSecret::parse(format!("not-to-be-shown-{index}")).unwrap(),
    )
}

fn reply(prompt: &Prompt) -> Reply {
    match prompt {
        Prompt::Code { .. } => Reply::Code(ValidationToken::from(CODE)),
        Prompt::Password => Reply::Password(Password::from(PASSWORD)),
        other => panic!("{other:?} is not asked for here"),
    }
}

type InSession = SessionFlow<AddThreepid>;

/// Runs a flow in a session, with a person who dawdles for so long before each reply.
fn run(
    kind: Kind,
    seed: u64,
    server: &RefCell<Server>,
    dawdles: Duration,
    without: &[Trouble],
) -> Report<InSession> {
    let late = Cell::new(Duration::ZERO);
    let answer = |now: Timestamp, request: Request<Vec<u8>>| {
        server.borrow_mut().answer(now + late.get(), &request)
    };
    let flow = SessionFlow::new(START, add(0), manager(kind, seed));
    let trial = Trial::new(flow, Choices::from_seed(seed), answer)
        .with_person(|prompt, _| match prompt {
            // Nothing brings another token.
            Prompt::Retry if server.borrow().is_over => Answer::Cancel,
            Prompt::Retry => Answer::Retry,
            prompt => {
                late.set(late.get() + dawdles);
                reply(prompt).into()
            }
        })
        .with_secrets(["not-to-be-shown"])
        .with_longest_wait(Duration::from_secs(60))
        .with_pending(SessionFlow::is_holding)
        .with_saving();
    let trial = without
        .iter()
        .fold(trial, |trial, trouble| trial.without(*trouble));
    trial
        .run()
        .unwrap_or_else(|error| panic!("{kind:?}, seed {seed}: {error}"))
}

/// The session lives.
fn assert_is_logged_in(report: &Report<InSession>, cell: &str) {
    let tokens = report.flow.token_manager().tokens();
    assert!(tokens.is_some(), "{cell}: {:#?}", report.log);
}

#[test]
fn a_flow_in_a_session_keeps_the_contract_and_the_session() {
    for kind in Kind::ALL {
        let mut succeeded = 0;
        for seed in 0..600 {
            let server = Server::new(kind, seed);
            let report = run(kind, seed, &server, Duration::ZERO, &[]);
            assert_is_logged_in(&report, &format!("{kind:?}, seed {seed}"));
            succeeded += u32::from(matches!(report.outcome, Some(Ok(()))));
        }
        assert!(succeeded > 500, "{kind:?}: {succeeded}");
    }
}

#[test]
fn a_session_lives_while_a_person_dawdles_for_hours() {
    let hours = Duration::from_secs(3 * 60 * 60);
    for kind in Kind::ALL {
        let mut succeeded = 0;
        for seed in 0..200 {
            let server = Server::new(kind, seed);
            let report = run(kind, seed, &server, hours, &[]);
            assert_is_logged_in(&report, &format!("{kind:?}, seed {seed}"));
            succeeded += u32::from(matches!(report.outcome, Some(Ok(()))));
        }
        assert!(succeeded > 150, "{kind:?}: {succeeded}");
    }
}

#[test]
fn a_dead_token_is_sent_only_if_nothing_said_that_it_is_dead() {
    // Without a loss, an answer that a token is dead is known, and so is its lifetime while the clock is right.
    let without = [
        Trouble::Lost,
        Trouble::Failed,
        Trouble::Truncated,
        Trouble::Gateway,
        Trouble::Interrupted,
        Trouble::ClockStep,
    ];
    for kind in Kind::ALL {
        for seed in 0..300 {
            let server = Server::new(kind, seed);
            let report = run(kind, seed, &server, Duration::ZERO, &without);
            assert!(matches!(report.outcome, Some(Ok(()))), "seed {seed}");
            // The first token of every third session is dead, and nobody has told.
            let unknown = u32::from(seed % 3 == 0);
            let refused = server.borrow().refused;
            assert!(
                refused <= unknown,
                "{kind:?}, seed {seed}: {refused} requests had a dead token: {:#?}",
                report.log
            );
        }
    }
}

/// What ends no session, whoever refreshes it.
const NO_END: [(u16, &str); 7] = [
    (429, r#"{"errcode":"M_LIMIT_EXCEEDED","error":"x"}"#),
    (429, ""),
    (502, "<html>Bad Gateway</html>"),
    (503, r#"{"error":"temporarily_unavailable"}"#),
    (200, "<html>Welcome to our network</html>"),
    (403, "<html>Access denied</html>"),
    (408, ""),
];

/// What ends no session of an authorization server: RFC 6749 has one error for that.
const NO_END_OF_OAUTH: [(u16, &str); 6] = [
    (401, r#"{"error":"invalid_client"}"#),
    (400, r#"{"error":"invalid_request"}"#),
    (400, r#"{"error":"unauthorized_client"}"#),
    (403, r#"{"errcode":"M_FORBIDDEN","error":"x"}"#),
    (401, r#"{"errcode":"M_UNKNOWN_TOKEN","error":"x"}"#),
    (429, r#"{"error":"invalid_grant"}"#),
];

#[test]
fn nothing_that_a_refresh_is_answered_ends_a_session_but_that_it_is_over() {
    let of_both = NO_END
        .into_iter()
        .flat_map(|canned| Kind::ALL.map(|kind| (kind, canned)));
    let of_oauth = NO_END_OF_OAUTH.map(|canned| (Kind::OAuth, canned));
    for (kind, canned) in of_both.chain(of_oauth) {
        for (seed, times) in [(0, 1), (0, 7), (1, 3), (2, 7)] {
            let server = Server::new(kind, seed);
            server.borrow_mut().instead = vec![canned; times];
            let report = run(kind, seed, &server, Duration::ZERO, &[]);
            let cell = format!("{kind:?}, {times} times {canned:?}");
            assert_is_logged_in(&report, &cell);
        }
    }
}

#[test]
fn a_session_that_somebody_ended_is_over() {
    for kind in Kind::ALL {
        let mut ended = 0;
        for seed in 0..200 {
            let server = Server::new(kind, seed);
            server.borrow_mut().is_over = true;
            let report = run(kind, seed, &server, Duration::ZERO, &[]);
            let is_failed = matches!(report.outcome, Some(Err(_)));
            assert!(is_failed, "{kind:?}, seed {seed}: {:#?}", report.log);
            // A refusal that is lost is not known.
            ended += u32::from(report.flow.token_manager().tokens().is_none());
        }
        assert!(ended > 100, "{kind:?}: {ended}");
    }
}

#[test]
fn flows_in_a_hub_keep_the_contract_together_and_are_done_once() {
    for (kind, seed) in Kind::ALL
        .into_iter()
        .flat_map(|kind| (0..400).map(move |seed| (kind, seed)))
    {
        let server = Server::new(kind, seed);
        let answer = |now, request: Request<Vec<u8>>| server.borrow_mut().answer(now, &request);
        let mut hub = Hub::new(manager(kind, seed));
        let begun: Vec<_> = (0..3).map(|index| hub.insert(add(index))).collect();
        let mut done = Vec::new();
        let report = Trial::new(HubFlow::new(START, hub), Choices::from_seed(seed), answer)
            .with_program(|flow: &mut HubFlow<AddThreepid>, event, now| match event {
                HubEvent::Event(id, event) => {
                    let Some(flow) = flow.hub_mut().flow_mut(*id) else {
                        return;
                    };
                    // What is not awaited any more changes nothing.
                    let _ = match event {
                        FlowEvent::Asks(prompt) | FlowEvent::Rejected { prompt, .. } => {
                            flow.reply(now, reply(prompt))
                        }
                        FlowEvent::Stalled(_) => flow.retry(now),
                        _ => Ok(()),
                    };
                }
                HubEvent::Done(id, _) => done.push(*id),
                HubEvent::Session(_) => {}
            })
            .with_secrets(["not-to-be-shown"])
            .with_longest_wait(Duration::from_secs(60))
            .with_pending(HubFlow::is_holding)
            .with_saving()
            .run();
        let report = report.unwrap_or_else(|error| panic!("{kind:?}, seed {seed}: {error}"));
        assert!(report.outcome.is_some(), "seed {seed}: {:#?}", report.log);
        let manager = report.flow.hub().token_manager();
        assert!(manager.tokens().is_some(), "seed {seed}: {:#?}", report.log);
        done.sort_unstable();
        // What a flow and the one that it was saved from say is told twice.
        done.dedup();
        assert_eq!(done, begun, "{kind:?}, seed {seed}");
    }
}

#[test]
fn a_logout_that_waits_for_another_token_is_sent_after_it_was_saved() {
    let logout = OperationFlow::new(START, Logout::new(), target(), 1);
    let answers = RefCell::new(0);
    let answer = |_, request: Request<Vec<u8>>| {
        let is_refresh = request.uri().path().ends_with("/refresh");
        *answers.borrow_mut() += u32::from(!is_refresh);
        let body = match is_refresh {
            true => r#"{"access_token":"new","refresh_token":"next"}"#,
            false => "{}",
        };
        Response::new(Bytes::from_static(body.as_bytes()))
    };
    let tokens = SessionTokens::new(AccessToken::from("old"))
        .refreshed_with(RefreshToken::from("refresh"))
        .expiring_in(START, Duration::ZERO);
    let manager = TokenManager::new(target(), Some(tokens), 1);
    let flow = SessionFlow::new(START, logout, manager);
    // The program is closed twice while the refresh is in flight.
    let report = Trial::new(flow, Choices::from_bytes("kk"), answer)
        .with_person(|prompt, _| -> Answer { panic!("{prompt:?} is asked") })
        .with_pending(SessionFlow::is_holding)
        .with_saving()
        .run();
    let report = report.unwrap_or_else(|error| panic!("{error}"));
    assert!(matches!(report.outcome, Some(Ok(_))), "{:#?}", report.log);
    assert_eq!(*answers.borrow(), 1);
}
