//! The server is asked whether the user has decided.

use super::*;

const FIVE: Duration = Duration::from_secs(5);

fn pending(run: &mut TestHarness<DeviceLogin>) {
    assert_eq!(run.request(), POLL);
    run.answer(400, &oauth_error("authorization_pending"));
}

fn finish(mut run: TestHarness<DeviceLogin>) {
    assert_eq!(run.request(), POLL);
    run.answer(200, TOKENS);
    run.answer(200, OWNER);
    run.success();
}

#[test]
fn the_server_says_how_often_it_is_asked() {
    for (interval, seconds) in [
        (r#""interval": 5"#, 5),
        (r#""interval": 1"#, 1),
        (r#""interval": 30"#, 30),
        (r#""interval": 0"#, 1),
        (r#""interval": "7""#, 7),
        (r#""x": 5"#, 5),
        (r#""interval": 18446744073709551615"#, 600),
    ] {
        let mut run = asked_with(&CODES.replace(r#""interval": 5"#, interval));
        assert_eq!(run.wait(), Duration::from_secs(seconds), "{interval}");
    }
}

#[test]
fn a_server_that_is_asked_too_often_is_asked_less_often_from_then_on() {
    let mut run = polling();
    for (seconds, status) in [(10, 400), (15, 403), (20, 429)] {
        run.answer(status, &oauth_error("slow_down"));
        assert_eq!(run.wait(), Duration::from_secs(seconds));
    }
    pending(&mut run);
    assert_eq!(run.wait(), Duration::from_secs(20));
    assert_eq!(told(&mut run), Vec::<String>::new());
    finish(run);
}

#[test]
fn what_is_broken_is_asked_less_often_for_a_while() {
    let lost = |class| move |run: &mut TestHarness<DeviceLogin>| run.fail(class);
    let answered = |status, body: &'static str| {
        move |run: &mut TestHarness<DeviceLogin>| run.answer(status, body)
    };
    type Happens = Box<dyn Fn(&mut TestHarness<DeviceLogin>)>;
    let happens: [Happens; 12] = [
        Box::new(lost(FailureClass::Interrupted)),
        Box::new(lost(FailureClass::Refused)),
        Box::new(lost(FailureClass::TimedOutBeforeSend)),
        Box::new(lost(FailureClass::Dns)),
        Box::new(answered(500, r#"{"error": "server_error"}"#)),
        Box::new(answered(400, r#"{"error": "temporarily_unavailable"}"#)),
        Box::new(answered(502, "<html>Bad Gateway</html>")),
        Box::new(answered(200, "<html>Log in to the WiFi</html>")),
        Box::new(answered(403, "<html>Forbidden</html>")),
        Box::new(answered(503, r#"{"errcode": "M_UNKNOWN", "error": ""}"#)),
        Box::new(answered(
            429,
            r#"{"errcode": "M_LIMIT_EXCEEDED", "error": ""}"#,
        )),
        Box::new(answered(429, "")),
    ];
    for what in happens {
        let mut run = polling();
        for seconds in [10, 20, 30, 30] {
            what(&mut run);
            assert_eq!(told(&mut run), ["RetryScheduled"]);
            assert!(matches!(
                run.flow.prompt(),
                Some(Prompt::DeviceAuthorization { .. })
            ));
            assert!(run.is_silent());
            assert_eq!(run.wait(), Duration::from_secs(seconds));
        }
        pending(&mut run);
        assert_eq!(run.wait(), FIVE);
        finish(run);
    }
}

#[test]
fn a_request_that_hangs_counts_as_broken() {
    let mut run = polling();
    assert_eq!(run.wait(), Duration::from_secs(60));
    assert_eq!(told(&mut run), ["RetryScheduled"]);
    assert_eq!(run.wait(), FIVE * 2);
    finish(run);
}

#[test]
fn a_wait_that_the_server_asks_for_is_kept() {
    let mut run = polling();
    run.answer(
        429,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 90000}"#,
    );
    assert_eq!(run.wait(), Duration::from_secs(90));
    run.answer(429, r#"{"error": "slow_down", "retry_after_ms": 60000}"#);
    assert_eq!(run.wait(), Duration::from_secs(60));
    pending(&mut run);
    assert_eq!(run.wait(), FIVE * 2);
    told(&mut run);
    // The code would have expired by then.
    run.answer(
        429,
        r#"{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 600000}"#,
    );
    assert_eq!(told(&mut run), ["Stalled"]);
}

#[test]
fn a_code_that_expired_or_is_not_known_is_replaced_on_a_retry() {
    for (status, code) in [
        (400, "expired_token"),
        (403, "expired_token"),
        (400, "invalid_grant"),
        (403, "invalid_grant"),
    ] {
        let mut run = polling();
        run.answer(status, &oauth_error(code));
        assert!(is_stalled(&mut run));
        assert!(run.is_silent());
        run.retry();
        assert!(
            run.request()
                .starts_with("POST https://account.example.org/register ")
        );
        run.answer(201, REGISTERED);
        assert!(
            run.request()
                .starts_with("POST https://account.example.org/device ")
        );
        run.answer(200, &CODES.replace("WDJB", "ABCD"));
        let Some(Prompt::DeviceAuthorization { user_code, .. }) = run.flow.prompt() else {
            panic!("there is another code");
        };
        assert_eq!(user_code, "ABCD-MJHT");
        assert_eq!(run.wait(), FIVE);
        finish(run);
    }
}

#[test]
fn a_server_that_never_says_that_the_code_expired_is_not_asked_for_ever() {
    for (lifetime, seconds) in [
        (r#""expires_in": 600"#, 600),
        (r#""expires_in": 602"#, 605),
        (r#""expires_in": 3"#, 3),
        (r#""expires_in": 0"#, 1),
        (r#""x": 600"#, 1800),
    ] {
        let mut run = asked_with(&CODES.replace(r#""expires_in": 600"#, lifetime));
        let mut waited = Duration::ZERO;
        while run.flow.prompt() != Some(Prompt::Retry) {
            waited += run.wait();
            pending(&mut run);
        }
        assert_eq!(waited, Duration::from_secs(seconds), "{lifetime}");
        assert!(is_stalled(&mut run));
        run.retry();
        assert!(run.request().contains("/register "));
    }
}

#[test]
fn a_server_that_stays_broken_is_told_when_the_code_has_expired() {
    let mut run = polling();
    let mut events = Vec::new();
    while run.flow.prompt() != Some(Prompt::Retry) {
        run.answer(502, "<html>Bad Gateway</html>");
        events.extend(told(&mut run));
        if run.flow.prompt() != Some(Prompt::Retry) {
            run.wait();
        }
    }
    assert_eq!(events.pop().unwrap(), "Stalled");
    assert!(events.iter().all(|event| event == "RetryScheduled"));
    assert!((15..30).contains(&events.len()), "{}", events.len());
}

#[test]
fn a_clock_that_is_set_does_not_end_the_code() {
    let hour = Duration::from_secs(3600);
    let mut run = asked_with(CODES);
    run.set_clock(NOW + hour);
    pending(&mut run);
    assert_eq!(run.wait(), FIVE);
    pending(&mut run);
    run.set_clock(NOW);
    assert!(run.is_silent());
    assert_eq!(run.wait(), FIVE);
    pending(&mut run);
    run.wait();
    run.set_clock(Timestamp::from_millis(0));
    finish(run);
}

#[test]
fn a_refusal_ends_it() {
    for status in [400, 403] {
        let mut run = polling();
        run.answer(
            status,
            r#"{"error": "access_denied", "error_description": "not today", "error_uri": "https://why"}"#,
        );
        let FlowError::NotAuthorized(declined) = run.error() else {
            panic!("it is refused");
        };
        assert_eq!(declined.error, OAuthErrorCode::AccessDenied);
        assert_eq!(declined.error_description.as_deref(), Some("not today"));
        assert_eq!(declined.error_uri.as_deref(), Some("https://why"));
    }
    for (status, body) in [
        (400, r#"{"error": "invalid_request"}"#),
        (400, r#"{"error": "unsupported_grant_type"}"#),
        (403, r#"{"error": "invalid_scope"}"#),
        (403, r#"{"errcode": "M_FORBIDDEN", "error": ""}"#),
    ] {
        let mut run = polling();
        run.answer(status, body);
        let error = run.error().to_string();
        assert!(error.starts_with("oauth:exchangeDeviceCode: "), "{error}");
    }
}

#[test]
fn a_client_that_the_server_forgot_is_registered_anew_once() {
    for code in ["invalid_client", "unauthorized_client"] {
        let mut run = registered();
        run.answer(401, &oauth_error(code));
        assert!(run.request().contains("/register "));
        run.answer(201, REGISTERED);
        run.answer(401, &oauth_error(code));
        assert!(
            run.error()
                .to_string()
                .starts_with("oauth:authorizeDevice: ")
        );

        let mut run = polling();
        run.answer(401, &oauth_error(code));
        assert!(run.request().contains("/register "));
        run.answer(201, REGISTERED);
        run.answer(200, CODES);
        assert_eq!(told(&mut run), ["DeviceAuthorization"]);
        run.wait();
        run.answer(401, &oauth_error(code));
        assert!(
            run.error()
                .to_string()
                .starts_with("oauth:exchangeDeviceCode: ")
        );
    }
}

#[test]
fn a_transport_that_cannot_send_stalls_it_and_the_code_stays_good() {
    let mut run = polling();
    run.fail(FailureClass::Tls);
    assert!(is_stalled(&mut run));
    run.retry();
    finish(run);
}
