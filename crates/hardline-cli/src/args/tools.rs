use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::options::Account;

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell that is to complete what you type
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ManualPages {
    /// The folder that they are written to
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Resume {
    #[command(flatten)]
    pub(crate) account: Account,
}
