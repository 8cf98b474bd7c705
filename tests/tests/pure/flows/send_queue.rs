//! A send queue on a simulated network before the loopback's homeserver, in a program that crashes between any two steps,
//! writes its saves late, and logs in as other devices: the rooms hold each event that was accepted once, in order.

use std::collections::BTreeSet;

use hardline::client_api::room_events::{Direction, GetRoomEvents};
use hardline::client_api::rooms::CreateRoom;
use hardline::client_api::session::{Login, LoginResponse, Logout};
use hardline::flow::test_harness::START;
use hardline::flow::{
    Discarded, Flow, Input, OutgoingEvent, Output, QueuedState, RequestId, SendEvent, SendOptions,
    SendQueue,
};
use hardline::types::{DeviceId, Password, RoomId, ServerName, Timestamp, TransactionId};
use hardline::wire::{self, BaseUrl, Credentials, Endpoint, Target, UserIdentifier};
use hardline_loopback::Homeserver;
use hardline_loopback::sim::{Rng, Simulation};
use hardline_tests::simulation::{BASE_URL, PASSWORD};
use serde_json::json;

/// How many events a program queues.
const EVENTS: u64 = 24;
const ROOMS: usize = 3;
/// How many steps a run may take; after half of them nothing goes wrong any more.
const STEPS: u32 = 6_000;

struct Run<'s> {
    homeserver: &'s Homeserver,
    simulation: Simulation<'s>,
    rng: Rng,
    login: LoginResponse,
    rooms: Vec<RoomId>,
    queue: SendQueue,
    /// What a crash leaves.
    disk: String,
    /// Each start of the program has requests of its own.
    starts: u64,
    /// A save that is written, until the queue is told.
    written: Option<u64>,
    queued: u64,
    /// What was queued and is not accepted yet: the revision that has it, its room and its number.
    unsaved: Vec<(u64, usize, u64)>,
    accepted: BTreeSet<(usize, u64)>,
    crashes: u32,
    uncertain: u32,
    goes_wrong: bool,
}

fn login(homeserver: &Homeserver, now: Timestamp) -> LoginResponse {
    let user = UserIdentifier::user("alice");
    let login = Login::password(user, Password::from(PASSWORD));
    call(homeserver, now, &login, &Credentials::None)
}

fn call<E: Endpoint>(
    homeserver: &Homeserver,
    now: Timestamp,
    operation: &E,
    credentials: &Credentials,
) -> E::Response {
    let target = Target::homeserver(BASE_URL).unwrap();
    let request = wire::encode(operation, &target, credentials).unwrap();
    let response = homeserver.handle(now, request.map(Into::into));
    wire::decode::<E>(response).unwrap()
}

fn queue(now: Timestamp, login: &LoginResponse, seed: u64) -> SendQueue {
    let homeserver = hardline::wire::Homeserver::new(BaseUrl::parse(BASE_URL).unwrap());
    let device_id = device(login);
    SendQueue::new(now, homeserver, device_id, seed)
}

fn device(login: &LoginResponse) -> DeviceId {
    login.device_id.clone().unwrap()
}

fn homeserver(seed: u64) -> Homeserver {
    let mut entropy = [7; 32];
    entropy[..8].copy_from_slice(&seed.to_be_bytes());
    let name = ServerName::parse("example.org").unwrap();
    let homeserver = Homeserver::new(name, BASE_URL, entropy);
    let added = homeserver.add_account("alice", &Password::from(PASSWORD));
    assert!(added.is_ok(), "the name is free");
    homeserver
}

impl<'s> Run<'s> {
    fn new(homeserver: &'s Homeserver, seed: u64) -> Self {
        let mut simulation =
            Simulation::new(seed, move |now, request| homeserver.handle(now, request));
        let now = simulation.now();
        let login = login(homeserver, now);
        simulation.set_access_token(Some(login.access_token.clone()));
        let credentials = Credentials::Token(login.access_token.clone());
        let create = || call(homeserver, now, &CreateRoom::new(), &credentials).room_id;
        let rooms = (0..ROOMS).map(|_| create()).collect();
        let goes_wrong = !seed.is_multiple_of(4);
        if goes_wrong {
            simulation.set_trouble([0, 15, 30, 50][(seed % 4) as usize]);
            simulation.set_clock_jumps(seed.is_multiple_of(3));
        }
        let queue = queue(now, &login, seed);
        Self {
            homeserver,
            simulation,
            rng: Rng::new(!seed),
            disk: serde_json::to_string(&queue).unwrap(),
            queue,
            login,
            rooms,
            starts: 1,
            written: None,
            queued: 0,
            unsaved: Vec::new(),
            accepted: BTreeSet::new(),
            crashes: 0,
            uncertain: 0,
            goes_wrong,
        }
    }

