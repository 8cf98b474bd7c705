use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::*;
use crate::client_api::discovery::GetVersions;
use crate::client_api::session::Logout;
use crate::flow::engine::request_id::RequestIds;
use crate::flow::{
    AddThreepid, BodyDirection, Flow, Input, OperationFlow, Output, Prompt, ReceiveBody, Reply,
    RequestId, ThreepidInput,
};
use crate::types::{ClientSecret, CountryCode, Password, UserId, ValidationToken};
use crate::wire::{self, BaseUrl, Credentials, Endpoint, Homeserver, RequestMeta, Target};

const SECOND: Duration = Duration::from_secs(1);

/// Says what it was told to say: for each input, and at first, until it waits.
#[derive(Clone, Debug, Default)]
struct Rogue {
    says: VecDeque<Vec<Said>>,
    said: usize,
}

#[derive(Clone, Debug)]
enum Said {
    Send(RequestId),
    Cancel(RequestId),
    Event(&'static str),
    Done,
    /// Whatever the time is.
    WaitUntil(Timestamp),
    Download(RequestId),
    Receive(RequestId, ReceiveBody),
}

impl Flow for Rogue {
    type Event = &'static str;
    type Outcome = ();

    fn poll_output(&mut self) -> Output<&'static str, ()> {
        let said = self
            .says
            .front()
            .and_then(|says| says.get(self.said))
            .cloned();
        if !matches!(said, Some(Said::WaitUntil(_))) {
            self.said += 1;
        }
        match said {
            Some(Said::Send(id)) => Output::Send(id, request(&Logout::new())),
            Some(Said::Cancel(id)) => Output::Cancel(id),
            Some(Said::Event(event)) => Output::Event(event),
            Some(Said::Done) => Output::Done(()),
            Some(Said::Download(id)) => {
                let (head, _) = request(&GetVersions::new()).into_parts();
                Output::SendStreaming(id, head, BodyDirection::Download)
            }
            Some(Said::Receive(id, body)) => Output::Receive(id, body),
            Some(Said::WaitUntil(until)) => Output::Wait(Some(until)),
            None => Output::Wait(None),
        }
    }

    fn handle_input(&mut self, _: Timestamp, _: Input) {
        if self.says.len() > 1 {
            self.says.pop_front();
            self.said = 0;
        }
    }

    fn state(&self) -> &'static str {
        "Raging"
    }
}

fn request<E: Endpoint>(operation: &E) -> Request<Vec<u8>> {
    let target = Target::homeserver("https://example.org").unwrap();
    let mut request = wire::encode(operation, &target, &Credentials::Deferred).unwrap();
    let meta = RequestMeta::new(const { &E::OPERATION }, SECOND);
    request.extensions_mut().insert(meta);
    request
}

fn ids() -> [RequestId; 2] {
    let mut ids = RequestIds::default();
    [ids.next(), ids.next()]
}

fn rogue<const N: usize>(says: [Vec<Said>; N]) -> Rogue {
    Rogue {
        says: says.into(),
        ..Rogue::default()
    }
}

fn empty(_: Timestamp, _: Request<Vec<u8>>) -> Response<Bytes> {
    Response::new(Bytes::from_static(b"{}"))
}

/// What a flow does wrong with these choices.
fn violation<const N: usize>(says: [Vec<Said>; N], choices: &str) -> Violation {
    let trial = Trial::new(rogue(says), Choices::from_bytes(choices), empty)
        .with_secrets(["hunter2"])
        .with_longest_wait(60 * SECOND)
        .with_at_most(20);
    trial.run().expect_err("it breaks the contract").violation
}

#[test]
fn what_a_flow_does_wrong_with_a_body_is_named() {
    let [id, _] = ids();
    let download = || vec![Said::Download(id)];
    let into = |at| Said::Receive(id, ReceiveBody::ToSink { at });
    assert_eq!(
        violation([vec![into(0)]], ""),
        Violation::NothingToReceive { id }
    );
    assert_eq!(
        violation([download(), vec![]], ""),
        Violation::HeadUnanswered { id }
    );
    assert_eq!(
        violation([download(), vec![into(3)]], ""),
        Violation::SinkHole { at: 3, holds: 0 }
    );
    assert_eq!(
        violation([download(), vec![into(0), into(0)]], ""),
        Violation::NothingToReceive { id }
    );
    // The head is that of a page with status 502.
    let status = http::StatusCode::BAD_GATEWAY;
    assert_eq!(
        violation([download(), vec![into(0)]], "g\0\0\0"),
        Violation::ErrorIntoSink { status }
    );
}

