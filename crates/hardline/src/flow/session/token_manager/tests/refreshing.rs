use super::*;

#[test]
fn any_number_of_requests_with_an_expired_token_cause_one_refresh() {
    for &kind in KINDS {
        let mut manager = kind.manager();
        let (value, first) = sent_with(&mut manager, 0, None);
        let (_, second) = sent_with(&mut manager, 0, None);
        assert_eq!(value, "Bearer first");
        assert!(refused(&mut manager, 1, first));
        let (sent, _) = drain(&mut manager);
        assert_eq!(sent[0].1, kind.refresh("refresh"));
        assert!(refused(&mut manager, 2, second));
        let third = held(&mut manager, 2, None);
        assert!(drain(&mut manager).0.is_empty());

        let answer = response(200, kind.second());
        manager.handle_input(at(3), Input::Response(sent[0].0, answer));
        assert_eq!(drain(&mut manager).1, ["Refreshed"]);
        for ticket in [first, second, third] {
            assert_eq!(sent_with(&mut manager, 4, Some(ticket)).0, "Bearer second");
        }
        let kept = manager.tokens().unwrap();
        assert_eq!(kept.refresh_token, Some(RefreshToken::from("next")));
        assert_eq!(kept.expires_at, Some(at(HOUR + 1)));
    }
}

#[test]
fn a_late_response_to_the_old_token_refreshes_nothing() {
    for &kind in KINDS {
        let mut manager = kind.manager();
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
            kind.tokens().refresh_token
        );
    }
}

#[test]
fn a_token_is_refreshed_before_it_expires() {
    for &kind in KINDS {
        let mut manager = kind.manager();
        sent_with(&mut manager, HOUR - 31_000, None);
        let ticket = held(&mut manager, HOUR - 30_000, None);
        let answer = kind.second_for("1");
        assert_eq!(
            refresh(&mut manager, HOUR, 200, answer.clone()),
            ["Refreshed"]
        );
        // A new token that expires at once does not make it refresh forever.
        let mut ticket = ticket;
        for now in [HOUR + 2_000, HOUR + 4_000] {
            let (value, sent) = sent_with(&mut manager, now, Some(ticket));
            assert_eq!(value, "Bearer second");
            assert!(refused(&mut manager, now, sent));
            assert_eq!(
                refresh(&mut manager, now, 200, answer.clone()),
                ["Refreshed"]
            );
            ticket = sent;
        }
        let (_, ticket) = sent_with(&mut manager, HOUR + 6_000, Some(ticket));
        assert!(!refused(&mut manager, HOUR + 6_000, ticket));
    }
}

#[test]
fn an_empty_refresh_token_leaves_the_old_one_in_use() {
    for &kind in KINDS {
        let mut manager = kind.manager();
        held(&mut manager, HOUR - 10_000, None);
        let answer = r#"{"access_token": "second", "refresh_token": ""}"#;
        assert_eq!(refresh(&mut manager, HOUR, 200, answer), ["Refreshed"]);
        assert_eq!(access_token(&manager), Some("second"));
        assert_eq!(
            manager.tokens().unwrap().refresh_token,
            kind.tokens().refresh_token
        );
    }
}

