use std::collections::BTreeSet;

use hardline::embed::{Core, CoreInput, CoreOutput, EmbedError, OutputKind};
use hardline::wire::FailureClass;
use serde_json::Value;

use super::input::Input;

/// A core and a script of calls: it neither panics nor loses a flow, whatever it is given; all that it says is JSON, and
/// every flow that it opened ends once.
///
/// The first line is the configuration. Each further line is a call, identified by its first word: see `Scripted::step`.
pub fn embed(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let config = input.text();
    let core = Core::new(&config).unwrap_or_else(|error| {
        is_json(&error.to_json());
        Core::new(CONFIG).unwrap()
    });
    let mut scripted = Scripted {
        core,
        now: 0,
        ids: BTreeSet::new(),
        open: Vec::new(),
        requests: Vec::new(),
        saved: Vec::new(),
    };
    for _ in 0..AT_MOST {
        if input.is_empty() {
            break;
        }
        scripted.step(&input.text());
    }
    scripted.end();
}

const CONFIG: &str = r#"{"homeserver": "https://example.org", "identity_server": "https://is.example.org",
    "user_id": "@alice:example.org", "session": {"access_token": "first", "refresh_token": "again", "expires_at": 90000}}"#;

/// The most steps.
const AT_MOST: usize = 200;

/// The most outputs before a core has to wait.
const MOST_OUTPUTS: usize = 1_000;

struct Scripted {
    core: Core,
    now: u64,
    /// All IDs of flows and requests.
    ids: BTreeSet<u64>,
    /// The flows that are not over, oldest first.
    open: Vec<u64>,
    /// The requests in flight, oldest first.
    requests: Vec<u64>,
    saved: Vec<String>,
}

impl Scripted {
    /// Does a step, and drains the core:
    ///
    /// - `open FLOW ARGUMENTS`, `load TEXT`, `again` (loads what was saved last);
    /// - `reply JSON`, `retry`, `cancel` and `save` are about the flow that was opened last, `session JSON` replies to the
    ///   session;
    /// - `answer STATUS BODY` and `fail NUMBER` are about the oldest request in flight, `late BODY` about one that is not;
    ///   `head STATUS`, `progress NUMBER` and `ended NUMBER` too, about the oldest;
    /// - `now MILLIS` sets the clock, and `timeout` says so;
    /// - `undrained` opens a flow and saves it before it has said all;
    /// - `restart` makes a new core of the session, in which the flows that were open are gone.
    fn step(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (first, last) = rest.split_once(' ').unwrap_or((rest, ""));
        let now = self.now;
        let flow = self.open.last().copied().unwrap_or(u64::MAX);
        match word {
            "open" => {
                let entropy = [self.ids.len() as u8; 32];
                let opened = self.core.open(now, first, last, entropy);
                self.opened(opened);
            }
            "load" => {
                let opened = self.core.load(now, rest);
                self.opened(opened);
            }
            "again" => {
                if let Some(saved) = self.saved.last() {
                    let opened = self.core.load(now, saved);
                    assert!(opened.is_ok(), "what was saved is loaded: {opened:?}");
                    self.opened(opened);
                }
            }
            "reply" => told(self.core.reply(now, flow, rest).map(drop)),
            "session" => told(self.core.reply(now, 0, rest).map(drop)),
            "retry" => told(self.core.retry(now, flow)),
            "cancel" => told(self.core.cancel(now, flow)),
            "save" if !self.open.is_empty() => {
                let saved = self.core.save(flow);
                self.saved.push(saved.expect("a flow that waits is saved"));
            }
            "undrained" => {
                let opened = self.core.open(now, first, last, [0; 32]);
                // A queue of events may be saved at any time.
                if let Ok(flow) = opened
                    && let Err(error) = self.core.save(flow)
                {
                    assert_eq!(error.form().code, 103);
                }
                self.opened(opened);
            }
            "now" => self.now = rest.trim().parse().unwrap_or_default(),
            "timeout" => told(self.core.tell(now, CoreInput::Timeout)),
            "restart" => {
                self.core = Core::new(&self.core.session()).expect("a session is a configuration");
                self.ids.clear();
                self.open.clear();
                self.requests.clear();
            }
            word => self.tell(word, first, last),
        }
        self.drain();
    }

