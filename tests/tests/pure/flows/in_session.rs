//! Flows in a session, alone and in a hub, whose requests and refreshes get lost, come twice and fail in any order, while
//! all of it is saved and loaded now and then.

use std::cell::RefCell;
use std::time::Duration;

use bytes::Bytes;
use hardline::client_api::session::Logout;
use hardline::flow::test_harness::{Answer, Choices, HubEvent, HubFlow, START, SessionFlow, Trial};
use hardline::flow::{
    AddThreepid, FlowEvent, Hub, InteractiveFlow, OperationFlow, Prompt, Reply, SessionTokens,
    ThreepidInput, TokenManager,
};
use hardline::types::{
    AccessToken, ClientSecret, CountryCode, Password, RefreshToken, Timestamp, UserId,
    ValidationToken,
};
use hardline::wire::{BaseUrl, Homeserver, Target};
use hardline_tests::simulation::BASE_URL;
use http::{Request, Response};

/// A homeserver whose access tokens are valid for a minute. A refresh token gets the same successors until they are used.
#[derive(Default)]
struct Server {
    /// The number of the newest tokens.
    newest: u32,
    /// The number of the newest tokens that were used.
    used: u32,
    issued_at: Timestamp,
}

const LIFETIME: Duration = Duration::from_secs(60);
const CODE: &str = "123456";
const PASSWORD: &str = "not-to-be-shown-password";
/// How every token of the session begins.
const TOKEN: &str = "not-to-be-shown-token";

impl Server {
    fn answer(&mut self, now: Timestamp, request: &Request<Vec<u8>>) -> Response<String> {
        let url = request.uri().to_string();
        assert!(url.starts_with(BASE_URL), "{url} is elsewhere");
        let (status, body) = self.answered(now, request);
        Response::builder().status(status).body(body).unwrap()
    }

    fn answered(&mut self, now: Timestamp, request: &Request<Vec<u8>>) -> (u16, String) {
        let body = String::from_utf8_lossy(request.body());
        let path = request.uri().path();
        if path.ends_with("/refresh") {
            assert!(!request.headers().contains_key("authorization"));
            let is_good = |number: &u32| body.contains(&format!("\"{TOKEN}-r{number}\""));
            return match (self.used..=self.newest).find(is_good) {
                Some(number) => self.refreshed(now, number),
                None => unknown_token(),
            };
        }
        if path == "/submit" {
            assert!(!request.headers().contains_key("authorization"));
            return if body.contains(CODE) {
                (200, r#"{"success":true}"#.to_owned())
            } else {
                (
                    400,
                    r#"{"errcode":"M_NO_VALID_SESSION","error":"x"}"#.to_owned(),
                )
            };
        }
        if path.ends_with("/requestToken") {
            let answer = format!(r#"{{"sid":"7","submit_url":"{BASE_URL}/submit"}}"#);
            return (200, answer);
        }
        let token = request.headers()["authorization"].to_str().unwrap();
        if token != format!("Bearer {TOKEN}-a{}", self.newest) || now > self.issued_at + LIFETIME {
            return unknown_token();
        }
        self.used = self.newest;
        if path.ends_with("/add") && !body.contains(PASSWORD) {
            let asks = r#"{"flows":[{"stages":["m.login.password"]}],"session":"s"}"#;
            return (401, asks.to_owned());
        }
        (200, "{}".to_owned())
    }

    fn refreshed(&mut self, now: Timestamp, number: u32) -> (u16, String) {
        self.used = number;
        if number == self.newest {
            self.newest += 1;
        }
        self.issued_at = now;
        let (newest, lifetime) = (self.newest, LIFETIME.as_millis());
        let tokens = format!(
            r#"{{"access_token":"{TOKEN}-a{newest}","refresh_token":"{TOKEN}-r{newest}","expires_in_ms":{lifetime}}}"#
        );
        (200, tokens)
    }
}

fn unknown_token() -> (u16, String) {
    let refusal = r#"{"errcode":"M_UNKNOWN_TOKEN","error":"x","soft_logout":true}"#;
    (401, refusal.to_owned())
}

/// With and without a store, with a token that has expired, that soon will, and that works for a while.
fn manager(seed: u64) -> TokenManager {
    let tokens = SessionTokens::new(AccessToken::from(format!("{TOKEN}-a0")))
        .refreshed_with(RefreshToken::from(format!("{TOKEN}-r0")));
    let tokens = match seed % 3 {
        0 => tokens,
        1 => tokens.expiring_in(START, Duration::from_secs(5)),
        _ => tokens.expiring_in(START, LIFETIME),
    };
    let manager = TokenManager::new(target(), Some(tokens), seed);
    match seed % 5 {
        0 | 1 => manager.with_store(),
        _ => manager,
    }
}

/// Its first tokens are as old as they are in [`manager`].
fn server(seed: u64) -> RefCell<Server> {
    let issued_at = match seed % 3 {
        0 => Timestamp::default(),
        _ => START,
    };
    RefCell::new(Server {
        issued_at,
        ..Server::default()
    })
}

fn target() -> Target {
    Target::homeserver(BASE_URL).unwrap()
}

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

#[test]
fn a_flow_in_a_session_keeps_the_contract_and_the_session() {
    let mut succeeded = 0;
    for seed in 0..600 {
        let server = server(seed);
        let answer = |now, request: Request<Vec<u8>>| server.borrow_mut().answer(now, &request);
        let flow = SessionFlow::new(START, add(0), manager(seed));
        let report = Trial::new(flow, Choices::from_seed(seed), answer)
            .with_person(|prompt, _| match prompt {
                Prompt::Retry => Answer::Retry,
                prompt => reply(prompt).into(),
            })
            .with_secrets(["not-to-be-shown"])
            .with_longest_wait(Duration::from_secs(60))
            .with_pending(SessionFlow::is_holding)
            .with_saving()
            .run();
        let report = report.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert!(
            report.flow.token_manager().tokens().is_some(),
            "seed {seed}: {:#?}",
            report.log
        );
        succeeded += u32::from(matches!(report.outcome, Some(Ok(()))));
    }
    assert!(succeeded > 500, "{succeeded}");
}

#[test]
fn flows_in_a_hub_keep_the_contract_together_and_are_done_once() {
    for seed in 0..400 {
        let server = server(seed);
        let answer = |now, request: Request<Vec<u8>>| server.borrow_mut().answer(now, &request);
        let mut hub = Hub::new(manager(seed));
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
        let report = report.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert!(report.outcome.is_some(), "seed {seed}: {:#?}", report.log);
        let manager = report.flow.hub().token_manager();
        assert!(manager.tokens().is_some(), "seed {seed}: {:#?}", report.log);
        done.sort_unstable();
        // What a flow and the one that it was saved from say is told twice.
        done.dedup();
        assert_eq!(done, begun, "seed {seed}");
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
