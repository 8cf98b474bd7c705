mod attaching;
mod ending;
mod kind;
mod methods;
mod refreshing;
#[cfg(feature = "proptest")]
mod rotation;
mod sharing;

use bytes::Bytes;
use http::Response;
use http::header::AUTHORIZATION;
use serde::{Deserialize, Serialize};

use kind::{KINDS, Kind, oauth_session};

use super::*;
use crate::client_api::session::{Logout, LogoutAll};
use crate::flow::{OAuthSession, RequestId};
use crate::types::{ClientId, RefreshToken};
use crate::wire::{
    self, Auth, Credentials, Endpoint, ErrorCode, Failure, FailureClass, Operation, RequestMeta,
    authorize,
};

const HOUR: u64 = 3_600_000;
const UNKNOWN_TOKEN: &str = r#"{"errcode": "M_UNKNOWN_TOKEN", "soft_logout": true}"#;
const SECOND_TOKENS: &str =
    r#"{"access_token": "second", "refresh_token": "next", "expires_in_ms": 3600000}"#;

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

fn request_of<E: Endpoint>(operation: &E, base_url: &str) -> Request<Vec<u8>> {
    let target = Target::homeserver(base_url).unwrap();
    let mut request = wire::encode(operation, &target, &Credentials::Deferred).unwrap();
    let meta = RequestMeta::new(const { &E::OPERATION }, Duration::from_secs(60));
    request.extensions_mut().insert(meta);
    request
}

fn request() -> Request<Vec<u8>> {
    request_of(&Ask {}, "https://example.org")
}

fn response(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .body(body.into())
        .unwrap()
}

fn unknown_token() -> Response<Bytes> {
    response(401, UNKNOWN_TOKEN)
}

/// Sends a request, and returns its `Authorization`.
fn sent_with(manager: &mut TokenManager, now: u64, ticket: Option<Ticket>) -> (String, Ticket) {
    let mut request = request();
    match manager.admit(at(now), ticket, &mut request) {
        RequestDecision::Go(ticket) => {
            let values: Vec<_> = request.headers().get_all(AUTHORIZATION).iter().collect();
            let [value] = values[..] else {
                panic!("{values:?}")
            };
            (value.to_str().unwrap().to_owned(), ticket)
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

/// The server does not know the token of a request; returns whether the request is held.
fn refused(manager: &mut TokenManager, now: u64, ticket: Ticket) -> bool {
    let decision = manager.pass(at(now), ticket, unknown_token());
    matches!(decision, ResponseDecision::Hold(_))
}

/// Drains the token manager: the requests it sends and the names of its events.
fn drain(manager: &mut TokenManager) -> (Vec<(RequestId, String)>, Vec<String>) {
    let (mut sent, mut told) = (Vec::new(), Vec::new());
    loop {
        match manager.poll_output() {
            Output::Send(id, request) => {
                assert!(request.headers().get(AUTHORIZATION).is_none());
                let body = String::from_utf8_lossy(request.body());
                sent.push((id, format!("{} {body}", request.uri())));
            }
            Output::Event(event) => {
                let text = format!("{event:?}");
                assert!(!text.contains("second"), "{text}");
                let name = text.split([' ', '(']).next().unwrap();
                told.push(name.to_owned());
            }
            Output::Cancel(_) => {}
            other @ (Output::SendStreaming(..) | Output::Receive(..)) => panic!("{other:?}"),
            Output::Wait(_) => return (sent, told),
            Output::Done(never) => match never {},
        }
    }
}

/// Drains the token manager, which sends the refresh, answers it, and returns the events that follow.
fn refresh(
    manager: &mut TokenManager,
    now: u64,
    status: u16,
    body: impl Into<Bytes>,
) -> Vec<String> {
    let (sent, told) = drain(manager);
    assert_eq!(told, [""; 0]);
    let [(id, _)] = sent[..] else {
        panic!("{sent:?}")
    };
    manager.handle_input(at(now), Input::Response(id, response(status, body)));
    drain(manager).1
}

/// The same with a refusal for good.
fn refused_refresh(manager: &mut TokenManager, now: u64, kind: Kind) -> Vec<String> {
    let (status, body) = kind.refusal();
    refresh(manager, now, status, body)
}

fn access_token(manager: &TokenManager) -> Option<&str> {
    manager.tokens().map(|tokens| tokens.access_token.reveal())
}