#[test]
fn a_refresh_that_fails_before_expiry_is_not_tried_for_every_request() {
    for &kind in KINDS {
        let mut manager = kind.manager();
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
}

#[test]
fn a_refresh_token_does_not_follow_to_another_server() {
    for &kind in KINDS {
        let mut manager = kind.manager();
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
}

#[test]
fn the_tokens_of_one_server_are_not_those_of_another() {
    for &kind in KINDS {
        for other in [
            Target::homeserver("https://other.example.org"),
            Target::homeserver("https://example.org:8448"),
            Target::homeserver("http://example.org"),
            Target::identity_server("https://example.org"),
        ] {
            let mut manager = kind.manager();
            manager.set_target(Target::homeserver("https://EXAMPLE.org:443/below").unwrap());
            assert_eq!(access_token(&manager), Some("first"));
            manager.set_target(other.unwrap());
            assert_eq!(access_token(&manager), None);
        }
    }
}

#[test]
fn a_lifetime_that_says_nothing_is_none() {
    for &kind in KINDS {
        for (lifetime, expires_at) in [
            ("0", None),
            ("-5", None),
            ("null", None),
            ("\"soon\"", None),
            ("1e300", None),
            ("18446744073709551615", Some(at(u64::MAX))),
            ("60000.0", Some(at(HOUR - 10_000 + 60_000 * kind.unit()))),
        ] {
            let mut manager = kind.manager();
            let ticket = held(&mut manager, HOUR - 10_000, None);
            let told = refresh(&mut manager, HOUR, 200, kind.second_for(lifetime));
            assert_eq!(told, ["Refreshed"], "{lifetime}");
            assert_eq!(manager.tokens().unwrap().expires_at, expires_at);
            for ticket in [Some(ticket), None] {
                assert_eq!(sent_with(&mut manager, HOUR, ticket).0, "Bearer second");
            }
        }
    }
}

#[test]
fn a_lifetime_counts_from_the_request_that_brought_it() {
    for &kind in KINDS {
        for (answered, expires_at) in [
            // The response was on its way for long.
            (HOUR + 40_000, HOUR + 100 * kind.unit()),
            // The clock was set back meanwhile.
            (HOUR / 2, HOUR / 2 + 100 * kind.unit()),
        ] {
            let mut manager = kind.manager();
            held(&mut manager, HOUR - 20_000, None);
            let [(first, _)] = drain(&mut manager).0[..] else {
                panic!("it refreshes")
            };
            let lost = Failure::new(FailureClass::Interrupted, "lost");
            manager.handle_input(at(HOUR - 10_000), Input::Failed(first, lost));
            assert_eq!(drain(&mut manager).1, ["RetryScheduled"]);
            manager.handle_input(at(HOUR), Input::Timeout);
            let told = refresh(&mut manager, answered, 200, kind.second_for("100"));
            assert_eq!(told, ["Refreshed"]);
            assert_eq!(manager.tokens().unwrap().expires_at, Some(at(expires_at)));
        }
    }
}

#[test]
fn a_refresh_whose_answer_was_lost_is_asked_again_with_the_same_token() {
    for &kind in KINDS {
        let mut manager = kind.manager();
        let ticket = held(&mut manager, HOUR, None);
        let mut now = HOUR;
        let mut lose = |manager: &mut TokenManager| {
            let (sent, _) = drain(manager);
            let [(id, request)] = &sent[..] else {
                panic!("{sent:?}")
            };
            assert_eq!(*request, kind.refresh("refresh"));
            let lost = Failure::new(FailureClass::TimedOutAfterSend, "lost");
            manager.handle_input(at(now), Input::Failed(*id, lost));
            now += 30_000;
            manager.handle_input(at(now), Input::Timeout);
        };
        // All attempts of one refresh, then those of another one.
        (0..4).for_each(|_| lose(&mut manager));
        assert_eq!(drain(&mut manager).1, ["RefreshFailed"]);
        assert_eq!(access_token(&manager), Some("first"));
        held(&mut manager, HOUR + 300_000, None);
        lose(&mut manager);
        let (sent, told) = drain(&mut manager);
        assert_eq!(told, ["RetryScheduled"]);
        assert_eq!(sent[0].1, kind.refresh("refresh"));
        let answer = response(200, kind.second());
        manager.handle_input(at(HOUR + 330_000), Input::Response(sent[0].0, answer));
        assert_eq!(drain(&mut manager).1, ["Refreshed"]);
        let (value, _) = sent_with(&mut manager, HOUR + 330_000, Some(ticket));
        assert_eq!(value, "Bearer second");
    }
}

#[test]
fn new_tokens_are_told_before_a_request_uses_them() {
    for &kind in KINDS {
        let mut manager = kind.manager();
        let ticket = held(&mut manager, HOUR, None);
        let (sent, _) = drain(&mut manager);
        let answer = response(200, kind.second());
        manager.handle_input(at(HOUR), Input::Response(sent[0].0, answer));
        held(&mut manager, HOUR, Some(ticket));
        held(&mut manager, HOUR, None);
        assert_eq!(drain(&mut manager).1, ["Refreshed"]);
        assert_eq!(
            sent_with(&mut manager, HOUR, Some(ticket)).0,
            "Bearer second"
        );
    }
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
