use serde::{Deserialize, Serialize};

use super::*;
use crate::flow::Exchange;
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

fn keeper(tokens: SessionTokens) -> SessionKeeper {
    SessionKeeper::new(homeserver(), Some(tokens), 1)
}

fn request() -> Request<Vec<u8>> {
    let mut request = wire::encode(&Ask {}, &homeserver(), &Credentials::Later).unwrap();
    let dispatch = Dispatch::new(const { &Ask::OPERATION }, Duration::from_secs(60));
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

fn sent_with(keeper: &mut SessionKeeper, now: u64, ticket: Option<Ticket>) -> (String, Ticket) {
    let mut request = request();
    match keeper.admit(at(now), ticket, &mut request) {
        Admission::Go(ticket) => {
            let value = request.headers()[AUTHORIZATION].to_str().unwrap();
            (value.to_owned(), ticket)
        }
        other => panic!("{other:?}"),
    }
}

fn held(keeper: &mut SessionKeeper, now: u64, ticket: Option<Ticket>) -> Ticket {
    match keeper.admit(at(now), ticket, &mut request()) {
        Admission::Hold(ticket) => ticket,
        other => panic!("{other:?}"),
    }
}

/// Drains the keeper: the requests it sends and the names of its events.
fn drain(keeper: &mut SessionKeeper) -> (Vec<(Exchange, String)>, Vec<String>) {
    let (mut sent, mut told) = (Vec::new(), Vec::new());
    loop {
        match keeper.poll_output() {
            Output::Send(exchange, request) => {
                assert!(request.headers().get(AUTHORIZATION).is_none());
                sent.push((exchange, String::from_utf8(request.into_body()).unwrap()));
            }
            Output::Event(event) => {
                let text = format!("{event:?}");
                assert!(!text.contains("second"), "{text}");
                told.push(text.split([' ', '(']).next().unwrap().to_owned());
            }
            Output::Cancel(_) => {}
            Output::Wait(_) => return (sent, told),
            Output::Done(never) => match never {},
        }
    }
}

#[test]
fn another_server_is_asked_without_the_token_where_that_will_do() {
    #[derive(Serialize)]
    struct Look {}

    impl Endpoint for Look {
        const OPERATION: Operation =
            Operation::get("look", "/_matrix/client/v3/look").auth(Auth::Optional);
        type Response = Told;
    }

    let mut keeper = keeper(tokens());
    let mut look = |at_server| {
        let target = Target::homeserver(at_server).unwrap();
        let mut request = wire::encode(&Look {}, &target, &Credentials::Later).unwrap();
        let dispatch = Dispatch::new(const { &Look::OPERATION }, Duration::from_secs(60));
        request.extensions_mut().insert(dispatch);
        let admission = keeper.admit(at(0), None, &mut request);
        assert!(matches!(admission, Admission::Go(_)), "{admission:?}");
        request.headers().contains_key(AUTHORIZATION)
    };
    assert!(look("https://example.org"));
    assert!(!look("https://elsewhere.org"));
}

#[test]
fn however_many_requests_find_their_token_dead_there_is_one_refresh() {
    let mut keeper = keeper(tokens());
    let (value, first) = sent_with(&mut keeper, 0, None);
    let (_, second) = sent_with(&mut keeper, 0, None);
    assert_eq!(value, "Bearer first");
    assert!(matches!(
        keeper.pass(at(1), first, unknown_token()),
        Passage::Hold(_)
    ));
    let (sent, _) = drain(&mut keeper);
    assert_eq!(sent[0].1, r#"{"refresh_token":"refresh"}"#);
    assert!(matches!(
        keeper.pass(at(2), second, unknown_token()),
        Passage::Hold(_)
    ));
    let third = held(&mut keeper, 2, None);
    assert!(drain(&mut keeper).0.is_empty());

    let answer = r#"{"access_token": "second", "refresh_token": "next", "expires_in_ms": 3600000}"#;
    keeper.handle_input(at(3), Input::Response(sent[0].0, response(200, answer)));
    assert_eq!(drain(&mut keeper).1, ["Refreshed"]);
    for ticket in [first, second, third] {
        assert_eq!(sent_with(&mut keeper, 4, Some(ticket)).0, "Bearer second");
    }
    let kept = keeper.tokens().unwrap();
    assert_eq!(kept.refresh_token, Some(RefreshToken::from("next")));
    assert_eq!(kept.expires_at, Some(at(HOUR + 3)));
}

#[test]
fn a_late_answer_to_the_old_token_refreshes_nothing() {
    let mut keeper = keeper(tokens());
    let (_, early) = sent_with(&mut keeper, 0, None);
    let (_, late) = sent_with(&mut keeper, 0, None);
    let Passage::Hold(_) = keeper.pass(at(1), early, unknown_token()) else {
        panic!("it is held")
    };
    let (sent, _) = drain(&mut keeper);
    let answer = response(200, r#"{"access_token": "second"}"#);
    keeper.handle_input(at(2), Input::Response(sent[0].0, answer));
    assert!(matches!(
        keeper.pass(at(3), late, unknown_token()),
        Passage::Hold(_)
    ));
    assert!(!keeper.is_refreshing());
    let (value, again) = sent_with(&mut keeper, 3, Some(late));
    assert_eq!(value, "Bearer second");
    // The old refresh token goes on where no new one came.
    assert!(keeper.tokens().unwrap().refresh_token.is_some());
    // Refused with the new token too: that is the answer.
    assert!(matches!(
        keeper.pass(at(4), again, unknown_token()),
        Passage::Deliver(_)
    ));
    assert!(!keeper.is_refreshing());
}

#[test]
fn a_token_is_refreshed_before_it_expires() {
    let mut keeper = keeper(tokens());
    sent_with(&mut keeper, HOUR - 31_000, None);
    let ticket = held(&mut keeper, HOUR - 30_000, None);
    let (sent, _) = drain(&mut keeper);
    let answer = r#"{"access_token": "second", "expires_in_ms": 0}"#;
    keeper.handle_input(at(HOUR), Input::Response(sent[0].0, response(200, answer)));
    // A new token that is dead on arrival does not make it refresh for ever.
    let (value, _) = sent_with(&mut keeper, HOUR, Some(ticket));
    assert_eq!(value, "Bearer second");
}

#[test]
fn a_server_that_is_down_ends_no_session() {
    let mut keeper = keeper(tokens());
    let early = held(&mut keeper, HOUR - 10_000, None);
    let mut now = HOUR - 10_000;
    let mut attempts = 0;
    while keeper.is_refreshing() {
        for (exchange, _) in drain(&mut keeper).0 {
            attempts += 1;
            let down = response(502, "<html>Bad Gateway</html>");
            keeper.handle_input(at(now), Input::Response(exchange, down));
        }
        now += 1_000;
        keeper.handle_input(at(now), Input::Timeout);
    }
    assert_eq!(attempts, RetryPolicy::default().attempts);
    assert_eq!(drain(&mut keeper).1, ["RefreshFailed"]);
    // The old token is good for some seconds still.
    assert!(now < HOUR);
    let (value, ticket) = sent_with(&mut keeper, now, Some(early));
    assert_eq!(value, "Bearer first");
    sent_with(&mut keeper, now, None);
    // Its death is not the end either: what is held fails in a way that is tried again.
    let Passage::Hold(_) = keeper.pass(at(now), ticket, unknown_token()) else {
        panic!("it is held")
    };
    for _ in 0..attempts {
        for (exchange, _) in drain(&mut keeper).0 {
            let failure = Failure::new(FailureClass::Interrupted, "reset");
            keeper.handle_input(at(now), Input::Failed(exchange, failure));
        }
        now += 30_000;
        keeper.handle_input(at(now), Input::Timeout);
    }
    assert!(!keeper.is_refreshing());
    match keeper.admit(at(now), Some(ticket), &mut request()) {
        Admission::Refuse(failure) => assert_eq!(failure.class(), FailureClass::NotAdmitted),
        other => panic!("{other:?}"),
    }
    assert_eq!(
        keeper.tokens().unwrap().access_token,
        AccessToken::from("first")
    );
    // The next one tries again.
    held(&mut keeper, now, None);
}

#[test]
fn soft_logout_is_told_from_logout() {
    for (body, expected) in [
        (
            r#"{"errcode": "M_UNKNOWN_TOKEN", "soft_logout": true}"#,
            true,
        ),
        (r#"{"errcode": "M_UNKNOWN_TOKEN"}"#, false),
        (r#"{"errcode": "M_FORBIDDEN"}"#, true),
    ] {
        let mut keeper = keeper(tokens());
        let (_, ticket) = sent_with(&mut keeper, 0, None);
        let Passage::Hold(_) = keeper.pass(at(0), ticket, unknown_token()) else {
            panic!("it is held")
        };
        let (sent, _) = drain(&mut keeper);
        keeper.handle_input(at(0), Input::Response(sent[0].0, response(401, body)));
        match keeper.poll_output() {
            Output::Event(SessionEvent::LoggedOut { soft, .. }) => assert_eq!(soft, expected),
            other => panic!("{other:?}"),
        }
        assert!(matches!(
            keeper.admit(at(0), Some(ticket), &mut request()),
            Admission::Deliver
        ));
        assert!(matches!(
            keeper.admit(at(0), None, &mut request()),
            Admission::Refuse(_)
        ));
        keeper.set_tokens(Some(SessionTokens::new(AccessToken::from("new"))));
        assert_eq!(sent_with(&mut keeper, 0, None).0, "Bearer new");
    }
}

#[test]
fn without_a_refresh_token_a_dead_token_is_the_end() {
    let mut keeper = keeper(SessionTokens::new(AccessToken::from("first")));
    let (_, ticket) = sent_with(&mut keeper, 0, None);
    let other = response(401, r#"{"errcode": "M_MISSING_TOKEN"}"#);
    assert!(matches!(
        keeper.pass(at(0), ticket, other),
        Passage::Deliver(_)
    ));
    assert!(keeper.tokens().is_some());
    assert!(matches!(
        keeper.pass(at(0), ticket, unknown_token()),
        Passage::Deliver(_)
    ));
    assert_eq!(drain(&mut keeper).1, ["LoggedOut"]);
    assert!(keeper.tokens().is_none());
}

#[test]
fn the_token_goes_to_its_own_server_only() {
    let mut keeper = keeper(tokens());
    keeper.set_target(Target::homeserver("https://example.com").unwrap());
    assert!(matches!(
        keeper.admit(at(0), None, &mut request()),
        Admission::Refuse(_)
    ));
}

#[test]
fn a_refresh_token_does_not_follow_to_another_server() {
    let mut keeper = keeper(tokens());
    let ticket = held(&mut keeper, HOUR, None);
    let (sent, _) = drain(&mut keeper);
    assert_eq!(sent.len(), 1);
    // The same server, of which more is known.
    keeper.set_target(homeserver());
    assert!(keeper.is_refreshing());
    keeper.set_target(Target::homeserver("https://other.example.org").unwrap());
    assert!(matches!(
        keeper.poll_output(),
        Output::Cancel(exchange) if exchange == sent[0].0
    ));
    assert!(drain(&mut keeper).0.is_empty());
    // What was held is not held for ever.
    assert!(matches!(
        keeper.admit(at(HOUR), Some(ticket), &mut request()),
        Admission::Refuse(_)
    ));
}
