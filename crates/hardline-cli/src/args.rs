use std::convert::Infallible;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use hardline::by_name::{ByNameError, NamedOperation, Operations};
use hardline::flow::{HomeserverAddress, RetryPolicy, ThreepidInput};
use hardline::identity_api::association;
use hardline::types::{CountryCode, Medium, ServerName};
use hardline::wire::BaseUrl;

use crate::exit::Exit;
use crate::transport::Choice;

/// Talks to Matrix homeservers about accounts, their phone numbers and e-mail addresses.
#[derive(Debug, Parser)]
#[command(name = "hardline", version, after_help = Exit::table())]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[command(flatten)]
    output: OutputOptions,
}

impl Cli {
    /// How to tell what happens: said before the command or behind it.
    pub(crate) fn output(&self) -> OutputOptions {
        let behind = match &self.command {
            Command::Call(call) => OutputOptions {
                json: false,
                quiet: call.quiet,
            },
            Command::Discover(discover) => discover.output,
            Command::Email(Email::Add(add)) => add.output,
            Command::Email(Email::List(list)) => list.output,
            Command::Email(Email::Remove(remove)) => remove.output,
            Command::Identity(Identity::Lookup(lookup)) => lookup.output,
            Command::Login(login) => login.output,
            Command::Logout(logout) => logout.output,
            Command::Loopback(loopback) => loopback.output,
            Command::Operations(output) => *output,
            Command::Phone(Phone::Add(add)) => add.output,
            Command::Phone(Phone::List(list)) => list.output,
            Command::Phone(Phone::Remove(remove)) => remove.output,
            Command::Password(PasswordCommand::Reset(reset)) => reset.output,
            Command::Register(register) => register.output,
            Command::Whoami(whoami) => whoami.output,
        };
        OutputOptions {
            json: self.output.json || behind.json,
            quiet: self.output.quiet || behind.quiet,
        }
    }
}

/// How to tell what happens. Not clap's `global`, since for `call` the words `--json` mean something else.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct OutputOptions {
    /// Print each step as one JSON object on a line of standard output
    #[arg(long)]
    pub(crate) json: bool,

    /// Print the result and errors only
    #[arg(long, short, conflicts_with = "json")]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find the homeserver of a user or a server, and tell what it advertises
    #[command(after_help = Exit::table())]
    Discover(Discover),

    /// Log in, for the commands that follow: with a password, or by single sign-on
    ///
    /// The access token is kept in a file that only you can read, and used by every command that names no homeserver.
    #[command(after_help = with_password())]
    Login(Login),

    /// Log out, and forget the access token that `login` kept
    #[command(after_help = Exit::table())]
    Logout(Logout),

    /// Tell whose the access token is
    #[command(after_help = with_secrets())]
    Whoami(Whoami),

    /// Register an account, and log in to it for the commands that follow
    ///
    /// What the server wants for that is asked for at a terminal, and elsewhere read from standard input, one line for
    /// each: another name, the code of a text message, a line once the link in an e-mail was followed, an administrator's
    /// token, `y` for the terms.
    #[command(after_help = with_password())]
    Register(Register),

    /// Set a new password for an account whose old one is forgotten
    #[command(subcommand)]
    Password(PasswordCommand),

    /// Add, list and remove the phone numbers of an account
    #[command(subcommand)]
    Phone(Phone),

    /// Add, list and remove the e-mail addresses of an account
    #[command(subcommand)]
    Email(Email),

    /// Ask an identity server
    #[command(subcommand)]
    Identity(Identity),

    /// Do any operation of the specification, by its name, and print the answer as JSON
    ///
    /// Without --homeserver and without a login (`hardline login`) this is a try-out: a throw-away homeserver is started
    /// on this machine, and an account is registered there.
    #[command(after_help = with_secrets())]
    Call(Box<Call>),

    /// List the operations that `call` does
    #[command(after_help = Exit::table())]
    Operations(OutputOptions),

    /// Run a homeserver on this machine that shows the texts it would send
    #[command(after_help = "It runs until Ctrl-C, and forgets everything then.")]
    Loopback(LoopbackOptions),
}

