use serde::{Deserialize, Serialize};

use super::*;
use crate::flow::RequestId;
use crate::types::{AccessToken, RefreshToken};
use crate::wire::{self, Credentials, Endpoint, Operation};

const HOUR: u64 = 3_600_000;

#[derive(Serialize)]
struct Ask {}

#[derive(Deserialize)]
struct Told {}

impl Endpoint for Ask {
    const OPERATION: Operation =
        Operation::post("ask", "/_matrix/client/v3/ask").auth(Auth::Required);
    type Response = Told;
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn homeserver() -> Target {
    Target::homeserver("https://example.org").unwrap()
}

fn tokens() -> SessionTokens {
    SessionTokens::new(AccessToken::from("first"))
        .refreshed_with(RefreshToken::from("refresh"))
        .expiring_in(at(0), Duration::from_millis(HOUR))
}

fn manager(tokens: SessionTokens) -> TokenManager {
    TokenManager::new(homeserver(), Some(tokens), 1)
}

fn request() -> Request<Vec<u8>> {
    let mut request = wire::encode(&Ask {}, &homeserver(), &Credentials::Deferred).unwrap();
    let dispatch = RequestMeta::new(const { &Ask::OPERATION }, Duration::from_secs(60));
    request.extensions_mut().insert(dispatch);
    request
}

fn response(status: u16, body: &'static str) -> Response<Bytes> {
    let body = Bytes::from_static(body.as_bytes());
    Response::builder().status(status).body(body).unwrap()
}

fn unknown_token() -> Response<Bytes> {
    response(
        401,
        r#"{"errcode": "M_UNKNOWN_TOKEN", "soft_logout": true}"#,
    )
}

fn sent_with(manager: &mut TokenManager, now: u64, ticket: Option<Ticket>) -> (String, Ticket) {
    let mut request = request();
    match manager.admit(at(now), ticket, &mut request) {
        RequestDecision::Go(ticket) => {
            let value = request.headers()[AUTHORIZATION].to_str().unwrap();
            (value.to_owned(), ticket)
        }
        other => panic!("{other:?}"),
    }
}

fn held(manager: &mut TokenManager, now: u64, ticket: Option<Ticket>) -> Ticket {
    match manager.admit(at(now), ticket, &mut request()) {
        RequestDecision::Hold(ticket) => ticket,
        other => panic!("{other:?}"),
    }
}

/// Drains the token manager: the requests it sends and the names of its events.
fn drain(manager: &mut TokenManager) -> (Vec<(RequestId, String)>, Vec<String>) {
    let (mut sent, mut told) = (Vec::new(), Vec::new());
    loop {
        match manager.poll_output() {
            Output::Send(id, request) => {
                assert!(request.headers().get(AUTHORIZATION).is_none());
                sent.push((id, String::from_utf8(request.into_body()).unwrap()));
            }
            Output::Event(event) => {
                let text = format!("{event:?}");
                assert!(!text.contains("second"), "{text}");
                told.push(text.split([' ', '(']).next().unwrap().to_owned());
            }
            Output::Cancel(_) => {}
            other @ (Output::SendStreaming(..) | Output::Receive(..)) => panic!("{other:?}"),
            Output::Wait(_) => return (sent, told),
            Output::Done(never) => match never {},
        }
    }
}

#[test]
fn requests_to_another_server_go_without_the_token_if_it_is_optional() {
    #[derive(Serialize)]
    struct Look {}

    impl Endpoint for Look {
        const OPERATION: Operation =
            Operation::get("look", "/_matrix/client/v3/look").auth(Auth::Optional);
        type Response = Told;
    }

    let mut manager = manager(tokens());
    let mut look = |at_server| {
        let target = Target::homeserver(at_server).unwrap();
        let mut request = wire::encode(&Look {}, &target, &Credentials::Deferred).unwrap();
        let dispatch = RequestMeta::new(const { &Look::OPERATION }, Duration::from_secs(60));
        request.extensions_mut().insert(dispatch);
        let admission = manager.admit(at(0), None, &mut request);
        assert!(matches!(admission, RequestDecision::Go(_)), "{admission:?}");
        request.headers().contains_key(AUTHORIZATION)
    };
    assert!(look("https://example.org"));
    assert!(!look("https://elsewhere.org"));
}

#[test]
fn any_number_of_requests_with_an_expired_token_cause_one_refresh() {
    let mut manager = manager(tokens());
    let (value, first) = sent_with(&mut manager, 0, None);
    let (_, second) = sent_with(&mut manager, 0, None);
    assert_eq!(value, "Bearer first");
    assert!(matches!(
        manager.pass(at(1), first, unknown_token()),
        ResponseDecision::Hold(_)
    ));
    let (sent, _) = drain(&mut manager);
    assert_eq!(sent[0].1, r#"{"refresh_token":"refresh"}"#);
    assert!(matches!(
        manager.pass(at(2), second, unknown_token()),
        ResponseDecision::Hold(_)
    ));
    let third = held(&mut manager, 2, None);
    assert!(drain(&mut manager).0.is_empty());

    let answer = r#"{"access_token": "second", "refresh_token": "next", "expires_in_ms": 3600000}"#;
    manager.handle_input(at(3), Input::Response(sent[0].0, response(200, answer)));
    assert_eq!(drain(&mut manager).1, ["Refreshed"]);
    for ticket in [first, second, third] {
        assert_eq!(sent_with(&mut manager, 4, Some(ticket)).0, "Bearer second");
    }
    let kept = manager.tokens().unwrap();
    assert_eq!(kept.refresh_token, Some(RefreshToken::from("next")));
    assert_eq!(kept.expires_at, Some(at(HOUR + 3)));
}

#[test]
fn a_late_response_to_the_old_token_refreshes_nothing() {
    let mut manager = manager(tokens());
    let (_, early) = sent_with(&mut manager, 0, None);
    let (_, late) = sent_with(&mut manager, 0, None);
    let ResponseDecision::Hold(_) = manager.pass(at(1), early, unknown_token()) else {
        panic!("it is held")
    };
    let (sent, _) = drain(&mut manager);
    let answer = response(200, r#"{"access_token": "second"}"#);
    manager.handle_input(at(2), Input::Response(sent[0].0, answer));
    assert!(matches!(
        manager.pass(at(3), late, unknown_token()),
        ResponseDecision::Hold(_)
    ));
    assert!(!manager.is_refreshing());
    let (value, again) = sent_with(&mut manager, 3, Some(late));
    assert_eq!(value, "Bearer second");
    // The old refresh token stays in use if no new one came.
    assert!(manager.tokens().unwrap().refresh_token.is_some());
    // The new token is refused too, so the response is delivered.
    assert!(matches!(
        manager.pass(at(4), again, unknown_token()),
        ResponseDecision::Deliver(_)
    ));
    assert!(!manager.is_refreshing());
}

#[test]
fn a_token_is_refreshed_before_it_expires() {
    let mut manager = manager(tokens());
    sent_with(&mut manager, HOUR - 31_000, None);
    let ticket = held(&mut manager, HOUR - 30_000, None);
    let (sent, _) = drain(&mut manager);
    let answer = r#"{"access_token": "second", "expires_in_ms": 0}"#;
    manager.handle_input(at(HOUR), Input::Response(sent[0].0, response(200, answer)));
    // A new token that expires at once does not make it refresh forever.
    let (value, _) = sent_with(&mut manager, HOUR, Some(ticket));
    assert_eq!(value, "Bearer second");
}

#[test]
fn a_refresh_without_a_token_keeps_the_old_ones() {
    for body in [
        r#"{"access_token": ""}"#,
        r#"{"access_token": "", "refresh_token": "next", "expires_in_ms": 1}"#,
        r#"{"access_token": null}"#,
        "{}",
        "",
        r#"{"access_token": "new", "refresh_token": "next", "errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 900000}"#,
    ] {
        let mut manager = manager(tokens());
        let ticket = held(&mut manager, HOUR - 10_000, None);
        let (sent, _) = drain(&mut manager);
        let answer = Input::Response(sent[0].0, response(200, body));
        manager.handle_input(at(HOUR - 9_000), answer);
        assert_eq!(drain(&mut manager).1, ["RefreshFailed"], "{body}");
        let kept = manager.tokens().unwrap();
        assert_eq!(kept.access_token, tokens().access_token, "{body}");
        assert_eq!(kept.refresh_token, tokens().refresh_token, "{body}");
        let (value, _) = sent_with(&mut manager, HOUR - 8_000, Some(ticket));
        assert_eq!(value, "Bearer first", "{body}");
    }
}

#[test]
fn an_empty_refresh_token_leaves_the_old_one_in_use() {
    let mut manager = manager(tokens());
    held(&mut manager, HOUR - 10_000, None);
    let (sent, _) = drain(&mut manager);
    let answer = response(200, r#"{"access_token": "second", "refresh_token": ""}"#);
    manager.handle_input(at(HOUR - 9_000), Input::Response(sent[0].0, answer));
    let kept = manager.tokens().unwrap();
    assert_eq!(kept.access_token.reveal(), "second");
    assert_eq!(kept.refresh_token, tokens().refresh_token);
}

#[test]
fn a_server_that_is_down_ends_no_session() {
    let mut manager = manager(tokens());
    let early = held(&mut manager, HOUR - 10_000, None);
    let mut now = HOUR - 10_000;
    let mut attempts = 0;
    while manager.is_refreshing() {
        for (id, _) in drain(&mut manager).0 {
            attempts += 1;
            let down = response(502, "<html>Bad Gateway</html>");
            manager.handle_input(at(now), Input::Response(id, down));
        }
        now += 1_000;
        manager.handle_input(at(now), Input::Timeout);
    }
    assert_eq!(attempts, RetryPolicy::default().attempts);
    assert_eq!(drain(&mut manager).1, ["RefreshFailed"]);
    // The old token is valid for some seconds yet.
    assert!(now < HOUR);
    let (value, ticket) = sent_with(&mut manager, now, Some(early));
    assert_eq!(value, "Bearer first");
    sent_with(&mut manager, now, None);
    // Its expiry does not end the session either: held requests fail in a way that flows retry.
    let ResponseDecision::Hold(_) = manager.pass(at(now), ticket, unknown_token()) else {
        panic!("it is held")
    };
    for _ in 0..attempts {
        for (id, _) in drain(&mut manager).0 {
            let failure = Failure::new(FailureClass::Interrupted, "reset");
            manager.handle_input(at(now), Input::Failed(id, failure));
        }
        now += 30_000;
        manager.handle_input(at(now), Input::Timeout);
    }
    assert!(!manager.is_refreshing());
    match manager.admit(at(now), Some(ticket), &mut request()) {
        RequestDecision::Refuse(failure) => assert_eq!(failure.class(), FailureClass::NotAdmitted),
        other => panic!("{other:?}"),
    }
    assert_eq!(
        manager.tokens().unwrap().access_token,
        AccessToken::from("first")
    );
    // The next one tries again.
    held(&mut manager, now, None);
}

#[test]
fn soft_logout_and_logout_are_told_apart() {
    for (body, expected) in [
        (
            r#"{"errcode": "M_UNKNOWN_TOKEN", "soft_logout": true}"#,
            true,
        ),
        (r#"{"errcode": "M_UNKNOWN_TOKEN"}"#, false),
        (r#"{"errcode": "M_FORBIDDEN"}"#, true),
    ] {
        let mut manager = manager(tokens());
        let (_, ticket) = sent_with(&mut manager, 0, None);
        let ResponseDecision::Hold(_) = manager.pass(at(0), ticket, unknown_token()) else {
            panic!("it is held")
        };
        let (sent, _) = drain(&mut manager);
        manager.handle_input(at(0), Input::Response(sent[0].0, response(401, body)));
        match manager.poll_output() {
            Output::Event(SessionEvent::LoggedOut { soft, .. }) => assert_eq!(soft, expected),
            other => panic!("{other:?}"),
        }
        assert!(matches!(
            manager.admit(at(0), Some(ticket), &mut request()),
            RequestDecision::Deliver
        ));
        assert!(matches!(
            manager.admit(at(0), None, &mut request()),
            RequestDecision::Refuse(_)
        ));
        manager.set_tokens(Some(SessionTokens::new(AccessToken::from("new"))));
        assert_eq!(sent_with(&mut manager, 0, None).0, "Bearer new");
    }
}

#[test]
fn without_a_refresh_token_an_expired_token_ends_the_session() {
    let mut manager = manager(SessionTokens::new(AccessToken::from("first")));
    let (_, ticket) = sent_with(&mut manager, 0, None);
    let other = response(401, r#"{"errcode": "M_MISSING_TOKEN"}"#);
    assert!(matches!(
        manager.pass(at(0), ticket, other),
        ResponseDecision::Deliver(_)
    ));
    assert!(manager.tokens().is_some());
    assert!(matches!(
        manager.pass(at(0), ticket, unknown_token()),
        ResponseDecision::Deliver(_)
    ));
    assert_eq!(drain(&mut manager).1, ["LoggedOut"]);
    assert!(manager.tokens().is_none());
}

#[test]
fn the_token_goes_to_its_own_server_only() {
    let mut manager = manager(tokens());
    manager.set_target(Target::homeserver("https://example.com").unwrap());
    assert!(matches!(
        manager.admit(at(0), None, &mut request()),
        RequestDecision::Refuse(_)
    ));
}

#[test]
fn a_refresh_token_does_not_follow_to_another_server() {
    let mut manager = manager(tokens());
    let ticket = held(&mut manager, HOUR, None);
    let (sent, _) = drain(&mut manager);
    assert_eq!(sent.len(), 1);
    // The same server, of which more is known.
    manager.set_target(homeserver());
    assert!(manager.is_refreshing());
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