    fn go(&mut self) {
        for step in 0..STEPS {
            if step == STEPS / 2 {
                self.goes_wrong = false;
                self.simulation.set_trouble(0);
                self.simulation.set_clock_jumps(false);
            }
            self.turn();
            if self.goes_wrong && self.rng.happens(2) {
                self.crash();
            }
            let output = self.queue.poll_output();
            match output {
                Output::Send(id, request) => self.simulation.send(self.outside(id), request),
                Output::Cancel(id) => self.simulation.cancel(self.outside(id)),
                Output::Event(event) => self.hear(&event),
                Output::Done(()) => return,
                Output::SendStreaming(..) | Output::Receive(..) => panic!("it streams"),
                Output::Wait(until) => {
                    let input = self.simulation.next(until);
                    let now = self.simulation.now();
                    match input.and_then(|input| self.inside(input)) {
                        Some(input) => self.queue.handle_input(now, input),
                        // It waits for a save that nobody writes: the program writes one now and then.
                        None => self.write(),
                    }
                }
            }
        }
        panic!(
            "{EVENTS} events take more than {STEPS} steps: {:?}",
            self.queue
        );
    }

    /// The program does something, or not.
    fn turn(&mut self) {
        let now = self.simulation.now();
        if self.queued < EVENTS && self.rng.happens(5) {
            self.enqueue(now);
        }
        if self.rng.happens(20) {
            self.write();
        }
        if self.goes_wrong && self.rng.happens(1) {
            self.queue.nudge(now);
        }
        if self.goes_wrong && self.rng.within(0..400) == 0 {
            self.log_in_anew(now);
        }
        let told = self.written.filter(|_| self.rng.happens(40));
        if let Some(revision) = told {
            self.written = None;
            self.queue.saved(now, revision);
            let (accepted, unsaved) = std::mem::take(&mut self.unsaved)
                .into_iter()
                .partition(|(queued, ..)| *queued <= revision);
            self.unsaved = unsaved;
            let accepted: Vec<(u64, usize, u64)> = accepted;
            let accepted = accepted.into_iter().map(|(_, room, number)| (room, number));
            self.accepted.extend(accepted);
        }
        if self.queued == EVENTS && self.unsaved.is_empty() {
            self.queue.close(now);
        }
    }

    fn enqueue(&mut self, now: Timestamp) {
        let number = self.queued;
        self.queued += 1;
        let room = self.rng.within(0..ROOMS as u64) as usize;
        let content = json!({"msgtype": "m.text", "body": number.to_string()});
        let event = OutgoingEvent::new(self.rooms[room].clone(), "m.room.message", &content);
        let mut entropy = [0; 16];
        entropy[..8].copy_from_slice(&number.to_be_bytes());
        self.queue.enqueue(now, event.unwrap(), entropy).unwrap();
        self.unsaved.push((self.queue.revision(), room, number));
    }

    fn write(&mut self) {
        self.disk = serde_json::to_string(&self.queue).unwrap();
        self.written = Some(self.queue.revision());
    }

    fn crash(&mut self) {
        self.crashes += 1;
        self.starts += 1;
        self.queue = serde_json::from_str(&self.disk).unwrap();
        self.written = None;
        // What was not confirmed was not accepted. It may be on the disk all the same.
        self.unsaved.clear();
        let now = self.simulation.now();
        self.queue.handle_input(now, Input::Timeout);
        // The program looks at what it may have been told before.
        let entries = self.queue.entries();
        let uncertain =
            entries.filter(|entry| matches!(entry.state, QueuedState::MayHaveBeenSent(_)));
        let uncertain: Vec<_> = uncertain.map(|entry| entry.txn_id.clone()).collect();
        uncertain.iter().for_each(|txn_id| self.decide(txn_id));
        self.queue.new_device(now, device(&self.login));
    }

    /// The device is gone, and with it what it has on the way.
    fn log_in_anew(&mut self, now: Timestamp) {
        let credentials = Credentials::Token(self.login.access_token.clone());
        let time = self.server_time();
        call(self.homeserver, time, &Logout::new(), &credentials);
        self.login = login(self.homeserver, time);
        let token = self.login.access_token.clone();
        self.simulation.set_access_token(Some(token));
        self.queue.new_device(now, device(&self.login));
    }

    fn hear(&mut self, event: &SendEvent) {
        let now = self.simulation.now();
        match event {
            SendEvent::Changed { .. } => self.write(),
            SendEvent::MayHaveBeenSent { txn_id, .. } => self.decide(txn_id),
            SendEvent::LoggedOut(_) => {
                let device_id = device(&self.login);
                self.queue.new_device(now, device_id);
            }
            SendEvent::Stuck { error, .. } => panic!("nothing refuses an event here: {error}"),
            _ => {}
        }
    }

