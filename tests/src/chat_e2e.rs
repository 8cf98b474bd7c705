//! Two users who write to each other while the network between them and the homeserver fails over and over: whatever one
//! has queued, the other reads once, and in order.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_lite::future::or;
use hardline::client::{BoxTransport, Client, Clock, Conversation, Next};
use hardline::client_api::account::Register;
use hardline::client_api::membership::JoinRoomById;
use hardline::client_api::room_events::{Direction, GetRoomEvents};
use hardline::client_api::rooms::{CreateRoom, RoomPreset};
use hardline::client_api::sync::{Filter, SyncResponse};
use hardline::events::{MessageType, RawEvent, RoomMessage};
use hardline::flow::{
    FlowError, OutgoingEvent, SendEvent, SendQueue, SyncEvent, SyncLoop, SyncStatus, TimelineGap,
};
use hardline::json::RawList;
use hardline::types::{EventId, Password, RoomId, UserId};
use hardline::wire::{AuthData, Target};
use hardline_isahc::IsahcClock;

use crate::cable::Cable;
use crate::e2e::PASSWORD;

/// How many messages a user lets wait in the queue.
const WAITING: usize = 3;
/// How many new ones both have read before a cable is cut, and the other one sends while it is.
const BETWEEN: usize = 10;
/// How often cables are cut at least.
const CUTS: usize = 6;
/// How long it may take after that.
const LIMIT: Duration = Duration::from_secs(300);

/// The whole test, which lasts at least so long. `name` is one that no other run has on this homeserver.
///
/// # Panics
/// Something was lost, came twice or in another order.
pub fn whole_e2e(
    server: SocketAddr,
    transport: fn() -> BoxTransport,
    name: &str,
    length: Duration,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime
        .unwrap()
        .block_on(async {
            tokio::time::timeout(length + LIMIT, chat(server, transport, name, length)).await
        })
        .expect("everybody has read everything");
}

async fn chat(server: SocketAddr, transport: fn() -> BoxTransport, name: &str, length: Duration) {
    let mut cables = [(); 2].map(|()| Cable::to(server));
    let [to_alice, to_bob] = cables.each_ref().map(Cable::url);
    let alice = Account::register(&format!("alice-{name}"), transport(), &to_alice).await;
    let bob = Account::register(&format!("bob-{name}"), transport(), &to_bob).await;
    let mut create = CreateRoom::new();
    create.preset = Some(RoomPreset::TrustedPrivateChat);
    create.invite = Some(vec![bob.user_id.clone()]);
    let room_id = alice.client.call(create).await.unwrap().room_id;
    let join = JoinRoomById::new(room_id.clone());
    bob.client.call(join).await.unwrap();
    let mut people = [alice, bob].map(|account| Person::new(account, room_id.clone()));

    let begun = Instant::now();
    let (mut cuts, mut cut, mut mark, mut first) = (0, None, BETWEEN, 0);
    loop {
        let is_over = cut.is_none() && begun.elapsed() >= length && cuts >= CUTS;
        if is_over && is_calm(&people) {
            break;
        }
        for person in &mut people {
            person.write(!is_over);
        }
        // Whoever always has something to tell lets the other one have a turn.
        first = 1 - first;
        let (who, told) = next(&mut people, first).await;
        people[who].hear(told).await;
        match cut {
            None if !is_over && people.iter().all(|person| person.read.len() >= mark) => {
                let victim = cuts % 2;
                cables[victim].cut();
                mark = people[1 - victim].sent + BETWEEN;
                cut = Some(victim);
                cuts += 1;
            }
            Some(victim) if people[victim].is_offline && people[1 - victim].sent >= mark => {
                cables[victim].mend();
                people[victim].nudge();
                mark = people[1 - victim].read.len() + BETWEEN;
                cut = None;
            }
            _ => {}
        }
    }
    let history = people[0].history().await;
    assert_eq!(history.len(), people[0].written + people[1].written);
    for person in &people {
        assert_eq!(person.read, history.iter().cloned().collect());
        let own = history.iter().filter(|(_, text)| person.wrote(text));
        let own: Vec<_> = own.map(|(_, text)| text.clone()).collect();
        let written: Vec<_> = (0..person.written).map(|n| person.text(n)).collect();
        assert_eq!(own, written);
    }
    let seconds = begun.elapsed().as_secs();
    println!("{} messages in {seconds} s, {cuts} cuts", history.len());
}

/// What one of both tells, and who. The one with this index is asked first.
async fn next(people: &mut [Person; 2], first: usize) -> (usize, Told) {
    let [alice, bob] = people;
    let alice = async { (0, alice.next().await) };
    let bob = async { (1, bob.next().await) };
    if first == 0 {
        or(alice, bob).await
    } else {
        or(bob, alice).await
    }
}

/// Whether everything has been sent and read.
fn is_calm(people: &[Person; 2]) -> bool {
    let written = people[0].written + people[1].written;
    people
        .iter()
        .all(|person| person.queue.flow().is_empty() && person.read.len() == written)
}

struct Account {
    client: Client<BoxTransport, IsahcClock>,
    user_id: UserId,
    queue: SendQueue,
}

impl Account {
    async fn register(name: &str, transport: BoxTransport, url: &str) -> Self {
        let client = Client::new(transport, IsahcClock, Target::homeserver(url).unwrap());
        let mut register = Register::new();
        register.username = Some(name.to_owned());
        register.password = Some(Password::from(PASSWORD));
        register.auth = Some(AuthData::dummy());
        let registered = client.call(register).await.unwrap();
        client.set_access_token(registered.access_token);
        let device_id = registered.device_id.unwrap();
        let homeserver = client.homeserver().unwrap();
        let queue = SendQueue::new(client.now(), homeserver, device_id, client.next_seed());
        Self {
            client,
            user_id: registered.user_id,
            queue,
        }
    }
}

