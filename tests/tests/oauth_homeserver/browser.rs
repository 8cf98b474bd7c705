//! Logging in with a browser.

use hardline::client::Next;
use hardline::client_api::session::Login;
use hardline::flow::{FlowError, FlowEvent, OAuthLogin, Prompt, Reply};
use hardline::oauth_api::{AuthorizationUrl, PromptValue, RedirectedUrl, ResponseMode};
use hardline::types::{DeviceId, Password};
use hardline::wire::{OAuthErrorCode, UserIdentifier};
use hardline_tests::authorization_server::Decision;
use serde_json::json;

use crate::trial::{REDIRECT_URI, TestConversation, lost, over_every_transport};

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_browser_logs_in_whichever_way_it_comes_back() {
    over_every_transport("browser", async |trial| {
        for (mode, mark) in [(ResponseMode::Query, '?'), (ResponseMode::Fragment, '#')] {
            // The port is of this login alone.
            let redirect_uri = "http://127.0.0.1:49152/callback";
            let login = trial.browser_login();
            let mut login = login.map_flow(|flow| {
                flow.with_redirect_uri(redirect_uri.to_owned())
                    .with_response_mode(mode.clone())
            });
            let url = asked_page(&mut login).await;
            let back = trial.allow(&url);
            let came_back = format!("{redirect_uri}{mark}code=");
            assert!(back.reveal().starts_with(&came_back));
            login.reply(Reply::Redirected(back)).unwrap();
            let logged_in = login.finish().await.unwrap();

            let owner = trial.whoami().await.unwrap();
            assert_eq!(owner.user_id, logged_in.user_id);
            assert_eq!(owner.device_id, Some(logged_in.device_id.clone()));
            assert_eq!(trial.client.user_id(), Some(logged_in.user_id));
            assert_eq!(trial.client.device_id(), Some(logged_in.device_id));
            assert_eq!(trial.client.session(), Some(logged_in.tokens));
            assert!(trial.tokens().refresh_token.is_some());
            assert!(trial.tokens().expires_at > Some(trial.client.now()));
        }
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn the_response_to_another_login_is_refused_and_asked_for_again() {
    over_every_transport("state", async |trial| {
        let mut other = trial.browser_login();
        let mut login = trial.browser_login();
        let mut pages = Vec::new();
        for conversation in [&mut other, &mut login] {
            pages.push(asked_page(conversation).await);
        }
        let foreign = trial
            .server
            .authorize(&pages[0], "somebody", Decision::Allow);
        login.reply(Reply::Redirected(foreign)).unwrap();
        let event = login.next().await;
        let Next::Event(FlowEvent::Rejected { prompt, .. }) = event else {
            panic!("{event:?}")
        };
        let Prompt::Authorization { url, .. } = prompt else {
            panic!("{prompt:?}")
        };
        assert_eq!(url, pages[1]);
        let back = trial.allow(&url);
        login.reply(Reply::Redirected(back)).unwrap();
        let logged_in = login.finish().await.unwrap();
        assert_eq!(logged_in.user_id.localpart(), trial.name);
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_person_who_denies_is_not_logged_in() {
    over_every_transport("denied", async |trial| {
        let login = trial.browser_login();
        let error = trial.browse(login, Decision::Deny).await.unwrap_err();
        let FlowError::NotAuthorized(declined) = &error else {
            panic!("{error:?}")
        };
        assert_eq!(declined.error, OAuthErrorCode::AccessDenied);
        assert_eq!(trial.client.session(), None);
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn an_account_is_registered_on_the_page_to_create_one() {
    over_every_transport("register", async |trial| {
        let login = trial.browser_login();
        let mut login = login.map_flow(|flow| flow.registering());
        let url = asked_page(&mut login).await;
        let prompt = format!("prompt={}", PromptValue::Create);
        assert!(url.reveal().split('&').any(|pair| pair == prompt));
        let back = trial.allow(&url);
        login.reply(Reply::Redirected(back)).unwrap();
        login.finish().await.unwrap();
        let owner = trial.whoami().await.unwrap();
        assert_eq!(owner.user_id.localpart(), trial.name);
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn who_logs_in_as_the_same_device_takes_its_session_over() {
    over_every_transport("device", async |trial| {
        // The shortest that the server takes.
        let device_id = DeviceId::parse("ABCDEFGHIJ").unwrap();
        let mut sessions = Vec::new();
        for _ in 0..2 {
            let login = trial.browser_login();
            let login = login.map_flow(|flow| flow.with_device_id(device_id.clone()));
            let logged_in = trial.browse(login, Decision::Allow).await.unwrap();
            assert_eq!(logged_in.device_id, device_id);
            let owner = trial.whoami().await.unwrap();
            assert_eq!(owner.device_id, Some(device_id.clone()));
            sessions.push(logged_in.tokens);
        }
        // The homeserver may know the old access token for a while.
        trial.client.set_session(Some(lost(sessions.remove(0))));
        trial.assert_logged_out().await;
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_code_that_is_too_old_is_no_end() {
    over_every_transport("old-code", async |trial| {
        trial.server.control(&trial.name, json!({"code_ttl": 1}));
        let mut login = trial.browser_login();
        let mut pages = 0;
        let logged_in = loop {
            match login.next().await {
                Next::Event(
                    FlowEvent::Asks(Prompt::Authorization { url, .. })
                    | FlowEvent::Rejected {
                        prompt: Prompt::Authorization { url, .. },
                        ..
                    },
                ) => {
                    let back = trial.allow(&url);
                    pages += 1;
                    if pages == 1 {
                        // It is counted in whole seconds.
                        let issued = trial.client.now();
                        let is_old = async || trial.client.now() - issued > OLD;
                        trial.until(is_old).await;
                        trial.server.control(&trial.name, json!({"code_ttl": 60}));
                    }
                    login.reply(Reply::Redirected(back)).unwrap();
                }
                Next::Event(event) => panic!("{event:?}"),
                Next::Done(outcome) => break outcome.unwrap(),
            }
        };
        assert_eq!(pages, 2);
        assert_eq!(logged_in.user_id.localpart(), trial.name);
    });
}

const OLD: std::time::Duration = std::time::Duration::from_secs(3);

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_login_by_password_is_told_that_the_server_wants_oauth() {
    over_every_transport("password", async |trial| {
        let user = UserIdentifier::user(trial.name.as_str());
        let login = Login::password(user, Password::from("wonderland"));
        let error = trial.client.log_in(login).await.unwrap_err();
        let FlowError::RequiresOAuth { issuer } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(*issuer, format!("{}/", trial.server.0));
    });
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn what_is_no_response_is_refused_and_asked_for_again() {
    over_every_transport("nonsense", async |trial| {
        let mut login = trial.browser_login();
        let url = asked_page(&mut login).await;
        let nonsense = RedirectedUrl::from(format!("{REDIRECT_URI}?hello"));
        login.reply(Reply::Redirected(nonsense)).unwrap();
        let event = login.next().await;
        assert!(
            matches!(event, Next::Event(FlowEvent::Rejected { .. })),
            "{event:?}"
        );
        let back = trial.allow(&url);
        login.reply(Reply::Redirected(back)).unwrap();
        login.finish().await.unwrap();
    });
}

/// The page that the login asks for.
async fn asked_page(login: &mut TestConversation<OAuthLogin>) -> AuthorizationUrl {
    match login.next().await {
        Next::Event(FlowEvent::Asks(Prompt::Authorization { url, .. })) => url,
        other => panic!("{other:?}"),
    }
}
