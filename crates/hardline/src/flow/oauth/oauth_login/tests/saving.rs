//! A login is saved and loaded, in each state.

use super::*;

#[test]
fn a_login_goes_on_where_it_was_saved() {
    let mut run = TestHarness::new(flow());
    run.save_and_load();
    run.wait();
    run.answer(404, r#"{"errcode": "M_UNRECOGNIZED", "error": ""}"#);
    run.save_and_load();
    run.wait();
    assert!(run.request().contains("msc2965"));
    run.answer(200, METADATA);
    run.save_and_load();
    run.wait();
    run.answer(201, REGISTERED);
    assert_eq!(told(&mut run), ["Authorization"]);
    let before = run.flow.prompt();
    run.save_and_load();
    assert_eq!(run.told(), (vec![], before));
    come_back(&mut run, "code=not-to-be-shown");
    let sent = run.request();
    run.save_and_load();
    // Nobody knows whether the code arrived.
    assert_eq!(
        run.told(),
        (vec!["Stalled".to_owned()], Some(Prompt::Retry))
    );
    run.save_and_load();
    run.retry();
    assert_eq!(run.request(), sent);
    run.answer(200, TOKENS);
    run.save_and_load();
    run.wait();
    assert_eq!(run.token(), Some("mat_hunter2"));
    run.answer(401, r#"{"errcode": "M_UNKNOWN_TOKEN", "error": ""}"#);
    run.save_and_load();
    run.wait();
    assert_eq!(field(&run, "refresh_token").unwrap(), "mar_hunter2");
    run.answer(200, r#"{"access_token": "mat_123456"}"#);
    run.answer(200, OWNER);
    let tokens = run.success().tokens;
    assert_eq!(tokens.access_token.reveal(), "mat_123456");
    assert_eq!(tokens.refresh_token.unwrap().reveal(), "mar_hunter2");
}

#[test]
fn a_page_after_loading_is_another_one_again() {
    let mut run = asked();
    let first = parameter(&run, "state");
    run.save_and_load();
    come_back(&mut run, "error=server_error");
    assert_ne!(parameter(&run, "state"), first);
}
