use std::time::Duration;

use http::header::AUTHORIZATION;
use serde::{Deserialize, Serialize};

use super::*;
use crate::flow::{
    FlowError, FlowEvent, OperationFlow, RetryPolicy, RetryScheduled, SessionTokens,
};
use crate::types::{AccessToken, RefreshToken};
use crate::wire::{ApiResponse, Auth, Endpoint, Error, FailureClass, Operation, Target};

const MINUTE: u64 = 60_000;

#[derive(Debug, Serialize, Deserialize)]
struct Send {}

#[derive(Debug, Deserialize)]
struct Sent {}

impl Endpoint for Send {
    /// It must not be repeated.
    const OPERATION: Operation =
        Operation::post("send", "/_matrix/client/v3/send").auth(Auth::Required);
    type Response = Sent;
}

type SendFlow = OperationFlow<Send>;
type Next = Output<FlowEvent, Result<ApiResponse<Sent>, FlowError>>;

/// One flow behind a token manager, and the time.
struct Session {
    manager: TokenManager,
    flow: Gated<SendFlow>,
    now: Timestamp,
}

impl Session {
    /// The access token expires after a minute.
    fn new(tokens: SessionTokens) -> Self {
        let target = Target::homeserver("https://example.org").unwrap();
        let now = Timestamp::from_millis(0);
        let tokens = tokens.expiring_in(now, Duration::from_millis(MINUTE));
        let flow = OperationFlow::new(now, Send {}, target.clone(), 1).unattended();
        Self {
            manager: TokenManager::new(target, Some(tokens), 1),
            flow: Gated::new(flow),
            now,
        }
    }

    fn poll(&mut self) -> Next {
        self.flow.poll_output(self.now, &mut self.manager)
    }

    fn input(&mut self, input: Input) {
        self.flow.handle_input(self.now, &mut self.manager, input);
    }

    fn sent(&mut self) -> (RequestId, String) {
        match self.poll() {
            Output::Send(id, request) => {
                let value = request.headers()[AUTHORIZATION].to_str().unwrap();
                (id, value.to_owned())
            }
            other => panic!("{other:?}"),
        }
    }

    fn waits(&mut self) -> Option<Timestamp> {
        match self.poll() {
            Output::Wait(until) => until,
            other => panic!("{other:?}"),
        }
    }

    /// Answers the refresh.
    fn refresh(&mut self, status: u16, body: &'static str) {
        let Output::Send(id, _) = self.manager.poll_output() else {
            panic!("it refreshes")
        };
        let answer = Input::Response(id, response(status, body));
        self.manager.handle_input(self.now, answer);
        while let Output::Event(_) = self.manager.poll_output() {}
    }

    fn is_done(&mut self) -> Result<ApiResponse<Sent>, Error> {
        match self.poll() {
            Output::Done(result) => result.map_err(FlowError::into_error),
            other => panic!("{other:?}"),
        }
    }
}

fn refreshable() -> SessionTokens {
    SessionTokens::new(AccessToken::from("first")).refreshed_with(RefreshToken::from("refresh"))
}

fn response(status: u16, body: &'static str) -> Response<Bytes> {
    let body = Bytes::from_static(body.as_bytes());
    Response::builder().status(status).body(body).unwrap()
}

