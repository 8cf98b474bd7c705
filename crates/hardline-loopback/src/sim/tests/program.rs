//! A program that is closed at any moment, and its sync: nothing that it should store is missing, and nothing comes again
//! after it was stored.

use std::fmt::Debug;

use hardline::events::RawEvent;
use hardline::flow::{FlowError, NotAwaited};
use hardline::json::RawList;
use hardline::wire;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::*;
use crate::personality::HOMESERVERS;

/// A sync as the program has it.
pub(super) trait Synced:
    Flow<Event: Debug, Outcome = Result<(), FlowError>> + Debug + Serialize + DeserializeOwned
{
    /// Where it goes on.
    type Token: Clone;

    /// Starts it, from the token that the program has stored.
    fn begin(now: Timestamp, seed: u64, token: Option<Self::Token>) -> Self;

    fn with_confirmed_saves(self) -> Self;

    /// What an event has to store.
    fn answer(event: Self::Event) -> Option<Brought<Self::Token>>;

    fn taken(&mut self, now: Timestamp, token: &Self::Token) -> Result<(), NotAwaited>;

    fn saved(&mut self, now: Timestamp, token: &Self::Token) -> Result<(), NotAwaited>;

    /// The program wants something else.
    fn change(&mut self, _now: Timestamp, _rng: &mut Rng, _room_id: &str) {}
}

/// What an answer has to store, with its token.
pub(super) struct Brought<T> {
    pub(super) token: T,
    pub(super) news: Vec<String>,
    /// What the server may tell again, because it does not know what the program has.
    pub(super) history: Vec<String>,
}

/// How the program keeps where its sync is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Keeping {
    /// It keeps the token.
    Token,
    /// It keeps the flow.
    Flow,
}

/// What survives a crash.
struct Stored<T> {
    token: Option<T>,
    flow: Option<String>,
    news: Vec<String>,
}

impl<T> Stored<T> {
    fn add(&mut self, news: Vec<String>, history: Vec<String>) {
        self.news.extend(news);
        for told in history {
            if !self.news.contains(&told) {
                self.news.push(told);
            }
        }
    }
}

struct Program<'a, F: Synced> {
    homeserver: &'a Homeserver,
    simulation: Simulation<'a>,
    rng: Rng,
    keeping: Keeping,
    stored: Stored<F::Token>,
    /// How often it was started: no answer to a request of an earlier time arrives.
    starts: u64,
    crashes: u64,
    sent: Vec<String>,
    token: String,
    room_id: String,
}

/// How many messages are sent.
const MESSAGES: usize = 40;

