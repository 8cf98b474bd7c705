use serde_json::{Value, json};

use crate::flow::engine::test_harness::{NOW, TestHarness};
use crate::flow::{FlowError, OperationFlow, Prompt, Reply, UiaCapabilities};
use crate::json::JsonObject;
use crate::types::Password;
use crate::wire::{Auth, AuthType, Endpoint, Operation, Target, UserIdentifier};

/// What the stage guards: another identity for the account's devices.
#[derive(Clone, Debug, serde::Serialize)]
#[cfg_attr(feature = "persist", derive(serde::Deserialize))]
struct ResetKeys {
    master_key: String,
}

impl Endpoint for ResetKeys {
    const OPERATION: Operation =
        Operation::post("resetKeys", "/_matrix/client/v3/keys/device_signing/upload")
            .auth(Auth::Required)
            .uia();
    type Response = JsonObject;
}

type Run = TestHarness<OperationFlow<ResetKeys>>;

const BOTH: [&str; 2] = ["m.oauth", "org.matrix.cross_signing_reset"];
const PAGE: &str = "https://account.example.org/?action=org.matrix.cross_signing_reset";

fn run(homeserver: &str, uia_capabilities: UiaCapabilities) -> Run {
    let operation = ResetKeys {
        master_key: "k".to_owned(),
    };
    let target = Target::homeserver(homeserver).unwrap();
    let flow = OperationFlow::new(NOW, operation, target, 1)
        .with_uia_capabilities(uia_capabilities)
        .with_user(UserIdentifier::user("alice"));
    TestHarness::new(flow)
}

fn with_browser() -> UiaCapabilities {
    UiaCapabilities {
        browser: true,
        ..UiaCapabilities::default()
    }
}

/// Synapse's challenge: a flow for each stage, and no errcode.
fn challenge(stages: &[&str], url: Value) -> String {
    let flows: Vec<Value> = stages.iter().map(|s| json!({"stages": [s]})).collect();
    let params = stages.iter().map(|stage| ((*stage).to_owned(), json!({})));
    let mut params: serde_json::Map<_, _> = params.collect();
    if !url.is_null() {
        for stage in stages {
            params[*stage] = json!({ "url": url });
        }
    }
    json!({
        "session": "dummy",
        "flows": flows,
        "params": params,
        "msg": "To reset your identity, you first need to approve it and then try again.",
    })
    .to_string()
}

fn browser(url: &str) -> Option<Prompt> {
    let url = url.to_owned();
    Some(Prompt::Browser { url })
}

