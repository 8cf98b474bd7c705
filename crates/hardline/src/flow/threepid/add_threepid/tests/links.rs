use super::*;

#[test]
fn a_server_without_a_submit_url_is_confirmed_elsewhere() {
    for body in [
        r#"{"sid": "7"}"#,
        r#"{"sid": "7", "submit_url": ""}"#,
        r#"{"sid": "7", "submit_url": null}"#,
    ] {
        let mut run = Run::new();
        run.answer(200, body);
        assert_eq!(run.take_events(), ["Confirmation"]);
        assert!(
            run.flow
                .reply(run.now, Reply::Code(ValidationToken::from("1")))
                .is_err()
        );
        run.reply(Reply::Done);
        run.answer(
            400,
            r#"{"errcode": "M_THREEPID_AUTH_FAILED", "error": "x"}"#,
        );
        assert_eq!(run.take_events(), ["no Confirmation"]);
        run.reply(Reply::Done);
        run.answer(200, "{}");
        assert!(matches!(run.outcome, Some(Ok(()))));
    }
}

#[test]
fn it_polls_whether_the_link_was_followed() {
    let not_yet = r#"{"errcode": "M_THREEPID_AUTH_FAILED", "error": "x"}"#;
    let mut run = Run::new();
    run.answer(200, r#"{"sid": "7"}"#);
    assert_eq!(run.take_events(), ["Confirmation"]);
    let mut pauses = vec![];
    while let Some(until) = run.until {
        pauses.push(until - run.now);
        run.wait();
        // Replies in the meantime do not drop the request in flight.
        assert_eq!(
            run.flow.prompt(),
            Some(Prompt::Confirmation { send_attempt: 1 })
        );
        run.answer(400, not_yet);
        assert!(run.take_events().is_empty());
    }
    assert_eq!(pauses.len(), 24);
    assert!(pauses[0] >= Duration::from_millis(2_500) && pauses[0] <= Duration::from_secs(5));
    assert!(pauses.iter().all(|pause| *pause <= Duration::from_secs(30)));
    assert!(pauses[23] >= Duration::from_secs(15));
    run.reply(Reply::Resend);
    assert!(run.request().1.contains(r#""send_attempt":2"#));
    run.answer(200, r#"{"sid": "7"}"#);
    assert!(run.until.is_some());
    assert_eq!(run.take_events(), ["Confirmation"]);
}

#[test]
fn replies_while_the_server_is_asked_are_not_lost() {
    let not_yet = r#"{"errcode": "M_THREEPID_AUTH_FAILED", "error": "x"}"#;
    let mut run = Run::new();
    run.answer(200, r#"{"sid": "7"}"#);
    run.wait();
    run.reply(Reply::Done);
    assert!(run.cancelled.is_empty());
    run.answer(400, not_yet);
    // The server was asked before the link was followed, so it is asked again at once.
    run.answer(400, not_yet);
    assert_eq!(run.take_events(), ["Confirmation", "no Confirmation"]);
    run.wait();
    run.reply(Reply::Resend);
    run.answer(400, not_yet);
    assert!(run.request().1.contains(r#""send_attempt":2"#));
}

#[test]
fn polling_for_a_followed_link_goes_on_whatever_one_poll_gets() {
    let mut run = Run::new();
    run.answer(200, r#"{"sid": "7"}"#);
    run.take_events();
    let mut polls = 0;
    for (status, body) in [
        (502, "<html>Bad Gateway</html>"),
        (500, r#"{"errcode": "M_UNKNOWN", "error": "x"}"#),
        (
            429,
            r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 900000}"#,
        ),
        (503, ""),
    ] {
        run.wait();
        run.answer(status, body);
        polls += 1;
        assert_eq!(run.take_events(), ["RetryScheduled"], "{body}");
        assert!(run.until.unwrap() - run.now <= Duration::from_secs(30));
        let asked = Some(Prompt::Confirmation { send_attempt: 1 });
        assert_eq!(run.flow.prompt(), asked);
    }
    for class in [FailureClass::Interrupted, FailureClass::TimedOutAfterSend] {
        run.wait();
        run.fail(class);
        polls += 1;
        assert_eq!(run.take_events(), ["RetryScheduled"]);
    }
    // The server is asked for the password before it says whether the link was followed.
    run.wait();
    run.answer(401, CHALLENGE);
    assert_eq!(run.take_events(), ["Password"]);
    run.password();
    // An answer of the user's is not sent again unasked.
    run.answer(502, "<html>Bad Gateway</html>");
    assert_eq!(run.take_events(), ["Stalled"]);
    assert_eq!(polls, 6);
    run.flow.retry(run.now).unwrap();
    run.drain();
    run.answer(200, "{}");
    assert!(matches!(run.outcome, Some(Ok(()))));
}

#[test]
fn a_server_that_never_answers_to_polls_is_told_in_the_end() {
    let mut run = Run::new();
    run.answer(200, r#"{"sid": "7"}"#);
    run.take_events();
    for _ in 0..24 {
        run.wait();
        run.answer(502, "<html>Bad Gateway</html>");
    }
    assert_eq!(run.take_events().last().unwrap(), "no Confirmation");
    assert_eq!(run.until, None);
    run.reply(Reply::Done);
    assert!(run.sent.is_some());
}
