use std::error::Error as StdError;

use crate::exit::Exit;
use crate::printable::printable;

/// Why the command failed, and what to do about it.
#[derive(Debug)]
pub(crate) struct CliError {
    pub(crate) exit: Exit,
    what: String,
    pub(crate) errcode: Option<String>,
    /// The server's own message, where `what` does not contain it.
    pub(crate) server_message: Option<String>,
    advice: String,
}

impl CliError {
    pub(crate) fn new(exit: Exit, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            exit,
            what: what.into(),
            errcode: None,
            server_message: None,
            advice: advice.into(),
        }
    }

    /// Refused before anything was sent.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what, "")
    }

    /// Something on this machine failed.
    pub(crate) fn local(what: &str, error: &dyn StdError) -> Self {
        Self::new(Exit::Local, what, error.to_string())
    }

    /// The user does not want to go on, or is not there.
    pub(crate) fn given_up(what: &str, advice: &str) -> Self {
        Self::new(Exit::GivenUp, what, advice)
    }

    /// The same with something else that the user can do.
    pub(crate) fn or(mut self, advice: &str) -> Self {
        if self.advice.is_empty() {
            self.advice = advice.to_owned();
        } else {
            self.advice = format!("{}; {advice}", self.advice);
        }
        self
    }

    /// The same after something that was done all the same.
    pub(crate) fn after(mut self, what: &str) -> Self {
        self.what = format!("{what}: {}", self.what);
        self
    }

    /// The same, for a server that gave this errcode.
    pub(crate) fn with_errcode(mut self, errcode: Option<String>) -> Self {
        self.errcode = errcode;
        self
    }

    /// All of it in one sentence.
    pub(crate) fn sentence(&self) -> String {
        let mut sentence = printable(&self.what);
        if let Some(errcode) = &self.errcode {
            sentence = format!("{sentence} ({errcode})");
        }
        if !self.advice.is_empty() {
            sentence = format!("{sentence}: {}", printable(&self.advice));
        }
        sentence
    }
}
