use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use hardline::flow::test_harness::{Answer, Choices};
use hardline::flow::{Prompt, Reply};
use hardline::oauth_api::RedirectedUrl;
use hardline::wire::FailureClass;
use http::{HeaderMap, Request, Response};

use super::expectations::START;
use super::granted::granted;
use super::script::{Script, Step, Which};
use super::scripted::{Turn, Turns};
use super::tokens::SESSION_TOKEN;
use crate::simulation::WRONG;

/// A script as parts of a trial: the answers of its servers in order, the replies of its user in order, and what goes
/// wrong in the meantime. Before each answer and each reply, the program may do something to the session.
pub(super) struct Played {
    choices: Vec<u8>,
    answers: RefCell<VecDeque<(Vec<Turn>, Answered)>>,
    replies: RefCell<VecDeque<(Vec<Turn>, Said)>>,
    /// What was done to the session so far.
    pub(super) turns: Turns,
}

/// What the user does.
enum Said {
    Answer(Answer),
    /// They use a browser, which comes back with these parameters.
    Browser(String),
}

enum Answered {
    Given(Response<Bytes>),
    /// Every field that anybody may ask for, and tokens that are valid for this long.
    Granted(Option<Duration>, HeaderMap),
}

impl Played {
    pub(super) fn read(script: &mut Script<'_>) -> Self {
        let mut choices = Vec::new();
        let mut answers = VecDeque::new();
        let mut replies = VecDeque::new();
        let mut headers = HeaderMap::new();
        let mut turns = Vec::new();
        while let Some(step) = script.step() {
            let mut say = |said| replies.push_back((std::mem::take(&mut turns), said));
            match step {
                Step::Answer(which, status, body) => {
                    let mut response = Response::new(Bytes::copy_from_slice(body));
                    *response.status_mut() = status;
                    *response.headers_mut() = std::mem::take(&mut headers);
                    let answered = Answered::Given(response);
                    answers.push_back((std::mem::take(&mut turns), answered));
                    let is_late = matches!(which, Which::First);
                    choices.extend(if is_late { b"e." } else { b".." });
                }
                Step::Grant(lifetime) => {
                    let answered = Answered::Granted(lifetime, std::mem::take(&mut headers));
                    answers.push_back((std::mem::take(&mut turns), answered));
                    choices.extend(b"..");
                }
                Step::Header(more) => headers.extend(more),
                Step::Fail(class) => {
                    let mut classes = FailureClass::ALL.iter();
                    let index = classes.position(|one| *one == class).unwrap_or_default();
                    choices.extend([b'c', index as u8]);
                }
                Step::Wait => choices.extend(b"b0"),
                Step::Timeout => choices.push(b'h'),
                Step::Clock(now) => choices.extend(if now < START { b"i0" } else { b"i1" }),
                Step::Save => choices.push(b'k'),
                Step::Reply(given) => say(Said::Answer(Answer::Try(given))),
                Step::Browser(parameters) => say(Said::Browser(parameters)),
                Step::Retry => say(Said::Answer(Answer::Retry)),
                Step::Cancel => say(Said::Answer(Answer::Cancel)),
                Step::Session(tokens) => turns.push(Turn::Tokens(tokens)),
                Step::Move => turns.push(Turn::Move),
                Step::Nothing => {}
            }
        }
        Self {
            choices,
            answers: RefCell::new(answers),
            replies: RefCell::new(replies),
            turns: Turns::default(),
        }
    }

    pub(super) fn choices(&self) -> Choices {
        Choices::from_bytes(self.choices.clone())
    }

    /// What a server answers. After the last answer, everything is granted. The tokens of a refresh must never show, and
    /// stay with the session.
    pub(super) fn answer(&self, request: &Request<Vec<u8>>) -> Response<Bytes> {
        let body = String::from_utf8_lossy(request.body());
        let is_refresh = request.uri().path().ends_with("/refresh")
            || (body.contains("grant_type=refresh_token") && body.contains(SESSION_TOKEN));
        let next = self.answers.borrow_mut().pop_front();
        let (turns, answered) =
            next.unwrap_or((Vec::new(), Answered::Granted(None, HeaderMap::new())));
        self.turns.borrow_mut().extend(turns);
        match answered {
            Answered::Given(response) => response,
            Answered::Granted(lifetime, headers) => {
                let token = if is_refresh { SESSION_TOKEN } else { WRONG };
                let mut response = Response::new(granted(token, lifetime).into());
                *response.headers_mut() = headers;
                response
            }
        }
    }

    /// What the user says to a prompt. Where nothing stalled there is nothing to try again.
    pub(super) fn reply(&self, prompt: &Prompt) -> Answer {
        let mut replies = self.replies.borrow_mut();
        while let Some((turns, said)) = replies.pop_front() {
            self.turns.borrow_mut().extend(turns);
            let answer = match said {
                Said::Answer(answer) => answer,
                Said::Browser(parameters) => Answer::Try(redirected(prompt, &parameters)),
            };
            if *prompt == Prompt::Retry || !matches!(answer, Answer::Retry) {
                return answer;
            }
        }
        match prompt {
            Prompt::Retry => Answer::Cancel,
            _ => Answer::Nothing,
        }
    }
}

/// The URL that a browser was sent to, with the state that it was sent out with, if it was.
pub(super) fn redirected(prompt: &Prompt, parameters: &str) -> Reply {
    let url = match prompt {
        Prompt::Authorization { url, redirect_uri } => {
            let mut fields = url.reveal().split(['?', '&']);
            let state = fields.find(|field| field.starts_with("state="));
            let state = state.unwrap_or_default();
            format!("{redirect_uri}?{parameters}&{state}")
        }
        _ => parameters.to_owned(),
    };
    Reply::Redirected(RedirectedUrl::from(url))
}
