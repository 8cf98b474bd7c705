use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use hardline::by_name::{ByNameError, NamedOperation, Operations};
use hardline::wire::BaseUrl;

use super::options::Account;

#[derive(Debug, Args)]
pub(crate) struct Call {
    /// The operation, as cs:login or is:getTermsOfService; the API can be left out if only one has it
    #[arg(value_name = "OPERATION", value_parser = operation)]
    pub(crate) operation: NamedOperation,

    /// The operation's fields as a JSON object, or @FILE, or - for standard input
    #[arg(long = "json", value_name = "ARGS", default_value = "{}")]
    pub(crate) arguments: Arguments,

    /// Print the body as the server sent it
    #[arg(long)]
    pub(crate) raw: bool,

    /// An identity server's URL, for its operations; its access token comes from HARDLINE_IDENTITY_TOKEN
    #[arg(long, value_name = "URL", conflicts_with = "homeserver")]
    pub(crate) identity_server: Option<BaseUrl>,

    #[command(flatten)]
    pub(crate) account: Account,

    /// Print only the response and errors
    #[arg(long, short)]
    pub(super) quiet: bool,
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

fn operation(name: &str) -> Result<NamedOperation, ByNameError> {
    Operations::all().find(name).copied()
}
