use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};

use super::*;
use crate::client::Conversation;
use crate::client::block_on::block_on;
use crate::client::scripted::Leaping;
use crate::client::{
    Blocking, BlockingClient, BlockingExchange, BlockingStreamingTransport, BlockingTransport,
    BodySink, Client, MemorySink, Next, Once, ReadBody, Streamed, Transport,
};
use crate::flow::{BodyEnd, Flow, Output, SessionTokens};
use crate::types::{AccessToken, RefreshToken, Timestamp};
use crate::wire::{Auth, Operation, RequestMeta, Target};

static UPLOAD: Operation =
    Operation::post("upload", "/_matrix/media/v3/upload").auth(Auth::Required);
static DOWNLOAD: Operation =
    Operation::get("download", "/_matrix/client/v1/media/download").auth(Auth::Required);

/// One request whose body streams; the outcome says how it went.
struct OneStream {
    outputs: VecDeque<Output<Infallible, String>>,
}

impl OneStream {
    fn new(operation: &'static Operation, direction: BodyDirection) -> Self {
        let url = format!("https://example.org{}", operation.path);
        let request = Request::builder().method(operation.method).uri(url);
        let (mut head, ()) = request.body(()).unwrap().into_parts();
        let meta = RequestMeta::new(operation, std::time::Duration::from_secs(60));
        head.extensions.insert(meta);
        let id = RequestId::from_u64(1);
        Self {
            outputs: VecDeque::from([Output::SendStreaming(id, head, direction)]),
        }
    }

    fn upload() -> Self {
        Self::new(&UPLOAD, BodyDirection::Upload { at: 0 })
    }

    fn download() -> Self {
        Self::new(&DOWNLOAD, BodyDirection::Download)
    }
}

impl Flow for OneStream {
    type Event = Infallible;
    type Outcome = String;

    fn poll_output(&mut self) -> Output<Infallible, String> {
        self.outputs.pop_front().unwrap_or(Output::Wait(None))
    }

    fn handle_input(&mut self, _: Timestamp, input: Input) {
        self.outputs.push_back(match input {
            Input::Head(id, head) if head.status == StatusCode::OK => {
                Output::Receive(id, ReceiveBody::ToSink { at: 0 })
            }
            Input::Head(id, _) => Output::Receive(id, ReceiveBody::Discard),
            Input::Response(_, response) => Output::Done(response.status().to_string()),
            Input::BodyEnded(_, end) => Output::Done(format!("{} bytes", end.bytes)),
            Input::Failed(_, failure) => Output::Done(failure.to_string()),
            _ => return,
        });
    }

    fn state(&self) -> &'static str {
        "Streaming"
    }
}

/// A transport that refuses the token `old`, and moves bodies at once. It keeps what was uploaded, each with its token.
#[derive(Clone, Default)]
struct Moving(Arc<Mutex<Vec<(String, String)>>>);

impl BlockingTransport for Moving {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        assert!(request.uri().path().ends_with("/refresh"));
        let tokens = r#"{"access_token": "new", "refresh_token": "r2", "expires_in_ms": 300000}"#;
        Ok(Response::new(tokens.into()))
    }
}

impl Transport for Moving {
    type Future = Ready<Result<Response<Bytes>, Failure>>;

    fn send(&self, request: Request<Vec<u8>>) -> Self::Future {
        ready(BlockingTransport::send(self, request))
    }
}

impl BlockingStreamingTransport for Moving {
    type Exchange = Move;

    fn send_streaming(
        &self,
        head: request::Parts,
        direction: BodyDirection,
        bodies: Bodies,
    ) -> Move {
        Move {
            transport: self.clone(),
            token: token_of(&head.headers),
            direction,
            bodies,
            has_head: false,
            receive: None,
        }
    }
}

fn token_of(headers: &HeaderMap) -> String {
    let token = headers.get("authorization");
    token.map_or("", |token| token.to_str().unwrap()).to_owned()
}

struct Move {
    transport: Moving,
    token: String,
    direction: BodyDirection,
    bodies: Bodies,
    has_head: bool,
    receive: Option<ReceiveBody>,
}

impl Move {
    fn response(&self) -> Response<Bytes> {
        if self.token != "Bearer old" {
            return Response::new("{}".into());
        }
        let refusal = r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "old", "soft_logout": true}"#;
        let response = Response::builder().status(401).body(refusal.into());
        response.unwrap()
    }

    /// Puts what the source has in place of what was sent.
    fn upload(&self, at: u64) -> Result<(), std::io::Error> {
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut body = self.bodies.source.as_ref().unwrap().open(at)?;
        let mut sent = String::new();
        while let Poll::Ready(Some(chunk)) = body.poll_chunk(&mut context).map(Result::unwrap) {
            sent += std::str::from_utf8(&chunk).unwrap();
        }
        let mut uploads = self.transport.0.lock().unwrap();
        uploads.push((self.token.clone(), sent));
        Ok(())
    }
}

