use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Waker;

use http::Response;

use super::*;
use crate::client::block_on::block_on;
use crate::client::scripted::{Leaping, Scripted, Stopped};
use crate::client::transport_fn;
use crate::client_api::discovery::GetVersions;
use crate::client_api::session::Login;
use crate::flow::{
    BodyDirection, FlowError, FlowEvent, InteractiveFlow, NotAwaited, OperationFlow, Prompt, Reply,
};
use crate::types::Password;
use crate::wire::{AuthType, ErrorKind, FailureClass, Target, UserIdentifier};

fn target() -> Target {
    Target::homeserver("https://example.org").unwrap()
}

/// Offers a login by password, and accepts one that is right.
fn server() -> Scripted {
    Scripted::new(|request| match request.method().as_str() {
        "GET" => (200, r#"{"flows": [{"type": "m.login.password"}]}"#),
        _ if String::from_utf8_lossy(request.body()).contains("right") => (
            200,
            r#"{"user_id": "@alice:example.org", "access_token": "new"}"#,
        ),
        _ => (403, r#"{"errcode": "M_FORBIDDEN"}"#),
    })
}

/// A login that asks for the password.
fn login() -> Login {
    let mut login = Login::new(AuthType::Password);
    login.identifier = Some(UserIdentifier::user("alice"));
    login
}

#[test]
fn a_conversation_outlives_the_client_and_takes_replies_of_its_own() {
    let mut conversation = {
        let client = Client::new(server(), Leaping::default(), target());
        client.log_in(login())
    };
    assert_eq!(conversation.prompt(), None);
    assert_eq!(conversation.reply(Reply::Done), Err(NotAwaited));
    let mut replies = ["wrong", "right"].into_iter();
    let outcome = block_on(async {
        loop {
            match conversation.next().await {
                Next::Event(FlowEvent::Asks(_) | FlowEvent::Rejected { .. }) => {
                    assert_eq!(conversation.prompt(), Some(Prompt::Password));
                    let password = Password::from(replies.next().unwrap());
                    conversation.reply(Reply::Password(password)).unwrap();
                }
                Next::Event(event) => panic!("{event:?}"),
                Next::Done(outcome) => return outcome,
            }
        }
    });
    assert_eq!(outcome.unwrap().access_token.reveal(), "new");
    assert!(conversation.client().session().is_some());
    assert_eq!(conversation.cancel(), Err(NotAwaited));
}

#[test]
fn a_conversation_can_be_cancelled_and_stalled_ones_tried_again() {
    let client = Client::new(Scripted::new(|_| (500, "")), Leaping::default(), target());
    let mut conversation = client.log_in(login());
    let error = block_on(async {
        let mut retries = 0;
        loop {
            match conversation.next().await {
                Next::Event(FlowEvent::Stalled(_)) if retries < 2 => {
                    retries += 1;
                    conversation.retry().unwrap();
                }
                Next::Event(FlowEvent::Stalled(_)) => conversation.cancel().unwrap(),
                Next::Event(_) => {}
                Next::Done(outcome) => return outcome.unwrap_err(),
            }
        }
    });
    assert!(matches!(error, FlowError::Cancelled));
    assert_eq!(client.transport().requests().len(), 12);
}

#[test]
fn dropping_what_next_returned_loses_nothing() {
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&sent);
    let transport = transport_fn(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        let mut polls = 0;
        poll_fn(move |context| {
            polls += 1;
            context.waker().wake_by_ref();
            if polls < 3 {
                return Poll::Pending;
            }
            let offered = r#"{"flows": [{"type": "m.login.password"}]}"#;
            Poll::Ready(Ok(Response::new(offered.into())))
        })
    });
    let client = Client::new(transport, Stopped, target());
    let mut conversation = client.log_in(login());
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..2 {
        let next = pin!(conversation.next());
        assert!(next.poll(&mut context).is_pending());
    }
    let next = block_on(conversation.next());
    assert!(matches!(
        next,
        Next::Event(FlowEvent::Asks(Prompt::Password))
    ));
    assert_eq!(sent.load(Ordering::Relaxed), 1);
}

