//! One case, and how it runs with every transport.

use std::any::Any;
use std::fmt;

use hardline::client_api::discovery::GetVersions;
use hardline::client_api::session::Logout;
use hardline::types::AccessToken;
use hardline::wire::{DecodeError, Error, ErrorKind, FailureClass, Target};
use hardline_tests::adapter::{Adapter, Settings};
use hardline_tests::misbehaving::{Authority, Server, answering};
use hardline_tests::runner::{BACKENDS, Backend};

/// The outcome of an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Answered,
    Failed(FailureClass),
    UnexpectedResponse(u16, &'static str),
}

use Outcome::{Answered, Failed, UnexpectedResponse};

/// The server of a case: a base URL, and what must be kept alive meanwhile.
pub(crate) struct Stage {
    base_url: String,
    _kept: Box<dyn Any>,
}

impl Stage {
    pub(crate) fn at(base_url: String) -> Self {
        Self {
            base_url,
            _kept: Box::new(()),
        }
    }

    pub(crate) fn http(server: Server) -> Self {
        Self::at(format!("http://{server}")).keeping(server)
    }

    pub(crate) fn https(server: Server) -> Self {
        Self::at(format!("https://{server}")).keeping(server)
    }

    pub(crate) fn keeping(self, kept: impl Any) -> Self {
        Self {
            _kept: Box::new(kept),
            ..self
        }
    }
}

/// A misbehaving server, and the expected failure.
pub(crate) struct Case {
    name: &'static str,
    settings: fn(&mut Settings),
    stage: Box<dyn Fn(&Authority) -> Stage>,
    expected: Outcome,
    /// What a transport reports instead, and why.
    instead: Vec<(Backend, Outcome, &'static str)>,
    /// Transports that the case does not apply to, and why.
    without: Vec<(Backend, &'static str)>,
    /// Why it does not run with an operation that may not be repeated.
    only_repeatable: Option<&'static str>,
}

impl Case {
    pub(crate) fn new(
        name: &'static str,
        stage: impl Fn(&Authority) -> Stage + 'static,
        expected: Outcome,
    ) -> Self {
        Self {
            name,
            settings: |_| {},
            stage: Box::new(stage),
            expected,
            instead: Vec::new(),
            without: Vec::new(),
            only_repeatable: None,
        }
    }

    /// A server that responds to each request with these bytes, and then hangs up.
    pub(crate) fn answer(name: &'static str, answer: &'static str, expected: Outcome) -> Self {
        Self::new(
            name,
            move |_| Stage::http(answering(answer, true)),
            expected,
        )
    }

    pub(crate) fn with(mut self, settings: fn(&mut Settings)) -> Self {
        self.settings = settings;
        self
    }

    pub(crate) fn isahc_says(mut self, outcome: Outcome, why: &'static str) -> Self {
        self.instead.push((Backend::Isahc, outcome, why));
        self.instead.push((Backend::IsahcBlocking, outcome, why));
        self
    }

    pub(crate) fn raw_socket_says(mut self, outcome: Outcome, why: &'static str) -> Self {
        self.instead.push((Backend::RawSocket, outcome, why));
        self
    }

    pub(crate) fn without(mut self, backend: Backend, why: &'static str) -> Self {
        self.without.push((backend, why));
        self
    }

    pub(crate) fn only_repeatable(mut self, why: &'static str) -> Self {
        self.only_repeatable = Some(why);
        self
    }
}

pub(crate) fn play(cases: Vec<Case>) {
    play_with(cases, &Authority::new(), None, &BACKENDS);
}

/// Runs the cases with a trusted authority.
pub(crate) fn play_trusting(cases: Vec<Case>) {
    let authority = Authority::new();
    let pem = authority.pem();
    play_with(cases, &authority, Some(pem), &BACKENDS);
}

/// Runs the cases with both libraries, and returns the rows of what they report differently.
pub(crate) fn differences(cases: Vec<Case>) -> Vec<String> {
    let authority = Authority::new();
    let pem = authority.pem();
    let both = [Backend::Hyper, Backend::Isahc];
    play_with(cases, &authority, Some(pem), &both)
}

fn play_with(
    cases: Vec<Case>,
    authority: &Authority,
    root_certificate: Option<String>,
    backends: &[Backend],
) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut rows = Vec::new();
    for case in &cases {
        let mut settings = Settings {
            root_certificate: root_certificate.clone(),
            ..Settings::default()
        };
        (case.settings)(&mut settings);
        let mut seen = Vec::new();
        for &backend in backends {
            if case.without.iter().any(|(without, _)| *without == backend) {
                continue;
            }
            let instead = case
                .instead
                .iter()
                .find(|(instead, _, _)| *instead == backend);
            let expected = instead.map_or(case.expected, |(_, outcome, _)| *outcome);
            let adapter = Adapter::new(backend, &settings);
            let mut expect = |kind, found| {
                if found != expected {
                    wrong.push(format!(
                        "{}, {backend:?}, {kind}: {found:?}, not {expected:?}",
                        case.name
                    ));
                }
            };

            let stage = (case.stage)(authority);
            let target = Target::homeserver(&stage.base_url).unwrap();
            let result = adapter.call(GetVersions::new(), target, None);
            let outcome = Outcome::of(result.map(drop));
            seen.push(outcome);
            expect("repeatable", outcome);

            if case.only_repeatable.is_none() {
                let stage = (case.stage)(authority);
                let target = Target::homeserver(&stage.base_url).unwrap();
                let token = Some(AccessToken::from("secret"));
                let result = adapter.call(Logout::new(), target, token);
                expect("not repeatable", Outcome::of(result.map(drop)));
            }
        }
        if let [hyper, isahc, ..] = &seen[..]
            && hyper != isahc
        {
            let why = case.instead.iter().map(|(_, _, why)| *why);
            let why = why.take(1).collect::<String>();
            let name = case.name;
            rows.push(format!("| {name} | {hyper:?} | {isahc:?} | {why} |"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    rows
}

impl Outcome {
    fn of(result: Result<(), Error>) -> Self {
        match result.map_err(Error::into_kind) {
            Ok(()) => Answered,
            Err(ErrorKind::Transport(failure)) => Failed(failure.class()),
            Err(ErrorKind::UnexpectedResponse(answer)) => UnexpectedResponse(
                answer.status.as_u16(),
                match answer.error {
                    DecodeError::NotMatrix => "not Matrix",
                    DecodeError::Redirect => "redirect",
                    DecodeError::NotAsked => "not asked",
                    DecodeError::Syntax => "syntax",
                    DecodeError::Shape(_) => "shape",
                    DecodeError::Encoded(encoding) if encoding == "gzip" => "gzip",
                    _ => "something new",
                },
            ),
            Err(other) => panic!("nothing of this is expected: {other:?}"),
        }
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answered => f.write_str("answered"),
            Failed(class) => write!(f, "{class:?}"),
            UnexpectedResponse(status, problem) => {
                write!(f, "{status} that is no answer ({problem})")
            }
        }
    }
}
