//! `register`.

use hardline::client_api::account;
use hardline::client_api::discovery::AuthMetadata;
use hardline::flow::{OAuthGap, RegisterAccount, SessionTokens};
use hardline::oauth_api::PromptValue;

use crate::args::Register;
use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::conversation::Conversation;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::explain::explain_gap;
use crate::interrupt::Interrupt;
use crate::log_in::{keep, refuse_second_login};
use crate::oauth_login::{self, Purpose};
use crate::offers::authorization_server;
use crate::prompt::Prompt;
use crate::random::client_secret;
use crate::report::Report;
use crate::secrets::env_secret;
use crate::session::Session;
use crate::session_file::{SavedSession, SessionFile};
use crate::step::Step;
use crate::uia_capabilities;
use crate::user_password::UserPassword;

/// Registers an account, and keeps its tokens as `login` does.
pub(crate) async fn run(register: &Register, report: &Report) -> Result<(), CliError> {
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let file = SessionFile::new(&register.session)?;
    refuse_second_login(&file)?;
    let has_password = register.password_stdin || env_secret("HARDLINE_PASSWORD").is_some();
    let secret = if has_password && !register.oauth {
        Some(name_and_password(register, &prompt).await?)
    } else {
        None
    };
    let connected =
        Connected::to(&register.homeserver, &register.network, report, &interrupt).await?;
    let (session, saved) = match secret {
        Some(secret) => with_password(connected, register, secret, report, &prompt).await?,
        None => match authorization_server(&connected).await? {
            Some(server) => on_page(connected, &server, register, report, &prompt).await?,
            None if register.oauth => return Err(explain_gap(OAuthGap::Metadata)),
            None => {
                let secret = name_and_password(register, &prompt).await?;
                with_password(connected, register, secret, report, &prompt).await?
            }
        },
    };
    keep(&file, &session, &saved, Ok(()), report).await?;
    report.result(&Step::Registered {
        user_id: session.user.to_string(),
    });
    Ok(())
}

async fn name_and_password(
    register: &Register,
    prompt: &Prompt<'_>,
) -> Result<UserPassword, CliError> {
    UserPassword::find(register.user.as_deref(), register.password_stdin, prompt).await
}

/// Registers on the page of the authorization server.
async fn on_page(
    connected: Connected,
    server: &AuthMetadata,
    register: &Register,
    report: &Report,
    prompt: &Prompt<'_>,
) -> Result<(Session, SavedSession), CliError> {
    // A server that says nothing about it may have a link on its page.
    let create = PromptValue::Create;
    if let Some(prompts) = &server.prompt_values_supported
        && !prompts.iter().any(|prompt| prompt == create.as_str())
    {
        return Err(CliError::new(
            Exit::Unsupported,
            "the server registers no accounts for other programs",
            format!(
                "see whether you can register at {}, or ask its administrator for an account",
                server.issuer
            ),
        ));
    }
    report.step(&Step::OauthChosen {
        issuer: server.issuer.clone(),
        device_code: false,
    });
    let options = &register.oauth_options;
    oauth_login::with_browser(connected, options, Purpose::Register, report, prompt).await
}

/// Registers with a name and a password.
async fn with_password(
    connected: Connected,
    register: &Register,
    secret: UserPassword,
    report: &Report,
    prompt: &Prompt<'_>,
) -> Result<(Session, SavedSession), CliError> {
    let threepid = register.contact.threepid();
    let client = &connected.client;
    let mut operation = account::Register::new();
    operation.username = Some(secret.user);
    operation.password = Some(secret.password.clone());
    operation.initial_device_display_name = Some("hardline".to_owned());
    operation.refresh_token = Some(true);
    let mut flow = RegisterAccount::new(
        client.now(),
        connected.homeserver.clone(),
        operation,
        client_secret()?,
    )
    .with_policy(register.network.policy())
    .with_uia_capabilities(uia_capabilities::all());
    if let Some(threepid) = &threepid {
        flow = flow.with_threepid(threepid.clone());
    }
    let interrupt = &connected.interrupt;
    let conversation =
        Conversation::new(client, report, prompt, interrupt, Doing::Registering).of("the account");
    let registered = match conversation.with_threepid(threepid).run(flow).await {
        Ok(registered) => registered,
        Err(error) => return Err(with_page(&connected, error).await),
    };
    let tokens = SessionTokens::of_registration(client.now(), &registered);
    let Some(tokens) = tokens else {
        return Err(CliError::new(
            Exit::Authentication,
            format!("registered {}, but could not log in", registered.user_id),
            "run `hardline login`",
        ));
    };
    let (user_id, device_id) = (registered.user_id, registered.device_id);
    let password = Some(secret.password);
    Ok(Session::of_tokens(
        connected, user_id, device_id, tokens, password,
    ))
}

/// Why an account could not be registered, if the server registers accounts on its page alone.
async fn with_page(connected: &Connected, error: CliError) -> CliError {
    if error.exit != Exit::Unsupported {
        return error;
    }
    match authorization_server(connected).await {
        Ok(Some(server)) => CliError::new(
            Exit::Unsupported,
            format!(
                "the server registers accounts only on its own page, at {}",
                server.issuer
            ),
            "run `hardline register --oauth`",
        ),
        _ => error,
    }
}
