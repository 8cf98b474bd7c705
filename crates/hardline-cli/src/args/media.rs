use std::path::PathBuf;

use clap::{Args, Subcommand};
use hardline::types::MxcUri;

use super::help::with_secrets;
use super::options::Account;
use super::values::non_blank;

#[derive(Debug, Subcommand)]
pub(crate) enum Media {
    /// Upload a file, and print its mxc:// URI
    #[command(after_help = with_secrets())]
    Put(Box<Put>),

    /// Download a file
    ///
    /// What is there of it when the command is interrupted stays in a file that ends with .part, and the same command goes
    /// on with it.
    #[command(after_help = with_secrets())]
    Get(Box<Get>),
}

#[derive(Debug, Args)]
pub(crate) struct Put {
    /// The file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Its type, as in image/png [default: by the ending of its name]
    #[arg(long = "type", value_name = "TYPE", value_parser = non_blank)]
    pub(crate) media_type: Option<String>,

    #[command(flatten)]
    pub(crate) account: Account,
}

#[derive(Debug, Args)]
pub(crate) struct Get {
    /// The file, as in mxc://example.org/abc
    #[arg(value_name = "MXC", value_parser = mxc)]
    pub(crate) uri: MxcUri,

    /// Where to save it [default: in this folder, by the name that the server has for it]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Write over a file that is there
    #[arg(long)]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) account: Account,
}

impl Media {
    pub(crate) fn account(&self) -> &Account {
        match self {
            Self::Put(put) => &put.account,
            Self::Get(get) => &get.account,
        }
    }
}

fn mxc(text: &str) -> Result<MxcUri, String> {
    let uri = MxcUri::parse(text.trim()).map_err(|error| error.to_string())?;
    match (uri.server_name(), uri.media_id()) {
        (Some(_), Some(_)) => Ok(uri),
        _ => Err("it has to name a server and a file, as in mxc://example.org/abc".to_owned()),
    }
}
