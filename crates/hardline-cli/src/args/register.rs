use clap::{Args, Subcommand};
use hardline::flow::{HomeserverAddress, ThreepidInput};
use hardline::types::CountryCode;

use super::options::{NetworkOptions, OAuthOptions, SessionOption};
use super::values::{country, non_blank, phone_number, server_of, user};
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::international::homeserver;

#[derive(Debug, Args)]
pub(crate) struct Register {
    /// The homeserver, unless --user says it: its name (example.org) or its URL (https://matrix.example.org)
    #[arg(long, short = 's', value_name = "URL", value_parser = homeserver)]
    homeserver: Option<HomeserverAddress>,

    /// The name of the account: alice, or @alice:example.org
    #[arg(long, short, value_name = "NAME", value_parser = user)]
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
}

/// How to reach a user who has no account, or not its password.
#[derive(Debug, Args)]
pub(crate) struct Contact {
    /// The account's e-mail address
    #[arg(long, value_name = "ADDRESS", conflicts_with = "phone", value_parser = non_blank)]
    email: Option<String>,

    /// The account's phone number, as +447700900001, or in national form with --country
    #[arg(long, value_name = "NUMBER", value_parser = non_blank)]
    phone: Option<String>,

    /// The number's country, unless the number says it: the two letters of ISO 3166-1, as in GB
    #[arg(long, short, value_name = "CC", requires = "phone", value_parser = country)]
    country: Option<CountryCode>,
}

impl Register {
    /// The homeserver that is meant.
    pub(crate) fn address(&self) -> Result<HomeserverAddress, CliError> {
        server_of(self.homeserver.as_ref(), self.user.as_deref())
    }

    /// The name alone, which is what a server is asked for.
    pub(crate) fn name(&self) -> Option<&str> {
        let user = self.user.as_deref()?;
        let name = user.strip_prefix('@').and_then(|id| id.split_once(':'));
        Some(name.map_or(user, |(name, _)| name))
    }
}

impl Contact {
    pub(crate) fn threepid(&self) -> Result<Option<ThreepidInput>, CliError> {
        match (&self.phone, &self.email) {
            (Some(number), _) => phone_number(number, self.country.as_ref()).map(Some),
            (None, Some(address)) => Ok(Some(ThreepidInput::email(address))),
            (None, None) => Ok(None),
        }
    }
}
