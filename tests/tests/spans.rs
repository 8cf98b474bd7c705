//! The span of an exchange: what is in it, over every transport, and what never is.
//!
//! In a program of its own, in which every exchange has a subscriber: `tracing` asks once for all threads whether a place in
//! the code is of interest, and while there is one subscriber it asks that of the thread that comes by first. A test beside
//! these that has none would answer "never" for all.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_lite::future::{block_on, poll_once};
use hardline::client::{BlockingTransport, Clock, MemorySink, Transport, transport_fn};
use hardline::client_api::discovery::GetVersions;
use hardline::client_api::session::{GenerateLoginToken, Login};
use hardline::flow::{
    DeviceLogin, Flow, FlowEvent, Input, InteractiveFlow, OAuthLogin, OperationFlow, Output,
    Prompt, Reply,
};
use hardline::oauth_api::RegisterClient;
use hardline::types::{AccessToken, Password, Timestamp, UserId};
use hardline::wire::UserIdentifier;
use hardline::wire::{
    self, Auth, BaseUrl, Credentials, Endpoint, Failure, FailureClass, Homeserver, Operation,
    RequestMeta, Target,
};
use hardline_hyper::HyperTransport;
use hardline_isahc::{IsahcBlocking, IsahcClock, IsahcTransport};
use hardline_loopback::{Decision, Fault, Loopback};
use hardline_tests::e2e::{PASSWORD, whole_e2e};
use hardline_tests::misbehaving::recording;
use hardline_tests::runner::{Backend, Runner};
use hardline_tests::streaming::{self, Ended, STREAMING};
use hardline_tower::{ServiceTransport, TransportService};
use hardline_tracing::{Traced, TracedFlow};
use http::{Request, Response};
use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// A recorded span or event: its name, and its fields as text.
#[derive(Clone, Debug, Default)]
struct Told {
    target: String,
    name: String,
    fields: BTreeMap<&'static str, String>,
    is_closed: bool,
}

impl Visit for Told {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }
}

/// Records everything at `INFO`, and everything from Hardline at any level.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Told>>>);

impl Recorder {
    fn tell(&self, metadata: &Metadata<'_>, told: impl FnOnce(&mut Told)) -> usize {
        let mut all = self.0.lock().unwrap();
        let mut new = Told {
            target: metadata.target().to_owned(),
            name: metadata.name().to_owned(),
            ..Told::default()
        };
        told(&mut new);
        all.push(new);
        all.len()
    }

    /// The spans of exchanges, the oldest first.
    fn exchanges(&self) -> Vec<Told> {
        let all = self.0.lock().unwrap();
        let of_ours = all.iter().filter(|told| told.target == "hardline");
        of_ours.cloned().collect()
    }

    fn only(&self) -> BTreeMap<&'static str, String> {
        let [told] = &self.exchanges()[..] else {
            panic!("{:?}", self.exchanges())
        };
        assert_eq!(told.name, "exchange");
        assert!(told.is_closed);
        let elapsed = &told.fields["elapsed_ms"];
        assert!(elapsed.parse::<u64>().is_ok(), "{elapsed}");
        let mut fields = told.fields.clone();
        fields.remove("elapsed_ms");
        fields
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::INFO || metadata.target().starts_with("hardline")
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let id = self.tell(attributes.metadata(), |told| attributes.record(told));
        Id::from_u64(id as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        values.record(&mut self.0.lock().unwrap()[span.into_u64() as usize - 1]);
    }

    fn event(&self, event: &Event<'_>) {
        self.tell(event.metadata(), |told| event.record(told));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}

    fn try_close(&self, span: Id) -> bool {
        // Nobody here clones a span.
        self.0.lock().unwrap()[span.into_u64() as usize - 1].is_closed = true;
        true
    }
}

/// Runs something with a subscriber that records what this thread emits.
fn record(run: impl FnOnce()) -> Recorder {
    let recorder = Recorder::default();
    tracing::subscriber::with_default(recorder.clone(), run);
    recorder
}

fn on_tokio<T>(run: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(run)
}

