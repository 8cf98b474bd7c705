//! `password reset`.

use hardline::flow::{ResetPassword, ThreepidInput};
use hardline::types::Password;

use crate::args::Reset;
use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::conversation::Conversation;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::prompt::Prompt;
use crate::random::client_secret;
use crate::report::Report;
use crate::secrets::env_secret;
use crate::step::Step;
use crate::uia_capabilities;

/// Sets a new password for an account whose old one was forgotten.
pub(crate) async fn reset(reset: &Reset, report: &Report) -> Result<(), CliError> {
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let threepid = reset.contact.threepid().ok_or_else(|| {
        CliError::new(
            Exit::Usage,
            "the command has to know which account it is",
            "give its --email, or its --phone with --country",
        )
    })?;
    let connected = Connected::to(&reset.homeserver, &reset.network, report, &interrupt).await?;
    let client = &connected.client;
    let mut flow = ResetPassword::new(
        client.now(),
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
    let address = match &threepid {
        ThreepidInput::Phone { number, .. } => number.clone(),
        ThreepidInput::Email(address) => address.clone(),
        other => other.medium().to_string(),
    };
    let last = Doing::ResettingThePassword;
    Conversation::new(client, report, &prompt, &interrupt, last)
        .of(format!("the account of {address}"))
        .with_threepid(Some(threepid))
        .run(flow)
        .await?;
    report.result(&Step::PasswordReset { address });
    Ok(())
}
