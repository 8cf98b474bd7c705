//! What the browser brings back.

use super::*;

#[test]
fn the_whole_url_or_its_parts_will_do() {
    for before in [
        REDIRECT_URI,
        "/callback",
        "",
        "com.example.app:/callback",
        "http://localhost:49152/",
    ] {
        for separator in ["?", "#", "?other=x#"] {
            let mut run = asked();
            let state = parameter(&run, "state").unwrap();
            let url = format!("{before}{separator}code=abc&state={state}");
            run.reply(Reply::Redirected(url.as_str().into()));
            assert_eq!(field(&run, "code").as_deref(), Some("abc"), "{url}");
        }
    }
}

#[test]
fn what_does_not_belong_to_this_login_changes_nothing() {
    let issuer_is_said = METADATA.replacen(
        '{',
        r#"{"authorization_response_iss_parameter_supported": true, "#,
        1,
    );
    for (metadata, parameters, has_state) in [
        (METADATA, "code=not-to-be-shown", false),
        (METADATA, "code=not-to-be-shown&state=other", false),
        (METADATA, "error=access_denied&state=other", false),
        (METADATA, "error=access_denied", false),
        (METADATA, "code=x&iss=https%3A%2F%2Fevil.example%2F", true),
        (METADATA, "error=server_error&iss=x", true),
        (&*issuer_is_said, "code=x", true),
        (&*issuer_is_said, "error=access_denied", true),
        (METADATA, "", true),
        (METADATA, "code=", true),
        (METADATA, "code=x&code=y", true),
        (METADATA, "code=x&state=other", true),
        (METADATA, "favicon.ico", false),
    ] {
        let mut run = asked_by(flow(), metadata);
        told(&mut run);
        let before = run.flow.prompt();
        if has_state {
            come_back(&mut run, parameters);
        } else {
            run.reply(Reply::Redirected(
                format!("{REDIRECT_URI}?{parameters}").into(),
            ));
        }
        let events = (vec!["no Authorization".to_owned()], before);
        assert_eq!(run.told(), events, "{parameters}");
        assert!(run.is_silent());
        // The right one is still taken.
        come_back(&mut run, "code=x&iss=https%3A%2F%2Faccount.example.org%2F");
        finish(run);
    }
}

#[test]
fn the_reason_is_told_without_the_url() {
    let mut flow = asked().flow;
    let foreign = "http://127.0.0.1/callback?code=not-to-be-shown&state=other";
    flow.reply(NOW, Reply::Redirected(foreign.into())).unwrap();
    let FlowEvent::Rejected { error, .. } = event(&mut flow) else {
        panic!("it is not this login's");
    };
    let cause = error.failure().unwrap().cause();
    let foreign = cause.downcast_ref::<crate::oauth_api::ForeignResponse>();
    assert_eq!(foreign, Some(&crate::oauth_api::ForeignResponse::State));
    assert!(!format!("{error} {error:?}").contains("not-to-be-shown"));
}

fn event(flow: &mut OAuthLogin) -> FlowEvent {
    use crate::flow::{Flow, Output};

    match flow.poll_output() {
        Output::Event(event) => event,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_refusal_ends_it() {
    for code in [
        "access_denied",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_response_type",
        "login_required",
    ] {
        let mut run = asked();
        come_back(
            &mut run,
            &format!("error={code}&error_description=not%20today&error_uri=https%3A%2F%2Fwhy"),
        );
        let FlowError::NotAuthorized(declined) = run.error() else {
            panic!("{code} is a refusal");
        };
        assert_eq!(declined.error, OAuthErrorCode::from(code));
        assert_eq!(declined.error_description.as_deref(), Some("not today"));
        assert_eq!(declined.error_uri.as_deref(), Some("https://why"));
    }
}

#[test]
fn a_server_that_is_not_ready_gets_another_page() {
    let mut run = asked();
    for code in ["server_error", "temporarily_unavailable", "server_error"] {
        let before = page(&run).1;
        come_back(&mut run, &format!("error={code}"));
        assert_eq!(told(&mut run), ["no Authorization"]);
        assert!(run.is_silent());
        for secret in ["state", "code_challenge"] {
            let now = parameter(&run, secret);
            assert_ne!(now, value(before.clone(), secret), "{secret}");
        }
        for same in ["client_id", "redirect_uri", "scope"] {
            assert_eq!(parameter(&run, same), value(before.clone(), same), "{same}");
        }
        // The page before is used up.
        let state = value(before, "state").unwrap();
        run.reply(Reply::Redirected(format!("?code=x&state={state}").into()));
        assert_eq!(told(&mut run), ["no Authorization"]);
    }
    let challenge = parameter(&run, "code_challenge").unwrap();
    come_back(&mut run, "code=x");
    let verifier = CodeVerifier::parse(field(&run, "code_verifier").unwrap()).unwrap();
    assert_eq!(CodeChallenge::s256(&verifier), challenge.as_str());
    finish(run);
}
