//! Logging in without a password: by single sign-on in a browser, or with a token that another device got.

use hardline::client_api::session;
use hardline::flow::LogIn;
use hardline::types::LoginToken;
use hardline::wire::AuthType;

use crate::args::Login;
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

/// Logs in for the commands that follow.
pub(crate) async fn log_in(
    login: &Login,
    report: &Report,
    prompt: &Prompt<'_>,
    interrupt: &Interrupt,
) -> Result<(Session, SavedSession), CliError> {
    let mut operation = session::Login::new(AuthType::Token);
    operation.initial_device_display_name = Some("hardline".to_owned());
    operation.refresh_token = Some(true);
    if login.login_token_stdin {
        let line = prompt.line("login token: ").await?;
        let token = line.filter(|line| !line.trim().is_empty());
        let token = token.ok_or_else(|| prompt.ended("login token", PIPE))?;
        operation.token = Some(LoginToken::from(token.trim()));
    }
    let connected = Connected::to(&login.homeserver, &login.network, report, interrupt).await?;
    let (client, homeserver) = (&connected.client, connected.homeserver.clone());
    let flow = LogIn::new(client.now(), homeserver, operation, seed()?)
        .with_policy(login.network.policy());
    let conversation = Conversation::new(client, report, prompt, interrupt, Doing::LoggingIn);
    let answer = if login.sso {
        let listener = RedirectListener::for_login_token().await?;
        let flow = flow.with_redirect_url(listener.url());
        conversation
            .with_redirect_listener(listener)
            .run(flow)
            .await?
    } else {
        conversation.run(flow).await?
    };
    Ok(Session::of_login(connected, answer))
}
