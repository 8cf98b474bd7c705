//! Runs the command.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use hardline::client::BlockingClient;
use hardline::client_api::session::Login;
use hardline::types::Password;
use hardline::wire::{Target, UserIdentifier};
use hardline_isahc::{BlockingClock, IsahcBlocking};
use hardline_loopback::{Loopback, Message};

/// What must never be shown.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came of a command.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    #[track_caller]
    pub(crate) fn expect(self, code: i32, words: &[&str]) -> Self {
        let Self { stdout, stderr, .. } = &self;
        let shown = format!("exit code {}\n{stdout}---\n{stderr}", self.code);
        assert_eq!(self.code, code, "{shown}");
        for word in words {
            let there = stdout.contains(word) || stderr.contains(word);
            assert!(there, "{word:?} is not in: {shown}");
        }
        assert!(!shown.contains("panicked"), "{shown}");
        assert!(!shown.contains(PASSWORD), "{shown}");
        self
    }
}

/// The command with these arguments, without secrets or proxies in its environment and without a login.
pub(crate) fn hardline(arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hardline"));
    for proxy in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
        command
            .env_remove(proxy)
            .env_remove(proxy.to_ascii_uppercase());
    }
    command
        .args(arguments.split_whitespace())
        .env_remove("HARDLINE_ACCESS_TOKEN")
        .env_remove("HARDLINE_PASSWORD")
        .env_remove("HARDLINE_ACCOUNT")
        // No test opens the browser of whoever runs it.
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("BROWSER")
        .env(
            "XDG_DATA_HOME",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/nobody"),
        )
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The command, logged in as this user of a homeserver.
pub(crate) fn at(loopback: &Loopback, user: &str, arguments: &str) -> Command {
    let mut command = hardline(arguments);
    command
        .args(["--homeserver", loopback.url(), "--user", user])
        .env("HARDLINE_PASSWORD", PASSWORD);
    command
}

pub(crate) fn run(command: &mut Command) -> Ended {
    ended(command.output().unwrap())
}

/// Runs the command with this on standard input.
pub(crate) fn run_with(command: &mut Command, input: &str) -> Ended {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    tell(&mut child, input);
    ended(child.wait_with_output().unwrap())
}

/// Runs the command and, once a text is sent, gives it what is made of the code on standard input.
pub(crate) fn run_with_code(
    command: &mut Command,
    loopback: &Loopback,
    input: impl FnOnce(&str) -> String,
) -> Ended {
    run_with_message(command, loopback, "", |message| {
        input(message.token.reveal())
    })
}

/// Runs the command with this on standard input and, once a message is sent, with what is made of that.
pub(crate) fn run_with_message(
    command: &mut Command,
    loopback: &Loopback,
    before: &str,
    input: impl FnOnce(&Message) -> String,
) -> Ended {
    let messages = loopback.inbox().subscribe();
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.as_ref().unwrap();
    stdin.write_all(before.as_bytes()).unwrap();
    let message = messages
        .recv_timeout(PATIENCE)
        .expect("no message was sent");
    tell(&mut child, &input(&message));
    ended(child.wait_with_output().unwrap())
}

/// Follows the link in a mail, as a browser does.
pub(crate) fn follow(mail: &Message) {
    let page = browse("GET", mail.link.as_deref().expect("a mail has a link"), "");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
}

/// What a browser is answered.
pub(crate) fn browse(method: &str, url: &str, form: &str) -> String {
    let (authority, path) = url
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .expect("it is a URL of this machine");
    let mut connection = TcpStream::connect(authority).unwrap();
    let length = form.len();
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{form}"
    );
    connection.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}

/// A homeserver with two accounts.
pub(crate) fn homeserver() -> Loopback {
    Loopback::builder()
        .account("alice", PASSWORD)
        .account("bob", PASSWORD)
        .start()
        .unwrap()
}

/// An access token of alice's.
pub(crate) fn token(loopback: &Loopback) -> String {
    let target = Target::homeserver(loopback.url()).unwrap();
    let client = BlockingClient::new(IsahcBlocking::new().unwrap(), BlockingClock, target);
    let login = Login::password(UserIdentifier::user("alice"), Password::from(PASSWORD));
    client.call(login).unwrap().access_token.reveal().to_owned()
}

fn tell(child: &mut Child, input: &str) {
    // Dropped at the end, so that the input ends as well. A command that has failed already does not read it.
    let mut stdin = child.stdin.take().unwrap();
    let _ = stdin.write_all(input.as_bytes());
}

pub(crate) fn ended(output: Output) -> Ended {
    Ended {
        code: output.status.code().expect("ended by a signal"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