fn login(loopback: &Loopback, password: &str) -> Request<Vec<u8>> {
    let target = Target::homeserver(loopback.url()).unwrap();
    let alice = UserIdentifier::user("alice");
    let operation = Login::password(alice, Password::from(password));
    let mut request = wire::encode(&operation, &target, &Credentials::None).unwrap();
    let dispatch = RequestMeta::new(&Login::OPERATION, std::time::Duration::from_secs(10));
    request.extensions_mut().insert(dispatch);
    request
}

fn versions(loopback: &Loopback) -> Request<Vec<u8>> {
    let target = Target::homeserver(loopback.url()).unwrap();
    let mut request = wire::encode(&GetVersions::new(), &target, &Credentials::None).unwrap();
    let timeout = std::time::Duration::from_secs(10);
    let mut dispatch = RequestMeta::new(&GetVersions::OPERATION, timeout);
    dispatch.attempt = 3;
    request.extensions_mut().insert(dispatch);
    request
}

type Exchange = fn(&Loopback, Request<Vec<u8>>) -> Result<Response<Bytes>, Failure>;

/// Every transport that has spans, each with its own way to wait.
const TRANSPORTS: [(&str, Exchange); 5] = [
    ("hyper", |_, request| {
        on_tokio(async move { HyperTransport::new().unwrap().send(request).await })
    }),
    ("isahc", |_, request| {
        block_on(IsahcTransport::new().unwrap().send(request))
    }),
    ("isahc, blocking", |_, request| {
        IsahcBlocking::new().unwrap().send(request)
    }),
    ("tower", |loopback, request| {
        let service = TransportService(loopback.transport());
        block_on(ServiceTransport::new(service).send(request))
    }),
    ("a wrapper", |loopback, request| {
        BlockingTransport::send(&Traced(loopback.transport()), request)
    }),
];

