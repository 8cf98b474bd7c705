//! Logging in without a password: by single sign-on in a browser, or with a token that another device got.

use hardline::client_api::session;
use hardline::flow::LogIn;
use hardline::types::LoginToken;
use hardline::wire::AuthType;

use crate::args::{Login, OAuthOptions};
use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::conversation::Conversation;
use crate::doing::Doing;
use crate::interrupt::Interrupt;
use crate::prompt::Prompt;
use crate::random::seed;
use crate::redirect_listener::RedirectListener;
use crate::report::Report;
use crate::secrets::PIPE;
use crate::session::Session;
use crate::session_file::SavedSession;

/// Logs in with a browser on this machine.
pub(crate) async fn with_browser(
    connected: Connected,
    options: &OAuthOptions,
    report: &Report,
    prompt: &Prompt<'_>,
) -> Result<(Session, SavedSession), CliError> {
    let listener = RedirectListener::for_login_token().await?;
    let flow = flow(&connected, operation())?.with_redirect_url(listener.url());
    let answer = conversation(&connected, report, prompt)
        .with_redirect_listener(listener, !options.no_browser)
        .run(flow)
        .await?;
    Ok(Session::of_login(connected, answer, None))
}

/// Logs in with a token from standard input.
pub(crate) async fn with_token(
    login: &Login,
    report: &Report,
    prompt: &Prompt<'_>,
    interrupt: &Interrupt,
) -> Result<(Session, SavedSession), CliError> {
    let line = prompt.line("login token: ").await?;
    let token = line.filter(|line| !line.trim().is_empty());
    let token = token.ok_or_else(|| prompt.ended("login token", PIPE))?;
    let mut operation = operation();
    operation.token = Some(LoginToken::from(token.trim()));
    let connected = Connected::to(&login.address()?, &login.network, report, interrupt).await?;
    let flow = flow(&connected, operation)?;
    let answer = conversation(&connected, report, prompt).run(flow).await?;
    Ok(Session::of_login(connected, answer, None))
}

fn operation() -> session::Login {
    let mut operation = session::Login::new(AuthType::Token);
    operation.initial_device_display_name = Some("hardline".to_owned());
    operation.refresh_token = Some(true);
    operation
}

fn flow(connected: &Connected, operation: session::Login) -> Result<LogIn, CliError> {
    let homeserver = connected.homeserver.clone();
    let flow = LogIn::new(connected.client.now(), homeserver, operation, seed()?);
    Ok(flow.with_policy(connected.policy.clone()))
}

fn conversation<'a>(
    connected: &'a Connected,
    report: &'a Report,
    prompt: &'a Prompt<'a>,
) -> Conversation<'a> {
    let (client, interrupt) = (&connected.client, &connected.interrupt);
    Conversation::new(client, report, prompt, interrupt, Doing::LoggingIn)
}