#[test]
fn a_body_goes_into_the_sink_half_by_half() {
    let [id, _] = ids();
    let into = vec![Said::Receive(id, ReceiveBody::ToSink { at: 0 })];
    let flow = rogue([vec![Said::Download(id)], into, vec![], vec![Said::Done]]);
    let report = Trial::new(flow, Choices::smooth(), empty).run().unwrap();
    assert_eq!(report.sink, b"{}");
    assert!(report.outcome.is_some());
}

#[test]
fn what_breaks_the_contract_is_named() {
    let [first, second] = ids();
    let (send, again) = (Said::Send(first), Said::Send(second));
    let soon = START + SECOND;
    assert!(matches!(
        violation([vec![send.clone(), Said::Done, Said::Event("more")]], ""),
        Violation::OutputAfterDone { output } if output.contains("more")
    ));
    assert!(matches!(
        violation([vec![send.clone(), Said::Done, Said::Done]], ""),
        Violation::OutputAfterDone { output } if output == "Done"
    ));
    assert_eq!(
        violation([vec![Said::Event("on and on"); 100]], ""),
        Violation::NeverWaits { outputs: 64 }
    );
    assert_eq!(
        violation([vec![send.clone()], vec![send.clone()]], ""),
        Violation::IdReused { id: first }
    );
    assert_eq!(
        violation([vec![send.clone()], vec![Said::Cancel(first)]], ""),
        Violation::UnknownCancelled { id: first }
    );
    assert!(matches!(
        violation([vec![send.clone()], vec![again]], "g0"),
        Violation::RepeatedUnsafely { url } if url.ends_with("/logout")
    ));
    assert!(matches!(
        violation([vec![Said::Event("hunter2")]], ""),
        Violation::SecretShown { .. }
    ));
    assert_eq!(
        violation([vec![Said::WaitUntil(START + 61 * SECOND)]], ""),
        Violation::WaitsTooLong {
            wait: 61 * SECOND,
            most: 60 * SECOND
        }
    );
    assert_eq!(
        violation([vec![Said::WaitUntil(soon)]], ""),
        Violation::Endless { inputs: 21 }
    );
    let hour = Duration::from_secs(3_600);
    let lenient = Trial::new(
        rogue([vec![Said::WaitUntil(soon)]]),
        Choices::from_bytes("i0"),
        empty,
    );
    assert!(matches!(
        lenient.run().unwrap_err().violation,
        Violation::ClockStep { left, until, now }
            if left == SECOND && until == Some(soon) && now + hour == START
    ));
}

#[test]
fn a_wait_that_is_not_the_last_word_is_noticed() {
    /// Has an event after each wait.
    #[derive(Debug)]
    struct Restless(bool);

    impl Flow for Restless {
        type Event = &'static str;
        type Outcome = ();

        fn poll_output(&mut self) -> Output<&'static str, ()> {
            self.0 = !self.0;
            match self.0 {
                true => Output::Wait(None),
                false => Output::Event("and another thing"),
            }
        }

        fn handle_input(&mut self, _: Timestamp, _: Input) {}

        fn state(&self) -> &'static str {
            "Pacing"
        }
    }

    let error = Trial::new(Restless(false), Choices::smooth(), empty).run();
    assert!(matches!(
        error.unwrap_err().violation,
        Violation::OutputAfterWait { .. }
    ));
}

#[test]
fn what_a_saved_form_forgets_is_noticed() {
    let [first, _] = ids();
    let until = Said::WaitUntil(START + SECOND);
    let flow = rogue([vec![until.clone()], vec![until], vec![Said::Send(first)]]);
    let trial = |choices: &str, flow: &Rogue| {
        Trial::new(flow.clone(), Choices::from_bytes(choices), empty).with_saving_by(
            |_: &Rogue| Ok::<_, std::fmt::Error>(Vec::new()),
            |_| Ok(Rogue::default()),
        )
    };
    assert!(matches!(
        trial("j", &flow).run().unwrap_err().violation,
        Violation::SaveChanges { without, with } if without.contains("Wait(Some") && with == "Wait(None)"
    ));
    // While nothing is saved it does what it was told to.
    assert_eq!(trial("", &flow).run().unwrap().requests, 1);
}

