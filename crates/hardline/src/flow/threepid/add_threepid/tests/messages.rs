use super::*;

#[test]
fn a_wrong_code_is_asked_for_again() {
    for (status, body) in [
        (400, r#"{"errcode": "M_TOKEN_INCORRECT", "error": "x"}"#),
        (
            400,
            r#"{"errcode": "M_UNKNOWN", "error": "Error contacting the identity server"}"#,
        ),
        (200, r#"{"success": false}"#),
        // Some of ma1sd's and of Dendrite's errors have no errcode.
        (400, r#"{"error": "x"}"#),
        (500, r#"{"message": "x"}"#),
        (404, "<html>Not Found</html>"),
        // Sydent's word for a wrong code.
        (404, r#"{"errcode": "M_NO_VALID_SESSION", "error": "x"}"#),
    ] {
        let mut run = awaiting_code();
        run.code("000000");
        run.answer(status, body);
        assert_eq!(run.take_events(), ["no Code"], "{body}");
        run.code("123456");
        assert!(run.request().1.contains("123456"));
    }
}

#[test]
fn another_text_message_uses_the_same_secret_and_the_next_attempt() {
    let mut run = awaiting_code();
    run.reply(Reply::Resend);
    assert!(
        run.request()
            .1
            .contains(r#""client_secret":"not-to-be-shown""#)
    );
    assert!(run.request().1.contains(r#""send_attempt":2"#));
}

#[test]
fn a_submit_url_that_would_leak_the_code_is_refused_before_it_is_asked_for() {
    let mut run = Run::at("https://example.org", |flow| flow);
    run.answer(200, SESSION);
    assert!(run.sent.is_none() && run.take_events().is_empty());
    assert_eq!(
        run.outcome.unwrap().unwrap_err().to_string(),
        "cs:submitToken: not a URL that a secret can be sent to: it is http, though the homeserver that gave it is https"
    );
}

#[test]
fn a_relative_submit_url_is_the_homeservers() {
    let mut run = Run::at("https://example.org", |flow| flow);
    run.answer(200, r#"{"sid": "7", "submit_url": "/submit?x=1"}"#);
    assert_eq!(run.take_events(), ["Code"]);
    run.code("123456");
    assert_eq!(run.request().0, "https://example.org/submit?x=1");
}

#[test]
fn a_url_of_another_message_that_is_refused_leaves_the_first() {
    let mut run = Run::at("https://example.org", |flow| flow);
    run.answer(200, r#"{"sid": "7", "submit_url": "https://is.org/x"}"#);
    run.reply(Reply::Resend);
    run.answer(200, SESSION);
    assert_eq!(run.take_events(), ["Code", "no Code"]);
    run.code("123456");
    assert_eq!(run.request().0, "https://is.org/x");
}

#[test]
fn the_first_code_is_accepted_if_another_text_message_cannot_be_sent() {
    for (status, body) in [
        (400, r#"{"errcode": "M_UNKNOWN", "error": "x"}"#),
        (400, r#"{"errcode": "M_THREEPID_IN_USE", "error": "x"}"#),
        (429, r#"{"errcode": "M_LIMIT_EXCEEDED"}"#),
        (
            429,
            r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 900000}"#,
        ),
        (500, r#"{"errcode": "M_SEND_ERROR", "error": "x"}"#),
        // Palpo's, without a session.
        (200, "{}"),
        (404, "<html>Not Found</html>"),
    ] {
        let mut run = awaiting_code();
        run.reply(Reply::Resend);
        let code = || Reply::Code(ValidationToken::from("1234"));
        assert_eq!(run.flow.reply(run.now, code()), Err(NotAwaited));
        run.answer(status, body);
        assert_eq!(run.take_events(), ["no Code"], "{body}");
        let asked = Some(Prompt::Code { send_attempt: 2 });
        assert_eq!(run.flow.prompt(), asked);
        run.reply(code());
        assert_eq!(run.request().0, SUBMIT_URL);
    }
}

#[test]
fn the_first_code_is_accepted_if_the_server_does_not_answer_to_a_resend() {
    let mut run = awaiting_code();
    run.reply(Reply::Resend);
    for _ in 0..3 {
        run.fail(FailureClass::Interrupted);
        run.wait();
    }
    run.fail(FailureClass::Interrupted);
    assert_eq!(run.take_events().last().unwrap(), "no Code");
    // The next one has a number of its own, since the server may have counted this one.
    run.reply(Reply::Resend);
    assert!(run.request().1.contains(r#""send_attempt":3"#));
}

#[test]
fn a_submit_url_that_the_server_does_not_repeat_is_kept() {
    for body in [
        r#"{"sid": "7"}"#,
        r#"{"sid": "7", "submit_url": ""}"#,
        r#"{"sid": 7, "submit_url": null}"#,
    ] {
        let mut run = awaiting_code();
        run.reply(Reply::Resend);
        run.answer(200, body);
        assert_eq!(run.take_events(), ["Code"], "{body}");
        run.code("123456");
        assert_eq!(run.request().0, SUBMIT_URL);
    }
    // Another session is another matter.
    let mut run = awaiting_code();
    run.reply(Reply::Resend);
    run.answer(200, r#"{"sid": "8"}"#);
    assert_eq!(run.take_events(), ["Confirmation"]);
}

#[test]
fn a_wrong_code_is_sent_once_whatever_the_status_of_the_answer() {
    let mut run = awaiting_code();
    run.code("000000");
    run.answer(
        500,
        r#"{"errcode": "M_UNKNOWN", "error": "Internal Server Error"}"#,
    );
    assert_eq!(run.take_events(), ["no Code"]);
    run.code("123456");
    assert!(run.request().1.contains("123456"));
    // No Matrix server looked at it.
    run.answer(502, "<html>Bad Gateway</html>");
    assert_eq!(run.take_events(), ["RetryScheduled"]);
    run.wait();
    run.answer(
        429,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 3000}"#,
    );
    assert_eq!(run.until.unwrap() - run.now, Duration::from_secs(3));
    run.wait();
    run.answer(200, r#"{"success": true}"#);
    assert_eq!(run.take_events().last().unwrap(), "Validated");
}

#[test]
fn a_session_that_expired_asks_for_another_message() {
    for (status, body) in [
        (400, r#"{"errcode": "M_SESSION_EXPIRED", "error": "x"}"#),
        (
            200,
            r#"{"success": false, "errcode": "M_SESSION_EXPIRED", "error": "x"}"#,
        ),
        (
            400,
            r#"{"errcode": "M_UNKNOWN", "error": "The validation session has expired"}"#,
        ),
    ] {
        let mut run = awaiting_code();
        run.code("123456");
        run.answer(status, body);
        assert_eq!(run.take_events(), ["no NewMessage"], "{body}");
        let asked = Some(Prompt::NewMessage { send_attempt: 1 });
        assert_eq!(run.flow.prompt(), asked);
        let code = Reply::Code(ValidationToken::from("123456"));
        assert_eq!(run.flow.reply(run.now, code), Err(NotAwaited));
        run.reply(Reply::Resend);
        let (_, request) = run.request();
        assert!(request.contains(r#""client_secret":"not-to-be-shown""#));
        assert!(request.contains(r#""send_attempt":2"#));
        // A refusal does not bring the dead session back.
        run.answer(400, r#"{"errcode": "M_UNKNOWN", "error": "x"}"#);
        assert_eq!(run.take_events(), ["no NewMessage"]);
        run.reply(Reply::Resend);
        run.answer(200, SESSION);
        assert_eq!(run.take_events(), ["Code"]);
    }
}

#[test]
fn a_code_that_is_wrong_or_too_old_is_asked_for_again() {
    for body in [
        r#"{"errcode": "M_UNKNOWN", "error": "Validation token not found or has expired"}"#,
        r#"{"errcode": "M_THREEPID_AUTH_FAILED", "error": "This code is invalid or expired."}"#,
    ] {
        let mut run = awaiting_code();
        run.code("000000");
        run.answer(400, body);
        assert_eq!(run.take_events(), ["no Code"], "{body}");
        run.code("123456");
        run.answer(200, r#"{"success": true}"#);
        assert_eq!(run.take_events(), ["Validated"]);
    }
}
