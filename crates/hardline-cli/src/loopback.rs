use std::sync::mpsc::Receiver;

use hardline_loopback::{Loopback, Message};

use crate::advice::CliError;
use crate::args::LoopbackOptions;
use crate::exit::Exit;
use crate::report::{Report, Step, shown};
use crate::session::env_secret;

/// Runs until Ctrl-C, which ends the process: there is nothing to keep.
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
    let loopback = builder
        .start()
        .map_err(|error| CliError::local("the homeserver could not be started", &error))?;
    let messages = loopback.inbox().subscribe();
    report.result(&Step::Listening {
        url: loopback.url().to_owned(),
    });
    if !options.listen.ip().is_loopback() {
        report.warning("other machines may reach it: it is for trying things out, and its texts are shown here");
    }
    show(&messages, report);
    Ok(())
}

/// A text message as it is shown.
pub(crate) fn text_message(message: &Message) -> Step {
    Step::TextMessage {
        medium: message.medium.to_string(),
        to: shown(message.medium.as_str(), &message.address),
        text: message.text.clone(),
        code: message.token.reveal().to_owned(),
    }
}

fn show(messages: &Receiver<Message>, report: &Report) {
    for message in messages {
        report.result(&text_message(&message));
    }
}
