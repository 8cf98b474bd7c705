use std::sync::mpsc::Receiver;

use hardline_loopback::{Loopback, Message};

use crate::args::LoopbackOptions;
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::report::Report;
use crate::secrets::env_secret;
use crate::step::Step;

/// Runs until Ctrl-C, which ends the process: there is nothing to save.
pub(crate) async fn run(options: &LoopbackOptions, report: &Report) -> Result<(), CliError> {
    let mut builder = Loopback::builder().listen(options.listen);
    if let Some(user) = &options.user {
        let password = env_secret("HARDLINE_PASSWORD").ok_or_else(|| {
            CliError::new(
                Exit::Usage,
                "the account needs a password",
                "set HARDLINE_PASSWORD",
            )
        })?;
        builder = builder.account(user, &password);
    }
    if options.oauth {
        builder = builder.oauth();
    }
    if options.oauth_only {
        builder = builder.oauth_only();
    }
    let loopback = builder
        .start()
        .map_err(|error| CliError::local("could not start the homeserver", &error))?;
    let messages = loopback.inbox().subscribe();
    report.result(&Step::Listening {
        url: loopback.url().to_owned(),
    });
    if !options.listen.ip().is_loopback() {
        report.warning(
            "other machines can reach this test server, and its text messages are shown here",
        );
    }
    show(&messages, report);
    Ok(())
}

fn show(messages: &Receiver<Message>, report: &Report) {
    // Where one cannot be shown, nobody would learn of the next.
    while !report.is_unwritten()
        && let Ok(message) = messages.recv()
    {
        report.result(&Step::text_message(&message));
    }
}
