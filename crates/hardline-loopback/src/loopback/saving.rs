use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::value::RawValue;

use super::data_file::DataFile;
use crate::{AuthorizationServer, Homeserver, IdentityServer, Snapshot};

/// The file that keeps what the servers remember.
pub(super) struct Saving {
    file: DataFile,
    /// What the file had, until the servers have it.
    found: Option<Snapshot>,
    /// What an authorization server remembered that is not there now.
    absent: Option<Box<RawValue>>,
    /// Whether the servers beside the homeserver may remember more than was written.
    is_due: AtomicBool,
}

impl Saving {
    /// Reads the file, if there is one.
    pub(super) fn begin(path: &Path) -> io::Result<Self> {
        let file = DataFile::new(path);
        let found = file.read()?;
        Ok(Self {
            file,
            found,
            absent: None,
            is_due: AtomicBool::new(false),
        })
    }

    /// What the file had.
    pub(super) fn found(&self) -> Option<&Snapshot> {
        self.found.as_ref()
    }

    /// Lets the homeserver remember what the file had.
    pub(super) fn restore(&self, homeserver: &Homeserver) -> io::Result<()> {
        let Some(found) = &self.found else {
            return Ok(());
        };
        let restored = homeserver.restore(found);
        restored.map_err(|error| self.file.refused(error))
    }

    /// The same for the servers beside it.
    pub(super) fn restore_others(
        &mut self,
        identity_server: &IdentityServer,
        authorization_server: Option<&AuthorizationServer>,
    ) -> io::Result<()> {
        let Some(Snapshot(found)) = self.found.take() else {
            return Ok(());
        };
        let refused = |error| self.file.refused(error);
        if let Some(remembered) = &found.identity_server {
            identity_server.remember(remembered).map_err(refused)?;
        }
        match (authorization_server, found.authorization_server) {
            (Some(server), Some(remembered)) => server.remember(&remembered).map_err(refused)?,
            (_, remembered) => self.absent = remembered,
        }
        Ok(())
    }

    /// What an authorization server remembered that is not there now.
    pub(super) fn absent(&self) -> Option<Box<RawValue>> {
        self.absent.clone()
    }

    pub(super) fn write(&self, snapshot: &Snapshot) -> io::Result<()> {
        self.file.write(snapshot)
    }

    /// There is something to write.
    pub(super) fn touch(&self) {
        self.is_due.store(true, Ordering::Relaxed);
    }

    /// Whether there was something to write since the last call.
    pub(super) fn take_due(&self) -> bool {
        self.is_due.swap(false, Ordering::Relaxed)
    }
}