    fn tell(&mut self, word: &str, first: &str, last: &str) {
        let number: u64 = first.trim().parse().unwrap_or_default();
        let status = u16::try_from(number).unwrap_or(u16::MAX);
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let is_last = matches!(word, "answer" | "fail" | "ended");
        let request = match self.requests.first().copied() {
            Some(request) if word != "late" => request,
            _ => number,
        };
        let input = match word {
            "answer" | "late" => CoreInput::Response {
                request,
                status,
                headers,
                body: last.as_bytes().to_vec(),
            },
            "head" => CoreInput::Head {
                request,
                status,
                headers,
            },
            "progress" => CoreInput::Progress {
                request,
                bytes: number,
            },
            "ended" => CoreInput::BodyEnded {
                request,
                bytes: number,
                sha256: None,
            },
            _ => {
                let class = FailureClass::ALL.get(usize::from(status));
                CoreInput::Failed {
                    request,
                    class: class.map_or(first, |class| class.as_str()).to_owned(),
                    message: last.to_owned(),
                }
            }
        };
        let outcome = self.core.tell(self.now, input);
        if is_last && outcome.is_ok() && !self.requests.is_empty() {
            self.requests.remove(0);
        }
        told(outcome);
    }

    fn opened(&mut self, opened: Result<u64, EmbedError>) {
        match opened {
            Ok(id) => {
                self.is_new(id);
                self.open.push(id);
            }
            Err(error) => is_json(&error.to_json()),
        }
    }

    fn is_new(&mut self, id: u64) {
        assert!((1..1 << 53).contains(&id), "{id} is not below 2^53");
        assert!(self.ids.insert(id), "the ID {id} is used twice");
    }

    /// Takes all outputs until the core waits.
    fn drain(&mut self) {
        for _ in 0..MOST_OUTPUTS {
            let output = self.core.next(self.now);
            if output.kind == OutputKind::Wait {
                assert_eq!(self.core.flows(), self.open, "a flow is lost");
                for flow in &self.open {
                    self.core
                        .prompt(*flow)
                        .iter()
                        .for_each(|text| is_json(text));
                }
                return;
            }
            self.take(&output);
        }
        panic!("the core does not come to rest");
    }

    fn take(&mut self, output: &CoreOutput) {
        if !output.value.is_empty() {
            is_json(&output.value);
        }
        let is_open = self.open.contains(&output.flow);
        match output.kind {
            OutputKind::Send | OutputKind::SendStreaming => {
                self.is_new(output.request);
                self.requests.push(output.request);
                assert!(is_open || output.flow == 0);
            }
            OutputKind::Cancel => self.requests.retain(|request| *request != output.request),
            OutputKind::Done | OutputKind::Failed => {
                assert!(is_open, "flow {} ends once", output.flow);
                self.open.retain(|flow| *flow != output.flow);
            }
            _ => assert!(is_open || output.flow == 0),
        }
    }

    /// Every flow that is open can be cancelled, and ends.
    fn end(mut self) {
        for flow in self.open.clone() {
            let cancelled = self.core.cancel(self.now, flow);
            cancelled.expect("a flow that is open can be cancelled");
        }
        self.drain();
        assert!(self.open.is_empty(), "{:?} go on", self.open);
        Core::new(&self.core.session()).expect("a session is a configuration");
    }
}

fn told(outcome: Result<(), EmbedError>) {
    if let Err(error) = outcome {
        assert!(matches!(error.form().code, 100 | 102 | 104), "{error:?}");
        is_json(&error.to_json());
    }
}

fn is_json(text: &str) {
    assert!(
        serde_json::from_str::<Value>(text).is_ok(),
        "{text} is not JSON"
    );
}
