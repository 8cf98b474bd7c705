use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::saving::Saving;
use super::site::Site;
use crate::{AuthorizationServer, Snapshot};

/// How often what has changed is written.
const PERIOD: Duration = Duration::from_secs(1);

impl Site {
    /// What all servers remember.
    pub(super) fn snapshot(&self) -> Snapshot {
        let mut snapshot = self.homeserver.snapshot();
        let contents = &mut snapshot.0;
        contents.identity_server = Some(self.identity_server.remembered());
        let authorization_server = self.authorization_server.as_ref();
        contents.authorization_server = authorization_server
            .map(AuthorizationServer::remembered)
            .or_else(|| self.saving.as_ref()?.absent());
        snapshot
    }

    /// Writes what has changed, if there is a file for it.
    pub(super) fn save(&self) -> io::Result<()> {
        let Some(saving) = &self.saving else {
            return Ok(());
        };
        saving.write(&self.snapshot())
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
