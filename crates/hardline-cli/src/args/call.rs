use std::path::PathBuf;

use clap::Args;
use hardline::by_name::NamedOperation;
use hardline::wire::BaseUrl;

use super::operation_name::OperationName;
use super::options::Account;
use super::values::base_url;

#[derive(Debug, Args)]
pub(crate) struct Call {
    /// The operation, as cs:login or is:getTermsOfService; the API can be left out if only one has it
    ///
    /// `hardline operations` lists them, and `hardline call OPERATION --help` tells the fields of one.
    #[arg(index = 1, value_name = "OPERATION", value_parser = OperationName, hide_possible_values = true)]
    pub(crate) operation: NamedOperation,

    /// Its fields: as NAME=VALUE each, or one JSON object, or @FILE with one, or - for standard input
    ///
    /// A VALUE is text where the field is text, and otherwise JSON: limit=5.
    #[arg(index = 2, value_name = "FIELDS")]
    fields: Vec<String>,

    /// Print the body as the server sent it
    #[arg(long)]
    pub(crate) raw: bool,

    /// An identity server's URL, for its operations; its access token comes from HARDLINE_IDENTITY_TOKEN
    #[arg(long, value_name = "URL", conflicts_with = "homeserver", value_parser = base_url)]
    pub(crate) identity_server: Option<BaseUrl>,

    #[command(flatten)]
    pub(crate) account: Account,
}

/// Where the fields of an operation come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fields {
    /// A JSON object.
    Text(String),
    /// A file with one.
    File(PathBuf),
    Stdin,
    /// Names and values.
    Pairs(Vec<(String, String)>),
}

impl Call {
    /// The fields; as an error, what is none.
    pub(crate) fn fields(&self) -> Result<Fields, String> {
        Fields::of(&self.fields)
    }
}

impl Fields {
    fn of(given: &[String]) -> Result<Self, String> {
        if let [one] = given {
            if one == "-" {
                return Ok(Self::Stdin);
            }
            if let Some(path) = one.strip_prefix('@') {
                return Ok(Self::File(path.into()));
            }
            if one.trim_start().starts_with(['{', '[', '"']) {
                return Ok(Self::Text(one.clone()));
            }
        }
        let pairs = given.iter().map(|pair| match pair.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
            _ => Err(pair.clone()),
        });
        pairs.collect::<Result<_, _>>().map(Self::Pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_given_in_any_of_four_ways() {
        let of = |given: &[&str]| {
            let given: Vec<_> = given.iter().map(ToString::to_string).collect();
            Fields::of(&given)
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(of(&[]), Ok(Fields::Pairs(Vec::new())));
        assert_eq!(of(&["-"]), Ok(Fields::Stdin));
        assert_eq!(of(&["@a=b"]), Ok(Fields::File("a=b".into())));
        assert_eq!(of(&[" {}"]), Ok(Fields::Text(" {}".to_owned())));
        let pairs = vec![pair("a", "b=c"), pair("d", "")];
        assert_eq!(of(&["a=b=c", "d="]), Ok(Fields::Pairs(pairs)));
        for none in ["a", "=b", ""] {
            assert_eq!(of(&["a=b", none]), Err(none.to_owned()));
        }
    }
}
