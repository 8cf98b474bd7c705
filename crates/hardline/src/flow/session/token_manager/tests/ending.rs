#[cfg(feature = "oauth")]
use super::kind::INVALID_GRANT;
use super::*;
use crate::client_api::account::DeactivateAccount;

fn logged_out(told: &[String]) -> bool {
    told.iter().any(|name| name == "LoggedOut")
}

#[test]
fn a_session_without_a_refresh_token_ends_with_its_access_token() {
    let mut manager = manager(SessionTokens::new(AccessToken::from("first")));
    let (_, ticket) = sent_with(&mut manager, 0, None);
    assert!(!refused(&mut manager, 0, ticket));
    match manager.poll_output() {
        Output::Event(SessionEvent::LoggedOut { error: Some(error) }) => {
            assert_eq!(error.errcode(), Some(&ErrorCode::UnknownToken));
            assert!(error.is_soft_logout());
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(access_token(&manager), None);
    // What was underway gets its response.
    let other = Some(Ticket {
        returns: 0,
        ..ticket
    });
    assert!(matches!(
        manager.admit(at(0), other, &mut request()),
        RequestDecision::Deliver
    ));
}

#[test]
fn whether_the_logout_is_soft_decides_nothing() {
    for &kind in KINDS {
        for body in [
            r#"{"errcode": "M_UNKNOWN_TOKEN"}"#,
            r#"{"errcode": "M_UNKNOWN_TOKEN", "soft_logout": false}"#,
            UNKNOWN_TOKEN,
        ] {
            let mut manager = kind.manager();
            let (_, ticket) = sent_with(&mut manager, 0, None);
            let decision = manager.pass(at(0), ticket, response(401, body));
            assert!(matches!(decision, ResponseDecision::Hold(_)), "{body}");
            assert_eq!(refresh(&mut manager, 1, 200, kind.second()), ["Refreshed"]);
        }
    }
}

#[test]
fn other_refusals_of_a_request_say_nothing_about_the_token() {
    for &kind in KINDS {
        let mut manager = kind.manager();
        for (status, body) in [
            (401, r#"{"errcode": "M_MISSING_TOKEN"}"#),
            (401, r#"{"errcode": "M_USER_LOCKED", "soft_logout": true}"#),
            (401, r#"{"flows": [], "session": "s"}"#),
            (401, "<html>Unauthorized</html>"),
            (403, UNKNOWN_TOKEN),
            (403, r#"{"errcode": "M_FORBIDDEN"}"#),
            (503, UNKNOWN_TOKEN),
            (
                503,
                r#"{"errcode": "M_UNKNOWN", "error": "Unable to introspect the access token"}"#,
            ),
            (200, "<html>Welcome to our Wi-Fi</html>"),
        ] {
            let (_, ticket) = sent_with(&mut manager, 0, None);
            let decision = manager.pass(at(0), ticket, response(status, body));
            assert!(matches!(decision, ResponseDecision::Deliver(_)), "{body}");
            assert_eq!(access_token(&manager), Some("first"), "{status} {body}");
            // It is no reason to refresh either.
            assert!(!manager.is_holding(), "{status} {body}");
        }
    }
}

/// Refusals of the refresh token.
const LEGACY_REFUSALS: &[(u16, &str)] = &[
    (401, UNKNOWN_TOKEN),
    (403, UNKNOWN_TOKEN),
    (400, r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "x"}"#),
    (403, r#"{"errcode": "M_FORBIDDEN"}"#),
];

#[cfg(feature = "oauth")]
const OAUTH_REFUSALS: &[(u16, &str)] = &[
    (400, INVALID_GRANT),
    (401, INVALID_GRANT),
    (403, INVALID_GRANT),
    (200, INVALID_GRANT),
    (400, r#" {"error": "invalid_grant"} "#),
    (400, r#"{"error": "invalid_grant", "errcode": null}"#),
];

#[test]
fn a_session_ends_when_both_tokens_are_refused() {
    for &kind in KINDS {
        let refusals = match kind {
            Kind::Legacy => LEGACY_REFUSALS,
            #[cfg(feature = "oauth")]
            Kind::OAuth => OAUTH_REFUSALS,
        };
        for &(status, body) in refusals {
            let mut manager = kind.manager();
            let (_, ticket) = sent_with(&mut manager, 0, None);
            assert!(refused(&mut manager, 0, ticket));
            let told = refresh(&mut manager, 1, status, body);
            assert_eq!(told, ["RefreshRefused", "LoggedOut"], "{status} {body}");
            assert_eq!(access_token(&manager), None);
            assert!(matches!(
                manager.admit(at(1), Some(ticket), &mut request()),
                RequestDecision::Deliver
            ));
        }
    }
}

#[test]
fn a_refused_refresh_leaves_an_access_token_that_works_in_use() {
    for &kind in KINDS {
        let mut manager = kind.manager();
        let ticket = held(&mut manager, HOUR - 1, None);
        let told = refused_refresh(&mut manager, HOUR - 1, kind);
        assert_eq!(told, ["RefreshRefused"]);
        assert_eq!(
            sent_with(&mut manager, HOUR - 1, Some(ticket)).0,
            "Bearer first"
        );
        // It is used even after its time, for only the server knows.
        let (value, ticket) = sent_with(&mut manager, HOUR * 2, None);
        assert_eq!(value, "Bearer first");
        // The dead refresh token is not tried again.
        assert!(!refused(&mut manager, HOUR * 2, ticket));
        assert_eq!(drain(&mut manager), (vec![], vec!["LoggedOut".to_owned()]));
    }
}

#[test]
fn an_access_token_that_is_refused_during_a_refresh_ends_the_session_if_that_is_refused() {
    for &kind in KINDS {
        let mut manager = kind.manager();
        let (_, early) = sent_with(&mut manager, 0, None);
        held(&mut manager, HOUR - 1, None);
        let (sent, _) = drain(&mut manager);
        assert!(refused(&mut manager, HOUR, early));
        let (status, body) = kind.refusal();
        let refusal = response(status, body);
        manager.handle_input(at(HOUR), Input::Response(sent[0].0, refusal));
        assert!(logged_out(&drain(&mut manager).1));
    }
}

/// What says nothing of a refresh token, whoever granted it.
const SAY_NOTHING: &[(u16, &str)] = &[
    (200, r#"{"access_token": ""}"#),
    (
        200,
        r#"{"access_token": "", "refresh_token": "next", "expires_in_ms": 1}"#,
    ),
    (200, r#"{"access_token": null}"#),
    (200, "{}"),
    (200, ""),
    (200, "<html>Welcome to our Wi-Fi</html>"),
    (
        200,
        r#"{"access_token": "new", "errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 900000}"#,
    ),
    (302, ""),
    (400, r#"{"errcode": "M_UNKNOWN"}"#),
    (400, r#"{"error": "invalid_client"}"#),
    (401, r#"{"errcode": "M_MISSING_TOKEN"}"#),
    (401, r#"{"errcode": "M_FORBIDDEN"}"#),
    (401, "<html>Unauthorized</html>"),
    (403, "<html>Blocked by the firewall</html>"),
    (403, r#"{"error": "blocked"}"#),
    (404, "404 page not found"),
    (404, r#"{"errcode": "M_UNRECOGNIZED"}"#),
    (408, ""),
    (413, "<html>Request Entity Too Large</html>"),
    (429, "<html>Too many requests</html>"),
    (500, UNKNOWN_TOKEN),
    (502, "<html>Bad Gateway</html>"),
    (503, ""),
];

/// The words of an authorization server say nothing of a homeserver's token.
const LEGACY_SAY_NOTHING: &[(u16, &str)] = &[(400, r#"{"error": "invalid_grant"}"#)];

/// Only `invalid_grant` does, from somebody who looked, and in OAuth's terms.
#[cfg(feature = "oauth")]
const OAUTH_SAY_NOTHING: &[(u16, &str)] = &[
    (302, INVALID_GRANT),
    (408, INVALID_GRANT),
    (429, INVALID_GRANT),
    (500, INVALID_GRANT),
    (503, INVALID_GRANT),
    (401, UNKNOWN_TOKEN),
    (403, r#"{"errcode": "M_FORBIDDEN"}"#),
    (
        400,
        r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "invalid_grant"}"#,
    ),
    (400, r#"{"error": {"code": "invalid_grant"}}"#),
    (400, r#"{"error": ["invalid_grant"]}"#),
    (400, r#"["error", "invalid_grant"]"#),
    (400, r#"{"errors": [{"error": "invalid_grant"}]}"#),
    (
        400,
        r#"{"error": "invalid_request", "error_description": "invalid_grant"}"#,
    ),
    (400, r#""invalid_grant""#),
    (400, "error=invalid_grant"),
    (400, r#"<html>{"error": "invalid_grant"}</html>"#),
    (400, r#"{"error": "INVALID_GRANT"}"#),
    (400, r#"{"error": "unsupported_grant_type"}"#),
    (400, r#"{"error": "invalid_scope"}"#),
    (401, r#"{"error": "invalid_client"}"#),
    (401, r#"{"error": "unauthorized_client"}"#),
    (403, r#"{"error": "access_denied"}"#),
    (400, r#"{"error": "expired_token"}"#),
    (503, r#"{"error": "temporarily_unavailable"}"#),
    (
        200,
        r#"{"access_token": "new", "refresh_token": "next", "token_type": "mac"}"#,
    ),
];

#[test]
fn whatever_else_a_refresh_gets_keeps_the_session() {
    for &kind in KINDS {
        let more = match kind {
            Kind::Legacy => LEGACY_SAY_NOTHING,
            #[cfg(feature = "oauth")]
            Kind::OAuth => OAUTH_SAY_NOTHING,
        };
        for &(status, body) in SAY_NOTHING.iter().chain(more) {
            let mut manager = kind.manager();
            let (_, ticket) = sent_with(&mut manager, 0, None);
            assert!(refused(&mut manager, 0, ticket));
            let (mut now, mut told) = (1, vec![]);
            while manager.is_holding() {
                let (sent, events) = drain(&mut manager);
                told.extend(events);
                for (id, _) in sent {
                    manager.handle_input(at(now), Input::Response(id, response(status, body)));
                }
                now += 1_000;
                manager.handle_input(at(now), Input::Timeout);
            }
            told.extend(drain(&mut manager).1);
            assert_eq!(told.last().unwrap(), "RefreshFailed", "{status} {body}");
            assert!(!logged_out(&told), "{status} {body}");
            let kept = manager.tokens().unwrap();
            assert_eq!(kept, &kind.tokens(), "{status} {body}");
            match manager.admit(at(now), Some(ticket), &mut request()) {
                RequestDecision::Refuse(failure) => {
                    assert_eq!(failure.class(), FailureClass::NotAdmitted);
                }
                other => panic!("{other:?}"),
            }
            // The next request tries everything again.
            let (value, ticket) = sent_with(&mut manager, now, None);
            assert_eq!(value, "Bearer first");
            assert!(refused(&mut manager, now, ticket));
            assert!(manager.is_holding());
        }
    }
}

#[test]
fn a_token_that_is_refused_just_after_its_refresh_ends_the_session() {
    for &kind in KINDS {
        let mut manager = kind.manager();
        let (_, ticket) = sent_with(&mut manager, 0, None);
        assert!(refused(&mut manager, 0, ticket));
        assert_eq!(refresh(&mut manager, 1, 200, kind.second()), ["Refreshed"]);
        let (value, again) = sent_with(&mut manager, 1, Some(ticket));
        assert_eq!(value, "Bearer second");
        assert!(!refused(&mut manager, 2, again));
        assert_eq!(drain(&mut manager), (vec![], vec!["LoggedOut".to_owned()]));
    }
}

#[test]
fn a_refreshed_token_that_was_accepted_once_is_refreshed_again() {
    for &kind in KINDS {
        for (status, body) in [
            (200, "{}"),
            (404, r#"{"errcode": "M_NOT_FOUND"}"#),
            (401, r#"{"flows": [], "session": "s"}"#),
        ] {
            let mut manager = kind.manager();
            let (_, ticket) = sent_with(&mut manager, 0, None);
            assert!(refused(&mut manager, 0, ticket));
            assert_eq!(refresh(&mut manager, 1, 200, kind.second()), ["Refreshed"]);
            let (_, accepted) = sent_with(&mut manager, 1, None);
            let (_, later) = sent_with(&mut manager, 1, None);
            let decision = manager.pass(at(2), accepted, response(status, body));
            assert!(matches!(decision, ResponseDecision::Deliver(_)));
            assert!(refused(&mut manager, 3, later));
            assert_eq!(drain(&mut manager).0.len(), 1, "{status} {body}");
        }
    }
}

#[test]
fn a_refreshed_token_that_expired_unused_is_refreshed_again() {
    for &kind in KINDS {
        let mut manager = kind.manager();
        let (_, ticket) = sent_with(&mut manager, 0, None);
        assert!(refused(&mut manager, 0, ticket));
        assert_eq!(refresh(&mut manager, 1, 200, kind.second()), ["Refreshed"]);
        let (_, again) = sent_with(&mut manager, HOUR * 2, Some(ticket));
        assert!(refused(&mut manager, HOUR * 2, again));
        assert_eq!(drain(&mut manager).0.len(), 1);
    }
}

/// A server that does not say how long its tokens live, or a clock that was set back.
#[test]
fn a_refreshed_token_that_lay_unused_is_refreshed_again() {
    for &kind in KINDS {
        let mut manager = kind.manager();
        let (_, ticket) = sent_with(&mut manager, 0, None);
        assert!(refused(&mut manager, 0, ticket));
        assert_eq!(refresh(&mut manager, 1, 200, kind.second()), ["Refreshed"]);
        let later = HOUR / 2;
        let (value, again) = sent_with(&mut manager, later, Some(ticket));
        assert_eq!(value, "Bearer second");
        refused(&mut manager, later, again);
        let (refreshes, told) = drain(&mut manager);
        assert_eq!((refreshes.len(), told), (1, vec![]));
    }
}

fn logs_out_with<E: Endpoint>(operation: &E, tokens: &SessionTokens) {
    for (status, body, is_over) in [
        (200, "{}", true),
        (200, "", true),
        (200, r#"{"id_server_unbind_result": "success"}"#, true),
        (200, "<html>Welcome to our Wi-Fi</html>", false),
        (200, r#"{"errcode": "M_FORBIDDEN"}"#, false),
        (401, r#"{"flows": [], "session": "s"}"#, false),
        (502, "", false),
    ] {
        let mut manager = manager(tokens.clone());
        let (_, other) = sent_with(&mut manager, 0, None);
        let mut request = request_of(operation, "https://example.org");
        let RequestDecision::Go(ticket) = manager.admit(at(0), None, &mut request) else {
            panic!("it is sent")
        };
        let decision = manager.pass(at(1), ticket, response(status, body));
        assert!(matches!(decision, ResponseDecision::Deliver(_)));
        assert_eq!(manager.tokens().is_none(), is_over, "{status} {body}");
        if is_over {
            // Nobody tries to refresh what is gone.
            assert!(!refused(&mut manager, 2, other));
            let (sent, told) = drain(&mut manager);
            assert_eq!((sent, told), (vec![], vec!["LoggedOut".to_owned()]));
        }
    }
}

#[test]
fn after_a_logout_the_tokens_are_gone() {
    logs_out_with(&Logout::new(), &tokens());
    logs_out_with(&LogoutAll::new(), &tokens());
    for kind in KINDS {
        logs_out_with(&DeactivateAccount::new(), &kind.tokens());
    }
}

#[test]
fn the_homeservers_own_logout_does_not_see_what_an_authorization_server_granted() {
    let mut manager = manager(tokens().granted_by(oauth_session()));
    for mut request in [
        request_of(&Logout::new(), "https://example.org"),
        request_of(&LogoutAll::new(), "https://example.org"),
    ] {
        // Neither at once nor after a wait.
        for now in [0, HOUR] {
            let decision = manager.admit(at(now), None, &mut request);
            let RequestDecision::Refuse(failure) = decision else {
                panic!("{decision:?}")
            };
            assert_eq!(failure.class(), FailureClass::Unsendable);
            assert!(failure.to_string().contains("OAuthLogout"), "{failure}");
            assert!(!request.headers().contains_key(AUTHORIZATION));
        }
    }
    assert_eq!(access_token(&manager), Some("first"));
}

#[test]
fn a_program_that_logs_out_gets_the_tokens_to_revoke_and_nothing_else_keeps_them() {
    for &kind in KINDS {
        for is_refreshing in [false, true] {
            let mut manager = kind.manager();
            let (_, ticket) = sent_with(&mut manager, 0, None);
            if is_refreshing {
                held(&mut manager, HOUR, None);
                assert_eq!(drain(&mut manager).0.len(), 1);
            }
            assert_eq!(manager.end_session(), Some(kind.tokens()));
            assert_eq!(manager.tokens(), None);
            assert_eq!(drain(&mut manager), (vec![], vec!["LoggedOut".to_owned()]));
            // What was under way comes too late.
            assert!(!refused(&mut manager, HOUR, ticket));
            assert!(!manager.is_holding());
            assert_eq!(manager.end_session(), None);
            assert_eq!(drain(&mut manager), (vec![], vec![]));
        }
    }
}

#[test]
fn a_logout_of_another_session_changes_nothing() {
    let mut manager = manager(tokens());
    let mut request = request_of(&Logout::new(), "https://example.org");
    authorize(&mut request, &AccessToken::from("own")).unwrap();
    let RequestDecision::Go(ticket) = manager.admit(at(0), None, &mut request) else {
        panic!("it is sent")
    };
    let _ = manager.pass(at(0), ticket, response(200, "{}"));
    assert_eq!(access_token(&manager), Some("first"));

    let mut request = request_of(&Logout::new(), "https://example.org");
    let RequestDecision::Go(ticket) = manager.admit(at(0), None, &mut request) else {
        panic!("it is sent")
    };
    manager.set_tokens(Some(SessionTokens::new(AccessToken::from("new"))));
    let _ = manager.pass(at(0), ticket, response(200, "{}"));
    assert_eq!(access_token(&manager), Some("new"));
}
