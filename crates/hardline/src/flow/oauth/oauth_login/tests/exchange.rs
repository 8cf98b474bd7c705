//! The code is exchanged.

use super::*;
use crate::wire::FailureClass;

#[test]
fn a_code_that_is_no_longer_good_gets_another_page() {
    for status in [400, 401, 403] {
        let mut run = exchanging();
        run.answer(status, &oauth_error("invalid_grant"));
        assert_eq!(told(&mut run), ["no Authorization"]);
        assert!(run.is_silent());
        let (before, verifier) = {
            let first = exchanging();
            let state = parameter(&asked(), "state");
            (state, field(&first, "code_verifier"))
        };
        assert_ne!(parameter(&run, "state"), before);
        come_back(&mut run, "code=another");
        assert_eq!(field(&run, "code").unwrap(), "another");
        assert_ne!(field(&run, "code_verifier"), verifier);
        finish(run);
    }
}

#[test]
fn a_client_that_the_server_forgot_is_registered_anew_once() {
    for (status, code) in [
        (401, "invalid_client"),
        (400, "invalid_client"),
        (401, "unauthorized_client"),
        (400, "unauthorized_client"),
    ] {
        let mut run = exchanging();
        run.answer(status, &oauth_error(code));
        assert!(
            run.request()
                .starts_with("POST https://account.example.org/register ")
        );
        run.answer(201, r#"{"client_id": "another"}"#);
        assert_eq!(told(&mut run), ["Authorization"]);
        assert_eq!(parameter(&run, "client_id").unwrap(), "another");
        assert_ne!(parameter(&run, "state"), parameter(&asked(), "state"));
        come_back(&mut run, "code=x");
        assert_eq!(field(&run, "client_id").unwrap(), "another");
        run.answer(status, &oauth_error(code));
        let error = run.error().to_string();
        assert_eq!(
            error,
            format!("oauth:exchangeCode: the server declined: {code} (HTTP status {status})")
        );
    }
}

#[test]
fn other_refusals_end_it() {
    for (status, code) in [
        (400, "invalid_request"),
        (403, "invalid_scope"),
        (400, "unsupported_grant_type"),
        (400, "access_denied"),
    ] {
        let mut run = exchanging();
        run.answer(status, &oauth_error(code));
        assert!(matches!(run.error(), FlowError::Refused { .. }), "{code}");
    }
    let mut run = exchanging();
    run.answer(403, r#"{"errcode": "M_FORBIDDEN", "error": "no"}"#);
    assert!(matches!(run.error(), FlowError::Refused { .. }));
}

#[test]
fn a_code_is_never_sent_twice_by_itself() {
    let lost = |run: &mut TestHarness<OAuthLogin>| run.fail(FailureClass::Interrupted);
    let timed_out = |run: &mut TestHarness<OAuthLogin>| {
        run.wait();
    };
    let answered = |status, body: &'static str| {
        move |run: &mut TestHarness<OAuthLogin>| run.answer(status, body)
    };
    type Happens = Box<dyn Fn(&mut TestHarness<OAuthLogin>)>;
    let happens: [Happens; 9] = [
        Box::new(lost),
        Box::new(timed_out),
        Box::new(answered(500, r#"{"error": "server_error"}"#)),
        Box::new(answered(503, r#"{"error": "temporarily_unavailable"}"#)),
        Box::new(answered(400, r#"{"error": "temporarily_unavailable"}"#)),
        Box::new(answered(502, "<html>Bad Gateway</html>")),
        Box::new(answered(200, "<html>Log in to the WiFi</html>")),
        Box::new(answered(200, r#"{"token_type": "Bearer"}"#)),
        Box::new(answered(400, "<html>Bad Request</html>")),
    ];
    for what in happens {
        let mut run = exchanging();
        let sent = run.request();
        what(&mut run);
        assert_eq!(
            run.told(),
            (vec!["Stalled".to_owned()], Some(Prompt::Retry))
        );
        assert!(run.is_silent());
        run.retry();
        assert_eq!(run.request(), sent);
        // The first request had arrived.
        run.answer(400, &oauth_error("invalid_grant"));
        assert_eq!(told(&mut run), ["no Authorization"]);
        come_back(&mut run, "code=another");
        finish(run);
    }
}

#[test]
fn a_code_that_cannot_have_arrived_is_sent_again() {
    let mut run = exchanging();
    let sent = run.request();
    run.fail(FailureClass::Refused);
    assert_eq!(told(&mut run), ["RetryScheduled"]);
    run.wait();
    assert_eq!(run.request(), sent);
    run.answer(429, r#"{"error": "slow_down", "retry_after_ms": 3000}"#);
    assert_eq!(told(&mut run), ["RetryScheduled"]);
    assert_eq!(run.wait(), Duration::from_secs(3));
    assert_eq!(run.request(), sent);
    finish(run);
}

#[test]
fn the_user_may_log_in_on_the_same_page_again_after_the_exchange_stalled() {
    let mut run = asked();
    let state = parameter(&run, "state").unwrap();
    come_back(&mut run, "code=not-to-be-shown");
    let redirected = |url: &str| Reply::Redirected(url.into());
    let second = format!("?code=second&state={state}");
    assert_eq!(run.flow.reply(NOW, redirected(&second)), Err(NotAwaited));
    run.fail(FailureClass::Interrupted);
    for bad in [
        "?code=second&state=x",
        "",
        &format!("?error=access_denied&state={state}"),
    ] {
        assert_eq!(
            run.flow.reply(NOW, redirected(bad)),
            Err(NotAwaited),
            "{bad}"
        );
        assert_eq!(run.flow.prompt(), Some(Prompt::Retry));
    }
    run.reply(redirected(&second));
    assert_eq!(field(&run, "code").unwrap(), "second");
    finish(run);
}
