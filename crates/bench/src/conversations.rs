use std::collections::VecDeque;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use bytes::Bytes;
use hardline::client_api::session::Login;
use hardline::flow::{
    AddThreepid, Flow, FlowEvent, Input, InteractiveFlow, Output, Prompt, Reply, RequestId,
    ThreepidInput,
};
use hardline::types::{
    AccessToken, ClientSecret, CountryCode, Password, ServerName, Timestamp, UserId,
    ValidationToken,
};
use hardline::wire::UserIdentifier;
use hardline::wire::{
    self, Auth, BaseUrl, Credentials, Homeserver, RequestMeta, SupportedVersions, Target,
};
use hardline_loopback::{Homeserver as Loopback, Message};
use http::{Request, Response, StatusCode};

use crate::Heap;

const BASE_URL: &str = "https://matrix.example.org";
const PASSWORD: &str = "correct horse battery staple";
const NOW: Timestamp = Timestamp::from_millis(1_760_000_000_000);

/// The cost of holding a number of conversations at once, in one thread: each adds a phone number to an account, from
/// the first request to the last response.
#[derive(Clone, Copy, Debug)]
pub struct Conversations {
    /// The number of conversations.
    pub count: u32,
    /// The bytes of each while it waited for the code: its own size and its heap memory.
    pub waiting: u64,
    /// The bytes of each while its first request was in flight, without the request.
    pub requesting: u64,
    /// The allocations of each, including its requests.
    pub allocations: f64,
    /// A step is one call of `poll_output`, `handle_input` or `reply`.
    pub steps: u64,
    /// The time for all of them, including the event loop and the server.
    pub time: Duration,
    /// The server's share of that time.
    pub server: Duration,
}

impl Conversations {
    /// The steps per second.
    pub fn steps_a_second(&self) -> f64 {
        self.steps as f64 / self.time.as_secs_f64()
    }
}

/// A server, and the phones of its users.
pub trait Server {
    /// Responds to a request of this user.
    fn answer(&mut self, user: u32, request: Request<Vec<u8>>) -> Response<Bytes>;

    /// The code that this user's phone received.
    fn code(&mut self, user: u32) -> ValidationToken;
}

/// A server with a short prepared response for each request: it takes almost no time.
#[derive(Debug)]
pub struct Ready;

impl Server for Ready {
    fn answer(&mut self, _: u32, request: Request<Vec<u8>>) -> Response<Bytes> {
        let has_auth = || request.body().windows(7).any(|bytes| bytes == b"\"auth\":");
        let (status, body) = match request.uri().path() {
            "/_matrix/client/v3/account/3pid/msisdn/requestToken" => (
                StatusCode::OK,
                r#"{"sid":"ScVHIBrYMJDcdNPj","msisdn":"447700900001","success":true,"submit_url":"https://matrix.example.org/_matrix/client/unstable/add_threepid/msisdn/submit_token","intl_fmt":"+44 7700 900001"}"#,
            ),
            "/_matrix/client/v3/account/3pid/add" if has_auth() => (StatusCode::OK, "{}"),
            "/_matrix/client/v3/account/3pid/add" => (
                StatusCode::UNAUTHORIZED,
                r#"{"session":"cJqxePcHywfqFQPzCwXqYWuE","flows":[{"stages":["m.login.password"]}],"params":{}}"#,
            ),
            _ => (StatusCode::OK, r#"{"success":true}"#),
        };
        let mut response = Response::new(Bytes::from_static(body.as_bytes()));
        *response.status_mut() = status;
        response
    }

    fn code(&mut self, _: u32) -> ValidationToken {
        ValidationToken::from("123456")
    }
}

/// The loopback homeserver, which checks everything.
#[derive(Debug)]
pub struct Real {
    homeserver: Loopback,
    tokens: Vec<AccessToken>,
    codes: Vec<Option<ValidationToken>>,
    messages: Receiver<Message>,
}

impl Real {
    /// One with this many accounts.
    pub fn new(users: u32) -> Self {
        let server_name = ServerName::parse("example.org").expect("it is a name");
        let homeserver = Loopback::new(server_name, BASE_URL, [7; 32]);
        let password = Password::from(PASSWORD);
        let tokens = (0..users).map(|user| {
            let user_id = homeserver
                .add_account(&format!("user{user}"), &password)
                .expect("the name is free");
            log_in(&homeserver, &user_id, &password)
        });
        Self {
            tokens: tokens.collect(),
            codes: vec![None; users as usize],
            messages: homeserver.inbox().subscribe(),
            homeserver,
        }
    }
}

impl Server for Real {
    fn answer(&mut self, user: u32, mut request: Request<Vec<u8>>) -> Response<Bytes> {
        let dispatch = request.extensions().get::<RequestMeta>();
        if dispatch.is_some_and(|dispatch| dispatch.operation.auth == Auth::Required) {
            wire::authorize(&mut request, &self.tokens[user as usize]).expect("it can be sent");
        }
        let response = self.homeserver.handle(NOW, request.map(Bytes::from));
        if let Ok(message) = self.messages.try_recv() {
            self.codes[user as usize] = Some(message.token);
        }
        response.map(Bytes::from)
    }

