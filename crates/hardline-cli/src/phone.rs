mod add;
mod list;
mod remove;

use crate::advice::Trouble;
use crate::args::Phone;
use crate::interrupt::Interrupt;
use crate::prompt::Prompt;
use crate::report::Report;
use crate::session::Session;

pub(crate) async fn run(phone: Phone, report: &Report) -> Result<(), Trouble> {
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let (address, login, network) = match &phone {
        Phone::Add(add) => match &add.homeserver {
            Some(address) => (address, &add.login, &add.network),
            None => return add::try_out(add, report, &prompt, &interrupt).await,
        },
        Phone::List(list) => (&list.homeserver.homeserver, &list.login, &list.network),
        Phone::Remove(remove) => (
            &remove.homeserver.homeserver,
            &remove.login,
            &remove.network,
        ),
    };
    let session = Session::begin(address, login, network, report, &prompt, &interrupt).await?;
    let ended = match &phone {
        Phone::Add(add) => add::run(add, &session, report, &prompt).await,
        Phone::List(_) => list::run(&session, report).await,
        Phone::Remove(remove) => remove::run(remove, &session, report).await,
    };
    session.end(report).await;
    ended
}
