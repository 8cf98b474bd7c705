//! What a loopback keeps in a file.

#![allow(clippy::unwrap_used, reason = "what fails in a test is to end it")]

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use hardline::client::BlockingTransport;
use hardline::client_api::account::GetTokenOwner;
use hardline::client_api::session::Login;
use hardline::identity_api::versions::PingV2;
use hardline::types::{AccessToken, Password, ServerName};
use hardline::wire::{self, BaseUrl, Credentials, Target, UserIdentifier};
use hardline_loopback::{Builder, Loopback, Snapshot};

/// A folder of its own, which goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("hardline-data-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("data.json")
    }

    fn loopback(&self) -> Builder {
        Loopback::builder()
            .data(self.file())
            .account("alice", "secret")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn log_in(loopback: &Loopback) -> AccessToken {
    let login = Login::password(UserIdentifier::user("alice"), Password::from("secret"));
    let target = Target::homeserver(loopback.url()).unwrap();
    let request = wire::encode(&login, &target, &Credentials::None).unwrap();
    let response = loopback.transport().send(request).unwrap();
    wire::decode::<Login>(response).unwrap().access_token
}

fn knows(loopback: &Loopback, token: &AccessToken) -> bool {
    let target = Target::homeserver(loopback.url()).unwrap();
    let credentials = Credentials::Token(token.clone());
    let request = wire::encode(&GetTokenOwner::new(), &target, &credentials).unwrap();
    let response = loopback.transport().send(request).unwrap();
    wire::decode::<GetTokenOwner>(response).is_ok()
}

#[test]
fn everything_is_there_after_a_restart() {
    let folder = Folder::new("restart");
    let first = folder.loopback().start().unwrap();
    let token = log_in(&first);
    let name = first.server_name().clone();
    drop(first);
    let second = folder.loopback().start().unwrap();
    // It has another port, and the same name.
    assert_eq!(*second.server_name(), name);
    assert!(knows(&second, &token));
}

#[test]
fn the_file_is_for_its_user_alone_and_written_while_the_server_runs() {
    let folder = Folder::new("timer");
    let loopback = folder.loopback().start().unwrap();
    let token = log_in(&loopback);
    let until = Instant::now() + Duration::from_secs(60);
    let has_token = || {
        let text = fs::read_to_string(folder.file()).unwrap_or_default();
        text.contains(token.reveal())
    };
    while !has_token() {
        assert!(Instant::now() < until, "it was not written for a minute");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(Snapshot::parse(&fs::read(folder.file()).unwrap()).is_ok());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.file()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    drop(loopback);
    // Nothing is left beside it.
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
}

#[test]
fn a_file_that_cannot_be_used_is_left_as_it_is() {
    let folder = Folder::new("refused");
    drop(folder.loopback().start().unwrap());
    let whole = fs::read(folder.file()).unwrap();
    let newer = String::from_utf8(whole.clone())
        .unwrap()
        .replace("\"version\":1,", "\"version\":7,");
    let half = whole[..whole.len() / 2].to_vec();
    for (content, why) in [
        (half, "damaged"),
        (newer.into_bytes(), "newer version"),
        (Vec::new(), "damaged"),
        (
            b"{\"format\":\"tuwunel\",\"version\":1}".to_vec(),
            "tuwunel",
        ),
    ] {
        fs::write(folder.file(), &content).unwrap();
        let error = folder.loopback().start().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        let text = error.to_string();
        assert!(text.contains(why) && text.contains("data.json"), "{text}");
        assert_eq!(fs::read(folder.file()).unwrap(), content);
    }
    fs::write(folder.file(), &whole).unwrap();
    let other = ServerName::parse("other.example").unwrap();
    let error = folder.loopback().server_name(other).start().unwrap_err();
    assert!(error.to_string().contains("another homeserver"), "{error}");
    assert_eq!(fs::read(folder.file()).unwrap(), whole);
    assert!(folder.loopback().start().is_ok());
}

#[test]
fn what_cannot_be_written_is_told() {
    let folder = Folder::new("unwritable");
    let loopback = Loopback::builder()
        .data(folder.0.join("missing/data.json"))
        .start()
        .unwrap();
    let error = loopback.save().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("missing/data.json"), "{error}");
}

#[test]
fn the_servers_beside_it_remember_too() {
    let folder = Folder::new("beside");
    let with_oauth = folder.loopback().oauth().start().unwrap();
    let pepper = with_oauth.identity_server().rotate_pepper();
    drop(with_oauth);
    // Without an authorization server, what it remembered stays in the file.
    let without = folder.loopback().start().unwrap();
    let contents = String::from_utf8(without.snapshot().to_json()).unwrap();
    assert!(contents.contains(pepper.as_str()));
    assert!(contents.contains("\"authorization_server\":{"));
    let target = Target::IdentityServer(BaseUrl::parse(without.url()).unwrap());
    let ping = wire::encode(&PingV2::new(), &target, &Credentials::None).unwrap();
    assert_eq!(
        BlockingTransport::send(&without.transport(), ping)
            .unwrap()
            .status(),
        200
    );
    drop(without);
    let again = folder.loopback().oauth().start().unwrap();
    assert!(again.authorization_server().is_some());
}
