use hardline::client_api::threepid::{Delete3pidFromAccount, GetAccount3pids, ListedThreepid};
use hardline::types::Medium;

use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::report::Report;
use crate::session::Session;
use crate::step::Step;

/// Servers report success even where there was nothing to remove. So this asks for the list first: a mistyped number
/// must not look as if it had been removed.
pub(crate) async fn run(
    medium: Medium,
    wanted: &str,
    session: &Session,
    report: &Report,
) -> Result<(), CliError> {
    report.busy(Doing::Listing.in_words());
    let answer = session.call(GetAccount3pids::new(), Doing::Listing).await?;
    let found = answer
        .threepids
        .into_iter()
        .find(|threepid| threepid.medium == medium && is_meant(threepid, wanted));
    let ListedThreepid { address, .. } = found.ok_or_else(|| {
        CliError::new(
            Exit::Declined,
            format!("{} has no {wanted}", session.user),
            if medium == Medium::Email {
                "write it the way `hardline email list` shows it"
            } else {
                "write it the way `hardline phone list` shows it"
            },
        )
    })?;
    report.busy(Doing::Removing.in_words());
    let delete = Delete3pidFromAccount::new(medium.clone(), address.clone());
    session.call(delete, Doing::Removing).await?;
    report.result(&Step::Removed {
        user_id: session.user.to_string(),
        medium: medium.to_string(),
        address,
    });
    Ok(())
}

/// Phone numbers are compared by their digits, however they are grouped; e-mail addresses without regard to case.
fn is_meant(threepid: &ListedThreepid, wanted: &str) -> bool {
    if threepid.medium != Medium::Msisdn {
        return threepid.address.to_lowercase() == wanted.to_lowercase();
    }
    let grouping = |character: &char| !matches!(character, ' ' | '-' | '.' | '(' | ')');
    let digits: String = wanted.chars().filter(grouping).collect();
    digits.strip_prefix('+').unwrap_or(&digits) == threepid.address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses_are_recognised() {
        let number = ListedThreepid::new(Medium::Msisdn, "447700900001".to_owned());
        for wanted in ["+447700900001", "447700900001", "+44 7700 900-001"] {
            assert!(is_meant(&number, wanted), "{wanted}");
        }
        for wanted in ["07700900001", "+4477009000012", "447700900001@x", ""] {
            assert!(!is_meant(&number, wanted), "{wanted}");
        }
        let address = ListedThreepid::new(Medium::Email, "alice@example.org".to_owned());
        assert!(is_meant(&address, "Alice@Example.org"));
    }
}
