//! A terminal that does not show what is typed, and does again however the command ends.

/// While this lives, the terminal does not show what is typed.
pub(crate) struct Hidden(());

impl Drop for Hidden {
    fn drop(&mut self) {
        restore();
    }
}

#[cfg(unix)]
mod unix {
    use std::io;
    use std::sync::{Mutex, PoisonError};

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    use super::Hidden;

    /// How the terminal was before. The terminal belongs to the process, and a signal may end that anywhere.
    static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

    pub(crate) fn hide() -> io::Result<Hidden> {
        let stdin = io::stdin();
        let before = tcgetattr(&stdin)?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        // The line break that ends a password may be seen.
        hidden.local_modes.insert(LocalModes::ECHONL);
        *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = Some(before);
        let guard = Hidden(());
        // What was typed too early was seen already: it is not the password.
        tcsetattr(&stdin, OptionalActions::Flush, &hidden)?;
        Ok(guard)
    }

    pub(crate) fn restore() {
        let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(before) = before {
            // If the terminal is gone, there is nothing to restore.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &before);
        }
    }
}

#[cfg(unix)]
pub(crate) use unix::{hide, restore};

#[cfg(not(unix))]
pub(crate) fn restore() {}
