//! The `hardline` command: registers Matrix accounts and logs in to them, adds, lists and removes their phone numbers and
//! e-mail addresses, resets forgotten passwords, calls any operation of the specification by its name, and runs a test
//! homeserver on this machine.
//!
//! ```text
//! hardline phone add 07700900001 --country GB
//! hardline phone add 07700900001 --country GB --homeserver example.org --user alice
//! hardline phone list --homeserver example.org --user alice
//! hardline phone remove +447700900001 --homeserver example.org --user alice
//! hardline email add alice@example.org --homeserver example.org --user alice
//! hardline register --homeserver example.org --user alice --email alice@example.org
//! hardline password reset --homeserver example.org --email alice@example.org
//! hardline login --homeserver example.org
//! hardline login --homeserver example.org --device-code
//! hardline whoami
//! hardline account --action devices
//! hardline discover example.org
//! hardline identity lookup +447700900001 bob@example.org
//! hardline operations --json
//! hardline call cs:getTokenOwner
//! hardline call cs:login --json '{"type": "m.login.password", "identifier": {"type": "m.id.user", "user": "alice"}}'
//! hardline logout
//! hardline loopback
//! ```
//!
//! Results go to standard output, everything else to standard error; with `--json` each step is one JSON object on a line
//! of standard output. Secrets come from the environment (`HARDLINE_ACCESS_TOKEN`, `HARDLINE_PASSWORD`), from standard
//! input (`--access-token-stdin`, `--password-stdin`) or from the terminal, and never from an argument. `login` saves its
//! tokens in a file that only the user can read (`--session`; otherwise `hardline/session.json` below
//! `XDG_DATA_HOME`). Commands without `--homeserver` use it, several at once too. A file that others can read is refused.
//!
//! A server may have its users log in on pages of its own, by OAuth 2.0: in a browser that comes back to this machine
//! (`--oauth`), or with a code on any device (`--device-code`). `login` finds out which the server wants.
//!
//! The exit code says what kind of failure it was:
//!
//! | code | |
//! |---|---|
//! | 0 | done |
//! | 1 | something on this machine failed, such as listening on an address or setting up a transport |
//! | 2 | the arguments or the input were refused before anything was sent |
//! | 3 | the server declined |
//! | 4 | authentication is needed, or was refused |
//! | 5 | the server could not be reached, or did not respond in time |
//! | 6 | the response was not from a Matrix homeserver: a proxy's page, a redirect |
//! | 7 | the server does not support it |
//! | 8 | the server received too many requests |
//! | 9 | given up: the input ended, or Ctrl-C |

mod account;
mod account_page;
mod args;
mod browser;
mod call;
mod cli_error;
mod connected;
mod conversation;
mod discover;
mod doing;
mod email;
mod exit;
mod explain;
mod identity;
mod international;
mod interrupt;
mod log_in;
mod loopback;
mod oauth_login;
mod offers;
mod operations;
mod password;
mod password_login;
mod phone;
mod printable;
mod prompt;
mod qr_code;
mod random;
mod redirect_listener;
mod register;
mod report;
mod secrets;
mod server_words;
mod session;
mod session_file;
mod session_lock;
mod session_store;
mod sign_on;
mod step;
mod temporary_homeserver;
mod transport;
mod uia_capabilities;
mod user_password;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command, PasswordCommand};
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::report::Report;

/// Runs the command with the arguments of the process.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refused(&error),
    };
    let output = cli.output();
    let report = Report::new(output.json, output.quiet);
    let ended = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => {
            let ended = runtime.block_on(dispatch(cli.command, &report));
            // A name that is still being looked up, for a request that nobody waits for, must not keep the user.
            runtime.shutdown_background();
            ended
        }
        Err(error) => Err(CliError::local("could not start the runtime", &error)),
    };
    report.rest();
    match ended {
        Ok(()) => Exit::Done.into(),
        Err(error) => {
            report.error(&error);
            error.exit.into()
        }
    }
}

async fn dispatch(command: Command, report: &Report) -> Result<(), CliError> {
    match command {
        Command::Discover(discover) => discover::run(&discover, report).await,
        Command::Identity(identity) => identity::run(&identity, report).await,
        Command::Login(login) => log_in::run(&login, report).await,
        Command::Account(page) => account_page::run(&page, report).await,
        Command::Logout(logout) => account::log_out(&logout, report).await,
        Command::Whoami(whoami) => account::whoami(&whoami, report).await,
        Command::Call(call) => call::run(&call, report).await,
        Command::Operations(_) => {
            operations::run(report);
            Ok(())
        }
        Command::Register(options) => register::run(&options, report).await,
        Command::Password(PasswordCommand::Reset(options)) => {
            password::reset(&options, report).await
        }
        Command::Phone(phone) => phone::run(phone, report).await,
        Command::Email(email) => email::run(&email, report).await,
        Command::Loopback(options) => loopback::run(&options, report).await,
    }
}

/// Help and the version are not failures. What clap refuses is reported as JSON like every other failure, if JSON was asked for.
fn refused(error: &clap::Error) -> ExitCode {
    // After `call`, `--json` introduces the arguments.
    let wants_json = std::env::args_os()
        .take_while(|argument| argument != "call")
        .any(|argument| argument == "--json");
    if wants_json && error.use_stderr() {
        let text = error.render().to_string();
        // Usage and tips follow the first empty line.
        let lines: Vec<_> = text
            .lines()
            .map(str::trim)
            .take_while(|line| !line.is_empty())
            .collect();
        let sentence = lines.join(" ");
        let sentence = sentence.strip_prefix("error: ").unwrap_or(&sentence);
        Report::new(true, false).error(&CliError::usage(sentence));
    } else {
        // If even this cannot be written, there is nobody to report it to.
        let _ = error.print();
    }
    if error.use_stderr() {
        Exit::Usage.into()
    } else {
        Exit::Done.into()
    }
}
