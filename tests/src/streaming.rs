//! One request whose body streams, over each transport that can do that.

use std::collections::VecDeque;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use bytes::Bytes;
use hardline::client::{
    BlockingClient, BlockingConversation, BlockingStreamingTransport, Bodies, BodySink, BodySource,
    Client, Clock, Conversation, Next, Sink, Source, StreamingTransport,
};
use hardline::flow::{
    BodyDirection, BodyEnd, Flow, FlowError, Input, InteractiveFlow, Output, ReceiveBody,
    RequestId, SessionTokens,
};
use hardline::types::Timestamp;
use hardline::wire::{Auth, Failure, Operation, RequestMeta, Target};
use hardline_hyper::TokioClock;
use hardline_isahc::{BlockingClock, IsahcBlocking, IsahcClock};
use http::{HeaderName, HeaderValue, Request, Response, request, response};

use crate::adapter::{Settings, hyper, isahc};
use crate::runner::Backend;

/// The backends whose bodies stream.
pub const STREAMING: [Backend; 3] = [Backend::Hyper, Backend::Isahc, Backend::IsahcBlocking];

/// An operation that may not be repeated, as uploads are.
pub static UPLOAD: Operation =
    Operation::post("upload", "/_matrix/media/v3/upload").auth(Auth::Optional);
/// An operation that may be.
pub static DOWNLOAD: Operation = Operation::get("download", "/_matrix/client/v1/media")
    .statuses(&[200, 206])
    .auth(Auth::Optional);

/// How an exchange ended.
#[derive(Debug)]
pub enum Ended {
    /// With a response in memory.
    Response(Response<Bytes>),
    /// With a body in the sink.
    Body(BodyEnd),
    /// Without either.
    Failed(Failure),
}

/// What was seen of an exchange.
#[derive(Debug)]
pub struct Seen {
    /// How it ended.
    pub ended: Ended,
    /// The progress that was told.
    pub progress: Vec<u64>,
    /// The head of the response to a download.
    pub head: Option<response::Parts>,
}

/// A flow of one request whose body streams.
pub struct OneStream {
    outputs: VecDeque<Output<u64, Ended>>,
    receive: ReceiveBody,
    head: Option<response::Parts>,
}

impl OneStream {
    /// Puts the body of what answers well into the sink, and reads what answers otherwise.
    pub fn new(head: request::Parts, direction: BodyDirection) -> Self {
        let id = RequestId::from_u64(1);
        Self {
            outputs: VecDeque::from([Output::SendStreaming(id, head, direction)]),
            receive: ReceiveBody::ToSink { at: 0 },
            head: None,
        }
    }
}

impl Flow for OneStream {
    type Event = u64;
    type Outcome = Ended;

    fn poll_output(&mut self) -> Output<u64, Ended> {
        self.outputs.pop_front().unwrap_or(Output::Wait(None))
    }

    fn handle_input(&mut self, _: Timestamp, input: Input) {
        self.outputs.push_back(match input {
            Input::Head(id, head) => {
                let receive = match head.status.is_success() {
                    true => self.receive,
                    false => ReceiveBody::Whole { cap: 65_536 },
                };
                self.head = Some(head);
                Output::Receive(id, receive)
            }
            Input::Progress(_, bytes) => Output::Event(bytes),
            Input::Response(_, response) => Output::Done(Ended::Response(response)),
            Input::BodyEnded(_, end) => Output::Done(Ended::Body(end)),
            Input::Failed(_, failure) => Output::Done(Ended::Failed(failure)),
            Input::Timeout | Input::Held(_) | Input::Released(_) => return,
        });
    }

    fn state(&self) -> &'static str {
        "Streaming"
    }
}

