use clap::{Args, Subcommand};

use super::help::with_secrets;
use super::options::Account;
use super::phone::List;
use super::values::non_blank;

#[derive(Debug, Subcommand)]
pub(crate) enum Email {
    /// Add an e-mail address to an account: the server sends a message with a link to follow
    ///
    /// Press enter when you have followed the link (r for another message). If this does not run at a terminal, the lines
    /// come from standard input. The command gets the password in the same way, if the server asks for it.
    #[command(after_help = with_secrets())]
    Add(AddEmail),

    /// List the e-mail addresses of an account
    #[command(visible_alias = "ls", after_help = with_secrets())]
    List(List),

    /// Remove an e-mail address from an account
    #[command(visible_alias = "rm", after_help = with_secrets())]
    Remove(RemoveEmail),
}

#[derive(Debug, Args)]
pub(crate) struct AddEmail {
    /// The address
    #[arg(value_name = "ADDRESS", value_parser = non_blank)]
    pub(crate) address: String,

    #[command(flatten)]
    pub(crate) account: Account,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveEmail {
    /// The address
    #[arg(value_name = "ADDRESS", value_parser = non_blank)]
    pub(crate) address: String,

    #[command(flatten)]
    pub(crate) account: Account,
}
