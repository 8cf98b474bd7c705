use std::borrow::Cow;
use std::time::Duration;

use hardline::flow::{HomeserverAddress, Reply, ThreepidInput};
use hardline::json::JsonObject;
use hardline::oauth_api::RedirectedUrl;
use hardline::types::{Password, Timestamp, ValidationToken};
use hardline::wire::{AuthData, FailureClass};
use http::{HeaderMap, StatusCode};

use super::expectations::{SECRETS, phone};
use super::tokens::Tokens;
use crate::fuzz::input::Input;
use crate::simulation::{PASSWORD, WRONG};

/// The maximum number of steps, so that the longest script is over in a moment.
const STEPS: usize = 512;

/// A script, read from its beginning.
pub(super) struct Script<'a> {
    input: Input<'a>,
    /// How many bytes were read.
    read: usize,
    steps: usize,
}

/// What happens next.
pub(super) enum Step<'a> {
    /// A server responds.
    Answer(Which, StatusCode, &'a [u8]),
    /// A server responds with every field that anybody may ask for, and tokens that are valid for this long.
    Grant(Option<Duration>),
    /// The next response has this header field.
    Header(HeaderMap),
    /// The newest request fails.
    Fail(FailureClass),
    /// The time passes that the flow waits for.
    Wait,
    /// A timeout, perhaps too early.
    Timeout,
    /// The clock is set.
    Clock(Timestamp),
    /// The user replies.
    Reply(Reply),
    /// The user's browser comes back with these parameters, and with the state that it was sent out with.
    Browser(String),
    Retry,
    Cancel,
    /// Everything is saved and loaded.
    Save,
    /// The program logs in or out.
    Session(Tokens),
    /// The session moves to another homeserver, or back to the first.
    Move,
    Nothing,
}

/// Which request gets the response.
pub(super) enum Which {
    Newest,
    Oldest,
    /// The very first one; perhaps nobody waits for it any more.
    First,
}

impl<'a> Script<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            input: Input::new(bytes),
            read: 0,
            steps: 0,
        }
    }

    /// How many bytes were read.
    pub(super) fn read(&self) -> usize {
        self.read
    }

    /// The first line: a flow, and perhaps a session.
    pub(super) fn opening(&mut self) -> (&'a [u8], Option<Tokens>) {
        let (word, rest) = split(self.line());
        let (_, rest) = split(rest);
        let session = (!rest.is_empty()).then(|| Tokens::read(rest));
        (word, session)
    }

    /// The next line. A line that contains a secret counts as empty: showing a secret from the script would prove
    /// nothing.
    pub(super) fn line(&mut self) -> &'a [u8] {
        let line = self.input.line();
        self.read += line.len();
        let tells = |secret: &str| {
            line.windows(secret.len())
                .any(|part| part == secret.as_bytes())
        };
        if SECRETS.into_iter().any(tells) {
            return b"";
        }
        line
    }

    pub(super) fn text(&mut self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.line())
    }

    pub(super) fn step(&mut self) -> Option<Step<'a>> {
        if self.input.is_empty() || self.steps == STEPS {
            return None;
        }
        self.steps += 1;
        let (word, rest) = split(self.line());
        let text = || String::from_utf8_lossy(rest);
        let wrong = || format!("{WRONG}{}", text());
        let answer = |which| {
            let (status, body) = split(rest);
            let status = StatusCode::from_bytes(status).unwrap_or_default();
            Step::Answer(which, status, body)
        };
        Some(match word {
            b"answer" => answer(Which::Newest),
            b"first" => answer(Which::Oldest),
            b"late" => answer(Which::First),
            b"grant" => Step::Grant(text().trim().parse().ok().map(Duration::from_millis)),
            b"header" => Step::Header(Input::new(rest).headers()),
            b"fail" => Step::Fail(failure(rest)),
            b"wait" => Step::Wait,
            b"timeout" => Step::Timeout,
            b"clock" => {
                let millis = text().trim().parse().unwrap_or(u64::MAX);
                Step::Clock(Timestamp::from_millis(millis))
            }
            b"code" => Step::Reply(Reply::Code(ValidationToken::from(wrong()))),
            b"password" => Step::Reply(Reply::Password(Password::from(PASSWORD))),
            b"resend" => Step::Reply(Reply::Resend),
            b"done" => Step::Reply(Reply::Done),
            b"token" => Step::Reply(Reply::RegistrationToken(wrong().into())),
            b"name" => Step::Reply(Reply::Username(text().into_owned())),
            b"email" => Step::Reply(Reply::Threepid(ThreepidInput::email(text().into_owned()))),
            b"phone" => Step::Reply(Reply::Threepid(phone())),
            b"login_token" => Step::Reply(Reply::LoginToken(wrong().into())),
            b"captcha" => Step::Reply(Reply::Captcha(text().into_owned())),
            b"stage" => {
                let members: JsonObject = serde_json::from_slice(rest).unwrap_or_default();
                Step::Reply(Reply::Stage(AuthData::other(members)))
            }
            b"allow" => Step::Browser(format!("code={}", wrong())),
            b"deny" => Step::Browser(format!("error={}", text())),
            b"redirected" => {
                Step::Reply(Reply::Redirected(RedirectedUrl::from(text().into_owned())))
            }
            b"homeserver" => match HomeserverAddress::parse(&text()) {
                Ok(address) => Step::Reply(Reply::Homeserver(address)),
                Err(_) => Step::Nothing,
            },
            b"retry" => Step::Retry,
            b"cancel" => Step::Cancel,
            b"save" => Step::Save,
            b"session" => Step::Session(Tokens::read(rest)),
            b"move" => Step::Move,
            _ => Step::Nothing,
        })
    }
}

/// A word, and the text after the blank that ends it.
fn split(line: &[u8]) -> (&[u8], &[u8]) {
    match line.iter().position(|byte| *byte == b' ') {
        Some(space) => (&line[..space], &line[space + 1..]),
        None => (line, b""),
    }
}

/// A failure by its digit.
fn failure(rest: &[u8]) -> FailureClass {
    let digit = rest.first().map_or(0, |digit| digit.wrapping_sub(b'0'));
    let classes = FailureClass::ALL;
    classes[usize::from(digit) % classes.len()]
}
