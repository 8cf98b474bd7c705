//! What happens at a terminal.
#![cfg(unix)]

use std::io::{ErrorKind, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use hardline_loopback::Loopback;
use pty_process::blocking::{Command, Pty, open};
use rustix::termios::{LocalModes, tcgetattr};

use crate::account::{data, log_in, session_file};
use crate::run::{PASSWORD, hardline, homeserver, run};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

const CTRL_C: &str = "\u{3}";
const CTRL_D: &str = "\u{4}";

/// A terminal that the command runs at.
struct Terminal {
    pty: Pty,
    child: Child,
    shown: Receiver<String>,
    /// What it has shown since something was typed.
    new: String,
}

impl Terminal {
    fn start(arguments: &str, loopback: &Loopback, data: &Path) -> Self {
        let (pty, pts) = open().unwrap();
        let like = hardline(arguments);
        let mut command = Command::new(like.get_program()).args(like.get_args());
        for (name, value) in like.get_envs() {
            command = match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if !arguments.starts_with("phone") {
            command = command.args(["--homeserver", loopback.url()]);
        }
        let child = command.env("XDG_DATA_HOME", data).spawn(pts).unwrap();
        let mut read = std::fs::File::from(rustix::io::dup(&pty).unwrap());
        let (sender, shown) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            loop {
                let length = match read.read(&mut bytes) {
                    Ok(length) if length > 0 => length,
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    // On Linux that is how it is told that nobody has the terminal open any more.
                    _ => return,
                };
                let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
                if sender.send(text).is_err() {
                    return;
                }
            }
        });
        Self {
            pty,
            child,
            shown,
            new: String::new(),
        }
    }

    /// Waits until it shows this.
    #[track_caller]
    fn expect(&mut self, text: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.new.contains(text) {
            let left = end.saturating_duration_since(Instant::now());
            match self.shown.recv_timeout(left) {
                Ok(shown) => self.new += &shown,
                Err(error) => panic!("{text:?} did not come: {error}: {:?}", self.new),
            }
        }
    }

    fn type_text(&mut self, text: &str) {
        self.new.clear();
        self.pty.write_all(text.as_bytes()).unwrap();
    }

    /// Whether it shows what is typed.
    fn echoes(&self) -> bool {
        let modes = tcgetattr(&self.pty).unwrap().local_modes;
        modes.contains(LocalModes::ECHO)
    }

    #[track_caller]
    fn end(&mut self) -> ExitStatus {
        let status = self.child.wait().unwrap();
        assert!(self.echoes(), "the terminal hides what is typed");
        while let Ok(shown) = self.shown.recv_timeout(Duration::from_secs(1)) {
            self.new += &shown;
        }
        status
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn ctrl_c_ends_the_command_by_its_signal_and_the_terminal_echoes_again() {
    let (loopback, data) = (homeserver(), data("ctrl_c"));
    let mut login = Terminal::start("login --user alice", &loopback, &data);
    login.expect("password of alice: ");
    assert!(!login.echoes());
    login.type_text(CTRL_C);
    let status = login.end();
    assert_eq!(status.signal(), Some(2), "SIGINT: {status}");
    assert!(login.new.contains("Ctrl-C was pressed"), "{:?}", login.new);

    let mut login = Terminal::start("login", &loopback, &data);
    login.expect("user: ");
    login.type_text(CTRL_C);
    assert_eq!(login.end().signal(), Some(2));

    log_in(&loopback, &data);
    let mut add = Terminal::start("phone add +447700900001", &loopback, &data);
    add.expect("code in the text message");
    add.type_text(CTRL_C);
    assert_eq!(add.end().signal(), Some(2));
    assert!(add.new.contains("hardline resume"), "{:?}", add.new);
}

#[test]
fn other_signals_end_it_too_and_the_terminal_echoes_again() {
    let (loopback, data) = (homeserver(), data("signals"));
    for (name, number) in [("-TERM", 15), ("-QUIT", 3)] {
        let mut login = Terminal::start("login --user alice", &loopback, &data);
        login.expect("password of alice: ");
        let id = login.child.id().to_string();
        let mut kill = std::process::Command::new("kill");
        assert!(kill.args([name, &id]).status().unwrap().success());
        let status = login.end();
        assert_eq!(status.signal(), Some(number), "{status}");
    }
}

#[test]
fn a_shells_loop_ends_with_the_command() {
    let (loopback, data) = (homeserver(), data("loop"));
    // A shell that learns of the command's death before it learns of Ctrl-C goes on, whatever the command died of. On a
    // busy machine that happens now and then, and not twenty times in a row.
    let ends = (0..20).any(|_| shells_loop_ends(&loopback, &data));
    assert!(ends, "the loop goes on");
}

/// Whether Ctrl-C at a prompt of the command ends the loop that it runs in.
fn shells_loop_ends(loopback: &Loopback, data: &Path) -> bool {
    let (mut pty, pts) = open().unwrap();
    let script = format!(
        "for i in 1 2 3; do \"$0\" login --user alice --homeserver {}; echo went-on; done; echo after",
        loopback.url()
    );
    let like = hardline("");
    let command = Command::new("bash").args(["-c", &script]);
    let command = command.arg(like.get_program()).env("XDG_DATA_HOME", data);
    let mut shell = command.spawn(pts).unwrap();
    let mut bytes = [0; 4096];
    let mut prompts = 0;
    let mut shown = String::new();
    // Where it goes on, the next prompt is left too, so that nothing is left behind.
    while let Ok(length @ 1..) = pty.read(&mut bytes) {
        shown += &String::from_utf8_lossy(&bytes[..length]);
        if shown.matches("password of alice: ").count() > prompts {
            prompts += 1;
            pty.write_all(CTRL_C.as_bytes()).unwrap();
        }
    }
    let status = shell.wait().unwrap();
    status.signal() == Some(2) && !shown.contains("went-on")
}

#[test]
fn the_end_of_the_input_has_one_exit_code_at_every_prompt() {
    let (loopback, data) = (homeserver(), data("ends_of_input"));
    for (arguments, prompt) in [
        ("login", "user: "),
        ("login --user alice", "password of alice: "),
        ("register --user carol", "new password for carol: "),
        (
            "password reset --email alice@example.net",
            "new password for",
        ),
    ] {
        let mut command = Terminal::start(arguments, &loopback, &data);
        command.expect(prompt);
        command.type_text(CTRL_D);
        let status = command.end();
        assert_eq!(status.code(), Some(9), "{arguments}: {:?}", command.new);
    }
}

#[test]
fn a_new_password_is_typed_twice() {
    let (loopback, data) = (homeserver(), data("typed_twice"));
    let mut register = Terminal::start("register --user carol", &loopback, &data);
    for again in ["something else", PASSWORD] {
        register.expect("new password for carol: ");
        register.type_text(&format!("{PASSWORD}\n"));
        register.expect("the same again: ");
        register.type_text(&format!("{again}\n"));
        if again != PASSWORD {
            register.expect("not the same");
        }
    }
    register.expect("registered @carol:");
    assert_eq!(register.end().code(), Some(0));
    assert!(!register.new.contains(PASSWORD));
    assert!(session_file(&data).exists());
    let mut again = hardline("login --user carol --password-stdin --session");
    again.arg(data.join("again.json"));
    again.args(["--homeserver", loopback.url()]);
    crate::run::run_with(&mut again, &format!("{PASSWORD}\n")).expect(0, &["logged in as"]);
}

#[test]
fn a_number_is_added_with_one_text() {
    let (loopback, data) = (homeserver(), data("at_terminal"));
    log_in(&loopback, &data);
    let messages = loopback.inbox().subscribe();
    let mut add = Terminal::start("phone add 07700900001 -c gb", &loopback, &data);
    let message = messages.recv_timeout(PATIENCE).unwrap();
    add.expect("code in the text message");
    add.type_text(&format!("{}\n", message.token.reveal()));
    add.expect("password of @alice:");
    assert!(!add.echoes());
    add.type_text(&format!("{PASSWORD}\n"));
    add.expect("+447700900001 now belongs to");
    assert_eq!(add.end().code(), Some(0));
    assert_eq!(
        messages.recv_timeout(Duration::from_secs(1)).err(),
        Some(RecvTimeoutError::Timeout)
    );
    let mut list = hardline("phone list");
    run(list.env("XDG_DATA_HOME", &data)).expect(0, &["+447700900001"]);
}
