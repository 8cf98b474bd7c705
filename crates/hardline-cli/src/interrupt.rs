use std::sync::OnceLock;

use tokio::sync::watch;

use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::terminal;

/// Knows whether the user pressed Ctrl-C, or the system told the command to end.
///
/// A device that this command logged in has to be logged out again, so neither must end the process at once. A thread of
/// its own watches for them, because a blocking transport holds the main one; the second ends the process.
#[derive(Clone)]
pub(crate) struct Interrupt(watch::Receiver<bool>);

/// What the command was told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C.
    Interrupt,
    Terminate,
    /// Ctrl-\, which ends the process at once.
    Quit,
}

/// The first that came. Signals come to the process, not to a part of it.
static RECEIVED: OnceLock<Signal> = OnceLock::new();

impl Interrupt {
    /// Begins to watch. If that is not possible, Ctrl-C ends the process as usual.
    pub(crate) fn watch() -> Self {
        let (sender, receiver) = watch::channel(false);
        // Nobody joins the thread: it ends with the process.
        let _ = std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                let Ok(runtime) = runtime else { return };
                // Nobody is left to be told.
                let _ = runtime.block_on(watch_signals(&sender));
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

/// The command ends since it was told to.
pub(crate) fn interrupted() -> CliError {
    let (exit, why) = match Signal::received() {
        Some(Signal::Terminate) => (Exit::Terminated, "the system told the command to end"),
        _ => (Exit::Interrupted, "Ctrl-C was pressed"),
    };
    CliError::new(exit, "given up", why)
}

async fn watch_signals(sender: &watch::Sender<bool>) -> std::io::Result<()> {
    let mut signals = Signals::new()?;
    loop {
        let signal = signals.next().await;
        let is_first = RECEIVED.set(signal).is_ok();
        if signal == Signal::Quit || !is_first {
            terminal::restore();
            signal.end_process();
        }
        sender.send_replace(true);
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    quit: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            quit: signal(SignalKind::quit())?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.quit.recv() => Signal::Quit,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Signal {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Signal::Interrupt
    }
}

impl Signal {
    /// The one that the command was told to end by, if it was.
    pub(crate) fn received() -> Option<Self> {
        RECEIVED.get().copied()
    }

    /// Ends the process as if it did not know this signal. A shell whose command ends so leaves its loop, which it does not
    /// for an exit code.
    #[cfg(unix)]
    pub(crate) fn end_process(self) -> ! {
        use signal_hook::consts::{SIGINT, SIGQUIT, SIGTERM};

        let signal = match self {
            Self::Interrupt => SIGINT,
            Self::Terminate => SIGTERM,
            Self::Quit => SIGQUIT,
        };
        // It fails for signals that it does not know.
        let _ = signal_hook::low_level::emulate_default_handler(signal);
        std::process::exit(Exit::Interrupted.code().into())
    }

    #[cfg(not(unix))]
    pub(crate) fn end_process(self) -> ! {
        std::process::exit(Exit::Interrupted.code().into())
    }
}
