use std::fs::{File, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::interrupt::{Interrupt, interrupted};
use crate::private_file::PrivateFile;
use crate::session_file::SessionFile;

/// How long another command may hold the lock: longer than its requests take, with the waits between them. One that hangs
/// must not keep all others from working.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long to wait before looking again whether the lock is free. While a lock is waited for, Ctrl-C has to work.
const PAUSE: Duration = Duration::from_millis(20);

/// The right to change a session file, until this is dropped. It ends with the process, however that ends.
pub(crate) struct SessionLock(#[expect(dead_code, reason = "closing the file unlocks it")] File);

impl SessionLock {
    /// Waits until no other command has the lock. `None` where there is no locking, as in some networks' file systems and in
    /// folders that cannot be written, or where Ctrl-C was pressed or the other command hangs.
    pub(crate) fn of(file: &SessionFile, interrupt: &Interrupt) -> Option<Self> {
        wait(file.lock_file().ok()?, interrupt).unwrap_or_default()
    }

    /// The same for a file that must not be used while another command has it.
    pub(crate) fn claim(
        file: &PrivateFile,
        interrupt: &Interrupt,
    ) -> Result<Option<Self>, CliError> {
        let Ok(file) = file.lock_file() else {
            return Ok(None);
        };
        wait(file, interrupt).map_err(|Busy| {
            if interrupt.was_pressed() {
                return interrupted();
            }
            CliError::new(
                Exit::Local,
                "another command is still sending",
                "wait until it has ended",
            )
        })
    }
}

/// Another command has the lock.
struct Busy;

/// `None` where there is no locking.
fn wait(file: File, interrupt: &Interrupt) -> Result<Option<SessionLock>, Busy> {
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(SessionLock(file))),
            Err(TryLockError::WouldBlock)
                if !interrupt.was_pressed() && begun.elapsed() < PATIENCE =>
            {
                thread::sleep(PAUSE);
            }
            Err(TryLockError::WouldBlock) => return Err(Busy),
            Err(TryLockError::Error(_)) => return Ok(None),
        }
    }
}
