//! Logging in with a code that a person types on another device.

use hardline::client::Next;
use hardline::flow::{FlowError, FlowEvent, Prompt};
use hardline::wire::OAuthErrorCode;
use hardline_tests::authorization_server::Decision;
use serde_json::json;

use crate::trial::{Trial, over_every_transport};

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_device_logs_in_once_the_person_has_typed_the_code() {
    over_every_transport("code", async |trial| {
        let logged_in = waits(&trial).await;
        let owner = trial.whoami().await.unwrap();
        assert_eq!(owner.user_id, logged_in.user_id);
        assert_eq!(owner.device_id, Some(logged_in.device_id));
        assert!(trial.tokens().refresh_token.is_some());
        trial.expire();
        assert!(trial.whoami().await.is_ok());
        assert_eq!(trial.refreshes(), [200]);
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_device_waits_whichever_status_says_so() {
    over_every_transport("mas-statuses", async |trial| {
        trial
            .server
            .control(&trial.name, json!({"mas_statuses": true}));
        waits(&trial).await;
        let polls = trial.server.token_requests(&trial.name, DEVICE_CODE);
        assert_eq!(polls.first(), Some(&403));
    });
}

/// The person decides only after the device has asked.
async fn waits(trial: &Trial) -> hardline::flow::LoggedIn {
    let mut login = trial.device_login();
    let event = login.next().await;
    let Next::Event(FlowEvent::Asks(Prompt::DeviceAuthorization {
        user_code,
        verification_uri,
        verification_uri_complete,
        expires_at,
    })) = event
    else {
        panic!("{event:?}")
    };
    assert_eq!(verification_uri, format!("{}/link", trial.server.0));
    let complete = format!("{verification_uri}?user_code={user_code}");
    assert_eq!(verification_uri_complete, Some(complete));
    assert!(expires_at > Some(trial.client.now()));

    let has_asked = async || {
        let polls = trial.server.token_requests(&trial.name, DEVICE_CODE);
        !polls.is_empty()
    };
    let outcome = futures_lite::future::or(async { Some(login.next().await) }, async {
        trial.until(has_asked).await;
        None
    });
    assert!(outcome.await.is_none());
    trial
        .server
        .type_code(&user_code, &trial.name, Decision::Allow);
    login.finish().await.unwrap()
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_person_who_refuses_ends_the_login_of_a_device() {
    over_every_transport("refused", async |trial| {
        for mas_statuses in [false, true] {
            for decision in [Decision::Deny, Decision::Abort] {
                let controls = json!({"mas_statuses": mas_statuses});
                trial.server.control(&trial.name, controls);
                let login = trial.device_login();
                let (told, outcome) = trial.type_code(login, decision).await;
                assert!(told.is_empty(), "{told:?}");
                let error = outcome.unwrap_err();
                let FlowError::NotAuthorized(declined) = &error else {
                    panic!("{error:?}")
                };
                assert_eq!(declined.error, OAuthErrorCode::AccessDenied);
            }
        }
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn after_a_code_has_expired_a_retry_shows_another() {
    over_every_transport("expired", async |trial| {
        for mas_statuses in [false, true] {
            let controls = json!({"mas_statuses": mas_statuses, "device_ttl": 2});
            trial.server.control(&trial.name, controls);
            let mut login = trial.device_login();
            let mut codes = Vec::new();
            let logged_in = loop {
                match login.next().await {
                    Next::Event(FlowEvent::Asks(Prompt::DeviceAuthorization {
                        user_code, ..
                    })) => {
                        if !codes.is_empty() {
                            let allow = Decision::Allow;
                            trial.server.type_code(&user_code, &trial.name, allow);
                        }
                        codes.push(user_code);
                    }
                    Next::Event(FlowEvent::Stalled(_)) => {
                        let controls = json!({"device_ttl": 1200});
                        trial.server.control(&trial.name, controls);
                        login.retry().unwrap();
                    }
                    Next::Event(event) => panic!("{event:?}"),
                    Next::Done(outcome) => break outcome.unwrap(),
                }
            };
            assert_eq!(codes.len(), 2);
            assert_ne!(codes[0], codes[1]);
            assert_eq!(logged_in.user_id.localpart(), trial.name);
        }
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_device_that_is_to_slow_down_does() {
    over_every_transport("slow-down", async |trial| {
        let slow_down = json!({"status": 400, "body": {"error": "slow_down"}});
        trial.fault("/oauth2/token", slow_down);
        let start = trial.client.now();
        let login = trial.device_login();
        let (told, outcome) = trial.type_code(login, Decision::Allow).await;
        assert!(told.is_empty(), "{told:?}");
        outcome.unwrap();
        let polls = trial.server.token_requests(&trial.name, DEVICE_CODE);
        assert_eq!(polls, [400, 200]);
        // One second before the first, six before the second.
        let took = trial.client.now() - start;
        assert!(took >= std::time::Duration::from_secs(7), "{took:?}");
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_server_that_stumbles_while_a_device_waits_does_no_harm() {
    over_every_transport("stumbles", async |trial| {
        let page = json!({"path": "/oauth2/token", "status": 502, "content_type": "text/html", "body": "<html>"});
        let closed = json!({"path": "/oauth2/token", "close": "before"});
        let faults = json!({"faults": [page, closed]});
        trial.server.control(&trial.name, faults);
        let login = trial.device_login();
        let (told, outcome) = trial.type_code(login, Decision::Allow).await;
        let is_patient = |event: &FlowEvent| matches!(event, FlowEvent::RetryScheduled(_));
        assert!(told.iter().all(is_patient), "{told:?}");
        outcome.unwrap();
        let polls = trial.server.token_requests(&trial.name, DEVICE_CODE);
        assert_eq!(polls.last(), Some(&200));
        assert_eq!(polls.first(), Some(&502));
    });
}
