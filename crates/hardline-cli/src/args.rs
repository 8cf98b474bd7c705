use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use hardline::flow::RetryPolicy;
use hardline::types::{CountryCode, ServerName};
use hardline::wire::BaseUrl;

use crate::exit::Exit;
use crate::transport::Choice;

/// Talks to Matrix homeservers about the phone numbers of an account.
#[derive(Debug, Parser)]
#[command(name = "hardline", version, after_help = Exit::table())]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Print each step as one JSON object on a line of standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Print the result and errors only
    #[arg(long, short, global = true, conflicts_with = "json")]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add, list and remove the phone numbers of an account
    #[command(subcommand)]
    Phone(Phone),

    /// Run a homeserver on this machine that shows the texts it would send
    #[command(after_help = "It runs until Ctrl-C, and forgets everything then.")]
    Loopback(LoopbackOptions),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Phone {
    /// Add a phone number to an account, with the code of a text message
    ///
    /// Without --homeserver this is a try-out: a throw-away homeserver is started on this machine, an account is
    /// registered there, and the text message is shown instead of sent. The number is real to that homeserver only, and
    /// everything is gone when the command ends.
    ///
    /// With --homeserver the code is asked for at a terminal (an empty line asks for another text), and elsewhere read
    /// from standard input, one line for each try. A password that the server wants beyond that is read in the same way.
    #[command(after_help = with_secrets())]
    Add(Add),

    /// List the phone numbers and e-mail addresses of an account
    #[command(after_help = with_secrets())]
    List(List),

    /// Remove a phone number or e-mail address from an account
    #[command(after_help = with_secrets())]
    Remove(Remove),
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The number, as people of that country write it or in its international form
    #[arg(value_name = "NUMBER", value_parser = non_blank)]
    pub(crate) number: String,

    /// The country whose dialling rules the number follows: the two letters of ISO 3166-1, in upper case
    #[arg(long, short, value_name = "CC")]
    pub(crate) country: CountryCode,

    /// The account's homeserver: its name (example.org) or its URL (https://matrix.example.org)
    #[arg(long, short = 's', value_name = "URL")]
    pub(crate) homeserver: Option<Address>,

    #[command(flatten)]
    pub(crate) login: LoginOptions,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) homeserver: RequiredHomeserver,

    #[command(flatten)]
    pub(crate) login: LoginOptions,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The phone number in its international form, or the e-mail address
    #[arg(value_name = "NUMBER_OR_ADDRESS", value_parser = non_blank)]
    pub(crate) address: String,

    #[command(flatten)]
    pub(crate) homeserver: RequiredHomeserver,

    #[command(flatten)]
    pub(crate) login: LoginOptions,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,
}

/// A throw-away account has nothing to list or to remove, so these need a real one.
#[derive(Debug, Args)]
pub(crate) struct RequiredHomeserver {
    /// The account's homeserver: its name (example.org) or its URL (https://matrix.example.org)
    #[arg(long, short = 's', value_name = "URL")]
    pub(crate) homeserver: Address,
}

#[derive(Debug, Args)]
pub(crate) struct LoginOptions {
    /// The account: alice, or @alice:example.org. Not needed with an access token
    #[arg(long, short, value_name = "USER", requires = "homeserver", value_parser = non_blank)]
    pub(crate) user: Option<String>,

    /// Read the password from the first line of standard input
    #[arg(long, requires = "homeserver", conflicts_with = "access_token_stdin")]
    pub(crate) password_stdin: bool,

    /// Read an access token from the first line of standard input
    #[arg(long, requires = "homeserver")]
    pub(crate) access_token_stdin: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct NetworkOptions {
    /// What carries the requests
    #[arg(long, value_enum, default_value_t)]
    pub(crate) transport: Choice,

    /// How long to wait for each answer [default: 60]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: Option<u64>,

    /// How often to try again what brought no answer, where that is safe [default: 3]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=100))]
    retries: Option<u32>,
}

impl NetworkOptions {
    pub(crate) fn policy(&self) -> RetryPolicy {
        let mut policy = RetryPolicy::default();
        if let Some(seconds) = self.timeout {
            policy.timeout = Duration::from_secs(seconds);
        }
        if let Some(retries) = self.retries {
            policy.attempts = retries + 1;
        }
        policy
    }
}

#[derive(Debug, Args)]
pub(crate) struct LoopbackOptions {
    /// The address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8008")]
    pub(crate) listen: SocketAddr,

    /// An account that it has from the start, with the password in HARDLINE_PASSWORD; clients can register others
    #[arg(long, short, value_name = "NAME", value_parser = non_blank)]
    pub(crate) user: Option<String>,
}

/// Where a homeserver is, as a person says it.
#[derive(Clone, Debug)]
pub(crate) enum Address {
    Url(BaseUrl),
    Name(ServerName),
}

/// What is wrong with an address.
#[derive(Debug)]
pub(crate) struct InvalidAddress(String);

impl FromStr for Address {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        if text.contains("://") {
            return BaseUrl::parse(text)
                .map(Self::Url)
                .map_err(|error| InvalidAddress(error.to_string()));
        }
        ServerName::parse(text).map(Self::Name).map_err(|error| {
            InvalidAddress(format!(
                "neither a URL, as in https://matrix.example.org, nor a server's name, as in example.org ({error})"
            ))
        })
    }
}

impl fmt::Display for InvalidAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidAddress {}

fn non_blank(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        Err("it is empty")
    } else {
        Ok(text.to_owned())
    }
}

fn with_secrets() -> String {
    format!(
        "Secrets never stand among the arguments. They are looked for in this order:\n\
         \x20 --access-token-stdin, --password-stdin  the first line of standard input\n\
         \x20 HARDLINE_ACCESS_TOKEN                   an access token, which is used and stays valid\n\
         \x20 HARDLINE_PASSWORD                       the password: logs in, and out again at the end\n\
         \x20 the terminal, where there is one\n\
         With an access token, HARDLINE_PASSWORD answers a server that asks for the password as well.\n\n{}",
        Exit::table()
    )
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn retries_come_on_top_of_the_first_attempt() {
        let arguments = "hardline phone add 1 --country GB --retries 0 --timeout 1";
        let cli = Cli::try_parse_from(arguments.split(' ')).unwrap();
        let Command::Phone(Phone::Add(add)) = cli.command else {
            panic!("not phone add")
        };
        let policy = add.network.policy();
        assert_eq!((policy.attempts, policy.timeout.as_secs()), (1, 1));
    }
}