impl<F: Synced> Program<'_, F> {
    fn begin(&mut self) -> F {
        self.starts += 1;
        let now = self.simulation.now();
        if let Some(saved) = &self.stored.flow {
            let mut flow: F = serde_json::from_str(saved).unwrap();
            flow.handle_input(now, Input::Timeout);
            return flow;
        }
        let flow = F::begin(now, self.starts, self.stored.token.clone());
        match self.keeping {
            Keeping::Flow => flow.with_confirmed_saves(),
            Keeping::Token => flow,
        }
    }

    fn crashes(&mut self) -> bool {
        let crashes = self.sent.len() < MESSAGES && self.rng.happens(8);
        self.crashes += u64::from(crashes);
        crashes
    }

    /// Runs until the program crashes, or until everything is stored. False after a crash.
    fn run(&mut self, mut flow: F) -> bool {
        for _ in 0..10_000 {
            match flow.poll_output() {
                Output::Send(id, request) => self.simulation.send(self.outside(id), request),
                Output::Cancel(id) => self.simulation.cancel(self.outside(id)),
                Output::Event(event) => {
                    let answer = F::answer(event);
                    if answer.is_some_and(|answer| !self.take(&mut flow, answer)) {
                        return false;
                    }
                }
                Output::Wait(until) => {
                    if self.stored.news.len() == MESSAGES {
                        return true;
                    }
                    if self.crashes() {
                        return false;
                    }
                    self.speak();
                    if self.rng.happens(10) {
                        let now = self.simulation.now();
                        flow.change(now, &mut self.rng, &self.room_id);
                        continue;
                    }
                    let input = self.simulation.next(until).expect("it waits for a time");
                    if let Some(input) = self.inside(input) {
                        flow.handle_input(self.simulation.now(), input);
                    }
                }
                other => panic!("{other:?}"),
            }
        }
        panic!("{} of {} came", self.stored.news.len(), self.sent.len())
    }

    /// Stores an answer, and says so. False if the program crashes meanwhile.
    fn take(&mut self, flow: &mut F, answer: Brought<F::Token>) -> bool {
        let now = self.simulation.now();
        let Brought {
            token,
            news,
            history,
        } = answer;
        if self.crashes() {
            return false;
        }
        match self.keeping {
            Keeping::Token => {
                self.stored.token = Some(token.clone());
                self.stored.add(news, history);
                if self.crashes() {
                    return false;
                }
                flow.taken(now, &token).unwrap();
            }
            Keeping::Flow => {
                flow.taken(now, &token).unwrap();
                // Nothing is asked before it was saved.
                while !matches!(flow.poll_output(), Output::Wait(None)) {}
                if self.crashes() {
                    return false;
                }
                self.stored.flow = Some(serde_json::to_string(flow).unwrap());
                self.stored.add(news, history);
                if self.crashes() {
                    return false;
                }
                flow.saved(now, &token).unwrap();
            }
        }
        true
    }

    /// Somebody sends a message to the room, or to the device.
    fn speak(&mut self) {
        if self.sent.len() == MESSAGES || !self.rng.happens(60) {
            return;
        }
        let count = self.sent.len();
        let (news, path, body);
        if self.rng.happens(50) {
            news = format!("room {count}");
            path = format!("rooms/{}/send/m.room.message/{count}", self.room_id);
            body = json!({"msgtype": "m.text", "body": news});
        } else {
            news = format!("device {count}");
            path = format!("sendToDevice/m.test/{count}");
            body = json!({"messages": {"@alice:example.org": {"*": {"body": news}}}});
        }
        let path = format!("/_matrix/client/v3/{path}");
        let mut request = post(&path, &self.token, &body).map(Bytes::from);
        *request.method_mut() = http::Method::PUT;
        let response = self
            .homeserver
            .handle(self.simulation.server_time(), request);
        assert_eq!(response.status(), 200);
        self.sent.push(news);
    }

    /// Requests of each start have IDs of their own.
    fn outside(&self, id: RequestId) -> RequestId {
        RequestId::from_u64(self.starts << 32 | id.as_u64())
    }

    fn inside(&self, input: Input) -> Option<Input> {
        let own = |id: RequestId| {
            let id = id.as_u64();
            (id >> 32 == self.starts).then(|| RequestId::from_u64(id & 0xffff_ffff))
        };
        Some(match input {
            Input::Response(id, response) => Input::Response(own(id)?, response),
            Input::Failed(id, failure) => Input::Failed(own(id)?, failure),
            other => other,
        })
    }
}

/// The texts of messages.
pub(super) fn texts(events: &RawList<RawEvent>) -> Vec<String> {
    let text = |event: RawEvent| {
        let content: Value = event.content().deserialize().ok()?;
        Some(content["body"].as_str()?.to_owned())
    };
    events.decode_all().0.into_iter().filter_map(text).collect()
}

pub(super) fn homeserver() -> wire::Homeserver {
    wire::Homeserver::new(wire::BaseUrl::parse("https://example.org").unwrap())
}

fn hold<F: Synced>(seed: u64, keeping: Keeping) -> u64 {
    let (homeserver, token, room_id) = world();
    homeserver.set_personality(HOMESERVERS[seed as usize % HOMESERVERS.len()]);
    let mut simulation = Simulation::new(seed, |now, request| homeserver.handle(now, request));
    simulation.set_access_token(Some(token.as_str().into()));
    simulation.set_trouble(30);
    simulation.set_clock_jumps(true);
    let mut program = Program::<F> {
        homeserver: &homeserver,
        simulation,
        rng: Rng::new(seed ^ 0x5eed),
        keeping,
        stored: Stored {
            token: None,
            flow: None,
            news: Vec::new(),
        },
        starts: 0,
        crashes: 0,
        sent: Vec::new(),
        token,
        room_id,
    };
    loop {
        let flow = program.begin();
        if program.run(flow) {
            break;
        }
    }
    for list in ["room", "device"] {
        let of_list = |news: &[String]| -> Vec<String> {
            let news = news.iter().filter(|text| text.starts_with(list));
            news.cloned().collect()
        };
        let (came, sent) = (of_list(&program.stored.news), of_list(&program.sent));
        assert_eq!(came, sent, "seed {seed}, {keeping:?}");
    }
    program.crashes
}

/// Nothing is lost and nothing comes again, however often the program crashes.
pub(super) fn hold_through_crashes<F: Synced>() {
    for keeping in [Keeping::Token, Keeping::Flow] {
        let crashes: u64 = (0..80).map(|seed| hold::<F>(seed, keeping)).sum();
        assert!(crashes > 200, "only {crashes} crashes");
    }
}