/// Runs a flow to its end, with what the program gives for it.
///
/// # Errors
/// The flow's own.
///
/// # Panics
/// If the transport cannot be set up.
pub fn finish<F: InteractiveFlow>(
    backend: Backend,
    target: Target,
    flow: F,
    bodies: Bodies,
) -> Result<F::Success, FlowError> {
    let settings = Settings::default();
    match backend {
        Backend::Hyper => {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let client = Client::new(hyper(&settings), TokioClock, target);
            let client = client.with_access_token("token".into());
            let runtime = runtime.expect("a runtime can be built");
            runtime.block_on(with(client.run(flow), bodies).finish())
        }
        Backend::Isahc => {
            let client = Client::new(isahc(&settings), IsahcClock, target);
            let client = client.with_access_token("token".into());
            futures_lite::future::block_on(with(client.run(flow), bodies).finish())
        }
        Backend::IsahcBlocking => {
            let transport = IsahcBlocking::from(isahc(&settings));
            let client = BlockingClient::new(transport, BlockingClock, target);
            let client = client.with_access_token("token".into());
            with_blocking(client.run(flow), bodies).finish()
        }
        Backend::RawSocket => panic!("it does not stream"),
    }
}

fn with<T, C: Clock, F: Flow>(
    mut conversation: Conversation<T, C, F>,
    bodies: Bodies,
) -> Conversation<T, C, F>
where
    T: StreamingTransport<Exchange: Send + 'static>,
{
    if let Some(source) = bodies.source {
        conversation = conversation.with_source(source);
    }
    match bodies.sink {
        Some(sink) => conversation.with_sink(sink),
        None => conversation,
    }
}

fn with_blocking<T, C: Clock, F: Flow>(
    mut conversation: BlockingConversation<T, C, F>,
    bodies: Bodies,
) -> BlockingConversation<T, C, F>
where
    T: BlockingStreamingTransport<Exchange: Send + 'static>,
{
    if let Some(source) = bodies.source {
        conversation = conversation.with_source(source);
    }
    match bodies.sink {
        Some(sink) => conversation.with_sink(sink),
        None => conversation,
    }
}

/// A request whose body streams, and what the program gives for it.
pub struct Exchange {
    head: request::Parts,
    direction: BodyDirection,
    receive: ReceiveBody,
    bodies: Bodies,
    settings: Settings,
    tokens: Option<SessionTokens>,
}

impl Exchange {
    /// An upload.
    pub fn upload(url: &str, source: impl BodySource + Send + 'static) -> Self {
        let mut upload = Self::new(&UPLOAD, url, BodyDirection::Upload { at: 0 });
        upload.bodies.source = Some(Source::new(source));
        upload
    }

    /// A download.
    pub fn download(url: &str, sink: impl BodySink + Send + 'static) -> Self {
        let mut download = Self::new(&DOWNLOAD, url, BodyDirection::Download);
        download.bodies.sink = Some(Sink::new(sink));
        download
    }

    fn new(operation: &'static Operation, url: &str, direction: BodyDirection) -> Self {
        let request = Request::builder()
            .method(operation.method)
            .uri(format!("{url}{}", operation.path))
            .extension(RequestMeta::new(operation, Duration::from_secs(30)));
        let (head, ()) = request.body(()).expect("it is a request").into_parts();
        Self {
            head,
            direction,
            receive: ReceiveBody::ToSink { at: 0 },
            bodies: Bodies::default(),
            settings: Settings::default(),
            tokens: None,
        }
    }

    /// Where the body of a good response goes, or from where on the request's is sent.
    #[must_use]
    pub fn at(mut self, at: u64) -> Self {
        match &mut self.direction {
            BodyDirection::Upload { at: from } => *from = at,
            BodyDirection::Download => self.receive = ReceiveBody::ToSink { at },
        }
        self
    }