    fn code(&mut self, user: u32) -> ValidationToken {
        self.codes[user as usize].take().expect("a text was sent")
    }
}

fn log_in(homeserver: &Loopback, user_id: &UserId, password: &Password) -> AccessToken {
    let login = Login::password(UserIdentifier::user(user_id.as_str()), password.clone());
    let target = Target::homeserver(BASE_URL).expect("it is a URL");
    let request = wire::encode(&login, &target, &Credentials::None).expect("it can be sent");
    let response = homeserver.handle(NOW, request.map(Bytes::from));
    let login = wire::decode::<Login>(response).expect("that is the password");
    login.access_token
}

/// Holds this many conversations with a server at the same time: first each runs until it waits for the code, and then
/// each to its end.
///
/// # Panics
/// If one does not end well.
pub fn conversations(count: u32, server: &mut dyn Server) -> Conversations {
    let homeserver = homeserver();
    let before = Heap::now();
    let mut run = Run::new(server);
    let begin = Instant::now();
    run.flows
        .extend((0..count).map(|user| conversation(&homeserver, user)));
    (0..count).for_each(|user| run.drain(user));
    let requesting = Heap::now().held - before.held - run.answers_held();
    run.answer_all();
    run.answers.shrink_to_fit();
    let waiting = Heap::now().held - before.held;
    assert_eq!(run.asked, count, "each waits for its code");
    for user in 0..count {
        let code = run.server.code(user);
        run.reply(user, Reply::Code(code));
    }
    run.answer_all();
    assert_eq!(run.done, count, "each is done");
    Conversations {
        count,
        waiting: waiting / u64::from(count),
        requesting: requesting / u64::from(count),
        allocations: (Heap::now().allocations - before.allocations) as f64 / f64::from(count),
        steps: run.steps,
        time: begin.elapsed(),
        server: run.server_time,
    }
}

/// An event loop.
struct Run<'a> {
    server: &'a mut dyn Server,
    flows: Vec<AddThreepid>,
    /// The server's responses, and whom they are for.
    answers: VecDeque<(u32, RequestId, Response<Bytes>)>,
    steps: u64,
    asked: u32,
    done: u32,
    server_time: Duration,
}

impl<'a> Run<'a> {
    fn new(server: &'a mut dyn Server) -> Self {
        Self {
            server,
            flows: Vec::new(),
            answers: VecDeque::new(),
            steps: 0,
            asked: 0,
            done: 0,
            server_time: Duration::ZERO,
        }
    }

    fn answer_all(&mut self) {
        while let Some((user, id, response)) = self.answers.pop_front() {
            self.steps += 1;
            self.flows[user as usize].handle_input(NOW, Input::Response(id, response));
            self.drain(user);
        }
    }

    fn reply(&mut self, user: u32, reply: Reply) {
        self.steps += 1;
        let replied = self.flows[user as usize].reply(NOW, reply);
        replied.expect("it is what is asked for");
        self.drain(user);
    }

