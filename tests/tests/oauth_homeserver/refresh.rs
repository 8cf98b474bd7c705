//! How access tokens are replaced.

use futures_lite::future::zip;
use hardline::flow::SessionEvent;
use serde_json::json;

use crate::trial::{Trial, over_every_transport};

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn tokens_are_replaced_before_they_expire_and_once_the_server_refuses_them() {
    over_every_transport("rotation", async |trial| {
        let mut tokens = trial.log_in().await.tokens;
        for make_useless in [Trial::expire, Trial::lose_access_token] {
            make_useless(&trial);
            let owner = trial.whoami().await.unwrap();
            assert_eq!(owner.user_id.localpart(), trial.name);
            let events = trial.client.session_events();
            let [SessionEvent::Refreshed(refreshed)] = &events[..] else {
                panic!("{events:?}")
            };
            assert_eq!(*refreshed, trial.tokens());
            assert_ne!(refreshed.access_token, tokens.access_token);
            assert_ne!(refreshed.refresh_token, tokens.refresh_token);
            assert!(refreshed.expires_at > Some(trial.client.now()));
            assert_eq!(refreshed.oauth, tokens.oauth);
            tokens = refreshed.clone();
        }
        assert_eq!(trial.refreshes(), [200, 200]);
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_token_that_lives_for_seconds_is_no_trouble() {
    over_every_transport("short-lived", async |trial| {
        // Once the client knows the lifetime, and once it does not.
        for omit in [json!([]), json!(["expires_in"])] {
            let controls = json!({"access_ttl": 5, "omit": omit});
            trial.server.control(&trial.name, controls);
            let before = trial.log_in().await.tokens.access_token;
            let is_replaced = async || {
                trial.whoami().await.unwrap();
                trial.tokens().access_token != before
            };
            trial.until(is_replaced).await;
        }
        assert!(trial.refreshes().iter().all(|status| *status == 200));
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_refresh_token_that_is_not_replaced_is_used_again() {
    over_every_transport("not-rotated", async |trial| {
        let controls = json!({"rotate": false});
        trial.server.control(&trial.name, controls);
        let first = trial.log_in().await.tokens;
        for omit in [json!([]), json!(["refresh_token"])] {
            trial.server.control(&trial.name, json!({"omit": omit}));
            for _ in 0..2 {
                trial.lose_access_token();
                trial.whoami().await.unwrap();
                assert_eq!(trial.tokens().refresh_token, first.refresh_token);
            }
        }
        assert_eq!(trial.refreshes(), [200; 4]);
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn however_many_calls_wait_there_is_one_refresh() {
    over_every_transport("one-refresh", async |trial| {
        trial.log_in().await;
        trial.lose_access_token();
        let two = || zip(trial.whoami(), trial.whoami());
        let ((first, second), (third, fourth)) = zip(two(), two()).await;
        for owner in [first, second, third, fourth] {
            assert_eq!(owner.unwrap().user_id.localpart(), trial.name);
        }
        assert_eq!(trial.refreshes(), [200]);
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_refresh_whose_response_was_lost_is_asked_for_again() {
    over_every_transport("lost-response", async |trial| {
        let tokens = trial.log_in().await.tokens;
        trial.lose_access_token();
        trial.fault("/oauth2/token", json!({"close": "after"}));
        trial.whoami().await.unwrap();
        assert_ne!(trial.tokens().refresh_token, tokens.refresh_token);
        // Each had effect.
        assert_eq!(trial.refreshes(), [200, 200]);
        // What came of it is good for another one.
        trial.lose_access_token();
        trial.whoami().await.unwrap();
    });
}
