//! The end-to-end tests on the in-process homeserver, and every way in which a server can fail.

use std::time::Duration;

use hardline::flow::{FlowEvent, IdentityServer, InteractiveFlow, Prompt, Reply, RetryPolicy};
use hardline::identity_api::terms::{Policy, PolicyTranslation};
use hardline::json::JsonMap;
use hardline::types::{Password, ServerName, ValidationToken};
use hardline::wire::{AuthType, ErrorCode, Target};
use hardline_loopback::{Fault, Loopback};
use hardline_tests::account_e2e::{self, Post, Teller};
use hardline_tests::e2e::{PASSWORD, Person, refused, whole_e2e};
use hardline_tests::identity_e2e;
use hardline_tests::runner::{BACKENDS, Backend, Runner};

const REQUEST_TOKEN: &str = "/_matrix/client/v3/account/3pid/msisdn/requestToken";
const SUBMIT_TOKEN: &str = "/_matrix/client/unstable/add_threepid/msisdn/submit_token";
const ADD: &str = "/_matrix/client/v3/account/3pid/add";
const STEPS: [&str; 3] = [REQUEST_TOKEN, SUBMIT_TOKEN, ADD];

const NUMBER: &str = "07700900001";
const MSISDN: &str = "447700900001";

fn runner(backend: Backend, loopback: &Loopback) -> Runner {
    Runner::new(backend, Target::homeserver(loopback.url()).unwrap())
}

fn link(loopback: &Loopback, address: &str) -> String {
    let message = loopback.inbox().last_to(address);
    let link = message.and_then(|message| message.link);
    link.expect("a mail was sent to this address")
}

fn code(loopback: &Loopback, msisdn: &str) -> String {
    let message = loopback
        .inbox()
        .last_to(msisdn)
        .expect("a text was sent to this number");
    message.token.reveal().to_owned()
}

/// One attempt for each request, so that the first failure is reported.
fn one_attempt() -> RetryPolicy {
    let mut policy = RetryPolicy::default();
    policy.attempts = 1;
    policy
}

/// Adds a number to a new account through a misbehaving server, until `mend` repairs it. Returns how often the flow
/// stalled.
fn add_over(backend: Backend, loopback: &Loopback, policy: RetryPolicy, mend: &dyn Fn()) -> usize {
    let read_code = |msisdn: &str| code(loopback, msisdn);
    let person = Person::register(runner(backend, loopback), "alice", &read_code);
    let flow = person
        .flow(NUMBER, 0)
        .with_policy(policy)
        .with_password(Password::from(PASSWORD));
    let mut stalls = 0;
    let outcome = person.runner.run(flow, &mut |event, flow, now| {
        let done = match event {
            FlowEvent::Asks(Prompt::Code { .. }) => {
                let code = ValidationToken::from(code(loopback, MSISDN));
                flow.reply(now, Reply::Code(code))
            }
            FlowEvent::Stalled(_) => {
                stalls += 1;
                mend();
                flow.retry(now)
            }
            _ => Ok(()),
        };
        done.expect("the event says what is awaited");
    });
    outcome.expect("the number is added");
    assert_eq!(person.numbers(), [MSISDN]);
    stalls
}

#[test]
fn the_story_passes_over_every_transport() {
    for backend in BACKENDS {
        let loopback = Loopback::start().unwrap();
        whole_e2e(runner(backend, &loopback), "alice", &|msisdn| {
            code(&loopback, msisdn)
        });
    }
}

#[test]
fn the_story_passes_below_a_path() {
    for backend in BACKENDS {
        let loopback = Loopback::builder().base_path("/matrix/").start().unwrap();
        assert!(loopback.url().ends_with("/matrix"));
        whole_e2e(runner(backend, &loopback), "alice", &|msisdn| {
            code(&loopback, msisdn)
        });
    }
}

#[test]
fn the_story_of_an_account_passes_over_every_transport() {
    for backend in BACKENDS {
        let loopback = Loopback::start().unwrap();
        let ways = [AuthType::Dummy, AuthType::Msisdn, AuthType::EmailIdentity];
        let flows = ways.into_iter().map(|way| vec![way]).collect();
        loopback.homeserver().require_to_register(flows);
        let post = Post {
            code: &|msisdn| code(&loopback, msisdn),
            link: &|address| link(&loopback, address),
        };
        let runner = runner(backend, &loopback);
        account_e2e::whole_e2e(runner, "alice", (NUMBER, MSISDN), &post);
    }
}

#[test]
fn single_sign_on_logs_in_and_then_logs_in_another_device() {
    for backend in BACKENDS {
        let loopback = Loopback::builder()
            .account("alice", PASSWORD)
            .start()
            .unwrap();
        let nothing = |_: &str| panic!("no message is sent");
        let post = Post {
            code: &nothing,
            link: &nothing,
        };
        let person = Teller::new(runner(backend, &loopback), &post);
        account_e2e::sign_on_elsewhere(person, "alice", PASSWORD);
    }
}

