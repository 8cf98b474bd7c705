//! Records what a program does on a real server, and runs it again without one. Browsers' developer tools open the file.
use std::{env, fs, process};

use hardline::client::{BlockingClient, BlockingTransport, Clock};
use hardline::client_api::session::Login;
use hardline::client_api::threepid::GetAccount3pids;
use hardline::wire::{Target, UserIdentifier};
use hardline_har::{Recorder, Replay};
use hardline_isahc::{BlockingClock, IsahcBlocking};

/// The program.
fn addresses<T: BlockingTransport, C: Clock>(
    client: &BlockingClient<T, C>,
) -> Result<usize, Box<dyn std::error::Error>> {
    let login = Login::password(UserIdentifier::user("alice"), "wonderland".into());
    client.log_in(login).finish()?;
    Ok(client.call(GetAccount3pids::new())?.threepids.len())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = env::temp_dir().join(format!("hardline-{}.har", process::id()));

    // Once, against a server:
    let homeserver = hardline_loopback::Loopback::builder().account("alice", "wonderland");
    let homeserver = homeserver.start()?;
    let recorder = Recorder::new();
    let transport = recorder.over(IsahcBlocking::new()?, BlockingClock);
    let target = Target::homeserver(homeserver.url())?;
    let recorded = addresses(&BlockingClient::new(transport, BlockingClock, target))?;
    recorder.save(&file)?;
    drop(homeserver);
    let text = fs::read_to_string(&file)?;
    println!(
        "the password is in the file: {}",
        text.contains("wonderland")
    );

    // From then on without one:
    let replay = Replay::read(&file)?;
    let target = Target::homeserver("https://example.org")?;
    let replayed = addresses(&BlockingClient::new(replay.clone(), BlockingClock, target))?;
    println!("the same again: {}", recorded == replayed);
    println!("exchanges that nobody asked for: {}", replay.unused());
    fs::remove_file(&file)?;
    Ok(())
}
