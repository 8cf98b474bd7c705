//! A command that runs while the test plays the user.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A command with `--json`. It ends however the test ends.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
    stdin: Option<ChildStdin>,
    /// All that it said.
    pub(crate) said: String,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        Self {
            stdin: child.stdin.take(),
            lines: lines(stdout),
            child,
            said: String::new(),
        }
    }

    /// The next step, which has to be this one.
    #[track_caller]
    pub(crate) fn step(&mut self, name: &str) -> Value {
        let step: Value = serde_json::from_str(&self.line(name)).unwrap();
        assert_eq!(step["step"], name, "{step}");
        step
    }

    /// The next line, which is expected to be this.
    #[track_caller]
    pub(crate) fn line(&mut self, name: &str) -> String {
        let line = match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(error) => {
                let _ = self.child.kill();
                panic!("no {name} came: {error}; stderr: {}", self.stderr())
            }
        };
        self.said += &format!("{line}\n");
        line
    }

    /// Fails if there is a step before the time has passed.
    #[track_caller]
    pub(crate) fn says_nothing_for(&self, time: Duration) {
        let early = self.lines.recv_timeout(time);
        assert_eq!(early, Err(RecvTimeoutError::Timeout));
    }

    /// Types a line.
    pub(crate) fn type_line(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// Ends the input.
    pub(crate) fn end_input(&mut self) {
        self.stdin = None;
    }

    /// Presses Ctrl-C.
    #[cfg(unix)]
    pub(crate) fn interrupt(&self) {
        let id = self.child.id().to_string();
        let killed = Command::new("kill").args(["-INT", &id]).status().unwrap();
        assert!(killed.success());
    }

    /// The exit code, once there is no further step.
    #[track_caller]
    pub(crate) fn end(&mut self) -> i32 {
        let further = self.lines.recv_timeout(PATIENCE);
        assert_eq!(further, Err(RecvTimeoutError::Disconnected));
        let code = self.status().code();
        code.expect("ended by a signal")
    }

    /// The signal that it ends by, once there is no further step.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn end_by_signal(&mut self) -> i32 {
        use std::os::unix::process::ExitStatusExt;
        let further = self.lines.recv_timeout(PATIENCE);
        assert_eq!(further, Err(RecvTimeoutError::Disconnected));
        let status = self.status();
        status.signal().expect("ended by itself")
    }

    fn status(&mut self) -> ExitStatus {
        let status = self.child.wait().unwrap();
        let stderr = self.stderr();
        self.said += &stderr;
        assert!(!self.said.contains("panicked"), "{}", self.said);
        status
    }

    /// What a command that has ended said besides.
    fn stderr(&mut self) -> String {
        let mut text = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            stderr.read_to_string(&mut text).unwrap();
        }
        text
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Read on a thread, so that a test fails rather than waits for ever.
fn lines(stdout: ChildStdout) -> Receiver<String> {
    let (sender, lines) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            if line.is_ok_and(|line| sender.send(line).is_err()) {
                return;
            }
        }
    });
    lines
}
