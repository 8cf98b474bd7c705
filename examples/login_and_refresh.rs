//! Logs in, keeps the session in a file that only the user can read, and refreshes its tokens.
use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs, io, process};

use hardline::Client;
use hardline::client::TokenStore;
use hardline::client_api::account::GetTokenOwner;
use hardline::client_api::session::Login;
use hardline::flow::SessionTokens;
use hardline::wire::{Endpoint, Target, UserIdentifier};
use hardline_hyper::{HyperTransport, TokioClock};

/// A program that runs twice at once also takes a lock in `load`, and gives it up in `release`.
struct File(PathBuf);

impl TokenStore for File {
    fn load(&self) -> Option<SessionTokens> {
        serde_json::from_slice(&fs::read(&self.0).ok()?).ok()
    }

    fn save(&self, tokens: &SessionTokens) {
        let saved = serde_json::to_vec(tokens)
            .map_err(io::Error::from)
            .and_then(|json| write_for_me_alone(&self.0, &json));
        if let Err(error) = saved {
            eprintln!("log in again next time: the session could not be saved: {error}");
        }
    }

    fn forget(&self) {
        // It may not be there.
        let _ = fs::remove_file(&self.0);
    }
}

fn write_for_me_alone(path: &PathBuf, content: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    io::Write::write_all(&mut options.open(path)?, content)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let homeserver = hardline_loopback::Loopback::builder().account("alice", "wonderland");
    let homeserver = homeserver.start()?;
    let target = Target::homeserver(homeserver.url())?;
    let path = env::temp_dir().join(format!("hardline-session-{}.json", process::id()));

    let client = Client::new(HyperTransport::new()?, TokioClock, target.clone());
    let client = client.with_store(File(path.clone()));
    let login = Login::password(UserIdentifier::user("alice"), "wonderland".into())
        .with(|login| login.refresh_token = Some(true));
    println!("logged in as {}", client.log_in(login).await?.user_id);

    // An hour later: the access token has expired.
    let tokens = client.session().ok_or("nobody is logged in")?;
    let first = tokens.access_token.clone();
    File(path.clone()).save(&tokens.expiring_in(client.now(), Duration::ZERO));

    // Another run of the program finds the session in the file, and refreshes before it asks.
    let client = Client::new(HyperTransport::new()?, TokioClock, target);
    let client = client.with_store(File(path.clone()));
    let owner = client.call(GetTokenOwner::new()).await?.user_id;
    let second = client.session().ok_or("nobody is logged in")?.access_token;
    println!("still {owner}, with another token: {}", first != second);

    client.log_out().await?;
    println!("logged out, and the file is gone: {}", !path.exists());
    Ok(())
}
