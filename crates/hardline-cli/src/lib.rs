//! The `hardline` command: registers Matrix accounts and logs in to them, adds, lists and removes their phone numbers and
//! e-mail addresses, resets forgotten passwords, creates, joins and lists rooms, calls any operation of the specification by its name, and runs a test
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
//! hardline rooms
//! hardline room create --name Tea --alias tea --public
//! hardline room join '#tea:example.org'
//! hardline send '#tea:example.org' 'hello, world'
//! hardline send '#tea:example.org' --file cat.png
//! hardline tail '#tea:example.org'
//! hardline media get mxc://example.org/abc -o cat.png
//! hardline discover example.org
//! hardline identity lookup +447700900001 bob@example.org
//! hardline operations login --json
//! hardline call cs:getTokenOwner
//! hardline call cs:login --help
//! hardline call cs:login type=m.login.password identifier='{"type": "m.id.user", "user": "alice"}'
//! hardline resume
//! hardline login --account work --homeserver example.org
//! hardline accounts
//! hardline logout
//! hardline loopback
//! hardline completions zsh
//! hardline man ~/.local/share/man/man1
//! ```
//!
//! Results go to standard output, everything else to standard error; with `--json` each step is one JSON object on a line
//! of standard output. Secrets come from the environment (`HARDLINE_ACCESS_TOKEN`, `HARDLINE_PASSWORD`), from standard
//! input (`--access-token-stdin`, `--password-stdin`) or from the terminal, and never from an argument. `login` saves its
//! tokens in a file that only the user can read (`--session`; otherwise `hardline/session.json` below
//! `XDG_DATA_HOME`). Commands without `--homeserver` use it, several at once too. A file that others can read is refused.
//! `--account` keeps and uses several.
//!
//! A command that ends while a message is on its way saves what it was about beside the session, and `resume` goes on with
//! it: no other message is sent. What is saved holds what that needs, such as the password of an account that is being
//! registered, and is deleted once it is done.
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
//! | 9 | given up: the input ended, or you did not want to go on |
//! | 130 | Ctrl-C: the command ends by the signal itself (SIGINT) |
//! | 143 | told to end: the command ends by the signal itself (SIGTERM) |

mod account;
mod account_page;
mod accounts;
mod any_transport;
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
mod fields;
mod identity;
mod international;
mod interrupt;
mod left;
mod log_in;
mod logins;
mod loopback;
mod media;
mod media_type;
mod network;
mod oauth_login;
mod offers;
mod operation_help;
mod operations;
mod outbox;
mod password;
mod password_login;
mod phone;
mod printable;
mod private_file;
mod prompt;
mod qr_code;
mod random;
mod redirect_listener;
mod register;
mod report;
mod resume;
mod room;
mod room_address;
mod room_step;
mod rooms;
mod secret;
mod secrets;
mod seen;
mod send;
mod sending;
mod server_words;
mod session;
mod session_file;
mod session_lock;
mod session_store;
mod sign_on;
mod step;
mod streaming;
mod tail;
mod temporary_homeserver;
mod terminal;
mod timeline;
mod tools;
mod transport;
mod uia_capabilities;
mod user_password;
mod wire_view;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use hardline::by_name::{NamedOperation, Operations};

use crate::args::{Cli, Command, OutputOptions, PasswordCommand};
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::interrupt::Signal;
use crate::report::Report;

/// Runs the command with the arguments of the process.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refused(&error),
    };
    let report = Report::new(cli.output);
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
    let written = report.end();
    let ended = ended.and(written);
    if let Err(error) = &ended {
        report.error(error);
    }
    if let Some(signal) = Signal::received() {
        signal.end_process();
    }
    let Err(error) = ended else {
        return Exit::Done.into();
    };
    error.exit.into()
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
        Command::Operations(list) => operations::run(&list, report),
        Command::Resume(options) => resume::run(&options, report).await,
        Command::Accounts => accounts::run(report),
        Command::Completions(options) => {
            tools::completions(&options, report);
            Ok(())
        }
        Command::Man(options) => tools::manual(&options, report),
        Command::Register(options) => register::run(&options, report).await,
        Command::Password(PasswordCommand::Reset(options)) => {
            password::reset(&options, report).await
        }
        Command::Phone(phone) => phone::run(phone, report).await,
        Command::Email(email) => email::run(&email, report).await,
        Command::Rooms(list) => rooms::run(&list, report).await,
        Command::Room(room) => room::run(&room, report).await,
        Command::Send(options) => send::run(&options, report).await,
        Command::Media(media) => media::run(&media, report).await,
        Command::Tail(options) => tail::run(&options, report).await,
        Command::Loopback(options) => loopback::run(&options, report).await,
    }
}

/// Help and the version are not failures. What clap refuses is reported as JSON like every other failure, if JSON was asked for.
fn refused(error: &clap::Error) -> ExitCode {
    let json = std::env::args_os().any(|argument| argument == "--json");
    let report = Report::new(OutputOptions {
        json: json && error.use_stderr(),
        ..OutputOptions::default()
    });
    if json && error.use_stderr() {
        let text = error.render().to_string();
        // Usage and tips follow the first empty line.
        let lines: Vec<_> = text
            .lines()
            .map(str::trim)
            .take_while(|line| !line.is_empty())
            .collect();
        let sentence = lines.join(" ");
        let sentence = sentence.strip_prefix("error: ").unwrap_or(&sentence);
        report.error(&CliError::usage(sentence));
    } else {
        if let Some(operation) = asked_about(error) {
            report.text(&format!("{}\n", operation_help::help(operation)));
        }
        report.help(error);
    }
    match report.end() {
        Err(unwritten) if !error.use_stderr() => {
            report.error(&unwritten);
            unwritten.exit.into()
        }
        _ if error.use_stderr() => Exit::Usage.into(),
        _ => Exit::Done.into(),
    }
}

/// The operation that help is asked about: that of `call` is about all of them.
fn asked_about(error: &clap::Error) -> Option<&'static NamedOperation> {
    if error.kind() != ErrorKind::DisplayHelp {
        return None;
    }
    let mut arguments = std::env::args().skip_while(|argument| argument != "call");
    arguments.find_map(|argument| Operations::all().find(&argument).ok())
}
