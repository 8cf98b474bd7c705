//! What ends a session: a logout, and a refresh that the server refuses for good.

use hardline::client_api::account::GetTokenOwner;
use hardline::flow::SessionEvent;
use hardline::wire::ErrorCode;
use serde_json::json;

use crate::trial::{lost, over_every_transport};

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_logout_revokes_the_session() {
    over_every_transport("logout", async |trial| {
        let tokens = trial.log_in().await.tokens;
        trial.client.log_out().await.unwrap();
        assert_eq!(trial.client.session(), None);
        assert_eq!(trial.client.user_id(), None);
        let requests = trial.server.requests(&trial.name);
        let revoked = requests.last().unwrap();
        assert_eq!(
            (revoked.path.as_str(), revoked.status),
            ("/oauth2/revoke", 200)
        );

        let other = trial.another_client().with_session(tokens.clone());
        let error = other.call(GetTokenOwner::new()).await.unwrap_err();
        assert_eq!(error.errcode(), Some(&ErrorCode::UnknownToken));
        assert_eq!(other.session(), None);
        // The refresh token was refused.
        assert_eq!(trial.refreshes(), [400]);
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_logout_after_the_access_token_expired_revokes_the_session_too() {
    over_every_transport("late-logout", async |trial| {
        let tokens = trial.log_in().await.tokens;
        trial.lose_access_token();
        trial.client.log_out().await.unwrap();
        assert_eq!(trial.client.session(), None);
        trial.client.set_session(Some(tokens));
        trial.assert_logged_out().await;
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_session_that_is_over_logs_out_all_the_same() {
    over_every_transport("logout-twice", async |trial| {
        let tokens = trial.log_in().await.tokens;
        for _ in 0..2 {
            trial.client.set_session(Some(tokens.clone()));
            trial.client.log_out().await.unwrap();
            assert_eq!(trial.client.session(), None);
        }
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_refresh_token_that_was_used_twice_ends_the_session() {
    over_every_transport("reused", async |trial| {
        let stolen = trial.log_in().await.tokens;
        trial.lose_access_token();
        trial.whoami().await.unwrap();
        let current = trial.tokens();

        // To the server, somebody has stolen it.
        trial.client.set_session(Some(lost(stolen)));
        trial.client.session_events();
        trial.assert_logged_out().await;
        trial.client.set_session(Some(current));
        trial.assert_logged_out().await;
        assert_eq!(trial.refreshes(), [200, 400, 400]);
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_refresh_token_that_expired_ends_the_session_once_the_access_token_has() {
    over_every_transport("expired-refresh", async |trial| {
        let controls = json!({"access_ttl": 3, "refresh_ttl": 1, "omit": ["expires_in"]});
        trial.server.control(&trial.name, controls);
        trial.log_in().await;
        // The refresh token is dead before, and nobody notices.
        let has_ended = async || {
            let result = trial.whoami().await;
            assert_eq!(result.is_ok(), trial.client.session().is_some());
            result.is_err()
        };
        trial.until(has_ended).await;
        assert_eq!(trial.refreshes(), [400]);
        let events = trial.client.session_events();
        let [
            SessionEvent::RefreshRefused(_),
            SessionEvent::LoggedOut { .. },
        ] = &events[..]
        else {
            panic!("{events:?}")
        };
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_refused_refresh_leaves_an_access_token_that_works() {
    over_every_transport("refresh-refused", async |trial| {
        trial.log_in().await;
        let refused = json!({"status": 400, "body": {"error": "invalid_grant"}});
        trial.fault("/oauth2/token", refused);
        trial.expire();
        trial.whoami().await.unwrap();
        let events = trial.client.session_events();
        assert!(
            matches!(&events[..], [SessionEvent::RefreshRefused(_)]),
            "{events:?}"
        );
        assert_eq!(trial.refreshes(), [400]);
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn without_a_refresh_token_a_session_ends_with_its_access_token() {
    over_every_transport("no-refresh-token", async |trial| {
        trial
            .server
            .control(&trial.name, json!({"issue_refresh": false}));
        let tokens = trial.log_in().await.tokens;
        assert_eq!(tokens.refresh_token, None);
        trial.whoami().await.unwrap();
        trial.lose_access_token();
        trial.assert_logged_out().await;
        assert!(trial.refreshes().is_empty());
    });
}
