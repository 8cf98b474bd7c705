//! Logging in, and registering accounts, on the pages of a server: by OAuth 2.0.

use hardline::flow::{DeviceLogin, LoggedIn, OAuthLogin};
use hardline::oauth_api::{RegisterClient, ResponseMode};

use crate::args::OAuthOptions;
use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::conversation::Conversation;
use crate::doing::Doing;
use crate::prompt::Prompt;
use crate::random::entropy;
use crate::redirect_listener::{REDIRECT_URI, RedirectListener};
use crate::report::Report;
use crate::session::Session;
use crate::session_file::SavedSession;

/// What users see on the server's pages, and later in the list of their devices.
const NAME: &str = "hardline";

/// What the page is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    LogIn,
    Register,
}

/// Logs in with a browser, which comes back to this machine.
pub(crate) async fn with_browser(
    connected: Connected,
    options: &OAuthOptions,
    purpose: Purpose,
    report: &Report,
    prompt: &Prompt<'_>,
) -> Result<(Session, SavedSession), CliError> {
    let listener = RedirectListener::for_authorization().await?;
    let client = RegisterClient::native(options.client_uri.clone(), REDIRECT_URI.to_owned());
    let homeserver = connected.homeserver.clone();
    let mut flow = OAuthLogin::new(
        connected.client.now(),
        homeserver,
        named(client),
        entropy()?,
    )
    .with_policy(connected.policy.clone())
    .with_redirect_uri(listener.url())
    // What a browser keeps in the fragment never reaches a listener.
    .with_response_mode(ResponseMode::Query);
    if purpose == Purpose::Register {
        flow = flow.registering();
    }
    let logged_in = conversation(&connected, report, prompt)
        .with_redirect_listener(listener, !options.no_browser)
        .run(flow)
        .await?;
    Ok(session(connected, logged_in))
}

/// Logs in with a code that the user types on any device.
pub(crate) async fn with_device_code(
    connected: Connected,
    options: &OAuthOptions,
    report: &Report,
    prompt: &Prompt<'_>,
) -> Result<(Session, SavedSession), CliError> {
    let client = RegisterClient::device(options.client_uri.clone());
    let homeserver = connected.homeserver.clone();
    let flow = DeviceLogin::new(
        connected.client.now(),
        homeserver,
        named(client),
        entropy()?,
    )
    .with_policy(connected.policy.clone());
    let logged_in = conversation(&connected, report, prompt).run(flow).await?;
    Ok(session(connected, logged_in))
}

fn named(mut client: RegisterClient) -> RegisterClient {
    client.client_name = Some(NAME.to_owned());
    client
}

fn conversation<'a>(
    connected: &'a Connected,
    report: &'a Report,
    prompt: &'a Prompt<'a>,
) -> Conversation<'a> {
    let (client, interrupt) = (&connected.client, &connected.interrupt);
    Conversation::new(client, report, prompt, interrupt, Doing::LoggingInByOAuth)
}

fn session(connected: Connected, logged_in: LoggedIn) -> (Session, SavedSession) {
    let LoggedIn {
        user_id,
        device_id,
        tokens,
        ..
    } = logged_in;
    Session::of_tokens(connected, user_id, Some(device_id), tokens, None)
}
