//! `register`.

use hardline::client_api::account;
use hardline::flow::{RegisterAccount, SessionTokens};

use crate::account::refuse_second_login;
use crate::args::Register;
use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::conversation::Conversation;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::prompt::Prompt;
use crate::random::client_secret;
use crate::report::Report;
use crate::session_file::{SavedSession, SessionFile};
use crate::step::Step;
use crate::uia_capabilities;
use crate::user_password::UserPassword;

/// Registers an account, and keeps the access token as `login` does.
pub(crate) async fn run(register: &Register, report: &Report) -> Result<(), CliError> {
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let file = SessionFile::new(&register.session)?;
    refuse_second_login(&file)?;
    let user = register.user.as_deref();
    let secret = UserPassword::find(user, register.password_stdin, &prompt).await?;
    let threepid = register.contact.threepid();
    let connected =
        Connected::to(&register.homeserver, &register.network, report, &interrupt).await?;
    let (client, homeserver) = (&connected.client, &connected.homeserver);

    let mut operation = account::Register::new();
    operation.username = Some(secret.user);
    operation.password = Some(secret.password);
    operation.initial_device_display_name = Some("hardline".to_owned());
    operation.refresh_token = Some(true);
    let mut flow = RegisterAccount::new(
        client.now(),
        homeserver.clone(),
        operation,
        client_secret()?,
    )
    .with_policy(register.network.policy())
    .with_uia_capabilities(uia_capabilities::all());
    if let Some(threepid) = &threepid {
        flow = flow.with_threepid(threepid.clone());
    }
    let conversation = Conversation::new(client, report, &prompt, &interrupt, Doing::Registering)
        .of("the account");
    let registered = conversation.with_threepid(threepid).run(flow).await?;

    let tokens = SessionTokens::of_registration(client.now(), &registered);
    let Some(tokens) = tokens else {
        return Err(CliError::new(
            Exit::Authentication,
            format!("registered {}, but could not log in", registered.user_id),
            "run `hardline login`",
        ));
    };
    file.save(&SavedSession {
        homeserver: homeserver.base_url.to_string(),
        user_id: registered.user_id.clone(),
        device_id: registered.device_id.clone(),
        tokens,
    })?;
    report.result(&Step::Registered {
        user_id: registered.user_id.to_string(),
    });
    Ok(())
}
