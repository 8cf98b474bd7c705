//! `password reset`.

use hardline::flow::{ResetPassword, ThreepidInput};
use hardline::types::Password;

use crate::args::{Reset, SessionOption};
use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::conversation::Conversation;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::left::{About, Keeper, Left, Purpose};
use crate::logins;
use crate::prompt::Prompt;
use crate::random::client_secret;
use crate::report::Report;
use crate::secrets::env_secret;
use crate::session_file::SessionFile;
use crate::step::Step;
use crate::uia_capabilities;

/// Sets a new password for an account whose old one was forgotten.
pub(crate) async fn reset(reset: &Reset, report: &Report) -> Result<(), CliError> {
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let threepid = reset.contact.threepid()?.ok_or_else(|| {
        CliError::new(
            Exit::Usage,
            "the command has to know which account it is",
            "give its --email, or its --phone",
        )
    })?;
    let file = logins::file_of(&SessionOption::default())?;
    let connected = Connected::to(&reset.homeserver, &reset.network, report, &interrupt).await?;
    let mut flow = ResetPassword::new(
        connected.client.now(),
        connected.homeserver.clone(),
        threepid.clone(),
        client_secret()?,
    )
    .with_policy(reset.network.policy())
    .with_uia_capabilities(uia_capabilities::all());
    if let Some(password) = env_secret("HARDLINE_PASSWORD") {
        flow = flow.with_new_password(Password::from(password));
    }
    if reset.keep_devices {
        flow = flow.keeping_devices();
    }
    let about = About {
        purpose: Purpose::ResetPassword,
        homeserver: connected.homeserver.base_url.to_string(),
        user: None,
        logs_in: false,
        threepid: Some(threepid),
    };
    run(flow, about, None, &connected, &file, report, &prompt).await
}

/// Goes on with what was left.
pub(crate) async fn go_on(
    left: &Left,
    connected: &Connected,
    file: &SessionFile,
    report: &Report,
    prompt: &Prompt<'_>,
) -> Result<(), CliError> {
    let about = left.about.clone();
    run(
        left.flow()?,
        about,
        Some(left),
        connected,
        file,
        report,
        prompt,
    )
    .await
}

async fn run(
    flow: ResetPassword,
    about: About,
    left: Option<&Left>,
    connected: &Connected,
    file: &SessionFile,
    report: &Report,
    prompt: &Prompt<'_>,
) -> Result<(), CliError> {
    let threepid = about.threepid.clone();
    let address = match &threepid {
        Some(ThreepidInput::Phone { number, .. }) => number.clone(),
        Some(ThreepidInput::Email(address)) => address.clone(),
        _ => "this address".to_owned(),
    };
    let last = Doing::ResettingThePassword;
    let (client, interrupt) = (&connected.client, &connected.interrupt);
    let mut conversation = Conversation::new(client, report, prompt, interrupt, last)
        .of(format!("the account of {address}"))
        .with_threepid(threepid)
        .with_keeper(Some(Keeper::new(file.left(), about)));
    if let Some(left) = left {
        conversation = conversation.resuming(left);
    }
    conversation.run(flow).await?;
    report.result(&Step::PasswordReset { address });
    Ok(())
}
