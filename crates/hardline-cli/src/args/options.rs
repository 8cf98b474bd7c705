use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use hardline::flow::{HomeserverAddress, RetryPolicy};

use super::values::{client_uri, non_blank, server_of, user};
use crate::cli_error::CliError;
use crate::international::homeserver;
use crate::transport::Choice;

/// Which account, and how to reach it.
#[derive(Debug, Args)]
pub(crate) struct Account {
    /// The account's homeserver: its name (example.org) or its URL (https://matrix.example.org)
    #[arg(long, short = 's', value_name = "URL", value_parser = homeserver, conflicts_with_all = ["session", "saved_account"])]
    homeserver: Option<HomeserverAddress>,

    #[command(flatten)]
    pub(crate) session: SessionOption,

    #[command(flatten)]
    pub(crate) login: LoginOptions,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,
}

impl Account {
    /// The homeserver to log in at; `None` if the saved session is meant.
    pub(crate) fn address(&self) -> Result<Option<HomeserverAddress>, CliError> {
        let login = &self.login;
        let logs_in = login.user.is_some() || login.password_stdin || login.access_token_stdin;
        if self.homeserver.is_none() && !logs_in {
            return Ok(None);
        }
        server_of(self.homeserver.as_ref(), login.user.as_deref()).map(Some)
    }
}

#[derive(Debug, Default, Args)]
pub(crate) struct SessionOption {
    /// Where `login` saves the access token [default: hardline/session.json in your data folder]
    #[arg(
        id = "session",
        long = "session",
        value_name = "FILE",
        conflicts_with = "saved_account"
    )]
    pub(crate) file: Option<PathBuf>,

    /// Which of several logins: the name that `login --account NAME` gives it, or its user [default: HARDLINE_ACCOUNT, or
    /// the login without a name]
    #[arg(id = "saved_account", long = "account", value_name = "NAME", value_parser = non_blank)]
    pub(crate) account: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct LoginOptions {
    /// The account, as alice or @alice:example.org; not needed with an access token
    #[arg(long, short, value_name = "USER", value_parser = user, conflicts_with_all = ["session", "saved_account"])]
    pub(crate) user: Option<String>,

    /// Read the password from the first line of standard input
    #[arg(long, conflicts_with_all = ["access_token_stdin", "session", "saved_account"])]
    pub(crate) password_stdin: bool,

    /// Read an access token from the first line of standard input
    #[arg(long, conflicts_with_all = ["session", "saved_account"])]
    pub(crate) access_token_stdin: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct NetworkOptions {
    /// The HTTP library to use
    ///
    /// Requests go through the proxies in the environment variables http_proxy, https_proxy and all_proxy, except those to
    /// this machine and to the hosts in no_proxy.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) transport: Choice,

    /// The proxy for all requests, in place of those in the environment: http://proxy.example:3128, socks5://proxy.example
    #[arg(long, value_name = "URL", value_parser = non_blank)]
    pub(crate) proxy: Option<String>,

    /// Trust the certificates in this file too, in PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) cacert: Option<PathBuf>,

    /// How long to wait for each response [default: 60]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: Option<u64>,

    /// How many times to repeat a request that got no response, if that is safe [default: 3]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=100))]
    retries: Option<u32>,
}

impl NetworkOptions {
    /// Makes the server answer soon or not at all, unless the user says otherwise.
    pub(crate) fn hurry(&mut self) {
        self.timeout.get_or_insert(10);
        self.retries.get_or_insert(0);
    }

    /// How long an operation may take that takes servers long, unless the user says so.
    pub(crate) fn patience(&self, usual: Duration) -> Duration {
        self.timeout.map_or(usual, Duration::from_secs)
    }

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

/// How to report what happens.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct OutputOptions {
    /// Print each step as one JSON object on a line of standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Print only the result and errors
    #[arg(long, short, global = true, conflicts_with = "json")]
    pub(crate) quiet: bool,

    /// Show all requests and responses on standard error, without their secrets
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
}

/// How to log in on pages of the server.
#[derive(Clone, Debug, Args)]
pub(crate) struct OAuthOptions {
    /// Print the page's address, and open no browser
    #[arg(long)]
    pub(crate) no_browser: bool,

    /// The page about this program that an authorization server is told
    #[arg(long, value_name = "URL", default_value = env!("CARGO_PKG_REPOSITORY"), value_parser = client_uri)]
    pub(crate) client_uri: String,
}
