use clap::{Args, Subcommand};
use hardline::types::CountryCode;

use super::help::with_secrets;
use super::options::Account;
use super::values::{country, non_blank};

#[derive(Debug, Subcommand)]
pub(crate) enum Phone {
    /// Add a phone number to an account, with the code from a text message
    ///
    /// Without --homeserver and without a login (`hardline login`), this starts a temporary homeserver on this machine,
    /// registers an account there, and shows the text message instead of sending it. Nothing is left when the command ends.
    ///
    /// Otherwise the command asks for the code at a terminal (an empty line requests another text). If this does not run
    /// at a terminal, it reads the code from standard input, one line for each try. It gets the password in the
    /// same way, if the server asks for it.
    #[command(after_help = with_secrets())]
    Add(Add),

    /// List the phone numbers of an account
    #[command(visible_alias = "ls", after_help = with_secrets())]
    List(List),

    /// Remove a phone number from an account
    #[command(visible_alias = "rm", after_help = with_secrets())]
    Remove(Remove),
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The number, as +447700900001, or in national form with --country
    #[arg(value_name = "NUMBER", value_parser = non_blank)]
    pub(crate) number: String,

    /// The number's country, unless the number says it: the two letters of ISO 3166-1, as in GB
    #[arg(long, short, value_name = "CC", value_parser = country)]
    pub(crate) country: Option<CountryCode>,

    #[command(flatten)]
    pub(crate) account: Account,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) account: Account,
}

#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The number in its international form, as `list` shows it
    #[arg(value_name = "NUMBER", value_parser = non_blank)]
    pub(crate) number: String,

    #[command(flatten)]
    pub(crate) account: Account,
}
