use super::Homeserver;
use super::state::State;
use crate::snapshot::{Contents, Snapshot, SnapshotError, raw, read};

impl Homeserver {
    /// All that the homeserver remembers. What it was set up to do is not in it ([`set_guest_access`](Self::set_guest_access)
    /// and its like, handlers), and neither is the [`Inbox`](crate::Inbox).
    ///
    /// ```
    /// use hardline::types::{Password, ServerName};
    /// use hardline_loopback::{Homeserver, Snapshot};
    ///
    /// let name = ServerName::parse("example.org")?;
    /// let homeserver = Homeserver::new(name.clone(), "https://example.org", [7; 32]);
    /// homeserver.add_account("alice", &Password::from("secret")).unwrap();
    /// let text = homeserver.snapshot().to_json();
    ///
    /// let later = Homeserver::new(name, "https://example.org", [8; 32]);
    /// later.restore(&Snapshot::parse(&text)?)?;
    /// assert!(later.add_account("alice", &Password::from("secret")).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(Contents {
            server_name: self.server_name().clone(),
            homeserver: raw(&*self.data.unchanged_state()),
            identity_server: None,
            authorization_server: None,
        })
    }

    /// Remembers what a snapshot has, and nothing else. Requests that wait for changes do not learn of it: restore before
    /// the first request.
    ///
    /// # Errors
    /// [`SnapshotError::OtherServer`]: the snapshot is that of a homeserver with another name.
    /// [`SnapshotError::Damaged`]: something is missing. Everything is then as it was.
    pub fn restore(&self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        if snapshot.server_name() != self.server_name() {
            let found = snapshot.server_name().clone();
            return Err(SnapshotError::OtherServer { found });
        }
        let restored: State = read(&snapshot.0.homeserver)?;
        self.data
            .change(|state| state.restore(self.server_name(), restored));
        Ok(())
    }

    /// Whether anything may have changed since this was asked last.
    pub(crate) fn was_touched(&self) -> bool {
        self.data.was_touched()
    }
}
