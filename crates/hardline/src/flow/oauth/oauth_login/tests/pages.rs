//! What the browser is sent out with.

use super::*;

fn mode_of(redirect_uri: &str, wanted: Option<ResponseMode>, offered: &str) -> Option<String> {
    let metadata = METADATA.replace(r#"["query", "fragment"]"#, offered);
    let mut flow = flow().with_redirect_uri(redirect_uri);
    if let Some(wanted) = wanted {
        flow = flow.with_response_mode(wanted);
    }
    let run = asked_by(flow, &metadata);
    if run.outcome.is_none() {
        return parameter(&run, "response_mode");
    }
    assert!(matches!(
        run.error(),
        FlowError::NoOAuth(OAuthGap::ResponseMode)
    ));
    None
}

#[test]
fn the_response_comes_back_where_it_can_be_read() {
    const LISTENER: &str = "http://127.0.0.1:49152/";
    const PAGE: &str = "https://app.example.com/callback";
    const BOTH: &str = r#"["query", "fragment"]"#;
    for (redirect_uri, wanted, offered, mode) in [
        (LISTENER, None, BOTH, Some("query")),
        (PAGE, None, BOTH, Some("fragment")),
        ("com.example.app:/callback", None, BOTH, Some("query")),
        (PAGE, None, "[]", Some("fragment")),
        (PAGE, None, r#"["form_post", "query"]"#, Some("query")),
        (PAGE, Some(ResponseMode::Query), BOTH, Some("query")),
        (
            LISTENER,
            Some(ResponseMode::Fragment),
            BOTH,
            Some("fragment"),
        ),
        (LISTENER, Some(ResponseMode::Query), r#"["fragment"]"#, None),
        (PAGE, Some(ResponseMode::Fragment), "[]", Some("fragment")),
        (LISTENER, None, r#"["form_post"]"#, None),
    ] {
        let chosen = mode_of(redirect_uri, wanted.clone(), offered);
        assert_eq!(
            chosen.as_deref(),
            mode,
            "{redirect_uri} {wanted:?} {offered}"
        );
    }
}

#[test]
fn the_form_to_register_comes_first_where_there_is_one() {
    let with_form = METADATA.replacen(
        '{',
        r#"{"prompt_values_supported": ["login", "create"], "#,
        1,
    );
    let without = METADATA.replacen('{', r#"{"prompt_values_supported": ["login"], "#, 1);
    for (flow, metadata, prompt) in [
        (flow().registering(), &*with_form, Some("create")),
        (flow().registering(), &*without, None),
        (flow().registering(), METADATA, None),
        (flow(), &*with_form, None),
    ] {
        let run = asked_by(flow, metadata);
        assert_eq!(parameter(&run, "prompt").as_deref(), prompt);
    }
}

#[test]
fn the_browser_comes_back_to_another_port_than_the_registered_uri_has() {
    let mut run = asked_by(
        flow().with_redirect_uri("http://127.0.0.1:49152/callback"),
        METADATA,
    );
    let Some(Prompt::Authorization { redirect_uri, .. }) = run.flow.prompt() else {
        panic!("it asks for a page");
    };
    assert_eq!(redirect_uri, "http://127.0.0.1:49152/callback");
    assert_eq!(parameter(&run, "redirect_uri").unwrap(), redirect_uri);
    come_back(&mut run, "code=x");
    assert_eq!(field(&run, "redirect_uri").unwrap(), redirect_uri);
}

#[test]
fn what_the_endpoint_has_in_its_query_stays_there() {
    let metadata = METADATA.replace("/authorize\"", "/authorize?lang=en\"");
    let run = asked_by(flow(), &metadata);
    assert_eq!(parameter(&run, "lang").unwrap(), "en");
    assert!(parameter(&run, "state").is_some());
}
