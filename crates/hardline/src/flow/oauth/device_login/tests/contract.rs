//! Whatever a network, a server, a person and a clock may do to a login, it keeps the contract of a flow.

use std::cell::Cell;

use http::{Request, Response};

use super::*;
use crate::flow::test_harness::{Answer, Choices, START, Trial};

#[test]
fn it_keeps_the_contract_whatever_happens() {
    let mut logged_in = 0;
    for seed in 0..600 {
        // Every ninth poll is answered with tokens.
        let polls = Cell::new(0);
        let server = |_, request: Request<Vec<u8>>| {
            let (status, body) = match request.uri().path() {
                "/_matrix/client/v1/auth_metadata" => (200, METADATA.to_owned()),
                "/register" => (201, REGISTERED.to_owned()),
                "/device" => (200, CODES.to_owned()),
                "/token" => {
                    polls.set(polls.get() + 1);
                    match polls.get() % 9 {
                        0 => (200, TOKENS.to_owned()),
                        3 => (400, oauth_error("slow_down")),
                        5 => (403, oauth_error("expired_token")),
                        _ => (403, oauth_error("authorization_pending")),
                    }
                }
                "/_matrix/client/v3/account/whoami" => (200, OWNER.to_owned()),
                _ => (404, "Not Found".to_owned()),
            };
            Response::builder().status(status).body(body).unwrap()
        };
        let client = RegisterClient::device("https://app.example.com/".to_owned());
        let flow = DeviceLogin::new(START, homeserver(), client, [7; 32]);
        let trial = Trial::new(flow, Choices::from_seed(seed), server)
            .with_person(|prompt, _| match prompt {
                Prompt::DeviceAuthorization { .. } => Answer::Nothing,
                Prompt::Retry => Answer::Retry,
                other => panic!("{other:?} is not asked for here"),
            })
            .with_secrets(["not-to-be-shown", "hunter2"]);
        #[cfg(feature = "persist")]
        let trial = trial.with_saving();
        let report = trial
            .run()
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let is_ok = matches!(report.outcome, Some(Ok(_)));
        logged_in += u32::from(is_ok);
        // Nothing goes wrong with every fourth seed.
        assert!(seed % 4 > 0 || is_ok, "seed {seed}: {:?}", report.outcome);
    }
    assert!(logged_in > 300, "only {logged_in} of 600 logged in");
}
