//! `password reset`.

use hardline::flow::{ResetPassword, ThreepidInput};
use hardline::types::Password;

use crate::advice::{Doing, CliError};
use crate::args::Reset;
use crate::conversation::{Conversation, all_means, homeserver_of};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::prompt::Prompt;
use crate::random::client_secret;
use crate::report::{Report, Step};
use crate::session::{Session, env_secret};

/// Sets a new password for an account whose old one is forgotten.
pub(crate) async fn reset(reset: &Reset, report: &Report) -> Result<(), CliError> {
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let threepid = reset.contact.threepid().ok_or_else(|| {
        CliError::new(
            Exit::Usage,
            "it has to be shown whose account it is",
            "name its --email, or its --phone with --country",
        )
    })?;
    let client = Session::nobody(&reset.homeserver, &reset.network, report, &interrupt).await?;
    let mut flow = ResetPassword::new(
        client.now(),
        homeserver_of(&client)?,
        threepid.clone(),
        client_secret()?,
    )
    .with_policy(reset.network.policy())
    .with_uia_capabilities(all_means());
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
    Conversation::new(&client, report, &prompt, &interrupt, last)
        .of(format!("the account of {address}"))
        .with_threepid(Some(threepid))
        .hold(flow)
        .await?;
    report.result(&Step::PasswordReset { address });
    Ok(())
}
