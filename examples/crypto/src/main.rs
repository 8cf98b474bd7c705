//! Alice writes to Bob where nobody else can read: the flows of Hardline carry what two `OlmMachine`s say. It prints what
//! Bob reads.
mod device;

use device::{Device, Result};
use hardline::client::{Client, Next};
use hardline::client_api::membership::JoinRoom;
use hardline::client_api::rooms::{CreateRoom, InitialStateEvent};
use hardline::client_api::session::Login;
use hardline::events::RoomEncryption;
use hardline::flow::{OutgoingEvent, SendEvent, SendQueue, SyncEvent};
use hardline::json::RawJson;
use hardline::types::{EncryptionAlgorithm, RoomId};
use hardline::wire::{Target, UserIdentifier};
use hardline_hyper::{HyperTransport, TokioClock};
use hardline_loopback::Loopback;
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let homeserver = Loopback::builder()
        .account("alice", "wonderland")
        .account("bob", "builder")
        .start()?;
    let alice = log_in(&homeserver, "alice", "wonderland").await?;
    let bob = log_in(&homeserver, "bob", "builder").await?;

    let mut room = CreateRoom::new();
    let encryption = RoomEncryption::new(EncryptionAlgorithm::MegolmV1AesSha2);
    let encryption = RawJson::new(&encryption)?;
    let encryption = InitialStateEvent::new("m.room.encryption".to_owned(), encryption);
    room.initial_state = Some(vec![encryption]);
    room.invite = Some(vec![bob.user_id.clone()]);
    let room_id = alice.client.call(room).await?.room_id;
    bob.client
        .call(JoinRoom::new(room_id.clone().into()))
        .await?;

    let content = RawJson::new(&json!({"msgtype": "m.text", "body": "The tea is ready."}))?;
    let readers = [alice.user_id.clone(), bob.user_id.clone()];
    let encrypted = alice
        .encrypt(room_id.as_str(), &readers, "m.room.message", &content)
        .await?;
    send(&alice, &room_id, encrypted).await?;
    println!("{}", read(&bob, &room_id).await?);
    Ok(())
}

/// A device that is logged in and has told others its keys.
async fn log_in(homeserver: &Loopback, user: &str, password: &str) -> Result<Device> {
    let target = Target::homeserver(homeserver.url())?;
    let client = Client::new(HyperTransport::new()?, TokioClock, target);
    client
        .log_in(Login::password(UserIdentifier::user(user), password.into()))
        .await?;
    let device = Device::new(client).await?;
    device.settle().await?;
    Ok(device)
}

/// Sends what is encrypted. A program that may be restarted saves the queue where it says `Changed`.
async fn send(device: &Device, room_id: &RoomId, encrypted: RawJson) -> Result<()> {
    let client = &device.client;
    let homeserver = client
        .homeserver()
        .ok_or("the client talks to a homeserver")?;
    let device_id = client.device_id().ok_or("the client is logged in")?;
    let queue = SendQueue::new(client.now(), homeserver, device_id, client.next_seed());
    let mut sending = client.run(queue);
    let event = OutgoingEvent::new(room_id.clone(), "m.room.encrypted", &encrypted)?;
    sending.flow_mut().enqueue(client.now(), event, [7; 16])?;
    loop {
        match sending.next().await {
            Next::Event(SendEvent::Changed { revision }) => {
                sending.flow_mut().saved(client.now(), revision);
            }
            Next::Event(SendEvent::Sent { .. }) => return Ok(()),
            Next::Event(other) => println!("{other:?}"),
            Next::Done(()) => return Err("the queue ended before the event was sent".into()),
        }
    }
}

/// The first message that can be decrypted.
async fn read(device: &Device, room_id: &RoomId) -> Result<String> {
    let mut syncing = device.client.sync();
    loop {
        let answer = match syncing.next().await {
            Next::Event(SyncEvent::Answer(answer)) => answer.value,
            Next::Event(_) => continue,
            Next::Done(outcome) => return Err(format!("the sync ended: {outcome:?}").into()),
        };
        // The keys come before what they open.
        device.on_sync(&answer).await?;
        let room = answer.rooms.join.get(room_id);
        for event in room.iter().flat_map(|room| room.timeline.events.iter()) {
            let event = event?.value;
            if event.event_type().as_deref() == Some("m.room.encrypted") {
                let message = device.decrypt(room_id.as_str(), &event).await?;
                return Ok(message.content().as_str().to_owned());
            }
        }
        syncing
            .flow_mut()
            .taken(device.client.now(), &answer.next_batch)?;
    }
}
