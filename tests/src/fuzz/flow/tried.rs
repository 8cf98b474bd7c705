use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use hardline::flow::Prompt;
use hardline::flow::test_harness::{Answer, Choices, Trial};
use hardline::types::Timestamp;
use hardline::wire::FailureClass;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Request, Response, StatusCode};

use super::driven::Driven;
use super::expectations::{IDENTITY_URL, LONGEST_WAIT, SECRETS, START};
use super::granted::granted;
use super::script::{Script, Step, Which};
use super::session::is_at;
use crate::simulation::WRONG;

/// The size of a new flow's saved form, in bytes.
const HOLDS: usize = 4 * 1024;

/// Tries a flow with a script: the answers of its servers in order, the replies of its user in order, and what goes wrong
/// in the meantime. After the last answer, everything is granted.
pub(super) fn try_flow<F: Driven>(flow: F, mut script: Script<'_>) {
    let mut choices = Vec::new();
    let mut answers = VecDeque::new();
    let replies = RefCell::new(VecDeque::new());
    let mut headers = HeaderMap::new();
    while let Some(step) = script.step() {
        match step {
            Step::Answer(which, status, body) => {
                let body = Bytes::copy_from_slice(body);
                answers.push_back(response(status, body, std::mem::take(&mut headers)));
                let is_late = matches!(which, Which::First);
                choices.extend(if is_late { b"e." } else { b".." });
            }
            Step::Grant(lifetime) => {
                answers.push_back(grant(lifetime, std::mem::take(&mut headers)));
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
            Step::Reply(reply) => replies.borrow_mut().push_back(Answer::Try(reply)),
            Step::Retry => replies.borrow_mut().push_back(Answer::Retry),
            Step::Cancel => replies.borrow_mut().push_back(Answer::Cancel),
            Step::Session(_) | Step::Move | Step::Nothing => {}
        }
    }
    let most = HOLDS + 8 * script.read();
    let server = |_: Timestamp, request: Request<Vec<u8>>| {
        // A flow has no token except that of an identity server.
        let has_token = request.headers().contains_key(AUTHORIZATION);
        assert!(!has_token || is_at(&request, IDENTITY_URL));
        let answer = answers.pop_front();
        answer.unwrap_or_else(|| grant(None, HeaderMap::new()))
    };
    let trial = Trial::new(flow, Choices::from_bytes(choices), server)
        .with_person(|prompt, _| {
            let mut replies = replies.borrow_mut();
            // Where nothing stalled there is nothing to try again.
            let awaited =
                |answer: &Answer| *prompt == Prompt::Retry || !matches!(answer, Answer::Retry);
            loop {
                match replies.pop_front() {
                    Some(answer) if awaited(&answer) => return answer,
                    Some(_) => {}
                    None if *prompt == Prompt::Retry => return Answer::Cancel,
                    None => return Answer::Nothing,
                }
            }
        })
        .with_secrets(SECRETS)
        .with_longest_wait(LONGEST_WAIT)
        .with_saving_by(
            |flow: &F| {
                let saved = flow.saved()?;
                assert!(saved.len() <= most, "{} bytes of {most}", saved.len());
                Ok::<_, serde_json::Error>(saved)
            },
            |saved| serde_json::from_slice(saved),
        );
    if let Err(error) = trial.run() {
        panic!("{error}");
    }
}

fn grant(lifetime: Option<Duration>, headers: HeaderMap) -> Response<Bytes> {
    response(StatusCode::OK, granted(WRONG, lifetime).into(), headers)
}

fn response(status: StatusCode, body: Bytes, headers: HeaderMap) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
