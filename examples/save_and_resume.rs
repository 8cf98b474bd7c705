//! A conversation goes on after a restart: one half of the program asks for a code and ends, the other one takes it.
use std::path::Path;
use std::{env, fs, process};

use hardline::client::{BlockingClient, Next};
use hardline::client_api::session::Login;
use hardline::flow::{
    AddThreepid, FlowEvent, InteractiveFlow, Prompt, Reply, SessionTokens, ThreepidInput,
};
use hardline::types::ClientSecret;
use hardline::wire::{Target, UserIdentifier};
use hardline_isahc::{BlockingClock, IsahcBlocking};
use hardline_loopback::Loopback;

type Failure = Box<dyn std::error::Error>;

fn client(homeserver: &Loopback) -> Result<BlockingClient<IsahcBlocking, BlockingClock>, Failure> {
    let target = Target::homeserver(homeserver.url())?;
    Ok(BlockingClient::new(
        IsahcBlocking::new()?,
        BlockingClock,
        target,
    ))
}

/// The first run of the program.
fn begin(homeserver: &Loopback, file: &Path) -> Result<SessionTokens, Failure> {
    let client = client(homeserver)?;
    let alice = UserIdentifier::user("alice");
    let login = client.log_in(Login::password(alice, "wonderland".into()));
    let flow = AddThreepid::new(
        client.now(),
        client.homeserver().ok_or("it is no homeserver")?,
        login.finish()?.user_id,
        ThreepidInput::email("alice@example.org"),
        ClientSecret::from_entropy([7; 32]), // random ones, in a program
    )
    .with_password("wonderland".into());
    let mut conversation = client.run(flow);
    while let Some(Next::Event(event)) = conversation.next() {
        if matches!(event, FlowEvent::Asks(Prompt::Confirmation { .. })) {
            break;
        }
    }
    // It holds secrets: for this user alone.
    fs::write(file, serde_json::to_vec(&conversation.into_flow())?)?;
    println!("an e-mail is on its way; the program ends");
    client.session().ok_or_else(|| "nobody is logged in".into())
}

/// The second one, after the person has followed the link in the e-mail.
fn resume(homeserver: &Loopback, file: &Path, session: SessionTokens) -> Result<(), Failure> {
    let saved = fs::read_to_string(file)?;
    // A program that saves several kinds of flow reads a `SavedFlow` first, which says which one it is.
    let flow: AddThreepid = serde_json::from_str(&saved)?;
    println!("it goes on where it asked: {}", flow.prompt().is_some());
    let mut conversation = client(homeserver)?.with_session(session).run(flow);
    conversation.reply(Reply::Done)?;
    conversation.finish()?;
    fs::remove_file(file)?;
    println!("the address is added");
    Ok(())
}

fn main() -> Result<(), Failure> {
    let homeserver = Loopback::builder().account("alice", "wonderland").start()?;
    let file = env::temp_dir().join(format!("hardline-flow-{}.json", process::id()));
    let session = begin(&homeserver, &file)?;
    let message = homeserver
        .inbox()
        .last_to("alice@example.org")
        .ok_or("no e-mail came")?;
    let link = http::Request::get(message.link.ok_or("it has no link")?).body(Vec::new())?;
    hardline::client::BlockingTransport::send(&IsahcBlocking::new()?, link)?;
    resume(&homeserver, &file, session)
}