impl BlockingExchange for Move {
    fn next(&mut self) -> Streamed {
        if let BodyDirection::Upload { at } = self.direction {
            return match self.upload(at) {
                Ok(()) => Streamed::Response(self.response()),
                Err(error) => Streamed::Failed(Failure::new(FailureClass::Unsendable, error)),
            };
        }
        if !std::mem::replace(&mut self.has_head, true) {
            return Streamed::Head(self.response().into_parts().0);
        }
        match self.receive.take() {
            Some(ReceiveBody::ToSink { at }) => {
                let mut context = Context::from_waker(std::task::Waker::noop());
                let mut sink = self.bodies.sink.clone().unwrap();
                assert!(sink.poll_begin(&mut context, at).is_ready());
                assert!(sink.poll_write(&mut context, b"picture").is_ready());
                assert!(sink.poll_end(&mut context).is_ready());
                let (bytes, sha256) = (7, None);
                Streamed::BodyEnded(BodyEnd { bytes, sha256 })
            }
            Some(ReceiveBody::Whole { .. }) => Streamed::Response(self.response()),
            other => panic!("{other:?}"),
        }
    }

    fn receive(&mut self, body: ReceiveBody) {
        self.receive = Some(body);
    }
}

fn client() -> (Moving, Client<Blocking<Moving>, Leaping>) {
    let transport = Moving::default();
    let target = Target::homeserver("https://example.org").unwrap();
    let tokens = SessionTokens::new(AccessToken::from("old"));
    let tokens = tokens.refreshed_with(RefreshToken::from("r1"));
    let client = Client::new(Blocking(transport.clone()), Leaping::default(), target);
    (transport, client.with_session(tokens))
}

fn outcome<T: Transport>(mut conversation: Conversation<T, Leaping, OneStream>) -> String {
    match block_on(conversation.next()) {
        Next::Done(outcome) => outcome,
        Next::Event(never) => match never {},
    }
}

#[test]
fn an_upload_is_sent_again_with_another_token_and_its_source_opened_anew() {
    let (transport, client) = client();
    let body = Bytes::from_static(b"picture");
    let done = outcome(client.run(OneStream::upload()).with_source(body));
    assert_eq!(done, "200 OK");
    let sent = |token: &str| (format!("Bearer {token}"), "picture".to_owned());
    assert_eq!(*transport.0.lock().unwrap(), [sent("old"), sent("new")]);
}

#[test]
fn a_source_that_cannot_be_opened_anew_ends_the_upload() {
    let (transport, client) = client();
    let once = Once::new(ReadBody::new(&b"picture"[..], 7));
    let done = outcome(client.run(OneStream::upload()).with_source(once));
    assert!(done.starts_with("the request cannot be sent: the body can be read once"));
    assert_eq!(transport.0.lock().unwrap().len(), 1);
}

#[test]
fn a_download_is_asked_for_again_with_another_token_and_only_its_answer_is_in_the_sink() {
    let (_, client) = client();
    let picture = MemorySink::new(100);
    let done = outcome(client.run(OneStream::download()).with_sink(picture.clone()));
    assert_eq!(
        (done, picture.take()),
        ("7 bytes".to_owned(), "picture".into())
    );
}

#[test]
fn a_blocking_conversation_streams_too() {
    let (transport, client) = client();
    let client = BlockingClient::of(client);
    let source = |at| {
        Ok(ReadBody::new(
            std::io::Cursor::new(&b"picture"[at as usize..]),
            None,
        ))
    };
    let mut upload = client.run(OneStream::upload()).with_source(source);
    assert!(matches!(upload.next(), Some(Next::Done(done)) if done == "200 OK"));
    assert_eq!(transport.0.lock().unwrap().len(), 2);

    let picture = MemorySink::new(100);
    let mut download = client.run(OneStream::download()).with_sink(picture.clone());
    assert!(matches!(download.next(), Some(Next::Done(done)) if done == "7 bytes"));
    assert_eq!(picture.take(), "picture");
}

#[test]
fn what_the_program_has_not_given_is_named() {
    let (_, client) = client();
    let done = outcome(client.run(OneStream::upload()));
    let source = "the request cannot be sent: its body streams: give the conversation a source (`with_source`)";
    assert_eq!(done, source);
    let sink = MemorySink::new(1);
    assert_eq!(
        outcome(client.run(OneStream::upload()).with_sink(sink)),
        source
    );
    let done = outcome(client.run(OneStream::download()));
    assert!(done.ends_with("give the conversation a sink (`with_sink`)"));
}
