use std::cell::Cell;
use std::io::{self, BufRead, IsTerminal, Read, Write};

use hardline::types::Password;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::cli_error::CliError;
use crate::interrupt::Interrupt;
use crate::printable::printable;
use crate::report::Report;

/// No line that is asked for is longer.
const LONGEST_LINE: u64 = 16 * 1024;

/// Asks the user at a terminal, or reads the lines of standard input.
///
/// Nothing is under way while it asks, so no deadline of the protocol passes meanwhile.
pub(crate) struct Prompt<'r> {
    report: &'r Report,
    interrupt: Interrupt,
    is_terminal: bool,
    sender: UnboundedSender<Line>,
    lines: Mutex<UnboundedReceiver<Line>>,
    /// A line is being read, for this question or for one that was dropped.
    is_reading: Cell<bool>,
}

/// The next line; `None` at the end of input.
type Line = io::Result<Option<String>>;

impl<'r> Prompt<'r> {
    pub(crate) fn new(report: &'r Report, interrupt: Interrupt) -> Self {
        let (sender, lines) = unbounded_channel();
        Self {
            report,
            interrupt,
            is_terminal: io::stdin().is_terminal(),
            sender,
            lines: Mutex::new(lines),
            is_reading: Cell::new(false),
        }
    }

    /// Whether there is a user to ask.
    pub(crate) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// The next line, or `None` at the end of input. The question is shown at a terminal. Where something else answers the
    /// question first, this may be dropped: the line is then the answer to the next.
    pub(crate) async fn line(&self, question: &str) -> Result<Option<String>, CliError> {
        self.report.rest();
        if self.is_terminal {
            let mut err = anstream::stderr().lock();
            // Where it cannot be shown, the answer may still come.
            let _ = write!(err, "{}", printable(question)).and_then(|()| err.flush());
        }
        let failed = |error| CliError::local("could not read standard input", &error);
        if !self.is_reading.replace(true) {
            let sender = self.sender.clone();
            // On a thread, because reading cannot be interrupted and Ctrl-C has to work. It ends with the line or the process.
            std::thread::Builder::new()
                .name("stdin".to_owned())
                .spawn(move || drop(sender.send(read_line())))
                .map_err(failed)?;
        }
        let mut lines = self.lines.lock().await;
        let mut open_line = OpenLine(self.is_terminal);
        let line = tokio::select! {
            () = self.interrupt.pressed() => return Err(interrupted()),
            line = lines.recv() => line.unwrap_or(Ok(None)).map_err(failed)?,
        };
        self.is_reading.set(false);
        open_line.0 &= line.is_none();
        Ok(line)
    }

    /// Why the command fails if it needs a line and there is none.
    pub(crate) fn ended(&self, what: &str, advice: &str) -> CliError {
        if self.is_terminal {
            return CliError::given_up("given up", "the input ended");
        }
        CliError::given_up(&format!("no {what} came on standard input"), advice)
    }

    /// A password: typed without being shown, or the next line. `None` at the end of input.
    pub(crate) async fn password(&self, question: &str) -> Result<Option<Password>, CliError> {
        if !self.is_terminal {
            return Ok(self.line(question).await?.map(Password::from));
        }
        self.report.rest();
        match rpassword::prompt_password(printable(question)) {
            Ok(password) => Ok(Some(Password::from(password))),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(interrupted()),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(CliError::local("could not read the password", &error)),
        }
    }
}

/// The line with a question, which nobody has ended by pressing enter.
struct OpenLine(bool);

impl Drop for OpenLine {
    fn drop(&mut self) {
        if self.0 {
            let _ = writeln!(anstream::stderr());
        }
    }
}

pub(crate) fn interrupted() -> CliError {
    CliError::given_up("given up", "Ctrl-C was pressed")
}

/// Without the line break at its end; spaces may belong to a password.
fn read_line() -> Line {
    let mut line = String::new();
    if io::stdin().lock().take(LONGEST_LINE).read_line(&mut line)? == 0 {
        return Ok(None);
    }
    while line.ends_with(['\n', '\r']) {
        line.pop();
    }
    Ok(Some(line))
}
