//! A bridge that keeps 10,000 conversations in SQLite, and has several processes run those that have something to do. Each is
//! the queue of what one user of another network says in a Matrix room; one of the processes is killed on the way, and the
//! others go on with what it had. Nothing is lost and nothing is said twice.
//!
//! A program that is no example has its workers run for ever, and adds conversations while they do.
mod store;
mod worker;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;
use std::{env, fs, thread};

use hardline::client::BlockingClient;
use hardline::client_api::room_events::{Direction, GetRoomEvents};
use hardline::client_api::rooms::CreateRoom;
use hardline::client_api::session::Login;
use hardline::events::RoomMessage;
use hardline::flow::{OutgoingEvent, SendQueue};
use hardline::types::{AccessToken, DeviceId, RoomId};
use hardline::wire::{Homeserver, Target, UserIdentifier};
use hardline_isahc::{BlockingClock, IsahcBlocking};
use hardline_loopback::Loopback;

use store::Store;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;
type Bot = BlockingClient<IsahcBlocking, BlockingClock>;

const CONVERSATIONS: u32 = 10_000;
/// Every so manieth has something to say at the moment.
const EVERY: u32 = 10;
const ROOMS: u32 = 20;
const WORKERS: usize = 4;

/// Not an argument, which everybody on the machine can read.
const TOKEN: &str = "BRIDGE_ACCESS_TOKEN";

fn main() -> Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match &arguments[..] {
        [database, url] => {
            let token = AccessToken::from(env::var(TOKEN)?);
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(worker::work(Path::new(database), url, token))
        }
        _ => {
            let folder = env::temp_dir().join(format!("hardline-bridge-{}", std::process::id()));
            fs::create_dir_all(&folder)?;
            let ran = run(&folder.join("conversations.db"));
            fs::remove_dir_all(&folder)?;
            ran
        }
    }
}

/// Begins the conversations, has workers run them, and looks at what they have said.
fn run(database: &Path) -> Result<()> {
    let loopback = Loopback::builder().account("bridge", "secret").start()?;
    let target = Target::homeserver(loopback.url())?;
    let bot = Bot::new(IsahcBlocking::new()?, BlockingClock, target.clone());
    let login = Login::password(UserIdentifier::user("bridge"), "secret".into());
    let login = bot.log_in(login).finish()?;
    let (Target::Homeserver(homeserver), Some(device)) = (target, login.device_id) else {
        return Err("the homeserver told no device".into());
    };
    let rooms = (0..ROOMS).map(|_| Ok(bot.call(CreateRoom::new())?.room_id));
    let rooms: Vec<RoomId> = rooms.collect::<Result<_>>()?;
    let conversation = |number| conversation(number, &bot, &homeserver, &device, &rooms);
    let conversations: Vec<_> = (0..CONVERSATIONS)
        .map(conversation)
        .collect::<Result<_>>()?;
    let mut store = Store::open(database)?;
    store.insert(conversations)?;

    let worker = || {
        let mut worker = Command::new(env::current_exe()?);
        worker.arg(database).arg(loopback.url());
        worker.env(TOKEN, login.access_token.reveal()).spawn()
    };
    let mut workers: Vec<Child> = (0..WORKERS)
        .map(|_| worker())
        .collect::<std::io::Result<_>>()?;
    while store.count_due()? > CONVERSATIONS / EVERY / 2 {
        thread::sleep(Duration::from_millis(20));
    }
    workers[0].kill()?;
    for worker in &mut workers[1..] {
        if !worker.wait()?.success() {
            return Err("a worker failed".into());
        }
    }
    workers[0].wait()?;

    let (mut messages, mut different) = (0, BTreeSet::new());
    for room in rooms {
        for body in said(&bot, room)? {
            messages += 1;
            different.insert(body);
        }
    }
    let (left, different) = (store.count_due()?, different.len());
    println!(
        "{CONVERSATIONS} conversations, {messages} messages, {different} different ones, {left} left"
    );
    Ok(())
}

/// What one user of the other network says, as it is queued.
fn conversation(
    number: u32,
    bot: &Bot,
    homeserver: &Homeserver,
    device: &DeviceId,
    rooms: &[RoomId],
) -> Result<SendQueue> {
    let (now, seed) = (bot.now(), bot.next_seed());
    let mut queue = SendQueue::new(now, homeserver.clone(), device.clone(), seed);
    let says = RoomMessage::text(format!("user {number} says hello"));
    let event = OutgoingEvent::of(rooms[(number / EVERY % ROOMS) as usize].clone(), &says)?;
    let mut entropy = [0; 16];
    getrandom::fill(&mut entropy)?;
    if number.is_multiple_of(EVERY) {
        queue.enqueue(now, event, entropy)?;
    }
    Ok(queue)
}

/// All messages in a room.
fn said(bot: &Bot, room: RoomId) -> Result<Vec<String>> {
    let mut page = GetRoomEvents::new(room, Direction::Backward);
    page.limit = Some(1_000);
    let mut bodies = Vec::new();
    loop {
        let events = bot.call(page.clone())?;
        let (chunk, _) = events.chunk.decode_all();
        let messages = chunk
            .iter()
            .filter_map(|event| event.content_as::<RoomMessage>().ok());
        bodies.extend(messages.filter_map(|message| message.body));
        match events.end {
            Some(end) => page.from = Some(end),
            None => return Ok(bodies),
        }
    }
}