    /// Reads the body of a response into memory.
    #[must_use]
    pub fn whole(mut self, cap: u64) -> Self {
        self.receive = ReceiveBody::Whole { cap };
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).expect("it is a value");
        self.head
            .headers
            .insert(HeaderName::from_static(name), value);
        self
    }

    /// Changes what the transport is told.
    #[must_use]
    pub fn meta(mut self, change: impl FnOnce(&mut RequestMeta)) -> Self {
        self.head.extensions.get_mut().map(change);
        self
    }

    /// Configures the transport.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// The session whose token the request gets.
    #[must_use]
    pub fn tokens(mut self, tokens: SessionTokens) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// If the transport cannot be set up.
    pub fn run(self, backend: Backend) -> Seen {
        let seen = self.run_until(backend, None, |_| false);
        seen.expect("it was not dropped")
    }

    /// Runs it until so much has passed, drops it, and waits for word from the server while the transport is still there.
    ///
    /// # Panics
    /// If no word comes.
    pub fn drop_at(self, backend: Backend, progress: u64, word: Receiver<()>) {
        let seen = self.run_until(backend, Some(word), |passed| passed >= progress);
        assert!(seen.is_none(), "{backend:?}: {seen:?}");
    }

    fn run_until(
        mut self,
        backend: Backend,
        word: Option<Receiver<()>>,
        is_enough: impl Fn(u64) -> bool,
    ) -> Option<Seen> {
        let uri = self.head.uri.to_string();
        let base = uri.strip_suffix(match self.direction {
            BodyDirection::Upload { .. } => UPLOAD.path,
            BodyDirection::Download => DOWNLOAD.path,
        });
        let target = Target::homeserver(base.expect("it was added")).expect("it is a url");
        let (settings, tokens) = (self.settings.clone(), self.tokens.take());
        let hear = move || {
            let heard = word.map(|word| word.recv_timeout(Duration::from_secs(30)));
            assert!(heard.is_none_or(|heard| heard.is_ok()), "no word came");
        };
        match backend {
            Backend::Hyper => {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                runtime.expect("a runtime can be built").block_on(async {
                    let client = Client::new(hyper(&settings), TokioClock, target);
                    client.set_session(tokens);
                    let seen = self.over(&client, is_enough).await;
                    let heard = tokio::task::spawn_blocking(hear).await;
                    heard.expect("word came");
                    seen
                })
            }
            Backend::Isahc => {
                let client = Client::new(isahc(&settings), IsahcClock, target);
                client.set_session(tokens);
                let seen = futures_lite::future::block_on(self.over(&client, is_enough));
                hear();
                seen
            }
            Backend::IsahcBlocking => {
                let transport = IsahcBlocking::from(isahc(&settings));
                let client = BlockingClient::new(transport, BlockingClock, target);
                client.set_session(tokens);
                let seen = self.over_blocking(&client, is_enough);
                hear();
                seen
            }
            Backend::RawSocket => panic!("it does not stream"),
        }
    }

    fn flow(&self) -> OneStream {
        let mut flow = OneStream::new(self.head.clone(), self.direction);
        flow.receive = self.receive;
        flow
    }

    async fn over<T, C: Clock>(
        self,
        client: &Client<T, C>,
        is_enough: impl Fn(u64) -> bool,
    ) -> Option<Seen>
    where
        T: StreamingTransport<Exchange: Send + 'static>,
    {
        let mut conversation = with(client.run(self.flow()), self.bodies);
        let mut progress = Vec::new();
        loop {
            match conversation.next().await {
                Next::Event(passed) if is_enough(passed) => return None,
                Next::Event(passed) => progress.push(passed),
                Next::Done(ended) => {
                    let head = conversation.flow_mut().head.take();
                    return Some(Seen {
                        ended,
                        progress,
                        head,
                    });
                }
            }
        }
    }

    fn over_blocking<T, C: Clock>(
        self,
        client: &BlockingClient<T, C>,
        is_enough: impl Fn(u64) -> bool,
    ) -> Option<Seen>
    where
        T: BlockingStreamingTransport<Exchange: Send + 'static>,
    {
        let mut conversation = with_blocking(client.run(self.flow()), self.bodies);
        let mut progress = Vec::new();
        loop {
            match conversation.next() {
                Some(Next::Event(passed)) if is_enough(passed) => return None,
                Some(Next::Event(passed)) => progress.push(passed),
                Some(Next::Done(ended)) => {
                    let head = conversation.flow_mut().head.take();
                    return Some(Seen {
                        ended,
                        progress,
                        head,
                    });
                }
                None => panic!("nobody is waited for"),
            }
        }
    }
}
