//! `identity lookup`.

use hardline::client::Client;
use hardline::client_api::discovery::GetWellknown;
use hardline::flow::{HomeserverAddress, Lookup};
use hardline::types::{AccessToken, ServerName};
use hardline::wire::{BaseUrl, Target};
use hardline_hyper::TokioClock;

use crate::args::{Identity, LookUp};
use crate::cli_error::CliError;
use crate::connected::discovered;
use crate::conversation::Conversation;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::international::base_url;
use crate::interrupt::{Interrupt, Signal, interrupted};
use crate::network::transport;
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
        None => suggested(lookup, session, report).await?,
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
    let mut conversation = Conversation::new(
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

/// The identity server that the site of the account's server suggests, or the homeserver itself: a homeserver that is
/// known by its URL alone may have no such site.
async fn suggested(
    lookup: &LookUp,
    session: &Session,
    report: &Report,
) -> Result<BaseUrl, CliError> {
    let none = || {
        CliError::new(
            Exit::Usage,
            "the account's server suggests no identity server",
            "name one with --identity-server",
        )
    };
    report.busy("finding the identity server");
    let homeserver = &session.homeserver().base_url;
    let address = HomeserverAddress::parse(session.user.as_str()).map_err(|_| none())?;
    let is_site = |name: &ServerName| homeserver.to_string().contains(name.as_str());
    let own = || at_homeserver(lookup, homeserver, session, report);
    if matches!(&address, HomeserverAddress::Name(name) if is_site(name))
        && let Some(url) = own().await?
    {
        return Ok(url);
    }
    let (client, interrupt) = (session.client(), session.interrupt());
    match discovered(client, session.policy(), address, report, interrupt).await {
        Ok(found) => match found.identity_server {
            Some(url) => Ok(url),
            None => own().await?.ok_or_else(none),
        },
        Err(error) if Signal::received().is_some() => Err(error),
        Err(_) => own().await?.ok_or_else(none),
    }
}

/// What the homeserver's own file suggests.
async fn at_homeserver(
    lookup: &LookUp,
    homeserver: &BaseUrl,
    session: &Session,
    report: &Report,
) -> Result<Option<BaseUrl>, CliError> {
    let transport = transport(&lookup.account.network, report)?;
    let target = Target::ServerName(homeserver.clone());
    let client = Client::new(transport, TokioClock, target).with_policy(session.policy());
    let found = tokio::select! {
        () = session.interrupt().pressed() => return Err(interrupted()),
        found = client.call(GetWellknown::new()) => found,
    };
    let named = found.ok().and_then(|found| found.identity_server);
    Ok(named.and_then(|named| base_url(&named.base_url).ok()))
}