#[test]
fn nobody_answers_a_flow_that_was_asked_before_it_was_run() {
    let client = Client::new(server(), Leaping::default(), target());
    let mut asked = client.log_in(login());
    let next = block_on(asked.next());
    assert!(matches!(
        next,
        Next::Event(FlowEvent::Asks(Prompt::Password))
    ));
    let again = client.run(asked.into_flow());
    assert_eq!(again.flow().prompt(), Some(Prompt::Password));
    let error = block_on(again.finish()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the flow asks for the password, and nobody answers: reply to its prompts, or start it again later"
    );
}

#[test]
fn a_flow_is_completed_before_it_starts() {
    let client = Client::new(server(), Leaping::default(), target());
    let conversation = client
        .log_in(Login::new(AuthType::Token))
        .map_flow(|flow| flow.with_redirect_url("http://127.0.0.1/"));
    let error = block_on(conversation.finish()).unwrap_err();
    let FlowError::NoSuchLogin { wanted, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(wanted, AuthType::Sso);
    // The scripted server answers every question with its logins, which are no metadata of an authorization server.
    assert_eq!(client.transport().requests().len(), 2);
}

/// A flow whose requests have bodies that stream.
struct Streaming<F>(F);

impl<F: Flow> Flow for Streaming<F> {
    type Event = F::Event;
    type Outcome = F::Outcome;

    fn poll_output(&mut self) -> Output<F::Event, F::Outcome> {
        match self.0.poll_output() {
            Output::Send(id, request) => {
                let (head, _) = request.into_parts();
                Output::SendStreaming(id, head, BodyDirection::Download)
            }
            other => other,
        }
    }

    fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.0.handle_input(now, input);
    }

    fn state(&self) -> &'static str {
        self.0.state()
    }
}

#[test]
fn a_body_that_streams_is_refused_where_the_transport_cannot_stream() {
    let client = Client::new(server(), Leaping::default(), target());
    let flow = OperationFlow::new(client.now(), GetVersions::new(), target(), 1).unattended();
    let mut conversation = client.run(Streaming(flow));
    let Next::Done(Err(error)) = block_on(conversation.next()) else {
        panic!("{}", conversation.state())
    };
    let error = error.into_error();
    let ErrorKind::Transport(failure) = error.kind() else {
        panic!("{error}")
    };
    assert_eq!(failure.class(), FailureClass::Unsendable);
    assert!(client.transport().requests().is_empty());
}

#[cfg(feature = "persist")]
mod saved {
    use std::time::Duration;

    use super::*;
    use crate::client_api::session::Logout;
    use crate::flow::SessionTokens;
    use crate::types::{AccessToken, RefreshToken};

    #[test]
    fn a_flow_that_is_saved_while_its_request_is_held_sends_it_later() {
        let tokens = SessionTokens::new(AccessToken::from("old"))
            .refreshed_with(RefreshToken::from("refresh"))
            .expiring_in(Stopped.now(), Duration::ZERO);
        let silent = transport_fn(|_| std::future::pending());
        let client = Client::new(silent, Stopped, target()).with_session(tokens);
        // It must not be sent twice.
        let flow = OperationFlow::new(client.now(), Logout::new(), target(), 1);
        let mut conversation = client.run(flow);
        let mut context = Context::from_waker(Waker::noop());
        assert!(conversation.poll_next(&mut context).is_pending());
        assert!(!conversation.is_idle());
        let saved = serde_json::to_string(conversation.flow()).unwrap();
        drop(conversation);

        let server = Scripted::new(|_| (200, "{}"));
        let client = Client::new(server.clone(), Leaping::default(), target())
            .with_access_token(AccessToken::from("new"));
        let loaded: OperationFlow<Logout> = serde_json::from_str(&saved).unwrap();
        block_on(client.run(loaded).outcome()).unwrap();
        assert_eq!(
            server.requests(),
            ["POST https://example.org/_matrix/client/v3/logout Bearer new"]
        );
    }
}
