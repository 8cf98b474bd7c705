//! Two users who exchange messages by sync loops over real sockets, and the network between them fails for a while.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::VecDeque;
use std::time::Duration;

use hardline::client::{BoxTransport, Client, Conversation, Next};
use hardline::client_api::account::Register;
use hardline::client_api::membership::{InviteUser, JoinRoomById};
use hardline::client_api::room_events::SendMessage;
use hardline::client_api::rooms::CreateRoom;
use hardline::client_api::sync::{Filter, SyncResponse};
use hardline::events::{MessageType, RawEvent, RoomMessage};
use hardline::flow::{FlowError, SyncEvent, SyncLoop, SyncStatus};
use hardline::types::{Password, RoomId, TransactionId, UserId};
use hardline::wire::{AuthData, Target};
use hardline_hyper::HyperTransport;
use hardline_isahc::{IsahcClock, IsahcTransport};
use hardline_loopback::Loopback;
use hardline_tests::cable::Cable;
use hardline_tests::chat_e2e;

type TestClient = Client<BoxTransport, IsahcClock>;

#[test]
fn two_users_exchange_messages_over_hyper() {
    run(hyper);
}

#[test]
fn two_users_exchange_messages_over_isahc() {
    run(isahc);
}

#[test]
fn nothing_is_lost_on_a_network_that_fails_over_hyper() {
    let loopback = Loopback::start().unwrap();
    chat_e2e::whole_e2e(loopback.local_addr(), hyper, "hyper", Duration::ZERO);
}

#[test]
fn nothing_is_lost_on_a_network_that_fails_over_isahc() {
    let loopback = Loopback::start().unwrap();
    chat_e2e::whole_e2e(loopback.local_addr(), isahc, "isahc", Duration::ZERO);
}

fn hyper() -> BoxTransport {
    let transport = HyperTransport::builder().build();
    BoxTransport::new(transport.expect("the machine has root certificates"))
}

fn isahc() -> BoxTransport {
    let transport = IsahcTransport::builder().build();
    BoxTransport::new(transport.expect("isahc can be set up"))
}

fn run(transport: fn() -> BoxTransport) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let limit = Duration::from_secs(120);
    runtime
        .unwrap()
        .block_on(async { tokio::time::timeout(limit, chat(transport)).await })
        .expect("it takes no longer");
}

/// A user, who listens.
struct Person {
    client: TestClient,
    user_id: UserId,
    sync: Conversation<BoxTransport, IsahcClock, SyncLoop>,
    heard: VecDeque<String>,
    statuses: Vec<&'static str>,
}

impl Person {
    async fn register(name: &str, transport: BoxTransport, url: &str) -> Self {
        let client = Client::new(transport, IsahcClock, Target::homeserver(url).unwrap());
        let mut register = Register::new();
        register.username = Some(name.to_owned());
        register.password = Some(Password::from("wonderland"));
        register.auth = Some(AuthData::dummy());
        let registered = client.call(register).await.unwrap();
        client.set_access_token(registered.access_token);
        let user_id = registered.user_id;
        let filter = Filter::new().with_lazy_members();
        let sync = client.sync();
        let sync = sync.map_flow(|flow| flow.with_stored_filter(user_id.clone(), filter));
        Self {
            client,
            user_id,
            sync,
            heard: VecDeque::new(),
            statuses: Vec::new(),
        }
    }

    async fn says(&self, room_id: &RoomId, text: &str) {
        let transaction = TransactionId::parse(text).unwrap();
        let content = RoomMessage::new(MessageType::Text, text);
        let send = SendMessage::event(room_id.clone(), "m.room.message", transaction, &content);
        self.client.call(send.unwrap()).await.unwrap();
    }

