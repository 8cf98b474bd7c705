use std::fs::{File, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use crate::interrupt::Interrupt;
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
        let file = file.lock_file().ok()?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Some(Self(file)),
                Err(TryLockError::WouldBlock)
                    if !interrupt.was_pressed() && begun.elapsed() < PATIENCE =>
                {
                    thread::sleep(PAUSE);
                }
                Err(_) => return None,
            }
        }
    }
}
