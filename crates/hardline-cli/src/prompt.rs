use std::io::{self, BufRead, IsTerminal, Read, Write};

use hardline::types::Password;
use tokio::sync::oneshot;

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
}

impl<'r> Prompt<'r> {
    pub(crate) fn new(report: &'r Report, interrupt: Interrupt) -> Self {
        Self {
            report,
            interrupt,
            is_terminal: io::stdin().is_terminal(),
        }
    }

    /// Whether there is a user to ask.
    pub(crate) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// The next line, or `None` at the end of input. The question is shown at a terminal.
    pub(crate) async fn line(&self, question: &str) -> Result<Option<String>, CliError> {
        self.report.rest();
        if self.is_terminal {
            let mut err = anstream::stderr().lock();
            // Where it cannot be shown, the answer may still come.
            let _ = write!(err, "{}", printable(question)).and_then(|()| err.flush());
        }
        let (sender, line) = oneshot::channel();
        // On a thread, because reading cannot be interrupted and Ctrl-C has to work. It ends with the line or the process.
        std::thread::Builder::new()
            .name("stdin".to_owned())
            .spawn(move || drop(sender.send(read_line())))
            .map_err(|error| CliError::local("could not read standard input", &error))?;
        let ended = tokio::select! {
            () = self.interrupt.pressed() => Err(interrupted()),
            line = line => match line {
                Ok(Ok(line)) => Ok(line),
                Ok(Err(error)) => Err(CliError::local("could not read standard input", &error)),
                Err(_) => Ok(None),
            },
        };
        if self.is_terminal && !matches!(ended, Ok(Some(_))) {
            // Nobody pressed enter, so the question's line is still open.
            let _ = writeln!(anstream::stderr());
        }
        ended
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

pub(crate) fn interrupted() -> CliError {
    CliError::given_up("given up", "Ctrl-C was pressed")
}

/// Without the line break at its end; spaces may belong to a password.
fn read_line() -> io::Result<Option<String>> {
    let mut line = String::new();
    if io::stdin().lock().take(LONGEST_LINE).read_line(&mut line)? == 0 {
        return Ok(None);
    }
    while line.ends_with(['\n', '\r']) {
        line.pop();
    }
    Ok(Some(line))
}
