//! `identity lookup`.

use hardline::flow::{HomeserverAddress, Lookup};
use hardline::types::AccessToken;
use hardline::wire::BaseUrl;

use crate::args::{Identity, LookUp};
use crate::cli_error::CliError;
use crate::connected::discovered;
use crate::conversation::Conversation;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::prompt::Prompt;
use crate::random::seed;
use crate::report::Report;
use crate::secrets::env_secret;
use crate::session::Session;
use crate::step::{Found, Step};

pub(crate) async fn run(identity: &Identity, report: &Report) -> Result<(), CliError> {
    let Identity::Lookup(lookup) = identity;
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let session = Session::begin(&lookup.account, report, &prompt, &interrupt).await?;
    let ended = look_up(lookup, &session, report, &prompt).await;
    session.end(report).await;
    ended
}

async fn look_up(
    lookup: &LookUp,
    session: &Session,
    report: &Report,
    prompt: &Prompt<'_>,
) -> Result<(), CliError> {
    let client = session.client();
    let identity_server = match &lookup.identity_server {
        Some(url) => url.clone(),
        None => suggested(session, report).await?,
    };
    let mut flow = Lookup::new(
        client.now(),
        session.homeserver().clone(),
        session.user.clone(),
        identity_server,
        lookup.addresses.clone(),
        seed()?,
    )
    .with_policy(session.policy());
    if let Some(token) = env_secret("HARDLINE_IDENTITY_TOKEN") {
        flow = flow.with_identity_token(AccessToken::from(token.trim()));
    }
    let conversation = Conversation::new(
        client,
        report,
        prompt,
        session.interrupt(),
        Doing::LookingUp,
    );
    let found = conversation.run(flow).await?;
    let found = found.into_iter().map(|(threepid, user)| Found {
        medium: threepid.medium.to_string(),
        address: threepid.address,
        user_id: user.to_string(),
    });
    report.result(&Step::LookedUp {
        asked: lookup.addresses.len(),
        found: found.collect(),
    });
    Ok(())
}

/// The identity server that the site of the account's server suggests.
async fn suggested(session: &Session, report: &Report) -> Result<BaseUrl, CliError> {
    let none = || {
        CliError::new(
            Exit::Usage,
            "the account's server suggests no identity server",
            "name one with --identity-server",
        )
    };
    let address = HomeserverAddress::parse(session.user.as_str()).map_err(|_| none())?;
    report.busy("finding the identity server");
    let (client, interrupt) = (session.client(), session.interrupt());
    match discovered(client, session.policy(), address, report, interrupt).await {
        Ok(found) => found.identity_server.ok_or_else(none),
        Err(error) if error.exit == Exit::GivenUp => Err(error),
        Err(_) => Err(none()),
    }
}