    fn drain(&mut self, user: u32) {
        let mut wants_password = false;
        loop {
            self.steps += 1;
            match self.flows[user as usize].poll_output() {
                Output::Send(id, request) => {
                    let begin = Instant::now();
                    let response = self.server.answer(user, request);
                    self.server_time += begin.elapsed();
                    self.answers.push_back((user, id, response));
                }
                Output::Event(FlowEvent::Asks(Prompt::Code { .. })) => self.asked += 1,
                Output::Event(FlowEvent::Asks(Prompt::Password)) => wants_password = true,
                Output::Event(FlowEvent::Validated) => {}
                Output::Done(outcome) => {
                    outcome.expect("the number is added");
                    self.done += 1;
                    return;
                }
                Output::Wait(_) if wants_password => {
                    return self.reply(user, Reply::Password(Password::from(PASSWORD)));
                }
                Output::Wait(_) => return,
                other => panic!("{other:?} is not expected"),
            }
        }
    }

    /// The bytes of the responses that were not delivered yet.
    fn answers_held(&self) -> u64 {
        (self.answers.capacity() * size_of::<(u32, RequestId, Response<Bytes>)>()) as u64
    }
}

fn conversation(homeserver: &Homeserver, user: u32) -> AddThreepid {
    let mut entropy = [7; 32];
    entropy[..4].copy_from_slice(&user.to_be_bytes());
    AddThreepid::new(
        NOW,
        homeserver.clone(),
        UserId::parse(format!("@user{user}:example.org")).expect("it is a user's"),
        ThreepidInput::phone(
            CountryCode::parse("GB").expect("it is a country's"),
            format!("+4477{user:08}"),
        ),
        ClientSecret::from_entropy(entropy),
    )
}

/// A homeserver that advertises what Synapse 1.163 does.
fn homeserver() -> Homeserver {
    let base_url = BaseUrl::parse(BASE_URL).expect("it is a URL");
    let mut homeserver = Homeserver::new(base_url);
    homeserver.supported = Some(SupportedVersions::new(VERSIONS, FEATURES));
    homeserver
}

const VERSIONS: [&str; 23] = [
    "r0.0.1", "r0.1.0", "r0.2.0", "r0.3.0", "r0.4.0", "r0.5.0", "r0.6.0", "r0.6.1", "v1.1", "v1.2",
    "v1.3", "v1.4", "v1.5", "v1.6", "v1.7", "v1.8", "v1.9", "v1.10", "v1.11", "v1.12", "v1.13",
    "v1.14", "v1.15",
];

const FEATURES: [(&str, bool); 40] = [
    ("org.matrix.label_based_filtering", true),
    ("org.matrix.e2e_cross_signing", true),
    ("org.matrix.msc2432", true),
    ("uk.half-shot.msc2666.query_mutual_rooms.stable", true),
    ("org.matrix.msc3026.busy_presence", false),
    ("org.matrix.msc2285.stable", true),
    ("org.matrix.msc3827.stable", true),
    ("org.matrix.msc3440.stable", true),
    ("org.matrix.msc3771", true),
    ("org.matrix.msc3773", false),
    ("fi.mau.msc2815", false),
    ("fi.mau.msc2659.stable", true),
    ("org.matrix.msc3882", false),
    ("org.matrix.msc3881", false),
    ("org.matrix.msc3874", false),
    ("org.matrix.msc3912", false),
    ("org.matrix.msc3981", true),
    ("org.matrix.msc3391", false),
    ("org.matrix.msc4069", false),
    ("org.matrix.msc4028", false),
    ("org.matrix.msc4108", false),
    ("org.matrix.msc4140", false),
    ("org.matrix.simplified_msc3575", true),
    ("uk.tcpip.msc4133", false),
    ("uk.tcpip.msc4133.stable", true),
    ("org.matrix.msc4155", false),
    ("org.matrix.msc4306", false),
    ("com.beeper.msc4169", false),
    ("org.matrix.msc4262", false),
    ("org.matrix.msc4354", false),
    ("org.matrix.msc4380.stable", true),
    ("org.matrix.msc4429", false),
    (
        "org.matrix.msc4445.initial_sync_timeline_topological_ordering",
        true,
    ),
    ("uk.timedout.msc4491.create_room_invite_reasons", false),
    ("org.matrix.msc4143", false),
    ("com.beeper.msc4446", false),
    ("io.element.msc4502", false),
    ("io.element.e2ee_forced.public", false),
    ("io.element.e2ee_forced.private", false),
    ("io.element.e2ee_forced.trusted_private", false),
];
