use std::time::{Duration, UNIX_EPOCH};

use hardline::client_api::threepid::{GetAccount3pids, ListedThreepid};
use hardline::types::{Medium, Timestamp};

use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::report::Report;
use crate::session::Session;
use crate::step::{Step, Threepid};

/// The last day that has a date of four digits, in Unix milliseconds.
const LAST_DAY: u64 = 253_402_214_400_000;

/// Lists those of one kind.
pub(crate) async fn run(
    session: &Session,
    medium: Medium,
    report: &Report,
) -> Result<(), CliError> {
    report.busy(Doing::Listing.in_words());
    let answer = session.call(GetAccount3pids::new(), Doing::Listing).await?;
    let list = Step::Listed {
        user_id: session.user.to_string(),
        medium: if medium == Medium::Email {
            "email"
        } else {
            "msisdn"
        },
        threepids: answer
            .threepids
            .into_iter()
            .filter(|threepid| threepid.medium == medium)
            .map(row)
            .collect(),
    };
    report.result(&list);
    Ok(())
}

fn row(threepid: ListedThreepid) -> Threepid {
    Threepid {
        medium: threepid.medium.to_string(),
        address: threepid.address,
        validated_at: threepid.validated_at.map(Timestamp::as_millis),
        added_at: threepid.added_at.map(Timestamp::as_millis),
        added: threepid.added_at.and_then(day),
    }
}

/// `24 Nov 2026`. A server may say anything.
fn day(at: Timestamp) -> Option<String> {
    let millis = at.as_millis();
    if !(1..LAST_DAY).contains(&millis) {
        return None;
    }
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(millis));
    date.get("Tue, ".len().."Tue, 24 Nov 2026".len())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_shown_whatever_a_server_says() {
        let day = |millis| day(Timestamp::from_millis(millis));
        assert_eq!(day(1_795_422_468_726).as_deref(), Some("23 Nov 2026"));
        assert_eq!(day(LAST_DAY - 1).as_deref(), Some("30 Dec 9999"));
        assert_eq!(day(0), None);
        assert_eq!(day(u64::MAX), None);
    }
}
