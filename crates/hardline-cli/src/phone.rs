mod add;
pub(crate) mod list;
pub(crate) mod remove;

use hardline::types::Medium;

use crate::args::{Phone, phone_number};
use crate::cli_error::CliError;
use crate::interrupt::Interrupt;
use crate::prompt::Prompt;
use crate::report::Report;
use crate::session::Session;

pub(crate) use add::{add_threepid, go_on};

pub(crate) async fn run(phone: Phone, report: &Report) -> Result<(), CliError> {
    if let Phone::Add(add) = &phone {
        // Before anybody logs in.
        phone_number(&add.number, add.country.as_ref())?;
    }
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let account = match &phone {
        Phone::Add(add) => &add.account,
        Phone::List(list) => &list.account,
        Phone::Remove(remove) => &remove.account,
    };
    let session = match &phone {
        Phone::Add(add) => match Session::find(account, report, &prompt, &interrupt).await? {
            Some(session) => session,
            None => return add::at_temporary_homeserver(add, report, &prompt, &interrupt).await,
        },
        Phone::List(_) | Phone::Remove(_) => {
            Session::begin(account, report, &prompt, &interrupt).await?
        }
    };
    let ended = match &phone {
        Phone::Add(add) => add::run(add, &session, report, &prompt).await,
        Phone::List(_) => list::run(&session, Medium::Msisdn, report).await,
        Phone::Remove(remove) => {
            remove::run(Medium::Msisdn, &remove.number, &session, report).await
        }
    };
    session.end(report).await;
    ended
}
