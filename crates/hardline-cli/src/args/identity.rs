use clap::{Args, Subcommand};
use hardline::identity_api::association;
use hardline::identity_api::lookup::canonical_address;
use hardline::types::{InvalidText, Medium};
use hardline::wire::BaseUrl;

use super::help::with_secrets;
use super::options::Account;
use super::values::base_url;

#[derive(Debug, Subcommand)]
pub(crate) enum Identity {
    /// Find the Matrix users who have these phone numbers and e-mail addresses; the server sees only hashes
    ///
    /// This logs in to the identity server, unless HARDLINE_IDENTITY_TOKEN holds an access token for it. If the server has
    /// terms that you have not agreed to, the command shows them and asks whether you agree; if it does not run at a
    /// terminal, it reads a `y` from standard input.
    #[command(after_help = with_secrets())]
    Lookup(LookUp),
}

#[derive(Debug, Args)]
pub(crate) struct LookUp {
    /// Phone numbers in their international form, and e-mail addresses
    #[arg(value_name = "NUMBER_OR_ADDRESS", required = true, value_parser = threepid)]
    pub(crate) addresses: Vec<association::Threepid>,

    /// The identity server's URL [default: the one that the account's server suggests]
    #[arg(long, value_name = "URL", value_parser = base_url)]
    pub(crate) identity_server: Option<BaseUrl>,

    #[command(flatten)]
    pub(crate) account: Account,
}

/// Text with an `@` is an e-mail address.
fn threepid(text: &str) -> Result<association::Threepid, InvalidText> {
    let text = text.trim();
    if text.contains('@') {
        canonical_address(&Medium::Email, text)?;
        return Ok(association::Threepid::new(Medium::Email, text.to_owned()));
    }
    let digits = canonical_address(&Medium::Msisdn, text)?;
    Ok(association::Threepid::new(Medium::Msisdn, digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_looked_up_in_their_international_form() {
        let number = association::Threepid::new(Medium::Msisdn, "447700900001".to_owned());
        assert_eq!(threepid("+44 7700 900-001"), Ok(number));
        let address = association::Threepid::new(Medium::Email, "a@b.org".to_owned());
        assert_eq!(threepid(" a@b.org"), Ok(address));
        for text in ["", "+", "07700900001", "+44x", "alice"] {
            assert!(threepid(text).is_err(), "{text}");
        }
    }
}