fn fields(expected: &[(&'static str, &str)]) -> BTreeMap<&'static str, String> {
    let owned = expected
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()));
    owned.collect()
}

#[test]
fn every_transport_records_a_response_alike() {
    let loopback = Loopback::start().unwrap();
    for (name, exchange) in TRANSPORTS {
        let mut length = 0;
        let recorder = record(|| {
            let response = exchange(&loopback, versions(&loopback)).unwrap();
            length = response.body().len();
        });
        let expected = fields(&[
            ("operation", "cs:getVersions"),
            ("method", "GET"),
            ("path", "/_matrix/client/versions"),
            ("attempt", "3"),
            ("sent", "0"),
            ("status", "200"),
            ("received", &length.to_string()),
            ("outcome", "answered"),
        ]);
        assert_eq!(recorder.only(), expected, "{name}");
    }
}

#[test]
fn a_failure_is_recorded_by_its_class_by_every_transport() {
    let loopback = Loopback::builder()
        .fault("/_matrix/client/v3/login", Fault::Close)
        .start()
        .unwrap();
    for (name, exchange) in TRANSPORTS {
        let request = login(&loopback, "a secret");
        let length = request.body().len().to_string();
        let recorder = record(|| {
            exchange(&loopback, request).unwrap_err();
        });
        let expected = fields(&[
            ("operation", "cs:login"),
            ("method", "POST"),
            ("path", "/_matrix/client/v3/login"),
            ("attempt", "1"),
            ("sent", &length),
            ("outcome", "interrupted"),
        ]);
        assert_eq!(recorder.only(), expected, "{name}");
    }
}

#[test]
fn an_exchange_whose_body_streams_has_the_same_span() {
    let (server, _requests) = recording();
    let url = format!("http://{server}");
    let answered = |method, path, operation, sent, received| {
        fields(&[
            ("operation", operation),
            ("method", method),
            ("path", path),
            ("attempt", "1"),
            ("sent", sent),
            ("status", "200"),
            ("received", received),
            ("outcome", "answered"),
        ])
    };
    for backend in STREAMING {
        let up = record(|| {
            let upload = streaming::Exchange::upload(&url, Bytes::from_static(b"a secret"));
            let upload = upload.at(2).header("authorization", "Bearer secret");
            assert!(matches!(upload.run(backend).ended, Ended::Response(_)));
        });
        let path = "/_matrix/media/v3/upload";
        let expected = answered("POST", path, "cs:upload", "6", "22");
        assert_eq!(up.only(), expected, "{backend:?}");
        let down = record(|| {
            let download = streaming::Exchange::download(&url, MemorySink::new(100));
            assert!(matches!(download.run(backend).ended, Ended::Body(_)));
        });
        let path = "/_matrix/client/v1/media";
        let expected = answered("GET", path, "cs:download", "0", "22");
        assert_eq!(down.only(), expected, "{backend:?}");
        let failed = record(|| {
            let download = streaming::Exchange::download(&url, MemorySink::new(1));
            assert!(matches!(download.run(backend).ended, Ended::Failed(_)));
        });
        assert_eq!(failed.only()["outcome"], "too_large", "{backend:?}");
    }
}

#[test]
fn a_dropped_exchange_is_cancelled() {
    let loopback = Loopback::builder()
        .fault("/_matrix/client/v3/login", Fault::Hang)
        .start()
        .unwrap();
    let outcome = |recorder: Recorder| {
        let fields = recorder.only();
        assert!(!fields.contains_key("status"));
        fields["outcome"].clone()
    };
    let over_hyper = record(|| {
        on_tokio(async {
            let exchange = HyperTransport::new()
                .unwrap()
                .send(login(&loopback, "a secret"));
            assert!(poll_once(exchange).await.is_none());
        });
    });
    assert_eq!(outcome(over_hyper), "cancelled");
    let over_isahc = record(|| {
        let exchange = IsahcTransport::new()
            .unwrap()
            .send(login(&loopback, "a secret"));
        assert!(block_on(poll_once(exchange)).is_none());
    });
    assert_eq!(outcome(over_isahc), "cancelled");
    let never_polled = record(|| {
        let silent = transport_fn(|_| std::future::pending());
        drop(Traced(silent).send(login(&loopback, "a secret")));
    });
    assert_eq!(outcome(never_polled), "cancelled");
}

#[derive(Debug, Serialize)]
struct Ask {
    #[serde(rename = "roomId")]
    room_id: String,
    filter: String,
    note: String,
}

impl Endpoint for Ask {
    const OPERATION: Operation = Operation::put("ask", "/_matrix/client/v3/rooms/{roomId}/ask")
        .query(&["filter"])
        .auth(Auth::Required);
    type Response = ();
}

#[test]
fn nothing_that_a_request_says_of_its_user_is_recorded() {
    let ask = Ask {
        room_id: "!private:example.org".to_owned(),
        filter: "private-filter".to_owned(),
        note: "private-note".to_owned(),
    };
    let loopback = Loopback::start().unwrap();
    let target = Target::homeserver(loopback.url()).unwrap();
    let credentials = Credentials::Token(AccessToken::from("private-token"));
    for (name, exchange) in TRANSPORTS {
        for has_dispatch in [true, false] {
            let mut request = wire::encode(&ask, &target, &credentials).unwrap();
            assert!(request.uri().to_string().contains("private"));
            request.extensions_mut().clear();
            if has_dispatch {
                let timeout = std::time::Duration::from_secs(10);
                let dispatch = RequestMeta::new(&Ask::OPERATION, timeout);
                request.extensions_mut().insert(dispatch);
            }
            let recorder = record(|| {
                let response = exchange(&loopback, request).unwrap();
                assert_eq!(response.status(), 404);
            });
            let path = recorder.only().remove("path");
            let template = has_dispatch.then(|| Ask::OPERATION.path.to_owned());
            assert_eq!(path, template, "{name}");
            let all = format!("{:?}", recorder.0.lock().unwrap());
            assert!(!all.contains("private"), "{name}: {all}");
        }
    }
}

#[test]
fn the_text_of_an_error_is_not_recorded() {
    let leaking = Traced(transport_fn(|request: Request<Vec<u8>>| async move {
        let text = format!("no route to {}", request.uri());
        Err(Failure::new(FailureClass::Connect, text))
    }));
    let recorder = record(|| {
        let request = Request::get("http://127.0.0.1/private").body(Vec::new());
        block_on(leaking.send(request.unwrap())).unwrap_err();
    });
    assert_eq!(recorder.only()["outcome"], "connect");
    assert!(!format!("{:?}", recorder.exchanges()).contains("private"));
}

#[test]
fn a_whole_story_leaves_no_secret_in_the_logs() {
    let loopback = Loopback::start().unwrap();
    for backend in [Backend::Hyper, Backend::Isahc, Backend::IsahcBlocking] {
        let name = format!("{backend:?}").to_lowercase();
        let recorder = record(|| {
            let runner = Runner::new(backend, Target::homeserver(loopback.url()).unwrap());
            let read_code = |msisdn: &str| {
                let message = loopback.inbox().last_to(msisdn);
                message.expect("a text was sent").token.reveal().to_owned()
            };
            whole_e2e(runner, &name, &read_code);
        });
        let exchanges = recorder.exchanges();
        assert!(exchanges.len() > 12, "{}", exchanges.len());
        assert!(exchanges.iter().all(|told| told.is_closed));
        let all = format!("{:?}", recorder.0.lock().unwrap());
        let user = UserId::parse(format!("@{name}:{}", loopback.server_name())).unwrap();
        let texts = loopback.inbox().messages();
        let codes = texts.iter().map(|text| text.token.reveal());
        for secret in [PASSWORD, "Bearer", "7700900001", user.as_str()]
            .into_iter()
            .chain(codes)
        {
            assert!(!all.contains(secret), "{secret} over {backend:?}");
        }
    }
}

#[test]
fn every_transition_of_a_flow_is_told_and_nothing_that_was_said() {
    let recorder = record(|| {
        let now = Timestamp::from_millis(0);
        let target = Target::homeserver("https://example.org").unwrap();
        let flow = OperationFlow::new(now, GenerateLoginToken::new(), target, 1);
        let mut flow = TracedFlow(flow.with_user(UserIdentifier::user("alice")));
        let answer = |flow: &mut TracedFlow<_>, status: u16, body: &'static str| {
            let Output::Send(id, _) = flow.poll_output() else {
                panic!("{flow:?}")
            };
            let mut response = Response::new(Bytes::from_static(body.as_bytes()));
            *response.status_mut() = status.try_into().unwrap();
            flow.handle_input(now, Input::Response(id, response));
            while let Output::Event(_) = flow.poll_output() {}
        };
        let challenge = r#"{"flows": [{"stages": ["m.login.password"]}], "session": "u"}"#;
        answer(&mut flow, 401, challenge);
        flow.reply(now, Reply::Password(Password::from(PASSWORD)))
            .unwrap();
        answer(&mut flow, 200, "<html>");
        flow.retry(now).unwrap();
        flow.cancel(now).unwrap();
    });
    let told = recorder.exchanges();
    let field = |told: &Told, name| told.fields[name].clone();
    let transitions: Vec<_> = told
        .iter()
        .map(|told| {
            assert_eq!(field(told, "flow"), "OperationFlow");
            (field(told, "from"), field(told, "to"), field(told, "input"))
        })
        .collect();
    let expected = [
        ("Calling", "Asking", "Response"),
        ("Asking", "Calling", "reply"),
        ("Calling", "Stalled", "Response"),
        ("Stalled", "Calling", "retry"),
        ("Calling", "Over", "cancel"),
    ];
    let expected = expected.map(|(from, to, input)| (from.into(), to.into(), input.into()));
    assert_eq!(transitions, expected);
    assert!(!format!("{told:?}").contains(PASSWORD));
}

