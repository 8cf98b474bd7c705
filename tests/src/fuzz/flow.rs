use std::collections::BTreeSet;
use std::fmt::Debug;
use std::time::Duration;

use bytes::Bytes;
use hardline::client_api::account::{DeactivateAccount, Register};
use hardline::client_api::session::Login;
use hardline::client_api::threepid::Add3pid;
use hardline::client_api::{AuthData, UserIdentifier};
use hardline::flow::{
    AddThreepid, AuthenticatedFlow, ChangePassword, Deactivate, Dialogue, Exchange,
    Input as Happened, LogIn, Means, Output, Prompt, RegisterAccount, Reply, ResetPassword,
    Threepid,
};
use hardline::types::{
    ClientSecret, CountryCode, JsonObject, Password, SessionId, Timestamp, UserId, ValidationToken,
};
use hardline::wire::{AuthType, BaseUrl, Failure, FailureClass, Homeserver, Target};
use http::{HeaderMap, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::input::Input;
use crate::simulation::{BASE_URL, CLIENT_SECRET, PASSWORD, WRONG};

/// Begins a conversation and drives it by the rest of the input.
type Begin = fn(&mut Input<'_>);

/// The conversations, each with the name that picks it.
const FLOWS: [(&str, Begin); 9] = [
    ("add_phone_number", |input| drive(add(phone()), input)),
    ("add_email", |input| {
        drive(add(Threepid::email("a@example.net")), input);
    }),
    ("register", |input| {
        let mut register = Register::new();
        register.username = Some("alice".to_owned());
        register.password = Some(Password::from(PASSWORD));
        let flow = RegisterAccount::new(START, homeserver(), register, secret());
        let flow = flow.with_threepid(phone()).checking_username();
        drive(flow.with_means(all_means()), input);
    }),
    ("log_in", |input| {
        let login = Login::new(AuthType::Token);
        let flow = LogIn::new(START, homeserver(), login, 1);
        drive(flow.with_redirect_url("https://app.example/"), input);
    }),
    ("reset_password", |input| {
        let flow = ResetPassword::new(START, homeserver(), phone(), secret());
        drive(flow.with_means(all_means()), input);
    }),
    ("change_password", |input| {
        let flow = ChangePassword::new(START, homeserver(), alice(), 1);
        drive(flow.with_means(all_means()), input);
    }),
    ("deactivate", |input| {
        let operation = DeactivateAccount::new();
        let flow = Deactivate::new(START, homeserver(), alice(), operation, 1);
        drive(flow.with_means(all_means()), input);
    }),
    ("authenticated_add", |input| {
        let add = Add3pid::new(secret(), SessionId::parse("sid").unwrap());
        let user = UserIdentifier::user("alice");
        let flow = AuthenticatedFlow::new(START, add, target(), Some(user), 1);
        drive(flow.with_means(all_means()), input);
    }),
    ("authenticated_register", |input| {
        let flow = AuthenticatedFlow::new(START, Register::new(), target(), None, 1);
        drive(flow.with_means(all_means()), input);
    }),
];

/// When they begin.
const START: Timestamp = Timestamp::from_millis(1_795_422_468_726);

/// No output of one step is longer than this, whatever the input.
const OUTPUTS: usize = 32;

/// What a conversation holds before anybody said anything, in bytes, saved.
const HOLDS: usize = 4 * 1024;

/// The longest wait: that for an answer.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A conversation and a script of what happens to it: it neither panics nor runs in circles, waits no longer than the
/// policy allows, holds no more than it was told, shows no secret, and can be saved and loaded wherever it waits.
///
/// The first line names the conversation. Each further line is a step, by its first word: those of `Run::step`.
pub fn flow_any(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let line = input.line();
    let named = FLOWS.iter().find(|(name, _)| name.as_bytes() == line);
    let sum: usize = line.iter().map(|byte| usize::from(*byte)).sum();
    let (_, begin) = named.unwrap_or(&FLOWS[sum % FLOWS.len()]);
    begin(&mut input);
}

fn add(threepid: Threepid) -> AddThreepid {
    AddThreepid::new(START, homeserver(), alice(), threepid, secret()).with_means(all_means())
}

fn homeserver() -> Homeserver {
    Homeserver::new(BaseUrl::parse(BASE_URL).unwrap())
}

fn alice() -> UserId {
    UserId::parse("@alice:example.org").unwrap()
}

fn phone() -> Threepid {
    Threepid::phone(CountryCode::parse("GB").unwrap(), "07700900001")
}

fn secret() -> ClientSecret {
    ClientSecret::parse(CLIENT_SECRET).unwrap()
}

fn target() -> Target {
    Target::homeserver(BASE_URL).unwrap()
}

fn all_means() -> Means {
    let mut means = Means::default();
    means.captcha = true;
    means.browser = true;
    means.others = vec![AuthType::from("org.example.stage")];
    means
}

fn drive<F>(flow: F, input: &mut Input<'_>)
where
    F: Dialogue + Debug + Serialize + DeserializeOwned,
{
    let mut run = Run {
        flow,
        now: START,
        until: None,
        in_flight: Vec::new(),
        sent: BTreeSet::new(),
        headers: HeaderMap::new(),
        told: 0,
        is_done: false,
    };
    run.drain();
    while !input.is_empty() {
        let line = input.line();
        run.told += line.len();
        run.step(line);
        run.drain();
    }
}

/// A conversation under way.
struct Run<F> {
    flow: F,
    now: Timestamp,
    /// The end of its wait.
    until: Option<Timestamp>,
    /// The exchanges that it waits for, the newest last.
    in_flight: Vec<Exchange>,
    /// All exchanges that there were.
    sent: BTreeSet<Exchange>,
    /// The header fields of the next response.
    headers: HeaderMap,
    /// How much was told, in bytes.
    told: usize,
    is_done: bool,
}

impl<F> Run<F>
where
    F: Dialogue + Debug + Serialize + DeserializeOwned,
{
    fn step(&mut self, line: &[u8]) {
        let (word, rest) = match line.iter().position(|byte| *byte == b' ') {
            Some(space) => (&line[..space], &line[space + 1..]),
            None => (line, &[][..]),
        };
        let text = String::from_utf8_lossy(rest);
        match word {
            // The response to the newest exchange, to the oldest, and to one that nobody waits for.
            b"answer" => self.answer(self.in_flight.last().copied(), rest),
            b"first" => self.answer(self.in_flight.first().copied(), rest),
            b"late" => self.answer(self.sent.first().copied(), rest),
            b"header" => {
                let mut field = Input::new(rest);
                self.headers.extend(field.headers());
            }
            b"fail" => self.fail(rest),
            // The wait is over; or it is not, and somebody says so.
            b"wait" => {
                self.now = self.until.unwrap_or(self.now);
                self.flow.handle_input(self.now, Happened::Timeout);
            }
            b"timeout" => self.flow.handle_input(self.now, Happened::Timeout),
            // Whoever runs a conversation and sees that the clock jumped tells it so.
            b"clock" => {
                let millis = text.trim().parse().unwrap_or(u64::MAX);
                self.now = Timestamp::from_millis(millis);
                self.flow.handle_input(self.now, Happened::Timeout);
            }
            b"code" => {
                let code = format!("{WRONG}{text}");
                self.reply(Reply::Code(ValidationToken::from(code)));
            }
            b"password" => self.reply(Reply::Password(Password::from(PASSWORD))),
            b"resend" => self.reply(Reply::Resend),
            b"done" => self.reply(Reply::Done),
            b"token" => self.reply(Reply::RegistrationToken(format!("{WRONG}{text}").into())),
            b"name" => self.reply(Reply::Username(text.into_owned())),
            b"email" => self.reply(Reply::Threepid(Threepid::email(text.into_owned()))),
            b"phone" => self.reply(Reply::Threepid(phone())),
            b"login_token" => self.reply(Reply::LoginToken(format!("{WRONG}{text}").into())),
            b"captcha" => self.reply(Reply::Captcha(text.into_owned())),
            b"stage" => {
                let members: JsonObject = serde_json::from_slice(rest).unwrap_or_default();
                self.reply(Reply::Stage(AuthData::other(members)));
            }
            b"retry" => {
                let was = self.flow.prompt();
                let retried = self.flow.retry(self.now);
                assert_eq!(retried.is_ok(), was == Some(Prompt::Retry));
            }
            b"cancel" => {
                let cancelled = self.flow.cancel(self.now);
                assert_eq!(cancelled.is_err(), self.is_done);
            }
            b"save" => self.save(),
            _ => {}
        }
    }

    fn answer(&mut self, exchange: Option<Exchange>, rest: &[u8]) {
        let Some(exchange) = exchange else { return };
        let mut words = rest.splitn(2, |byte| *byte == b' ');
        let status = words
            .next()
            .and_then(|status| StatusCode::from_bytes(status).ok());
        let body = words.next().unwrap_or_default();
        // A server that tells a secret tells it itself.
        let text = String::from_utf8_lossy(body);
        if [PASSWORD, CLIENT_SECRET, WRONG]
            .iter()
            .any(|secret| text.contains(secret))
        {
            return;
        }
        let mut response = Response::new(Bytes::copy_from_slice(body));
        *response.status_mut() = status.unwrap_or_default();
        *response.headers_mut() = std::mem::take(&mut self.headers);
        self.in_flight.retain(|other| *other != exchange);
        self.flow
            .handle_input(self.now, Happened::Response(exchange, response));
    }

    fn fail(&mut self, rest: &[u8]) {
        const CLASSES: [FailureClass; 10] = [
            FailureClass::Connect,
            FailureClass::Dns,
            FailureClass::Refused,
            FailureClass::Tls,
            FailureClass::TimedOutBeforeSend,
            FailureClass::TimedOutAfterSend,
            FailureClass::Interrupted,
            FailureClass::TooLarge,
            FailureClass::Malformed,
            FailureClass::Unsendable,
        ];
        let Some(exchange) = self.in_flight.pop() else {
            return;
        };
        let class = usize::from(rest.first().copied().unwrap_or_default());
        let failure = Failure::new(CLASSES[class % CLASSES.len()], "as the script says");
        self.flow
            .handle_input(self.now, Happened::Failed(exchange, failure));
    }

    fn reply(&mut self, reply: Reply) {
        let was = self.flow.prompt();
        if self.flow.reply(self.now, reply).is_err() {
            assert_eq!(
                self.flow.prompt(),
                was,
                "what is not awaited changes nothing"
            );
        }
    }

    /// It is drained, so it can be saved; what is loaded awaits the same.
    fn save(&mut self) {
        let prompt = self.flow.prompt();
        let saved = serde_json::to_vec(&self.flow).expect("it waits or is done");
        let most = HOLDS + 8 * self.told;
        assert!(
            saved.len() <= most,
            "{} bytes of at most {most}",
            saved.len()
        );
        self.flow = serde_json::from_slice(&saved).expect("it was saved");
        if self.in_flight.is_empty() {
            assert_eq!(self.flow.prompt(), prompt);
        }
        self.in_flight.clear();
    }

    fn drain(&mut self) {
        for _ in 0..OUTPUTS {
            match self.flow.poll_output() {
                Output::Send(exchange, request) => {
                    assert!(self.sent.insert(exchange), "{exchange:?} is used twice");
                    assert!(!request.headers().contains_key("authorization"));
                    self.in_flight.push(exchange);
                }
                Output::Cancel(exchange) => self.in_flight.retain(|other| *other != exchange),
                Output::Event(event) => shows_no_secret(&event),
                Output::Done(outcome) => {
                    assert!(!self.is_done, "it is done once");
                    self.is_done = true;
                    assert_eq!(self.flow.prompt(), None);
                    if let Err(error) = outcome {
                        shows_no_secret(&(error.to_string(), error));
                    }
                }
                Output::Wait(until) => {
                    let longest = until.map(|until| until - self.now).unwrap_or_default();
                    assert!(longest <= LONGEST_WAIT, "it waits {longest:?}");
                    let is_open = !self.is_done;
                    assert!(
                        !is_open || until.is_some() || self.flow.prompt().is_some(),
                        "it waits for nobody"
                    );
                    shows_no_secret(&self.flow);
                    self.until = until;
                    return;
                }
            }
        }
        panic!("it puts out more than {OUTPUTS} things at once");
    }
}

fn shows_no_secret(shown: &impl Debug) {
    let text = format!("{shown:?}");
    for secret in [PASSWORD, CLIENT_SECRET, WRONG] {
        assert!(!text.contains(secret), "{text}");
    }
}