fn unknown_token() -> Response<Bytes> {
    response(401, r#"{"errcode": "M_UNKNOWN_TOKEN"}"#)
}

#[test]
fn a_request_whose_token_was_refused_is_sent_again_with_the_next_one() {
    let mut session = Session::new(refreshable());
    let (first, value) = session.sent();
    assert_eq!(value, "Bearer first");
    assert!(session.waits().is_some());
    session.input(Input::Response(first, unknown_token()));
    assert!(session.flow.is_held());
    session.waits();
    session.refresh(200, r#"{"access_token": "second"}"#);
    let (second, value) = session.sent();
    assert_eq!(value, "Bearer second");
    assert!(!session.flow.is_held());
    // A duplicate of the first response is not taken for the second's.
    assert_ne!(first, second);
    session.input(Input::Response(first, unknown_token()));
    session.input(Input::Response(first, response(200, "{}")));
    session.waits();
    session.input(Input::Response(second, response(200, "{}")));
    session.is_done().unwrap();
}

#[test]
fn a_request_is_held_while_the_token_is_refreshed() {
    let mut session = Session::new(refreshable());
    session.now = session.now + Duration::from_millis(MINUTE);
    session.waits();
    assert!(session.flow.is_held());
    session.waits();
    session.refresh(200, r#"{"access_token": "second"}"#);
    assert_eq!(session.sent().1, "Bearer second");
}

#[test]
fn a_flow_gets_the_response_that_ended_the_session() {
    let mut session = Session::new(refreshable());
    let (id, _) = session.sent();
    session.input(Input::Response(id, unknown_token()));
    session.waits();
    session.refresh(401, r#"{"errcode": "M_UNKNOWN_TOKEN"}"#);
    let error = session.is_done().unwrap_err();
    assert!(error.errcode().is_some());
}

#[test]
fn a_wait_that_ends_while_a_request_is_held_does_not_count_as_sent() {
    let mut session = Session::new(refreshable());
    session.now = session.now + Duration::from_millis(MINUTE);
    session.waits();
    for _ in 0..3 {
        session.now = session.waits().expect("it waits for the response");
        session.input(Input::Timeout);
        match session.poll() {
            Output::Event(FlowEvent::RetryScheduled(RetryScheduled { error, until, .. })) => {
                let class = error.failure().map(|failure| failure.class());
                assert_eq!(class, Some(FailureClass::NotAdmitted));
                session.now = until;
            }
            other => panic!("{other:?}"),
        }
        // What is no longer wanted is not held.
        session.waits();
        assert!(!session.flow.is_held());
        session.input(Input::Timeout);
        session.waits();
        assert!(session.flow.is_held());
    }
    // Once it was sent, a lost response may have had its effect: it is not repeated.
    session.refresh(200, r#"{"access_token": "second"}"#);
    assert_eq!(session.sent().1, "Bearer second");
    let until = session.waits().expect("it waits for the response");
    // It has its whole time from when it was sent.
    assert_eq!(until - session.now, RetryPolicy::default().timeout);
    session.now = until;
    session.input(Input::Timeout);
    assert!(matches!(session.poll(), Output::Cancel(_)));
    let error = session.is_done().unwrap_err();
    let class = error.failure().map(|failure| failure.class());
    assert_eq!(class, Some(FailureClass::TimedOutAfterSend));
}

#[test]
fn inputs_for_requests_of_others_are_ignored() {
    let mut session = Session::new(refreshable());
    let (id, _) = session.sent();
    let unknown = RequestIds::default().next();
    assert_eq!(id, unknown);
    session.input(Input::Held(id));
    session.input(Input::Response(id, response(200, "{}")));
    session.input(Input::Response(id, response(500, "")));
    session.is_done().unwrap();
}

#[cfg(feature = "persist")]
#[test]
fn a_request_that_was_held_when_its_flow_was_saved_is_sent() {
    for was_sent in [false, true] {
        for is_refused in [false, true] {
            let mut session = Session::new(refreshable());
            if is_refused {
                let (id, _) = session.sent();
                session.input(Input::Response(id, unknown_token()));
            } else {
                session.now = session.now + Duration::from_millis(MINUTE);
            }
            session.waits();
            if was_sent {
                session.refresh(200, r#"{"access_token": "second"}"#);
                session.sent();
                session.waits();
            }
            let saved = serde_json::to_string(&session.flow).unwrap();
            session.flow = serde_json::from_str(&saved).unwrap();
            if was_sent {
                // The server may have acted on it.
                let error = session.is_done().unwrap_err();
                let class = error.failure().map(|failure| failure.class());
                assert_eq!(class, Some(FailureClass::Interrupted));
                continue;
            }
            session.waits();
            session.input(Input::Timeout);
            session.waits();
            session.refresh(200, r#"{"access_token": "second"}"#);
            let (id, value) = session.sent();
            assert_eq!(value, "Bearer second");
            session.input(Input::Response(id, response(200, "{}")));
            session.is_done().unwrap();
        }
    }
}

/// A download, as far as it goes.
struct Download {
    sends: Option<RequestId>,
    told: Vec<String>,
    receives: Option<RequestId>,
}

impl Flow for Download {
    type Event = ();
    type Outcome = ();

    fn poll_output(&mut self) -> Output<(), ()> {
        if let Some(id) = self.receives.take() {
            return Output::Receive(id, ReceiveBody::ToSink { at: 0 });
        }
        let Some(id) = self.sends.take() else {
            return Output::Wait(None);
        };
        let target = Target::homeserver("https://example.org").unwrap();
        let mut request =
            crate::wire::encode(&Send {}, &target, &crate::wire::Credentials::Deferred).unwrap();
        let meta = crate::wire::RequestMeta::new(const { &Send::OPERATION }, Duration::ZERO);
        request.extensions_mut().insert(meta);
        Output::SendStreaming(id, request.into_parts().0, BodyDirection::Download)
    }

    fn handle_input(&mut self, _: Timestamp, input: Input) {
        if let Input::Head(id, _) = &input {
            self.receives = Some(*id);
        }
        let text = format!("{input:?}");
        self.told.extend(text.split('(').next().map(str::to_owned));
    }

    fn state(&self) -> &'static str {
        "Downloading"
    }
}

#[test]
fn a_download_whose_token_was_refused_begins_again_with_the_next_one() {
    let target = Target::homeserver("https://example.org").unwrap();
    let mut manager = TokenManager::new(target, Some(refreshable()), 1);
    let now = Timestamp::from_millis(0);
    let mut flow = Gated::new(Download {
        sends: Some(RequestIds::default().next()),
        told: vec![],
        receives: None,
    });
    let sent = |flow: &mut Gated<Download>, manager: &mut TokenManager| {
        let Output::SendStreaming(id, parts, BodyDirection::Download) =
            flow.poll_output(now, manager)
        else {
            panic!("it is sent")
        };
        let value = parts.headers[AUTHORIZATION].to_str().unwrap();
        (id, value.to_owned())
    };
    let (id, value) = sent(&mut flow, &mut manager);
    assert_eq!(value, "Bearer first");
    let (head, body) = unknown_token().into_parts();
    flow.handle_input(now, &mut manager, Input::Head(id, head.clone()));
    let output = flow.poll_output(now, &mut manager);
    let Output::Receive(whole, ReceiveBody::Whole { .. }) = output else {
        panic!("{output:?}")
    };
    assert_eq!(whole, id);
    let answer = Response::from_parts(head, body);
    flow.handle_input(now, &mut manager, Input::Response(id, answer));
    let Output::Send(refresh, _) = manager.poll_output() else {
        panic!("it refreshes")
    };
    let answer = response(200, r#"{"access_token": "second"}"#);
    manager.handle_input(now, Input::Response(refresh, answer));
    while let Output::Event(_) = manager.poll_output() {}

    let (id, value) = sent(&mut flow, &mut manager);
    assert_eq!(value, "Bearer second");
    let head = response(200, "").into_parts().0;
    flow.handle_input(now, &mut manager, Input::Head(id, head));
    let output = flow.poll_output(now, &mut manager);
    assert!(matches!(output, Output::Receive(to, ReceiveBody::ToSink { at: 0 }) if to == id));
    flow.handle_input(now, &mut manager, Input::Progress(id, 1));
    let end = crate::flow::BodyEnd {
        bytes: 2,
        sha256: None,
    };
    flow.handle_input(now, &mut manager, Input::BodyEnded(id, end));
    flow.handle_input(now, &mut manager, Input::BodyEnded(id, end));
    assert_eq!(
        flow.flow().told,
        ["Held", "Released", "Head", "Progress", "BodyEnded"]
    );
}