/// A login by OAuth, and whatever could have told its secrets.
struct GrantedLogin<'a> {
    loopback: &'a Loopback,
    recorder: hardline_har::Recorder,
    now: Timestamp,
    secrets: BTreeSet<String>,
    shown: Vec<String>,
}

impl GrantedLogin<'_> {
    /// Runs a flow to its end; the user says yes.
    fn run<F: InteractiveFlow<Success: fmt::Debug> + fmt::Debug>(&mut self, flow: F) -> F::Success {
        let mut flow = TracedFlow(flow);
        let clock = IsahcClock;
        let transport = Traced(self.recorder.over(self.loopback.transport(), clock));
        loop {
            let output = flow.poll_output();
            self.shown.push(format!("{output:?} {flow:?}"));
            match output {
                Output::Send(id, request) => {
                    self.learn(request.uri().query().unwrap_or_default());
                    self.learn(std::str::from_utf8(request.body()).unwrap());
                    let response = BlockingTransport::send(&transport, request).unwrap();
                    let body = std::str::from_utf8(response.body()).unwrap();
                    self.learn(body);
                    let input = Input::Response(id, response);
                    self.shown.push(format!("{input:?}"));
                    flow.handle_input(self.now, input);
                }
                Output::Event(FlowEvent::Asks(prompt)) => {
                    self.shown.push(format!("{prompt:?}"));
                    self.answer(&mut flow, &prompt);
                }
                Output::Wait(Some(until)) => {
                    self.now = until;
                    flow.handle_input(self.now, Input::Timeout);
                }
                Output::Done(done) => {
                    self.shown.push(format!("{done:?}"));
                    return done.unwrap();
                }
                _ => {}
            }
        }
    }

    fn answer<F: InteractiveFlow>(&mut self, flow: &mut TracedFlow<F>, prompt: &Prompt) {
        let decision = Decision::approve("alice");
        match prompt {
            Prompt::Authorization { url, .. } => {
                self.learn(url.reveal().split_once('?').unwrap().1);
                let url = self.loopback.follow_authorization(url, &decision).unwrap();
                self.learn(url.reveal().split_once(['?', '#']).unwrap().1);
                let reply = Reply::Redirected(url);
                self.shown.push(format!("{reply:?}"));
                flow.reply(self.now, reply).unwrap();
            }
            Prompt::DeviceAuthorization { user_code, .. } => {
                self.loopback.decide_device(user_code, &decision).unwrap();
            }
            other => panic!("{other:?}"),
        }
    }

    /// Takes note of the secrets in a form, a query or an object.
    fn learn(&mut self, text: &str) {
        const NAMES: [&str; 7] = [
            "access_token",
            "code",
            "code_verifier",
            "device_code",
            "nonce",
            "refresh_token",
            "state",
        ];
        let members: BTreeMap<String, serde_json::Value> =
            serde_json::from_str(text).unwrap_or_default();
        let members = members
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())));
        let pairs = url::form_urlencoded::parse(text.as_bytes()).into_owned();
        let secrets = members
            .chain(pairs)
            .filter(|(name, _)| NAMES.contains(&&**name));
        self.secrets.extend(secrets.map(|(_, value)| value));
    }
}

