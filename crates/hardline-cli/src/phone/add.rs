use std::sync::mpsc::Receiver;

use hardline::client_api::threepid::GetAccount3pids;
use hardline::flow::{AddThreepid, ThreepidInput};
use hardline::types::Medium;
use hardline_loopback::Message;

use crate::advice::{Doing, CliError};
use crate::args::Add;
use crate::conversation::{Conversation, password_only};
use crate::interrupt::Interrupt;
use crate::prompt::Prompt;
use crate::random::client_secret;
use crate::report::{Report, Step, shown};
use crate::session::Session;
use crate::try_out::TryOut;

/// Adds a number to an account.
pub(crate) async fn run(
    add: &Add,
    session: &Session,
    report: &Report,
    prompt: &Prompt<'_>,
) -> Result<(), CliError> {
    add_number(add, session, report, prompt, None).await
}

/// Adds a number to a throw-away account, at a homeserver that lives as long as this.
pub(crate) async fn try_out(
    add: &Add,
    report: &Report,
    prompt: &Prompt<'_>,
    interrupt: &Interrupt,
) -> Result<(), CliError> {
    let network = &add.account.network;
    let try_out = TryOut::start(network, report)?;
    let texts = try_out.texts();
    let session = try_out.session(network, report, interrupt).await?;
    add_number(add, &session, report, prompt, Some(texts)).await?;
    report.step(&Step::ThrowAway);
    Ok(())
}

async fn add_number(
    add: &Add,
    session: &Session,
    report: &Report,
    prompt: &Prompt<'_>,
    texts: Option<Receiver<Message>>,
) -> Result<(), CliError> {
    let number = ThreepidInput::phone(add.country.clone(), add.number.clone());
    add_threepid(number, session, report, prompt, texts).await?;
    report.result(&Step::Added {
        user_id: session.user.to_string(),
        medium: "msisdn",
        address: added_number(add, session).await,
    });
    Ok(())
}

/// Adds a number or an address to an account.
pub(crate) async fn add_threepid(
    threepid: ThreepidInput,
    session: &Session,
    report: &Report,
    prompt: &Prompt<'_>,
    texts: Option<Receiver<Message>>,
) -> Result<(), CliError> {
    let flow = AddThreepid::new(
        session.client().now(),
        session.homeserver.clone(),
        session.user.clone(),
        threepid.clone(),
        client_secret()?,
    )
    .with_policy(session.policy.clone())
    .with_uia_capabilities(password_only());
    let flow = match &session.password {
        Some(password) => flow.with_password(password.clone()),
        None => flow,
    };
    let last = Doing::AddingTheNumber;
    Conversation::new(session.client(), report, prompt, &session.interrupt, last)
        .with_threepid(Some(threepid))
        .beginning_with_a_message()
        .with_texts(texts)
        .of(session.user.as_str())
        .hold(flow)
        .await
}

/// The number as the server knows it, which is how it is removed again.
async fn added_number(add: &Add, session: &Session) -> String {
    let answer = session.call(GetAccount3pids::new(), Doing::Listing);
    let threepids = answer.await.map(|answer| answer.threepids);
    let numbers = threepids.unwrap_or_default().into_iter();
    numbers
        .filter(|threepid| threepid.medium == Medium::Msisdn)
        .max_by_key(|threepid| threepid.added_at)
        .map_or_else(
            || add.number.clone(),
            |threepid| shown("msisdn", &threepid.address),
        )
}