/// A user who writes, and reads what both write.
struct Person {
    client: Client<BoxTransport, IsahcClock>,
    user_id: UserId,
    room_id: RoomId,
    sync: Conversation<BoxTransport, IsahcClock, SyncLoop>,
    queue: Conversation<BoxTransport, IsahcClock, SendQueue>,
    /// The queue as it would begin again.
    saved: String,
    written: usize,
    sent: usize,
    read: BTreeMap<EventId, String>,
    is_offline: bool,
}

type SyncTold = Next<SyncEvent<SyncResponse>, Result<(), FlowError>>;

/// What one of a person's conversations tells.
enum Told {
    Sync(SyncTold),
    Queue(Next<SendEvent, ()>),
}

impl Person {
    fn new(account: Account, room_id: RoomId) -> Self {
        let Account {
            client,
            user_id,
            queue,
        } = account;
        let owner = user_id.clone();
        let filter = Filter::new().with_lazy_members();
        let sync = client.sync();
        Self {
            sync: sync.map_flow(|flow| flow.with_stored_filter(owner, filter)),
            queue: client.run(queue),
            client,
            user_id,
            room_id,
            saved: String::new(),
            written: 0,
            sent: 0,
            read: BTreeMap::new(),
            is_offline: false,
        }
    }

    fn text(&self, number: usize) -> String {
        format!("{} {number}", self.user_id)
    }

    fn wrote(&self, text: &str) -> bool {
        text.starts_with(self.user_id.as_str())
    }

    /// Queues what may wait.
    fn write(&mut self, goes_on: bool) {
        while goes_on && self.queue.flow().len() < WAITING {
            let content = RoomMessage::new(MessageType::Text, self.text(self.written));
            let event = OutgoingEvent::of(self.room_id.clone(), &content).unwrap();
            // Other than all before.
            let entropy = (self.written as u128).to_be_bytes();
            let queue = self.queue.flow_mut();
            queue.enqueue(IsahcClock.now(), event, entropy).unwrap();
            self.written += 1;
        }
    }

    async fn next(&mut self) -> Told {
        let (sync, queue) = (&mut self.sync, &mut self.queue);
        or(async { Told::Queue(queue.next().await) }, async {
            Told::Sync(sync.next().await)
        })
        .await
    }

    async fn hear(&mut self, told: Told) {
        match told {
            Told::Queue(Next::Event(event)) => self.hear_queue(event),
            Told::Sync(Next::Event(event)) => self.hear_sync(event).await,
            Told::Queue(Next::Done(())) => panic!("the queue was not closed"),
            Told::Sync(Next::Done(outcome)) => panic!("the sync ends: {outcome:?}"),
        }
    }

    fn hear_queue(&mut self, event: SendEvent) {
        match event {
            SendEvent::Changed { revision } => {
                self.saved = serde_json::to_string(self.queue.flow()).unwrap();
                self.queue.flow_mut().saved(IsahcClock.now(), revision);
            }
            SendEvent::Sent { .. } => self.sent += 1,
            SendEvent::Offline(_) | SendEvent::Online | SendEvent::RetryScheduled { .. } => {}
            other => panic!("{other:?}"),
        }
    }

    async fn hear_sync(&mut self, event: SyncEvent<SyncResponse>) {
        match event {
            SyncEvent::Status(status) => {
                self.is_offline = matches!(status, SyncStatus::Offline(_));
            }
            SyncEvent::Gaps(gaps) => {
                for gap in gaps {
                    self.fill(gap).await;
                }
            }
            SyncEvent::Answer(answer) => {
                let rooms = answer.value.rooms.join.iter();
                for (_, room) in rooms {
                    for (event_id, text) in messages(&room.timeline.events) {
                        let known = self.read.insert(event_id, text);
                        assert_eq!(known, None, "it comes again");
                    }
                }
                self.sync.taken(&answer.value.next_batch).unwrap();
            }
            other => panic!("{other:?}"),
        }
    }

    /// Reads what a timeline leaves out: from where it begins back to what is known.
    async fn fill(&mut self, gap: TimelineGap) {
        let mut from = gap.prev_batch;
        while from.is_some() {
            let page = self.page(from).await;
            let mut is_known = false;
            for (event_id, text) in page.0 {
                is_known |= self.read.insert(event_id, text).is_some();
            }
            from = page.1.filter(|_| !is_known);
        }
    }

    /// All messages, the oldest first, as the homeserver has them.
    async fn history(&self) -> Vec<(EventId, String)> {
        let (mut history, mut from) = (Vec::new(), None);
        loop {
            let (page, end) = self.page(from).await;
            history.extend(page);
            if end.is_none() {
                break;
            }
            from = end;
        }
        history.reverse();
        history
    }

    /// A page of the history, backward, and where the next one begins.
    async fn page(&self, from: Option<String>) -> (Vec<(EventId, String)>, Option<String>) {
        let mut page = GetRoomEvents::new(self.room_id.clone(), Direction::Backward);
        page.from = from;
        page.limit = Some(50);
        let page = self.client.call(page).await.unwrap();
        (messages(&page.chunk), page.end)
    }

    /// There is a network again.
    fn nudge(&mut self) {
        self.sync.nudge();
        self.queue.flow_mut().nudge(IsahcClock.now());
    }
}

fn messages(events: &RawList<RawEvent>) -> Vec<(EventId, String)> {
    let (events, skipped) = events.decode_all();
    assert!(skipped.is_empty(), "{skipped:?}");
    let text = |event: RawEvent| {
        let text = event.content_as::<RoomMessage>().ok()?.body?;
        Some((event.event_id()?, text))
    };
    events.into_iter().filter_map(text).collect()
}
