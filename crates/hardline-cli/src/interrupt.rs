use tokio::sync::watch;

use crate::exit::Exit;

/// Knows whether the user pressed Ctrl-C.
///
/// A device that this command logged in has to be logged out again, so Ctrl-C must not end the process at once. A thread
/// of its own watches for it, because a blocking transport holds the main one; the second Ctrl-C ends the process.
#[derive(Clone)]
pub(crate) struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Begins to watch. If that is not possible, Ctrl-C ends the process as usual.
    pub(crate) fn watch() -> Self {
        let (sender, receiver) = watch::channel(false);
        // Nobody joins the thread: it ends with the process.
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

    /// Nobody presses Ctrl-C.
    #[cfg(test)]
    pub(crate) fn never() -> Self {
        Self(watch::channel(false).1)
    }

    /// Whether Ctrl-C was pressed.
    pub(crate) fn was_pressed(&self) -> bool {
        *self.0.borrow()
    }

    /// Ends once Ctrl-C was pressed.
    pub(crate) async fn pressed(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|pressed| *pressed).await.is_err() {
            // Nobody is watching any more, so this never learns of it.
            std::future::pending::<()>().await;
        }
    }
}
