use std::fmt::Write as _;
use std::process::ExitCode;

/// How the command ended. The meanings of the exit codes are here and nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    Done = 0,
    Local = 1,
    Usage = 2,
    Declined = 3,
    Authentication = 4,
    Unreachable = 5,
    NotMatrix = 6,
    Unsupported = 7,
    RateLimited = 8,
    GivenUp = 9,
    Interrupted = 130,
    Terminated = 143,
}

impl Exit {
    const ALL: [Self; 12] = [
        Self::Done,
        Self::Local,
        Self::Usage,
        Self::Declined,
        Self::Authentication,
        Self::Unreachable,
        Self::NotMatrix,
        Self::Unsupported,
        Self::RateLimited,
        Self::GivenUp,
        Self::Interrupted,
        Self::Terminated,
    ];

    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Local => {
                "something on this machine failed, such as listening on an address or setting up a transport"
            }
            Self::Usage => "the arguments or the input were refused before anything was sent",
            Self::Declined => "the server declined",
            Self::Authentication => "authentication is needed, or was refused",
            Self::Unreachable => "the server could not be reached, or did not respond in time",
            Self::NotMatrix => {
                "the response was not from a Matrix homeserver: a proxy's page, a redirect"
            }
            Self::Unsupported => "the server does not support it",
            Self::RateLimited => "the server received too many requests",
            Self::GivenUp => "given up: the input ended, or you did not want to go on",
            Self::Interrupted => "Ctrl-C: the command ends by the signal itself (SIGINT)",
            Self::Terminated => "told to end: the command ends by the signal itself (SIGTERM)",
        }
    }

    /// The table of all of them, for the help.
    pub(crate) fn table() -> String {
        let mut table = "Exit codes:".to_owned();
        for exit in Self::ALL {
            // Writing to a string does not fail.
            let _ = write!(table, "\n{:>5}  {}", exit.code(), exit.meaning());
        }
        table
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_has_the_same_table() {
        for exit in Exit::ALL {
            let row = format!("//! | {} | {} |", exit.code(), exit.meaning());
            assert!(include_str!("lib.rs").contains(&row), "{row}");
        }
    }
}