#[derive(Debug, Subcommand)]
pub(crate) enum PasswordCommand {
    /// Show by an e-mail address or a phone number whose account it is, and set a new password for it
    ///
    /// The new password is that in HARDLINE_PASSWORD, or else asked for at a terminal, and elsewhere read from the first
    /// line of standard input. Then comes the code of the text message, or a line once the link in the e-mail was followed.
    #[command(after_help = Exit::table())]
    Reset(Reset),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Email {
    /// Add an e-mail address to an account, once the link in a message to it was followed
    ///
    /// Press enter when that is done (r for another message); elsewhere than at a terminal the lines are read from standard
    /// input. A password that the server wants beyond that is read in the same way.
    #[command(after_help = with_secrets())]
    Add(AddEmail),

    /// List the phone numbers and e-mail addresses of an account
    #[command(after_help = with_secrets())]
    List(List),

    /// Remove a phone number or e-mail address from an account
    #[command(after_help = with_secrets())]
    Remove(Remove),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Phone {
    /// Add a phone number to an account, with the code of a text message
    ///
    /// Without --homeserver and without a login (`hardline login`) this is a try-out: a throw-away homeserver is started
    /// on this machine, an account is registered there, and the text message is shown instead of sent. The number is real
    /// to that homeserver only, and everything is gone when the command ends.
    ///
    /// Otherwise the code is asked for at a terminal (an empty line asks for another text), and elsewhere read from
    /// standard input, one line for each try. A password that the server wants beyond that is read in the same way.
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

    #[command(flatten)]
    pub(crate) account: Account,

    #[command(flatten)]
    output: OutputOptions,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) account: Account,

    #[command(flatten)]
    output: OutputOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The phone number in its international form, or the e-mail address
    #[arg(value_name = "NUMBER_OR_ADDRESS", value_parser = non_blank)]
    pub(crate) address: String,

    #[command(flatten)]
    pub(crate) account: Account,

    #[command(flatten)]
    output: OutputOptions,
}

#[derive(Debug, Args)]
pub(crate) struct AddEmail {
    /// The address
    #[arg(value_name = "ADDRESS", value_parser = non_blank)]
    pub(crate) address: String,

    #[command(flatten)]
    pub(crate) account: Account,

