use super::*;

#[test]
fn any_number_of_requests_with_an_expired_token_cause_one_refresh() {
    let mut manager = manager(tokens());
    let (value, first) = sent_with(&mut manager, 0, None);
    let (_, second) = sent_with(&mut manager, 0, None);
    assert_eq!(value, "Bearer first");
    assert!(refused(&mut manager, 1, first));
    let (sent, _) = drain(&mut manager);
    assert_eq!(
        sent[0].1,
        r#"/_matrix/client/v3/refresh {"refresh_token":"refresh"}"#
    );
    assert!(refused(&mut manager, 2, second));
    let third = held(&mut manager, 2, None);
    assert!(drain(&mut manager).0.is_empty());

    let answer = response(200, SECOND_TOKENS);
    manager.handle_input(at(3), Input::Response(sent[0].0, answer));
    assert_eq!(drain(&mut manager).1, ["Refreshed"]);
    for ticket in [first, second, third] {
        assert_eq!(sent_with(&mut manager, 4, Some(ticket)).0, "Bearer second");
    }
    let kept = manager.tokens().unwrap();
    assert_eq!(kept.refresh_token, Some(RefreshToken::from("next")));
    assert_eq!(kept.expires_at, Some(at(HOUR + 3)));
}

#[test]
fn a_late_response_to_the_old_token_refreshes_nothing() {
    let mut manager = manager(tokens());
    let (_, early) = sent_with(&mut manager, 0, None);
    let (_, late) = sent_with(&mut manager, 0, None);
    assert!(refused(&mut manager, 1, early));
    let told = refresh(&mut manager, 2, 200, r#"{"access_token": "second"}"#);
    assert_eq!(told, ["Refreshed"]);
    assert!(refused(&mut manager, 3, late));
    assert!(!manager.is_holding());
    assert_eq!(sent_with(&mut manager, 3, Some(late)).0, "Bearer second");
    // The old refresh token stays in use if no new one came.
    assert_eq!(
        manager.tokens().unwrap().refresh_token,
        tokens().refresh_token
    );
}

#[test]
fn a_token_is_refreshed_before_it_expires() {
    let mut manager = manager(tokens());
    sent_with(&mut manager, HOUR - 31_000, None);
    let ticket = held(&mut manager, HOUR - 30_000, None);
    let answer = r#"{"access_token": "second", "expires_in_ms": 1}"#;
    assert_eq!(refresh(&mut manager, HOUR, 200, answer), ["Refreshed"]);
    // A new token that expires at once does not make it refresh forever.
    let mut ticket = ticket;
    for now in [HOUR + 1, HOUR + 2] {
        let (value, sent) = sent_with(&mut manager, now, Some(ticket));
        assert_eq!(value, "Bearer second");
        assert!(refused(&mut manager, now, sent));
        assert_eq!(refresh(&mut manager, now, 200, answer), ["Refreshed"]);
        ticket = sent;
    }
    let (_, ticket) = sent_with(&mut manager, HOUR + 3, Some(ticket));
    assert!(!refused(&mut manager, HOUR + 3, ticket));
}

#[test]
fn an_empty_refresh_token_leaves_the_old_one_in_use() {
    let mut manager = manager(tokens());
    held(&mut manager, HOUR - 10_000, None);
    let answer = r#"{"access_token": "second", "refresh_token": ""}"#;
    assert_eq!(refresh(&mut manager, HOUR, 200, answer), ["Refreshed"]);
    assert_eq!(access_token(&manager), Some("second"));
    assert_eq!(
        manager.tokens().unwrap().refresh_token,
        tokens().refresh_token
    );
}

#[test]
fn a_refresh_that_fails_before_expiry_is_not_tried_for_every_request() {
    let mut manager = manager(tokens());
    let early = held(&mut manager, HOUR - 10_000, None);
    let told = refresh(&mut manager, HOUR - 9_000, 403, "<html>");
    assert_eq!(told, ["RefreshFailed"]);
    for ticket in [Some(early), None] {
        assert_eq!(
            sent_with(&mut manager, HOUR - 8_000, ticket).0,
            "Bearer first"
        );
    }
    held(&mut manager, HOUR + 30_000, None);
}

#[test]
fn a_refresh_token_does_not_follow_to_another_server() {
    let mut manager = manager(tokens());
    let ticket = held(&mut manager, HOUR, None);
    let (sent, _) = drain(&mut manager);
    assert_eq!(sent.len(), 1);
    // The same server, of which more is known.
    manager.set_target(homeserver());
    assert!(manager.is_holding());
    manager.set_target(Target::homeserver("https://other.example.org").unwrap());
    assert!(matches!(
        manager.poll_output(),
        Output::Cancel(id) if id == sent[0].0
    ));
    assert!(drain(&mut manager).0.is_empty());
    // What was held is not held forever.
    assert!(matches!(
        manager.admit(at(HOUR), Some(ticket), &mut request()),
        RequestDecision::Refuse(_)
    ));
}

#[test]
fn the_tokens_of_one_server_are_not_those_of_another() {
    for other in [
        Target::homeserver("https://other.example.org"),
        Target::homeserver("https://example.org:8448"),
        Target::homeserver("http://example.org"),
        Target::identity_server("https://example.org"),
    ] {
        let mut manager = manager(tokens());
        manager.set_target(Target::homeserver("https://EXAMPLE.org:443/below").unwrap());
        assert_eq!(access_token(&manager), Some("first"));
        manager.set_target(other.unwrap());
        assert_eq!(access_token(&manager), None);
    }
}

#[test]
fn a_lifetime_that_says_nothing_is_none() {
    for (lifetime, expires_at) in [
        ("0", None),
        ("-5000", None),
        ("null", None),
        ("\"soon\"", None),
        ("1e300", None),
        ("18446744073709551615", Some(at(u64::MAX))),
        ("60000.0", Some(at(HOUR + 60_000))),
    ] {
        let mut manager = manager(tokens());
        let ticket = held(&mut manager, HOUR - 10_000, None);
        let (sent, _) = drain(&mut manager);
        let body = format!(r#"{{"access_token": "second", "expires_in_ms": {lifetime}}}"#);
        let answer = Response::new(Bytes::from(body));
        manager.handle_input(at(HOUR), Input::Response(sent[0].0, answer));
        assert_eq!(drain(&mut manager).1, ["Refreshed"], "{lifetime}");
        assert_eq!(manager.tokens().unwrap().expires_at, expires_at);
        for ticket in [Some(ticket), None] {
            assert_eq!(sent_with(&mut manager, HOUR, ticket).0, "Bearer second");
        }
    }
}

#[test]
fn new_tokens_are_told_before_a_request_uses_them() {
    let mut manager = manager(tokens());
    let ticket = held(&mut manager, HOUR, None);
    let (sent, _) = drain(&mut manager);
    let answer = response(200, SECOND_TOKENS);
    manager.handle_input(at(HOUR), Input::Response(sent[0].0, answer));
    held(&mut manager, HOUR, Some(ticket));
    held(&mut manager, HOUR, None);
    assert_eq!(drain(&mut manager).1, ["Refreshed"]);
    assert_eq!(
        sent_with(&mut manager, HOUR, Some(ticket)).0,
        "Bearer second"
    );
}

#[test]
fn a_clock_that_is_set_back_makes_no_wait_longer() {
    let late = HOUR * 10;
    let expiring = tokens().expiring_in(at(late), Duration::from_secs(100));
    let mut manager = manager(expiring);
    sent_with(&mut manager, late, None);
    // The token's lifetime is counted from the new time.
    sent_with(&mut manager, HOUR, None);
    held(&mut manager, HOUR + 70_000, None);
    let (sent, _) = drain(&mut manager);
    manager.handle_input(at(0), Input::Response(sent[0].0, response(503, "")));
    let Output::Event(_) = manager.poll_output() else {
        panic!("it is retried")
    };
    let Output::Wait(Some(until)) = manager.poll_output() else {
        panic!("it waits")
    };
    assert!(until <= at(1_000), "{until:?}");
}
