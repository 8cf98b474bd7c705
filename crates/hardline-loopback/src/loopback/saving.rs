use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::value::RawValue;

use super::data_file::DataFile;
use super::site::Site;
use crate::{AuthorizationServer, Homeserver, IdentityServer, Snapshot};

/// How often what has changed is written.
const PERIOD: Duration = Duration::from_secs(1);

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

    /// There is something to write.
    pub(super) fn touch(&self) {
        self.is_due.store(true, Ordering::Relaxed);
    }

    fn take_due(&self) -> bool {
        self.is_due.swap(false, Ordering::Relaxed)
    }
}

impl Site {
    /// What all servers remember.
    pub(super) fn snapshot(&self) -> Snapshot {
        let mut snapshot = self.homeserver.snapshot();
        let contents = &mut snapshot.0;
        contents.identity_server = Some(self.identity_server.remembered());
        let authorization_server = self.authorization_server.as_ref();
        contents.authorization_server = authorization_server
            .map(AuthorizationServer::remembered)
            .or_else(|| self.saving.as_ref()?.absent.clone());
        snapshot
    }

    /// Writes what has changed, if there is a file for it.
    pub(super) fn save(&self) -> io::Result<()> {
        let Some(saving) = &self.saving else {
            return Ok(());
        };
        saving.file.write(&self.snapshot())
    }
}

/// Writes what has changed, again and again.
pub(super) async fn save_now_and_then(site: Arc<Site>) {
    loop {
        let is_due = site.saving.as_ref().is_some_and(Saving::take_due);
        // Both are asked, so that both begin anew.
        if site.homeserver.was_touched() | is_due {
            let saver = Arc::clone(&site);
            let saved = tokio::task::spawn_blocking(move || saver.save()).await;
            // What cannot be written is tried again.
            if let (Some(saving), Ok(Err(_))) = (&site.saving, saved) {
                saving.touch();
            }
        }
        tokio::time::sleep(PERIOD).await;
    }
}
