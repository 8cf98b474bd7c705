//! A bot that joins the rooms it is invited to, and says there what others say.
use hardline::client_api::{membership::JoinRoomById, session::Login};
use hardline::{client::*, events::*, flow::*, wire::UserIdentifier};
use hardline_hyper::{HyperTransport, TokioClock};
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [server, user, password] = ["SERVER", "BOT_USER", "BOT_PASSWORD"].map(std::env::var);
    let client = Client::discover(HyperTransport::new()?, TokioClock, server?.parse()?).await?;
    let login = Login::password(UserIdentifier::user(&user?), password?.into());
    let device = client.log_in(login).await?.device_id;
    let (now, home) = (client.now(), client.homeserver().ok_or("no homeserver")?);
    let mut sync = client.sync();
    let queue = SendQueue::new(now, home, device.ok_or("no device")?, client.next_seed());
    let mut options = SendOptions::default();
    options.confirms_saves = false; // it keeps nothing
    let mut send = client.run(queue.with_options(options));
    loop {
        let next = tokio::select! { next = sync.next() => next, _ = send.next() => continue };
        let answer = match next {
            Next::Event(SyncEvent::Answer(answer)) => answer.value,
            Next::Event(_) => continue,
            Next::Done(ended) => return Ok(ended?),
        };
        for id in answer.rooms.invite.keys() {
            client.call(JoinRoomById::new(id.clone())).await?;
        }
        let is_old = sync.flow().since().is_none(); // said before the bot came
        for (room, news) in answer.rooms.join.iter().filter(|_| !is_old) {
            let (events, _) = news.timeline.events.decode_all();
            let said = events.iter().filter_map(|event| event.content_as().ok());
            for said in said.filter(|said: &RoomMessage| said.msgtype == Some(MessageType::Text)) {
                let echo = RoomMessage::notice(said.body.unwrap_or_default());
                let entropy = u128::from(getrandom::u64()?).to_ne_bytes();
                let echo = OutgoingEvent::of(room.clone(), &echo)?;
                send.flow_mut().enqueue(client.now(), echo, entropy)?;
            }
        }
        sync.flow_mut().taken(client.now(), &answer.next_batch)?;
    }
}
