use super::*;
use crate::flow::InteractiveFlow;
use crate::flow::engine::test_harness::{NOW, TestHarness, homeserver};
use crate::wire::BaseUrl;

const NO_SUPPORT: &str = r#"{"id_server_unbind_result": "no-support"}"#;

fn unbind(medium: Medium, address: &str) -> TestHarness<UnbindThreepid> {
    let base_url = BaseUrl::parse("https://is.org").unwrap();
    let flow = UnbindThreepid::new(
        NOW,
        homeserver(),
        UserId::parse("@alice:example.org").unwrap(),
        IdentityServer::new(base_url).unwrap(),
        association::Threepid::new(medium, address.to_owned()),
        ClientSecret::parse("not-to-be-shown").unwrap(),
    );
    TestHarness::new(flow.with_identity_token(AccessToken::from("is-not-to-be-shown")))
}

fn unbinding() -> TestHarness<UnbindThreepid> {
    let mut unbind = unbind(Medium::Msisdn, "447700900001");
    unbind.answer(200, NO_SUPPORT);
    unbind.answer(200, r#"{"sid": "7"}"#);
    unbind.code("123456");
    unbind.answer(200, r#"{"success": true}"#);
    assert_eq!(unbind.told().0, ["Code", "Validated"]);
    unbind
}

#[test]
fn the_homeserver_vouches_for_its_user() {
    for answer in [r#"{"id_server_unbind_result": "success"}"#, "{}"] {
        let mut unbind = unbind(Medium::Msisdn, "447700900001");
        assert_eq!(
            unbind.request(),
            r#"POST /_matrix/client/v3/account/3pid/unbind {"id_server":"is.org","medium":"msisdn","address":"447700900001"}"#
        );
        assert_eq!(unbind.token(), None);
        unbind.answer(200, answer);
        unbind.success();
    }
}

#[test]
fn if_the_homeserver_cannot_the_user_proves_that_it_is_theirs() {
    for (status, answer) in [
        (200, NO_SUPPORT),
        (200, r#"{"id_server_unbind_result": "org.example.later"}"#),
        (400, r#"{"errcode": "M_SERVER_NOT_TRUSTED", "error": "x"}"#),
        (
            500,
            r#"{"errcode": "M_UNKNOWN", "error": "Failed to contact identity server"}"#,
        ),
    ] {
        let mut unbind = unbind(Medium::Msisdn, "447700900001");
        unbind.answer(status, answer);
        assert_eq!(
            unbind.request(),
            r#"POST https://is.org/_matrix/identity/v2/validate/msisdn/requestToken {"client_secret":"not-to-be-shown","country":"GB","phone_number":"+447700900001","send_attempt":1}"#
        );
    }
    let mut unbind = unbinding();
    assert_eq!(
        unbind.request(),
        r#"POST https://is.org/_matrix/identity/v2/3pid/unbind {"sid":"7","client_secret":"not-to-be-shown","mxid":"@alice:example.org","threepid":{"medium":"msisdn","address":"447700900001"}}"#
    );
    assert_eq!(unbind.token(), Some("is-not-to-be-shown"));
    unbind.answer(200, "{}");
    unbind.success();
}

#[test]
fn an_email_address_is_proved_by_its_link() {
    let mut unbind = unbind(Medium::Email, "alice@example.org");
    unbind.answer(200, NO_SUPPORT);
    assert!(unbind.request().contains("/validate/email/requestToken"));
    unbind.answer(200, r#"{"sid": "7"}"#);
    unbind.reply(Reply::Done);
    assert!(unbind.request().contains("/3pid/getValidated3pid?"));
    let not_validated = r#"{"errcode": "M_SESSION_NOT_VALIDATED", "error": "x"}"#;
    unbind.answer(400, not_validated);
    assert_eq!(unbind.told().0, ["Confirmation", "no Confirmation"]);
    unbind.wait();
    unbind.answer(
        200,
        r#"{"medium": "email", "address": "alice@example.org"}"#,
    );
    assert_eq!(unbind.told().0, ["Validated"]);
    assert!(unbind.request().contains("/3pid/unbind "));
    unbind.answer(200, "{}");
    unbind.success();
}

#[test]
fn an_identity_server_that_cannot_unbind_ends_it() {
    for (status, body) in [
        (403, r#"{"errcode": "M_FORBIDDEN", "error": "x"}"#),
        (404, r#"{"errcode": "M_UNRECOGNIZED", "error": "x"}"#),
    ] {
        let mut unbind = unbinding();
        unbind.answer(status, body);
        assert!(
            unbind
                .error()
                .to_string()
                .starts_with("is:unbindV2: the server declined: ")
        );
    }
}

#[test]
fn a_refusal_by_the_homeserver_ends_it() {
    let mut unbind = unbind(Medium::Msisdn, "447700900001");
    assert!(unbind.flow.reply(NOW, Reply::Resend).is_err());
    unbind.answer(400, r#"{"errcode": "M_INVALID_PARAM", "error": "x"}"#);
    assert!(
        unbind
            .error()
            .to_string()
            .starts_with("cs:unbind3pidFromAccount: ")
    );
}

#[test]
fn an_unresponsive_homeserver_is_not_bypassed() {
    let mut unbind = unbind(Medium::Msisdn, "447700900001");
    let asked = unbind.request();
    unbind.answer(502, "<html>");
    assert_eq!(unbind.told().0, ["Stalled"]);
    unbind.retry();
    assert_eq!(unbind.request(), asked);
    unbind.answer(401, r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "x"}"#);
    assert_eq!(unbind.told().0, ["Stalled"]);
}

#[cfg(feature = "persist")]
#[test]
fn it_is_saved_while_the_code_is_awaited() {
    let mut unbind = unbind(Medium::Msisdn, "447700900001");
    unbind.answer(200, NO_SUPPORT);
    unbind.answer(200, r#"{"sid": "7"}"#);
    unbind.save_and_load();
    assert_eq!(unbind.flow.prompt(), Some(Prompt::Code { send_attempt: 1 }));
    unbind.code("123456");
    assert!(unbind.request().contains("/validate/msisdn/submitToken"));
}

#[test]
fn a_number_is_unbound_in_its_canonical_form() {
    let unbind = unbind(Medium::Msisdn, "+44 7700 900001");
    assert!(
        unbind
            .request()
            .contains(r#""medium":"msisdn","address":"447700900001""#),
        "{}",
        unbind.request()
    );
}

#[test]
fn a_number_without_its_country_is_refused_before_anything_is_sent() {
    let unbind = unbind(Medium::Msisdn, "07700 900001");
    assert!(unbind.is_silent());
    assert!(matches!(
        unbind.error(),
        FlowError::InvalidAddress { index: 0, .. }
    ));
}
