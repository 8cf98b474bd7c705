use clap::{Args, Subcommand};
use hardline::types::CountryCode;

use super::help::with_secrets;
use super::options::{Account, OutputOptions};
use super::values::non_blank;

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

    /// List the phone numbers and e-mail addresses of an account
    #[command(after_help = with_secrets())]
    List(List),

    /// Remove a phone number or e-mail address from an account
    #[command(after_help = with_secrets())]
    Remove(Remove),
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The number, in national or international form
    #[arg(value_name = "NUMBER", value_parser = non_blank)]
    pub(crate) number: String,

    /// The number's country: the two letters of ISO 3166-1, in upper case
    #[arg(long, short, value_name = "CC")]
    pub(crate) country: CountryCode,

    #[command(flatten)]
    pub(crate) account: Account,

    #[command(flatten)]
    pub(super) output: OutputOptions,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) account: Account,

    #[command(flatten)]
    pub(super) output: OutputOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The phone number in its international form, or the e-mail address
    #[arg(value_name = "NUMBER_OR_ADDRESS", value_parser = non_blank)]
    pub(crate) address: String,

    #[command(flatten)]
    pub(crate) account: Account,

    #[command(flatten)]
    pub(super) output: OutputOptions,
}
