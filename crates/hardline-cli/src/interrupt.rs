use tokio::sync::watch;

use crate::exit::Exit;

/// Knows whether the person pressed Ctrl-C.
///
/// A device that was logged in is to be logged out again, so Ctrl-C must not end the process at once. It is watched on
/// a thread of its own, because a blocking transport holds the main one; there the second Ctrl-C ends the process.
#[derive(Clone)]
pub(crate) struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Begins to watch. Where that is not possible, Ctrl-C ends the process as ever.
    pub(crate) fn watch() -> Self {
        let (sender, receiver) = watch::channel(false);
        // Joined by nobody: it ends with the process.
        let _ = std::thread::Builder::new()
            .name("ctrl-c".to_owned())
            .spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                let Ok(runtime) = runtime else { return };
                runtime.block_on(async {
                    if tokio::signal::ctrl_c().await.is_err() {
                        return;
                    }
                    sender.send_replace(true);
                    if tokio::signal::ctrl_c().await.is_ok() {
                        std::process::exit(Exit::GivenUp.code().into());
                    }
                });
            });
        Self(receiver)
    }

    /// Ends once Ctrl-C was pressed.
    pub(crate) async fn pressed(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|pressed| *pressed).await.is_err() {
            // Nobody watches any more, so it will not be known.
            std::future::pending::<()>().await;
        }
    }
}
