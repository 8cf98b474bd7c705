//! A program that is closed at any moment, and its sync loop: nothing that it should store is missing, and nothing comes
//! again after it was stored.

use hardline::client_api::sync::{Filter, RoomEventFilter, RoomFilter, SyncResponse};
use hardline::flow::{SyncEvent, SyncLoop};
use hardline::types::UserId;
use hardline::wire;

use super::*;
use crate::personality::HOMESERVERS;

/// How the program keeps where its sync is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Keeping {
    /// It keeps the token.
    Token,
    /// It keeps the flow.
    Flow,
}

/// What survives a crash.
#[derive(Default)]
struct Stored {
    token: Option<String>,
    flow: Option<String>,
    news: Vec<String>,
}

struct Program<'a> {
    homeserver: &'a Homeserver,
    simulation: Simulation<'a>,
    rng: Rng,
    keeping: Keeping,
    stored: Stored,
    /// How often it was started: no answer to a request of an earlier time arrives.
    starts: u64,
    crashes: u64,
    sent: Vec<String>,
    token: String,
    room_id: String,
}

/// How many messages are sent.
const MESSAGES: usize = 40;

impl Program<'_> {
    fn begin(&mut self) -> SyncLoop {
        self.starts += 1;
        let now = self.simulation.now();
        if let Some(saved) = &self.stored.flow {
            let mut flow: SyncLoop = serde_json::from_str(saved).unwrap();
            flow.handle_input(now, Input::Timeout);
            return flow;
        }
        let base_url = wire::BaseUrl::parse("https://example.org").unwrap();
        let flow = SyncLoop::new(now, wire::Homeserver::new(base_url), self.starts);
        let alice = UserId::parse("@alice:example.org").unwrap();
        let flow = flow.with_stored_filter(alice, everything());
        match (&self.stored.token, self.keeping) {
            (Some(token), _) => flow.with_since(token),
            (None, Keeping::Flow) => flow.with_confirmed_saves(),
            (None, Keeping::Token) => flow,
        }
    }

    fn crashes(&mut self) -> bool {
        let crashes = self.sent.len() < MESSAGES && self.rng.happens(8);
        self.crashes += u64::from(crashes);
        crashes
    }

    /// Runs until the program crashes, or until everything is stored. False after a crash.
    fn run(&mut self, mut flow: SyncLoop) -> bool {
        for _ in 0..10_000 {
            match flow.poll_output() {
                Output::Send(id, request) => self.simulation.send(self.outside(id), request),
                Output::Cancel(id) => self.simulation.cancel(self.outside(id)),
                Output::Event(SyncEvent::Answer(answer)) => {
                    if !self.take(&mut flow, &answer.value) {
                        return false;
                    }
                }
                Output::Event(SyncEvent::Gaps(gaps)) => panic!("{gaps:?}"),
                Output::Event(_) => {}
                Output::Wait(until) => {
                    if self.stored.news.len() == MESSAGES {
                        return true;
                    }
                    if self.crashes() {
                        return false;
                    }
                    self.speak();
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
    fn take(&mut self, flow: &mut SyncLoop, answer: &SyncResponse) -> bool {
        let now = self.simulation.now();
        let token = &answer.next_batch;
        if self.crashes() {
            return false;
        }
        match self.keeping {
            Keeping::Token => {
                self.stored.token = Some(token.clone());
                self.stored.news.append(&mut news(answer));
                if self.crashes() {
                    return false;
                }
                flow.taken(now, token).unwrap();
            }
            Keeping::Flow => {
                flow.taken(now, token).unwrap();
                // Nothing is asked before it was saved.
                while !matches!(flow.poll_output(), Output::Wait(None)) {}
                if self.crashes() {
                    return false;
                }
                self.stored.flow = Some(serde_json::to_string(flow).unwrap());
                self.stored.news.append(&mut news(answer));
                if self.crashes() {
                    return false;
                }
                flow.saved(now, token).unwrap();
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

/// A filter that leaves nothing out, and no gaps.
fn everything() -> Filter {
    let mut timeline = RoomEventFilter::new();
    timeline.limit = Some(1_000);
    let mut room = RoomFilter::new();
    room.timeline = Some(timeline);
    let mut filter = Filter::new();
    filter.room = Some(room);
    filter
}

/// The messages of an answer: those of the room, and those to the device.
fn news(answer: &SyncResponse) -> Vec<String> {
    let rooms = answer.rooms.join.iter();
    let lists = rooms
        .map(|(_, room)| &room.timeline.events)
        .chain([&answer.to_device.events]);
    let events = lists.flat_map(|list| list.decode_all().0);
    let body = |event: hardline::events::RawEvent| {
        let content: Value = event.content().deserialize().ok()?;
        Some(content["body"].as_str()?.to_owned())
    };
    events.filter_map(body).collect()
}

fn hold(seed: u64, keeping: Keeping) -> u64 {
    let (homeserver, token, room_id) = world();
    homeserver.set_personality(HOMESERVERS[seed as usize % HOMESERVERS.len()]);
    let mut simulation = Simulation::new(seed, |now, request| homeserver.handle(now, request));
    simulation.set_access_token(Some(token.as_str().into()));
    simulation.set_trouble(30);
    simulation.set_clock_jumps(true);
    let mut program = Program {
        homeserver: &homeserver,
        simulation,
        rng: Rng::new(seed ^ 0x5eed),
        keeping,
        stored: Stored::default(),
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

#[test]
fn a_crash_at_any_time_loses_nothing_and_repeats_nothing() {
    for keeping in [Keeping::Token, Keeping::Flow] {
        let crashes: u64 = (0..80).map(|seed| hold(seed, keeping)).sum();
        assert!(crashes > 200, "only {crashes} crashes");
    }
}