fn sent(auth: &str) -> String {
    format!(r#"POST /_matrix/client/v3/keys/device_signing/upload {{"master_key":"k"{auth}}}"#)
}

#[test]
fn a_page_of_the_authorization_server_is_opened_and_the_session_alone_is_sent() {
    for stages in [&BOTH[..], &BOTH[..1], &BOTH[1..]] {
        let mut run = run("https://example.org", with_browser());
        assert_eq!(run.request(), sent(""));
        run.answer(401, &challenge(stages, json!(PAGE)));
        assert_eq!(run.told(), (vec!["Browser".to_owned()], browser(PAGE)));
        run.reply(Reply::Done);
        assert_eq!(run.request(), sent(r#","auth":{"session":"dummy"}"#));
        run.answer(200, "{}");
        run.success();
    }
}

#[test]
fn until_the_user_approved_the_page_is_asked_for_again() {
    let refusals = [
        (401, challenge(&BOTH, json!(PAGE))),
        (
            401,
            r#"{"errcode": "M_FORBIDDEN", "error": "not approved yet"}"#.to_owned(),
        ),
        (403, r#"{"errcode": "M_FORBIDDEN"}"#.to_owned()),
    ];
    for (status, body) in refusals {
        let mut run = run("https://example.org", with_browser());
        run.answer(401, &challenge(&BOTH, json!(PAGE)));
        run.told();
        for _ in 0..20 {
            run.reply(Reply::Done);
            assert_eq!(run.request(), sent(r#","auth":{"session":"dummy"}"#));
            run.answer(status, &body);
            let again = (vec!["no Browser".to_owned()], browser(PAGE));
            assert_eq!(run.told(), again, "{status} {body}");
            assert!(run.is_silent());
        }
        run.reply(Reply::Done);
        run.answer(200, "{}");
        run.success();
    }
}

#[test]
fn a_url_that_no_browser_should_get_is_replaced_by_the_homeservers_own_page() {
    let fallback = "https://example.org/_matrix/client/v3/auth/m.oauth/fallback/web?session=dummy";
    for url in [
        json!(null),
        json!(7),
        json!(""),
        json!("/account"),
        json!("javascript:alert(1)"),
        json!("http://account.example.org/"),
        json!("https://user@account.example.org/"),
    ] {
        let mut run = run("https://example.org", with_browser());
        run.answer(401, &challenge(&BOTH[..1], url.clone()));
        assert_eq!(run.told().1, browser(fallback), "{url}");
    }
    let plain = "http://127.0.0.1:8080/account/";
    let mut run = run("http://127.0.0.1:8008", with_browser());
    run.answer(401, &challenge(&BOTH, json!(plain)));
    assert_eq!(run.told().1, browser(plain));
}

#[test]
fn a_flow_whose_page_is_named_is_preferred() {
    let challenge = |first: &str| {
        format!(
            r#"{{"session": "dummy", "flows": [{first}, {{"stages": ["org.matrix.cross_signing_reset"]}}],
            "params": {{"m.oauth": {{}}, "org.matrix.cross_signing_reset": {{"url": "{PAGE}"}}}}}}"#
        )
    };
    let mut run_of = run("https://example.org", with_browser());
    run_of.answer(401, &challenge(r#"{"stages": ["m.oauth"]}"#));
    assert_eq!(run_of.told().1, browser(PAGE));
    let mut run_of = run("https://example.org", with_browser());
    run_of.answer(
        401,
        r#"{"session": "S", "flows": [{"stages": ["m.oauth"]}, {"stages": ["m.login.password", "m.login.dummy"]}]}"#,
    );
    assert_eq!(run_of.told().1, Some(Prompt::Password));
    run_of.reply(Reply::Password(Password::from("hunter2")));
    assert!(run_of.request().contains("m.login.password"));
}

#[test]
fn a_program_without_a_browser_completes_the_stage_itself_or_fails() {
    let mut run_of = run("https://example.org", UiaCapabilities::default());
    run_of.answer(401, &challenge(&BOTH, json!(PAGE)));
    assert!(matches!(
        run_of.error(),
        FlowError::UnknownAuthentication(_)
    ));
    let capabilities = UiaCapabilities {
        others: vec![AuthType::Oauth],
        ..UiaCapabilities::default()
    };
    let mut run_of = run("https://example.org", capabilities);
    run_of.answer(401, &challenge(&BOTH, json!(PAGE)));
    assert_eq!(run_of.told().1, Some(Prompt::Stage(AuthType::Oauth)));
}

#[test]
fn a_server_that_gives_a_new_session_each_time_is_told_of_the_newest() {
    let mut run = run("https://example.org", with_browser());
    let challenge =
        |session: u8| challenge(&BOTH, json!(PAGE)).replace("dummy", &format!("s{session}"));
    run.answer(401, &challenge(1));
    run.reply(Reply::Done);
    assert_eq!(run.request(), sent(r#","auth":{"session":"s1"}"#));
    // The session may have been forgotten, so what the user did is tried in the new one, once.
    run.answer(401, &challenge(2));
    assert_eq!(run.request(), sent(r#","auth":{"session":"s2"}"#));
    run.answer(401, &challenge(3));
    assert_eq!(run.told().1, browser(PAGE));
    run.reply(Reply::Done);
    assert_eq!(run.request(), sent(r#","auth":{"session":"s3"}"#));
    run.answer(200, "{}");
    run.success();
}