    /// The program, which does not know either, looks into the room.
    fn decide(&mut self, txn_id: &TransactionId) {
        self.uncertain += 1;
        let now = self.simulation.now();
        let mut entries = self.queue.entries();
        let Some(entry) = entries.find(|entry| entry.txn_id == txn_id) else {
            return;
        };
        // It may have been answered since it was told.
        let QueuedState::MayHaveBeenSent(_) = entry.state else {
            return;
        };
        let content = entry.content.unwrap().as_str().to_owned();
        let room_id = entry.room_id.clone();
        drop(entries);
        let number = |content: &str| -> u64 {
            let content: serde_json::Value = serde_json::from_str(content).unwrap();
            content["body"].as_str().unwrap().parse().unwrap()
        };
        let is_there = self.numbers(&room_id).contains(&number(&content));
        if is_there {
            let removed = self.queue.discard(now, txn_id, [255; 16]).unwrap();
            assert_eq!(removed, Discarded::FromQueue);
        } else {
            self.queue.resend(now, txn_id).unwrap();
        }
    }

    /// The numbers of a room's messages, in order.
    fn numbers(&self, room_id: &RoomId) -> Vec<u64> {
        let mut asked = GetRoomEvents::new(room_id.clone(), Direction::Forward);
        asked.limit = Some(1_000);
        let credentials = Credentials::Token(self.login.access_token.clone());
        let page = call(self.homeserver, self.server_time(), &asked, &credentials);
        let events = page.chunk.iter().map(|event| event.unwrap().value);
        let messages =
            events.filter(|event| event.event_type().as_deref() == Some("m.room.message"));
        let bodies = messages.map(|event| {
            let content: serde_json::Value = event.content().deserialize().unwrap();
            content["body"].as_str().unwrap().parse().unwrap()
        });
        bodies.collect()
    }

    /// The clock of the server does not jump.
    fn server_time(&self) -> Timestamp {
        START + self.simulation.passed()
    }

    /// The simulation's ID for a request.
    fn outside(&self, id: RequestId) -> RequestId {
        RequestId::from_u64(self.starts << 32 | id.as_u64())
    }

    /// What an input is for the queue; `None` if it is for one that crashed.
    fn inside(&self, input: Input) -> Option<Input> {
        let inside = |id: RequestId| {
            let is_own = id.as_u64() >> 32 == self.starts;
            is_own.then(|| RequestId::from_u64(id.as_u64() & u64::from(u32::MAX)))
        };
        Some(match input {
            Input::Response(id, response) => Input::Response(inside(id)?, response),
            Input::Failed(id, failure) => Input::Failed(inside(id)?, failure),
            other => other,
        })
    }

    fn check(&self, seed: u64) {
        let mut found = BTreeSet::new();
        for (index, room_id) in self.rooms.iter().enumerate() {
            let numbers = self.numbers(room_id);
            assert!(
                numbers.is_sorted_by(|one, other| one < other),
                "seed {seed}: out of order, or twice: {numbers:?}"
            );
            found.extend(numbers.into_iter().map(|number| (index, number)));
        }
        for accepted in &self.accepted {
            assert!(
                found.contains(accepted),
                "seed {seed}: {accepted:?} was accepted and is lost"
            );
        }
    }
}

#[test]
fn each_accepted_event_is_in_its_room_once_and_in_order() {
    let (mut crashes, mut uncertain, mut accepted) = (0, 0, 0);
    for seed in 0..160 {
        let homeserver = homeserver(seed);
        let mut run = Run::new(&homeserver, seed);
        run.go();
        run.check(seed);
        crashes += run.crashes;
        uncertain += run.uncertain;
        accepted += run.accepted.len();
    }
    assert!(
        crashes > 100 && uncertain > 10 && accepted > 2_000,
        "{crashes} crashes, {uncertain} uncertain, {accepted} accepted"
    );
}

#[test]
fn without_saves_nothing_is_lost_while_the_program_runs() {
    for seed in 0..40 {
        let homeserver = homeserver(seed);
        let mut run = Run::new(&homeserver, seed);
        let mut options = SendOptions::default();
        options.confirms_saves = false;
        run.queue = run.queue.with_options(options);
        run.goes_wrong = false;
        run.go();
        run.accepted = (0..run.queued).map(|number| (0, number)).collect();
        let all: usize = run.rooms.iter().map(|room| run.numbers(room).len()).sum();
        assert_eq!(all as u64, EVENTS, "seed {seed}");
        run.accepted.clear();
        run.check(seed);
    }
}