#[test]
fn the_same_choices_give_the_same_run() {
    let run = |seed| {
        let report = Trial::new(versions(), Choices::from_seed(seed), answers).run();
        report.unwrap().log
    };
    assert!((0..100).all(|seed| run(seed) == run(seed)));
    assert_ne!(run(2), run(3));
}

fn versions() -> OperationFlow<GetVersions> {
    let target = Target::homeserver("https://example.org").unwrap();
    OperationFlow::new(START, GetVersions::new(), target, 1).unattended()
}

fn answers(_: Timestamp, _: Request<Vec<u8>>) -> Response<Bytes> {
    Response::new(Bytes::from_static(br#"{"versions":["v1.19"]}"#))
}

#[test]
fn an_operation_keeps_the_contract() {
    let mut succeeded = 0;
    for seed in 0..1_000 {
        let trial = Trial::new(versions(), Choices::from_seed(seed), answers)
            .with_longest_wait(60 * SECOND)
            .with_at_most(100);
        let report = trial
            .run()
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        succeeded += u32::from(matches!(report.outcome, Some(Ok(_))));
    }
    assert!(succeeded > 500, "{succeeded}");
}

/// A flow with everything: a code, a password, requests that must not be repeated.
fn add() -> AddThreepid {
    AddThreepid::new(
        START,
        Homeserver::new(BaseUrl::parse("https://example.org").unwrap()),
        UserId::parse("@alice:example.org").unwrap(),
        ThreepidInput::phone(CountryCode::parse("GB").unwrap(), "07700900001"),
        ClientSecret::parse("not-to-be-shown").unwrap(),
    )
}

fn homeserver(_: Timestamp, request: Request<Vec<u8>>) -> Response<Bytes> {
    let body = String::from_utf8_lossy(request.body()).into_owned();
    let (status, body) = match request.uri().path() {
        "/submit" if body.contains("123456") => (200, r#"{"success":true}"#),
        "/submit" => (400, r#"{"errcode":"M_NO_VALID_SESSION","error":"x"}"#),
        path if path.ends_with("/requestToken") => (
            200,
            r#"{"sid":"7","submit_url":"https://example.org/submit"}"#,
        ),
        _ if body.contains("hunter2") => (200, "{}"),
        _ => (
            401,
            r#"{"flows":[{"stages":["m.login.password"]}],"session":"s"}"#,
        ),
    };
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = status.try_into().unwrap();
    response
}

fn person(prompt: &Prompt) -> Answer {
    match prompt {
        Prompt::Code { .. } => Reply::Code(ValidationToken::from("123456")).into(),
        Prompt::Password => Reply::Password(Password::from("hunter2")).into(),
        Prompt::Retry => Answer::Retry,
        other => panic!("{other:?} is not asked for here"),
    }
}

#[test]
fn an_interactive_flow_keeps_the_contract() {
    let mut succeeded = 0;
    for seed in 0..1_000 {
        let trial = Trial::new(add(), Choices::from_seed(seed), homeserver)
            .with_person(|prompt, _| person(prompt))
            .with_secrets(["hunter2", "not-to-be-shown"])
            .with_longest_wait(60 * SECOND);
        let report = trial
            .run()
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        succeeded += u32::from(matches!(report.outcome, Some(Ok(()))));
    }
    assert!(succeeded > 500, "{succeeded}");
}

#[cfg(feature = "persist")]
#[test]
fn a_flow_that_is_saved_anywhere_keeps_the_contract() {
    for seed in 0..1_000 {
        let trial = Trial::new(add(), Choices::from_seed(seed), homeserver)
            .with_person(|prompt, _| person(prompt))
            .with_saving();
        if let Err(error) = trial.run() {
            panic!("seed {seed}: {error}");
        }
    }
}

#[test]
fn a_person_who_walks_away_ends_the_run() {
    let trial = Trial::new(add(), Choices::smooth(), homeserver);
    let report = trial.with_person(|_, _| Answer::Nothing).run().unwrap();
    assert!(report.outcome.is_none());
    assert_eq!((report.requests, report.events), (1, 1));
}
