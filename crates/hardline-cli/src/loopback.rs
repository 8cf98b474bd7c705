use std::io;
use std::sync::mpsc::Receiver;
use std::thread;

use hardline_loopback::{Loopback, Message};
#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use crate::args::LoopbackOptions;
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::report::Report;
use crate::secrets::env_secret;
use crate::step::Step;

/// Runs until Ctrl-C, which ends the process unless there is something to save.
pub(crate) async fn run(options: &LoopbackOptions, report: &Report) -> Result<(), CliError> {
    let mut builder = Loopback::builder().listen(options.listen);
    if !options.no_page {
        builder = builder.page();
    }
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
    if let Some(path) = &options.data {
        builder = builder.data(path);
    }
    let loopback = builder
        .start()
        .map_err(|error| CliError::local("could not start the homeserver", &error))?;
    let messages = loopback.inbox().subscribe();
    report.result(&Step::Listening {
        url: loopback.url().to_owned(),
        page: loopback.page_url(),
    });
    if !options.listen.ip().is_loopback() {
        report.warning(
            "other machines can reach this test server, and its text messages are shown here: it has no page",
        );
    }
    if options.data.is_none() {
        show(&messages, report);
        return Ok(());
    }
    let (shown, all_shown) = oneshot::channel::<()>();
    let keeping = thread::spawn(move || keep(loopback, all_shown));
    show(&messages, report);
    drop(shown);
    let kept = keeping.join().unwrap_or(Ok(()));
    kept.map_err(|error| CliError::local("could not save what the homeserver remembers", &error))
}

/// Keeps a homeserver until somebody ends it, and saves what it remembers. There are no more messages then.
fn keep(loopback: Loopback, all_shown: oneshot::Receiver<()>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = terminated() => {}
            _ = all_shown => {}
        }
    });
    loopback.save()
}

/// Ends when the process is told to.
async fn terminated() {
    #[cfg(unix)]
    if let Ok(mut signals) = signal(SignalKind::terminate()) {
        signals.recv().await;
        return;
    }
    std::future::pending::<()>().await;
}

fn show(messages: &Receiver<Message>, report: &Report) {
    // Where one cannot be shown, nobody would learn of the next.
    while !report.is_unwritten()
        && let Ok(message) = messages.recv()
    {
        report.result(&Step::text_message(&message));
    }
}