#[test]
fn the_story_of_an_identity_passes_over_every_transport() {
    for backend in BACKENDS {
        let loopback = Loopback::builder().base_path("/matrix/").start().unwrap();
        loopback.identity_server().set_terms(terms());
        let post = Post {
            code: &|msisdn| code(&loopback, msisdn),
            link: &|address| link(&loopback, address),
        };
        let mut identity_server = IdentityServer::new(loopback.url().parse().unwrap()).unwrap();
        identity_server.name = loopback.homeserver().server_name().clone();
        let strange = ServerName::parse("is.example.org").unwrap();
        let servers = (&identity_server, &strange);
        let runner = runner(backend, &loopback);
        identity_e2e::whole_e2e(runner, "alice", (NUMBER, MSISDN), servers, true, &post);
    }
}

/// Terms to accept.
fn terms() -> JsonMap<String, Policy> {
    let mut policy = Policy::default();
    let url = "https://example.org/terms".to_owned();
    let english = PolicyTranslation::new("Terms".to_owned(), url);
    policy.translations.insert("en".to_owned(), english);
    JsonMap::from([("terms_of_service".to_owned(), policy)])
}

#[test]
fn a_rejected_number_is_refused_with_the_servers_error() {
    for backend in BACKENDS {
        let loopback = Loopback::start().unwrap();
        let read_code = |msisdn: &str| code(&loopback, msisdn);
        let person = Person::register(runner(backend, &loopback), "alice", &read_code);
        assert_eq!(refused(&person, "not a number"), ErrorCode::InvalidParam);
        loopback.set_fault(REQUEST_TOKEN, Fault::NoPhoneNumbers);
        assert_eq!(
            refused(&person, NUMBER),
            ErrorCode::ThreepidMediumNotSupported
        );
        assert!(loopback.inbox().messages().is_empty());
    }
}

#[test]
fn a_proxys_page_stalls_any_step_and_loses_nothing() {
    for backend in BACKENDS {
        for step in STEPS {
            let loopback = Loopback::builder()
                .fault(step, Fault::BadGateway)
                .start()
                .unwrap();
            let stalls = add_over(backend, &loopback, one_attempt(), &|| {
                loopback.clear_fault(step)
            });
            assert_eq!(stalls, 1, "{backend:?} {step}");
            assert_eq!(loopback.inbox().messages().len(), 1, "{backend:?} {step}");
        }
    }
}

#[test]
fn a_server_that_hangs_stalls_any_step_and_loses_nothing() {
    for backend in BACKENDS {
        for step in STEPS {
            let loopback = Loopback::builder()
                .fault(step, Fault::Hang)
                .start()
                .unwrap();
            let mut policy = one_attempt();
            policy.timeout = Duration::from_millis(300);
            let stalls = add_over(backend, &loopback, policy, &|| loopback.clear_fault(step));
            // A busy machine may take that long for another step too.
            assert!(stalls >= 1, "{backend:?} {step}");
            assert_eq!(loopback.inbox().messages().len(), 1, "{backend:?} {step}");
        }
    }
}

#[test]
fn a_lost_response_causes_no_second_text_message() {
    for backend in BACKENDS {
        for step in STEPS {
            let loopback = Loopback::builder()
                .fault(step, Fault::LoseAnswer)
                .start()
                .unwrap();
            let mut policy = RetryPolicy::default();
            policy.attempts = 2;
            policy.first_wait = Duration::from_millis(1);
            let stalls = add_over(backend, &loopback, policy, &|| loopback.clear_fault(step));
            assert_eq!(stalls, 1, "{backend:?} {step}");
            assert_eq!(loopback.inbox().messages().len(), 1, "{backend:?} {step}");
        }
    }
}

#[test]
fn a_rate_limit_is_kept_to() {
    for backend in BACKENDS {
        for step in STEPS {
            let limit = Fault::RateLimited {
                times: 1,
                retry_after: Duration::ZERO,
            };
            let loopback = Loopback::builder().fault(step, limit).start().unwrap();
            let stalls = add_over(backend, &loopback, RetryPolicy::default(), &|| {});
            assert_eq!(stalls, 0, "{backend:?} {step}");
        }
    }
}

#[test]
fn a_server_that_is_down_stalls_and_the_flow_can_be_left() {
    for backend in BACKENDS {
        let loopback = Loopback::start().unwrap();
        let read_code = |_: &str| panic!("no text is sent");
        let person = Person::register(runner(backend, &loopback), "alice", &read_code);
        drop(loopback);
        let mut stalled = String::new();
        let outcome = person.runner.run(
            person.flow(NUMBER, 0).with_policy(one_attempt()),
            &mut |event, flow, now| {
                if let FlowEvent::Stalled(error) = event {
                    stalled = error.to_string();
                    flow.cancel(now).unwrap();
                }
            },
        );
        assert!(outcome.is_err());
        assert!(
            stalled.starts_with("the server refused the connection"),
            "{backend:?}: {stalled}"
        );
    }
}