#[test]
fn a_login_by_oauth_leaves_no_secret_in_logs_recordings_and_debugging() {
    let builder = Loopback::builder().account("alice", PASSWORD);
    let loopback = builder.oauth_only().start().unwrap();
    let homeserver = || Homeserver::new(BaseUrl::parse(loopback.url()).unwrap());
    let mut login = GrantedLogin {
        loopback: &loopback,
        recorder: hardline_har::Recorder::new(),
        now: IsahcClock.now(),
        secrets: BTreeSet::new(),
        shown: Vec::new(),
    };
    let recorder = record(|| {
        let page = || "https://app.example.com/".to_owned();
        let client = RegisterClient::native(page(), "http://127.0.0.1/done".to_owned());
        let flow = OAuthLogin::new(login.now, homeserver(), client, [7; 32]);
        let logged_in = login.run(flow);
        assert_eq!(logged_in.user_id.localpart(), "alice");
        let client = RegisterClient::device(page());
        login.run(DeviceLogin::new(login.now, homeserver(), client, [8; 32]));
    });
    // Two tokens of each login; the state, the code and the verifier of one, the device's code of the other.
    assert_eq!(login.secrets.len(), 8, "{:?}", login.secrets);
    let spans = format!("{:?}", recorder.0.lock().unwrap());
    assert!(spans.contains("oauth:exchangeDeviceCode"), "{spans}");
    let recording = login.recorder.to_json();
    for shown in login.shown.iter().chain([&spans, &recording]) {
        for secret in &login.secrets {
            assert!(!shown.contains(secret.as_str()), "{secret} is in {shown}");
        }
    }
}
