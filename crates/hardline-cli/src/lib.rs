//! The `hardline` command: adds, lists and removes the phone numbers of a Matrix account, and runs a homeserver on this
//! machine to try that with.
//!
//! ```text
//! hardline phone add 07700900001 --country GB
//! hardline phone add 07700900001 --country GB --homeserver example.org --user alice
//! hardline phone list --homeserver example.org --user alice
//! hardline phone remove +447700900001 --homeserver example.org --user alice
//! hardline loopback
//! ```
//!
//! Results go to standard output, everything else to standard error; with `--json` each step is one JSON object on a line
//! of standard output. Secrets come from the environment (`HARDLINE_ACCESS_TOKEN`, `HARDLINE_PASSWORD`), from standard
//! input (`--access-token-stdin`, `--password-stdin`) or from the terminal, and never from an argument.
//!
//! The exit code says what kind of failure it was:
//!
//! | code | |
//! |---|---|
//! | 0 | done |
//! | 1 | something on this machine failed: an address could not be listened on, a transport not be set up |
//! | 2 | the arguments or the input were refused before anything was sent |
//! | 3 | the server declined |
//! | 4 | authentication is needed, or was refused |
//! | 5 | the server could not be reached, or did not answer in time |
//! | 6 | what answered is not a Matrix homeserver: a proxy's page, a redirect |
//! | 7 | the server does not support it |
//! | 8 | the server had too many requests |
//! | 9 | given up: the input ended, or Ctrl-C |

mod advice;
mod args;
mod exit;
mod interrupt;
mod loopback;
mod phone;
mod prompt;
mod report;
mod session;
mod transport;

use std::process::ExitCode;

use clap::Parser;

use crate::advice::Trouble;
use crate::args::{Cli, Command};
use crate::exit::Exit;
use crate::report::Report;

/// Runs the command with the arguments of the process.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refused(&error),
    };
    let report = Report::new(cli.json, cli.quiet);
    let ended = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime.block_on(dispatch(cli.command, &report)),
        Err(error) => Err(Trouble::local("the runtime could not be started", &error)),
    };
    report.rest();
    match ended {
        Ok(()) => Exit::Done.into(),
        Err(trouble) => {
            report.trouble(&trouble);
            trouble.exit.into()
        }
    }
}

async fn dispatch(command: Command, report: &Report) -> Result<(), Trouble> {
    match command {
        Command::Phone(phone) => phone::run(phone, report).await,
        Command::Loopback(options) => loopback::run(&options, report).await,
    }
}

/// Help and the version are no failure; what clap refuses is told as every other failure where JSON is asked for.
fn refused(error: &clap::Error) -> ExitCode {
    let wants_json = std::env::args_os().any(|argument| argument == "--json");
    if wants_json && error.use_stderr() {
        let text = error.render().to_string();
        // What follows the first empty line are usage and tips.
        let lines: Vec<_> = text
            .lines()
            .map(str::trim)
            .take_while(|line| !line.is_empty())
            .collect();
        let sentence = lines.join(" ");
        let sentence = sentence.strip_prefix("error: ").unwrap_or(&sentence);
        Report::new(true, false).trouble(&Trouble::usage(sentence));
    } else {
        // Nobody is left to tell where even this cannot be written.
        let _ = error.print();
    }
    if error.use_stderr() {
        Exit::Usage.into()
    } else {
        Exit::Done.into()
    }
}
