use clap::Args;
use hardline::flow::HomeserverAddress;

use super::options::{Account, NetworkOptions, OAuthOptions, SessionOption};
use super::values::{server_of, user};
use crate::cli_error::CliError;
use crate::international::homeserver;
use crate::secrets::env_secret;

#[derive(Debug, Args)]
pub(crate) struct Login {
    /// The account's homeserver, unless --user says it: its name (example.org) or its URL (https://matrix.example.org)
    #[arg(long, short = 's', value_name = "URL", value_parser = homeserver)]
    homeserver: Option<HomeserverAddress>,

    /// The account: alice, @alice:example.org, or its e-mail address or phone number (+447700900001)
    #[arg(long, short, value_name = "USER", value_parser = user)]
    pub(crate) user: Option<String>,

    /// Read the password from the first line of standard input
    #[arg(long)]
    pub(crate) password_stdin: bool,

    /// Log in by OAuth 2.0 on the server's own page, with a browser
    ///
    /// The browser comes back to this machine. If it is on another machine, paste the address of the page that it ends on.
    #[arg(long, conflicts_with_all = ["password_stdin", "device_code"])]
    pub(crate) oauth: bool,

    /// Log in by OAuth 2.0 with a code that you type on the server's own page, on any device
    #[arg(long, conflicts_with = "password_stdin")]
    pub(crate) device_code: bool,

    #[command(flatten)]
    pub(crate) oauth_options: OAuthOptions,

    /// Log in by single sign-on, with a browser on this machine
    #[arg(long, conflicts_with_all = ["user", "password_stdin", "login_token_stdin", "oauth", "device_code"])]
    pub(crate) sso: bool,

    /// Read a login token, which another device of yours can get, from the first line of standard input
    #[arg(long, conflicts_with_all = ["user", "password_stdin", "oauth", "device_code"])]
    pub(crate) login_token_stdin: bool,

    #[command(flatten)]
    pub(crate) session: SessionOption,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,
}

impl Login {
    /// The homeserver that is meant.
    pub(crate) fn address(&self) -> Result<HomeserverAddress, CliError> {
        server_of(self.homeserver.as_ref(), self.user.as_deref())
    }

    /// Whether the user says how to log in with a password.
    pub(crate) fn has_password(&self) -> bool {
        self.password_stdin || env_secret("HARDLINE_PASSWORD").is_some()
    }
}

#[derive(Debug, Args)]
pub(crate) struct Logout {
    /// Delete the saved token even if the server cannot be told; the account then keeps the device
    #[arg(long)]
    pub(crate) forget: bool,

    #[command(flatten)]
    pub(crate) session: SessionOption,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Whoami {
    #[command(flatten)]
    pub(crate) account: Account,
}
