use clap::{Args, Subcommand};
use hardline::flow::{HomeserverAddress, ThreepidInput};
use hardline::types::CountryCode;

use super::options::{NetworkOptions, OAuthOptions, OutputOptions, SessionOption};
use super::values::non_blank;
use crate::exit::Exit;
use crate::international::homeserver;

#[derive(Debug, Args)]
pub(crate) struct Register {
    /// The homeserver: its name (example.org) or its URL (https://matrix.example.org)
    #[arg(long, short = 's', value_name = "URL", value_parser = homeserver)]
    pub(crate) homeserver: HomeserverAddress,

    /// The name of the account: alice
    #[arg(long, short, value_name = "NAME", value_parser = non_blank)]
    pub(crate) user: Option<String>,

    /// Read the account's password from the first line of standard input
    #[arg(long)]
    pub(crate) password_stdin: bool,

    #[command(flatten)]
    pub(crate) contact: Contact,

    /// Register on the server's own page, with a browser
    #[arg(long, conflicts_with_all = ["user", "password_stdin", "email", "phone"])]
    pub(crate) oauth: bool,

    #[command(flatten)]
    pub(crate) oauth_options: OAuthOptions,

    #[command(flatten)]
    pub(crate) session: SessionOption,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,

    #[command(flatten)]
    pub(super) output: OutputOptions,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PasswordCommand {
    /// Prove by e-mail or text message that the account is yours, and set a new password for it
    ///
    /// The new password comes from HARDLINE_PASSWORD. If that is not set, the command asks for it at a terminal, and
    /// otherwise reads it from the first line of standard input. Next comes the code from the text message, or any line
    /// once you have followed the link in the e-mail.
    #[command(after_help = Exit::table())]
    Reset(Reset),
}

#[derive(Debug, Args)]
pub(crate) struct Reset {
    /// The account's homeserver: its name (example.org) or its URL (https://matrix.example.org)
    #[arg(long, short = 's', value_name = "URL", value_parser = homeserver)]
    pub(crate) homeserver: HomeserverAddress,

    #[command(flatten)]
    pub(crate) contact: Contact,

    /// Keep the account's devices logged in
    #[arg(long)]
    pub(crate) keep_devices: bool,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,

    #[command(flatten)]
    pub(super) output: OutputOptions,
}

/// How to reach a user who has no account, or not its password.
#[derive(Debug, Args)]
pub(crate) struct Contact {
    /// The account's e-mail address
    #[arg(long, value_name = "ADDRESS", conflicts_with = "phone", value_parser = non_blank)]
    email: Option<String>,

    /// The account's phone number, in national or international form
    #[arg(long, value_name = "NUMBER", requires = "country", value_parser = non_blank)]
    phone: Option<String>,

    /// The number's country: the two letters of ISO 3166-1, in upper case
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