    #[command(flatten)]
    output: OutputOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Register {
    /// The homeserver: its name (example.org) or its URL (https://matrix.example.org)
    #[arg(long, short = 's', value_name = "URL")]
    pub(crate) homeserver: Address,

    /// The name of the account: alice
    #[arg(long, short, value_name = "NAME", value_parser = non_blank)]
    pub(crate) user: Option<String>,

    /// Read the account's password from the first line of standard input
    #[arg(long)]
    pub(crate) password_stdin: bool,

    #[command(flatten)]
    pub(crate) contact: Contact,

    #[command(flatten)]
    pub(crate) session: SessionOption,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,

    #[command(flatten)]
    output: OutputOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Reset {
    /// The account's homeserver: its name (example.org) or its URL (https://matrix.example.org)
    #[arg(long, short = 's', value_name = "URL")]
    pub(crate) homeserver: Address,

    #[command(flatten)]
    pub(crate) contact: Contact,

    /// Leave the account's devices logged in
    #[arg(long)]
    pub(crate) keep_devices: bool,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,

    #[command(flatten)]
    output: OutputOptions,
}

/// How a person without an account, or without its password, is reached.
#[derive(Debug, Args)]
pub(crate) struct Contact {
    /// The account's e-mail address
    #[arg(long, value_name = "ADDRESS", conflicts_with = "phone", value_parser = non_blank)]
    email: Option<String>,

    /// The account's phone number, as people of its country write it or in its international form
    #[arg(long, value_name = "NUMBER", requires = "country", value_parser = non_blank)]
    phone: Option<String>,

    /// The country whose dialling rules the number follows: the two letters of ISO 3166-1, in upper case
    #[arg(long, short, value_name = "CC", requires = "phone")]
    country: Option<CountryCode>,
}

impl Contact {
    pub(crate) fn threepid(&self) -> Option<ThreepidInput> {
        let phone = self.phone.as_ref().zip(self.country.as_ref());
        let phone = phone.map(|(number, country)| ThreepidInput::phone(country.clone(), number));
        phone.or_else(|| self.email.as_deref().map(ThreepidInput::email))
    }
}

#[derive(Debug, Args)]
pub(crate) struct Login {
    /// The account's homeserver: its name (example.org) or its URL (https://matrix.example.org)
    #[arg(long, short = 's', value_name = "URL")]
    pub(crate) homeserver: Address,

    /// The account: alice, @alice:example.org, or its e-mail address or phone number (+447700900001)
    #[arg(long, short, value_name = "USER", value_parser = non_blank)]
    pub(crate) user: Option<String>,

    /// Read the password from the first line of standard input
    #[arg(long)]
    pub(crate) password_stdin: bool,

    /// Log in by single sign-on, with a browser on this machine
    #[arg(long, conflicts_with_all = ["user", "password_stdin", "login_token_stdin"])]
    pub(crate) sso: bool,

    /// Read a login token, which a device that is logged in got, from the first line of standard input
    #[arg(long, conflicts_with_all = ["user", "password_stdin"])]
    pub(crate) login_token_stdin: bool,

    #[command(flatten)]
    pub(crate) session: SessionOption,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,

    #[command(flatten)]
    output: OutputOptions,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Identity {
    /// Find the Matrix users behind phone numbers and e-mail addresses, of which the server sees hashes only
    ///
    /// A session at the identity server is begun for that, unless HARDLINE_IDENTITY_TOKEN has the token of one. Where the
    /// server has terms that the user did not agree to, they are shown, and agreement is asked for at a terminal, and
    /// elsewhere read from standard input: `y`.
    #[command(after_help = with_secrets())]
    Lookup(LookUp),
}

#[derive(Debug, Args)]
pub(crate) struct Discover {
    /// A user (@alice:example.org), a server's name (example.org) or a URL (https://matrix.example.org)
    #[arg(value_name = "SERVER")]
    pub(crate) server: HomeserverAddress,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,

    #[command(flatten)]
    output: OutputOptions,
}

#[derive(Debug, Args)]
pub(crate) struct LookUp {
    /// Phone numbers in their international form, and e-mail addresses
    #[arg(value_name = "NUMBER_OR_ADDRESS", required = true, value_parser = threepid)]
    pub(crate) addresses: Vec<association::Threepid>,

    /// The identity server's URL [default: what the site of the account's server suggests]
    #[arg(long, value_name = "URL")]
    pub(crate) identity_server: Option<BaseUrl>,

    #[command(flatten)]
    pub(crate) account: Account,

    #[command(flatten)]
    output: OutputOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Logout {
    #[command(flatten)]
    pub(crate) session: SessionOption,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,

    #[command(flatten)]
    output: OutputOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Whoami {
    #[command(flatten)]
    pub(crate) account: Account,

    #[command(flatten)]
    output: OutputOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Call {
    /// The operation: cs:login, is:getTermsOfService, or without its API where only one has it
    #[arg(value_name = "OPERATION", value_parser = operation)]
    pub(crate) operation: NamedOperation,

    /// The operation's fields as a JSON object, or @FILE, or - for standard input
    #[arg(long = "json", value_name = "ARGS", default_value = "{}")]
    pub(crate) arguments: Arguments,

    /// Print the body as the server sent it
    #[arg(long)]
    pub(crate) raw: bool,

    /// An identity server's URL, for the operations that go to one; its token is in HARDLINE_IDENTITY_TOKEN
    #[arg(long, value_name = "URL", conflicts_with = "homeserver")]
    pub(crate) identity_server: Option<BaseUrl>,

    #[command(flatten)]
    pub(crate) account: Account,

    /// Print the answer and errors only
    #[arg(long, short)]
    quiet: bool,
}

/// Which account, and how to reach it.
#[derive(Debug, Args)]
pub(crate) struct Account {
    /// The account's homeserver: its name (example.org) or its URL (https://matrix.example.org)
    #[arg(long, short = 's', value_name = "URL", conflicts_with = "session")]
    pub(crate) homeserver: Option<Address>,

    #[command(flatten)]
    pub(crate) session: SessionOption,

    #[command(flatten)]
    pub(crate) login: LoginOptions,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,
}

#[derive(Debug, Args)]
pub(crate) struct SessionOption {
    /// Where `login` keeps the access token [default: hardline/session.json where your programs keep their data]
    #[arg(id = "session", long = "session", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
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
    ///
    /// They go through the proxies that http_proxy, https_proxy and all_proxy name in the environment, save to what
    /// no_proxy names and to this machine.
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

    #[command(flatten)]
    output: OutputOptions,
}

/// Where the fields of an operation come from.
#[derive(Clone, Debug)]
pub(crate) enum Arguments {
    Text(String),
    File(PathBuf),
    Stdin,
}

impl FromStr for Arguments {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text.strip_prefix('@') {
            Some(path) => Self::File(path.into()),
            None if text == "-" => Self::Stdin,
            None => Self::Text(text.to_owned()),
        })
    }
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

fn operation(name: &str) -> Result<NamedOperation, ByNameError> {
    Operations::all().find(name).copied()
}

/// What has an `@` is an e-mail address.
fn threepid(text: &str) -> Result<association::Threepid, &'static str> {
    let text = text.trim();
    if text.contains('@') {
        return Ok(association::Threepid::new(Medium::Email, text.to_owned()));
    }
    let is_filler = |character: &char| matches!(character, '+' | ' ' | '-' | '.' | '(' | ')' | '/');
    let digits: String = text
        .chars()
        .filter(|character| !is_filler(character))
        .collect();
    let is_number = text.starts_with('+')
        && !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number {
        Ok(association::Threepid::new(Medium::Msisdn, digits))
    } else {
        Err("neither an e-mail address nor a phone number in its international form, +44...")
    }
}

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
        "Secrets never stand among the arguments. With --homeserver they are looked for in this order:\n\
         \x20 --access-token-stdin, --password-stdin  the first line of standard input\n\
         \x20 HARDLINE_ACCESS_TOKEN                   an access token, which is used and stays valid\n\
         \x20 HARDLINE_PASSWORD                       the password: logs in, and out again at the end\n\
         \x20 the terminal, where there is one\n\
         Without it, the access token is the one that `hardline login` keeps.\n\
         With an access token, HARDLINE_PASSWORD answers a server that asks for the password as well.\n\n{}",
        Exit::table()
    )
}

fn with_password() -> String {
    format!(
        "The password never stands among the arguments. It is looked for in this order:\n\
         \x20 --password-stdin   the first line of standard input\n\
         \x20 HARDLINE_PASSWORD\n\
         \x20 the terminal, where there is one\n\n{}",
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
    fn numbers_are_looked_up_in_their_international_form() {
        let number = association::Threepid::new(Medium::Msisdn, "447700900001".to_owned());
        assert_eq!(threepid("+44 7700 900-001"), Ok(number));
        let address = association::Threepid::new(Medium::Email, "a@b.org".to_owned());
        assert_eq!(threepid(" a@b.org"), Ok(address));
        for text in ["", "+", "07700900001", "+44x", "alice"] {
            assert!(threepid(text).is_err(), "{text}");
        }
    }

    #[test]
    fn retries_come_on_top_of_the_first_attempt() {
        let arguments = "hardline phone add 1 --country GB --retries 0 --timeout 1";
        let cli = Cli::try_parse_from(arguments.split(' ')).unwrap();
        let Command::Phone(Phone::Add(add)) = cli.command else {
            panic!("not phone add")
        };
        let policy = add.account.network.policy();
        assert_eq!((policy.attempts, policy.timeout.as_secs()), (1, 1));
    }
}
