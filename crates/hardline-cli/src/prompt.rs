use std::cell::Cell;
use std::io::{self, BufRead, IsTerminal, Read, Write};

use hardline::types::Password;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::cli_error::CliError;
use crate::interrupt::{Interrupt, interrupted};
use crate::printable::{printable, without_mark};
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
        self.ask(question);
        let mut open_line = OpenLine(self.is_terminal);
        let line = self.next().await?;
        open_line.0 &= line.is_none();
        Ok(line)
    }

    fn ask(&self, question: &str) {
        self.report.rest();
        if self.is_terminal {
            let mut err = anstream::stderr().lock();
            // Where it cannot be shown, the answer may still come.
            let _ = write!(err, "{}", printable(question)).and_then(|()| err.flush());
        }
    }

    async fn next(&self) -> Result<Option<String>, CliError> {
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
        let line = tokio::select! {
            () = self.interrupt.pressed() => return Err(interrupted()),
            line = lines.recv() => line.unwrap_or(Ok(None)).map_err(failed)?,
        };
        self.is_reading.set(false);
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
        let typed = if self.is_terminal {
            self.hidden_line(question).await?
        } else {
            self.line(question).await?
        };
        Ok(typed.map(Password::from))
    }

    /// A password that is to be another: at a terminal it is typed twice, since nobody sees what they type.
    pub(crate) async fn new_password(&self, question: &str) -> Result<Option<Password>, CliError> {
        loop {
            let Some(password) = self.password(question).await? else {
                return Ok(None);
            };
            if !self.is_terminal {
                return Ok(Some(password));
            }
            if password.reveal().is_empty() {
                self.report.warning("it is empty, so choose another");
                continue;
            }
            match self.password("the same again: ").await? {
                None => return Ok(None),
                Some(again) if again == password => return Ok(Some(password)),
                Some(_) => self.report.warning("that was not the same, so once more"),
            }
        }
    }

    #[cfg(unix)]
    async fn hidden_line(&self, question: &str) -> Result<Option<String>, CliError> {
        let failed = |error| CliError::local("could not read the password", &error);
        let hidden = crate::terminal::hide().map_err(failed)?;
        self.ask(question);
        let mut open_line = OpenLine(true);
        let line = self.next().await;
        drop(hidden);
        open_line.0 &= !matches!(line, Ok(Some(_)));
        line
    }

    #[cfg(not(unix))]
    async fn hidden_line(&self, question: &str) -> Result<Option<String>, CliError> {
        self.report.rest();
        match rpassword::prompt_password(printable(question)) {
            Ok(password) => Ok(Some(password)),
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

/// Without the line break at its end; spaces may belong to a password. Some programs begin a text with a mark of its order
/// of bytes, which belongs to nothing.
fn read_line() -> Line {
    let mut line = String::new();
    if io::stdin().lock().take(LONGEST_LINE).read_line(&mut line)? == 0 {
        return Ok(None);
    }
    while line.ends_with(['\n', '\r']) {
        line.pop();
    }
    Ok(Some(without_mark(&line).to_owned()))
}