    /// Listens until there is something new.
    async fn listen(&mut self) {
        match self.sync.next().await {
            Next::Event(SyncEvent::Answer(answer)) => {
                self.heard.extend(messages(&answer.value));
                self.sync.taken(&answer.value.next_batch).unwrap();
            }
            Next::Event(SyncEvent::Status(status)) => self.statuses.push(match status {
                SyncStatus::CatchingUp => "catching up",
                SyncStatus::Live => "live",
                SyncStatus::Offline(_) => "offline",
                other => panic!("{other}"),
            }),
            Next::Event(other) => panic!("{other:?}"),
            Next::Done(outcome) => panic!("{outcome:?}"),
        }
    }

    async fn until(&mut self, status: &str) {
        while self.statuses.last() != Some(&status) {
            self.listen().await;
        }
    }

    /// Listens until somebody says something.
    async fn hears(&mut self) -> String {
        loop {
            if let Some(text) = self.heard.pop_front() {
                return text;
            }
            self.listen().await;
        }
    }
}

fn messages(answer: &SyncResponse) -> Vec<String> {
    let rooms = answer.rooms.join.iter();
    let events = rooms.flat_map(|(_, room)| room.timeline.events.decode_all().0);
    let text = |event: RawEvent| event.content_as::<RoomMessage>().ok()?.body;
    events.filter_map(text).collect()
}

async fn chat(transport: fn() -> BoxTransport) {
    let loopback = Loopback::builder().start().unwrap();
    let mut cable = Cable::to(loopback.local_addr());
    let mut alice = Person::register("alice", transport(), loopback.url()).await;
    let mut bob = Person::register("bob", transport(), &cable.url()).await;
    let room_id = alice.client.call(CreateRoom::new()).await.unwrap().room_id;
    let invite = InviteUser::new(room_id.clone(), bob.user_id.clone());
    alice.client.call(invite).await.unwrap();
    let join = JoinRoomById::new(room_id.clone());
    bob.client.call(join).await.unwrap();
    alice.until("live").await;
    bob.until("live").await;

    for turn in 0..5 {
        alice.says(&room_id, &format!("ping {turn}")).await;
        assert_eq!(bob.hears().await, format!("ping {turn}"));
        bob.says(&room_id, &format!("pong {turn}")).await;
        for text in [format!("ping {turn}"), format!("pong {turn}")] {
            assert_eq!(alice.hears().await, text);
        }
        assert_eq!(bob.hears().await, format!("pong {turn}"));
    }

    // Connections break, and those that follow are refused.
    cable.cut();
    bob.until("offline").await;
    for turn in 0..5 {
        alice.says(&room_id, &format!("missed {turn}")).await;
    }
    // Nothing is told while it stays so.
    let quiet = tokio::time::timeout(Duration::from_secs(2), bob.sync.next()).await;
    assert!(quiet.is_err(), "{quiet:?}");
    assert!(bob.sync.flow().offline_since().is_some());
    cable.mend();
    bob.sync.nudge();
    for turn in 0..5 {
        assert_eq!(bob.hears().await, format!("missed {turn}"));
    }
    bob.until("live").await;
    let statuses = ["catching up", "live", "offline", "catching up", "live"];
    assert_eq!(bob.statuses, statuses);
    assert_eq!(alice.statuses, statuses[..2]);

    // The program is closed, and begins again with the token that it has stored.
    let token = bob.sync.flow().since().unwrap().to_owned();
    alice.says(&room_id, "later").await;
    bob.sync = bob.client.sync().map_flow(|flow| flow.with_since(token));
    assert_eq!(bob.hears().await, "later");

    // The session is over, as the server says when it is asked next.
    bob.client.set_access_token(Some("no such token".into()));
    alice.says(&room_id, "the last").await;
    let ended = loop {
        match bob.sync.next().await {
            Next::Event(SyncEvent::Answer(answer)) => {
                bob.sync.taken(&answer.value.next_batch).unwrap();
            }
            Next::Event(_) => {}
            Next::Done(outcome) => break outcome,
        }
    };
    assert!(matches!(ended, Err(FlowError::LoggedOut(_))), "{ended:?}");
    alice.sync.stop().unwrap();
    assert!(matches!(alice.sync.next().await, Next::Done(Ok(()))));
}
