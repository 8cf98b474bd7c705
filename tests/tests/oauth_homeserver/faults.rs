//! What a session survives.

use std::thread;
use std::time::Duration;

use hardline::flow::SessionEvent;
use serde_json::{Value, json};

use crate::trial::{Trial, over_every_transport};

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_session_survives_whatever_does_not_say_that_its_refresh_token_is_no_good() {
    let page = "<html><body>Please log in to the network.</body></html>";
    let matrix = json!({"errcode": "M_FORBIDDEN", "error": "Not today"});
    let faults = [
        (
            "unavailable",
            json!({"status": 503, "body": {"error": "temporarily_unavailable"}}),
        ),
        ("broken", json!({"status": 500})),
        (
            "bad-gateway",
            json!({"status": 502, "content_type": "text/html", "body": page}),
        ),
        (
            "portal",
            json!({"status": 200, "content_type": "text/html", "body": page}),
        ),
        (
            "forbidden-page",
            json!({"status": 403, "content_type": "text/html", "body": page}),
        ),
        ("forbidden", json!({"status": 403, "body": matrix})),
        (
            "not-found",
            json!({"status": 404, "content_type": "text/plain", "body": "Not Found"}),
        ),
        (
            "timeout",
            json!({"status": 408, "body": {"error": "invalid_grant"}}),
        ),
        (
            "limited",
            json!({"status": 429, "headers": {"retry-after": "3600"}, "body": {"error": "slow_down"}}),
        ),
        (
            "limited-grant",
            json!({"status": 429, "headers": {"retry-after": "3600"}, "body": {"error": "invalid_grant"}}),
        ),
        (
            "client",
            json!({"status": 401, "body": {"error": "invalid_client"}}),
        ),
        (
            "unauthorized",
            json!({"status": 400, "body": {"error": "unauthorized_client"}}),
        ),
        (
            "request",
            json!({"status": 400, "body": {"error": "invalid_request"}}),
        ),
        ("empty", json!({"status": 400})),
        ("no-tokens", json!({"status": 200, "body": {}})),
        ("closed", json!({"close": "before"})),
    ];
    thread::scope(|scope| {
        for (name, fault) in &faults {
            let survives = async |trial: Trial| survives(&trial, fault.clone()).await;
            let run = move || over_every_transport(name, survives);
            let builder = thread::Builder::new().name((*name).to_owned());
            builder.spawn_scoped(scope, run).unwrap();
        }
    });
}

async fn survives(trial: &Trial, mut fault: Value) {
    let refresh_token = trial.log_in().await.tokens.refresh_token;
    fault["times"] = 1000.into();
    trial.fault("/oauth2/token", fault);

    // The access token is used while the server accepts it.
    trial.expire();
    trial.whoami().await.unwrap();
    trial.lose_access_token();
    trial.whoami().await.unwrap_err();
    assert_eq!(trial.tokens().refresh_token, refresh_token);
    let events = trial.client.session_events();
    let is_over = |event: &SessionEvent| {
        matches!(
            event,
            SessionEvent::LoggedOut { .. } | SessionEvent::RefreshRefused(_)
        )
    };
    assert!(!events.iter().any(is_over), "{events:?}");
    let last = events.last();
    assert!(
        matches!(last, Some(SessionEvent::RefreshFailed(_))),
        "{events:?}"
    );
    assert!(trial.refreshes().len() >= 2);

    trial.server.control(&trial.name, json!({"faults": []}));
    let owner = trial.whoami().await.unwrap();
    assert_eq!(owner.user_id.localpart(), trial.name);
    assert_ne!(trial.tokens().refresh_token, refresh_token);
    assert_eq!(trial.refreshes().last(), Some(&200));
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_refresh_waits_as_long_as_the_server_asks() {
    over_every_transport("wait", async |trial| {
        trial.log_in().await;
        trial.lose_access_token();
        let limited = json!({"status": 429, "headers": {"retry-after": "2"}});
        trial.fault("/oauth2/token", limited);
        let start = trial.client.now();
        trial.whoami().await.unwrap();
        assert!(trial.client.now() - start >= Duration::from_secs(2));
        let events = trial.client.session_events();
        assert!(
            matches!(
                &events[..],
                [SessionEvent::RetryScheduled(_), SessionEvent::Refreshed(_)]
            ),
            "{events:?}"
        );
        assert_eq!(trial.refreshes(), [429, 200]);
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_logout_that_the_server_does_not_take_forgets_the_session_all_the_same() {
    over_every_transport("no-revocation", async |trial| {
        trial.log_in().await;
        let broken = json!({"status": 500, "times": 1000});
        trial.fault("/oauth2/revoke", broken);
        trial.client.log_out().await.unwrap_err();
        assert_eq!(trial.client.session(), None);
    });
}
